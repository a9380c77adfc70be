"""What a flow must not have: each mistake is found, at its line, and the good flow has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.flow_lint import lint
from tests.knowledge_base.flows import GRAPH, WORDS, flow_of

SLUGS = ("laptop-dead", "repair-order")


def found(tmp_path: Path, graph: str = GRAPH, words: str = WORDS, limit: int = 1000) -> list[str]:
    problems = lint(flow_of(tmp_path, graph, en=words), ("en",), SLUGS, limit)
    return [f"{problem.path.name}:{problem.line}: {problem.sentence}" for problem in problems]


def test_a_good_flow_has_no_mistakes(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lights = "look" }', 'lights = "nowhere" }', "flow.toml:6: step signs: there is no step 'nowhere'"),
        ('first = "danger"', 'first = "begin"', "flow.toml:2: first: there is no step 'begin'"),
        ('[steps.broken]', '[steps.island]\nkind = "action"\nnext = "broken"\n[steps.broken]',
         "flow.toml:20: step island: nothing leads to it"),
        ('choices = { yes = "reset_again", no = "broken" }', "", "flow.toml:12: step look: a dead end"),
        ('most = 2\notherwise = "broken"\n', "", "a ring without a counter: look → reset_again → look"),
        ('[steps.danger]\nkind = "safety"', '[steps.danger]\nkind = "safety"\nmost = 1\notherwise = "signs"',
         "flow.toml:3: step danger: a safety step can not be skipped"),
        ('first = "danger"', 'first = "before"\n[steps.before]\nkind = "question"\n'
         'choices = { yes = "danger", no = "signs" }', "step danger: signs is reached around this warning, too"),
        ('exit = "ticket"\nreason = "dead"', 'exit = "article"\nto = "no-such-entry"',
         "flow.toml:23: step broken: there is no article 'no-such-entry'"),
        ('kind = "end"', 'kind = "end"\nnext = "look"\nchoices = { no = "look" }', "an end has exit"),
        ('kind = "action"\nnext = "look"\n[steps.look]', 'kind = "measure"\nnext = "look"\nranges = '
         '[{ below = 5, to = "look" }]\n[steps.look]', "step reset: the last of ranges must take the rest"),
        ("[steps.look]", '[steps.look]\nwhen = { products = ["laptop"] }', "`otherwise` goes with `when`"),
        ("[steps.look]", '[steps.look]\nwhen = { answers = { nobody = ["x"] } }\notherwise = "broken"',
         "step look: when names no step 'nobody'"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_graph_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GRAPH
    problems = found(tmp_path, GRAPH.replace(old, new, 1))
    assert [problem for problem in problems if said in problem], problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('choices = { nothing = "Nothing", lights = "Lights" }', 'choices = { lights = "Lights" }',
         "en.toml:6: step signs: the choice nothing has no label"),
        ('lights = "Lights"', f'lights = "{"L" * 61}"', "has more than 60 characters"),
        ('lights = "Lights"', 'lights = "Lights", smoke = "Smoke"', "flow.toml has no choice smoke there"),
        ('short = "Reset"\n', "", 'en.toml:9: step reset: write short = "…"'),
        ('[steps.look]\ntext = "Is the light on?"\nshort = "Light looked at"\n', "", "step look has no words"),
        ('title = "Laptop is dead"', f'title = "{"x" * 61}"', "en.toml:1: the title has more than 60"),
        ("[steps.look]", '[steps.nothing]\ntext = "x"\n[steps.look]', "en.toml:12: flow.toml has no step nothing"),
        ('text = "Reset it."', f'text = "{"x" * 1001}"', "en.toml:9: step reset: 1001 characters"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_words_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WORDS
    problems = found(tmp_path, words=WORDS.replace(old, new, 1))
    assert [problem for problem in problems if said in problem], problems


def test_a_language_without_words_is_missing(tmp_path: Path) -> None:
    problems = lint(flow_of(tmp_path), ("en", "kk"), SLUGS, 1000)
    assert [problem.sentence for problem in problems] == ["missing words: there is no kk.toml"]


def test_a_picture_needs_words_for_who_can_not_see_it(tmp_path: Path) -> None:
    problems = found(tmp_path, GRAPH.replace("[steps.reset]\n", '[steps.reset]\npicture = "button.png"\n'))
    assert problems == ['en.toml:9: step reset: write alt = "…": what the picture shows']
