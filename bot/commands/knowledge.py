"""`kb`: checking, searching, measuring and calibrating the knowledge base."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import Failed, clickable
from bot.commands.flow import flow_mistakes
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Mind
    from knowledge_base.frontmatter import Problem
    from knowledge_base.quality import Prediction

DECORATION = 300  # characters that title, date and question add to an article's text


labelled = click.option(
    "--queries",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSONL: text, lang, gold_id.",
)


@click.group()
def kb() -> None:
    """The knowledge base: check, search, test, calibrate."""


@kb.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Report every mistake in articles, law and phrases as file:line; exit status 1 if there is any."""
    found = mistakes(settings)
    for problem in found:
        click.echo(str(problem))
    if found:
        raise Failed(f"{len(found)} mistakes")
    click.echo("no mistakes")


def mistakes(settings: Settings) -> list[Problem]:
    """Every mistake in articles, flows, law, phrases and word lists."""
    from bot.app import build_mind
    from bot.doors import text_limit
    from handlers.catalogues import check_catalogues
    from knowledge_base import folder
    from knowledge_base.frontmatter import Problem
    from knowledge_base.law import HERE, read_law

    mind = build_mind(settings)
    languages = mind.services.languages
    path = settings.knowledge.folder
    if not (path / "articles").is_dir():
        raise Failed(f"{path}: there is no folder articles in it; [knowledge] path names the folder above it")
    library = folder.read_folder(path, mind.renderer)
    found = folder.check(library, mind.renderer, languages, text_limit() - DECORATION)
    found += read_law(HERE, path / "law").problems
    found += flow_mistakes(settings)
    found += [Problem(*mistake) for mistake in check_catalogues(languages)]
    named = (Problem(clickable(problem.path), problem.line, problem.sentence) for problem in found)
    return list(dict.fromkeys(named))  # a flow with a mistake of form is read by both


@kb.command()
@click.argument("text")
@click.option("--lang", help="Language of the question; without it the words tell.")
@click.option("--kb", "base", type=click.Path(path_type=Path, exists=True), help="JSONL file or folder.")
@click.pass_obj
def search(settings: Settings, text: str, lang: str | None, base: Path | None) -> None:
    """Show the ranking for a question, and why it is so."""
    from bot.measuring import build, question_vectors

    mind, index, encoder, _ = build(settings, base)
    language = lang or _detected(mind, text)
    vector = question_vectors(index, encoder, [(text, language)])
    found = index.answer(text, language, None if vector is None else vector[0])
    click.echo(f"{found.decision}, confidence {found.confidence:.2f}, language {language or 'unknown'}")
    for place, why in enumerate(index.explain(text, language, None if vector is None else vector[0]), 1):
        click.echo(f"{place:2}. {why.slug}  score {why.score:.3f}  (by {why.stage})")
        click.echo(f"    characters {why.lexical:.3f}  meaning {why.dense:.3f}  model {why.classifier:.3f}")
        click.echo(f"    nearest {why.kind} [{why.language}]: {why.variant[:120]}")
        if why.words:
            click.echo(f"    words in common: {', '.join(why.words)}")


def _detected(mind: Mind, text: str) -> str | None:
    """The language the words speak, as the running bot would take it."""

    knowledge = mind.knowledge
    if not knowledge.loaded:
        knowledge.install(knowledge.load())
    guess = knowledge.live.detector.guess(text, among=mind.services.languages)
    return guess.language if guess is not None else None


@kb.command()
@labelled
@click.option(
    "--kb", "base", type=click.Path(path_type=Path, exists=True), help="JSONL file or folder; default: the bot's own."
)
@click.option(
    "--predictions", type=click.Path(path_type=Path, dir_okay=False), help="Write one JSON line per question."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on one line.")
@click.pass_obj
def test(settings: Settings, queries: Path, base: Path | None, predictions: Path | None, as_json: bool) -> None:
    """Measure answers on labelled questions."""
    from bot.measuring import build, predict, read_labels
    from knowledge_base.quality import evaluate

    questions = read_labels(queries)
    _, index, encoder, seconds = build(settings, base)
    found = predict(index, encoder, questions)
    if predictions is not None:
        rows = (json.dumps(prediction.as_row(), ensure_ascii=False) for prediction in found)
        predictions.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    figures = evaluate(found, index_s=seconds)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))


@kb.command()
@labelled
@click.option(
    "--diagram", type=click.Path(path_type=Path, dir_okay=False), help="Where to draw the fit; default: beside it."
)
@click.pass_obj
def calibrate(settings: Settings, queries: Path, diagram: Path | None) -> None:
    """Fit confidence and thresholds to your own labelled questions, and store them."""
    from bot.knowledge import calibration_file
    from bot.measuring import answered, build, question_vectors, read_labels
    from knowledge_base.fitting import fit

    questions = read_labels(queries)
    _, index, encoder, _ = build(settings, None)
    vectors = question_vectors(index, encoder, [(question.text, question.language) for question in questions])
    fitted = fit(index, questions, vectors)
    path = calibration_file(Path(settings.knowledge.cache))
    path.parent.mkdir(parents=True, exist_ok=True)
    fitted.save(path)
    limits = fitted.thresholds
    click.echo(f"{len(questions)} questions; answer from {limits.answer:.2f}, suggest from {limits.suggest:.2f}")
    after = replace(index, calibration=fitted)
    _show_fit(answered(index, questions, vectors), answered(after, questions, vectors), diagram, path)


def _show_fit(before: Sequence[Prediction], after: Sequence[Prediction], diagram: Path | None, stored: Path) -> None:
    """Print and draw what the fit changed, on the questions it was fitted to."""
    from knowledge_base.diagram import Panel, reliability
    from knowledge_base.quality import ece_by_language

    panels = Panel.of("before fitting", before), Panel.of("after it", after)
    for panel in panels:
        click.echo(panel.heading)
    now = ece_by_language(after)
    for language, error in ece_by_language(before).items():
        click.echo(f"  {language}: {error:.3f} before, {now[language]:.3f} after")
    click.echo(f"stored in {stored}")
    diagram = diagram or stored.with_suffix(".svg")
    try:
        diagram.write_text(reliability("Confidence and right answers, on the questions of the fit", panels), "utf-8")
    except OSError as error:
        raise Failed(f"{diagram}: the diagram can not be written ({error.strerror})") from None
    click.echo(f"drawn in {diagram}")
