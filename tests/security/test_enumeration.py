"""Somebody asks for serials by the thousand, as with Dell in 2024: 5,000 a minute from 50 addresses, for an hour.

The rules are attacked at the full rate; the real records, in a real database, through all of the first half minute and
one second of each later minute, while customers come with a proof, with a device of theirs, and with nothing but a
serial. Notices: a limit that counts sessions only, that counts misses only, that forgets whoever it refuses; a closing
that opens too early, or that keeps customers out; an answer whose time tells what was found.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete, select

from bot.evenly import Evenly
from bot.records import STEP_S, DeviceRecords
from bot.storage.registry import look_ups as looking
from bot.storage.registry.devices import NOBODY
from bot.storage.registry.holders import owns
from bot.storage.registry.tables import alerts, devices, look_up_limits
from bot.storage.store import Store
from tests.fakes.registry import NOON, add_devices, add_talk, asker, open_records, raised
from tests.handlers.rules.test_guard import Guard

EXISTING = 100_000
DENSE, SPARSE = EXISTING // 2, EXISTING // 2
MINUTES, PER_MINUTE, ADDRESSES = 60, 5_000, 50
# A quarter of an hour in every run: what it is told at first, it is told all the time. All of it where somebody asks.
ATTEMPTS = int(os.environ.get("AFTERCARE_TEST_ATTACK_MINUTES", "15")) * PER_MINUTE
TELLING = EXISTING // 10_000  # devices: fewer than this may be revealed
RNG = random.Random(20240519)
CUSTOMERS = [f"{RNG.getrandbits(50):013X}" for _ in range(100)]


def dense(n: int) -> str:
    """Serials that follow one another."""
    return f"AH25{n:08}"


SERIALS = [*map(dense, range(DENSE)), *CUSTOMERS, *{f"{RNG.getrandbits(48):012X}" for _ in range(SPARSE)}][:EXISTING]
EXISTS = frozenset(SERIALS)

_dice = random.Random(7)
ATTACKS: Sequence[Callable[[int], str]] = (  # taken in turn
    lambda n: dense(n // 3 % DENSE),  # one after the other
    lambda _: dense(_dice.randrange(DENSE)),  # those that exist
    lambda _: f"{_dice.getrandbits(48):012X}",  # guessed
)


def attempt(n: int) -> str:
    """The serial that the attack asks for next."""
    return ATTACKS[n % 3](n)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('registry')}/aftercare.db")

    def fill(connection: Any) -> None:
        add_devices(connection, SERIALS, months=0)
        for n in range(1, 4):
            add_talk(connection, f"v{n}")
        owned = connection.execute(select(devices.c.id).where(devices.c.serial == CUSTOMERS[0])).scalar_one()
        owns(connection, 1, owned)

    asyncio.run(store.write(fill))
    yield store
    store.close()


@pytest.fixture
async def records(registry: Store) -> AsyncIterator[DeviceRecords]:
    """The records, when nobody has asked for anything yet."""
    yield open_records(registry)
    await registry.write(lambda connection: [connection.execute(delete(one)) for one in (look_up_limits, alerts)])


def test_the_rules_under_the_whole_attack() -> None:
    guard, revealed = Guard(), set()
    for n in range(ATTEMPTS):
        serial, now = attempt(n), NOON + timedelta(seconds=n * 60 / PER_MINUTE)
        told = "hit" if serial in EXISTS else "miss"
        judged = guard.ask(f"session {n}", serial, now, told, network=f"net {n % ADDRESSES}")  # type: ignore[arg-type]
        if judged.state == "open" and told == "hit":
            revealed.add(serial)
    shown = f"{len(revealed)} of {EXISTING} devices revealed, alerts {dict(guard.alerts)}"
    print(f"{ATTEMPTS} serials asked for, {shown}")  # noqa: T201 (the figure is what it is run for)
    assert len(revealed) < TELLING
    assert guard.alerts["rush"]


async def test_the_attack(registry: Store, records: DeviceRecords, log: io.StringIO) -> None:
    revealed: set[str] = set()
    served: Counter[str] = Counter()
    alarms = REGISTRY.get_sample_value("aftercare_alerts_total", {"kind": "rush"}) or 0
    asked = 0

    async def attacked(seconds: float, start: float) -> None:
        nonlocal asked
        questions = []
        for n in range(int(seconds * PER_MINUTE / 60)):
            serial = attempt(asked)
            who = asker(1_000_000 + asked, f"attacker {asked % ADDRESSES}")
            questions.append(
                (serial, records.check(serial, who, NOON + timedelta(seconds=start + n * 60 / PER_MINUTE)))
            )
            asked += 1
        for serial, found in zip([one[0] for one in questions], await _all(questions), strict=True):
            if found.outcome == "seen":
                revealed.add(serial)

    for minute in range(MINUTES):
        await attacked(30 if minute == 0 else 1, minute * 60)
        now = NOON + timedelta(minutes=minute, seconds=31)
        owner = await records.check(CUSTOMERS[0], asker(1, "home"), now)
        served["owner"] += owner.level == 2
        if minute % 10 == 5:
            holder = await records.check(CUSTOMERS[minute], asker(2, f"holder {minute}"), now, proof="31.12.2025")
            served["holder"] += holder.level == 1
        if minute % 3 == 1:
            newcomer = await records.check(CUSTOMERS[minute], asker(3 + minute, f"newcomer {minute}"), now)
            served["newcomer"] += newcomer.outcome == "seen"
    assert len(revealed) < TELLING
    assert served == {"owner": MINUTES, "holder": 6, "newcomer": MINUTES // 3}
    assert "rush" in await registry.read(raised)
    assert REGISTRY.get_sample_value("aftercare_alerts_total", {"kind": "rush"}) == alarms + 1
    told = log.getvalue()
    assert "serials_guessed" in told
    assert "rush" in told
    assert not any(serial in told for serial in (*revealed, *CUSTOMERS, "AH25"))
    # And when it is over, everybody is served again.
    later = await records.check(CUSTOMERS[99], asker(99, "after it"), NOON + timedelta(minutes=MINUTES + 11))
    assert later.outcome == "seen"


async def _all(questions: list[tuple[str, Any]]) -> list[Any]:
    return list(await asyncio.gather(*(one[1] for one in questions)))


async def test_a_patient_one_is_stopped_by_the_limits_of_the_day(registry: Store, records: DeviceRecords) -> None:
    """Two addresses that walk through the sparse serials they have bought: never a rush, never a neighbour."""
    seen = 0
    for n in range(300):
        found = await records.check(SERIALS[-1 - n], asker(1000 + n, f"net {n % 2}"), NOON + timedelta(seconds=n * 280))
        seen += found.outcome == "seen"
    assert 40 <= seen <= 80


# --- the clock -------------------------------------------------------------------------------------------------


async def _times(records: DeviceRecords, serials: list[str], proof: str | None) -> list[float]:
    """Seconds that each answer takes; everybody asks once, in an hour of their own."""
    found = []
    for n, serial in enumerate(serials):
        who = asker(5_000 + n, f"{proof}{n}")
        now = NOON + timedelta(days=2, hours=n)
        started = time.perf_counter()
        told = await records.check(serial, who, now, proof=proof)
        found.append(time.perf_counter() - started)
        assert told.outcome == "hidden"
    return found


@pytest.mark.parametrize("made_slower_s", [0.0, 0.02])
async def test_the_time_of_a_hit_is_that_of_a_miss(
    registry: Store, monkeypatch: pytest.MonkeyPatch, made_slower_s: float
) -> None:
    """Strict: neither tells anything. With hits that take longer, too: only then this fails without the even steps."""
    real = looking.device_of

    def device_of(connection: Any, device: int) -> Any:
        if device != NOBODY:
            time.sleep(made_slower_s)
        return real(connection, device)

    monkeypatch.setattr(looking, "device_of", device_of)
    records = open_records(registry, strict=True, evenly=Evenly(STEP_S))
    hits = [SERIALS[-1 - n] for n in range(40)]
    misses = [f"{_dice.getrandbits(47):012X}" for _ in range(40)]
    mixed = [(serial, kind) for pair in zip(hits, misses, strict=True) for serial, kind in zip(pair, "hm", strict=True)]
    _dice.shuffle(mixed)
    times = await _times(records, [serial for serial, _ in mixed], None)
    of = {kind: [took for took, (_, one) in zip(times, mixed, strict=True) if one == kind] for kind in "hm"}
    apart = abs(statistics.median(of["h"]) - statistics.median(of["m"]))
    quarters = statistics.quantiles(of["h"], n=4)
    noise = max(quarters[2] - quarters[0], 0.002)
    assert apart < noise
    assert min(times) >= STEP_S


async def test_the_work_of_an_answer_is_far_below_its_step(registry: Store) -> None:
    class AtOnce(Evenly):
        async def __call__(self, work: Any) -> Any:
            return await work

    records = open_records(registry, strict=True, evenly=AtOnce(STEP_S))
    times = await _times(records, SERIALS[-50:], "1.1.2020")
    assert statistics.median(times) < STEP_S / 2
