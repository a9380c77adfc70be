"""Building an index for the command line, and asking it many questions in order."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.app import Mind, build_mind
from bot.commands import Failed
from bot.commands.ask import progress
from bot.knowledge import stored_calibration
from bot.settings import Settings
from knowledge_base.encoder import Encoder, EncoderMissing, Vectors, load_encoder
from knowledge_base.entries import Entry
from knowledge_base.folder import read_folder
from knowledge_base.index import Index
from knowledge_base.jsonl import BadLineError, Question, read_entries, read_questions
from knowledge_base.products import Products
from knowledge_base.quality import Prediction
from knowledge_base.vectors import VectorCache


def build(settings: Settings, base: Path | None) -> tuple[Mind, Index, Encoder | None, float]:
    """The index of the bot's own articles, of a JSONL file or of a folder, and the seconds it took.

    Only the bot's own articles use the calibration that `kb calibrate` stored: another knowledge base gets the
    shipped one. Raises `Failed`.
    """
    mind = build_mind(settings)
    entries, products = _entries(settings, mind, base)
    if not entries:
        raise Failed(f"{base or 'the knowledge base'}: there are no entries in it")
    encoder = _encoder(settings)
    cache = Path(settings.knowledge.cache)
    calibration = stored_calibration(cache) if base is None else None
    started = time.perf_counter()
    vectors = VectorCache(cache / "vectors.bin", progress)
    index = Index.build(entries, encoder, vectors, calibration, products=products)
    return mind, index, encoder, time.perf_counter() - started


def _entries(settings: Settings, mind: Mind, base: Path | None) -> tuple[Sequence[Entry], Products]:
    if base is not None and base.is_file():
        try:
            return read_entries(base), Products()
        except BadLineError as error:
            raise Failed(str(error)) from None
    library = read_folder(base or settings.knowledge.folder, mind.renderer)
    return library.entries, Products.learn(library.products)


def _encoder(settings: Settings) -> Encoder | None:
    if settings.knowledge.encoder == "none":
        return None
    try:
        return load_encoder(settings.knowledge.encoder, Path(settings.knowledge.cache))
    except EncoderMissing as missing:
        click.echo(f"{missing}", err=True)
        return None


def read_labels(path: Path) -> list[Question]:
    """Labelled questions. Raises `Failed`."""
    try:
        return read_questions(path)
    except BadLineError as error:
        raise Failed(str(error)) from None


def question_vectors(index: Index, encoder: Encoder | None, asked: Sequence[tuple[str, str | None]]) -> Vectors | None:
    """The vectors of questions (text, language), one at a time so that none depends on its neighbours.

    None without encoder.
    """
    if encoder is None:
        return None
    rows = [encoder.encode([index.query_text(text, language)])[0] for text, language in asked]
    return np.stack(rows) if rows else np.zeros((0, encoder.dimensions), np.float32)


def predict(index: Index, encoder: Encoder | None, questions: Sequence[Question]) -> list[Prediction]:
    """What the bot would say to each question, with the time it took."""
    with click.progressbar(questions, label="asking", file=sys.stderr) as asked:
        return [_predict(index, encoder, question) for question in asked]


def _predict(index: Index, encoder: Encoder | None, question: Question) -> Prediction:
    started = time.perf_counter()
    answer = index.lexical_answer(question.text, question.language)
    if answer is None:
        vectors = question_vectors(index, encoder, [(question.text, question.language)])
        answer = index.weighed(question.text, question.language, None if vectors is None else vectors[0])
    ms = (time.perf_counter() - started) * 1000
    return Prediction(question.text, question.language, question.gold, answer, ms)


def answered(index: Index, questions: Sequence[Question], vectors: Vectors | None) -> list[Prediction]:
    """The same with the questions' vectors at hand, and without the time."""
    rows: Sequence[NDArray[np.float32] | None] = [None] * len(questions) if vectors is None else list(vectors)
    return [
        Prediction(question.text, question.language, question.gold, index.answer(question.text, question.language, row))
        for question, row in zip(questions, rows, strict=True)
    ]
