"""Images of the built knowledge base: a start with nothing changed since the last one builds nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog

from knowledge_base.flow_files import flow_files
from knowledge_base.folder import article_files
from knowledge_base.image import ImageUnfit, mark_of, read_image, write_image

ROOT = Path(__file__).parent.parent
# Code and words that decide what is built; with them changed, an image is out of date.
OWN = (
    "bot/knowledge.py", "handlers/*.py", "handlers/locales/*/LC_MESSAGES/*.po",
    "knowledge_base/*.py", "knowledge_base/*.json", "knowledge_base/*/*.py", "knowledge_base/*/*.toml",
)  # fmt: skip

T = TypeVar("T")
log = structlog.get_logger()


def mark_of_knowledge(path: Path, thresholds: Path, words: Sequence[str]) -> str:
    """The mark of what lies below `path`, the thresholds `kb calibrate` stored, these words and our own code."""
    own = [file for pattern in OWN for file in sorted(ROOT.glob(pattern))]
    articles = [*article_files(path), *flow_files(path), *sorted((path / "products").glob("*.toml"))]
    return mark_of([*own, *articles, *([thresholds] if thresholds.is_file() else [])], *words)


def kept(image: Path, mark: str, kind: type[T], build: Callable[[], T]) -> T:
    """The value of an image with this mark; without one it is built, and kept for the next start."""
    found = read_image(image, mark)
    if isinstance(found, kind):
        return found
    built = build()
    try:
        write_image(image, mark, built)
    except (OSError, ImageUnfit) as error:
        log.warning("image_not_kept", action="load", why=str(error))
    return built
