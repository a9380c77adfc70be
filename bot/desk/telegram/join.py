"""Joining the desk's parts to the app, where it has a token and a group."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App
from bot.desk.telegram.plan import Voice
from bot.ports import Door
from bot.services import language_name
from bot.web.files import Files
from bot.web.server import Server
from bot.web.webhook import take_webhook, webhook_address
from handlers.rules.masking import Mask
from handlers.rules.serials.lines import Lines
from handlers.services import Services

SECTION = "desk"


def open_desk(app: App, data: Path, server: Server) -> list[Door]:
    """The desk in Telegram; none without a token or a group. Raises `Unusable`."""
    settings = app.settings.telegram.desk
    if not settings.token.get_secret_value() or settings.group_id is None:
        return []
    webhook = webhook_address(app.settings, settings, SECTION) if settings.mode == "webhook" else None
    # Here: the framework takes seconds to load.
    from bot.desk.telegram.application import build_application
    from bot.desk.telegram.desk import TelegramDesk

    desk = TelegramDesk(app, build_application(settings), Files(data / "attachments", app.store), webhook)
    if webhook is not None:
        take_webhook(server, SECTION, settings.webhook_secret, desk.updates.receive)
    return [desk]


def voice_of(services: Services, lines: Lines = ()) -> Voice:
    """How the desk speaks: the company's own language. `lines` tell how its serials look."""
    spoken = services.languages[0]

    def say(phrase: str, **values: Any) -> str:
        return services.say(f"desk.{phrase}", spoken, **values)

    return Voice(say, partial(language_name, spoken=spoken), spoken, _mask(services, lines))


def _mask(services: Services, lines: Lines) -> Mask:
    """What the desk hides: serials and telephone numbers, the company's own aside."""
    company = services.company()
    return Mask((str(company["country"]),), tuple(map(str, company.values())), tuple(lines))
