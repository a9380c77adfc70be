"""What to do next for a topic, so that it shows its ticket: a pure function of how both stand.

One step is at most one call to Telegram. After each the database says how far it came, and the next is planned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.telegram.card import LanguageName, Rows, Say, buttons, card, title
from bot.desk.telegram.posts import Part, Words, is_alone, joined, parts, together
from bot.storage.standings import Line, Post, Standing, came_from
from handlers.rules.masking import Mask, masked_text

BURST = timedelta(seconds=3)  # messages that follow each other so quickly become one post
LONGEST_BURST = timedelta(seconds=9)
ADOPTION = timedelta(seconds=10)  # within it Telegram tells of a topic whose making got no answer


@dataclass(frozen=True, slots=True)
class Voice:
    """How a desk speaks, and what it keeps to itself."""

    say: Say
    language_name: LanguageName
    language: str
    mask: Mask

    def hide(self, text: str, language: str | None = None, known: tuple[str, ...] = ()) -> str:
        """The text as the group may read it. `language` is that of who wrote it, `known` are secrets of theirs."""
        return masked_text(text, self.mask.speaking(language), known)


@dataclass(frozen=True, slots=True)
class MakeTopic:
    title: str
    again: bool  # one was asked for before, and nobody knows whether it was made


@dataclass(frozen=True, slots=True)
class Open:
    is_open: bool  # else: close


@dataclass(frozen=True, slots=True)
class Rename:
    title: str


@dataclass(frozen=True, slots=True)
class PutCard:
    html: str
    buttons: Rows
    post: int | None  # None: not posted yet


@dataclass(frozen=True, slots=True)
class PutPost:
    part: Part
    lines: tuple[Line, ...]
    seen: int  # messages up to this one are shown after it
    answers: int | None  # the post that it is a reply to


@dataclass(frozen=True, slots=True)
class EditPost:
    part: Part | None  # None: nothing of it is the bot's to edit
    post: Post


@dataclass(frozen=True, slots=True)
class Skip:
    seen: int  # what came from the topic stands in it already


@dataclass(frozen=True, slots=True)
class WaitUntil:
    at: datetime


@dataclass(frozen=True, slots=True)
class UpToDate:
    version: int


Step = MakeTopic | Open | Rename | PutCard | PutPost | EditPost | Skip | WaitUntil | UpToDate


def next_step(standing: Standing, voice: Voice, card_shown: str | None, now: datetime) -> Step:
    """The next step for a topic. `card_shown` is the card as it was put last, where that is known."""
    ticket, thread = standing.ticket, standing.thread
    wanted = title(ticket)
    if thread.topic is None:
        begun = bool(thread.title)
        if begun and now < thread.begun + ADOPTION:
            return WaitUntil(thread.begun + ADOPTION)
        return MakeTopic(wanted, again=begun)
    if thread.is_closed and ticket.status != "closed":
        return Open(True)
    put = PutCard(card(ticket, voice.say, voice.language_name, voice.language), buttons(ticket, voice.say), thread.card)
    if thread.card is None:
        return put
    if standing.outdated is not None:
        return _edit(standing, standing.outdated, voice)
    post = _post(standing, voice, now)
    if post is not None and not isinstance(post, WaitUntil):
        return post
    if card_shown != fingerprint(put):
        return put
    if thread.title != wanted:
        return Rename(wanted)
    if post is not None:
        return post
    if ticket.status == "closed" and not thread.is_closed:
        return Open(False)
    return UpToDate(ticket.version)


def fingerprint(put: PutCard) -> str:
    """What tells one card from another."""
    return f"{put.html}\n{put.buttons}"


def _post(standing: Standing, voice: Voice, now: datetime) -> PutPost | Skip | WaitUntil | None:
    here = 0
    while here < len(standing.lines) and came_from(standing.lines[here], standing.thread):
        here += 1
    if here:
        return Skip(standing.lines[here - 1].seq)
    lines = standing.lines
    if not lines:
        return None
    language = standing.ticket.language or voice.language
    if is_alone(lines[0]) or standing.arrived or not together(lines, language):
        return _part(standing, lines[0], language, voice)
    others = [line for line in lines if not came_from(line, standing.thread)]
    due = _burst_ends(others)
    if now < due:
        return WaitUntil(due)
    first = together(others, language)
    return PutPost(Words(joined(first, language)), first, first[-1].seq, None)


def _part(standing: Standing, line: Line, language: str, voice: Voice) -> PutPost | Skip:
    own = parts(line, language, voice.say)
    at = standing.arrived
    if at >= len(own):
        return Skip(line.seq)
    seen = line.seq if at + 1 == len(own) else line.seq - 1
    answers = standing.quoted.get(line.reply_to) if line.reply_to is not None and at == 0 else None
    return PutPost(own[at], (line,), seen, answers)


def _burst_ends(lines: Sequence[Line]) -> datetime:
    """When the messages that came last are no longer likely to be followed by another at once."""
    return min(lines[-1].at + BURST, lines[0].at + LONGEST_BURST)


def _edit(standing: Standing, post: Post, voice: Voice) -> EditPost:
    language = standing.ticket.language or voice.language
    if any(came_from(line, standing.thread) for line in post.lines):
        return EditPost(None, post)
    if len(post.lines) > 1:
        return EditPost(Words(joined(post.lines, language)), post)
    own = parts(post.lines[0], language, voice.say)
    return EditPost(own[post.part] if post.part < len(own) else None, post)
