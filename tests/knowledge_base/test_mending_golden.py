"""Golden questions spoiled as people spoil them come out of mending as the clean ones do, or nearly."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz.fuzz import ratio

from knowledge_base.folder import read_folder
from knowledge_base.mending import Mender
from knowledge_base.mending.letters import has_marks, plain
from knowledge_base.rendering import Renderer
from knowledge_base.text import key
from tests.golden.spoil import SPOILED

ROOT = Path(__file__).parents[2]
EACH = 14  # every so manieth question is asked
EVERY = [(language, kind) for language, kinds in SPOILED.items() for kind in kinds]
# Per cent of letters alike, on average; guessing vowels and marks of unknown words has its price.
LEAST = {"Latin": 96, "Latin, chat": 94, "Latin, 2021": 96, "wrong layout": 98, "one typo": 98, "no diacritics": 96}


@cache
def mender() -> Mender:
    return Mender.learn(read_folder(ROOT / "knowledge_base", Renderer({}, {})).entries)


@cache
def questions(language: str) -> tuple[str, ...]:
    lines = (ROOT / f"tests/golden/{language}.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line)["text"] for line in lines[::EACH])


@pytest.mark.parametrize(("language", "kind"), EVERY)
def test_a_spoiled_question_is_mended(language: str, kind: str) -> None:
    spoil = SPOILED[language][kind]
    mended = [mender().mend(spoil(text), language) for text in questions(language)]
    clean = [mender().mend(text, language) for text in questions(language)]
    alike = [ratio(plain(key(ours.text)), plain(key(theirs.text))) for ours, theirs in zip(mended, clean, strict=True)]
    assert sum(alike) / len(alike) >= LEAST.get(kind, 99)
    assert sum(one.language == language for one in mended) >= 0.97 * len(mended)


@pytest.mark.parametrize("language", SPOILED)
def test_marks_are_what_plain_takes_away(language: str) -> None:
    for word in mender().vocabularies[language].counts:
        assert has_marks(word) == (plain(word) != word)
