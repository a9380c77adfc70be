"""By when somebody must answer, repair, replace or pay after a claim, and by when a customer may send a thing back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handlers.rules.days import add_days, add_working_days, days_off, next_working_day
from handlers.rules.facts import Deadline
from handlers.rules.law import Case, duties, is_sure, source_of
from knowledge_base.statutes import Duty


def deadlines_of(case: Case, *, is_owed: bool) -> Iterator[Deadline]:
    """What follows from a claim made on the day of the case, in the order of the law's file.

    `is_owed`: something may be owed for the device. Without it nothing follows from a claim; a withdrawal needs no
    defect, and is told while it is possible.
    """
    for row in duties(case):
        by = _last_day(row, case) if is_sure(row, case) else None
        is_over = row.starts == "delivery" and by is not None and by < case.on
        if not is_over and (is_owed or row.starts == "delivery"):
            for act in row.acts:
                yield Deadline(act, by, row.days, row.counted, row.silence, source_of(row, case))


def _last_day(row: Duty, case: Case) -> date | None:
    """The last day, inclusive; None where the day it is counted from is not known."""
    if row.starts == "agreement":
        return None
    sale = case.device.sale
    start = case.on if row.starts == "claim" else sale.delivered or sale.purchased
    return None if start is None else last_day(row, start, case)


def last_day(row: Duty, start: date, case: Case) -> date:
    """So many days after this one, which is not counted."""
    country = (case.country or "").upper().partition("-")[0]
    is_off = days_off(country, case.law.weekend)
    if row.counted == "working":
        return add_working_days(start, row.days, is_off)
    last = add_days(start, row.days)
    return next_working_day(last, is_off) if row.moves else last
