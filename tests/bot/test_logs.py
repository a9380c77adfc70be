"""Logs: one line each, only known keys, no secret, whatever is thrown at them."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.logs import KEYS, VALUE_LIMIT, masked, place, set_up_logs

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345"


class Written(io.StringIO):
    """Standard error, read and forgotten."""

    def take(self) -> str:
        shown = self.getvalue()
        self.seek(0)
        self.truncate()
        return shown


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    written = Written()
    monkeypatch.setattr(sys, "stderr", written)
    before = logging.root.handlers[:]
    set_up_logs()
    yield written
    structlog.reset_defaults()
    logging.basicConfig(handlers=before, force=True)


def lines(logs: Written) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.take().splitlines()]


def test_one_json_object_a_line_with_level_and_time(logs: Written) -> None:
    structlog.get_logger().warning("turn_failed", action="turn", attempts=2)
    (line,) = lines(logs)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "turn_failed", "action": "turn", "attempts": 2, "level": "warning"}


def test_a_key_that_is_not_on_the_list_is_dropped(logs: Written) -> None:
    structlog.get_logger().info("x", action="turn", text="my name is Anna", serial="SN123", email="a@b.cz")
    (line,) = lines(logs)
    assert set(line) <= KEYS
    assert not {"text", "serial", "email", "message", "question", "contact", "token"} & KEYS


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", "POST https://api.telegram.org/bot***/sendMessage"),
        ("postgresql://bot:secret@db/aftercare", "postgresql://bot:***@db/aftercare"),
        ("postgresql://bot:p@ss@db/aftercare", "postgresql://bot:***@db/aftercare"),
        ("postgresql://:secret@db/aftercare", "postgresql://:***@db/aftercare"),
        ("postgresql://db/a?user=b&password=secret&x=1", "postgresql://db/a?user=b&password=***&x=1"),
        ("a\nb\r\tc\u2028d\x1b[31m\ud800", "a�b��c�d�[31m�"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
    ],
)
def test_tokens_passwords_and_line_breaks_are_masked(said: str, shown: str) -> None:
    assert masked(said) == shown


def test_a_value_has_an_end_and_costs_little() -> None:
    assert len(masked("x" * 10_000_000)) == VALUE_LIMIT
    assert masked("1" * 3_000_000) == "1" * VALUE_LIMIT
    assert "secret" not in masked("x" * (VALUE_LIMIT - 10) + "://u:secretsecret@h")


class Odd:
    def __repr__(self) -> str:
        return f"Odd\n{TOKEN}"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(Odd()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values)
def test_one_line_whatever_the_value_holds(logs: Written, value: Any) -> None:
    structlog.get_logger().info("x", action="test", why=value)
    shown = logs.take()
    assert shown.count("\n") == 1
    assert TOKEN not in shown
    assert len(shown) < 12 * VALUE_LIMIT
    assert json.loads(shown)["event"] == "x"


def test_a_secret_within_a_list_is_masked_too(logs: Written) -> None:
    structlog.get_logger().info("x", why=[TOKEN, {"a": "postgresql://u:hidden@h"}], error=ValueError(TOKEN))
    shown = logs.take()
    assert TOKEN not in shown
    assert "hidden" not in shown


def test_libraries_speak_in_the_same_form_from_warnings_on(logs: Written) -> None:
    logging.getLogger("some.library").info("not shown")
    logging.getLogger("some.library").warning("took %s s", 5)
    (line,) = lines(logs)
    assert (line["event"], line["logger"], line["level"], line["why"]) == (
        "library", "some.library", "warning", "took %s s",
    )  # fmt: skip


def test_a_library_s_arguments_and_errors_are_not_shown(logs: Written) -> None:
    """They may be what a customer wrote."""
    library = logging.getLogger("aiohttp.server")
    library.error("can not parse %r", "my phone is +420 canary")
    try:
        raise ValueError("canary")
    except ValueError as error:
        library.exception("request failed")
        library.error("future: canary", exc_info=error)
    shown = logs.take()
    assert "canary" not in shown
    found = [json.loads(line) for line in shown.splitlines()]
    assert [line.get("error") for line in found] == [None, "ValueError", "ValueError"]
    assert found[1]["where"].startswith("test_logs.py:")


def test_the_level_can_be_raised(logs: Written) -> None:
    set_up_logs(logging.WARNING)
    structlog.get_logger().info("quiet")
    assert lines(logs) == []


def test_the_place_of_an_error_is_file_and_line_and_nothing_of_its_text() -> None:
    with pytest.raises(ValueError, match="my secret") as caught:
        int("my secret")
    assert re.fullmatch(r"test_logs\.py:\d+", place(caught.value))
    assert place(ValueError("never raised")) == ""
