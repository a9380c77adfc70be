"""Files of customers, from Telegram into our own folder; and what the customer hears where that can not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiohttp import ClientError

from bot.channels.telegram.api import download, says
from bot.channels.telegram.inward import NAME, SentFile, sent_files
from bot.services import BotServices
from bot.storage.updates import Raw
from bot.web.files import DiskFull, FileRefused, Files, FileTooLarge
from handlers.words import Attachment
from knowledge_base.rendering import local_number

TRIES = 2
MEGABYTE = 1024 * 1024
_PHRASES = {"too_large": "telegram.file_too_large", "refused": "widget.file_refused", "failed": "telegram.file_failed"}

log = structlog.get_logger()


class Fetcher:
    """Downloads what customers send, up to a limit in megabytes (Telegram gives a bot no more than 20)."""

    def __init__(
        self, bot: Bot, files: Files, services: BotServices, megabytes: int, now: Callable[[], datetime]
    ) -> None:
        self._bot, self._files, self._services, self._now = bot, files, services, now
        self._megabytes = megabytes

    async def fetch(self, raws: Sequence[Raw], address: str) -> tuple[list[Attachment], list[str]]:
        """The files of a message, stored, and of those that are not each reason once. Raises `StorageAway`."""
        found = [await self._one(file, address) for file in sent_files(raws)]
        files = [one for one in found if isinstance(one, Attachment)]
        return files, list(dict.fromkeys(one for one in found if isinstance(one, str)))

    def words(self, trouble: str, hint: str | None, language: str | None) -> str:
        """What a customer hears of a file we could not take."""
        spoken = self._services.languages
        hinted = (hint or "").partition("-")[0]
        speak = language or (hinted if hinted in spoken else spoken[0])
        limit = {"limit": local_number(self._megabytes, speak)} if trouble == "too_large" else {}
        return self._services.say(_PHRASES[trouble], speak, **limit)

    async def _one(self, file: SentFile, address: str) -> Attachment | str:
        """A file as stored, or why it is not."""
        limit = self._megabytes * MEGABYTE
        if file.size > limit:
            return "too_large"
        for attempt in range(1, TRIES + 1):
            try:
                chunks = download(self._bot, file.file_id)
                return await self._files.keep(NAME, address, file.name, chunks, limit, self._now())
            except FileTooLarge:
                return "too_large"
            except FileRefused:
                return "refused"
            except (AiogramError, ClientError, OSError, TimeoutError, DiskFull) as error:
                if says(error, "file is too big"):
                    return "too_large"
                log.warning("file_failed", action="fetch", channel=NAME, error=type(error).__name__, attempts=attempt)
        return "failed"
