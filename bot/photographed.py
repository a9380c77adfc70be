"""Serials on photos of labels: the photos a conversation sent, and what the codes on them say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.labels import Labels
from bot.web.files import Files
from handlers.rules.labels import serial_on
from handlers.rules.serials import Line
from handlers.words import Asker, Attachment


@dataclass(frozen=True, slots=True)
class Photographed:
    """Reads the photos of whoever sent them, and of nobody else."""

    files: Files
    labels: Labels
    lines: tuple[Line, ...] = ()

    async def __call__(self, photos: Sequence[Attachment], asker: Asker) -> str | None:
        """The serial on one of these photos; None where none is read."""
        channel, _, address = asker.person.partition(":")
        images = [photo.id for photo in photos if photo.media_type.startswith("image/")]
        found = [await self.files.find(channel, address, image) for image in images]
        texts = await self.labels.texts([path for _, path in filter(None, found) if path.is_file()])
        return serial_on(texts, self.lines)
