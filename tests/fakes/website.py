"""The website channel as the widget sees it: a tiny server that keeps visitors and messages in memory.

It speaks the public contract of `/api/v1` and can misbehave on demand: drop sockets, lose an acceptance, refuse
a message, go away, forget its visitors.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.test_utils import TestServer

WIDGET = Path(__file__).parents[2] / "bot" / "widget"
DEMO_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
LANGUAGES = (
    {"code": "en", "name": "English"}, {"code": "ru", "name": "Русский"}, {"code": "kk", "name": "Қазақша"},
    {"code": "cs", "name": "Čeština"}, {"code": "pl", "name": "Polski"}, {"code": "fa", "name": "فارسی"},
)  # fmt: skip
ENGLISH = {
    "title": "Support", "open": "Open the support chat", "close": "Close the chat",
    "placeholder": "Write your question", "send": "Send", "attach": "Attach a file", "sending": "Sending …",
    "sent": "Sent", "edited": "edited", "failed": "Not sent", "retry": "Try again",
    "typing": "The assistant is writing",
    "offline": "No connection. Trying again …", "language": "Language", "talk": "Conversation", "you": "You",
    "assistant": "Assistant", "colleague": "Colleague", "too_many": "You are writing very fast.",
    "too_long": "This message is too long.", "file_too_large": "This file is too large.",
    "file_refused": "Files of this kind can not be accepted.",
    "welcome": "Hello! Ask me about **warranty**, repair or returns.",
    "demo_title": "Alma Home: help after your purchase",
    "demo_lead": "This is the demo shop of Aftercare. Ask in the corner below: about warranty, repair, returns, "
    "or a washing machine that leaks.",
}  # fmt: skip
PERSIAN = ENGLISH | {
    "title": "پشتیبانی", "open": "باز کردن گفتگوی پشتیبانی", "close": "بستن گفتگو",
    "placeholder": "پرسش خود را بنویسید", "send": "ارسال", "attach": "پیوست فایل", "sending": "در حال ارسال …",
    "sent": "ارسال شد", "edited": "ویرایش شد",
    "failed": "ارسال نشد", "retry": "تلاش دوباره", "language": "زبان", "talk": "گفتگو",
    "you": "شما", "assistant": "دستیار", "colleague": "همکار", "welcome": "سلام! دربارهٔ **گارانتی**، تعمیر یا "
    "مرجوعی بپرسید.", "demo_title": "Alma Home: پس از خرید کنار شما هستیم",
    "demo_lead": "این فروشگاه نمایشی Aftercare است. در گوشهٔ پایین بپرسید: دربارهٔ گارانتی، تعمیر، مرجوعی یا ماشین "
    "لباسشویی که آب می‌دهد.",
}  # fmt: skip
Json = dict[str, Any]


def echo(sent: Json) -> list[Json]:
    """The answer of a server that was told nothing else."""
    return [{"text": f"You said: {sent.get('text', '')}", "lang": "en"}]


@dataclass
class Visitor:
    """One visitor's talk."""

    messages: list[Json] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)  # the client's id of a message → its seq
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)


@dataclass
class Website:
    """The fake. Tests read `received` and set the switches."""

    answer: Callable[[Json], list[Json]] = echo
    visitors: dict[str, Visitor] = field(default_factory=dict)
    received: list[Json] = field(default_factory=list)  # every message as it came, repetitions too
    seen_urls: list[str] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    refusals: list[Json] = field(default_factory=list)  # the next messages are answered with these
    has_sockets: bool = True
    is_down: bool = False
    lose_acceptances: int = 0  # the next messages are stored, but the line breaks before we say so
    url: str = ""
    demo_csp: str = DEMO_CSP
    spoil: Callable[[str], str] = str  # a vulnerable build, to see that a test would notice

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._door], client_max_size=2**24)
        app.router.add_routes([
            web.get("/", self._demo), web.get("/demo.css", self._style), web.get("/widget.js", self._widget),
            web.get("/api/v1/widget", self._phrases), web.post("/api/v1/visitors", self._visitor),
            web.post("/api/v1/messages", self._post), web.get("/api/v1/messages", self._poll),
            web.get("/api/v1/ws", self._socket), web.post("/api/v1/attachments", self._upload),
            web.get("/api/v1/attachments/{id}", self._download),
        ])  # fmt: skip
        return app

    async def start(self) -> TestServer:
        server = TestServer(self.application(), host="127.0.0.1")
        await server.start_server()
        self.url = str(server.make_url("/"))
        return server

    # ---- what tests do to it

    async def drop_sockets(self) -> None:
        """Cut every line without a word of farewell."""
        for visitor in self.visitors.values():
            for socket in list(visitor.sockets):
                cut(socket)
            visitor.sockets.clear()

    async def say(self, text: str, **more: Any) -> None:
        """The bot, or an agent, says something to every visitor."""
        for visitor in self.visitors.values():
            await self._store(visitor, {"author": "bot", "text": text, "lang": "en"} | more)

    async def edit(self, seq: int, text: str) -> None:
        """Whoever wrote this message edits it."""
        for visitor in self.visitors.values():
            visitor.messages[seq - 1] |= {"text": text, "revision": 1}
            for socket in visitor.sockets:
                await socket.send_json(visitor.messages[seq - 1])

    async def type(self) -> None:
        for visitor in self.visitors.values():
            for socket in visitor.sockets:
                await socket.send_json({"typing": True})

    def customer_texts(self) -> list[str]:
        """What is stored from customers, in order."""
        talks = (visitor.messages for visitor in self.visitors.values())
        return [message["text"] for talk in talks for message in talk if message["author"] == "customer"]

    # ---- pages

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.seen_urls.append(str(request.rel_url))
        if self.is_down and request.path.startswith("/api"):
            raise web.HTTPServiceUnavailable
        response: web.StreamResponse = web.Response() if request.method == "OPTIONS" else await handler(request)
        if request.headers.get("Origin") and not response.prepared:
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        return response

    async def _demo(self, request: web.Request) -> web.Response:
        lang = request.query.get("lang", "en")
        page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
            (WIDGET / "demo.html").read_text("utf-8")
        )
        text = page.render(
            lang=lang, direction="rtl" if lang == "fa" else "ltr", languages=LANGUAGES,
            phrases=PERSIAN if lang == "fa" else ENGLISH,
        )  # fmt: skip
        headers = {"Content-Security-Policy": self.demo_csp}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _style(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(WIDGET / "demo.css")

    async def _widget(self, request: web.Request) -> web.Response:
        return web.Response(text=self.spoil(whole_widget()), content_type="text/javascript")

    async def _phrases(self, request: web.Request) -> web.Response:
        lang = request.query.get("lang", "en")
        return web.json_response({
            "language": lang, "direction": "rtl" if lang == "fa" else "ltr", "languages": LANGUAGES,
            "phrases": PERSIAN if lang == "fa" else ENGLISH, "limits": {"text": 4000, "attachment_mb": 1},
        })  # fmt: skip

    # ---- the talk

    async def _visitor(self, request: web.Request) -> web.Response:
        token = f"token-{len(self.visitors) + 1}"
        self.visitors[token] = Visitor()
        return web.json_response({"visitor": f"visitor-{token}", "token": token}, status=201)

    def _known(self, request: web.Request) -> Visitor:
        visitor = self.visitors.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if visitor is None:
            sentence = json.dumps({"error": "unknown or expired token", "code": "token"})
            raise web.HTTPUnauthorized(text=sentence, content_type="application/json")
        return visitor

    async def _post(self, request: web.Request) -> web.Response:
        visitor, sent = self._known(request), await request.json()
        refusal = await self._take(visitor, sent)
        if refusal is not None:
            return web.json_response(refusal, status=429 if refusal["code"] == "too_many" else 400)
        return web.json_response({"seq": visitor.seqs[sent["id"]]}, status=202)

    async def _take(self, visitor: Visitor, sent: Json) -> Json | None:
        """Store a message and answer it, once per id; or the refusal that was ordered."""
        self.received.append(sent)
        if self.refusals:
            return self.refusals.pop(0)
        if sent["id"] in visitor.seqs:
            return None
        visitor.seqs[sent["id"]] = len(visitor.messages) + 1
        names = [{"id": key, "name": self.files[key][0], "media_type": "text/plain", "size": len(self.files[key][1])}
                 for key in sent.get("attachments") or []]  # fmt: skip
        await self._store(visitor, {"author": "customer", "text": sent.get("text", ""), "attachments": names})
        for reply in self.answer(sent):
            await self._store(visitor, {"author": "bot", "reply_to": visitor.seqs[sent["id"]]} | reply)
        return None

    async def _store(self, visitor: Visitor, message: Json) -> None:
        empty: Json = {"choices": [], "attachments": [], "lang": None, "reply_to": None, "revision": 0}
        stored = empty | message | {"seq": len(visitor.messages) + 1, "at": "2026-11-21T10:00:00+00:00"}
        visitor.messages.append(stored)
        if self.lose_acceptances:
            return
        for socket in list(visitor.sockets):
            await socket.send_json(stored)
        async with visitor.news:
            visitor.news.notify_all()

    async def _poll(self, request: web.Request) -> web.Response:
        visitor, after = self._known(request), int(request.query["after"])
        async with visitor.news:
            if len(visitor.messages) <= after:
                with contextlib.suppress(TimeoutError):  # nothing new: an empty list is the answer
                    await asyncio.wait_for(visitor.news.wait(), min(5.0, float(request.query["wait"])))
        return web.json_response({"messages": visitor.messages[after:]})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.has_sockets:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        first = await socket.receive()
        token = json.loads(first.data)["token"] if first.type is WSMsgType.TEXT else ""
        visitor = self.visitors.get(token)
        if visitor is None:
            await socket.send_json({"error": "unknown or expired token", "code": "token"})
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
            return socket
        visitor.sockets.add(socket)
        with contextlib.suppress(ConnectionError):  # the line was cut, which is what some tests are about
            for message in visitor.messages[int(request.query["after"]) :]:
                await socket.send_json(message)
            await self._listen(visitor, socket)
        visitor.sockets.discard(socket)
        return socket

    async def _listen(self, visitor: Visitor, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            sent = json.loads(frame.data)
            refusal = await self._take(visitor, sent)
            if self.lose_acceptances:
                self.lose_acceptances -= 1
                cut(socket)
                return
            if refusal is not None:
                await socket.send_json(refusal | {"id": sent["id"]})
            else:
                await socket.send_json({"accepted": sent["id"], "seq": visitor.seqs[sent["id"]]})

    # ---- attachments

    async def _upload(self, request: web.Request) -> web.Response:
        self._known(request)
        part: Any = (await request.post())["file"]
        key = f"file-{len(self.files) + 1}"
        self.files[key] = (part.filename, part.file.read())
        part.file.close()
        size = len(self.files[key][1])
        kept = {"id": key, "name": part.filename, "media_type": "text/plain", "size": size}
        return web.json_response(kept, status=201)

    async def _download(self, request: web.Request) -> web.Response:
        self._known(request)
        return web.Response(body=self.files[request.match_info["id"]][1], content_type="text/plain")


async def start_host(bot_url: str, csp: str, attributes: str = "") -> TestServer:
    """Somebody's website on an origin of its own, with nothing but our script tag."""
    html = f'<!doctype html><title>Shop</title><script src="{bot_url}widget.js" {attributes} defer></script>'

    async def shop(request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": csp})

    app = web.Application()
    app.router.add_get("/", shop)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    return server


def cut(socket: web.WebSocketResponse) -> None:
    """Break a socket's connection the hard way."""
    request = socket._req
    if request is not None and request.transport is not None:
        request.transport.abort()


def whole_widget() -> str:
    """widget.js with its style sheet inside, as the server sends it."""
    style = json.dumps((WIDGET / "widget.css").read_text("utf-8"))
    return (WIDGET / "widget.js").read_text("utf-8").replace('/*AFTERCARE_CSS*/""', style)
