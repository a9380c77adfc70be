"""Joining the website's parts to the app."""

from __future__ import annotations

import time
from pathlib import Path

from bot.app import App
from bot.settings import Limits
from bot.web.door import Limiters, Website
from bot.web.files import Files
from bot.web.limits import Buckets, Places
from bot.web.server import Server
from bot.web.tokens import Tokens

ASKED_PER_SAID = 10  # a page, its script, its phrases, a few polls for every message


def open_website(app: App, data: Path) -> Server:
    """The server of an app; `data` is the folder that holds customers' files."""
    door = Website(
        settings=app.settings,
        store=app.store,
        inbox=app.inbox,
        hub=app.hub,
        services=app.mind.services,
        tokens=Tokens(app.store.secret("visitors")),
        files=Files(data / "attachments", app.store),
        now=app.now,
        limiters=limiters(app.settings.limits),
        secret=app.store.secret("serials"),
    )
    return Server(door, lambda: app.ready)


def limiters(limits: Limits) -> Limiters:
    """Whoever may say n things a minute may hold n lines open at once, and ask for more than that."""
    return Limiters(
        said_by_visitor=Buckets(limits.visitor_per_minute, time.monotonic),
        said_by_address=Buckets(limits.address_per_minute, time.monotonic),
        asked_by_address=Buckets(ASKED_PER_SAID * limits.address_per_minute, time.monotonic),
        open_by_visitor=Places(limits.visitor_per_minute),
        open_by_address=Places(limits.address_per_minute),
    )
