"""Attack 12: a thousand serials, one after the other, through the website's own API.

Notices: a status, a length or a time that tells what is there, and a limiter that fires for sessions only.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.registry import add_devices, raised
from tests.fakes.site import Site, Visitor, browser, open_site

HIDDEN, PAUSED, COVERED = "can not say anything", "lot of questions", "is **covered**"
STRICT = {"strict": True}


def serial(n: int) -> str:
    return f"AH25{n:08}"


def masked(text: str) -> str:
    """A reply without the number it repeats."""
    return "".join("0" if sign.isdigit() else sign for sign in text)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, warranty=STRICT) as site:
        yield site


async def ask(site: Site, number: str, address: str) -> tuple[int, str, list[str], float]:
    """What a new session from this address hears: status and answer to the POST, the reply, its buttons, seconds."""
    async with browser(site.url, address) as http:
        visitor = await Visitor.arrive(http)
        started = time.perf_counter()
        status, accepted, _ = await visitor.post(text=f"/warranty {number}")
        reply = (await visitor.hear(int(accepted["seq"])))[-1]
        took = time.perf_counter() - started
        return status, reply["text"], [choice["id"] for choice in reply["choices"]], took


async def test_what_is_there_looks_like_what_is_not(strict: Site) -> None:
    numbers = list(range(10_000, 10_000 + 97 * 60, 97))
    there = numbers[::2]
    await strict.do(strict.app.store.write(lambda connection: add_devices(connection, map(serial, there))))
    dice = random.Random(3)
    dice.shuffle(numbers)
    seen = set()
    times: dict[bool, list[float]] = {True: [], False: []}
    await ask(strict, serial(1), "127.0.250.1")  # the first of all waits for what is loaded at first use
    for n, number in enumerate(numbers):
        strict.clock.ahead += timedelta(hours=1)
        status, text, buttons, took = await ask(strict, serial(number), f"127.0.{n + 1}.1")
        seen.add((status, len(text), masked(text), tuple(buttons)))
        times[number in there].append(took)
    assert len(seen) == 1
    assert HIDDEN in next(iter(seen))[2]
    quarters = statistics.quantiles(times[True], n=4)
    apart = abs(statistics.median(times[True]) - statistics.median(times[False]))
    assert apart < max(quarters[2] - quarters[0], 0.005)


@pytest.mark.parametrize("is_strict", [True, False])
async def test_the_limiter_fires_whatever_session_asks(tmp_path: Path, is_strict: bool) -> None:
    with open_site(tmp_path, warranty={"strict": is_strict}) as site:
        await site.do(site.app.store.write(lambda connection: add_devices(connection, map(serial, range(1_000)))))
        heard: Counter[str] = Counter()
        async with browser(site.url, "127.0.77.1") as http:

            async def session(numbers: range) -> None:
                visitor = await Visitor.arrive(http)
                for number in numbers:
                    await visitor.say(f"/warranty {serial(number)}")
                heard.update([one["text"] for one in await all_of(visitor, len(numbers))])

            await asyncio.gather(*(session(range(start, 1_000, 20)) for start in range(20)))
            told = [text for text in heard for _ in range(heard[text])]
            assert len(told) == 1_000
            assert sum(COVERED in text for text in told) <= (0 if is_strict else 8)
            assert sum(PAUSED in text for text in told) >= 980
            # And a session of its own is no way around it.
            newcomer = await Visitor.arrive(http)
            assert PAUSED in (await newcomer.hear(await newcomer.say(f"/warranty {serial(5)}")))[-1]["text"]
        assert "hammering" in await site.do(site.app.store.read(raised))


async def all_of(visitor: Visitor, many: int) -> list[dict[str, str]]:
    """As many replies of the bot, however long they take."""
    found: list[dict[str, str]] = []
    after = 0
    async with asyncio.timeout(120):
        while len(found) < many:
            page = await visitor.read(after, 2)
            after = page[-1]["seq"] if page else after
            found += [one for one in page if one["author"] == "bot"]
    return found
