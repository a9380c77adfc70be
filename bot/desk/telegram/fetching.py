"""Files agents send: fetched from Telegram, and kept for the customer they are meant for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot

from bot.desk.telegram.card import Say
from bot.desk.telegram.reading import SentFile
from bot.desk.telegram.trouble import Trouble, asked
from bot.web.files import DiskFull, FileRefused, Files, FileTooLarge
from handlers.words import Attachment

MEGABYTES = 20  # Telegram hands no larger file to a bot
FETCH_S = 120
TRIES = 2


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of the files of a message."""

    files: tuple[Attachment, ...]
    problems: tuple[str, ...]  # a sentence for each that is not sent


@dataclass(frozen=True, slots=True)
class Fetcher:
    bot: Bot
    files: Files
    say: Say
    now: Callable[[], datetime]

    async def fetch(self, sent: Sequence[SentFile], channel: str, address: str) -> Fetched:
        """Keep the files for a customer. Raises `StorageAway`."""
        kept, problems = [], []
        for file in sent:
            found = await self._fetch(file, channel, address)
            if isinstance(found, Attachment):
                kept.append(found)
            else:
                problems.append(found)
        return Fetched(tuple(kept), tuple(problems))

    async def _fetch(self, file: SentFile, channel: str, address: str) -> Attachment | str:
        limit = MEGABYTES * 1024 * 1024
        over = self.say("file_over", name=file.name, most=MEGABYTES)
        if file.size > limit:
            return over
        content = await self._content(file)
        if content is None:
            return self.say("file_lost", name=file.name)
        try:
            return await self.files.keep(channel, address, file.name, _chunks(content), limit, self.now())
        except FileRefused:
            return self.say("file_refused", name=file.name)
        except (FileTooLarge, DiskFull):
            return over

    async def _content(self, file: SentFile) -> bytes | None:
        for _ in range(TRIES):
            try:
                found = await asked(self.bot.get_file(file.file_id))
                return bytes(await asked(found.download_as_bytearray(), FETCH_S))
            except Trouble:
                continue
        return None


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
