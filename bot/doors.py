"""The channels there are: a folder scan of `bot/channels`, each file held to what a channel must define."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import cast

from bot import channels
from bot.ports import ChannelModule

NEEDED = {
    "NAME": 'NAME = "…"',
    "TEXT_LIMIT": "TEXT_LIMIT = 4000",
    "PUSHES": "PUSHES = True",
    "inbound": "def inbound(raw) -> Inbound",
    "outbound": "def outbound(message: Posted)",
}


class ChannelWrong(Exception):
    """A file in bot/channels is no channel; the message names the file and what to write."""


def find_channels() -> Mapping[str, ChannelModule]:
    """Every channel by name. Raises `ChannelWrong`."""
    found: dict[str, ChannelModule] = {}
    for info in pkgutil.iter_modules(channels.__path__):
        module = importlib.import_module(f"{channels.__name__}.{info.name}")
        for name, example in NEEDED.items():
            if not hasattr(module, name):
                raise ChannelWrong(f"bot/channels/{info.name}.py: write {example}")
        if info.name != module.NAME:
            raise ChannelWrong(f'bot/channels/{info.name}.py: write NAME = "{info.name}"')
        found[info.name] = cast(ChannelModule, module)
    return found


def text_limit() -> int:
    """Characters of the shortest message any channel takes."""
    return min(channel.TEXT_LIMIT for channel in find_channels().values())
