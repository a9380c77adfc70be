"""Mail over SMTP, through aiosmtplib: asyncio's own, typed, with a release every few months."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from typing import Final

import aiosmtplib

from bot.mail_settings import Mail, mailbox
from bot.ports import SendFailed
from bot.senders import Letter

PATIENCE_S = 20.0  # for each answer of the server
AGAIN_S: Final = 5.0  # after a trouble that may pass


class Smtp:
    """`bot.senders.Sender` over a mail server."""

    def __init__(self, mail: Mail, sender: str) -> None:
        """`sender`: who the letters are from."""
        self._mail, self._sender = mail, _address(sender)

    async def send(self, letter: Letter) -> None:
        """Raises `SendFailed`, whose reason names neither the address nor what the server said: it quotes it."""
        message = message_of(letter, self._sender)
        mail = self._mail
        try:
            await aiosmtplib.send(
                message,
                sender=self._sender.addr_spec,
                recipients=[message["To"].addresses[0].addr_spec],
                hostname=mail.host,
                port=mail.port,
                username=mail.user or None,
                password=mail.password.get_secret_value() or None,
                use_tls=mail.security == "tls",
                start_tls=mail.security == "starttls",
                timeout=PATIENCE_S,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SendFailed(_reason(error), retry_after=AGAIN_S if _may_pass(error) else None) from None


def message_of(letter: Letter, sender: Address) -> EmailMessage:
    """The letter as a message with one recipient. Raises `SendFailed` for an address that is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(letter.to)
    message["Subject"] = " ".join(letter.subject.split())  # one line, whatever the company's name is
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(letter.text)
    return message


def _address(text: str) -> Address:
    """One address and nothing else in it."""
    try:
        name, address = mailbox(text)
    except ValueError:
        raise SendFailed("not an address", retry_after=None) from None
    return Address(name, addr_spec=address)


def _may_pass(error: Exception) -> bool:
    """4xx is "not now", 5xx "never"; a line that breaks may hold the next time (RFC 5321, 4.2.1)."""
    codes = _codes(error)
    if codes:
        return all(400 <= code < 500 for code in codes)
    return isinstance(error, OSError)


def _codes(error: Exception) -> list[int]:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [refused.code for refused in error.recipients]
    return [error.code] if isinstance(error, aiosmtplib.SMTPResponseException) else []


def _reason(error: Exception) -> str:
    return " ".join((type(error).__name__, *map(str, _codes(error))))
