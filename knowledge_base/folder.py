"""A folder of articles read into entries, and every mistake in it."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.entries import Article, Entry
from knowledge_base.flow_files import read_flows
from knowledge_base.flows import Flow
from knowledge_base.frontmatter import ArticleBroken, Parsed, Problem, parse, text_of
from knowledge_base.rendering import Renderer, TemplateWrong, links_with_lines
from knowledge_base.text import key

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Library:
    """What a folder holds: every article that can be used, and what is wrong with the others."""

    parsed: Mapping[tuple[str, str], Parsed]  # (slug, language)
    problems: tuple[Problem, ...] = ()
    products: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # slug -> language -> names
    flows: Mapping[str, Flow] = field(default_factory=dict)  # slug -> flow

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Entries with their live articles, by slug."""
        found: dict[str, dict[str, Article]] = defaultdict(dict)
        for (slug, language), parsed in sorted(self.parsed.items()):
            if parsed.state == "live":
                found[slug][language] = parsed.article
        return tuple(Entry(slug, articles) for slug, articles in found.items())


def read_folder(path: Path, renderer: Renderer, before: Library | None = None) -> Library:
    """Every article and flow below `path`. One that became unreadable keeps its words from `before`."""
    parsed: dict[tuple[str, str], Parsed] = {}
    problems: list[Problem] = []
    for file in article_files(path):
        name = (file.parent.name, file.stem)
        try:
            parsed[name] = read_article(file, renderer)
        except ArticleBroken as error:
            problems += error.problems
            if before is not None and name in before.parsed:
                parsed[name] = before.parsed[name]
    flows = dict(before.flows) if before is not None else {}
    files = read_flows(path)
    problems += [problem for file in files for problem in file.problems]
    known = {file.graph.path.parent.name: file.flow or flows.get(file.graph.path.parent.name) for file in files}
    return Library(
        parsed, tuple(problems), read_products(path), {slug: flow for slug, flow in known.items() if flow is not None}
    )


def article_files(path: Path) -> list[Path]:
    """The article files of a knowledge base folder, by name."""
    return sorted((path / "articles").glob("*/*.md"))


def read_article(file: Path, renderer: Renderer) -> Parsed:
    """One article, proven to render. Raises `ArticleBroken`."""
    text = text_of(file)
    if isinstance(text, Problem):
        raise ArticleBroken([text])
    parsed = parse(file, text)
    try:
        renderer.render(parsed.article)
    except TemplateWrong as error:
        line = parsed.lines["body"] + error.line - 1
        raise ArticleBroken([Problem(file, line, str(error))]) from None
    return parsed


def read_products(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """What people call each product: slug -> language -> names, the usual one first."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for file in sorted((path / "products").glob("*.toml")):
        for slug, names in tomllib.loads(file.read_text("utf-8")).items():
            found[slug][file.stem] = tuple(names)
    return dict(found)


def check(library: Library, renderer: Renderer, languages: Sequence[str], limit: int) -> list[Problem]:
    """Every mistake in a library, by file and line.

    `languages`: those each entry must exist in, the source language first. `limit`: characters of the shortest
    message any channel takes.
    """
    found = [*library.problems]
    for name, parsed in library.parsed.items():
        found += _names(parsed, languages)
        found += _links(parsed, library)
        found += _products(parsed, library)
        found += _length(parsed, renderer, limit)
        found += _stale(name, parsed, library, languages[0])
    found += _missing(library, languages)
    found += _claimed_twice(library)
    return sorted(found, key=lambda problem: (str(problem.path), problem.line))


def _names(parsed: Parsed, languages: Sequence[str]) -> Iterator[Problem]:
    article, path = parsed.article, _path(parsed)
    if not SLUG.fullmatch(article.slug):
        yield Problem(path, 1, f"folder {article.slug!r}: use a-z, 0-9 and -, at most 40 characters")
    if article.language not in languages:
        yield Problem(path, 1, f"language {article.language!r} is not spoken; the languages are {', '.join(languages)}")


def _links(parsed: Parsed, library: Library) -> Iterator[Problem]:
    slugs = {slug for slug, _ in library.parsed}
    for slug, line in links_with_lines(parsed.article.body):
        if slug not in slugs:
            yield Problem(_path(parsed), parsed.lines["body"] + line - 1, f"dead link: there is no entry {slug}")


def _products(parsed: Parsed, library: Library) -> Iterator[Problem]:
    for product in parsed.article.products:
        if product not in library.products:
            known = ", ".join(sorted(library.products))
            yield Problem(_path(parsed), parsed.lines["products"], f"unknown product {product}; known: {known}")


def _length(parsed: Parsed, renderer: Renderer, limit: int) -> Iterator[Problem]:
    length = len(renderer.text(parsed.article))
    if length > limit:
        sentence = f"the text has {length} characters; the shortest channel takes {limit}"
        yield Problem(_path(parsed), parsed.lines["body"], sentence)


def _stale(name: tuple[str, str], parsed: Parsed, library: Library, source_language: str) -> Iterator[Problem]:
    source = library.parsed.get((name[0], source_language))
    article = parsed.article
    if source is None or name[1] == source_language:
        return
    wanted = source.article.version
    if article.translates is not None and article.translates != wanted:
        sentence = f"stale: {source_language}.md changed since; bring it up to date, then write translates: {wanted}"
        yield Problem(_path(parsed), parsed.lines["translates"], sentence)
    elif article.checked and source.article.checked and article.checked < source.article.checked:
        sentence = f"stale: {source_language}.md was checked later, on {source.article.checked}"
        yield Problem(_path(parsed), parsed.lines["checked"], sentence)


def _missing(library: Library, languages: Sequence[str]) -> Iterator[Problem]:
    by_slug: dict[str, dict[str, Parsed]] = defaultdict(dict)
    for (slug, language), parsed in library.parsed.items():
        by_slug[slug][language] = parsed
    broken = {problem.path for problem in library.problems}
    for articles in by_slug.values():
        folder = _path(next(iter(articles.values()))).parent
        for language in languages:
            path = folder / f"{language}.md"
            if language not in articles and path not in broken:
                yield Problem(path, 1, f"missing translation: there is no {language}.md")


def _claimed_twice(library: Library) -> Iterator[Problem]:
    owners: dict[tuple[str, str], tuple[str, Parsed, int]] = {}
    for (slug, language), parsed in sorted(library.parsed.items()):
        for question, line in zip(parsed.article.questions, parsed.question_lines, strict=True):
            mark = (language, key(question, language))
            other = owners.setdefault(mark, (slug, parsed, line))
            if other[0] != slug:
                sentence = f"the question “{question}” is claimed by {other[0]} too (line {other[2]} there)"
                yield Problem(_path(parsed), line, sentence)


def _path(parsed: Parsed) -> Path:
    return parsed.article.path or Path(parsed.article.slug) / f"{parsed.article.language}.md"
