"""The golden questions: no change may make the answers worse unnoticed, and the questions themselves must be fair."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from handlers.voice import spoken_languages
from knowledge_base.encoder import Encoder
from knowledge_base.index import Index
from knowledge_base.text import key
from tests.fakes.services import shared_mind
from tests.golden import figures
from tests.golden.figures import JITTER, MOST_WRONG, Figures, committed, measured, questions, shipped_index, worse

FEWEST = 8  # questions for each article
AGAIN = "if that is meant, run `python -m tests.golden.figures --worse` and say why in the commit"

every_language = pytest.mark.parametrize("language", spoken_languages())


@pytest.fixture(scope="module")
def with_encoder() -> tuple[Index, Encoder | None]:
    return shipped_index("e5+muse")


@pytest.mark.encoder
@every_language
def test_answers_are_no_worse_than_committed(language: str, with_encoder: tuple[Index, Encoder | None]) -> None:
    gate("e5+muse", language, measured(*with_encoder, language))


@pytest.mark.encoder  # it needs none; but it takes ten seconds, and the quick loop has one minute
@every_language
def test_answers_by_words_alone_are_no_worse_than_committed(language: str) -> None:
    gate("none", language, measured(shared_mind().knowledge.live.index, None, language))


def gate(encoder: str, language: str, now: Figures) -> None:
    before = committed(encoder)
    assert language in before, f"{figures.FILES[encoder].name} has no {language}; run `python -m tests.golden.figures`"
    lost = worse(language, now, before[language], allowed=JITTER)
    assert not lost, "; ".join([*lost, AGAIN])


@pytest.mark.parametrize("encoder", figures.FILES)
def test_committed_figures_are_bearable_and_of_every_language(encoder: str) -> None:
    assert set(committed(encoder)) == set(spoken_languages())
    assert max(found.wrong_rate for found in committed(encoder).values()) <= MOST_WRONG


@every_language
def test_every_article_is_asked_for_often_enough(language: str) -> None:
    index = shared_mind().knowledge.live.index
    asked = Counter(question.gold for question in questions(language))
    assert set(asked) == {entry.slug for entry in index.entries if language in entry.articles}
    few = {slug: count for slug, count in asked.items() if count < FEWEST}
    assert not few, f"{language}.jsonl: fewer than {FEWEST} questions for {few}"


@every_language
def test_no_question_stands_in_an_article(language: str) -> None:
    """What an article says word for word is found by looking it up: it measures nothing."""
    articles = [entry.articles[language] for entry in shared_mind().knowledge.live.index.entries]
    known = {key(text, language) for article in articles for text in (article.title, *article.questions)}
    copied = [question.text for question in questions(language) if key(question.text, language) in known]
    assert not copied, f"{language}.jsonl: {copied}"


@every_language
def test_no_question_is_there_twice(language: str) -> None:
    counts = Counter(key(question.text, language) for question in questions(language))
    twice = [text for text, count in counts.items() if count > 1]
    assert not twice, f"{language}.jsonl: {twice}"


@pytest.mark.parametrize(
    ("now", "sentences"),
    [
        (Figures(0.9, 0.01), []),
        (Figures(0.8981, 0.0119), []),
        (Figures(0.8979, 0.01), ["cs: top1 fell from 0.9000 to 0.8979"]),
        (Figures(0.95, 0.0121), ["cs: wrong_rate rose from 0.0100 to 0.0121"]),
    ],
)
def test_a_figure_is_worse_from_the_allowance_on(now: Figures, sentences: list[str]) -> None:
    assert worse("cs", now, Figures(0.9, 0.01), JITTER) == sentences


def test_too_many_wrong_answers_are_too_many_whatever_was_committed() -> None:
    assert worse("cs", Figures(0.9, 0.0201), Figures(0.9, 0.0201)) == ["cs: wrong_rate 0.0201 is above 0.02"]


def test_worse_figures_are_written_only_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FILES", {"none": tmp_path / "figures.json"})
    monkeypatch.setattr(figures, "shipped_index", lambda encoder: (None, None))
    for top1, words, taken in ((0.8, (), 0.8), (0.9, (), 0.9), (0.85, (), 0.9), (0.85, ("--worse",), 0.85)):
        monkeypatch.setattr(figures, "measured", lambda *_, top1=top1: Figures(top1, 0.01))
        result = CliRunner().invoke(figures.main, words)
        assert result.exit_code == (0 if taken == top1 else 1), result.output
        assert committed("none") == dict.fromkeys(spoken_languages(), Figures(taken, 0.01))
