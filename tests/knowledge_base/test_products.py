"""A question that names a product is not about another one."""

from __future__ import annotations

import pytest

from knowledge_base.entries import Article, Entry
from knowledge_base.index import Index
from knowledge_base.products import Products, called
from knowledge_base.text import key

NAMES = {
    "washing-machine": {
        "en": ("washing machine",), "ru": ("стиральная машина",), "kk": ("кір жуғыш",), "pl": ("pralka",),
    },
    "fridge": {"en": ("fridge",), "ru": ("холодильник",), "kk": ("тоңазытқыш",), "pl": ("lodówka",)},
    "tv": {"en": ("TV",)},
}  # fmt: skip
PRODUCTS = Products.learn(NAMES)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("there is water under my washing machine", {"washing-machine"}),
        ("кір жуғыштың астында су", {"washing-machine"}),
        ("вода под стиральной машиной", {"washing-machine"}),
        ("woda pod pralką", {"washing-machine"}),
        ("w lodówce i w pralce", {"fridge", "washing-machine"}),
        ("no picture on the tv", {"tv"}),
        ("tvrdá voda", set()),  # a short name must stand as it is
        ("washing my hands", set()),
        ("", set()),
    ],
)
def test_products_are_heard_in_their_inflections(text: str, named: set[str]) -> None:
    assert PRODUCTS.named(key(text)) == named


def _entry(slug: str, question: str, *products: str) -> Entry:
    return Entry(slug, {"en": Article(slug, "en", question, (question,), products, "Text.")})


ENTRIES = [
    _entry("washer", "the drum of the washing machine leaks water", "washing-machine"),
    _entry("fridge", "there is water on the floor below it", "fridge"),
    _entry("shop", "when are you open"),
]


def test_an_entry_about_another_product_steps_back_and_one_about_all_does_not() -> None:
    question = "water on the floor below the washing machine"
    told = {ranked.slug: ranked.score for ranked in Index.build(ENTRIES, products=PRODUCTS).rank(question, "en", None)}
    untold = {ranked.slug: ranked.score for ranked in Index.build(ENTRIES).rank(question, "en", None)}
    assert told["fridge"] < untold["fridge"]
    assert told["washer"] == pytest.approx(untold["washer"])
    assert told["shop"] == pytest.approx(untold["shop"])


@pytest.mark.parametrize(
    ("product", "language", "name"),
    [
        ("Washing machine", "cs", "pračka"), ("PRAČKA", "en", "washing machine"), ("washing-machine", "en",
        "washing machine"), ("washing machine", "de", "washing machine"), ("samovar", "cs", "samovar"), ("", "cs", ""),
    ],
)  # fmt: skip
def test_a_product_is_called_what_the_reader_calls_it(product: str, language: str, name: str) -> None:
    names = {"washing-machine": {"en": ["washing machine", "washer"], "cs": ["pračka"]}}
    assert called(names, product, language) == name
