"""The records of devices as topics ask them: what is told to whom, counted, and after the same time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.evenly import Evenly
from bot.records import STEP_S, DeviceRecords, NoRecords
from bot.sources import SourceAway
from bot.storage.registry.holders import holds, level_of, owns
from bot.storage.registry.limits import forget_look_ups
from bot.storage.registry.tables import alerts, codes, devices, holders, look_up_limits, look_ups
from bot.storage.store import Store
from handlers.rules.facts import Device, Sale, Term
from handlers.rules.serials import Line
from handlers.services import Checked
from handlers.words import Attachment
from tests.fakes.registry import (
    BOUGHT,
    NOON,
    Post,
    Watch,
    add_devices,
    add_repair,
    add_talk,
    asker,
    open_records,
    outcomes,
    raised,
)
from tests.security.conftest import log

__all__ = ["log"]

MINE, THEIRS, ALIKE, CANARY = "WM7K2QX94", "FR0918ZT31", ("BB1O55X", "BB1055X"), "ZZ77CANARY1"
UNKNOWN = "QQ99NOBODY5"
HIDDEN = Checked("hidden")


@pytest.fixture
async def registry(store: Store) -> Store:
    """Three washing machines and a canary, and three talks."""

    def fill(connection: Any) -> None:
        add_devices(connection, [MINE], label_code="K7QX9")
        add_devices(connection, [THEIRS, *ALIKE], sale={"purchased_on": date(2024, 5, 5), "invoice": "FV-77-2024"})
        add_devices(connection, [CANARY], canary=True)
        for name in ("v1", "v2", "v3"):
            add_talk(connection, name)

    await store.write(fill)
    return store


@pytest.fixture
def records(registry: Store) -> DeviceRecords:
    return open_records(registry)


@pytest.fixture
def strict(registry: Store) -> DeviceRecords:
    return open_records(registry, strict=True)


# --- what level 0 is told --------------------------------------------------------------------------------------


async def test_who_knows_a_serial_learns_whether_it_is_covered_and_until_which_month(records: DeviceRecords) -> None:
    found = await records.check(MINE, asker(), NOON)
    assert (found.outcome, found.level) == ("seen", 0)
    assert found.view is not None
    assert (found.view.verdict, found.view.product, found.view.until_month) == (
        "covered",
        "washing machine",
        (2027, 12),
    )
    assert found.view.assessment is None
    assert found.view.model == ""


async def test_what_is_not_there_is_hidden(records: DeviceRecords) -> None:
    assert await records.check(UNKNOWN, asker(), NOON) == HIDDEN


async def test_strict_tells_nothing_of_what_is_there_either(strict: DeviceRecords) -> None:
    for serial in (MINE, UNKNOWN):
        assert await strict.check(serial, asker(), NOON) == HIDDEN
    assert await strict.check(ALIKE[0].replace("O", "Q"), asker(2), NOON) == HIDDEN


async def test_the_person_who_takes_over_hears_all_that_is_owed_of_what_is_seen(
    records: DeviceRecords, strict: DeviceRecords
) -> None:
    found = await records.check(MINE, asker(), NOON)
    assert ("warranty", "covered") in [(line.kind, line.verdict) for line in found.coverage]
    assert all(line.end is not None or line.verdict != "covered" for line in found.coverage if line.confidence != "C")
    assert (await strict.check(MINE, asker(2), NOON)).coverage == ()


async def test_a_wrong_proof_tells_no_more_than_none(strict: DeviceRecords, records: DeviceRecords) -> None:
    for serial in (MINE, UNKNOWN):
        assert await strict.check(serial, asker(), NOON, proof="1.1.2026") == HIDDEN
    assert (await records.check(MINE, asker(2), NOON, proof="1.1.2026")).level == 0
    assert await records.check(UNKNOWN, asker(2), NOON, proof="1.1.2026") == HIDDEN


async def test_a_canary_is_a_miss_an_alert_and_the_end_of_it(registry: Store, records: DeviceRecords) -> None:
    assert await records.check(CANARY, asker(network="net"), NOON) == HIDDEN
    assert await registry.read(raised) == ["canary"]
    assert await registry.read(outcomes) == ["canary"]
    assert (await records.check(MINE, asker(2, "net"), NOON)).outcome == "paused"


async def test_serials_that_look_alike_are_asked_about_never_picked(records: DeviceRecords) -> None:
    found = await records.check("BBIO55X", asker(), NOON)  # neither of them, but like both
    assert found == Checked("ambiguous", place=4, signs=("0", "O"), serial="BB1O55X")
    for serial in ALIKE:
        assert (await records.check(serial, asker(2), NOON)).outcome == "seen"


async def test_a_look_alike_sign_finds_the_one_device(records: DeviceRecords) -> None:
    assert (await records.check("FRO9I8ZT31", asker(), NOON)).outcome == "seen"


async def test_more_look_alikes_of_a_product_line_are_asked_for(registry: Store) -> None:
    records = open_records(registry, lines=(Line("fridge", "[A-Z0-9]{10}", fold=("B8",)),))
    await registry.write(lambda connection: add_devices(connection, ["FR0000000B"]))
    fold = update(devices).where(devices.c.serial == "FR0000000B")
    like = await registry.read(lambda connection: skeleton_key(connection, "FR00000008"))
    await registry.write(lambda connection: connection.execute(fold.values(skeleton=like)))
    assert (await records.check("FR00000008", asker(), NOON)).outcome == "seen"


def skeleton_key(connection: Any, serial: str) -> bytes:
    from bot.storage.registry.keys import key_of, keys_of

    return key_of(serial, keys_of(connection))


async def test_the_law_of_the_country_the_customer_named_where_the_sale_has_none(registry: Store) -> None:
    await registry.write(lambda connection: add_devices(connection, ["NOCOUNTRY1"], sale={"country": None}))
    records = open_records(registry)
    assert (await records.check("NOCOUNTRY1", asker(), NOON)).view.country is None  # type: ignore[union-attr]
    found = await records.check("NOCOUNTRY1", asker(), NOON, country="PL")
    assert found.view is not None
    assert found.view.country == "PL"


# --- proofs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["31. prosince 2025", "FV 2025120417", "k7-qx9"])
@pytest.mark.parametrize("is_strict", [False, True])
async def test_one_more_fact_opens_level_1_for_half_an_hour(registry: Store, proof: str, is_strict: bool) -> None:
    records = open_records(registry, strict=is_strict)
    found = await records.check(MINE, asker(), NOON, proof=proof)
    assert (found.outcome, found.level) == ("seen", 1)
    assert found.view is not None
    assert found.view.assessment is not None
    assert found.view.assessment.coverages[0].start == BOUGHT
    again = await records.check(MINE, asker(), NOON + timedelta(minutes=29))
    assert again.level == 1
    later = await records.check(MINE, asker(), NOON + timedelta(minutes=31))
    assert later.level == 0


async def test_a_proof_counts_for_one_talk_and_one_device(strict: DeviceRecords) -> None:
    await strict.check(MINE, asker(1), NOON, proof="31.12.2025")
    assert await strict.check(MINE, asker(2), NOON) == HIDDEN
    assert await strict.check(THEIRS, asker(1), NOON) == HIDDEN


async def test_five_wrong_proofs_close_a_serial_for_a_month_and_nobody_is_told(
    registry: Store, strict: DeviceRecords
) -> None:
    for serial in (MINE, UNKNOWN):
        for n in range(5):
            guess = await strict.check(serial, asker(10 + n, f"{serial}{n}"), NOON, proof=f"1.{n + 1}.2020")
            assert guess == HIDDEN
    right = await strict.check(MINE, asker(3, "another"), NOON + timedelta(minutes=11), proof="31.12.2025")
    assert right == HIDDEN
    assert (await registry.read(raised)).count("proofs") == 1
    tomorrow = await strict.check(MINE, asker(3, "another"), NOON + timedelta(days=2), proof="31.12.2025")
    assert tomorrow == HIDDEN
    later = await strict.check(MINE, asker(3, "another"), NOON + timedelta(days=31), proof="31.12.2025")
    assert later.level == 1


async def test_a_proof_tells_which_of_two_that_look_alike(strict: DeviceRecords, registry: Store) -> None:
    await registry.write(lambda connection: add_devices(connection, ["CC10O5X", "CC1O05X"][:1], label_code="ABCD1"))
    await registry.write(lambda connection: add_devices(connection, ["CC1O05X"], label_code="ABCD2"))
    found = await strict.check("CCIOO5X", asker(), NOON, proof="ABCD2")
    assert (found.outcome, found.level) == ("seen", 1)
    assert await strict.check("CCIOO5X", asker(2), NOON, proof="31.12.2025") == HIDDEN  # both were bought then


async def test_an_owner_sees_the_history_and_is_never_counted(registry: Store, strict: DeviceRecords) -> None:
    def own(connection: Any) -> None:
        add_repair(connection, MINE, date(2026, 1, 5), date(2026, 1, 9))
        owns(connection, 1, connection.execute(select(devices.c.id).where(devices.c.serial == MINE)).scalar_one())

    await registry.write(own)
    for n in range(30):
        found = await strict.check(MINE, asker(1, "net"), NOON + timedelta(seconds=n))
        assert (found.outcome, found.level) == ("seen", 2)
    assert found.view is not None
    assert len(found.view.repairs) == 1
    counted = await registry.read(
        lambda connection: connection.execute(select(look_up_limits.c.standing)).scalars().all()
    )
    assert not any(counted)


# --- codes -----------------------------------------------------------------------------------------------------


async def test_a_code_goes_to_the_contact_on_file_and_nobody_can_tell(registry: Store) -> None:
    post = Post()
    records = open_records(registry, codes=post, strict=True)
    assert await records.send_code(MINE, asker(), NOON)
    assert await records.send_code(UNKNOWN, asker(), NOON)
    assert post.sent == [(1, MINE, "anna@a.example"), (1, UNKNOWN, None)]
    assert not await records.redeem(MINE, "654321", asker(), NOON)
    assert await records.check(MINE, asker(2), NOON) == HIDDEN
    assert await records.redeem(MINE, "123456", asker(), NOON)
    assert (await records.check(MINE, asker(), NOON)).level == 1
    assert not await records.redeem(UNKNOWN, "123456", asker(), NOON)


async def test_letters_are_not_sent_on_and_on_from_one_network(registry: Store) -> None:
    post = Post()
    records = open_records(registry, codes=post)
    sent = [await records.send_code(f"AH25{n:06}X", asker(1 + n % 3, "net"), NOON) for n in range(20)]
    assert sent.count(True) <= 8
    assert len(post.sent) == sent.count(True)
    assert (await records.check(MINE, asker(9, "net"), NOON)).outcome == "paused"


async def test_a_device_is_kept_only_after_a_code(registry: Store, records: DeviceRecords) -> None:
    await records.check(MINE, asker(), NOON, proof="31.12.2025")
    assert not await records.keep(MINE, asker(), NOON)

    def redeemed(connection: Any) -> None:
        row = {"conversation_id": 1, "serial_key": skeleton_key(connection, MINE), "digest": bytes(32)}
        times = {"sent_at": NOON, "expires_at": NOON + timedelta(minutes=10), "used_at": NOON}
        connection.execute(codes.insert().values(**row, **times))

    await registry.write(redeemed)
    assert not await records.keep(MINE, asker(2), NOON)
    assert not await records.keep(THEIRS, asker(1), NOON)
    assert not await records.keep(MINE, asker(1), NOON + timedelta(minutes=31))
    assert await records.keep(MINE, asker(1), NOON + timedelta(minutes=29))
    assert (await records.check(MINE, asker(1), NOON + timedelta(days=300))).level == 2


async def test_a_proof_takes_nothing_from_an_owner(registry: Store) -> None:
    await registry.write(lambda connection: owns(connection, 1, 1))
    await registry.write(lambda connection: holds(connection, 1, 1, NOON))
    assert await registry.read(lambda connection: level_of(connection, 1, 1, NOON + timedelta(days=9))) == 2


# --- limits ----------------------------------------------------------------------------------------------------


async def test_three_misses_and_a_pause_that_says_until_when(records: DeviceRecords) -> None:
    for n in range(3):
        assert await records.check(f"{n}{UNKNOWN}", asker(), NOON) == HIDDEN
    assert await records.check(MINE, asker(), NOON) == Checked("paused", until=NOON + timedelta(minutes=10))


async def test_a_wrong_proof_costs_a_miss_although_level_0_is_shown(registry: Store, records: DeviceRecords) -> None:
    for n in range(3):
        assert (await records.check(MINE, asker(), NOON, proof=f"{n + 1}.1.2020")).outcome == "seen"
    assert (await records.check(MINE, asker(), NOON, proof="31.12.2025")).outcome == "paused"
    assert await registry.read(outcomes) == ["miss"] * 3 + ["refused"]


async def test_who_is_paused_still_sees_their_own_device(registry: Store, records: DeviceRecords) -> None:
    await registry.write(lambda connection: owns(connection, 1, 1))
    for n in range(3):
        await records.check(f"{n}{UNKNOWN}", asker(1, "net"), NOON)
    assert (await records.check(THEIRS, asker(1, "net"), NOON)).outcome == "paused"
    assert (await records.check(MINE, asker(1, "net"), NOON)).level == 2


async def test_in_strict_the_limits_tell_nothing_of_what_is_there(registry: Store) -> None:
    """Three questions for what is there pause as surely as three for what is not."""
    await registry.write(lambda connection: add_devices(connection, ["AA11BB22C", "DD33EE44F"]))
    records = open_records(registry, strict=True)
    for serials in ((MINE, "AA11BB22C", "DD33EE44F"), ("GG55HH66J", "KK77MM88N", "PP99QQ00R")):
        who = asker(1 if MINE in serials else 2)
        assert [(await records.check(one, who, NOON)).outcome for one in serials] == ["hidden"] * 3
        assert (await records.check(THEIRS, who, NOON)).outcome == "paused"


async def test_a_walk_is_stopped_logged_and_told_to_staff_without_a_serial(
    registry: Store, records: DeviceRecords, log: io.StringIO
) -> None:
    serials = [f"AH25000{100 + n}" for n in range(6)]
    await registry.write(lambda connection: add_devices(connection, serials))
    seen = [(await records.check(one, asker(n, "net"), NOON)).outcome for n, one in enumerate(serials)]
    assert seen == ["seen"] * 3 + ["closed"] * 3
    assert await registry.read(raised) == ["walk"]
    assert "serials_guessed" in log.getvalue()
    told = await registry.read(lambda connection: connection.execute(select(alerts.c.key, alerts.c.detail)).all())
    for serial in serials:
        assert serial not in log.getvalue() + str(told)
    assert told[0].detail == {"begins": "AH25"}


async def test_the_log_of_look_ups_holds_neither_serials_nor_people(registry: Store, records: DeviceRecords) -> None:
    for serial in (MINE, UNKNOWN):
        await records.check(serial, asker(1, "net"), NOON)
    rows = await registry.read(lambda connection: connection.execute(select(look_ups)).all())
    limits = await registry.read(lambda connection: connection.execute(select(look_up_limits)).all())
    for secret in (MINE, UNKNOWN, "website", "v1", "net'"):
        assert secret not in str(rows) + str(limits).replace("network:", "")
    assert await registry.read(outcomes) == ["hit", "miss"]


async def test_an_attack_does_not_fill_the_log(registry: Store, records: DeviceRecords) -> None:
    for n in range(60):
        await records.check(f"{n * 7919:09}X", asker(n, "net"), NOON)
    assert len(await registry.read(outcomes)) < 20
    assert len(await registry.read(lambda connection: connection.execute(select(look_up_limits)).all())) < 30


@pytest.mark.server
async def test_two_processes_count_as_one(postgresql_store: Store) -> None:
    """Each question waits for the one before it, whichever process it came to: no two slip through together."""
    url = postgresql_store._engine.url.render_as_string(hide_password=False)
    other = Store(url)
    both = [open_records(store) for store in (postgresql_store, other)]
    try:
        asked = [both[n % 2].check(f"{n * 7919:09}X", asker(n, "net"), NOON) for n in range(40)]
        told = [found.outcome for found in await asyncio.gather(*asked)]
    finally:
        other.close()
    assert told.count("hidden") == 4  # eight points of two
    assert told.count("paused") == 36


# --- the same time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("took", [0.001, 0.05, 0.0601, 0.2])
async def test_an_answer_comes_at_whole_steps_only(took: float) -> None:
    watch = Watch()

    async def work() -> str:
        watch.passed += took
        return "done"

    assert await Evenly(STEP_S, watch, watch.sleep)(work()) == "done"
    steps = watch.passed / STEP_S
    assert steps == pytest.approx(round(steps))
    assert watch.passed >= took


async def test_trouble_comes_after_the_same_time() -> None:
    watch = Watch()

    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await Evenly(STEP_S, watch, watch.sleep)(work())
    assert watch.passed == pytest.approx(STEP_S)


@pytest.mark.parametrize("act", ["check", "proof", "send_code", "redeem"])
async def test_every_question_waits(registry: Store, act: str) -> None:
    watch = Watch()
    records = open_records(registry, evenly=Evenly(STEP_S, watch, watch.sleep))
    for serial in (MINE, UNKNOWN):
        if act == "redeem":
            await records.redeem(serial, "000000", asker(), NOON)
        elif act == "send_code":
            await records.send_code(serial, asker(), NOON)
        else:
            await records.check(serial, asker(), NOON, proof="1.1.2020" if act == "proof" else None)
    assert watch.slept == [pytest.approx(STEP_S)] * 2


@pytest.fixture
def statements(registry: Store) -> Iterator[list[str]]:
    """What the database is asked."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    event.listen(registry._engine, "before_cursor_execute", hear)
    yield heard
    event.remove(registry._engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("proof", [None, "1.1.2020"])
async def test_a_hit_asks_the_database_what_a_miss_asks(
    strict: DeviceRecords, statements: list[str], proof: str | None
) -> None:
    await strict.check("OTHER00001", asker(1, "net1"), NOON)  # the first question ever makes the row of all
    asked: list[Sequence[str]] = []
    for who, serial in ((2, MINE), (3, UNKNOWN)):
        statements.clear()
        await strict.check(serial, asker(who, f"net{who}"), NOON, proof=proof)
        asked.append(tuple(statements))
    assert len(asked[0]) > 8
    assert asked[0] == asked[1]


# --- the company's own system ----------------------------------------------------------------------------------


class Company:
    """The company's own system, which knows one device."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.asked: list[str] = []
        self.is_away = is_away

    async def find(self, serial: str) -> Device | None:
        self.asked.append(serial)
        if self.is_away:
            raise SourceAway("away")
        sale = Sale(purchased=BOUGHT, country="PL", buyer="consumer")
        return Device("fridge", "F-1", sale=sale, terms=(Term("warranty", 12),)) if serial == "ERP123456" else None


async def test_a_device_the_registry_does_not_have_is_read_from_the_companys_own_system(registry: Store) -> None:
    company = Company()
    records = open_records(registry, source=company)
    found = await records.check("ERP123456", asker(), NOON)
    assert found.view is not None
    assert (found.level, found.view.product) == (0, "fridge")
    assert (await records.check(MINE, asker(), NOON)).view.product == "washing machine"  # type: ignore[union-attr]
    assert await records.check(UNKNOWN, asker(), NOON) == HIDDEN
    assert company.asked == ["ERP123456", MINE, UNKNOWN]  # for every serial alike


async def test_a_proof_of_such_a_device_counts_for_half_an_hour_too(registry: Store) -> None:
    records = open_records(registry, source=Company(), strict=True)
    assert await records.check("ERP123456", asker(), NOON) == HIDDEN
    assert (await records.check("ERP123456", asker(), NOON, proof="31.12.2025")).level == 1
    assert (await records.check("ERP123456", asker(), NOON + timedelta(minutes=29))).level == 1
    assert await records.check("ERP123456", asker(2), NOON) == HIDDEN
    assert await records.check("ERP123456", asker(), NOON + timedelta(minutes=31)) == HIDDEN


async def test_while_it_is_away_hidden_and_unknown_are_away_alike_and_no_fault_of_anybody(registry: Store) -> None:
    records = open_records(registry, source=Company(is_away=True), strict=True)
    for serial in (MINE, UNKNOWN, MINE, UNKNOWN):
        assert await records.check(serial, asker(), NOON) == Checked("away")
    assert (await records.check(MINE, asker(), NOON, proof="31.12.2025")).level == 1


async def test_who_is_paused_does_not_trouble_it(registry: Store) -> None:
    company = Company()
    records = open_records(registry, source=company)
    for n in range(9):
        await records.check(f"{n}{UNKNOWN}", asker(), NOON)
    assert len(company.asked) == 3


# --- the rest --------------------------------------------------------------------------------------------------


async def test_without_a_database_everything_is_away(registry: Store) -> None:
    records = open_records(registry)
    registry.close()
    assert await records.check(MINE, asker(), NOON) == Checked("away")
    assert (await NoRecords().check(MINE, asker(), NOON)).outcome == "away"


async def test_a_photo_is_read_where_something_can_read_it(registry: Store) -> None:
    photo = Attachment("a1", "label.jpg", "image/jpeg", 10)

    async def reading(files: Sequence[Attachment], who: Any) -> str | None:
        return MINE if files == [photo] and who == asker() else None

    assert await open_records(registry).serial_in_photo([photo], asker()) is None
    assert await open_records(registry, photos=reading).serial_in_photo([photo], asker()) == MINE


def test_serials_are_read_by_the_lines_of_the_company(registry: Store) -> None:
    records = open_records(registry, lines=(Line("imei", "[0-9]{15}", "luhn"),))
    assert records.read("356938035643809", expected=True).canonical == "356938035643809"
    assert records.read("hello", expected=False).canonical is None


async def test_what_is_older_than_thirty_days_is_forgotten(registry: Store, records: DeviceRecords) -> None:
    await records.check(UNKNOWN, asker(1, "net"), NOON)
    await records.check(MINE, asker(2), NOON, proof="31.12.2025")
    await registry.write(lambda connection: owns(connection, 3, 1))

    async def left() -> list[int]:
        tables = (look_ups, look_up_limits, holders)
        return await registry.read(lambda found: [len(found.execute(select(table)).all()) for table in tables])

    before = await left()
    await registry.write(partial(forget_look_ups, now=NOON + timedelta(minutes=29)))
    assert await left() == before
    await registry.write(partial(forget_look_ups, now=NOON + timedelta(days=29)))
    assert await left() == [*before[:2], 1]  # what was proved for a while is over, what is owned is not
    await registry.write(partial(forget_look_ups, now=NOON + timedelta(days=31)))
    assert await left() == [0, 0, 1]
