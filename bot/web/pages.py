"""Pages and scripts: the demo shop, the widget's script, its phrases, health and metrics, the API's description."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.services import language_name
from bot.storage.store import alive
from bot.web.api import answer
from bot.web.door import Website
from bot.web.openapi import describe
from knowledge_base.rendering import RTL

WIDGET = Path(__file__).parent.parent / "widget"
CSS_MARK = '/*AFTERCARE_CSS*/""'
PHRASES = (
    "title", "open", "close", "placeholder", "send", "attach", "sending", "sent", "edited", "failed", "retry", "typing",
    "offline", "language", "talk", "you", "assistant", "colleague", "too_many", "too_long", "file_too_large",
    "file_refused",
)  # fmt: skip
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class Pages:
    """Everything under `/` that is not the API."""

    def __init__(self, door: Website, ready: Callable[[], bool]) -> None:
        self._door, self._ready = door, ready
        self._script = widget_script()
        self._script_tag = f'"{hashlib.sha256(self._script.encode()).hexdigest()[:16]}"'
        self._templates = Environment(
            loader=FileSystemLoader(WIDGET), autoescape=select_autoescape(), undefined=StrictUndefined
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.demo),
            web.get("/demo.css", self.demo_style),
            web.get("/widget.js", self.script),
            web.get("/api/v1/widget", self.phrases),
            web.get("/api/v1/openapi.json", self.openapi),
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def demo(self, request: web.Request) -> web.Response:
        """The demo shop, in the visitor's language."""
        language = self._door.language(request)
        say = self._door.services.say
        page = self._templates.get_template("demo.html").render(
            lang=language,
            direction=direction(language),
            languages=self._languages(),
            phrases={name: say(f"widget.{name}", language) for name in ("demo_title", "demo_lead")},
        )
        return web.Response(
            text=page,
            content_type="text/html",
            headers={"Content-Security-Policy": PAGE_POLICY, "Vary": "Accept-Language"},
        )

    async def demo_style(self, request: web.Request) -> web.Response:
        """The demo shop's style."""
        return web.Response(text=(WIDGET / "demo.css").read_text("utf-8"), content_type="text/css")

    async def script(self, request: web.Request) -> web.Response:
        """The widget: one script with its style inside."""
        headers = {
            "ETag": self._script_tag, "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*",
        }  # fmt: skip
        if request.headers.get("If-None-Match") == self._script_tag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=self._script, content_type="text/javascript", headers=headers)

    async def phrases(self, request: web.Request) -> web.Response:
        """What the widget says by itself, in one language."""
        language = self._door.language(request)
        say, limits = self._door.services.say, self._door.settings.limits
        found = {name: say(f"widget.{name}", language) for name in PHRASES}
        return answer(
            {
                "language": language,
                "direction": direction(language),
                "languages": self._languages(),
                "phrases": {**found, "welcome": say("start.welcome", language)},
                "limits": {"text": limits.text, "attachment_mb": limits.attachment_mb},
            }
        )

    async def openapi(self, request: web.Request) -> web.Response:
        """The API's description."""
        return answer(describe(self._door.settings.limits))

    async def healthz(self, request: web.Request) -> web.Response:
        """The process lives."""
        return answer({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        """Questions can be taken: the knowledge base is loaded and the database answers."""
        try:
            ready = self._ready() and await self._door.store.read(alive)
        except Exception as error:
            return answer({"status": "database", "error": type(error).__name__}, status=503)
        return answer({"status": "ok"}) if ready else answer({"status": "starting"}, status=503)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus."""
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _languages(self) -> list[dict[str, str]]:
        return [{"code": one, "name": language_name(one, one)} for one in self._door.services.languages]


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language in RTL else "ltr"


def widget_script() -> str:
    """The widget's script with its style inside, so that one tag is enough."""
    style = json.dumps((WIDGET / "widget.css").read_text("utf-8"), ensure_ascii=False)
    return (WIDGET / "widget.js").read_text("utf-8").replace(CSS_MARK, style)
