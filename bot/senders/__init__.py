"""Ways to send a one-time code to the contact in a company's records: one file each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.mail_settings import HERE
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: plain text, and a subject of one line."""

    to: str  # address
    subject: str
    text: str
    language: str


class Sender(Protocol):
    async def send(self, letter: Letter) -> None:
        """Hand a letter over to whoever carries it. Raises `bot.ports.SendFailed`."""
        ...


def open_sender(settings: Settings) -> Sender | None:
    """The sender of these settings. None: codes can not be sent, for there is no mail server.

    On a developer's own machine (a server that nobody else can reach) they go into the log.
    """
    if settings.mail.host:
        from bot.senders.smtp import Smtp

        return Smtp(settings.mail, settings.mail.sender or settings.company.email)
    if settings.web.host in HERE and not settings.web.public_url:
        from bot.senders.log import Log

        return Log()
    return None
