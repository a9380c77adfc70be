"""What the documents claim: every setting is in the example file with its default, every command in the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from bot.__main__ import main
from bot.settings import Section, Settings, load_settings

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config.example.toml"
README = (ROOT / "README.md").read_text("utf-8")
OPTIONAL = {"telegram.desk.group_id"}  # no default can be written; it stands there as a comment


def leaves(section: BaseModel, above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        found |= leaves(value, f"{above}{name}.") if isinstance(value, Section) else {f"{above}{name}": value}
    return found


def plain(value: Any) -> Any:
    value = value.get_secret_value() if isinstance(value, SecretStr) else value
    return list(value) if isinstance(value, tuple) else value


def flat(table: dict[str, Any], known: set[str], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        path = f"{above}{name}"
        found |= flat(value, known, f"{path}.") if isinstance(value, dict) and path not in known else {path: value}
    return found


def test_the_example_holds_every_setting_with_its_default() -> None:
    wanted = {name: plain(value) for name, value in leaves(Settings()).items()}
    written = flat(tomllib.loads(EXAMPLE.read_text("utf-8")), set(wanted))
    assert written == {name: value for name, value in wanted.items() if name not in OPTIONAL}


def test_the_example_is_accepted() -> None:
    assert load_settings(EXAMPLE, {}) == Settings()


def test_every_setting_of_the_example_has_a_sentence() -> None:
    sections = re.split(r"^\[(?P<name>[^\]]+)\]$", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        assert "# " in body, f"[{name}] explains nothing"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"`(python -m bot )?{command}\b", README), f"the README does not mention the command {command}"


def test_nothing_in_the_readme_runs_a_command_that_does_not_exist() -> None:
    for command in re.findall(r"python -m bot ([a-z]+)", README):
        assert command in main.commands
