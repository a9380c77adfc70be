"""One bot for all tests of a file, a visitor each, and the log as an operator sees it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs
from tests.bot.channels.telegram.conftest import anna, fake, fetching, ours, quick, ticket
from tests.bot.web.conftest import http, site, visitor

__all__ = ["anna", "fake", "fetching", "http", "log", "ours", "quick", "site", "ticket", "visitor"]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the bot logs from here on, written as `run` writes it."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        set_up_logs()
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
