"""Reads the codes on photos. A script for a process of its own: `python -I label_reader.py FILE…` prints a JSON list
of texts.

A photo is a stranger's file, and it is read by C and C++: here it can take neither the bot with it, nor its memory,
nor its secrets, and what takes too long is ended. `bot.labels` runs it.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats

MOST_BYTES = 20 * 1024 * 1024
# Pixels. A JPEG can be unpacked smaller and grey, so that a good telephone's photo is well; of the others all is
# unpacked in colours, twice.
MOST_PIXELS = {"JPEG": 26_000_000, "PNG": 9_000_000, "WEBP": 9_000_000}
LONGEST_SIDE = 12_000
ROOM = (3_000, 3_000)  # what is searched: labels fill their photos
MEMORY = 400 * 1024 * 1024  # of address space; at its worst a photo takes half of it
SECONDS = 10  # of CPU
TEXTS, TEXT_LIMIT = 20, 1_000
NICENESS = 10  # conversations come first
# On labels of devices. Not those of shops' tills: their number is the product's.
LINEAR = [BarcodeFormat.Code128, BarcodeFormat.Code39, BarcodeFormat.Code93, BarcodeFormat.DataBarExp]
SQUARE = [
    BarcodeFormat.QRCode, BarcodeFormat.MicroQRCode, BarcodeFormat.DataMatrix, BarcodeFormat.Aztec,
    BarcodeFormat.PDF417,
]  # fmt: skip
# A linear code is found when it lies straight within ten degrees: turned by these, every one does once.
TURNS = (18, 36, 54, 72)
TURNED_SIDE = 2_000  # pixels

Image.MAX_IMAGE_PIXELS = None  # the limits are ours


def read(path: Path) -> list[str]:
    """The texts of the codes on one photo; none where it is no photo, or too large."""
    if path.stat().st_size > MOST_BYTES:
        return []
    with Image.open(path, formats=tuple(MOST_PIXELS)) as image:
        if _is_too_large(image):
            return []
        image.draft("L", ROOM)
        grey = image.convert("L")
    grey.thumbnail(ROOM)
    return next((texts for texts in _attempts(grey) if texts), [])


def _is_too_large(image: Image.Image) -> bool:
    """By its header: nothing is unpacked yet."""
    width, height = image.size
    return width * height > MOST_PIXELS[image.format or ""] or max(width, height) > LONGEST_SIDE


def _attempts(grey: Image.Image) -> Iterator[list[str]]:
    yield _codes(grey, LINEAR + SQUARE)
    grey.thumbnail((TURNED_SIDE, TURNED_SIDE))
    for angle in TURNS:
        turned = grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        yield _codes(turned, LINEAR)


def _codes(grey: Image.Image, formats: list[BarcodeFormat]) -> list[str]:
    found = zxingcpp.read_barcodes(grey, formats=BarcodeFormats(formats))
    return [code.text[:TEXT_LIMIT] for code in found][:TEXTS]


def _limit() -> None:
    """Where the system can: what a hostile photo may take."""
    try:
        import resource
    except ImportError:  # Windows: the caller's time limit has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)


def main(paths: list[str]) -> None:
    """Print what stands on all photos; one that can not be read is as one without a code."""
    _limit()
    warnings.simplefilter("ignore")
    texts: list[str] = []
    for path in paths:
        try:
            texts += read(Path(path))
        except Exception:  # noqa: S112  # a broken file in any of the ways there are, MemoryError among them
            continue
    sys.stdout.write(json.dumps(texts[:TEXTS]))


if __name__ == "__main__":
    main(sys.argv[1:])
