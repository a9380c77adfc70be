"""Attack 5: markup, terminal escapes and line breaks in headers, paths and methods. None of it reaches the log.

Notices: a log line that holds a header, a path or a query as it came, and one that a line break splits in two.
"""

from __future__ import annotations

import io
import json

import pytest

from tests.fakes.site import Site
from tests.security.raw import get, shout, status_of

CANARY = b"canary"
NASTY = (
    b"<script>canary</script>", b"\x1b[2Jcanary\x1b]0;canary\x07", b"canary\r\nX-Injected: canary", b"canary\ncanary",
    b"canary\x00", b"${jndi:ldap://canary}", b"canary" * 500, "canary\u2028\u202e".encode(),
)  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
async def test_the_log_stays_clean(site: Site, log: io.StringIO, value: bytes) -> None:
    names = (b"User-Agent", b"Referer", b"CF-Connecting-IP", b"X-Forwarded-For", b"Accept-Language", b"Origin",
             b"Authorization", b"Sec-WebSocket-Protocol", b"Cookie", b"X-Request-Id")  # fmt: skip
    statuses = []
    for name in names:
        for path in ("/api/v1/messages", "/nothing", "/api/v1/ws"):
            answer = await shout(site.port, get(path, name + b": " + value))
            statuses.append(status_of(answer))
            assert b"X-Injected" not in answer.split(b"\r\n\r\n")[0]
    statuses.append(status_of(await shout(site.port, get("/canary%0d%0acanary?canary=canary"))))
    statuses.append(status_of(await shout(site.port, get("/", method="CANARY"))))
    statuses.append(status_of(await shout(site.port, CANARY + b"\r\n\r\n")))
    assert all(400 <= status < 500 for status in statuses)
    lines = log.getvalue().splitlines()
    assert lines
    for line in lines:
        assert isinstance(json.loads(line), dict)
        assert "canary" not in line.lower()
        assert line.isprintable()
