"""One file per command. Heavy imports stay inside the functions, so that `--help` answers at once."""

from __future__ import annotations

import click


class Failed(click.ClickException):
    """A command that can not go on: one clear sentence, exit status 1."""
