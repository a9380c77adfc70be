"""`flow lint`, `flow test`, `flow draw` on a small flow that can be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.commands.conftest import Run
from tests.knowledge_base.flows import GRAPH, WORDS, flow_of


@pytest.fixture
def flows(small: Run, folder: Path) -> Run:
    flow_of(folder, en=WORDS, cs=WORDS, kk=WORDS)
    return small


def test_every_path_is_walked_in_every_language_and_counted(flows: Run) -> None:
    """Danger: 1. Lights: dark 1; lit, a second reset that helps 1, or fails or can not be, and then once more with
    three ends each: 8. Nothing: a reset that helps 1, or fails or can not be, and then as with lights: 17."""
    result = flows("flow", "test")
    assert result.exit_code == 0, result.output
    first, last = result.output.splitlines()
    assert first.split()[:3] == ["laptop-dead", "26", "paths,"]
    assert last == "1 flows, 78 paths in 3 languages, 8 of 8 steps taken"


def test_no_mistakes(flows: Run) -> None:
    result = flows("flow", "lint")
    assert (result.exit_code, result.output) == (0, "no mistakes\n")


def test_mistakes_are_told_by_file_and_line_and_nothing_is_walked(flows: Run, folder: Path) -> None:
    flow_of(folder, GRAPH.replace('next = "look"\n[steps.look]', 'next = "moon"\n[steps.look]'))
    (folder / "flows/laptop-dead/cs.toml").unlink()
    broken = WORDS.replace("Reset it.", "Call {{ company.fax }}.").lstrip()
    (folder / "flows/laptop-dead/kk.toml").write_text(broken, "utf-8")
    result = flows("flow", "lint")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "kb/flows/laptop-dead/cs.toml:1: missing words: there is no cs.toml",
        "kb/flows/laptop-dead/flow.toml:9: step reset: there is no step 'moon' to go on to",
        "kb/flows/laptop-dead/kk.toml:10: unknown variable company.fax; add it to [company.values]",
        "Error: 3 mistakes",
    ]
    assert (
        flows("flow", "test").output == "Error: there are mistakes in the flows; `python -m bot flow lint` lists them\n"
    )


def test_a_flow_is_drawn_with_its_words(flows: Run) -> None:
    result = flows("flow", "draw", "laptop-dead")
    assert result.output.splitlines()[0] == "flowchart TD"
    assert '  danger[["Does it smoke?"]]' in result.output
    assert "  signs -->|nothing| reset" in result.output
    assert "  reset_again -.->|otherwise| broken" in result.output


def test_a_flow_that_is_not_there_names_those_that_are(flows: Run) -> None:
    result = flows("flow", "draw", "fridge")
    assert result.exit_code == 1
    assert "those there are: laptop-dead" in result.output


def test_the_check_of_the_knowledge_base_reads_flows_too_and_says_a_mistake_once(flows: Run, folder: Path) -> None:
    (folder / "flows/laptop-dead/cs.toml").write_text("title = 5", "utf-8")
    lines = flows("kb", "check").output.splitlines()
    assert [line for line in lines if "/flows/" in line] == [
        'kb/flows/laptop-dead/cs.toml:1: title is no text; write title = "…"'
    ]
