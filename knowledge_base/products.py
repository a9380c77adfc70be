"""Which products a question names, so that entries about other products only step back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge_base.text import key

SHORT = 4  # letters of a word up to which it must stand as it is; of a longer one the ending may differ
ENDING = 2  # letters that inflection may change

Stems = tuple[tuple[str, bool], ...]  # (word or its beginning, is it only a beginning)


@dataclass(frozen=True, slots=True)
class Products:
    """What people call each product, in every language, by the first letters of the name."""

    names: Mapping[str, Sequence[tuple[str, Stems]]] = field(default_factory=dict)  # letters -> (product, its words)

    @classmethod
    def learn(cls, names: Mapping[str, Mapping[str, Sequence[str]]]) -> Products:
        """From product -> language -> names."""
        found: dict[str, list[tuple[str, Stems]]] = {}
        for product, languages in sorted(names.items()):
            for language, called in sorted(languages.items()):
                for stems in filter(None, (_stems(name, language) for name in called)):
                    found.setdefault(stems[0][0][:SHORT], []).append((product, stems))
        return cls({letters: tuple(called) for letters, called in found.items()})

    def named(self, folded: str) -> frozenset[str]:
        """The products whose names stand in a folded question."""
        tokens = folded.split()
        return frozenset(
            product
            for at, token in enumerate(tokens)
            for product, stems in self.names.get(token[:SHORT], ())
            if _stands(tokens, at, stems)
        )


def _stems(name: str, language: str) -> Stems:
    return tuple(
        (token, False) if len(token) <= SHORT else (token[: max(SHORT, len(token) - ENDING)], True)
        for token in key(name, language).split()
    )


def _stands(tokens: Sequence[str], at: int, stems: Stems) -> bool:
    """Whether these words stand in the question from this place on."""
    return len(tokens) - at >= len(stems) and all(
        token.startswith(stem) if beginning else token == stem
        for token, (stem, beginning) in zip(tokens[at : at + len(stems)], stems, strict=False)
    )


def called(names: Mapping[str, Mapping[str, Sequence[str]]], product: str, language: str) -> str:
    """The usual name in a language of a product named in any of them, or by its slug; else the name as it is."""
    wanted = key(product)
    for slug, languages in sorted(names.items()):
        if wanted and wanted in (key(slug), *(key(name) for spoken in languages.values() for name in spoken)):
            return next(iter(languages.get(language, ())), product)
    return product
