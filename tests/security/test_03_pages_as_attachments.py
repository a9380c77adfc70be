"""Attack 3: an attachment that is a page. SVG, HTML and XML are not taken at all, and what looks like a picture and is
a page too is handed out so that no browser shows it.

Notices: a kind taken by its name or by the client's word, a missing `attachment`, `nosniff` or sandbox.
"""

from __future__ import annotations

import aiohttp
import pytest

from tests.fakes.site import Visitor

PAGES = {
    "x.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "x.html": b"<!doctype html><script>alert(1)</script>" + b" " * 32,
    "x.xml": b'<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "x.png": b"<html>\x89PNG\r\n\x1a\n<script>alert(1)</script>" + b" " * 32,
    "webp.webp": b"<script>WEBP=1;alert(1)</script>" + b" " * 32,
    "mp4.mp4": b"<a>>ftyp<script>alert(1)</script>" + b" " * 32,
    "x.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
}
DISGUISED = {
    "x.html": b"GIF89a/*<script>alert(1)</script>*/=1;" + b" " * 32,
    "x.svg": b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>" + b" " * 32,
    "x.pdf.htm": b"%PDF-1.7\n<script>alert(1)</script>" + b" " * 32,
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_not_taken(visitor: Visitor, name: str) -> None:
    for kind in ("image/png", "image/svg+xml", "text/html"):
        form = aiohttp.FormData()
        form.add_field("file", PAGES[name], filename=name, content_type=kind)
        assert (await visitor.ask("POST", "/api/v1/attachments", data=form))[0] == 415


@pytest.mark.parametrize("name", DISGUISED)
async def test_a_page_in_disguise_is_saved_and_never_shown(visitor: Visitor, name: str) -> None:
    status, file, _ = await visitor.upload(DISGUISED[name], name)
    assert status == 201
    assert not file["name"].endswith((".html", ".svg", ".htm"))
    async with visitor.http.get(f"/api/v1/attachments/{file['id']}", headers=visitor.headers) as response:
        assert response.headers["Content-Type"] in ("image/gif", "image/png", "application/pdf")
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "no-store" in response.headers["Cache-Control"]


async def test_a_file_name_stays_within_its_header(visitor: Visitor) -> None:
    file = (await visitor.upload(DISGUISED["x.html"], "a;filename=b.html'%0d%0aSet-Cookie: x"))[1]
    async with visitor.http.get(f"/api/v1/attachments/{file['id']}", headers=visitor.headers) as response:
        assert response.headers["Content-Disposition"].count("filename*=") == 1
        assert response.headers["Content-Disposition"].count(";") == 1
        assert "Set-Cookie" not in response.headers
