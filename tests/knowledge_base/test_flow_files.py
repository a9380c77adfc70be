"""Reading a flow: every mistake of form with its file and line, and no flow where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.flow_files import read_flows
from tests.knowledge_base.flows import GRAPH, WORDS, flow_of


def test_a_flow_is_read_with_its_words(tmp_path: Path) -> None:
    flow = flow_of(tmp_path).flow
    assert flow is not None
    assert (flow.slug, flow.products, flow.first) == ("laptop-dead", ("laptop",), "danger")
    assert flow.steps["reset"].ways == {"helped": "solved", "same": "look", "cannot": "look"}
    assert flow.steps["danger"].ways == {"ready": "signs", "danger": "person"}
    assert flow.words["en"].steps["signs"].choices == {"nothing": "Nothing", "lights": "Lights"}
    assert [file.flow for file in read_flows(tmp_path)] == [flow]


def test_the_version_is_of_the_graph_and_not_of_the_words(tmp_path: Path) -> None:
    first = flow_of(tmp_path).flow
    other_words = flow_of(tmp_path, en=WORDS.replace("Reset it.", "Please reset it.")).flow
    other_graph = flow_of(tmp_path, GRAPH.replace('next = "look"', 'next = "broken"')).flow
    assert first is not None
    assert other_words is not None
    assert other_graph is not None
    assert first.version == other_words.version != other_graph.version


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ('kind = "safety"', 'kind = "warning"', "flow.toml:4", "write one of question, action"),
        ('kind = "end"', 'kind = "end"\ncolour = "red"', "flow.toml:22", "unknown key colour"),
        ("most = 2", "most = 20", "flow.toml:18", "from 1 to 9"),
        ('exit = "ticket"', 'exit = "heaven"', "flow.toml:22", "write one of solved, ticket"),
        ('first = "danger"', "", "flow.toml:1", "first is missing"),
        ('["laptop"]', '"laptop"', "flow.toml:1", "no list of texts"),
        ("[steps.look]", "[steps.look", "flow.toml:12", "not readable as TOML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_graph_names_file_and_line(tmp_path: Path, old: str, new: str, where: str, said: str) -> None:
    assert old in GRAPH
    file = flow_of(tmp_path, GRAPH.replace(old, new))
    assert file.flow is None
    assert [f"{one.path.name}:{one.line}" for one in file.problems if said in one.sentence] == [where], file.problems


def test_a_mistake_in_the_words_names_file_and_line(tmp_path: Path) -> None:
    file = flow_of(tmp_path, en=WORDS.replace('text = "Reset it."', "text = 5"))
    assert file.flow is None
    assert [str(one).rpartition("/")[2] for one in file.problems] == ['en.toml:10: text is no text; write text = "…"']


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    flow_of(tmp_path)
    (tmp_path / "flows/laptop-dead/ru.toml").write_bytes("title = 'Ноутбук'".encode("cp1251"))
    (file,) = read_flows(tmp_path)
    assert file.problems[0].sentence == "not UTF-8; save it as UTF-8"
