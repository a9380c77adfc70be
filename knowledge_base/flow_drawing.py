"""A flow as a picture for its authors: Mermaid, which GitHub, GitLab and most editors draw."""

from __future__ import annotations

from knowledge_base.flows import Flow, Step

SHAPES = {"question": "{{%s}}", "check": "{{%s}}", "measure": "[/%s/]", "safety": "[[%s]]", "end": "([%s])"}
LABEL = 60  # characters of a step's text


def mermaid(flow: Flow, language: str) -> str:
    """The graph with the words of a language; a step without words shows its name."""
    lines = ["flowchart TD"]
    lines += [f"  {step.name}{_shape(flow, step, language)}" for step in _drawn(flow)]
    for step in _drawn(flow):
        lines += [f"  {step.name} -->|{_text(choice)}| {to}" for choice, to in step.ways.items()]
        lines += [f"  {step.name} -->|{_bound(one.below)}| {one.to}" for one in step.ranges]
        lines += [f"  {step.name} -.->|otherwise| {step.otherwise}"] if step.otherwise else []
    return "\n".join(lines)


def _drawn(flow: Flow) -> list[Step]:
    """The steps that something leads to."""
    named = {flow.first} | {name for step in flow.steps.values() for name in flow.leads(step)}
    return [step for step in flow.steps.values() if step.name in named]


def _shape(flow: Flow, step: Step, language: str) -> str:
    words = flow.words[language].steps.get(step.name) if language in flow.words else None
    said = words.short or words.text if words else ""
    return SHAPES.get(step.kind, "[%s]") % f'"{_text(said or step.name)}"'


def _bound(below: float | None) -> str:
    return "else" if below is None else f"below {below:g}"


def _text(said: str) -> str:
    """Words as they may stand in a label: one line, and nothing of Mermaid's own."""
    line = " ".join(said.replace("*", "").replace("_", " ").split())
    line = line if len(line) <= LABEL else f"{line[: LABEL - 1].rstrip()}…"
    return line.replace("#", "#35;").replace('"', "#quot;").replace("|", "#124;")
