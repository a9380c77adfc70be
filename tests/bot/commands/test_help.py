"""Every command explains itself, at once and without loading anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from tests.bot.commands.conftest import Run


def commands(group: click.Group, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*above, name))
        if isinstance(command, click.Group):
            found += commands(command, (*above, name))
    return found


@pytest.mark.parametrize("words", [(), *commands(main)], ids=" ".join)
def test_help(bot: Run, words: tuple[str, ...]) -> None:
    result = bot(*words, "--help")
    assert result.exit_code == 0
    assert "Usage: python -m bot" in result.output
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert command.help, f"python -m bot {' '.join(words)}: write a docstring"
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_flag:
            assert option.help, f"python -m bot {' '.join(words)} {option.opts[0]}: write a help text"


def test_an_unknown_command_names_itself(bot: Run) -> None:
    result = bot("serve")
    assert result.exit_code == 2
    assert "No such command 'serve'" in result.output


def test_help_needs_no_search_and_no_database() -> None:
    code = "import sys, bot.__main__; print(','.join({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split(",")
    assert not {"numpy", "aiohttp", "aiogram", "telegram", "onnxruntime", "babel"} & set(loaded)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[web]\nport = 99999\n", "web.port"),
        ("[wrong]\n", "wrong: no such setting; config.example.toml lists all"),
        ("[web\n", "not readable as TOML"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_sentence(bot: Run, tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, "utf-8")
    result = bot("--config", str(file), "doctor")
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
