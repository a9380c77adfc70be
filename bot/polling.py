"""Long polling for updates, for both bots and without their frameworks: stored first, confirmed afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.logs import place
from bot.storage.updates import Raw
from bot.storage.writer import StorageAway

POLL_S = 30  # how long Telegram holds a poll that has nothing to say; it allows 50
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0

GetUpdates = Callable[[int | None], Awaitable[list[Raw]]]
Receive = Callable[[Sequence[Raw]], Awaitable[None]]

log = structlog.get_logger()


class PollFailed(Exception):
    """Telegram gave no updates. `why` is for the log; `retry_after` is in seconds, where Telegram said how many."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


CONFLICT = (
    "somebody else fetches the updates of this bot, or it has a webhook: stop the other process, or use a token of "
    "your own for trying things out"
)
BAD_TOKEN = "Telegram does not know this bot: take the token from @BotFather and put it into the settings"  # noqa: S105 - says where to get one


class Poller:
    """Fetches until cancelled; whatever goes wrong, it goes on after a pause."""

    def __init__(self, name: str, get_updates: GetUpdates, receive: Receive) -> None:
        """`get_updates` takes the offset, None for none, waits up to `POLL_S`, and raises `PollFailed`.

        `receive` returns once they are stored.
        """
        self._name, self._get_updates, self._receive = name, get_updates, receive
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        while True:
            pause = await self._poll()
            if pause:
                await asyncio.sleep(pause)

    async def _poll(self) -> float:
        """One poll; how long to pause after it."""
        why, retry_after = "", 0.0
        try:
            raws = await self._get_updates(self._offset)
            await self._receive(raws)
        except PollFailed as failed:
            why, retry_after = failed.why, failed.retry_after or 0.0
        except StorageAway:
            why = "the database is away; Telegram keeps the updates"
        except Exception as error:
            why = f"{type(error).__name__} at {place(error)}"
        else:
            # An offset is used once, to confirm what is stored, and then dropped: after a quiet week Telegram begins
            # to count anywhere, and whatever is below an old offset would be confirmed without having been seen.
            self._offset = max((raw["update_id"] for raw in raws), default=-1) + 1 or None
            self._failures = 0
            return 0
        self._failures += 1
        pause = max(retry_after, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._failures - 1, 8)))
        log.warning("poll_failed", action="poll", channel=self._name, why=why, seconds=pause)
        return pause
