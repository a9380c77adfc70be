"""Attack 22: a form or a script of another website that posts without a preflight: text/plain and its like.

Notices: JSON taken under another content type, or under several.
"""

from __future__ import annotations

import pytest

from tests.fakes.site import Site, Visitor
from tests.security.raw import get, shout, status_of

BODY = b'{"id": "forged", "text": "forged"}'


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "text/plain; charset=application/json", "application/x-www-form-urlencoded", "text/json",
     "multipart/form-data; boundary=application/json", "application/jsonp", "text/plain, application/json"],
)  # fmt: skip
async def test_only_json_is_json(visitor: Visitor, kind: str) -> None:
    headers = {"Content-Type": kind, "Cookie": f"token={visitor.token}"}
    assert (await visitor.ask("POST", "/api/v1/messages", data=BODY, headers=headers))[0] == 415
    assert await visitor.read() == []


async def test_two_types_or_none_are_no_json(site: Site, visitor: Visitor) -> None:
    for types in ((), (b"Content-Type: text/plain", b"Content-Type: application/json")):
        token = b"Authorization: Bearer " + visitor.token.encode()
        request = get("/api/v1/messages", token, *types, b"Content-Length: %d" % len(BODY), method="POST") + BODY
        assert status_of(await shout(site.port, request)) in (400, 415)
    assert await visitor.read() == []
