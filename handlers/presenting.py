"""How an entry is shown: title, text, the date it was checked, and the question whether it helped."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.services import Page, Services
from handlers.stepping import START
from handlers.when import local_date
from handlers.words import LABEL_LIMIT, Choice, Reply, Turn
from knowledge_base.flows import Flow

ENTRY = "entry:"
OF_WARRANTY, CHECK = "warranty-", "warranty:check"  # beside what is said of warranty in general: look at this device
FLOWS = 2  # offered beside one entry


def show(turn: Turn, page: Page) -> Reply:
    """An entry as an answer, with the buttons that rate it and those that lead on."""
    say, language = turn.services.say, turn.language
    rate = f"{page.entry}:{page.version}"
    choices = (
        Choice(f"rate:yes:{rate}", say("faq.yes", language)),
        Choice(f"rate:no:{rate}", say("faq.no", language)),
        *_steps(turn, page),
        *((Choice(CHECK, say("warranty.button_check", language)),) if page.entry.startswith(OF_WARRANTY) else ()),
        *entry_choices(turn, page.related),
    )
    return Reply(f"{body(turn.services, page, language)}\n\n{say('faq.did_it_help', language)}", choices)


def _steps(turn: Turn, page: Page) -> tuple[Choice, ...]:
    """The flows beside an entry, where they speak the language: one step at a time in place of the whole text."""
    spoken = [flow for flow in turn.services.flows_beside(page.entry) if turn.language in flow.words]
    return tuple(Choice(START + flow.slug, _label(turn, flow, page.entry)) for flow in spoken[:FLOWS])


def _label(turn: Turn, flow: Flow, entry: str) -> str:
    if flow.slug == entry:
        return turn.services.say("flow.start", turn.language)
    title = turn.services.flow_words(flow, turn.language).title
    return turn.services.say("flow.start_other", turn.language, title=title)[:LABEL_LIMIT]


def body(services: Services, page: Page, language: str) -> str:
    """An entry's text for a reader of this language; where it is in another one, that is said first."""
    say = services.say
    parts = [f"**{page.title}**", page.text]
    if page.language != language:
        name = services.language_name(page.language, language)
        parts.insert(0, say("faq.other_language", language, other=name))
    if page.checked is not None:
        parts.append(say("faq.checked", language, date=local_date(page.checked, language)))
    return "\n\n".join(parts)


def entry_choices(turn: Turn, entries: Iterable[str], limit: int = 3) -> tuple[Choice, ...]:
    """Titles of entries as choices; those that do not exist are left out."""
    pages = (turn.services.page(entry, turn.language) for entry in entries)
    found = [Choice(ENTRY + page.entry, page.title[:LABEL_LIMIT]) for page in pages if page is not None]
    return tuple(found[:limit])
