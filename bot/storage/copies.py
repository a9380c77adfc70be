"""Queries about copies: where in a channel's or a desk's chat a message of a conversation stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.storage.conversations import insert_once
from bot.storage.tables import copies, messages


@dataclass(frozen=True, slots=True)
class Place:
    """A message of a conversation."""

    conversation: int
    seq: int


def add_copy(
    connection: Connection, channel: str, address: str, external_id: str, conversation: int, seq: int, revision: int = 0
) -> None:
    """This message stands there now; known already, only its revision changes."""
    values = {"channel": channel, "address": address, "external_id": external_id}
    fresh = insert_once(
        connection, copies, {**values, "conversation_id": conversation, "seq": seq, "revision": revision}
    )
    if fresh is None:
        known = (copies.c.channel == channel) & (copies.c.address == address) & (copies.c.external_id == external_id)
        connection.execute(update(copies).where(known).values(revision=revision))


def copies_of(connection: Connection, channel: str, address: str, conversation: int, seq: int) -> tuple[str, ...]:
    """The chat's ids of a message, the first part first."""
    query = (
        select(copies.c.external_id)
        .where(
            copies.c.conversation_id == conversation, copies.c.seq == seq,
            copies.c.channel == channel, copies.c.address == address,
        )
        .order_by(copies.c.id)
    )  # fmt: skip
    return tuple(connection.execute(query).scalars())


def external_id_of(connection: Connection, channel: str, address: str, conversation: int, seq: int) -> str | None:
    """The chat's id of a message, of its last part: what the customer wrote has it from the beginning."""
    if stands := copies_of(connection, channel, address, conversation, seq):
        return stands[-1]
    written = (messages.c.conversation_id == conversation) & (messages.c.seq == seq) & (messages.c.author == "customer")
    return connection.execute(select(messages.c.external_id).where(written)).scalar()


def place_of(connection: Connection, channel: str, address: str, external_id: str) -> Place | None:
    """The message that stands in a chat under this id; None for one that is not of a conversation."""
    found = connection.execute(
        select(copies.c.conversation_id, copies.c.seq).where(
            copies.c.channel == channel, copies.c.address == address, copies.c.external_id == external_id
        )
    ).one_or_none()
    return None if found is None else Place(found.conversation_id, found.seq)
