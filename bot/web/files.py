"""Files customers send: checked by their first bytes, kept on disk under their hash, given back to their owner only."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.ports import storable
from bot.storage.files import add_file, find_file
from bot.storage.store import Store
from handlers.words import Attachment

NAME_LIMIT = 120
SNIFFED = 32  # bytes that tell what a file is
KEPT_FREE = 256 * 1024 * 1024  # bytes of the disk that files leave to the database
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
# First bytes and where they stand, after the formats' own specifications.
_SIGNATURES: tuple[tuple[tuple[tuple[int, bytes], ...], str], ...] = (
    (((0, b"\xff\xd8\xff"),), "image/jpeg"), (((0, b"\x89PNG\r\n\x1a\n"),), "image/png"),
    (((0, b"GIF87a"),), "image/gif"), (((0, b"GIF89a"),), "image/gif"),
    (((0, b"RIFF"), (8, b"WEBP")), "image/webp"), (((0, b"RIFF"), (8, b"WAVE")), "audio/wav"),
    (((0, b"\0"), (4, b"ftyphei")), "image/heic"), (((0, b"\0"), (4, b"ftypmif1")), "image/heic"),
    (((0, b"\0"), (4, b"ftypM4A")), "audio/mp4"), (((0, b"\0"), (4, b"ftypqt")), "video/quicktime"),
    (((0, b"\0"), (4, b"ftyp")), "video/mp4"), (((0, b"\x1aE\xdf\xa3"),), "video/webm"),
    (((0, b"%PDF-"),), "application/pdf"), (((0, b"OggS"),), "audio/ogg"), (((0, b"ID3"),), "audio/mpeg"),
    (((0, b"\xff\xfb"),), "audio/mpeg"),
)  # fmt: skip
# Endings a file of a kind may keep; any other gets the first one added, so that the name tells the truth.
_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/gif": (".gif",), "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"), "application/pdf": (".pdf",), "audio/mp4": (".m4a",),
    "video/quicktime": (".mov",), "video/mp4": (".mp4", ".m4v", ".3gp"), "video/webm": (".webm", ".mkv"),
    "audio/ogg": (".ogg", ".oga", ".opus"), "audio/mpeg": (".mp3",), "audio/wav": (".wav",),
}  # fmt: skip


class FileRefused(Exception):
    """This kind of file is not taken."""


class FileTooLarge(Exception):
    """The file is longer than it may be."""


class DiskFull(Exception):
    """Files would take the room the database needs."""


def media_type(head: bytes) -> str:
    """What a file is, by its first bytes, whatever its name says. Raises `FileRefused`."""
    for marks, found in _SIGNATURES:
        if all(head[offset : offset + len(mark)] == mark for offset, mark in marks):
            return found
    raise FileRefused("not a photo, PDF, video or sound recording")


def safe_name(name: str, kind: str) -> str:
    """A file name without paths, controls or direction marks, with an ending that fits the kind."""
    bare = _UNSAFE_NAME.sub("_", storable(name).replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")[:NAME_LIMIT]
    fits = bare.lower().endswith(_ENDINGS[kind])
    return bare if fits else (bare or "file") + _ENDINGS[kind][0]


@dataclass(frozen=True, slots=True)
class Files:
    """The folder of files and the rows that say whose they are."""

    folder: Path
    store: Store

    async def keep(
        self, channel: str, address: str, name: str, chunks: AsyncIterator[bytes], limit: int, now: datetime
    ) -> Attachment:
        """Store a file of at most `limit` bytes. Raises `FileRefused`, `FileTooLarge`, `DiskFull`, `StorageAway`."""
        with _Spool(self.folder, limit) as spool:
            async for chunk in chunks:
                spool.write(chunk)
            kind = spool.kind()
            await asyncio.to_thread(spool.settle, self._path(spool.digest))
        file = Attachment(secrets.token_urlsafe(16), safe_name(name, kind), kind, spool.size)
        digest = spool.digest
        await self.store.write(partial(add_file, channel=channel, address=address, file=file, sha256=digest, now=now))
        return file

    async def find(self, channel: str, address: str, id: str) -> tuple[Attachment, Path] | None:
        """A file of this address with the path of its bytes; None where it is not theirs or does not exist."""
        if not _ID.fullmatch(id):
            return None
        found = await self.store.read(partial(find_file, channel=channel, address=address, id=id))
        return None if found is None else (found[0], self._path(found[1]))

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


class _Spool:
    """A file on its way in: on disk under a passing name, in memory only its first bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < KEPT_FREE + limit:
            raise DiskFull
        self._path = folder / f"new-{secrets.token_hex(8)}"
        self._file = self._path.open("xb")
        self._limit, self._head, self._hash, self.size = limit, b"", hashlib.sha256(), 0

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Take a piece; refuse early what is no good."""
        self.size += len(chunk)
        if self.size > self._limit:
            raise FileTooLarge
        if len(self._head) < SNIFFED:
            self._head = (self._head + chunk)[:SNIFFED]
            if len(self._head) == SNIFFED:
                self.kind()
        self._hash.update(chunk)
        self._file.write(chunk)

    def kind(self) -> str:
        return media_type(self._head)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def settle(self, path: Path) -> None:
        """Move to the lasting place, so that a crash leaves the whole file or none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()  # some systems do not rename an open file
        os.replace(self._path, path)
