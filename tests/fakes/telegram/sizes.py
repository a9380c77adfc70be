"""The greatest files Telegram takes and gives."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass
class Sizes:
    """The greatest sizes in bytes; tests may lower them."""

    download: int = 20 * MEGABYTE
    upload: int = 50 * MEGABYTE
    photo: int = 10 * MEGABYTE
