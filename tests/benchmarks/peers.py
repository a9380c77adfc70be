"""Other searches on the same questions: `python -m tests.benchmarks.peers` prints a Markdown table.

Each peer is used as its own manual shows, with what suits it best here: full text searches get whole articles, which
they find better than single sentences; the fuzzy one gets titles and questions, one by one. All are told the
question's language and search only its texts, which spares them what ours has to bear.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click
import tantivy
from rapidfuzz import fuzz, process, utils

from bot.measuring import predict
from knowledge_base.entries import Article, Entry
from knowledge_base.jsonl import Question
from tests.benchmarks.measured import machine, one_core, quantile, table
from tests.benchmarks.questions import golden, shipped
from tests.golden.figures import shipped_index

EACH = 100  # questions in a language
STEMMED = {"en": "english", "ru": "russian"}  # languages of ours that tantivy can stem
_WORD = re.compile(r"\w+")

Ask = Callable[[str], str | None]  # question -> slug of the best article
Build = Callable[[Sequence[Article]], Ask]


def fuzzy(scorer: Callable[..., float]) -> Build:
    """The most alike of all titles and questions."""

    def build(articles: Sequence[Article]) -> Ask:
        owners = [(article.slug, text) for article in articles for text in (article.title, *article.questions)]
        texts = [utils.default_process(text) for _, text in owners]

        def ask(text: str) -> str | None:
            found = process.extractOne(utils.default_process(text), texts, scorer=scorer)
            return owners[found[2]][0] if found else None

        return ask

    return build


def fts5(tokenizer: str, least: int) -> Build:
    """SQLite's own full text search, any of the words of `least` letters or more, ranked by bm25."""

    def build(articles: Sequence[Article]) -> Ask:
        database = sqlite3.connect(":memory:")
        database.execute(f"CREATE VIRTUAL TABLE articles USING fts5(slug UNINDEXED, text, tokenize='{tokenizer}')")
        database.executemany("INSERT INTO articles VALUES (?, ?)", ((one.slug, _whole(one)) for one in articles))

        def ask(text: str) -> str | None:
            wanted = " OR ".join(f'"{word}"' for word in _words(text) if len(word) >= least)
            best = "SELECT slug FROM articles WHERE articles MATCH ? ORDER BY bm25(articles) LIMIT 1"
            row = database.execute(best, (wanted,)).fetchone() if wanted else None
            return str(row[0]) if row else None

        return ask

    return build


def tantivy_stemmed(articles: Sequence[Article]) -> Ask:
    """Tantivy's bm25, any of the words, accents folded, stemmed where it knows the language."""
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="own").add_text_field("slug", stored=True)
    index = tantivy.Index(schema.build())
    index.register_tokenizer("own", _analyzer(articles[0].language))
    writer = index.writer(num_threads=1)
    for article in articles:
        writer.add_document(tantivy.Document(text=_whole(article), slug=article.slug))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> str | None:
        query, _ = index.parse_query_lenient(" ".join(_words(text)), ["text"])
        hits = searcher.search(query, 1, count=False).hits
        return str(searcher.doc(hits[0][1])["slug"][0]) if hits else None

    return ask


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    plain = plain.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    if language in STEMMED:
        plain = plain.filter(tantivy.Filter.stemmer(STEMMED[language]))
    return plain.build()


def _whole(article: Article) -> str:
    return "\n".join((article.title, *article.questions, article.body))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


PEERS: Mapping[str, Build] = {
    "rapidfuzz `extractOne`, WRatio": fuzzy(fuzz.WRatio),  # its default
    "rapidfuzz `extractOne`, ratio": fuzzy(fuzz.ratio),  # its best here
    "SQLite FTS5, trigram": fts5("trigram", 3),
    "SQLite FTS5, unicode61": fts5("unicode61 remove_diacritics 2", 1),
    "tantivy": tantivy_stemmed,
}


def rows(each: int) -> Iterator[list[str]]:
    """A row for each peer, then ours without and with the encoder."""
    entries, asked = shipped(), golden(each)
    for name, build in PEERS.items():
        yield _row(name, _found(build, entries, asked))
    for name, encoder in (("this search, by words alone", "none"), ("this search, with the encoder", "e5+muse")):
        predictions = predict(*shipped_index(encoder), asked)
        yield _row(name, [(one.language or "", one.right, one.milliseconds) for one in predictions])


def _found(build: Build, entries: Sequence[Entry], asked: Sequence[Question]) -> list[tuple[str, bool, float]]:
    """Language, right, milliseconds of each question."""
    languages = sorted({question.language or "" for question in asked})
    spoken = {one: build([entry.articles[one] for entry in entries if one in entry.articles]) for one in languages}
    found = []
    for question in asked:
        started = time.perf_counter()
        slug = spoken[question.language or ""](question.text)
        ms = (time.perf_counter() - started) * 1000
        found.append((question.language or "", slug == question.gold, ms))
    return found


def _row(name: str, found: Sequence[tuple[str, bool, float]]) -> list[str]:
    by: dict[str, list[bool]] = {}
    for language, right, _ in found:
        by.setdefault(language, []).append(right)
    shares = [sum(by[language]) / len(by[language]) for language in sorted(by)]
    p50 = quantile([ms for *_, ms in found], 0.5)
    return [name, *(f"{share:.3f}" for share in shares), f"{sum(shares) / len(shares):.3f}", f"{p50:.2f}"]


@click.command()
@click.option("--each", default=EACH, show_default=True, help="Golden questions in each language.")
def main(each: int) -> None:
    """Share of questions whose best article is right, by language."""
    with one_core():
        languages = sorted({question.language or "" for question in golden(1)})
        click.echo(f"Measured on {machine()}; {each} golden questions in each language, the shipped articles.\n")
        click.echo(table(["search", *languages, "mean", "p50 ms"], rows(each)))


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks.peers")
