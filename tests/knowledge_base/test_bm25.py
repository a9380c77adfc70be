"""Whole articles by their words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.bm25 import LENGTH, MOST, RICH, SATURATION, UNTRANSLATED, Bm25
from knowledge_base.entries import Article, Entry
from knowledge_base.evidence import evidence
from knowledge_base.text import key


def articles(*texts: dict[str, list[str]]) -> tuple[Bm25, int]:
    """An index of entries; of each the wordings by language, the first being the title."""
    entries = [
        Entry(
            str(number),
            {lang: Article(str(number), lang, found[0], tuple(found[1:]), (), "") for lang, found in one.items()},
        )
        for number, one in enumerate(texts)
    ]
    items = evidence(entries)
    return Bm25.build(items, [key(item.text, item.language) for item in items]), len(entries)


def test_words_spread_over_several_wordings_count_together() -> None:
    index, size = articles(
        {"en": ["washer leaks", "water under the machine", "door seal drips"]},
        {"en": ["washer shakes", "machine walks about", "loud spin"]},
    )
    scores = index.scores("water drips from the door of the washer", "en", size)
    assert scores[0] > 2 * scores[1] > 0


def test_endings_do_not_matter_and_beginnings_do() -> None:
    index, size = articles({"cs": ["pračka vytéká"]}, {"cs": ["lednice nechladí"]})
    assert index.scores("pracky", "cs", size).tolist() == index.scores("pracka", "cs", size).tolist()
    assert not index.scores("ledy", "cs", size).any()


def test_only_the_questions_language_is_compared_where_it_is_there() -> None:
    index, size = articles({"pl": ["gwarancja"], "cs": ["záruka"]}, {"pl": ["zwrot"], "cs": ["gwarancja"]})
    assert (index.scores("gwarancja", "pl", size) > 0).tolist() == [True, False]
    assert (index.scores("gwarancja", "cs", size) > 0).tolist() == [False, True]
    assert (index.scores("gwarancja", None, size) > 0).tolist() == [True, True]
    assert (index.scores("gwarancja", "en", size) > 0).tolist() == [True, True]


def test_an_entry_nobody_translated_is_not_judged_by_it() -> None:
    index, size = articles(
        {"en": ["laptop is dead"]}, {"en": ["laptop is slow"], "kk": ["ноутбук баяу"]}, {"kk": ["сағат"]}
    )
    untranslated, slow, hours = index.scores("ноутбук", "kk", size).tolist()
    assert untranslated == pytest.approx(UNTRANSLATED * slow)
    assert hours == 0
    assert index.absent("kk", size).tolist() == [True, False, False]
    assert not index.absent("fa", size).any()  # nobody has it: nobody lacks it
    assert not index.absent(None, size).any()


def test_the_formula_by_hand() -> None:
    index, size = articles({"en": ["fuse", "fuse box"]}, {"en": ["box"]})
    rare, common = (math.log(1 + (2 - held + 0.5) / (held + 0.5)) for held in (1, 2))
    long, mean = 3, 2
    weight = 2 * (SATURATION + 1) / (2 + SATURATION * (1 - LENGTH + LENGTH * long / mean))
    assert index.scores("fuse box", "en", size)[0] == pytest.approx(
        (weight * rare + common * (SATURATION + 1) / (1 + SATURATION * (1 - LENGTH + LENGTH * long / mean)))
        / ((SATURATION + 1) * (rare + common)),
        rel=1e-5,
    )


def test_a_word_never_seen_makes_a_question_less_like_any_article() -> None:
    index, size = articles({"en": ["fuse"]}, {"en": ["box"]})
    assert index.scores("fuse zeppelin", "en", size)[0] < index.scores("fuse", "en", size)[0]


def test_short_articles_are_worth_little() -> None:
    short, _ = articles({"en": ["fuse"]})
    long, _ = articles({"en": [" ".join(f"word{number}a" for number in range(round(RICH)))]})
    assert short.worth < 0.01
    assert long.worth == pytest.approx(MOST / 2)


def test_a_knowledge_base_without_entries_has_no_scores() -> None:
    index, size = articles()
    assert index.scores("fuse", "en", size).shape == (0,)


@given(st.lists(st.text("ab cdé ", max_size=30), min_size=1, max_size=5), st.text("ab cdé x", max_size=40))
def test_scores_are_shares(titles: list[str], question: str) -> None:
    index, size = articles(*({"en": [title or "-"]} for title in titles))
    scores = index.scores(key(question, "en"), "en", size)
    assert scores.shape == (size,)
    assert ((scores >= 0) & (scores <= 1.0001)).all()
