"""Telling what a message does where it asks nothing: combinations, drawn-out letters, signs, and never slowly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.acts import ACT_LISTS, ACTS, LONGEST, Acts, consent, leading
from handlers.rules.signs import of_signs
from tests.fakes.services import shared_mind
from tests.knowledge_base.nasty import TEXTS

LISTS = {
    "en": {
        "greeting": ["hello", "hi", "good morning"], "thanks": ["thanks", "thanks a lot"], "goodbye": ["bye"],
        "no": ["no"], "ok": ["ok", "good"], "abuse": ["damn", "idiot*"], "complaint": ["useless"],
        "beside_abuse": ["you", "are", "all"], "laughter": ["haha*"], "wait": ["good grief"],
    },
    "pl": {"yes": ["no"], "goodbye": ["pa"]},
    "kk": {"thanks": ["рақмет"], "abuse": ["боқ"]},
    "fa": {"complaint": ["بی\u200cمصرف"]},
}  # fmt: skip
SMALL = Acts({language: {act: own.get(act, []) for act in ACT_LISTS} for language, own in LISTS.items()})


def of(text: str, language: str = "en") -> tuple[str, ...]:
    return SMALL.of(text, language)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Hello!", ("greeting",)),
        ("hi, good morning", ("greeting", "greeting")),
        ("ok thanks, bye", ("ok", "thanks", "goodbye")),
        ("heLLooo!!", ("greeting",)),
        ("byeee hiii thankss", ("goodbye", "greeting", "thanks")),
        ("gooood morning", ("greeting",)),
        ("good", ("ok",)),
        ("good grief", ("wait",)),  # the longest phrase wins …
        ("good morning good", ("greeting", "ok")),
        ("thanks a lot", ("thanks",)),
        ("thanks a", ()),  # … where nothing is left over
        ("hahahaha", ("laughter",)),
        ("thanks :D", ("thanks",)),
        ("hello, my washer leaks", ()),
        ("hello " * (LONGEST + 1), ()),
        ("damn you all", ("abuse",)),
        ("you are idiots", ("abuse",)),
        ("you are useless", ("complaint",)),
        ("you are all", ()),  # says nothing for itself
        ("ok you", ()),
        ("", ()),
        ("  \u200c ", ()),
    ],
)
def test_acts_of_a_message(text: str, acts: tuple[str, ...]) -> None:
    assert of(text) == acts


def test_its_own_language_comes_first() -> None:
    """ "No" is no in English and yes in Polish."""
    assert (of("no", "en"), of("no", "pl"), of("no", "cs")) == (("no",), ("yes",), ("no",))
    assert of("thanks, pa", "en") == ("thanks", "goodbye")  # any language's words are understood


def test_kazakh_in_russian_letters() -> None:
    assert of("ракмет", "kk") == ("thanks",)
    assert of("бок", "ru") == ()  # "side" in Russian: swearing is taken as it is written


@pytest.mark.parametrize("text", ["بی\u200cمصرف", "بی مصرف", "بیمصرف"])
def test_a_persian_joiner_is_typed_as_people_please(text: str) -> None:
    assert of(text, "fa") == ("complaint",)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("👍", ("solved",)),
        ("👍🏽", ("solved",)),
        ("🙏❤️", ("thanks",)),
        ("👋🙂", ("greeting", "laughter")),
        ("🦄", ("picture",)),
        (":)", ("laughter",)),
        (":-(", ("complaint",)),
        (")))", ("laughter",)),
        ("???", ("puzzled",)),
        ("…", ("puzzled",)),
        ("؟", ("puzzled",)),
        ("+", ("yes",)),
        ("\n ", ()),
        ("\u200c", ()),
    ],
)
def test_a_message_without_a_word(text: str, acts: tuple[str, ...]) -> None:
    assert of_signs(text) == of(text) == acts


@pytest.mark.parametrize(
    ("acts", "one"),
    [
        (("ok", "thanks", "goodbye"), "goodbye"),
        (("greeting", "wellbeing"), "wellbeing"),
        (("thanks", "complaint"), "complaint"),
        (("pause", "yes"), "yes"),
        ((), None),
    ],
)
def test_the_most_meaningful_act_leads(acts: tuple[str, ...], one: str | None) -> None:
    assert leading(acts) == one


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        (("yes",), True),
        (("yes", "solved", "thanks"), True),
        (("no", "thanks"), False),
        (("unhelpful",), False),
        (("yes", "no"), None),
        (("thanks",), None),
        (("no", "abuse"), None),
        (("no", "goodbye"), None),
        ((), None),
    ],
)
def test_consent(acts: tuple[str, ...], said: bool | None) -> None:
    assert consent(acts) is said


def test_every_act_has_its_rank_and_its_list() -> None:
    assert len(set(ACTS)) == len(ACTS)
    assert set(ACT_LISTS) - {"beside_abuse"} == set(ACTS) - {"picture"}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.one_of(some.text(max_size=3000), some.lists(some.sampled_from(["no", "hello", "you", "a"])).map(" ".join)))
def test_any_text_is_read_in_no_time(text: str) -> None:
    services, started = shared_mind().services, time.process_time()
    acts = services.acts(text, "en")
    assert time.process_time() - started < 0.1
    assert set(acts) <= set(ACTS)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    services, started = shared_mind().services, time.process_time()
    services.acts(TEXTS[name], "en")
    assert time.process_time() - started < 0.1


def test_the_same_words_over_and_over_are_not_tried_in_every_order() -> None:
    """Each of them may begin or end a phrase, and the last one belongs to none."""
    lists = {act: [] for act in ACT_LISTS} | {"ok": [" ".join(["so"] * length) for length in range(1, 10)] + ["so no"]}
    acts = Acts({"en": {**lists, "beside_abuse": ["x"]}})
    started = time.process_time()
    assert acts.of("so " * (LONGEST - 2) + "no no", "en") == ()
    assert time.process_time() - started < 0.05
