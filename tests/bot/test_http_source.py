"""The company's own system, asked over a real connection."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from bot.http_source import ANSWER_LIMIT, HttpSource
from bot.settings import SettingsWrong, load_settings
from bot.source_settings import CompanySystem
from bot.sources import SourceAway
from handlers.rules.facts import Device, Repair, Sale, Term
from tests.fakes.company import Company, a_company, breaks_off, hangs_up, says

SERIAL, TOKEN = "AB12C3456", "token-of-the-company"
# The contract as the README tells it.
WASHER: dict[str, Any] = {
    "device": {
        "product": "washing machine", "model": "WM-7", "made_on": "2024-01-10",
        "sale": {
            "purchased_on": "2024-02-27", "delivered_on": "2024-02-29", "country": "CZ", "buyer": "consumer",
            "goods": "new",
        },
        "coverages": [
            {"kind": "warranty", "months": 36},
            {
                "kind": "contract", "basis": "fixed", "starts_on": "2024-03-01", "ends_on": "2027-02-28",
                "tier": "premium",
            },
        ],
        "repairs": [{"claimed_on": "2025-03-01", "returned_on": "2025-03-20"}],
    }
}  # fmt: skip
DEVICE = Device(
    "washing machine", "WM-7", made=date(2024, 1, 10),
    sale=Sale(date(2024, 2, 27), date(2024, 2, 29), None, "CZ", "consumer"),
    terms=(
        Term("warranty", 36),
        Term("contract", None, "fixed", date(2024, 3, 1), date(2027, 2, 28), tier="premium"),
    ),
    repairs=(Repair(date(2025, 3, 1), date(2025, 3, 20)),),
)  # fmt: skip
KNOWN, UNKNOWN, BROKEN = says(WASHER), says({"device": None}), says({}, 500)


class Time:
    """A clock that sleeping moves, and nothing else."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@asynccontextmanager
async def asking(company: Company, time: Time, timeout_s: float = 3.0) -> AsyncIterator[HttpSource]:
    settings = CompanySystem(url=company.url, token=SecretStr(TOKEN), timeout_s=timeout_s)
    source = HttpSource(settings, time, time.sleep)
    try:
        yield source
    finally:
        await source.close()


async def away(source: HttpSource, serial: str = SERIAL) -> str:
    with pytest.raises(SourceAway) as raised:
        await source.find(serial)
    return str(raised.value)


async def test_the_answer_becomes_a_device(time: Time) -> None:
    async with a_company(KNOWN) as company, asking(company, time) as source:
        assert await source.find(SERIAL) == DEVICE
        assert company.asked == [{"serial": SERIAL}]
        assert company.headers[0]["Authorization"] == f"Bearer {TOKEN}"
        assert SERIAL not in company.paths[0], "addresses are written into logs on the way"


async def test_what_the_contract_does_not_know_is_dropped(time: Time) -> None:
    more = json.loads(json.dumps(WASHER))
    more["device"]["owner"] = "Anna"
    more["at"] = "today"
    async with a_company(says(more)) as company, asking(company, time) as source:
        assert await source.find(SERIAL) == DEVICE


async def test_the_least_there_can_be(time: Time) -> None:
    async with a_company(says({"device": {}})) as company, asking(company, time) as source:
        assert await source.find(SERIAL) == Device()


async def test_an_unknown_serial_is_unknown(time: Time) -> None:
    async with a_company(UNKNOWN) as company, asking(company, time) as source:
        assert await source.find(SERIAL) is None


async def test_answers_are_remembered_and_unknown_ones_for_less(time: Time) -> None:
    async with a_company(KNOWN, UNKNOWN) as company, asking(company, time) as source:
        for _ in range(3):
            assert await source.find(SERIAL) == DEVICE
            assert await source.find("ZZ99") is None
        assert len(company.asked) == 2
        time.now += 61
        assert await source.find(SERIAL) == DEVICE
        assert await source.find("ZZ99") is None
        assert company.asked[2:] == [{"serial": "ZZ99"}]
        time.now += 540
        assert await source.find(SERIAL) is None
        assert len(company.asked) == 4


async def test_the_memory_holds_no_serials_and_no_end_of_them(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.http_source.REMEMBERED", 10)
    async with a_company(UNKNOWN) as company, asking(company, time) as source:
        for number in range(30):
            await source.find(f"{SERIAL}{number}")
        assert len(source._cache) == 10
        assert not any(SERIAL.encode() in key for key in source._cache)


@pytest.mark.parametrize("trouble", [BROKEN, hangs_up, breaks_off, says({}, 503), says({}, 429)])
async def test_a_passing_trouble_is_not_noticed(time: Time, trouble: Any) -> None:
    async with a_company(trouble, trouble, KNOWN) as company, asking(company, time) as source:
        assert await source.find(SERIAL) == DEVICE
        assert len(company.asked) == 3
        assert len(time.slept) == 2
        assert all(0 <= pause <= 2 for pause in time.slept)


async def test_tries_do_not_come_in_waves(time: Time) -> None:
    pauses = set()
    for _ in range(5):
        async with a_company(BROKEN, KNOWN) as company, asking(company, time) as source:
            await source.find(SERIAL)
        pauses.add(time.slept[-1])
    assert len(pauses) == 5


async def test_three_tries_and_no_more(time: Time) -> None:
    async with a_company(BROKEN) as company, asking(company, time) as source:
        assert await away(source) == "status 500"
        assert len(company.asked) == 3


async def test_nobody_at_home(time: Time) -> None:
    async with a_company(KNOWN) as company:
        pass
    async with asking(company, time) as source:
        assert (await away(source)).startswith("no connection")


async def test_a_slow_answer_is_not_waited_for(time: Time) -> None:
    async def slow(_: web.Request) -> web.Response:
        await company.hurry.wait()
        return web.Response()

    async with a_company(slow) as company, asking(company, time, timeout_s=0.1) as source:
        assert await away(source) == "no answer in time"
        assert len(company.asked) == 1


async def test_an_answer_that_drips_is_not_waited_for(time: Time) -> None:
    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"{")
        await company.hurry.wait()
        return response

    async with a_company(drips) as company, asking(company, time, timeout_s=0.1) as source:
        assert await away(source) == "no answer in time"


async def test_it_waits_as_long_as_it_is_asked_to(time: Time) -> None:
    async with a_company(says({}, 429, Retry_After="2"), KNOWN) as company, asking(company, time) as source:
        assert await source.find(SERIAL) == DEVICE
        assert time.slept == [2.0]


@pytest.mark.parametrize(
    "asked",
    [{"Retry_After": "120"}, {"Retry_After": "Mon, 02 Mar 2026 12:02:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"}],
)
async def test_who_asks_for_more_than_a_customer_waits_is_left_alone(time: Time, asked: dict[str, str]) -> None:
    async with a_company(says({}, 429, **asked), KNOWN) as company, asking(company, time) as source:
        await away(source)
        time.now += 119
        assert "left alone" in await away(source)
        assert len(company.asked) == 1
        time.now += 1
        assert await source.find(SERIAL) == DEVICE
        assert source.state == "closed"


async def test_nonsense_in_retry_after_is_no_trouble(time: Time) -> None:
    nonsense = [says({}, 429, Retry_After=said) for said in ("soon", "-5", "٣", "Mon, 99 Mar 2026 12:02:00 GMT")]
    for answer in nonsense:
        async with a_company(answer, KNOWN) as company, asking(company, time) as source:
            assert await source.find(SERIAL) == DEVICE


async def test_flapping_opens_the_breaker_and_one_good_answer_closes_it(time: Time) -> None:
    async with a_company(BROKEN) as company, asking(company, time) as source:
        with capture_logs() as logs:
            for number in range(5):
                await away(source, f"{SERIAL}{number}")
            assert source.state == "open"
            asked = len(company.asked)
            for number in range(100):
                await away(source, f"{SERIAL}{number}")
            assert len(company.asked) == asked, "it was asked while it was to be left alone"
            time.now += 30
            await away(source)
            assert source.state == "open"
            company.answers = [KNOWN]
            time.now += 30
            assert source.state == "half-open"
            assert await source.find(SERIAL) == DEVICE
            assert source.state == "closed"
        said = [line["event"] for line in logs]
        assert said == ["source_away"] * 6 + ["source_back"], "a line for each call that was not made"


async def test_what_is_remembered_is_told_while_the_system_is_away(time: Time) -> None:
    async with a_company(KNOWN, BROKEN) as company, asking(company, time) as source:
        await source.find(SERIAL)
        for number in range(5):
            await away(source, f"{SERIAL}{number}")
        assert source.state == "open"
        assert await source.find(SERIAL) == DEVICE


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"<html>maintenance</html>", "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b'{"device": {"product": "\xff"}}', "Invalid JSON"),
        ({}, "device: Field required"),
        ([], "object"),
        ({"device": {"product": 7}}, "device.product: "),
        ({"device": {"sale": {"purchased_on": "27.02.2024"}}}, "device.sale.purchased_on: "),
        ({"device": {"sale": {"purchased_on": "0001-01-01"}}}, "lies before 1950"),
        ({"device": {"sale": {"country": "Czechia"}}}, "device.sale.country: "),
        ({"device": {"sale": {"buyer": "robot"}}}, "device.sale.buyer: "),
        ({"device": {"coverages": [{"kind": "statutory", "months": 24}]}}, "device.coverages.0.kind: "),
        ({"device": {"coverages": [{"kind": "warranty"}]}}, "needs months or ends_on"),
        ({"device": {"coverages": [{"kind": "extended", "basis": "fixed", "months": 12}]}}, "needs starts_on"),
        ({"device": {"coverages": [{"kind": "warranty", "months": "24"}]}}, "device.coverages.0.months: "),
        ({"device": {"coverages": [{"kind": "warranty", "months": 10**9}]}}, "device.coverages.0.months: "),
        (
            {"device": {"repairs": [{"claimed_on": "2025-03-02", "returned_on": "2025-03-01"}]}},
            "was returned before it was claimed",
        ),
        ({"device": {"repairs": [{"claimed_on": "2025-03-02"}] * 101}}, "device.repairs: "),
    ],
)
async def test_an_answer_of_another_form_is_no_answer(time: Time, answer: Any, why: str) -> None:
    async with a_company(says(answer)) as company, asking(company, time) as source:
        assert why in await away(source)
        assert len(company.asked) == 1, "it was asked again for the same wrong answer"
        assert source.state == "closed"


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 401, 403, 404])
async def test_another_status_is_no_answer(time: Time, status: int) -> None:
    """Not even 404: that is what a mistyped address says, too."""
    answer = says(WASHER if status != 204 else b"", status, Location="/elsewhere")
    async with a_company(answer, KNOWN) as company, asking(company, time) as source:
        if status == 201:
            assert await source.find(SERIAL) == DEVICE
        else:
            await away(source)
        assert company.paths == ["/devices"], "it followed a redirect, with the token in its hand"


async def test_a_huge_answer_is_refused_before_it_is_read(time: Time) -> None:
    sent = 0

    async def huge(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(100_000):
                await response.write(b" " * 10_000)
                sent += 10_000
        except ConnectionError:
            pass
        return response

    async with a_company(huge) as company, asking(company, time) as source:
        assert str(ANSWER_LIMIT) in await away(source)
        assert sent < 50_000_000


async def test_a_packed_answer_is_refused(time: Time) -> None:
    import gzip

    bomb = gzip.compress(b" " * 10_000_000)
    async with a_company(says(bomb, Content_Encoding="gzip")) as company, asking(company, time) as source:
        assert "send it plain" in await away(source)
        assert company.headers[0]["Accept-Encoding"] == "identity"


async def test_no_error_and_no_line_of_the_log_names_the_serial_or_the_token(time: Time) -> None:
    quoting = says({"device": {"product": SERIAL * 9, SERIAL: TOKEN}, SERIAL: TOKEN})
    trouble = [BROKEN, hangs_up, says(SERIAL.encode()), quoting, says({}, 404), says({}, 302, Location=f"/{SERIAL}")]
    for answer in trouble:
        async with a_company(answer) as company, asking(company, time) as source:
            with capture_logs() as logs, pytest.raises(SourceAway) as raised:
                await source.find(SERIAL)
            said = f"{raised.value!r} {raised.value.__cause__!r} {logs} {source!r} {source.__dict__!r}"
            assert SERIAL not in said
            assert TOKEN not in said


async def test_many_at_once_use_few_connections_and_each_gets_its_own_answer(time: Time) -> None:
    import asyncio

    async def echo(request: web.Request) -> web.Response:
        await asyncio.sleep(0)
        return web.json_response({"device": {"model": (await request.json())["serial"]}})

    async with a_company(echo) as company, asking(company, time) as source:
        found = await asyncio.gather(*(source.find(f"S{number}") for number in range(200)))
        assert [device.model for device in found if device] == [f"S{number}" for number in range(200)]


@pytest.mark.parametrize(
    "url", ["erp.example.com", "ftp://erp.example.com", "https://", "https://me:secret@erp.example.com/"]
)
def test_the_address_must_be_one(url: str) -> None:
    with pytest.raises(ValidationError) as raised:
        CompanySystem(url=url)
    assert "must begin with https://" in str(raised.value) or "write it as token" in str(raised.value)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsWrong) as raised:
        load_settings(None, {"AFTERCARE_WARRANTY_SOURCE_URL": "https://me:canary-6b1f@erp.example.com/x"})
    assert "canary" not in str(raised.value)
    assert str(raised.value).startswith("warranty.source.url: holds a password")


def test_the_settings_do_not_show_the_token() -> None:
    shown = repr(CompanySystem(url="https://erp.example.com/x", token=SecretStr(TOKEN)))
    assert TOKEN not in shown
    assert "erp.example.com" not in shown
