"""The command line: `python -m bot [--config FILE] COMMAND`; no command means `run`."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Before numpy loads: BLAS with several threads is many times slower on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from bot.commands import Failed
from bot.commands.agents import agents
from bot.commands.ask import ask
from bot.commands.chat import chat
from bot.commands.desk import desk
from bot.commands.doctor import doctor
from bot.commands.flow import flow
from bot.commands.knowledge import kb
from bot.commands.run import migrate, run
from bot.commands.tickets import tickets
from bot.commands.warranty import warranty
from bot.logs import set_up_logs
from bot.ports import Unusable
from bot.settings import SettingsWrong, load_settings


class Aftercare(click.Group):
    """The group of all commands; what only the operator can mend ends in a sentence, not in a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Unusable as error:
            raise Failed(str(error)) from None
        except BaseExceptionGroup as group:  # parts that run side by side fail as a group
            found = group.subgroup(Unusable)
            if found is None:
                raise
            raise Failed("\n".join(map(str, _leaves(found)))) from None


def _leaves(group: BaseExceptionGroup[Any]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


@click.group(invoke_without_command=True, cls=Aftercare)
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


for command in (run, chat, ask, kb, flow, tickets, agents, desk, warranty, migrate, doctor):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="python -m bot")
