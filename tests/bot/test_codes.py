"""One-time codes from the request to the letter box and back."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bot.codes import WAITING, Codes, new_code
from bot.mail_settings import Mail
from bot.ports import SendFailed
from bot.senders import Letter
from bot.senders.smtp import Smtp
from bot.storage.registry.tables import codes as table
from bot.storage.store import Store
from handlers.voice import spoken_languages
from tests.bot.storage.rows import inbound, rows, take
from tests.fakes.clock import NOON, Clock
from tests.fakes.post import a_post, body
from tests.fakes.services import shared_mind

SERIAL, ADDRESS = "AB12C3456", "anna@example.com"


@dataclass
class Box:
    """A sender that keeps letters; `fails` come first, in order."""

    letters: list[Letter] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def send(self, letter: Letter) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise self.fails.pop(0)
        self.letters.append(letter)

    @property
    def code(self) -> str:
        found = re.search(r"\d{6}", self.letters[-1].text)
        assert found is not None
        return found.group()


async def no_wait(_: float) -> None:
    return None


def service(store: Store, sender: Box | Smtp | None, language: str = "en") -> Codes:
    return Codes(store, shared_mind().voice, sender, language, no_wait)


async def talk(store: Store, address: str = "anna") -> int:
    return (await take(store, inbound("m1", "hello", address))).conversation


async def test_a_code_goes_out_and_comes_back(sqlite_store: Store) -> None:
    box, anna = Box(), await talk(sqlite_store)
    codes = service(sqlite_store, box)
    assert await codes.send(anna, SERIAL, ADDRESS, NOON)
    await codes.close()
    assert box.letters[0].to == ADDRESS
    assert not await codes.redeem(anna, SERIAL, "I have no code", NOON)
    assert await codes.redeem(anna, SERIAL, f"it is {box.code}!", NOON)


async def test_words_without_a_code_are_no_try(sqlite_store: Store) -> None:
    box, anna = Box(), await talk(sqlite_store)
    codes = service(sqlite_store, box)
    await codes.send(anna, SERIAL, ADDRESS, NOON)
    await codes.close()
    for words in ("where is it?", "still nothing", "ah, there", "12345"):
        assert not await codes.redeem(anna, SERIAL, words, NOON)
    assert await codes.redeem(anna, SERIAL, box.code, NOON)


async def test_over_a_real_mail_server(sqlite_store: Store) -> None:
    anna = await talk(sqlite_store)
    async with a_post("451 later", "250 OK") as post:
        mail = Mail(host="localhost", port=post.port, security="none")
        codes = service(sqlite_store, Smtp(mail, "help@almahome.example"), "cs")
        assert await codes.send(anna, SERIAL, ADDRESS, NOON)
        await codes.close()
        (letter,) = post.letters
        assert letter["Subject"] == "Alma Home: váš kód"
        code = re.search(r"\d{6}", body(letter))
        assert code is not None
        assert await codes.redeem(anna, SERIAL, code.group(), NOON)


async def test_the_reply_does_not_wait_for_the_mail_server(sqlite_store: Store) -> None:
    box, anna = Box(gate=asyncio.Event()), await talk(sqlite_store)
    codes = service(sqlite_store, box)
    async with asyncio.timeout(5):
        assert await codes.send(anna, SERIAL, ADDRESS, NOON)
    assert len(await rows(sqlite_store, table)) == 1
    assert box.letters == []
    assert box.gate is not None
    box.gate.set()
    await codes.close()
    assert len(box.letters) == 1


async def test_nobody_and_somebody_look_alike(sqlite_store: Store) -> None:
    box = Box()
    codes = service(sqlite_store, box)
    for address in (ADDRESS, None):
        visitor = await talk(sqlite_store, f"visitor of {address}")
        assert [await codes.send(visitor, SERIAL, address, NOON) for _ in range(4)] == [True, True, True, False]
        assert not await codes.redeem(visitor, SERIAL, "000000", NOON)
    await codes.close()
    assert [letter.to for letter in box.letters] == [ADDRESS] * 3


async def test_no_letter_over_what_an_address_may_get(sqlite_store: Store) -> None:
    box = Box()
    codes = service(sqlite_store, box)
    for number in range(50):
        assert await codes.send(await talk(sqlite_store, f"v{number}"), SERIAL, ADDRESS, NOON)
    await codes.close()
    assert len(box.letters) == 3


async def test_a_passing_trouble_is_tried_again(sqlite_store: Store) -> None:
    box = Box(fails=[SendFailed("SMTPConnectError", retry_after=5.0)] * 3)
    codes = service(sqlite_store, box)
    await codes.send(await talk(sqlite_store), SERIAL, ADDRESS, NOON)
    await codes.close()
    assert len(box.letters) == 1


@pytest.mark.parametrize(
    ("fails", "why"),
    [
        ([SendFailed("SMTPConnectError", retry_after=5.0)] * 9, "SMTPConnectError"),
        ([SendFailed("SMTPDataError 550", retry_after=None)], "SMTPDataError 550"),
        ([RuntimeError(f"the letter to {ADDRESS} was lost")], "RuntimeError"),
    ],
)
async def test_a_letter_that_is_lost_is_in_the_log_without_the_customer(
    sqlite_store: Store, fails: list[Exception], why: str
) -> None:
    box = Box(fails=fails)
    codes = service(sqlite_store, box)
    with capture_logs() as logs:
        assert await codes.send(await talk(sqlite_store), SERIAL, ADDRESS, NOON)
        await codes.close()
    assert [(line["event"], line["why"]) for line in logs] == [("code_not_sent", why)]
    assert ADDRESS not in str(logs)
    assert box.letters == []


async def test_without_a_mail_server_the_log_says_so(sqlite_store: Store) -> None:
    codes = service(sqlite_store, None)
    with capture_logs() as logs:
        assert await codes.send(await talk(sqlite_store), SERIAL, ADDRESS, NOON)
        await codes.close()
    assert "write [mail] host" in logs[0]["why"]


async def test_a_stop_waits_a_moment_and_says_what_was_lost(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.codes.DRAIN_S", 0.01)
    codes = service(sqlite_store, Box(gate=asyncio.Event()))
    await codes.send(await talk(sqlite_store), SERIAL, ADDRESS, NOON)
    with capture_logs() as logs:
        await codes.close()
    assert [line["why"] for line in logs] == ["the bot stopped"]


async def test_letters_do_not_pile_up_without_end(sqlite_store: Store) -> None:
    box = Box(gate=asyncio.Event())
    codes = service(sqlite_store, box)
    talks = [await talk(sqlite_store, f"v{number}") for number in range(WAITING + 20)]
    with capture_logs() as logs:
        for number, one in enumerate(talks):
            await codes.send(one, SERIAL, f"a{number}@example.com", NOON)
            await asyncio.sleep(0)
        assert box.gate is not None
        box.gate.set()
        await codes.close()
    assert len(box.letters) == WAITING
    assert Counter(line["why"] for line in logs) == {"too many letters are waiting": 20}


async def test_four_letters_at_once(sqlite_store: Store) -> None:
    begun: list[Letter] = []

    class Counting(Box):
        async def send(self, letter: Letter) -> None:
            begun.append(letter)
            await super().send(letter)

    box = Counting(gate=asyncio.Event())
    codes = service(sqlite_store, box)
    for number in range(30):
        await codes.send(await talk(sqlite_store, f"v{number}"), SERIAL, f"a{number}@example.com", NOON)
    assert len(begun) == 4
    assert box.gate is not None
    box.gate.set()
    await codes.close()
    assert len(box.letters) == 30


@pytest.mark.parametrize("language", spoken_languages())
async def test_the_letter_in_every_language(sqlite_store: Store, language: str) -> None:
    box, anna = Box(), await talk(sqlite_store)
    codes = service(sqlite_store, box, language)
    await codes.send(anna, SERIAL, ADDRESS, NOON)
    await codes.close()
    (letter,) = box.letters
    assert letter.language == language
    assert "\n" not in letter.subject
    assert "Alma Home" in letter.subject
    assert box.code not in letter.subject, "it would stand on a locked screen"
    assert ("10" in letter.text) or ("۱۰" in letter.text)
    assert "<" not in letter.text
    assert await codes.redeem(anna, SERIAL, letter.text.splitlines()[0], NOON), "the line can not be pasted back"


async def test_codes_expire_by_the_clock_of_the_caller(sqlite_store: Store, clock: Clock) -> None:
    box, anna = Box(), await talk(sqlite_store)
    codes = service(sqlite_store, box)
    await codes.send(anna, SERIAL, ADDRESS, clock())
    await codes.close()
    clock.forward(600)
    assert not await codes.redeem(anna, SERIAL, box.code, clock())


def test_codes_are_six_digits_spread_evenly() -> None:
    made = [new_code() for _ in range(20_000)]
    assert all(len(code) == 6 and code.isdigit() for code in made)
    assert any(code.startswith("0") for code in made)
    spread = Counter(code[0] for code in made)
    assert all(1_700 < spread[digit] < 2_300 for digit in "0123456789")
