"""Which group shows which tickets."""

from __future__ import annotations

from collections.abc import Mapping


class Groups:
    """Those of some languages have a group of their own; all others share one."""

    def __init__(self, default: int, by_language: Mapping[str, int]) -> None:
        self._default, self._by_language = default, dict(by_language)

    def of(self, language: str | None) -> int:
        """The group for customers of this language."""
        return self._by_language.get(language or "", self._default)

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((self._default, *self._by_language.values())))

    def moved(self, old: int, new: int) -> None:
        """A group has another number now."""
        self._default = new if self._default == old else self._default
        self._by_language = {spoken: new if group == old else group for spoken, group in self._by_language.items()}
