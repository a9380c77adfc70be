"""Phrases every knowledge base is measured against: the same things said in each language, and what nobody
asks a service desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Phrases:
    """Two lists for each language."""

    parallel: Mapping[str, tuple[str, ...]]  # translations of one another: they show how languages are shifted
    background: Mapping[str, tuple[str, ...]]  # greetings, small talk, questions about the rest of the world

    @property
    def stray(self) -> tuple[str, ...]:
        """All background phrases, languages by name."""
        return tuple(phrase for language in sorted(self.background) for phrase in self.background[language])


@cache
def shipped() -> Phrases:
    """The phrases of the project."""
    file = resources.files("knowledge_base").joinpath("phrases.json")
    lists = json.loads(file.read_text("utf-8"))
    return Phrases(
        *({language: tuple(found) for language, found in lists[name].items()} for name in ("parallel", "background"))
    )
