"""A registry with devices in it, and its records with a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from bot.evenly import Evenly
from bot.ports import Inbound
from bot.records import STEP_S, DeviceRecords, Rules
from bot.storage.conversations import accept
from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import alerts, coverages, devices, look_ups, repairs, sales
from bot.storage.store import Store
from handlers.rules.serials import skeleton
from handlers.words import Asker, Message
from knowledge_base.law import read_law
from knowledge_base.statutes import LawBook

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOUGHT = date(2025, 12, 31)
SALE = {
    "purchased_on": BOUGHT,
    "country": "CZ",
    "buyer": "consumer",
    "invoice": "FV2025120417",
    "email": "anna@a.example",
}


@cache
def law() -> LawBook:
    """The law that comes with the bot."""
    return read_law()


def add_devices(connection: Connection, serials: Iterable[str], **more: Any) -> None:
    """Many devices at once, all sold alike."""
    secret = keys_of(connection)
    first = connection.execute(select(devices.c.id).order_by(devices.c.id.desc()).limit(1)).scalar() or 0
    rows = [_device(first + 1 + n, serial, secret, more) for n, serial in enumerate(serials)]
    connection.execute(insert(devices), rows)
    sale = {**SALE, **more.get("sale", {})}
    connection.execute(insert(sales), [{"device_id": row["id"], **sale} for row in rows])
    if more.get("months", 24):
        terms = [{"device_id": row["id"], "kind": "warranty", "months": 24} for row in rows]
        connection.execute(insert(coverages), terms)


def _device(id: int, serial: str, secret: bytes, more: dict[str, Any]) -> dict[str, Any]:
    code = more.get("label_code")
    return {
        "id": id, "serial": serial, "key": key_of(serial, secret), "skeleton": key_of(skeleton(serial), secret),
        "product": "washing machine", "model": "WM-7 Pro", "line": "", "canary": more.get("canary", False),
        "label_code": None if code is None else key_of(code, secret), "updated_at": NOON,
    }  # fmt: skip


def add_repair(connection: Connection, serial: str, claimed: date, returned: date | None = None) -> None:
    """A claim that was met, or is being met."""
    found = connection.execute(select(devices.c.id).where(devices.c.serial == serial)).scalar_one()
    connection.execute(insert(repairs).values(device_id=found, claimed_on=claimed, returned_on=returned))


def add_talk(connection: Connection, address: str, channel: str = "website") -> int:
    """A conversation; its id."""
    message = Inbound(channel, address, f"{address}:hello", Message("hello"))
    return accept(connection, message, NOON, None).conversation


@dataclass
class Post:
    """Codes that nobody sends: what was asked for."""

    sent: list[tuple[int, str, str | None]] = field(default_factory=list)
    code: str = "123456"

    async def send(self, conversation: int, serial: str, address: str | None, now: datetime) -> bool:
        self.sent.append((conversation, serial, address))
        return True

    async def redeem(self, conversation: int, serial: str, text: str, now: datetime) -> bool:
        return text == self.code and any(one == (conversation, serial, one[2]) and one[2] for one in self.sent)


@dataclass
class Watch:
    """Time that passes only when somebody sleeps, or `work` says so."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


def open_records(store: Store, **more: Any) -> DeviceRecords:
    """The records of a store; `strict`, `codes`, `source`, `evenly`, `lines` may be given."""
    watch = Watch()
    rules = Rules(law, ZoneInfo("Europe/Prague"), more.pop("lines", ()), more.pop("strict", False))
    evenly = more.pop("evenly", None) or Evenly(STEP_S, watch, watch.sleep)
    return DeviceRecords(store, rules, more.pop("codes", None) or Post(), evenly=evenly, **more)


def asker(conversation: int = 1, network: str = "") -> Asker:
    return Asker(conversation, f"website:v{conversation}", network)


def outcomes(connection: Connection) -> list[str]:
    """The log of look-ups."""
    return list(connection.execute(select(look_ups.c.outcome).order_by(look_ups.c.id)).scalars())


def raised(connection: Connection) -> list[str]:
    """The kinds of alerts there are."""
    return list(connection.execute(select(alerts.c.kind).order_by(alerts.c.id)).scalars())
