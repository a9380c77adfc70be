"""Files: taken by what they are, kept whole, given back to their owner."""

from __future__ import annotations

import asyncio
import glob
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.web import api as api_module
from bot.web import files as files_module
from bot.web.files import FileRefused, media_type, safe_name
from tests.fakes.site import PNG, Site, Visitor, browser, open_site, until


async def test_up_and_down_and_in_a_message(visitor: Visitor) -> None:
    status, file, _ = await visitor.upload(PNG, "účtenka.png")
    assert status == 201
    assert file == {"id": file["id"], "name": "účtenka.png", "media_type": "image/png", "size": len(PNG)}
    seq = await visitor.say("my receipt", attachments=[file["id"]])
    assert (await visitor.read())[seq - 1]["attachments"] == [file]
    async with visitor.http.get(f"/api/v1/attachments/{file['id']}", headers=visitor.headers) as response:
        assert await response.read() == PNG
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["Content-Disposition"].startswith("attachment;")


async def test_a_file_alone_is_a_message(visitor: Visitor) -> None:
    file = (await visitor.upload(PNG))[1]
    status, found, _ = await visitor.post(attachments=[file["id"]])
    assert status == 202
    assert await visitor.hear(found["seq"])


@pytest.mark.parametrize("content", [b"", b"x", b"<svg onload=alert(1)>" * 5, b"MZ\x90\0" + bytes(60), b"PK\3\4" * 20])
async def test_other_kinds_are_refused_in_the_customers_language(site: Site, visitor: Visitor, content: bytes) -> None:
    visitor.headers["Accept-Language"] = "pl"
    status, found, _ = await visitor.upload(content, "photo.png")
    assert (status, found["code"]) == (415, "file_refused")
    assert found["error"] == site.app.mind.services.say("widget.file_refused", "pl")


async def test_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 0, "address_per_minute": 0, "attachment_mb": 1}) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            assert (await visitor.upload(PNG + bytes(1024 * 1024 - len(PNG))))[0] == 201
            status, found, _ = await visitor.upload(PNG + bytes(1024 * 1024))
            assert (status, found["code"]) == (413, "file_too_large")
            assert len(glob.glob(f"{tmp_path}/attachments/*/*")) == 1
            assert not glob.glob(f"{tmp_path}/attachments/new-*")


async def test_a_form_without_the_field_gets_a_sentence(visitor: Visitor) -> None:
    form = aiohttp.FormData({"other": "x"}, default_to_multipart=True)
    assert "named file" in (await visitor.ask("POST", "/api/v1/attachments", data=form))[1]["error"]
    many = aiohttp.FormData([(f"n{n}", "x") for n in range(20)], default_to_multipart=True)
    many.add_field("file", PNG, filename="a.png")
    assert (await visitor.ask("POST", "/api/v1/attachments", data=many))[0] == 422
    long = aiohttp.FormData({"other": "x" * 300_000}, default_to_multipart=True)
    long.add_field("file", PNG, filename="a.png")
    assert (await visitor.ask("POST", "/api/v1/attachments", data=long))[0] == 422


@pytest.mark.parametrize(
    ("kind", "body"),
    [("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"no boundary here"),
     ("multipart/form-data; boundary=" + "b" * 500, b""), ("multipart/form-data; boundary=b", b"--b\r\n\r\n")],
)  # fmt: skip
async def test_a_broken_form_gets_an_error_and_no_crash(visitor: Visitor, kind: str, body: bytes) -> None:
    status, found, _ = await visitor.ask("POST", "/api/v1/attachments", data=body, headers={"Content-Type": kind})
    assert 400 <= status < 500
    assert found["error"]


async def test_only_a_form_is_taken(visitor: Visitor) -> None:
    status, found, _ = await visitor.ask("POST", "/api/v1/attachments", data=PNG, headers={"Content-Type": "image/png"})
    assert status == 415
    assert "multipart/form-data" in found["error"]


async def test_a_slow_file_is_given_up(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "UPLOAD_S", 0.3)

    async def slowly():  # type: ignore[no-untyped-def]
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + PNG
        await asyncio.sleep(2)
        yield b"--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    status, found, _ = await visitor.ask("POST", "/api/v1/attachments", data=slowly(), headers=kind)
    assert (status, found["code"]) == (408, "slow")


async def test_files_leave_the_database_its_room(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "KEPT_FREE", 2**60)
    assert (await visitor.upload(PNG))[0] == 503
    assert await visitor.say("hello") == 1


async def test_who_leaves_in_the_middle_leaves_no_file(visitor: Visitor, site: Site) -> None:
    async def broken():  # type: ignore[no-untyped-def]
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + PNG * 200
        await asyncio.sleep(30)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    upload = asyncio.create_task(visitor.ask("POST", "/api/v1/attachments", data=broken(), headers=kind))
    await until(lambda: glob.glob(f"{site.data}/attachments/new-*"))
    upload.cancel()
    await until(lambda: not glob.glob(f"{site.data}/attachments/new-*"))


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"\xff\xd8\xff\xe0", "image/jpeg"), (PNG, "image/png"), (b"GIF89a", "image/gif"),
     (b"%PDF-1.7", "application/pdf"),
     (b"RIFF\0\0\0\0WEBP", "image/webp"), (b"RIFF\0\0\0\0WAVE", "audio/wav"), (b"\0\0\0\x20ftypheic", "image/heic"),
     (b"\0\0\0\x20ftypisom", "video/mp4"), (b"\x1aE\xdf\xa3", "video/webm"), (b"OggS", "audio/ogg")],
)  # fmt: skip
def test_a_kind_is_told_by_its_first_bytes(head: bytes, kind: str) -> None:
    assert media_type(head) == kind


@pytest.mark.parametrize("head", [b"<script>WEBP", b"<a> ftyp onload=x>", b"<!-- 12 WAVE", b"", b"\xff\xd8", b"%!PS"])
def test_a_page_in_disguise_is_no_picture(head: bytes) -> None:
    with pytest.raises(FileRefused):
        media_type(head)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc/passwd", "passwd.png"), ("C:\\x\\photo.PNG", "photo.PNG"),
     ("a\r\nSet-Cookie: x.png", "a_Set-Cookie_ x.png"),
     ("evil.html", "evil.html.png"), ("fdp\u202egnp.exe", "fdp_gnp.exe.png"), ("", "file.png"), ("...", "file.png"),
     ("\ud800.png", "?.png"), ("x" * 500, "x" * 120 + ".png"), (".htaccess", "htaccess.png")],
)  # fmt: skip
def test_a_name_tells_the_truth(name: str, safe: str) -> None:
    assert safe_name(name, "image/png").replace("_.png", "?.png") == safe


async def test_a_long_field_that_comes_in_small_pieces_is_not_read_past(visitor: Visitor) -> None:
    """Each piece alone was short, so the file behind the field was taken."""

    async def slowly() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\n'
        for _ in range(30):
            yield b"x" * 10_000
            await asyncio.sleep(0.002)
        yield b'\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        yield PNG + b"\r\n--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await visitor.ask("POST", "/api/v1/attachments", data=slowly(), headers=kind))[0] == 422
