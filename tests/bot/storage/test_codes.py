"""One-time codes in the database, on both kinds of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, event

from bot.storage.conversations import record
from bot.storage.registry.codes import AGAIN, Written, redeem_code, write_code
from bot.storage.registry.keys import keys_of
from bot.storage.registry.tables import codes
from bot.storage.store import Store
from tests.bot.storage.rows import inbound, rows, take, turn, waiting_rows
from tests.fakes.clock import NOON, Clock

SERIAL, ADDRESS = "AB12C3456", "anna@example.com"


async def talk(store: Store, address: str = "anna") -> int:
    return (await take(store, inbound("m1", "hello", address))).conversation


async def write(
    store: Store, talk: int, serial: str = SERIAL, address: str | None = ADDRESS, code: str = "123456",
    now: Clock | None = None,
) -> Written | None:  # fmt: skip
    at = now() if now else NOON
    return await store.write(partial(write_code, conversation=talk, serial=serial, address=address, code=code, now=at))


async def redeem(store: Store, talk: int, code: str = "123456", serial: str = SERIAL, now: Clock | None = None) -> bool:
    at = now() if now else NOON
    return await store.write(partial(redeem_code, conversation=talk, serial=serial, code=code, now=at))


async def test_a_right_code_counts_once(store: Store) -> None:
    anna = await talk(store)
    assert await write(store, anna) == Written(True, None)
    assert await redeem(store, anna)
    assert not await redeem(store, anna, now=Clock(NOON + AGAIN))


async def test_a_turn_that_was_interrupted_may_redeem_it_once_more(store: Store) -> None:
    """A crash between the code that was used up and the turn's record: the customer heard that it was wrong."""
    anna = await talk(store)
    await write(store, anna)
    assert await redeem(store, anna)
    assert await redeem(store, anna)
    assert not await redeem(store, anna, "654321")


async def test_the_language_of_the_conversation_comes_along(store: Store) -> None:
    anna = await talk(store)
    (waiting,) = await waiting_rows(store)
    await store.write(partial(record, turn=turn(waiting, 0, "Ahoj")))
    assert await write(store, anna) == Written(True, "cs")


async def test_a_code_holds_for_its_conversation_and_its_serial_only(store: Store) -> None:
    anna, eve = await talk(store), await talk(store, "eve")
    await write(store, anna)
    assert not await redeem(store, eve)
    assert not await redeem(store, anna, serial="AB12C3457")
    await write(store, eve, code="654321")
    assert not await redeem(store, eve, "123456"), "a code was carried over from another conversation"
    assert await redeem(store, anna)


async def test_three_wrong_ones_and_it_is_dead(store: Store) -> None:
    anna = await talk(store)
    await write(store, anna)
    for wrong in ("000000", "111111", "222222"):
        assert not await redeem(store, anna, wrong)
    assert not await redeem(store, anna)
    await write(store, anna, code="777777")
    assert not await redeem(store, anna, "000000")
    assert not await redeem(store, anna, "000001")
    assert await redeem(store, anna, "777777"), "the third try is one, too"


async def test_tries_at_the_same_moment_all_count(store: Store) -> None:
    anna = await talk(store)
    await write(store, anna)
    guesses = [f"{number:06}" for number in range(60)] + ["123456"]
    assert not any(await asyncio.gather(*(redeem(store, anna, guess) for guess in guesses)))
    assert (await rows(store, codes))[0].tries == 3


async def test_it_is_valid_for_ten_minutes(store: Store, clock: Clock) -> None:
    anna = await talk(store)
    await write(store, anna, now=clock)
    clock.forward(599)
    assert not await redeem(store, anna, "000000", now=clock)
    clock.forward(1)
    assert not await redeem(store, anna, now=clock)
    await write(store, anna, now=clock)
    clock.forward(599)
    assert await redeem(store, anna, now=clock)


async def test_only_the_newest_counts(store: Store) -> None:
    anna = await talk(store)
    await write(store, anna, code="111111")
    await write(store, anna, code="222222")
    assert not await redeem(store, anna, "111111")
    assert await redeem(store, anna, "222222")
    assert not await redeem(store, anna, "111111"), "an older one came back to life"


async def test_a_code_that_went_nowhere_opens_nothing(store: Store) -> None:
    anna = await talk(store)
    assert await write(store, anna, address=None) == Written(False, None)
    assert not await redeem(store, anna)


async def test_three_an_hour_for_one_serial_and_six_a_day_in_all(store: Store, clock: Clock) -> None:
    anna = await talk(store)
    for _ in range(3):
        assert await write(store, anna, now=clock)
    assert await write(store, anna, now=clock) is None
    for serial in ("S1", "S2", "S3"):
        assert await write(store, anna, serial, f"{serial}@example.com", now=clock)
    assert await write(store, anna, "S4", "s4@example.com", now=clock) is None
    clock.forward(24 * 3600 - 1)
    assert await write(store, anna, now=clock) is None
    clock.forward(1)
    assert await write(store, anna, now=clock) == Written(True, None)


async def test_an_unknown_serial_meets_the_same_limits(store: Store) -> None:
    """Else who asks four times learns that there is a device."""
    anna = await talk(store)
    known = [await write(store, anna, "KNOWN") is not None for _ in range(4)]
    eve = await talk(store, "eve")
    unknown = [await write(store, eve, "UNKNOWN", None) is not None for _ in range(4)]
    assert known == unknown == [True, True, True, False]


async def test_an_address_gets_three_an_hour_from_all_together_and_nobody_hears_of_it(
    store: Store, clock: Clock
) -> None:
    talks = [await talk(store, f"visitor-{number}") for number in range(8)]
    spellings = ("Anna@example.com", "anna@EXAMPLE.com", " anna@example.com", ADDRESS, ADDRESS)
    written = [
        await write(store, one, f"S{number}", spelling, now=clock)
        for number, (one, spelling) in enumerate(zip(talks, spellings, strict=False))
    ]
    assert [one.goes_out for one in written if one] == [True, True, True, False, False]
    assert not await redeem(store, talks[3], serial="S3", now=clock), "a code that went nowhere was redeemed"
    assert await write(store, talks[5], "S9", "somebody-else@example.com", now=clock) == Written(True, None)
    clock.forward(3600)
    assert await write(store, talks[6], now=clock) == Written(True, None)


async def test_neither_code_nor_address_nor_serial_is_in_the_table(store: Store) -> None:
    anna = await talk(store)
    await write(store, anna)
    shown = repr(await rows(store, codes))
    for word in ("123456", "anna", "example", SERIAL):
        assert word not in shown


async def test_a_hit_and_a_miss_ask_the_same_of_the_database(sqlite_store: Store) -> None:
    anna, eve = await talk(sqlite_store), await talk(sqlite_store, "eve")
    await sqlite_store.write(keys_of)  # made once, at the first call ever
    said: list[str] = []

    def listening(connection: Connection, conversation: int, address: str | None) -> None:
        def hear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(connection, "before_cursor_execute", hear)
        write_code(connection, conversation=conversation, serial=SERIAL, address=address, code="123456", now=NOON)
        redeem_code(connection, conversation=conversation, serial=SERIAL, code="654321", now=NOON)
        event.remove(connection, "before_cursor_execute", hear)

    await sqlite_store.write(partial(listening, conversation=anna, address=ADDRESS))
    hit, said = said, []
    await sqlite_store.write(partial(listening, conversation=eve, address=None))
    assert hit == said
    assert len(hit) > 5


async def test_old_rows_go_by_themselves(store: Store, clock: Clock) -> None:
    for number in range(30):
        await write(store, await talk(store, f"visitor-{number}"), address=f"v{number}@example.com", now=clock)
    clock.forward(timedelta(days=1).total_seconds())
    for number in range(2):
        await write(store, await talk(store, f"late-{number}"), address=f"l{number}@example.com", now=clock)
    assert len(await rows(store, codes)) == 2
