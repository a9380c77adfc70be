"""How a bot gets its updates: long polling or a webhook."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import Refused, conflict
from tests.fakes.telegram.things import Webhook

Json = dict[str, Any]
PORTS = (443, 80, 88, 8443)
SECRET = 256


async def get_updates(call: Call) -> list[Json]:
    call.bot.queue.allow(call.json("allowed_updates"))
    return await call.bot.queue.poll(call.number("offset"), call.number("limit", 100), call.number("timeout"))


async def set_webhook(call: Call) -> bool:
    """An empty URL removes it. Plain HTTP and other ports are allowed to this machine only, where tests live."""
    url, secret = call.text("url"), call.text("secret_token")
    if not url:
        return await delete_webhook(call)
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        if parts.scheme != "https":
            raise Refused("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in PORTS:
            raise Refused("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if len(secret) > SECRET:
        raise Refused("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise Refused("secret token contains unallowed characters")
    queue = call.bot.queue
    queue.allow(call.json("allowed_updates"))
    drop(call)
    queue.interrupt(conflict("terminated by setWebhook request"))
    call.bot.webhook, queue.has_webhook = Webhook(url, secret), True
    queue.ring()
    return True


async def delete_webhook(call: Call) -> bool:
    drop(call)
    call.bot.webhook, call.bot.queue.has_webhook = None, False
    return True


def drop(call: Call) -> None:
    if call.flag("drop_pending_updates"):
        call.bot.queue.drop()


async def webhook_info(call: Call) -> Json:
    hook, queue = call.bot.webhook, call.bot.queue
    info: Json = {"url": hook.url if hook else "", "has_custom_certificate": False,
                  "pending_update_count": len(queue.ready())}  # fmt: skip
    if queue.allowed is not None:
        info["allowed_updates"] = sorted(queue.allowed)
    if hook is None:
        return info
    info |= {"max_connections": 40, "ip_address": "127.0.0.1"}
    if hook.last_error is not None:
        info |= {"last_error_date": int(hook.last_error[0]), "last_error_message": hook.last_error[1]}
    return info


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
