"""One file per command. Heavy imports stay inside the functions, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path

import click


class Failed(click.ClickException):
    """A command that can not go on: one clear sentence, exit status 1."""


def clickable(path: Path) -> Path:
    """A path as short as an editor's terminal can follow it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
