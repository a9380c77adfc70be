"""The plain version: the same rows through an ORM session each, a commit for every message, one after the other."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from bot.storage.columns import metadata
from bot.storage.tables import answers, contacts, conversations, inbox, messages


class _Mapped(DeclarativeBase):
    pass


def _mapped(table: Table) -> Any:
    """The class a plain version would write for a table."""
    return type(table.name, (_Mapped,), {"__table__": table})


Contact, Conversation = _mapped(contacts), _mapped(conversations)
MessageRow, InboxRow, AnswerRow = _mapped(messages), _mapped(inbox), _mapped(answers)


def turns_per_second(path: Path, questions: Sequence[tuple[str, str]], visitors: int, seconds: float) -> float:
    """Turns a second, without HTTP, search or topics: only the rows."""
    return asyncio.run(_run(path, questions, visitors, seconds))


async def _run(path: Path, questions: Sequence[tuple[str, str]], visitors: int, seconds: float) -> float:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    event.listen(engine.sync_engine, "connect", _prepare)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    lock = asyncio.Lock()  # SQLite has one writer: waiting in line is faster than being refused
    talks = [await _talk(engine, number) for number in range(visitors)]
    ends = time.perf_counter() + seconds
    done = await asyncio.gather(*(_visit(engine, lock, talk, questions, ends) for talk in talks))
    await engine.dispose()
    return sum(done) / seconds


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


async def _talk(engine: AsyncEngine, number: int) -> int:
    now = datetime.now(UTC)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        contact = Contact(channel="website", address=f"visitor-{number}", created_at=now)
        session.add(contact)
        await session.flush()
        talk = Conversation(
            contact_id=contact.id, owner="bot", state={}, offered=[], version=0, created_at=now, updated_at=now
        )
        session.add(talk)
        await session.commit()
        return int(talk.id)


async def _visit(
    engine: AsyncEngine, lock: asyncio.Lock, talk: int, questions: Sequence[tuple[str, str]], ends: float
) -> int:
    chance, turns = random.Random(talk), 0
    while time.perf_counter() < ends:
        text, language = chance.choice(questions)
        async with lock:
            row, seq = await _accept(engine, talk, f"{talk}-{turns}", text)
        async with lock:
            await _record(engine, talk, row, seq, text, language)
        turns += 1
    return turns


async def _accept(engine: AsyncEngine, talk: int, external_id: str, text: str) -> tuple[int, int]:
    now = datetime.now(UTC)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        payload: dict[str, Any] = {"text": text, "choice": None, "attachments": [], "language_hint": None}
        row = InboxRow(
            channel="website",
            external_id=external_id,
            conversation_id=talk,
            payload=payload,
            received_at=now,
            attempts=0,
        )
        message = _message(talk, await _next(session, talk), "customer", text, now)
        message.external_id = external_id
        session.add_all((row, message))
        await session.commit()
        return row.id, message.seq


async def _record(engine: AsyncEngine, talk: int, row: int, seq: int, text: str, language: str) -> None:
    now = datetime.now(UTC)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        inbox = await session.get_one(InboxRow, row)
        conversation = await session.get_one(Conversation, talk)
        inbox.handled_at = now
        conversation.state = {"topic": "ladder", "question": text, "others": [], "climbed": []}
        conversation.offered = [{"id": f"rate:{word}:entry:12345678", "label": word} for word in ("yes", "no")]
        conversation.version += 1
        conversation.language, conversation.updated_at = language, now
        reply = _message(talk, await _next(session, talk), "bot", text * 8, now)
        reply.choices, reply.reply_to, reply.language = conversation.offered, seq, language
        answer = AnswerRow(
            conversation_id=talk, question=text, language=language, decision="answer", entry="entry",
            entry_version="12345678", entry_language=language, confidence=0.98, at=now,
        )  # fmt: skip
        session.add_all((reply, answer))
        await session.commit()


async def _next(session: AsyncSession, talk: int) -> int:
    last = select(func.coalesce(func.max(MessageRow.seq), 0)).where(MessageRow.conversation_id == talk)
    return int((await session.execute(last)).scalar_one()) + 1


def _message(talk: int, seq: int, author: str, text: str, now: datetime) -> Any:
    return MessageRow(
        conversation_id=talk, seq=seq, author=author, visibility="public", text=text, choices=[], attachments=[], at=now
    )
