"""The channels a folder scan finds, and the sentence where a file is no channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import channels
from bot.doors import NEEDED, ChannelWrong, find_channels, text_limit

GOOD = """
NAME = "sample"
TEXT_LIMIT = 50
PUSHES = True
def inbound(raw): ...
def outbound(message): ...
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One more folder of channels, of the test's own."""
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    monkeypatch.setattr("sys.modules", {**__import__("sys").modules})
    return tmp_path


def test_every_file_of_the_folder_is_a_channel() -> None:
    folder = Path(channels.__path__[0])
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(find_channels()) == files | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_a_new_file_is_a_new_channel(folder: Path) -> None:
    (folder / "sample.py").write_text(GOOD, "utf-8")
    assert find_channels()["sample"].TEXT_LIMIT == 50
    assert text_limit() == 50


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_missing_is_named_with_the_file_and_what_to_write(folder: Path, missing: str) -> None:
    lines = [line for line in GOOD.splitlines() if missing not in line.split("(")[0]]
    (folder / "sample.py").write_text("\n".join(lines), "utf-8")
    with pytest.raises(ChannelWrong, match=r"bot/channels/sample\.py: write") as caught:
        find_channels()
    assert NEEDED[missing] in str(caught.value)


def test_a_channel_is_called_as_its_file(folder: Path) -> None:
    (folder / "sample.py").write_text(GOOD.replace('"sample"', '"example"'), "utf-8")
    with pytest.raises(ChannelWrong, match=r'sample\.py: write NAME = "sample"'):
        find_channels()
