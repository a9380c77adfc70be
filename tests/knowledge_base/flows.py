"""Flows written down in a test, as files."""

from __future__ import annotations

from pathlib import Path

from knowledge_base.flow_files import FlowFile, read_flow

GRAPH = """
products = ["laptop"]
first = "danger"
[steps.danger]
kind = "safety"
next = "signs"
[steps.signs]
kind = "question"
choices = { nothing = "reset", lights = "look" }
[steps.reset]
kind = "action"
next = "look"
[steps.look]
kind = "check"
choices = { yes = "reset_again", no = "broken" }
[steps.reset_again]
kind = "action"
next = "look"
most = 2
otherwise = "broken"
[steps.broken]
kind = "end"
exit = "ticket"
reason = "dead"
"""
WORDS = """
title = "Laptop is dead"
questions = ["my laptop is dead"]
intro = "Let us look."
[steps.danger]
text = "Does it smoke?"
[steps.signs]
text = "What happens?"
choices = { nothing = "Nothing", lights = "Lights" }
[steps.reset]
text = "Reset it."
short = "Reset"
[steps.look]
text = "Is the light on?"
short = "Light looked at"
[steps.reset_again]
text = "Once more."
short = "Second reset"
"""


def flow_of(folder: Path, graph: str = GRAPH, **words: str) -> FlowFile:
    """A flow in its files, read back; without `words` in English."""
    home = folder / "flows" / "laptop-dead"
    home.mkdir(parents=True, exist_ok=True)
    (home / "flow.toml").write_text(graph.lstrip(), "utf-8")
    for language, text in (words or {"en": WORDS}).items():
        (home / f"{language}.toml").write_text(text.lstrip(), "utf-8")
    return read_flow(home)
