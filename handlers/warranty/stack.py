"""Everything owed for a device, clock by clock: first and last day, how they are worked out, who answers, by what rule.

A rule of confidence C gives no date here, whatever the engine says.
"""

from __future__ import annotations

from datetime import date

from handlers.rules.disclosure import View
from handlers.rules.facts import Assessment, Coverage, Repair, Source
from handlers.services import Services
from handlers.warranty.naming import country_name
from handlers.warranty.sums import notes_without_dates, sums
from handlers.when import local_date
from knowledge_base.rendering import local_number


def stack(services: Services, assessment: Assessment, language: str) -> list[str]:
    """A paragraph for each coverage, the best first; then what must be known to say more."""
    parts = [coverage(services, one, assessment.on, language) for one in assessment.coverages]
    if not parts:
        parts.append(services.say("warranty.unknown", language))
    if "purchased" in assessment.missing:
        parts.append(services.say("warranty.no_purchase", language))
    if "activated" in assessment.missing:
        parts.append(services.say("warranty.no_activation", language))
    return parts


def coverage(services: Services, one: Coverage, on: date, language: str) -> str:
    """One clock: a heading, then a list."""
    say = services.say
    state = one.verdict if one.verdict in ("covered", "expired", "void") else "unknown"
    head = say(
        "warranty.clock", language,
        kind=say(f"warranty.kind_{one.kind}", language), state=say(f"warranty.state_{state}", language),
    )  # fmt: skip
    lines = [*_dates(services, one, on, language), *_reasons(services, one, language)]
    return "\n".join((head, "", *(f"- {line}" for line in lines))).rstrip()


def _dates(services: Services, one: Coverage, on: date, language: str) -> list[str]:
    say, source = services.say, one.source
    if source is not None and source.confidence == "C":
        return [*notes_without_dates(services, one, language), _unsure(services, source, language)]
    lines = []
    if one.start is not None and one.end is not None:
        first, last = local_date(one.start, language), local_date(one.end, language)
        lines.append(say("warranty.period", language, first=first, last=last))
    elif one.end is not None:
        lines.append(say("warranty.until", language, last=local_date(one.end, language)))
    lines += sums(services, one, language)
    if one.added_days:
        digits = local_number(one.added_days, language)
        lines.append(say("warranty.added", language, count=one.added_days, digits=digits))
    return lines + _presumption(services, one, on, language)


def _presumption(services: Services, one: Coverage, on: date, language: str) -> list[str]:
    if one.presumed_until is None:
        return []
    phrase = "presumed" if on <= one.presumed_until else "presumed_before"
    return [services.say(f"warranty.{phrase}", language, date=local_date(one.presumed_until, language))]


def _reasons(services: Services, one: Coverage, language: str) -> list[str]:
    """Why it is void, who answers, and by what rule."""
    say, lines = services.say, []
    if one.void:
        lines.append(say("warranty.void_reason", language, reason=one.void))
    if one.responsible in ("seller", "maker", "choice"):
        lines.append(say(f"warranty.answers_{one.responsible}", language))
    if one.source is not None:
        if one.source.confidence != "C" and one.source.ask:  # the least that is owed has ended
            lines.append(say("warranty.may_be_longer", language, ask=one.source.ask))
        lines.append(_rule(services, one.source, language))
    return lines


def _unsure(services: Services, source: Source, language: str) -> str:
    if source.ask:
        return services.say("warranty.no_date", language, ask=source.ask)
    return services.say("warranty.no_date_at_all", language)


def _rule(services: Services, source: Source, language: str) -> str:
    """By what rule, in which state of knowledge. An unconfirmed one has no source that could be named."""
    country, day = country_name(source.country, language), local_date(source.checked, language)
    if source.confidence == "C":
        return services.say("warranty.rule_short", language, title=source.title, country=country, date=day)
    return services.say(
        "warranty.rule", language,
        title=source.title, country=country, rule=source.rule, source=source.source, date=day,
    )  # fmt: skip


def history(services: Services, view: View, language: str) -> list[str]:
    """A repair that is not over yet, and, for the owner, those that are."""
    parts = []
    if view.open_repair is not None:
        since = local_date(view.open_repair.claimed, language)
        parts.append(services.say("warranty.open_repair", language, date=since))
    if view.repairs:
        lines = [f"- {_repair(services, repair, language)}" for repair in view.repairs]
        parts.append("\n".join((services.say("warranty.repairs", language), "", *lines)))
    return parts


def _repair(services: Services, repair: Repair, language: str) -> str:
    say, since = services.say, local_date(repair.claimed, language)
    kind = say(f"warranty.made_{repair.kind}", language)
    if repair.returned is None:
        return say("warranty.repair_since", language, kind=kind, first=since)
    return say("warranty.repair_line", language, kind=kind, first=since, last=local_date(repair.returned, language))
