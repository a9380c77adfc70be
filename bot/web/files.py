"""Files customers send: checked by their first bytes, kept on disk under their hash, given back to their owner only."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.storage.files import add_file, find_file
from bot.storage.store import Store
from handlers.words import Attachment

NAME_LIMIT = 120
SNIFFED = 32  # bytes that tell what a file is
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*\u202a-\u202e\u2066-\u2069]+")
# First bytes and where they stand, after the formats' own specifications.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"\x89PNG\r\n\x1a\n", "image/png"), (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"), (8, b"WEBP", "image/webp"), (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"), (0, b"%PDF-", "application/pdf"), (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"), (4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"), (0, b"ID3", "audio/mpeg"), (0, b"\xff\xfb", "audio/mpeg"), (8, b"WAVE", "audio/wav"),
)  # fmt: skip


class FileRefused(Exception):
    """This kind of file is not taken."""


def media_type(head: bytes) -> str:
    """What a file is, by its first bytes, whatever its name says. Raises `FileRefused`."""
    for offset, mark, found in _SIGNATURES:
        if head[offset : offset + len(mark)] == mark:
            return found
    raise FileRefused("not a photo, PDF, video or sound recording")


def safe_name(name: str) -> str:
    """A file name without paths, controls or direction marks."""
    return _UNSAFE_NAME.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")[:NAME_LIMIT] or "file"


@dataclass(frozen=True, slots=True)
class Files:
    """The folder of files and the rows that say whose they are."""

    folder: Path
    store: Store

    async def keep(self, channel: str, address: str, name: str, content: bytes, now: datetime) -> Attachment:
        """Store a file for an address. Raises `FileRefused`, `StorageAway`."""
        kind = media_type(content[:SNIFFED])
        digest = hashlib.sha256(content).hexdigest()
        _write(self._path(digest), content)
        file = Attachment(secrets.token_urlsafe(16), safe_name(name), kind, len(content))
        await self.store.write(partial(add_file, channel=channel, address=address, file=file, sha256=digest, now=now))
        return file

    async def find(self, channel: str, address: str, id: str) -> tuple[Attachment, Path] | None:
        """A file of this address with the path of its bytes; None where it is not theirs or does not exist."""
        found = await self.store.read(partial(find_file, channel=channel, address=address, id=id))
        return None if found is None else (found[0], self._path(found[1]))

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    """Write so that a crash leaves the whole file or none."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
