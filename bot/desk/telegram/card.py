"""The card: the first post of a topic, with what an agent must know before they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from bot.storage.standings import Shown
from bot.telegram_text import html, plain, split, units
from handlers.rules.numbers import shown
from handlers.rules.tickets import Status, allowed

Say = Callable[..., str]  # a phrase of `desk`, with its values, in the language of the desk
LanguageName = Callable[[str], str]  # as it begins a label
Rows = tuple[tuple[tuple[str, str], ...], ...]  # buttons: label and data
Act = Literal["take", "wait", "solve", "speak", "reveal"]

TITLE_LIMIT = 128
QUESTIONS, STEPS, COVERAGES, WORDS = 5, 8, 5, 700  # of the packet, which has more: the talk itself stands below
SIGNS: dict[Status, str] = {
    "new": "🟢", "reopened": "🟢", "open": "🔵", "waiting_customer": "🟡", "waiting_third_party": "🟡",
    "solved": "✅", "closed": "🔒",
}  # fmt: skip
URGENT = "❗"
_ACTIONS = {"take": "take", "wait": "wait_for_customer", "solve": "solve"}


def title(ticket: Shown) -> str:
    """`🟢 AC-000123 · Kettle leaks`: the sign tells the state, and an exclamation mark that it is urgent."""
    sign = SIGNS[ticket.status] + (URGENT if ticket.priority == "urgent" else "")
    subject = " ".join("".join(char if char.isprintable() else " " for char in ticket.subject).split())
    name = f"{sign} {shown(ticket.number)}" + (f" · {subject}" if subject else "")
    while units(name) > TITLE_LIMIT:
        name = f"{name[:-2].rstrip()}…"
    return name


def card(ticket: Shown, say: Say, language_name: LanguageName, spoken: str) -> str:
    """The card's HTML. `spoken` is the language of the desk."""
    lines = [*_head(ticket, say, language_name, spoken), *_packet(ticket, say, spoken)]
    return split("\n".join(lines))[0]


def buttons(ticket: Shown, say: Say) -> Rows:
    """What can be done to the ticket now, the customer's language, and what the card masks."""
    may = allowed(ticket.status, "agent")
    acts = tuple((say(f"button_{act}"), f"{act}:{ticket.number}") for act, action in _ACTIONS.items() if action in may)
    speak = ((say("button_speak"), f"speak:{ticket.number}"),)
    hidden = ticket.serials or (ticket.contact and "@" not in ticket.contact)
    reveal = ((say("button_reveal"), f"reveal:{ticket.number}"),) if hidden else ()
    return tuple(row for row in (acts, speak, reveal) if row)


def language_buttons(number: int, languages: Iterable[str], language_name: LanguageName) -> Rows:
    """The languages a customer may speak, two in a row."""
    made = [(language_name(language), f"speak:{number}:{language}") for language in languages]
    return tuple(tuple(made[at : at + 2]) for at in range(0, len(made), 2))


def _head(ticket: Shown, say: Say, language_name: LanguageName, spoken: str) -> Iterator[str]:
    def line(label: str, value: str) -> str:
        return f"<b>{plain(say(label), spoken)}:</b> {plain(value, spoken)}"

    subject = plain(" ".join(ticket.subject.split()), ticket.language or spoken)
    yield f"<b>{shown(ticket.number)}</b>" + (f" · {subject}" if subject else "")
    state = f"{SIGNS[ticket.status]} {say(f'status_{ticket.status}')}"
    if ticket.priority != "normal":
        state += f" · {URGENT} {say(f'priority_{ticket.priority}')}"
    yield plain(state, spoken)
    yield line("holder", ticket.holder or say("nobody"))
    yield line("reason", say(f"reason_{ticket.reason}"))
    language = language_name(ticket.language) if ticket.language else say("unknown")
    yield line("customer", f"{language} · {ticket.channel.capitalize()}")
    if ticket.is_blocked:
        yield f"⚠️ {plain(say('customer_gone'), spoken)}"
    yield line("contact", ticket.contact or say("no_contact"))
    if ticket.tags:
        yield line("tags", ", ".join(ticket.tags))
    if ticket.score is not None:
        comment = f" · {' '.join(ticket.comment.split())[:200]}" if ticket.comment else ""
        yield line("rating", f"{ticket.score}/5{comment}")


def _packet(ticket: Shown, say: Say, spoken: str) -> Iterator[str]:
    packet, theirs = ticket.packet, ticket.language or spoken
    device = " · ".join(part for part in (packet.get("device"), packet.get("serial")) if part)
    if device:
        yield f"<b>{plain(say('device'), spoken)}:</b> {plain(device, spoken)}"
    for line in packet.get("coverage", [])[:COVERAGES]:
        yield f"• {plain(_owed(line, say), spoken)}"
    lists: tuple[tuple[str, list[str]], ...] = (
        ("asked", packet.get("questions", [])[-QUESTIONS:]),
        ("answered", [_given(given, say) for given in packet.get("answers", [])[-QUESTIONS:]]),
        ("tried", [_tried(step, say) for step in packet.get("steps", [])[-STEPS:]]),
    )
    for label, items in lists:
        if items:
            yield f"<b>{plain(say(label), spoken)}:</b>"
            yield from (f"• {plain(' '.join(item.split()), theirs)}" for item in items)
    words = _shortened(packet.get("last_words", "").strip() or ticket.description.strip())
    if words:
        yield f"<b>{plain(say('last_words'), spoken)}:</b>"
        yield f"<blockquote>{plain(words, theirs)}</blockquote>"


def _owed(line: dict[str, Any], say: Say) -> str:
    """`Legal rights: covered until 2027-05-12`; that the law behind it must be asked about, too."""
    words = f"{say('coverage_' + line['kind'])}: {say('verdict_' + line['verdict'])}"
    if line["end"] is not None:
        words += f" · {say('last_day', day=line['end'])}"
    return f"{words} · {say('not_certain')}" if line["confidence"] == "C" else words


def _given(given: dict[str, Any], say: Say) -> str:
    helped = {True: "helped", False: "did_not_help", None: "not_said"}[given["helped"]]
    return f"{given['entry']} ({say(helped)})"


def _tried(step: dict[str, str], say: Say) -> str:
    return f"{step['what']} ({say(step['result'])})"


def _shortened(text: str) -> str:
    return text if len(text) <= WORDS else f"{text[: WORDS - 1].rpartition(' ')[0] or text[: WORDS - 1]}…"


def shortened(markdown: str, language: str, limit: int) -> str:
    """The beginning of a text as HTML, cut between words."""
    parts = split(html(markdown, language), limit)
    return "" if not parts else parts[0] + ("…" if len(parts) > 1 else "")
