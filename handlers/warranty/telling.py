"""What a look-up may tell, in words: whether a device is covered, the rights by law, what is owed in full."""

from __future__ import annotations

from handlers.rules.disclosure import View
from handlers.rules.facts import Coverage
from handlers.rules.serials import grouped
from handlers.services import Services
from handlers.warranty.deadlines import deadlines
from handlers.warranty.naming import country_name
from handlers.warranty.stack import history, stack
from handlers.when import local_date, local_month

ANSWERS = ("seller", "maker", "choice")


def told(services: Services, view: View, serial: str, language: str) -> str:
    """All that this view shows of a device. It always says that records may not show all of somebody's rights."""
    parts = [device(services, view, serial, language)]
    if view.assessment is None:
        parts += [verdict(services, view, language), *law(services, view.law, language)]
    else:
        parts += [*stack(services, view.assessment, language), *deadlines(services, view.assessment, language)]
        parts += history(services, view, language)
    return "\n\n".join((*parts, services.say("warranty.records", language)))


def device(services: Services, view: View, serial: str, language: str) -> str:
    """Product, model and serial number."""
    name = " ".join(filter(None, (services.product_name(view.product, language), view.model)))
    if not name:
        return services.say("warranty.serial", language, serial=grouped(serial))
    name = name[:1].upper() + name[1:]
    return services.say("warranty.device", language, product=name, serial=grouped(serial))


def verdict(services: Services, view: View, language: str) -> str:
    """The one sentence that somebody learns who knows no more than the serial number."""
    if view.until_month is not None and view.verdict in ("covered", "expired"):
        month = local_month(*view.until_month, language)
        return services.say(f"warranty.{view.verdict}_month", language, month=month)
    known = view.verdict if view.verdict in ("covered", "expired", "void") else "unknown"
    return services.say(f"warranty.{known}", language)


def law(services: Services, coverage: Coverage | None, language: str) -> list[str]:
    """The rights by law, which are no warranty, with their rule and its date; never when they end."""
    if coverage is None:
        return [services.say("warranty.law_somewhere", language)]
    answers = coverage.responsible if coverage.responsible in ANSWERS else "seller"
    parts = [services.say(f"warranty.law_{answers}", language)]
    if coverage.source is not None:
        source = coverage.source
        country, day = country_name(source.country, language), local_date(source.checked, language)
        parts.append(services.say("warranty.rule_short", language, title=source.title, country=country, date=day))
        if source.confidence == "C" and source.ask:
            parts.append(services.say("warranty.check_with", language, ask=source.ask))
    return [" ".join(parts)]
