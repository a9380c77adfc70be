"""Fit `knowledge_base/calibration.json` without one label from outside: the shipped articles make their own questions.

A world is a knowledge base made of some of the shipped entries, in some languages, with some of their questions. The
questions it does not hold are asked: those of its entries should be found, those of entries left out have no answer,
and messages nobody asks a shop (`far/`, none of which the background phrases hold) are not even about it.

What the weights say: a wrong answer to a question nobody could answer is worse than one more "I don't know". They were
set on the public development sets (expected calibration error, far questions answered), the coefficients were not.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

import knowledge_base
from bot.app import SHIPPED, build_mind
from knowledge_base.calibration import Calibration, Confidence, Logistic, fit_logistic
from knowledge_base.certainty import ABOUT, ABOUT_BY_WORDS, RIGHT
from knowledge_base.decision import Thresholds
from knowledge_base.encoder import Encoder, load_encoder
from knowledge_base.entries import Entry
from knowledge_base.fitting import Sample, samples
from knowledge_base.folder import Library, read_folder
from knowledge_base.index import Index
from knowledge_base.jsonl import Question
from knowledge_base.products import Products
from knowledge_base.vectors import VectorCache
from tests.fakes.services import settings_for
from tests.golden.figures import CACHE

FAR = Path(__file__).parent / "far"
FILE = Path(knowledge_base.__file__).parent / "calibration.json"
LANGUAGES = ("cs", "en", "fa", "kk", "pl", "ru")
WORLD = 500.0  # weight of a world's questions together
NO_ANSWER = 1.5  # weight of a question of an entry left out, beside 1 for one of an entry that is there
FOREIGN_MATTER = 5.0  # and of a message that is not about a shop
THRESHOLDS = Thresholds(answer=0.5, suggest=0.04)


@dataclass(frozen=True, slots=True)
class World:
    """What a knowledge base is made of, and who asks it."""

    name: str
    languages: tuple[str, ...]
    questions: int  # of an entry and language that it holds
    share: float  # of the entries
    asked_in: tuple[str, ...]
    size: int  # questions asked
    far: int  # messages of foreign matter


def worlds() -> Iterator[World]:
    """Large and small ones, of all languages and of one, with many wordings and with none."""
    for questions, size in ((14, 1800), (9, 1800), (4, 1200), (1, 900)):
        yield World(f"all {questions}", LANGUAGES, questions, 0.75, LANGUAGES, size, size // 3)
    for one in LANGUAGES:
        for questions, share in ((9, 0.75), (4, 0.6), (0, 0.75)):
            yield World(f"{one} {questions}", (one,), questions, share, (one,), 600, 150)
    others = tuple(one for one in LANGUAGES if one != "en")
    yield World("English asked 9", ("en",), 9, 0.75, others, 1200, 400)
    yield World("English asked 0", ("en",), 0, 0.75, others, 1200, 400)
    yield World("Russian asked 4", ("ru",), 4, 0.7, ("kk", "en"), 600, 200)
    yield World("English few", ("en",), 14, 0.4, ("en",), 600, 150)


@dataclass(frozen=True, slots=True)
class Found:
    """The signs of a world's questions."""

    near: list[Sample]  # questions a shop is asked
    far: list[Sample]

    def fitted(self, weight: float) -> Iterator[tuple[Sample, bool, float]]:
        """Each with whether it is about the shop, and its weight."""
        share = weight / max(len(self.near) + len(self.far), 1)
        for sample in self.near:
            yield sample, True, share * (1 if sample.gold is not None else NO_ANSWER)
        for sample in self.far:
            yield sample, False, share * FOREIGN_MATTER


def asked(world: World, entries: Sequence[Entry]) -> tuple[list[Entry], list[Question], list[Question]]:
    """The world's entries, and the questions asked of it: about a shop, and about anything else."""
    chance = random.Random(world.name)
    kept = {entry.slug for entry in entries if chance.random() < world.share}
    held, questions = [], []
    for entry in entries:
        articles = {}
        for language, article in entry.articles.items():
            wordings = list(article.questions)
            chance.shuffle(wordings)
            size = world.questions if language in world.languages else 0
            if language in world.languages:
                articles[language] = replace(article, questions=tuple(wordings[:size]))
            if language in world.asked_in:
                gold = entry.slug if entry.slug in kept else None
                questions += [Question(text, language, gold) for text in wordings[size:]]
        if entry.slug in kept:
            held.append(Entry(entry.slug, articles))
    far = [Question(text, one, None) for one in world.asked_in for text in _lines(one)]
    chance.shuffle(questions)
    chance.shuffle(far)
    return held, questions[: world.size], far[: world.far]


def _lines(language: str) -> list[str]:
    return (FAR / f"{language}.txt").read_text("utf-8").splitlines()


def found(world: World, shipped: Library, encoder: Encoder | None) -> Found:
    """Build the world and ask it."""
    entries, questions, far = asked(world, shipped.entries)
    store = VectorCache(CACHE / "cache/vectors.bin")
    index = Index.build(entries, encoder, store, NOTHING, products=Products.learn(shipped.products))

    def signs(some: list[Question]) -> list[Sample]:
        texts = [index.query_text(question.text, question.language) for question in some]
        return samples(index, some, None if encoder is None else store.get_or_encode(texts, encoder))

    return Found(signs(questions), signs(far))


def confidence(all_found: Sequence[Found], about: Sequence[str]) -> Confidence:
    """Fitted to all worlds, each of equal weight."""
    rows = [row for one in all_found for row in one.fitted(WORLD)]
    near = [(sample, weight) for sample, inside, weight in rows if inside]
    return Confidence(
        fit_logistic([s.signs for s, _, _ in rows], [i for _, i, _ in rows], _blank(about), [w for _, _, w in rows]),
        fit_logistic([s.signs for s, _ in near], [s.right for s, _ in near], _blank(RIGHT), [w for _, w in near]),
    )


def _blank(names: Sequence[str]) -> Logistic:
    return Logistic(dict.fromkeys(names, 0.0), 0.0)


NOTHING = Calibration(  # signs do not depend on the calibration
    Confidence(_blank(ABOUT), _blank(RIGHT)), Confidence(_blank(ABOUT_BY_WORDS), _blank(RIGHT)), THRESHOLDS
)


def _rounded(model: Logistic) -> Logistic:
    """Two digits: more would say which machine fitted it."""
    return Logistic({name: round(value, 2) for name, value in model.coefficients.items()}, round(model.constant, 2))


def _fit(encoder: Encoder | None, about: Sequence[str]) -> Confidence:
    shipped = read_folder(SHIPPED, build_mind(settings_for(CACHE)).renderer)
    with click.progressbar(list(worlds())) as bar:
        fitted = confidence([found(world, shipped, encoder) for world in bar], about)
    return Confidence(_rounded(fitted.about), _rounded(fitted.right))


@click.command()
def main() -> None:
    """Fit with the encoder and without, and write the file."""
    encoder = load_encoder("e5+muse", CACHE)
    Calibration(_fit(encoder, ABOUT), _fit(None, ABOUT_BY_WORDS), THRESHOLDS).save(FILE)
    click.echo(FILE.read_text("utf-8"))


if __name__ == "__main__":
    main()
