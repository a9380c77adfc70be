"""The command line: `python -m bot [--config FILE] COMMAND`; no command means `run`."""

from __future__ import annotations

import logging
import os
from pathlib import Path

# Before numpy loads: BLAS with several threads is many times slower on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from bot.commands import Failed
from bot.commands.ask import ask
from bot.commands.chat import chat
from bot.commands.doctor import doctor
from bot.commands.knowledge import kb
from bot.commands.run import migrate, run
from bot.commands.tickets import tickets
from bot.logs import set_up_logs
from bot.settings import SettingsWrong, load_settings


@click.group(invoke_without_command=True)
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file; see config.example.toml.")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Aftercare: an after-sales support bot a company runs itself. Without a command it runs."""
    set_up_logs(logging.WARNING)
    default = Path("config.toml")
    try:
        context.obj = load_settings(config or (default if default.is_file() else None))
    except SettingsWrong as error:
        raise Failed(str(error)) from None
    if context.invoked_subcommand is None:
        context.invoke(run)


for command in (run, chat, ask, kb, tickets, migrate, doctor):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="python -m bot")
