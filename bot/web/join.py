"""Joining the website's parts to the app."""

from __future__ import annotations

import time
from pathlib import Path

from bot.app import App
from bot.web.api import Website
from bot.web.files import Files
from bot.web.limits import Buckets
from bot.web.server import Server
from bot.web.tokens import Tokens


def open_website(app: App, data: Path) -> Server:
    """The server of an app; `data` is the folder that holds customers' files."""
    limits = app.settings.limits
    door = Website(
        settings=app.settings,
        store=app.store,
        inbox=app.inbox,
        hub=app.hub,
        services=app.mind.services,
        tokens=Tokens(app.store.secret("visitors")),
        files=Files(data / "attachments", app.store),
        now=app.now,
        by_visitor=Buckets(limits.visitor_per_minute, time.monotonic),
        by_address=Buckets(limits.address_per_minute, time.monotonic),
    )
    return Server(door, lambda: app.ready)
