"""OpenAPI description of `/api/v1`. A test asks the real server and compares."""

from __future__ import annotations

from typing import Any

from bot.channels.website import CHOICE_LIMIT, FILES_LIMIT
from bot.settings import Limits
from bot.web.refused import STATUS

_REF = "#/components/schemas/"
_TROUBLE = dict.fromkeys((408, 413, 415, 422, 503))  # answers that are error sentences


def describe(limits: Limits) -> dict[str, Any]:
    """The document at `/api/v1/openapi.json`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aftercare", "version": "1", "description": "Talk of one visitor with the bot."},
        "paths": _paths(),
        "components": {
            "securitySchemes": {"visitor": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(limits),
        },
    }


def _schemas(limits: Limits) -> dict[str, Any]:
    choice = _object({"id": _text(CHOICE_LIMIT), "label": {"type": "string"}})
    file = _object({name: {"type": "string"} for name in ("id", "name", "media_type")} | {"size": {"type": "integer"}})
    wanted = {
        "id": {
            "type": "string",
            "pattern": "^[A-Za-z0-9._:-]{1,64}$",
            "description": "made by the client, new per message",
        },
        "text": {**_text(limits.text), "type": ["string", "null"]},
        "choice": {**_text(CHOICE_LIMIT), "type": ["string", "null"], "minLength": 1},
        "attachments": {"type": ["array", "null"], "maxItems": FILES_LIMIT, "items": {"type": "string"}},
        "language": {"description": "the page's language, a hint"},
    }
    message = {
        "seq": {"type": "integer"}, "author": {"enum": ["customer", "bot", "agent"]}, "text": {"type": "string"},
        "choices": {"type": "array", "items": {"$ref": _REF + "Choice"}},
        "attachments": {"type": "array", "items": {"$ref": _REF + "File"}},
        "at": {"type": "string", "format": "date-time"}, "lang": {"type": ["string", "null"]},
        "reply_to": {"type": ["integer", "null"], "description": "number of the message this one answers"},
        "revision": {"type": "integer", "description": "how often it was edited; a frame with a known seq replaces it"},
    }  # fmt: skip
    return {
        "Choice": choice,
        "File": file,
        "NewMessage": {"type": "object", "required": ["id"], "properties": wanted},
        "Message": _object(message),
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "string", "minLength": 1}, "code": {"enum": sorted(STATUS)}},
        },
    }


def _paths() -> dict[str, Any]:
    messages = _object({"messages": {"type": "array", "items": {"$ref": _REF + "Message"}}})
    visitor = _object({"visitor": {"type": "string"}, "token": {"type": "string"}})
    after = _query("after", "integer", "number of the last message seen")
    wait = _query("wait", "number", "seconds to wait for news; more than 55 count as 55")
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    lang = {"name": "lang", "in": "query", "schema": {"type": "string"}, "description": "else Accept-Language counts"}
    form = {"multipart/form-data": {"schema": _object({"file": {"type": "string", "format": "binary"}})}}
    said = {"application/json": {"schema": {"$ref": _REF + "NewMessage"}}}
    return {
        "/api/v1/visitors": {"post": _operation("A new visitor", {201: visitor}, open_to_all=True)},
        "/api/v1/messages": {
            "post": _operation(
                "Say something; the same id again is the same message",
                {202: _object({"seq": {"type": "integer"}}), **_TROUBLE}, body=said,
            ),
            "get": _operation(
                "Messages above a number", {200: messages, 422: None, 503: None}, parameters=[after, wait]
            ),
        },
        "/api/v1/ws": {
            "get": _operation(
                "The same messages over a WebSocket; the first frame is {\"token\": \"…\"}",
                {101: {}, 422: None}, open_to_all=True, parameters=[after],
            )
        },
        "/api/v1/attachments": {
            "post": _operation("Hand over a file", {201: {"$ref": _REF + "File"}, **_TROUBLE}, body=form)
        },
        "/api/v1/attachments/{id}": {
            "get": _operation("A file of one's own", {200: {}, 404: None, 503: None}, parameters=[id])
        },
        "/api/v1/widget": {
            "get": _operation("What the widget says by itself", {200: _WIDGET}, open_to_all=True, parameters=[lang])
        },
    }  # fmt: skip


def _operation(
    summary: str,
    answers: dict[int, dict[str, Any] | None],
    *,
    open_to_all: bool = False,
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """An operation. An answer without a schema is an error sentence; one with an empty schema is no JSON."""
    known = {**answers, 429: None} if open_to_all else {**answers, 401: None, 429: None}
    return {
        "summary": summary,
        "security": [] if open_to_all else [{"visitor": []}],
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": {"required": True, "content": body}} if body else {}),
        "responses": {str(status): _answer(schema) for status, schema in sorted(known.items())},
    }


def _answer(schema: dict[str, Any] | None) -> dict[str, Any]:
    if schema == {}:
        return {"description": "done"}
    kind = {"application/json": {"schema": schema or {"$ref": _REF + "Error"}}}
    return {"description": "error" if schema is None else "done", "content": kind}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _text(limit: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit}


def _query(name: str, kind: str, description: str) -> dict[str, Any]:
    schema = {"type": kind, "minimum": 0, "default": 0}
    return {"name": name, "in": "query", "schema": schema, "description": description}


_WIDGET = _object({
    "language": {"type": "string"}, "direction": {"enum": ["ltr", "rtl"]}, "languages": {"type": "array"},
    "phrases": {"type": "object", "additionalProperties": {"type": "string"}},
    "limits": _object({"text": {"type": "integer"}, "attachment_mb": {"type": "integer"}}),
})  # fmt: skip
