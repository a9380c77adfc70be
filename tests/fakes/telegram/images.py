"""The size of a picture, as far as Telegram must know it to take a photo."""

from __future__ import annotations

import struct

from tests.fakes.telegram.refusals import Refused

SIDES, RATIO = 10_000, 20


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None where it is no picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8\xff"):
        return jpeg_size(content)
    return (512, 512) if content.startswith(b"RIFF") and content[8:12] == b"WEBP" else None


def jpeg_size(content: bytes) -> tuple[int, int]:
    """From the frame header; a picture without one counts as small."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return 90, 90


def photo_size(content: bytes) -> tuple[int, int]:
    """The size of what is sent as a photo, or the refusal."""
    size = size_of(content)
    if size is None or 0 in size:
        raise Refused("IMAGE_PROCESS_FAILED")
    if sum(size) > SIDES or max(size) > RATIO * min(size):
        raise Refused("PHOTO_INVALID_DIMENSIONS")
    return size
