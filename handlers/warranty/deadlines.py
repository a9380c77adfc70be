"""By when somebody must do something if a claim is made today."""

from __future__ import annotations

from handlers.rules.facts import Assessment, Deadline, Source
from handlers.services import Services
from handlers.warranty.naming import country_name, term
from handlers.when import local_date


def deadlines(services: Services, assessment: Assessment, language: str) -> list[str]:
    """One paragraph with a line for each deadline and the rules they come from; nothing where there are none."""
    if not assessment.deadlines:
        return []
    head = services.say("warranty.if_claimed", language, date=local_date(assessment.on, language))
    lines = [f"- {_line(services, one, language)}" for one in assessment.deadlines]
    return ["\n".join((head, "", *lines)), *_rules(services, assessment, language)]


def _line(services: Services, one: Deadline, language: str) -> str:
    say, source = services.say, one.source
    act = say(f"warranty.act_{one.act}", language)
    if one.by is None or source.confidence == "C":
        if source.ask:
            return say("warranty.deadline_unsure", language, act=act, ask=source.ask)
        return say("warranty.deadline_none", language, act=act)
    days = term(services, one.days, "workdays" if one.counted == "working" else "days", language)
    line = say("warranty.deadline", language, act=act, date=local_date(one.by, language), term=days)
    return line if one.silence == "none" else f"{line} {say(f'warranty.silence_{one.silence}', language)}"


def _rules(services: Services, assessment: Assessment, language: str) -> list[str]:
    """The rules, each once."""
    sources = dict.fromkeys(one.source for one in assessment.deadlines)
    return [_rule(services, source, language) for source in sources]


def _rule(services: Services, source: Source, language: str) -> str:
    country, day = country_name(source.country, language), local_date(source.checked, language)
    return services.say("warranty.rule_short", language, title=source.title, country=country, date=day)
