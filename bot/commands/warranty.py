"""`warranty`: what is owed for a device, and the registry of devices."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import Failed
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.explaining import Explained
    from bot.importing import Imported
    from bot.registering.entries import Refused
    from bot.registering.rows import Sheet

registry_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group()
def warranty() -> None:
    """What is owed for a device, and the registry of devices."""


@warranty.command()
@click.option("--serial", required=True, help="As it was typed, or as it stands on the device.")
@click.option("--country", help="ISO code, where our records name none: CZ, or US-CA with a region.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="A day such as 2026-12-31; default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on one line.")
@click.pass_obj
def explain(settings: Settings, serial: str, country: str | None, on: datetime | None, as_json: bool) -> None:
    """What is owed for a device, with every step: all that the registry and the law say. For operators' eyes."""
    from bot import explaining

    day = on.date() if on else datetime.now(settings.company.zone).date()
    told = _explained(settings, serial, _code(country), day)
    if as_json:
        click.echo(json.dumps(explaining.as_json(told), ensure_ascii=False))
        return
    for line in explaining.as_text(told):
        click.echo(line)


@warranty.command(name="import")
@registry_file
@click.option(
    "--refused", type=click.Path(path_type=Path, dir_okay=False), help="Write every refused row to this CSV file."
)
@click.pass_obj
def import_(settings: Settings, file: Path, refused: Path | None) -> None:
    """Take a CSV file of devices (UTF-8) into the registry.

    The first line names the columns; only serial must be there. Rows that can not be taken are reported, all others
    go in. Stopped at any moment, the same command goes on where it was; a file that is in already changes nothing.

    Exit status 0 where rows went in, also if others were refused; 1 where nothing could be read.
    """
    from bot.importing import import_file
    from bot.registering.serials import Serials

    sheet = _sheet(file)
    serials = Serials(settings.warranty.product_lines())
    with click.progressbar(length=sheet.size, label=file.name, file=sys.stderr) as bar:
        found = import_file(
            settings.storage.url, sheet, serials, partial(datetime.now, UTC), settings.company.zone,
            refused=refused, moved=bar.update,
        )  # fmt: skip
    _report(found, refused)


@warranty.command()
@registry_file
@click.pass_obj
def lint(settings: Settings, file: Path) -> None:
    """Report what is wrong with a CSV file of devices, without touching the registry; exit status 1 if anything is.

    Serials that look alike, wrong check digits, mixed alphabets, lengths out of pattern, impossible dates, and serials
    that can be guessed from one another.
    """
    from bot.registering.linting import lint_sheet
    from bot.registering.serials import Serials

    sheet = _sheet(file)
    serials = Serials(settings.warranty.product_lines())
    today = datetime.now(settings.company.zone).date()
    count = _told(lint_sheet(sheet, serials, today, is_strict=settings.warranty.strict))
    if count:
        raise Failed(f"{count} mistakes")
    click.echo("no mistakes")


def _explained(settings: Settings, typed: str, country: str | None, on: date) -> Explained:
    from bot.explaining import Explained
    from bot.storage.registry.devices import Ambiguous, look_up
    from bot.storage.store import reading as read_database
    from handlers.rules.coverage import assess
    from handlers.rules.serials import Reading, canonical, judge, read, skeletons
    from knowledge_base.law import read_law

    lines = settings.warranty.product_lines()
    reading = read(typed, lines, expected=True)
    if reading == Reading():  # in a talk it would be a word or a telephone number; here it was said to be a serial
        reading = judge(canonical(typed), lines)
    told = Explained(typed, reading, on, country)
    if reading.canonical is None:
        return told
    alike = skeletons(reading.canonical, lines)
    query = partial(look_up, canonicals=(reading.canonical, *reading.also), skeletons=alike)
    found, device = read_database(settings.storage.url, query)
    if isinstance(found, Ambiguous):
        return replace(told, alike=found.serials)
    if found is None:
        return told
    return replace(told, serial=found.serial, device=device, assessment=assess(device, read_law(), on, country))


def _code(country: str | None) -> str | None:
    if country is not None and not re.fullmatch("[A-Za-z]{2}(-[A-Za-z]{2,3})?", country):
        raise Failed(f"--country: {country!r} is no country; write its ISO code, such as CZ")
    return country and country.upper()


def _sheet(file: Path) -> Sheet:
    from bot.registering.rows import FileUnreadable, Sheet

    try:
        sheet = Sheet(file)
    except FileUnreadable as error:
        raise Failed(str(error)) from None
    if sheet.header.unused:
        click.echo(f"columns that are not used: {', '.join(sheet.header.unused)}", err=True)
    return sheet


def _report(found: Imported, refused: Path | None) -> None:
    _told(found.shown)
    if found.resumed:
        click.echo(f"went on behind row {found.resumed + 1}, where an earlier run had stopped", err=True)
    where = f"; all of them are in {refused}" if refused else "; --refused FILE writes down all of them"
    click.echo(f"{found.rows} rows read, {found.refused} refused{where if found.refused else ''}", err=True)
    if found.refused and found.refused == found.rows:
        raise Failed("no row could be taken")


def _told(found: Iterable[Refused]) -> int:
    """Print each as row, column, reason; how many there were."""
    count = 0
    for count, one in enumerate(found, 1):  # noqa: B007 - the last count is wanted
        click.echo(f"row {one.row}, {one.column or 'all of it'}: {one.reason}")
    return count
