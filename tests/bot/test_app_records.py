"""The records of an app: of its own database, with the law read before the doors open, forgetting what is old."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from sqlalchemy import select
from structlog.testing import capture_logs
from zxingcpp import BarcodeFormat

from bot.app import App, build_mind, open_source, photographed
from bot.http_source import HttpSource
from bot.services import BotServices
from bot.storage.registry.tables import look_ups
from bot.storage.store import Store
from bot.web.files import Files
from handlers.words import Asker, Attachment
from tests.fakes.registry import NOON, add_devices, asker, outcomes
from tests.fakes.services import settings_for, shared_mind
from tests.fakes.site import until

MINE = "WM7K2QX94"


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = shared_mind().knowledge
    live = knowledge.live
    monkeypatch.setattr(knowledge, "load", lambda: live)
    monkeypatch.setattr(knowledge, "install", lambda _: None)


def an_app(folder: Path, **environ: str) -> App:
    settings = settings_for(folder, **environ)
    return App(settings, shared_mind(), Store(settings.storage.url), lambda: NOON)


async def test_a_mind_may_serve_several_apps_each_with_its_own_registry(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = an_app(tmp_path / "one"), an_app(tmp_path / "two")
    await one.store.write(lambda connection: add_devices(connection, [MINE]))
    found = [await app.mind.services.records.check(MINE, asker(), NOON) for app in (one, two)]
    assert [checked.outcome for checked in found] == ["seen", "hidden"]
    assert (await shared_mind().services.records.check(MINE, asker(), NOON)).outcome == "away"
    one.store.close()
    two.store.close()


def test_the_settings_reach_the_records(tmp_path: Path) -> None:
    app = an_app(tmp_path, warranty_strict="true")
    assert app.records._rules.strict
    assert app.records._rules.zone.key == app.settings.company.timezone
    app.store.close()


def test_the_companys_own_system_is_asked_where_there_is_one(tmp_path: Path) -> None:
    assert open_source(settings_for(tmp_path).warranty.source) is None
    there = settings_for(tmp_path, warranty_source_url="https://erp.example.com/devices")
    assert isinstance(open_source(there.warranty.source), HttpSource)


def test_the_companys_country_comes_first_among_those_whose_law_we_know(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    assert app.mind.services.countries()[0] == "CZ"
    assert {"PL", "SK", "RU", "KZ", "IR", "GB", "US"} <= set(app.mind.services.countries())
    assert len(set(app.mind.services.countries())) == len(app.mind.services.countries())
    app.store.close()


def test_a_law_of_the_companys_own_comes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "cz.toml").write_text('country = "CZ"\nask = "nobody"\n', "utf-8")
    settings = settings_for(tmp_path, knowledge_path=str(tmp_path))
    mind = shared_mind()
    services = BotServices(settings, mind.voice, mind.knowledge)
    assert services.law.law_of("CZ").liabilities == ()  # type: ignore[union-attr]
    assert services.law.law_of("PL").liabilities  # type: ignore[union-attr]


async def test_a_start_reads_the_law_tells_its_mistakes_and_forgets_what_is_old(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "cz.toml").write_text("country = 7\n", "utf-8")
    settings, mind = settings_for(tmp_path, knowledge_path=str(tmp_path)), shared_mind()
    mind = replace(mind, services=BotServices(settings, mind.voice, mind.knowledge))
    app = App(settings, mind, Store(settings.storage.url), lambda: NOON)
    await app.records.check(MINE, asker(), NOON)
    await app.records.check(MINE, asker(2), NOON - timedelta(days=31))
    stop = asyncio.Event()
    with capture_logs() as logs:
        task = asyncio.create_task(app.run([], stop))
        await until(lambda: any(line["event"] == "started" for line in logs))
        assert app.mind.services.law.problems
        async with asyncio.timeout(5):
            while len(await app.store.read(outcomes)) > 1:  # noqa: ASYNC110 - it happens in another thread
                await asyncio.sleep(0.01)
        stop.set()
        await asyncio.wait_for(task, 10)
    assert any(line["event"] == "law_broken" and line["line"] for line in logs)
    after = Store(app.settings.storage.url)
    assert await after.read(lambda connection: connection.execute(select(look_ups.c.at)).scalars().all()) == [NOON]
    after.close()


async def test_a_serial_is_read_from_ones_own_photos_only(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    store = Store(settings.storage.url)
    path = tmp_path / "label.png"
    zxingcpp_image(MINE).save(path)

    async def content():  # type: ignore[no-untyped-def]
        yield path.read_bytes()

    files = Files(Path(settings.knowledge.cache).parent / "attachments", store)
    photo = await files.keep("website", "v1", "label.png", content(), 10**6, NOON)
    read = photographed(settings, store)
    assert await read([photo], Asker(1, "website:v1")) == MINE
    assert await read([photo], Asker(2, "website:v2")) is None
    assert await read([photo], Asker(3, "telegram:v1")) is None
    other = Attachment(photo.id, "label.pdf", "application/pdf", photo.size)
    assert await read([other], Asker(1, "website:v1")) is None
    store.close()


def zxingcpp_image(text: str):  # type: ignore[no-untyped-def]
    from PIL import Image

    return Image.fromarray(zxingcpp.create_barcode(text, BarcodeFormat.QRCode).to_image(scale=6)).convert("L")


def test_the_default_mind_has_no_records(tmp_path: Path) -> None:
    assert type(build_mind(settings_for(tmp_path)).services.records).__name__ == "NoRecords"
