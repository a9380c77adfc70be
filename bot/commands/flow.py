"""`flow`: checking, walking and drawing the troubleshooting flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.commands import Failed, clickable
from bot.settings import Settings

if TYPE_CHECKING:
    from knowledge_base.flow_files import FlowFile
    from knowledge_base.flows import Flow
    from knowledge_base.frontmatter import Problem
    from knowledge_base.rendering import Renderer


@click.group()
def flow() -> None:
    """Troubleshooting flows: check, walk, draw."""


@flow.command()
@click.pass_obj
def lint(settings: Settings) -> None:
    """Report every mistake in the flows as file:line; exit status 1 if there is any."""
    found = flow_mistakes(settings)
    for problem in found:
        click.echo(f"{clickable(problem.path)}:{problem.line}: {problem.sentence}")
    if found:
        raise Failed(f"{len(found)} mistakes")
    click.echo("no mistakes")


@flow.command()
@click.pass_obj
def test(settings: Settings) -> None:
    """Walk every path of every flow in every language to its end, and print how many there are."""
    from handlers.rules.paths import walk_all

    if flow_mistakes(settings):
        raise Failed("there are mistakes in the flows; `python -m bot flow lint` lists them")
    renderer, languages = _voice(settings)
    total = steps = taken = 0
    flows = _flows(settings)
    for one in flows:
        walked = walk_all(one)
        for language in languages:
            _say_all(one, language, renderer)
        total, taken = total + walked.paths * len(languages), taken + len(walked.taken)
        steps += len(one.steps)
        click.echo(f"{one.slug:<28} {walked.paths:>6} paths, up to {walked.longest} steps, {len(walked.ends)} ends")
    click.echo(f"{len(flows)} flows, {total} paths in {len(languages)} languages, {taken} of {steps} steps taken")


@flow.command()
@click.argument("slug")
@click.option("--lang", default="en", show_default=True, help="Whose words stand in the picture.")
@click.pass_obj
def draw(settings: Settings, slug: str, lang: str) -> None:
    """Print the graph of a flow as Mermaid, which GitHub and most editors draw."""
    from knowledge_base.flow_drawing import mermaid

    found = next((one for one in _flows(settings) if one.slug == slug), None)
    if found is None:
        known = ", ".join(one.slug for one in _flows(settings))
        raise Failed(f"there is no flow {slug} without mistakes; those there are: {known}")
    click.echo(mermaid(found, lang))


def flow_mistakes(settings: Settings) -> list[Problem]:
    """Every mistake in the flows: of form, of the graph, of the words, of their templates."""
    from bot.doors import text_limit
    from knowledge_base.flow_lint import lint as lint_flow

    renderer, languages = _voice(settings)
    files, folder = _files(settings), settings.knowledge.folder
    slugs = [path.name for path in (*folder.glob("articles/*"), *folder.glob("flows/*"))]
    found = [problem for file in files for problem in lint_flow(file, languages, slugs, text_limit())]
    return found + [problem for file in files if file.flow for problem in _templates(file, file.flow, renderer)]


def _templates(file: FlowFile, one: Flow, renderer: Renderer) -> list[Problem]:
    from knowledge_base.frontmatter import Problem
    from knowledge_base.rendering import TemplateWrong

    found = []
    for language, words in one.words.items():
        for name, step in words.steps.items():
            try:
                renderer.fill(language, step.text)
            except TemplateWrong as error:
                source = file.words[language]
                found.append(Problem(source.path, source.line("steps", name, "text") + error.line - 1, str(error)))
    return found


def _say_all(one: Flow, language: str, renderer: Renderer) -> None:
    """Every step's words, rendered: a path is made of them."""
    for step in one.words[language].steps.values():
        renderer.fill(language, step.text)


def _voice(settings: Settings) -> tuple[Renderer, tuple[str, ...]]:
    from bot.app import build_mind

    mind = build_mind(settings)
    return mind.renderer, tuple(mind.services.languages)


def _files(settings: Settings) -> tuple[FlowFile, ...]:
    from knowledge_base.flow_files import read_flows

    return read_flows(settings.knowledge.folder)


def _flows(settings: Settings) -> list[Flow]:
    return [file.flow for file in _files(settings) if file.flow is not None]
