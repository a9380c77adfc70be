"""An article file: YAML front matter between `---` lines, then a Markdown body. Mistakes carry their line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge_base.entries import Article

FENCE = "---"
KEYS = ("title", "questions", "products", "checked", "state", "translates")
REQUIRED = ("title", "questions", "checked", "state")
STATES = ("live", "draft")
TITLE_LIMIT = 60  # characters: it stands on a button
QUESTION_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, as an operator wants to read it."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


def text_of(path: Path) -> str | Problem:
    """The text of a file of the knowledge base, or why it can not be read."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        return Problem(path, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8; save it as UTF-8")
    except OSError as error:
        return Problem(path, 1, f"can not be read: {error.strerror}")


class ArticleBroken(Exception):
    """The file is no article; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article with the lines on which its parts stand, for later checks."""

    article: Article
    state: str
    lines: Mapping[str, int]  # key of the front matter -> line; "body" too
    question_lines: tuple[int, ...]


def fingerprint(title: str, body: str) -> str:
    """The version of a text: eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(f"{title.strip()}\n{body.strip()}".encode()).hexdigest()[:8]


def parse(path: Path, text: str) -> Parsed:
    """The article in `<slug>/<language>.md`. Raises `ArticleBroken` with every mistake of the front matter."""
    front, body, body_line = _split(path, text)
    nodes = _mapping(path, front)
    problems = list(_mistakes(path, nodes))
    if problems:
        raise ArticleBroken(problems)
    values = {name: node for name, (node, _) in nodes.items()}
    questions = _items(values["questions"])
    title = str(values["title"].value).strip()
    article = Article(
        slug=path.parent.name,
        language=path.stem,
        title=title,
        questions=tuple(words for words, _ in questions),
        products=tuple(words for words, _ in _items(values.get("products"))),
        body=body.strip(),
        checked=date.fromisoformat(str(values["checked"].value)),
        version=fingerprint(title, body),
        translates=str(values["translates"].value) if "translates" in values else None,
        path=path,
    )
    lines = {name: line for name, (_, line) in nodes.items()} | {"body": body_line}
    return Parsed(article, str(values["state"].value), lines, tuple(line for _, line in questions))


def _split(path: Path, text: str) -> tuple[str, str, int]:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise ArticleBroken([Problem(path, 1, f"the first line must be {FENCE}, then title: …")])
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise ArticleBroken([Problem(path, len(lines), f"the front matter is not closed; write a line {FENCE}")])
    start = next((number for number, line in enumerate(lines[end + 1 :], end + 1) if line.strip()), None)
    if start is None:
        raise ArticleBroken([Problem(path, end + 1, "there is no text below the front matter; write the answer")])
    return "\n".join(lines[1:end]), "\n".join(lines[start:]), start + 1


def _mapping(path: Path, front: str) -> dict[str, tuple[yaml.Node, int]]:
    """Keys of the front matter with their value nodes and lines in the file."""
    try:
        root = yaml.compose(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        sentence = f'the front matter is not valid YAML: {error.problem}; put the value in "quotes"'
        raise ArticleBroken([Problem(path, line, sentence)]) from None
    except yaml.YAMLError as error:
        raise ArticleBroken([Problem(path, 1, f"the front matter is not valid YAML: {error}")]) from None
    if not isinstance(root, yaml.MappingNode):
        raise ArticleBroken([Problem(path, 2, "the front matter must be lines like title: …")])
    return {str(name.value): (node, name.start_mark.line + 2) for name, node in root.value}


def _mistakes(path: Path, nodes: Mapping[str, tuple[yaml.Node, int]]) -> Iterator[Problem]:
    for name in REQUIRED:
        if name not in nodes:
            yield Problem(path, 1, f"{name}: is missing in the front matter")
    for name, (node, line) in nodes.items():
        sentence = _mistake(name, node)
        if sentence:
            yield Problem(path, line, f"{name}: {sentence}")


def _mistake(name: str, node: yaml.Node) -> str | None:
    if name not in KEYS:
        return f"no such key; the keys are {', '.join(KEYS)}"
    if name in ("questions", "products"):
        if not isinstance(node, yaml.SequenceNode):
            return "must be a list: a line “- …” each"
        if any(not isinstance(item, yaml.ScalarNode) or not item.value.strip() for item in node.value):
            return 'every item must be words; put an item with a colon in "quotes"'
        long = name == "questions" and any(len(item.value) > QUESTION_LIMIT for item in node.value)
        return f"an item is longer than {QUESTION_LIMIT} characters" if long else None
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        return "must be words on the same line"
    return _scalar_mistake(name, node.value.strip())


def _scalar_mistake(name: str, value: str) -> str | None:
    if name == "title" and len(value) > TITLE_LIMIT:
        return f"has {len(value)} characters; a button holds {TITLE_LIMIT}"
    if name == "state" and value not in STATES:
        return f"is {value!r}; write one of {', '.join(STATES)}"
    if name == "checked":
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"is {value!r}; write a date like 2026-11-16"
    return None


def _items(node: yaml.Node | None) -> list[tuple[str, int]]:
    """Items of a list node with their lines in the file."""
    if not isinstance(node, yaml.SequenceNode):
        return []
    return [(str(item.value).strip(), item.start_mark.line + 2) for item in node.value]
