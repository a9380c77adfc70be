"""Short ways to write and read rows in tests."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Table, select

from bot.ports import Accepted, Inbound
from bot.storage.conversations import Standing, TurnWrite, Waiting, accept, standing, unhandled
from bot.storage.store import Store
from handlers.words import Choice, Message, Reply
from tests.fakes.clock import NOON


def inbound(external_id: str = "m1", text: str = "hello", address: str = "anna", channel: str = "website") -> Inbound:
    return Inbound(channel, address, f"{address}:{external_id}", Message(text))


async def take(store: Store, message: Inbound, known: int | None = None) -> Accepted:
    return await store.write(partial(accept, inbound=message, now=NOON, known=known))


async def waiting_rows(store: Store) -> list[Waiting]:
    return await store.read(partial(unhandled, before=NOON))


async def stands(store: Store, conversation: int) -> Standing:
    return await store.read(partial(standing, conversation=conversation))


def turn(waiting: Waiting, version: int, *texts: str, choices: tuple[Choice, ...] = ()) -> TurnWrite:
    replies = tuple(Reply(text, choices) for text in texts)
    return TurnWrite(waiting, version, replies, {"rung": 1}, "cs", "bot", choices, NOON)


async def rows(store: Store, table: Table) -> list[Any]:
    """All rows of a table, in the order of their ids."""
    order = next(iter(table.primary_key.columns))
    return await store.read(lambda connection: list(connection.execute(select(table).order_by(order))))
