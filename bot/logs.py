"""Structured logs: one JSON line each, only keys that can hold nothing of a customer, secrets masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A key that is not here is dropped: least data is a list of what may be said, not of what may not.
KEYS = frozenset((
    "event", "level", "timestamp", "action", "error", "where", "attempts", "conversation", "writes", "channel",
    "again", "entries", "dense", "file", "line", "why", "method", "route", "status", "ms", "host", "port", "url",
    "version", "seconds", "drained", "encoder", "languages", "path", "logger", "rows",
    "ticket", "group",
))  # fmt: skip
VALUE_LIMIT = 500
SCANNED = 10_000  # characters looked at for secrets: far more than are shown
_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")  # a Telegram bot token
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^\s]+@|(\bpassword=)[^&\s]+", re.IGNORECASE)


def masked(text: str) -> str:
    """Text without tokens, passwords or line breaks."""
    shown = _PASSWORD.sub(_hide, _TOKEN.sub("***", text[:SCANNED]))
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)[:VALUE_LIMIT]


def _hide(found: re.Match[str]) -> str:
    return f"{found[1]}***@" if found[1] else f"{found[2]}***"


def _allowed_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: _plain(value) for name, value in event.items() if name in KEYS}


def _plain(value: Any) -> Any:
    """Numbers as they are, everything else as masked text: a list or an error may hold anything."""
    return value if value is None or isinstance(value, (bool, int, float)) else masked(str(value))


def place(error: BaseException) -> str:
    """File and line where an error was raised: enough to find it, and none of the customer's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


class _Foreign(logging.Handler):
    """What libraries log, from warnings on, in the same form: logger, level, and what can hold no secret."""

    def emit(self, record: logging.LogRecord) -> None:
        # Neither an error's text nor a message's arguments: both may be the customer's words.
        raised = record.exc_info[1] if record.exc_info else None
        first = str(record.msg).partition("\n")[0]  # asyncio shows the objects concerned on the lines after it
        said = {"why": first} if raised is None else {"error": type(raised).__name__, "where": place(raised)}
        structlog.get_logger().log(record.levelno, "library", action="library", logger=record.name, **said)


def set_up_logs(level: int = logging.INFO) -> None:
    """JSON lines on standard error; libraries only from warnings on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,  # `run` sets another level than the command line did
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Foreign()], force=True)
