"""Ready texts that agents send: one file per language, each with the same names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import handlers

CANNED = Path(handlers.__file__).parent / "canned"
SOURCE_LANGUAGE = "en"


class CannedWrong(Exception):
    """A file of ready texts can not be used; the message names it and what to write."""


class Canned:
    """The ready texts by language and name. Raises `CannedWrong`."""

    def __init__(self, folder: Path = CANNED) -> None:
        self._texts = {file.stem: _read(file) for file in sorted(folder.glob("*.toml"))}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._texts.get(SOURCE_LANGUAGE, {}))

    def text(self, name: str, *languages: str | None) -> str | None:
        """The text in the first of these languages that has it, else in English; None where nobody wrote it."""
        for language in (*languages, SOURCE_LANGUAGE):
            if (found := self._texts.get(language or "", {}).get(name.lower())) is not None:
                return found
        return None


def _read(file: Path) -> Mapping[str, str]:
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannedWrong(f"{file}: {error}") from None
    for name, text in found.items():
        if not isinstance(text, str) or not text.strip():
            raise CannedWrong(f'{file}: write {name} = "…"')
    return found
