"""The device a talk is about: what the packet tells of it, which serial and which service level its ticket gets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.storage.registry.checks import serials_of
from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import coverages, devices, holders
from bot.storage.store import Store
from bot.storage.tables import ticket_events, tickets
from bot.storage.tickets import act, whole_standing
from handlers.rules.facts import CoverageLine
from handlers.words import AnswerGiven, SerialChecked, Snapshot, TicketWanted
from tests.bot.storage.rows import rows
from tests.bot.storage.test_tickets import WANTED, agent, conversation, report
from tests.fakes.clock import NOON

SERIAL, OTHER = "AB12C3456XY56", "ZZ98Y7654AB12"
LINES = (CoverageLine("statutory", "covered", date(2027, 5, 12), "A"), CoverageLine("warranty", "expired"))
TODAY, SOON = NOON.date(), NOON + timedelta(minutes=30)


async def device(store: Store, serial: str = SERIAL) -> int:
    def add(connection: Any) -> int:
        key = key_of(serial, keys_of(connection))
        values = {"serial": serial, "key": key, "skeleton": key, "product": "Kettle", "model": "K200", "line": ""}
        added = connection.execute(devices.insert().returning(devices.c.id), {**values, "updated_at": NOON})
        return int(added.scalar_one())

    return await store.write(add)


async def contract(
    store: Store, device: int, tier: str = "premium", starts: date | None = None, ends: date | None = TODAY, **more: Any
) -> None:
    values = {"device_id": device, "kind": "contract", "tier": tier, "starts_on": starts, "ends_on": ends, **more}
    await store.write(lambda connection: connection.execute(coverages.insert(), values).rowcount)


async def proves(store: Store, talk: int, device: int, until: datetime | None = SOON) -> None:
    values = {"conversation_id": talk, "device_id": device, "level": 1, "until": until}
    await store.write(lambda connection: connection.execute(holders.insert(), values).rowcount)


async def snapshot(store: Store, talk: int) -> Snapshot:
    return (await store.read(partial(whole_standing, conversation=talk, now=NOON))).snapshot


async def test_the_packet_and_the_ticket_know_the_device_that_was_asked_about_last(store: Store) -> None:
    await device(store)
    talk = await conversation(store)
    for checked in (SerialChecked(OTHER, "unknown"), SerialChecked(SERIAL, "covered", LINES)):
        await report(store, talk, checked)
    await report(store, talk, WANTED)
    (ticket,) = await rows(store, tickets)
    assert ticket.serial == SERIAL
    assert (ticket.packet["device"], ticket.packet["serial"]) == ("Kettle K200", "AB12…56")
    assert ticket.packet["coverage"] == [
        {"kind": "statutory", "verdict": "covered", "end": "2027-05-12", "confidence": "A"},
        {"kind": "warranty", "verdict": "expired", "end": None, "confidence": None},
    ]
    assert await store.read(partial(serials_of, conversation=talk)) == (SERIAL, OTHER)


async def test_a_device_nobody_knows_is_a_serial_and_no_more(store: Store) -> None:
    talk = await conversation(store)
    await report(store, talk, SerialChecked(SERIAL, "unknown"))
    await report(store, talk, WANTED)
    (ticket,) = await rows(store, tickets)
    assert (ticket.serial, ticket.packet["device"], ticket.packet["coverage"]) == (SERIAL, None, [])


async def test_a_serial_told_later_is_added_to_the_ticket_with_its_packet(store: Store) -> None:
    await device(store)
    talk = await conversation(store)
    await report(store, talk, AnswerGiven(f"Mine is {SERIAL}, it leaks", "answer", 0.9, "kettle-leaks", "v1", "cs"))
    await report(store, talk, WANTED)
    (ticket,) = await rows(store, tickets)
    assert (ticket.serial, ticket.packet["device"]) == (None, None)
    await report(store, talk, SerialChecked(SERIAL, "covered", LINES))
    await report(store, talk, TicketWanted("safety", "it smokes"))
    (ticket,) = await rows(store, tickets)
    assert (ticket.serial, ticket.packet["device"]) == (SERIAL, "Kettle K200")
    assert ticket.packet["reason"] == "asked_for_person", "why it was opened stays"
    assert SERIAL not in str(ticket.packet)
    await report(store, talk, TicketWanted("safety", "again"))
    assert (await rows(store, tickets))[0].packet == ticket.packet


async def test_a_device_of_an_earlier_request_is_not_that_of_a_new_one(store: Store) -> None:
    kettle = await device(store)
    talk, petr = await conversation(store), await agent(store)
    await contract(store, kettle)
    await proves(store, talk, kettle)
    await report(store, talk, SerialChecked(SERIAL, "covered", LINES))
    await report(store, talk, WANTED)
    later = NOON + timedelta(hours=1)
    await store.write(partial(act, number=1, action="close", actor="agent", now=later, agent=petr))
    assert (await snapshot(store, talk)).tier == "basic"
    await report(store, talk, WANTED)
    second = (await rows(store, tickets))[-1]
    assert (second.serial, second.packet["device"], second.packet["coverage"], second.tier) == (None, None, [], "basic")


@pytest.mark.parametrize(
    ("starts", "ends", "more", "tier"),
    [
        (None, TODAY, {}, "premium"),
        (TODAY, TODAY, {}, "premium"),
        (date(2020, 1, 1), date(2030, 1, 1), {"tier": "extended"}, "extended"),
        (None, TODAY - timedelta(days=2), {}, "basic"),
        (TODAY + timedelta(days=2), date(2030, 1, 1), {}, "basic"),
        (None, TODAY, {"void": "resold"}, "basic"),
        (None, TODAY, {"kind": "extended"}, "basic"),
        (None, None, {}, "basic"),
    ],
)
async def test_a_contract_in_force_gives_its_service_level(
    store: Store, starts: date | None, ends: date | None, more: dict[str, Any], tier: str
) -> None:
    kettle, talk = await device(store), await conversation(store)
    await contract(store, kettle, **{"starts": starts, "ends": ends, **more})
    await proves(store, talk, kettle)
    await report(store, talk, SerialChecked(SERIAL, "covered", LINES))
    assert (await snapshot(store, talk)).tier == tier
    await report(store, talk, WANTED)
    (ticket,), (event,) = await rows(store, tickets), await rows(store, ticket_events)
    assert (ticket.tier, event.detail) == (tier, {"tier": tier})
    assert [view.tier for view in (await snapshot(store, talk)).tickets] == [tier]


async def test_who_only_knows_a_serial_is_not_answered_sooner(store: Store) -> None:
    """Else a promise of one hour would tell that the device is in our records, and has a contract."""
    kettle, talk, other = await device(store), await conversation(store), await conversation(store, "ben")
    await contract(store, kettle)
    await proves(store, other, kettle)
    await proves(store, talk, kettle, NOON)  # a proof that counts no more
    await report(store, talk, SerialChecked(SERIAL, "covered", LINES))
    assert (await snapshot(store, talk)).tier == "basic"
    await report(store, talk, WANTED)
    assert [ticket.tier for ticket in await rows(store, tickets)] == ["basic"]


async def test_a_ticket_that_was_opened_is_raised_by_the_device_and_never_lowered(store: Store) -> None:
    kettle, talk = await device(store), await conversation(store)
    await contract(store, kettle)
    await proves(store, talk, kettle)
    for event, tier in (
        (WANTED, "basic"), (SerialChecked(SERIAL, "covered"), "basic"), (WANTED, "premium"),
        (SerialChecked(OTHER, "unknown"), "premium"), (WANTED, "premium"),
    ):  # fmt: skip
        await report(store, talk, event)
        assert [ticket.tier for ticket in await rows(store, tickets)] == [tier]
