"""A mail server on a real port, and a letter box behind it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Post:
    """`says` are the server's answers to letters, in order; when they are used up, it takes them."""

    port: int = 0
    says: list[str] = field(default_factory=list)
    refuses: tuple[str, ...] = ()  # recipients
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    open: asyncio.Event | None = None  # letters wait for it

    async def handle_RCPT(  # noqa: N802  # the server's word
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return f"550 no such user {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.open is not None:
            await self.open.wait()
        said = self.says.pop(0) if self.says else "250 OK"
        if said.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, policy=policy.default))
            self.envelopes.append(envelope)
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return said

    def login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"open sesame", handled=False)


def body(letter: EmailMessage) -> str:
    """The text of a letter with the line ends it was written with."""
    return str(letter.get_content()).replace("\r\n", "\n")


@asynccontextmanager
async def a_post(
    *says: str, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, **more: Any
) -> AsyncIterator[Post]:
    """Open for as long as the block lasts."""
    post = Post(says=list(says), **more)

    def server() -> SMTP:
        return SMTP(
            post, hostname="localhost", tls_context=starttls, authenticator=post.login,
            auth_require_tls=tls is None and starttls is not None,
        )  # fmt: skip

    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, ssl=tls)
    post.port = listening.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        if post.open is not None:
            post.open.set()
        listening.close()
        await listening.wait_closed()
