"""What is wrong with a flow's graph and with its words, as file:line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge_base.flow_files import FlowFile
from knowledge_base.flows import COMMON, PERSON, SOLVED, Flow, Step
from knowledge_base.folder import SLUG
from knowledge_base.frontmatter import TITLE_LIMIT, Problem

STEP_NAME_LIMIT = 24  # with the flow's slug and the choice it makes the id of a button: 64 bytes


def lint(file: FlowFile, languages: Sequence[str], slugs: Sequence[str], limit: int) -> list[Problem]:
    """Every mistake of a flow. `slugs`: of flows and articles that may be named; `limit`: characters of a message."""
    if file.flow is None:
        return list(file.problems)
    flow = file.flow
    found = [
        *_names(file, flow), *_targets(file, flow, slugs), *_shape(file, flow), *_unreachable(file, flow),
        *_rings(file, flow), *_safety(file, flow), *_missing(file, flow, languages), *_words(file, flow, limit),
    ]  # fmt: skip
    return sorted(found, key=lambda problem: (str(problem.path), problem.line, problem.sentence))


def reachable(flow: Flow, start: str, without: str = "") -> set[str]:
    """The steps that can be reached from one, without taking another."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found and name != without and name in flow.steps:
            found.add(name)
            waiting += flow.leads(flow.steps[name])
    return found


def _at(file: FlowFile, sentence: str, *keys: str) -> Problem:
    return Problem(file.graph.path, file.graph.line(*keys), sentence)


def _names(file: FlowFile, flow: Flow) -> Iterator[Problem]:
    if not SLUG.fullmatch(flow.slug):
        yield _at(file, f"folder {flow.slug!r}: use a-z, 0-9 and -, at most 40 characters")
    for name in flow.steps:
        if not SLUG.fullmatch(name.replace("_", "-")) or len(name) > STEP_NAME_LIMIT:
            yield _at(file, f"step {name!r}: use a-z, 0-9 and _, at most {STEP_NAME_LIMIT} characters", "steps", name)


def _targets(file: FlowFile, flow: Flow, slugs: Sequence[str]) -> Iterator[Problem]:
    for entry in flow.beside:
        if entry not in slugs:
            yield _at(file, f"beside: there is no article {entry!r}", "beside")
    if flow.first not in flow.steps:
        yield _at(file, f"first: there is no step {flow.first!r}", "first")
    for step in flow.steps.values():
        for name in flow.leads(step):
            if name not in flow.steps:
                yield _at(file, f"step {step.name}: there is no step {name!r} to go on to", "steps", step.name)
        if step.exit in ("flow", "article") and step.to not in slugs:
            yield _at(file, f"step {step.name}: there is no {step.exit} {step.to!r}", "steps", step.name, "to")
        for asked in step.when.answers:
            if asked not in flow.steps:
                yield _at(file, f"step {step.name}: when names no step {asked!r}", "steps", step.name, "when")


def _shape(file: FlowFile, flow: Flow) -> Iterator[Problem]:
    """Dead ends: a step that leads nowhere, or an end that leads on."""
    for step in flow.steps.values():
        at = ("steps", step.name)
        leads = flow.leads(step)
        if step.kind == "end" and (leads or step.exit is None):
            yield _at(file, f"step {step.name}: an end has exit = … and leads nowhere", *at)
        elif step.kind != "end" and not leads:
            yield _at(file, f'step {step.name}: a dead end; write next = "…" or choices = {{ … }}', *at)
        if "" in step.ways.values():
            yield _at(file, f'step {step.name}: {step.kind} without next; write next = "…"', *at)
        if step.kind == "measure" and (not step.ranges or step.ranges[-1].below is not None):
            yield _at(file, f'step {step.name}: the last of ranges must take the rest: {{ to = "…" }}', *at)
        conditional = step.when.products or step.when.coverage or step.when.answers
        if bool(conditional or step.most) != bool(step.otherwise):
            yield _at(file, f"step {step.name}: `otherwise` goes with `when` or `most`, and they with it", *at)


def _unreachable(file: FlowFile, flow: Flow) -> Iterator[Problem]:
    found = reachable(flow, flow.first)
    for name in flow.steps:
        if name not in found and name not in (SOLVED, PERSON):
            yield _at(file, f"step {name}: nothing leads to it from {flow.first}", "steps", name)
    ends = [flow.steps[name] for name in found if flow.steps[name].kind == "end"]
    if not ends:
        yield _at(file, "no path comes to an end", "first")


def _rings(file: FlowFile, flow: Flow) -> Iterator[Problem]:
    """A ring of steps that no counter breaks: taking out the counted steps must leave none."""
    counted = {name for name, step in flow.steps.items() if step.most}
    done: set[str] = set()
    for name in flow.steps:
        ring = _ring_from(flow, name, counted, done, ())
        if ring:
            sentence = f"a ring without a counter: {' → '.join(ring)}; write most = … and otherwise = … in one of them"
            yield _at(file, sentence, "steps", ring[0])
            return


def _ring_from(flow: Flow, name: str, counted: set[str], done: set[str], path: tuple[str, ...]) -> tuple[str, ...]:
    if name in path:
        return (*path[path.index(name) :], name)
    if name in done or name in counted or name not in flow.steps:
        return ()
    for following in flow.leads(flow.steps[name]):
        ring = _ring_from(flow, following, counted, done, (*path, name))
        if ring:
            return ring
    done.add(name)
    return ()


def _safety(file: FlowFile, flow: Flow) -> Iterator[Problem]:
    """Nobody comes past a warning without having read it."""
    for step in flow.steps.values():
        if step.kind != "safety":
            continue
        at = ("steps", step.name)
        if step.otherwise or "skip" in step.ways:
            yield _at(file, f"step {step.name}: a safety step can not be skipped; take out when, most and skip", *at)
        around = reachable(flow, flow.first, without=step.name)
        for name in sorted({to for choice, to in step.ways.items() if choice != "danger"} & around):
            if flow.steps[name].kind != "end":
                yield _at(file, f"step {step.name}: {name} is reached around this warning, too", *at)


def _missing(file: FlowFile, flow: Flow, languages: Sequence[str]) -> Iterator[Problem]:
    for language in languages:
        if language not in flow.words:
            yield Problem(file.graph.path.parent / f"{language}.toml", 1, f"missing words: there is no {language}.toml")


def _words(file: FlowFile, flow: Flow, limit: int) -> Iterator[Problem]:
    for language, words in flow.words.items():
        source = file.words[language]
        if len(words.title) > TITLE_LIMIT:
            yield Problem(source.path, source.line("title"), f"the title has more than {TITLE_LIMIT} characters")
        for name in words.steps:
            if name not in flow.steps:
                yield Problem(source.path, source.line("steps", name), f"flow.toml has no step {name}")
        for step in flow.steps.values():
            yield from _step_words(file, flow, step, language, limit)


def _step_words(file: FlowFile, flow: Flow, step: Step, language: str, limit: int) -> Iterator[Problem]:
    source, words = file.words[language], flow.words[language].steps.get(step.name)
    line = source.line("steps", step.name)
    if words is None:
        if step.kind != "end":
            yield Problem(source.path, line, f'step {step.name} has no words; write [steps.{step.name}] text = "…"')
        return
    if len(words.text) > limit:
        yield Problem(source.path, line, f"step {step.name}: {len(words.text)} characters; a message takes {limit}")
    if step.kind in ("action", "check", "measure") and not words.short:
        yield Problem(source.path, line, f'step {step.name}: write short = "…": how a colleague reads that it was done')
    if step.picture and not words.alt:
        yield Problem(source.path, line, f'step {step.name}: write alt = "…": what the picture shows')
    for choice in step.ways:
        label = words.choices.get(choice, "")
        if not label and choice not in COMMON:
            yield Problem(source.path, line, f"step {step.name}: the choice {choice} has no label")
        if len(label) > TITLE_LIMIT:
            sentence = f"step {step.name}: the label of {choice} has more than {TITLE_LIMIT} characters"
            yield Problem(source.path, line, sentence)
    for choice in words.choices:
        if choice not in step.ways:
            yield Problem(source.path, line, f"step {step.name}: flow.toml has no choice {choice} there")
