"""Flows read from their folder, with every mistake of form as file:line. What the graph is worth: `flow_lint`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from knowledge_base.flows import (
    CANNOT,
    HELPED,
    PERSON,
    SAME,
    SOLVED,
    Exit,
    Flow,
    Kind,
    Priority,
    Range,
    Step,
    StepWords,
    When,
    Words,
)  # fmt: skip
from knowledge_base.frontmatter import Problem
from knowledge_base.toml_file import TomlFile

OF_FLOW = ("products", "beside", "first", "steps")
OF_STEP = (
    "kind", "next", "cannot", "choices", "ranges", "when", "otherwise", "most", "picture", "exit", "to", "reason",
    "priority",
)  # fmt: skip
OF_WHEN = ("products", "coverage", "answers")
OF_WORDS = ("title", "questions", "intro", "steps")
OF_STEP_WORDS = ("text", "choices", "alt", "short")
ENDS = {SOLVED: Step(SOLVED, "end", exit="solved"), PERSON: Step(PERSON, "end", exit="ticket")}


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow with its files, for later checks; `flow` None where it can not be used."""

    flow: Flow | None
    graph: TomlFile
    words: Mapping[str, TomlFile]
    problems: tuple[Problem, ...]


def flow_files(path: Path) -> list[Path]:
    """The files of all flows of a knowledge base folder, by name."""
    return sorted((path / "flows").glob("*/*.toml"))


def read_flows(path: Path) -> tuple[FlowFile, ...]:
    """Every flow below `path`/flows, by slug."""
    return tuple(read_flow(file.parent) for file in flow_files(path) if file.name == "flow.toml")


def read_flow(folder: Path) -> FlowFile:
    """One flow. With a mistake of form anywhere in it there is none."""
    graph = TomlFile(folder / "flow.toml")
    steps = _steps(graph)
    files = {file.stem: TomlFile(file) for file in sorted(folder.glob("*.toml")) if file.stem != "flow"}
    words = {language: _words(language, file) for language, file in files.items()}
    graph.known(graph.values, OF_FLOW)
    first = graph.text(graph.values, "first", needed=True)
    products = graph.texts(graph.values, "products")
    beside, version = graph.texts(graph.values, "beside"), _fingerprint(graph.values)
    flow = Flow(folder.name, products, first, {**steps, **_ends(steps)}, words, beside, version)
    problems = (*graph.problems, *(problem for file in files.values() for problem in file.problems))
    return FlowFile(None if problems else flow, graph, files, problems)


def _fingerprint(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]


def _ends(steps: Mapping[str, Step]) -> dict[str, Step]:
    """The ends every flow has, unless it says its own."""
    return {name: step for name, step in ENDS.items() if name not in steps}


def _steps(file: TomlFile) -> dict[str, Step]:
    found = file.table(file.values, "steps")
    return {name: _step(file, name, file.table(found, name, "steps")) for name in found}


def _step(file: TomlFile, name: str, table: dict[str, Any]) -> Step:
    at = ("steps", name)
    file.known(table, OF_STEP, *at)
    kind: Kind = _one_of(file, table, "kind", get_args(Kind), *at) or "question"
    leaves: Exit | None = _one_of(file, table, "exit", get_args(Exit), *at) if kind == "end" else None
    priority: Priority = _one_of(file, {"priority": "normal"} | table, "priority", get_args(Priority), *at) or "normal"
    return Step(
        name, kind, _ways(file, kind, table, *at), _when(file, table, *at), file.text(table, "otherwise", *at),
        _ranges(file, table, *at), _most(file, table, *at), file.text(table, "picture", *at), leaves,
        file.text(table, "to", *at), file.text(table, "reason", *at), priority,
    )  # fmt: skip


def _one_of(file: TomlFile, table: Mapping[str, Any], name: str, known: tuple[str, ...], *at: str) -> Any:
    value = file.text(table, name, *at, needed=True)
    if value and value not in known:
        file.mistake(f"{name} {value!r} is none; write one of {', '.join(known)}", *at, name)
    return value if value in known else None


def _ways(file: TomlFile, kind: Kind, table: dict[str, Any], *at: str) -> dict[str, str]:
    """The choices as written; where there is only `next`, those of the kind."""
    onward, cannot = file.text(table, "next", *at), file.text(table, "cannot", *at)
    choices = file.table(table, "choices", *at)
    ways = {choice: file.text(choices, choice, *at, "choices", needed=True) for choice in choices}
    match kind:
        case "action":
            ways = ways or {HELPED: SOLVED, SAME: onward}
            return {**ways, CANNOT: cannot or onward} if cannot or onward else ways
        case "media":
            return {"done": onward, "skip": cannot or onward}
        case "safety":
            return ways or {"ready": onward, "danger": PERSON}
        case "measure":
            return {CANNOT: cannot or onward}
        case _:
            return ways


def _ranges(file: TomlFile, table: dict[str, Any], *at: str) -> tuple[Range, ...]:
    found = table.get("ranges", [])
    good = isinstance(found, list) and all(isinstance(part, dict) and isinstance(part.get("to"), str) for part in found)
    if not good or not all(isinstance(part.get("below", 0), int | float) for part in found):
        file.mistake('ranges: write ranges = [{ below = 5, to = "…" }, { to = "…" }]', *at, "ranges")
        return ()
    return tuple(Range(part["to"], part.get("below")) for part in found)


def _when(file: TomlFile, table: dict[str, Any], *at: str) -> When:
    found = file.table(table, "when", *at)
    file.known(found, OF_WHEN, *at, "when")
    answers = file.table(found, "answers", *at, "when")
    return When(
        file.texts(found, "products", *at, "when"),
        file.texts(found, "coverage", *at, "when"),
        {step: file.texts(answers, step, *at, "when", "answers") for step in answers},
    )


def _most(file: TomlFile, table: dict[str, Any], *at: str) -> int:
    most = table.get("most", 0)
    if not isinstance(most, int) or isinstance(most, bool) or ("most" in table and not 1 <= most <= 9):
        file.mistake("most: write a number from 1 to 9, such as most = 3", *at, "most")
        return 0
    return most


def _words(language: str, file: TomlFile) -> Words:
    file.known(file.values, OF_WORDS)
    steps = file.table(file.values, "steps")
    return Words(
        language,
        file.text(file.values, "title", needed=True),
        file.texts(file.values, "questions"),
        file.text(file.values, "intro"),
        {name: _step_words(file, name, file.table(steps, name, "steps")) for name in steps},
    )


def _step_words(file: TomlFile, name: str, table: dict[str, Any]) -> StepWords:
    at = ("steps", name)
    file.known(table, OF_STEP_WORDS, *at)
    choices = file.table(table, "choices", *at)
    labels = {choice: file.text(choices, choice, *at, "choices", needed=True) for choice in choices}
    return StepWords(
        file.text(table, "text", *at, needed=True), labels, file.text(table, "alt", *at), file.text(table, "short", *at)
    )
