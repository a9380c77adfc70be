"""A registry file into the database: read, taken batch by batch, resumed where it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path

from bot.registering.entries import Entry, Refused, entry_of
from bot.registering.refused import RefusedFile
from bot.registering.rows import Sheet
from bot.registering.serials import Serials
from bot.storage.registry.importing import Batch, Importing, Progress, Tell

ROWS = 2_000  # in one transaction: a tenth of a second, for which the running bot waits
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    rows: int  # all of it, blank lines too
    refused: int
    resumed: int  # rows that an earlier run had taken
    shown: tuple[Refused, ...]  # the first of this run


def import_file(
    url: str, sheet: Sheet, serials: Serials, clock: Callable[[], datetime], zone: tzinfo, *,
    refused: Path | None, moved: Callable[[int], None],
) -> Imported:  # fmt: skip
    """Take a whole file. `moved` hears of every byte that is in, first of those an earlier run brought in.

    Killed at any moment and run again, it goes on behind the last batch that is in. A file that is in as a whole is
    taken again and changes nothing.
    """
    importing = Importing(url, sheet.digest(), clock())
    try:
        start = importing.progress
        moved(start.offset)
        shown = _take_all(importing, sheet, serials, clock, zone, refused, moved)
        importing.finish(clock())
        return Imported(importing.progress.rows, importing.progress.refused, start.rows, tuple(shown))
    finally:
        importing.close()


def _take_all(
    importing: Importing, sheet: Sheet, serials: Serials, clock: Callable[[], datetime], zone: tzinfo,
    refused: Path | None, moved: Callable[[int], None],
) -> list[Refused]:  # fmt: skip
    shown: list[Refused] = []
    with _told(refused, importing.progress, shown) as tell:
        for batch in _batches(sheet, serials, importing.progress):
            before = importing.progress.offset
            now = clock()
            importing.take(batch, serials.skeleton, now.astimezone(zone).date(), now, tell)
            moved(batch.offset - before)
    return shown


@contextmanager
def _told(path: Path | None, progress: Progress, shown: list[Refused]) -> Iterator[Tell]:
    """Whom to tell of refused rows: the screen of the first, the file of all."""

    def show(refused: Sequence[Refused]) -> None:
        shown.extend(refused[: SHOWN - len(shown)])

    if path is None:
        yield show
        return
    with RefusedFile(path, progress.rows) as file:

        def write(refused: Sequence[Refused]) -> None:
            show(refused)
            file.write(refused)

        yield write


def _batches(sheet: Sheet, serials: Serials, progress: Progress) -> Iterator[Batch]:
    rows = sheet.rows(progress.offset, progress.rows)
    while some := list(islice(rows, ROWS)):
        said = [entry_of(row, sheet.header, serials.read) for row in some]
        entries = [one for one in said if isinstance(one, Entry)]
        refused = [trouble for one in said if not isinstance(one, Entry) for trouble in one]
        yield Batch(entries, refused, some[-1].end, some[-1].number - 1)
