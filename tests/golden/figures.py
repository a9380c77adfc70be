"""The committed figures of the golden questions: what the shipped articles answer, with the encoder and by words alone.

`python -m tests.golden.figures` measures and writes them anew, and refuses to write worse ones unless told `--worse`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from bot.measuring import build, predict
from handlers.voice import spoken_languages
from knowledge_base.encoder import Encoder
from knowledge_base.index import Index
from knowledge_base.jsonl import Question, read_questions
from knowledge_base.quality import evaluate
from tests.fakes.services import settings_for

GOLDEN = Path(__file__).parent
CACHE = GOLDEN.parents[1] / ".pytest_cache/d/aftercare"  # vectors of earlier runs: by content, so never stale
FILES = {"e5+muse": GOLDEN / "figures.json", "none": GOLDEN / "figures_lexical.json"}  # by name of the encoder
JITTER = 0.002  # of a figure between machines whose BLAS sums in another order: one question of 672
MOST_WRONG = 0.02  # whatever was committed


@dataclass(frozen=True, slots=True)
class Figures:
    """How good the answers are in one language, as `kb test` counts."""

    top1: float
    wrong_rate: float


def questions(language: str) -> list[Question]:
    """The golden questions of a language."""
    return read_questions(GOLDEN / f"{language}.jsonl")


def shipped_index(encoder: str) -> tuple[Index, Encoder | None]:
    """The shipped articles with the shipped calibration, as `kb test` builds them, and the encoder."""
    _, index, loaded, _ = build(settings_for(CACHE, knowledge_encoder=encoder), None)
    if (loaded is None) != (encoder == "none"):
        raise RuntimeError(f"the encoder {encoder} does not load; figures of words alone would stand for its own")
    return index, loaded


def measured(index: Index, encoder: Encoder | None, language: str) -> Figures:
    """What `kb test` says of the golden questions of one language."""
    found = evaluate(predict(index, encoder, questions(language)), index_s=0.0)
    return Figures(float(str(found["top1"])), float(str(found["wrong_rate"])))


def committed(encoder: str) -> dict[str, Figures]:
    """By language; empty before the first writing."""
    file = FILES[encoder]
    rows = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {language: Figures(**row) for language, row in rows.items()}


def write(encoder: str, figures: Mapping[str, Figures]) -> None:
    """A line for each language."""
    rows = [f'  "{language}": {json.dumps(asdict(found))}' for language, found in sorted(figures.items())]
    FILES[encoder].write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


def worse(language: str, now: Figures, before: Figures | None, allowed: float = 0.0) -> list[str]:
    """A sentence for each figure that is worse than before by more than `allowed`, or than what is bearable at all."""
    found = []
    if now.wrong_rate > MOST_WRONG:
        found.append(f"{language}: wrong_rate {now.wrong_rate:.4f} is above {MOST_WRONG}")
    if before is not None and now.top1 < before.top1 - allowed:
        found.append(f"{language}: top1 fell from {before.top1:.4f} to {now.top1:.4f}")
    if before is not None and now.wrong_rate > before.wrong_rate + allowed:
        found.append(f"{language}: wrong_rate rose from {before.wrong_rate:.4f} to {now.wrong_rate:.4f}")
    return found


@click.command()
@click.option("--worse", "accept", is_flag=True, help="Write figures that are worse than the committed ones, too.")
def main(accept: bool) -> None:
    """Measure with the encoder and by words alone; write both files, or neither."""
    now = {}
    for encoder in FILES:
        index, loaded = shipped_index(encoder)
        now[encoder] = {language: measured(index, loaded, language) for language in spoken_languages()}
    lost = [
        f"{FILES[encoder].name}: {sentence}"
        for encoder, figures in now.items()
        for language, found in figures.items()
        for sentence in worse(language, found, committed(encoder).get(language))
    ]
    click.echo("\n".join(lost) or "nothing is worse")
    if lost and not accept:
        click.echo("nothing written; with --worse these figures are taken over")
        sys.exit(1)
    for encoder, figures in now.items():
        write(encoder, figures)


if __name__ == "__main__":
    main(prog_name="python -m tests.golden.figures")
