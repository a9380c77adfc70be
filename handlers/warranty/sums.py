"""The steps of a period's sum in the reader's words: the engine writes them in plain English, with ISO dates.

What is no step that the engine is known to write is a note of the law's file; the catalogues know those as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from handlers.rules.facts import Coverage
from handlers.services import Services
from handlers.warranty.naming import term
from handlers.when import local_date
from knowledge_base.rendering import RTL

_DAY = r"\d{4}-\d\d-\d\d"
_STEPS = [
    (re.compile(pattern), phrase)
    for pattern, phrase in (
        (rf"(?P<first>{_DAY}) \+ (?P<term>\d+ \w+) = (?P<last>{_DAY})", "step"),
        (
            rf"(?P<first>{_DAY}) \+ (?P<term>\d+ days) out of use \((?P<since>{_DAY}) to (?P<until>{_DAY})\)"
            rf" = (?P<last>{_DAY})",
            "step_out_of_use",
        ),
        (
            rf"(?P<first>{_DAY}) \+ (?P<term>\d+ days) out of use \((?P<since>{_DAY}) to {_DAY} so far: .*\)"
            rf" = (?P<last>{_DAY})",
            "step_still_out",
        ),
        (
            rf"(?P<first>{_DAY}) \+ (?P<term>\d+ months), once, for the repair of (?P<since>{_DAY}) = (?P<last>{_DAY})",
            "step_once",
        ),
        (
            rf"(?P<kind>repair|replacement) of (?P<since>{_DAY}), starts anew:"
            rf" (?P<first>{_DAY}) \+ (?P<term>\d+ \w+) = (?P<last>{_DAY})",
            "step_anew",
        ),
        (rf"(?P<kind>repair|replacement) claimed (?P<since>{_DAY}): not handed over yet", "step_not_back"),
        (rf"(?P<kind>repair|replacement) claimed (?P<since>{_DAY}): .*", "step_anew_unknown"),
        (rf"until (?P<last>{_DAY}) by the company's records", "step_until"),
        (rf"made (?P<since>{_DAY}) at the earliest", "step_made"),
        (r"day of .* unknown, counted from the purchase", "step_from_purchase"),
        (r"day of .* unknown, counted from the delivery", "step_from_delivery"),
    )
]
_AND_THEN = ("; ", "؛ ")  # the second in languages written from the right
_DOUBT = re.compile(rf"a repair may have moved the end \({_DAY}\): .*")


def sums(services: Services, one: Coverage, language: str) -> list[str]:
    """How the days of a coverage were found: one line of steps where there are dates, one for each note."""
    steps, notes = _told_apart(services, one.arithmetic, language)
    if steps and one.basis is not None:
        basis = services.say(f"warranty.basis_{one.basis}", language)
        steps = [services.say("warranty.sum", language, basis=basis, steps=_AND_THEN[language in RTL].join(steps))]
    return [*steps, *notes]


def notes_without_dates(services: Services, one: Coverage, language: str) -> list[str]:
    """What may be said of a rule that gives no firm date."""
    return _told_apart(services, one.arithmetic, language)[1]


def _told_apart(services: Services, arithmetic: Sequence[str], language: str) -> tuple[list[str], list[str]]:
    steps: list[str] = []
    notes: list[str] = []
    for step in arithmetic:
        said = _step(services, step, language)
        if said is not None:
            steps.append(said)
        elif _DOUBT.fullmatch(step):
            notes.append(services.say("warranty.step_doubt", language))
        else:
            notes.append(services.say("warranty.note", language, text=step))
    return steps, notes


def _step(services: Services, step: str, language: str) -> str | None:
    """A step in words; None for what is none."""
    for pattern, phrase in _STEPS:
        if found := pattern.fullmatch(step):
            values = {name: _value(services, name, text, language) for name, text in found.groupdict().items()}
            return services.say(f"warranty.{phrase}", language, **values)
    return None


def _value(services: Services, name: str, text: str, language: str) -> str:
    if name == "kind":
        return services.say(f"warranty.made_{text}", language)
    if name == "term":
        count, _, unit = text.partition(" ")
        return term(services, int(count), unit, language)
    return local_date(date.fromisoformat(text), language)
