"""What each stage of the search is worth: `python -m tests.benchmarks.ablation` prints a Markdown table.

A stage is left out by putting something silent in its place; nothing is fitted or calibrated anew for what is left,
except where texts are missing and the whole index is built without them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import cycle
from typing import Any, TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click
import numpy as np
from numpy.typing import NDArray

from bot.measuring import predict
from knowledge_base.dense import DenseIndex
from knowledge_base.encoder import Encoder
from knowledge_base.entries import Article, Entry
from knowledge_base.index import Index
from knowledge_base.jsonl import Question, read_questions
from knowledge_base.lexical import LexicalIndex, Query
from knowledge_base.mending import Mended, Mender
from knowledge_base.products import Products
from knowledge_base.quality import Prediction, auroc
from knowledge_base.vectors import VectorCache
from tests.benchmarks.measured import machine, one_core, quantile, table
from tests.benchmarks.questions import golden
from tests.golden.figures import CACHE, GOLDEN, shipped_index
from tests.golden.spoil import SPOILED

EACH = 50  # questions in a language

T = TypeVar("T")
Floats = NDArray[np.float32]


class SilentCharacters(LexicalIndex):
    """No text is like any question."""

    def cosines(self, query: Query, language: str | None = None) -> Floats:
        return np.zeros(len(self.norms), np.float32)


class SilentMeaning(DenseIndex):
    """No text means what any question means; the fitted model still gets the question's vector."""

    def cosines(self, direction: Floats, texts: NDArray[np.int64]) -> Floats:
        return np.zeros(len(texts), np.float32)


class SilentMender(Mender):
    """What was typed was meant."""

    def mend(self, text: str, language: str | None) -> Mended:
        return Mended(text.lower(), language)


class Remembering:
    """Asks an encoder once for each text, so that times of stages are not drowned in its time."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions, self._encoder = encoder.name, encoder.dimensions, encoder
        self._known: dict[str, Floats] = {}

    def encode(self, texts: Sequence[str]) -> Floats:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(missing, self._encoder.encode(missing), strict=True))
        return np.stack([self._known[text] for text in texts])


@dataclass(frozen=True, slots=True)
class Whole:
    """The shipped index, and how to build another."""

    index: Index
    encoder: Encoder

    def built(self, change: Callable[[Article], Article], languages: Sequence[str] | None = None) -> Index:
        """From changed articles, of these languages only."""
        kept = languages or self.index.lexical.languages
        entries = [
            Entry(entry.slug, {one: change(entry.articles[one]) for one in kept if one in entry.articles})
            for entry in self.index.entries
        ]
        vectors = VectorCache(CACHE / "cache/vectors.bin")
        return Index.build(entries, self.encoder, vectors, self.index.calibration, products=self.index.products)


def _like(kind: type[T], other: Any) -> T:
    """An object of this kind with the fields of another."""
    return kind(**{field.name: getattr(other, field.name) for field in fields(other)})


def _without_characters(index: Index) -> Index:
    return replace(index, lexical=_like(SilentCharacters, index.lexical))


def _without_meaning(index: Index) -> Index:
    return replace(index, dense=_like(SilentMeaning, index.dense))


def _without_articles(index: Index) -> Index:
    return replace(index, bm25=replace(index.bm25, worth=0.0))


def _without_model(index: Index) -> Index:
    return replace(index, model=None, learned=np.zeros_like(index.learned))


def _without_encoder(index: Index) -> Index:
    return replace(index, dense=None, boundary=None)


Made = Index | Mapping[str, Index]  # one for all languages, or one for each

# What is left when a stage is left out, or when one is alone.
STAGES: Mapping[str, Callable[[Whole], Made]] = {
    "all": lambda whole: whole.index,
    "without characters": lambda whole: _without_characters(whole.index),
    "without meaning": lambda whole: _without_meaning(whole.index),
    "without whole articles": lambda whole: _without_articles(whole.index),
    "without the fitted model": lambda whole: _without_model(whole.index),
    "without bodies": lambda whole: whole.built(lambda article: replace(article, body="", products=())),
    "without other languages' texts": lambda whole: {
        one: whole.built(lambda article: article, [one]) for one in whole.index.lexical.languages
    },
    "without products": lambda whole: replace(whole.index, products=Products()),
    "without mending": lambda whole: replace(whole.index, mender=SilentMender({})),
    "without the boundary": lambda whole: replace(whole.index, boundary=None),
    "characters alone": lambda whole: _without_articles(_without_encoder(_without_model(whole.index))),
    "whole articles alone": lambda whole: _without_characters(_without_encoder(_without_model(whole.index))),
    "meaning alone": lambda whole: _without_articles(_without_characters(_without_model(whole.index))),
    "fitted model alone": lambda whole: _without_articles(_without_characters(_without_meaning(whole.index))),
    "titles and bodies alone": lambda whole: whole.built(lambda article: replace(article, questions=())),
}


def rows(each: int) -> Iterator[list[str]]:
    """A row for each of STAGES: how often it is right, what it makes of mistyped and of foreign matter, its time."""
    index, loaded = shipped_index("e5+muse")
    if loaded is None:
        raise RuntimeError("the sentence encoder does not load; without it there is little to leave out")
    encoder = Remembering(loaded)
    whole, asked = Whole(index, encoder), golden(each)
    mistyped, far = spoiled(asked), read_questions(GOLDEN / "far.jsonl")
    for name, make in STAGES.items():
        made = make(whole)
        inside, typed, outside = (_predicted(made, encoder, questions) for questions in (asked, mistyped, far))
        parted = auroc([one.answer.confidence for one in inside], [one.answer.confidence for one in outside])
        times = [one.milliseconds for one in _predicted(made, encoder, asked)]  # every vector is known by now
        by = [_top1([one for one in inside if one.language == language]) for language in index.lexical.languages]
        figures = [*by, sum(by) / len(by), _top1(typed), parted or 0.0]
        yield [name, *(f"{figure:.3f}" for figure in figures), f"{quantile(times, 0.5):.2f}"]


def spoiled(asked: Sequence[Question]) -> list[Question]:
    """The same questions as people mistype them, each in one of the ways of its language, in turn."""
    ways = {language: cycle(kinds.values()) for language, kinds in SPOILED.items()}
    return [replace(one, text=next(ways[one.language or "en"])(one.text)) for one in asked]


def _predicted(made: Made, encoder: Encoder, asked: Sequence[Question]) -> list[Prediction]:
    if isinstance(made, Index):
        return predict(made, encoder if made.dense else None, asked)
    return [
        found
        for language, index in made.items()
        for found in predict(index, encoder, [one for one in asked if one.language == language])
    ]


def _top1(found: Sequence[Prediction]) -> float:
    return sum(one.right for one in found) / len(found)


@click.command()
@click.option("--each", default=EACH, show_default=True, help="Golden questions in each language.")
def main(each: int) -> None:
    """Share of questions whose best article is right, clean and mistyped; AUROC against what no shop is asked."""
    with one_core():
        languages = sorted({question.language or "" for question in golden(1)})
        click.echo(f"Measured on {machine()}; {each} golden questions in each language, the shipped articles.\n")
        click.echo(table(["stages", *languages, "mean", "mistyped", "AUROC", "p50 ms beside the encoder"], rows(each)))


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks.ablation")
