"""Which products a question names, so that entries about other products only step back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.text import key

SHORT = 4  # letters of a word up to which it must stand as it is; of a longer one the ending may differ
ENDING = 2  # letters that inflection may change

Stems = tuple[tuple[str, bool], ...]  # (word or its beginning, is it only a beginning)


@dataclass(frozen=True, slots=True)
class Products:
    """What people call each product, in every language."""

    names: tuple[tuple[str, Stems], ...] = ()  # (product, the words of one of its names)

    @classmethod
    def learn(cls, names: Mapping[str, Mapping[str, Sequence[str]]]) -> Products:
        """From product -> language -> names."""
        return cls(
            tuple(
                (product, _stems(name, language))
                for product, languages in sorted(names.items())
                for language, called in sorted(languages.items())
                for name in called
            )
        )

    def named(self, folded: str) -> frozenset[str]:
        """The products whose names stand in a folded question."""
        tokens = folded.split()
        return frozenset(product for product, stems in self.names if _stands(tokens, stems))


def _stems(name: str, language: str) -> Stems:
    return tuple(
        (token, False) if len(token) <= SHORT else (token[: max(SHORT, len(token) - ENDING)], True)
        for token in key(name, language).split()
    )


def _stands(tokens: Sequence[str], stems: Stems) -> bool:
    return bool(stems) and any(
        all(
            token.startswith(stem) if beginning else token == stem
            for token, (stem, beginning) in zip(tokens[at:], stems, strict=False)
        )
        for at in range(len(tokens) - len(stems) + 1)
    )
