"""`python -m tests.benchmarks [name …]`: measure, print a Markdown table; exit 1 where a promise is not kept."""

from __future__ import annotations

import importlib
import logging
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from bot.logs import set_up_logs
from tests.benchmarks.measured import Measured, machine

NAMES = ("turns", "search", "encoder", "memory", "start", "registry")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    """Measure all, or only NAMES."""
    set_up_logs(logging.ERROR)
    click.echo(f"Measured on {machine()}.\n")
    click.echo("| what | measured | promise | kept |\n| --- | --- | --- | --- |")
    kept = True
    for name in names or NAMES:
        lines: list[Measured] = importlib.import_module(f"tests.benchmarks.{name}").measure()
        for line in lines:
            click.echo(line.line())
            kept = kept and line.kept
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
