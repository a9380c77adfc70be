"""A small knowledge base in three languages, and an encoder without a model."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.entries import Article, Entry
from knowledge_base.index import Index


class TrigramEncoder:
    """Hashed character trigrams: near texts have near vectors, nothing is learned."""

    name = "trigrams"
    dimensions = 64

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for start in range(max(len(text) - 2, 1)):
                row[crc32(text[start : start + 3].encode("utf-8", "replace")) % self.dimensions] += 1
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows


def article(slug: str, language: str, title: str, *questions: str, body: str = "") -> Article:
    return Article(slug, language, title=title, questions=questions, products=(), body=body)


def entry(*articles: Article) -> Entry:
    return Entry(articles[0].slug, {one.language: one for one in articles})


ENTRIES = (
    entry(
        article(
            "returns",
            "en",
            "Returning a product",
            "How do I return my order?",
            "I want to send it back",
            body="Within **14 days** you may return what you bought in [our shop](x).",
        ),
        article("returns", "cs", "Vrácení zboží", "Jak vrátím objednávku?", "Chci to poslat zpátky"),
        article("returns", "ru", "Возврат товара", "Как вернуть заказ?", "Хочу отправить обратно"),
    ),
    entry(
        article("washer-noise", "en", "Washing machine is loud", "Why does my washer make noise?", "loud spin"),
        article("washer-noise", "cs", "Hlučná pračka", "Proč pračka při odstřeďování hučí?"),
        article("washer-noise", "kk", "Кір жуғыш машина шулы", "Кір жуғыш неге қатты шуылдайды?"),
    ),
    entry(
        article("printer-paper", "en", "Printer says no paper", "printer does not see the paper", "paper jam"),
        article("printer-paper", "fa", "چاپگر کاغذ را نمی‌بیند", "چرا چاپگر کاغذ نمی‌کشد؟"),
    ),
    entry(article("hours", "en", "Opening hours", "When are you open?", "are you open on sunday")),
)


@pytest.fixture
def encoder() -> TrigramEncoder:
    return TrigramEncoder()


@pytest.fixture
def index(encoder: TrigramEncoder) -> Index:
    return Index.build(ENTRIES, encoder)


@pytest.fixture
def lexical_index() -> Index:
    return Index.build(ENTRIES)
