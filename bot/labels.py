"""Photos of labels: the texts of their bar codes and QR codes, read beside the bot (`bot.label_reader`)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.settings import PREFIX

READER = Path(__file__).with_name("label_reader.py")
PHOTOS = 3  # of one message
AT_ONCE = 1  # readers; each takes a core and up to 150 MB while it lasts
WAITING = 8  # for their turn; beyond it the customer is asked to type
PATIENCE_S = 8.0  # waiting and reading

log = structlog.get_logger()


class Labels:
    """Reads photos, one message after another. Without use it costs nothing."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._inside = 0

    async def texts(self, photos: Sequence[Path]) -> tuple[str, ...]:
        """What the codes on the first photos say; nothing where there are none, or where it takes too long."""
        if not photos or self._inside > WAITING:
            return ()
        self._inside += 1
        try:
            async with asyncio.timeout(PATIENCE_S), self._room:
                return await _read(photos[:PHOTOS])
        except TimeoutError:
            log.warning("label_not_read", action="label", why="took too long")
            return ()
        finally:
            self._inside -= 1


async def _read(photos: Sequence[Path]) -> tuple[str, ...]:
    # The secrets of the bot are none of its business.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(READER), *map(str, photos), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=environ
    )
    try:
        out, _ = await reader.communicate()
    finally:
        if reader.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself at this very moment
                reader.kill()
            await reader.wait()
    if reader.returncode:
        log.warning("label_not_read", action="label", why="the reader ended early", status=reader.returncode)
        return ()
    return tuple(json.loads(out))
