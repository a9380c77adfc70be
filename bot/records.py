"""The company's records of devices, as topics may ask them: `handlers.services.Records`."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import structlog

from bot import metrics
from bot.evenly import Evenly
from bot.sources import Source, SourceAway
from bot.storage import Connection
from bot.storage.registry.devices import NOBODY
from bot.storage.registry.holders import holds, owns, proved_by_code
from bot.storage.registry.keys import key_of
from bot.storage.registry.limits import forget_look_ups
from bot.storage.registry.look_ups import Addressed, Answer, Elsewhere, address_of, look_up
from bot.storage.registry.questions import Question, may_ask, the_device_of
from bot.storage.store import Store
from bot.storage.writer import StorageAway
from bot.trails import Trails
from handlers.rules.codes import VERIFIED
from handlers.rules.coverage import assess, usual_law
from handlers.rules.disclosure import seen, with_usual_law
from handlers.rules.facts import in_lines
from handlers.rules.guard import Alert
from handlers.rules.serials import Line, Reading, difference, read, skeletons
from handlers.rules.serials.makers import bare, other_forms
from handlers.services import Checked
from handlers.words import Asker, Attachment
from knowledge_base.statutes import LawBook

STEP_S = 0.06  # an answer comes after this time, or twice it …: far above what one takes
STEP_ELSEWHERE_S = 1.0  # the same, where the company's own system is asked, too
REMEMBERED = 10_000  # proofs of devices that only the company's own system knows
FORGET_EVERY_S = 24 * 60 * 60.0

T = TypeVar("T")
log = structlog.get_logger()


class Codes(Protocol):
    """One-time codes: `bot.codes.Codes`."""

    async def send(self, conversation: int, serial: str, address: str | None, now: datetime) -> bool:
        """Send a code for a serial to an address, if there is one. False: too often."""
        ...

    async def redeem(self, conversation: int, serial: str, text: str, now: datetime) -> bool:
        """Whether the code in this text is the one that was sent."""
        ...


Photos = Callable[[Sequence[Attachment], Asker], Awaitable[str | None]]  # the serial on one of them


@dataclass(frozen=True, slots=True)
class Rules:
    """What the answers follow."""

    law: Callable[[], LawBook]
    zone: ZoneInfo  # whose day it is
    lines: tuple[Line, ...] = ()
    strict: bool = False


class NoRecords:
    """Where there is no database: one question, one answer."""

    def read(self, text: str, *, expected: bool) -> Reading:
        return Reading()

    async def check(
        self, serial: str, asker: Asker, now: datetime, *, country: str | None = None, proof: str | None = None
    ) -> Checked:
        return Checked("away")

    async def send_code(self, serial: str, asker: Asker, now: datetime) -> bool:
        return False

    async def redeem(self, serial: str, code: str, asker: Asker, now: datetime) -> bool:
        return False

    async def keep(self, serial: str, asker: Asker, now: datetime) -> bool:
        return False

    async def serial_in_photo(self, files: Sequence[Attachment], asker: Asker) -> str | None:
        return None


class DeviceRecords:
    """The registry and the company's own system behind one guard."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        codes: Codes,
        source: Source | None = None,
        photos: Photos | None = None,
        evenly: Evenly | None = None,
    ) -> None:
        self._store, self._rules, self._codes, self._source, self._photos = store, rules, codes, source, photos
        self._evenly = evenly or Evenly(STEP_S if source is None else STEP_ELSEWHERE_S)
        self._secret = store.secret("serials")
        self._trails = Trails()
        self._proved: OrderedDict[tuple[int, str], datetime] = OrderedDict()

    def read(self, text: str, *, expected: bool) -> Reading:
        return read(text, self._rules.lines, expected)

    async def check(
        self, serial: str, asker: Asker, now: datetime, *, country: str | None = None, proof: str | None = None
    ) -> Checked:
        return await self._evenly(self._check(serial, asker, now, country, proof))

    async def send_code(self, serial: str, asker: Asker, now: datetime) -> bool:
        return await self._evenly(self._send_code(serial, asker, now))

    async def redeem(self, serial: str, code: str, asker: Asker, now: datetime) -> bool:
        return await self._evenly(self._redeem(serial, code, asker, now))

    async def keep(self, serial: str, asker: Asker, now: datetime) -> bool:
        question = self._question(serial, asker)
        return await self._store.write(partial(_keep, question=question, secret=self._secret, now=now))

    async def serial_in_photo(self, files: Sequence[Attachment], asker: Asker) -> str | None:
        return None if self._photos is None else await self._photos(files, asker)

    async def run(self, now: Callable[[], datetime]) -> None:
        """Forget once a day what is too old, until cancelled."""
        while True:
            try:
                await self._store.write(partial(forget_look_ups, now=now()))
            except StorageAway:
                log.warning("forgetting_waits", action="forget")
            await asyncio.sleep(FORGET_EVERY_S)

    async def _check(self, serial: str, asker: Asker, now: datetime, country: str | None, proof: str | None) -> Checked:
        walks = self._trails.step(asker.network or asker.person, bare(serial), now)
        question = self._question(serial, asker, proof, walks=walks)
        try:
            elsewhere = await self._elsewhere(question, now)
            answer = await self._store.write(
                partial(
                    look_up,
                    question=question,
                    elsewhere=elsewhere,
                    secret=self._secret,
                    strict=self._rules.strict,
                    now=now,
                )
            )
        except StorageAway:
            return Checked("away")
        metrics.LOOK_UPS.labels(answer.told).inc()
        _tell_staff(answer.alerts)
        if answer.told == "proved" and not answer.candidate.row:
            self._remember(question, now)
        return self._checked(answer, elsewhere, country, now)

    def _checked(self, answer: Answer, elsewhere: Elsewhere, country: str | None, now: datetime) -> Checked:
        device, level = answer.candidate.device, answer.level
        # Reckoned also for nobody: a miss shall not be quicker.
        assessed = assess(device, self._rules.law(), now.astimezone(self._rules.zone).date(), country)
        view = seen(device, assessed, level, self._rules.strict)
        usual = usual_law(self._rules.law(), assessed.on, assessed.country)
        if view is not None and level == 0:
            view = with_usual_law(view, usual)
        if answer.answered == "hidden" and elsewhere.is_away:
            return Checked("away")
        place, signs = difference(*answer.alike)
        if answer.answered != "seen":
            return Checked(answer.answered, place=place, signs=signs, until=answer.until, serial=answer.agreed)
        return Checked("seen", view, level, coverage=in_lines(assessed), serial=answer.candidate.serial)

    async def _elsewhere(self, question: Question, now: datetime) -> Elsewhere:
        """What the company's own system knows: asked for every serial, in the registry or not, that may be asked."""
        if self._source is None:
            return Elsewhere()
        if not await self._store.read(partial(may_ask, question=question, secret=self._secret, now=now)):
            return Elsewhere()
        try:
            device = await self._source.find(question.serials[0])
        except SourceAway:
            return Elsewhere(is_away=True)
        until = self._proved.get((question.conversation, question.serials[0]))
        return Elsewhere(device, 1 if until is not None and until > now else 0)

    def _remember(self, question: Question, now: datetime) -> None:
        """A device that only the company's own system knows has no row to note a proof at."""
        self._proved[question.conversation, question.serials[0]] = now + VERIFIED
        if len(self._proved) > REMEMBERED:
            self._proved.popitem(last=False)

    async def _send_code(self, serial: str, asker: Asker, now: datetime) -> bool:
        question = self._question(serial, asker)
        find = partial(address_of, question=question, secret=self._secret, now=now)
        addressed: Addressed | None = await self._store.write(find)
        if addressed is None:
            return False
        _tell_staff(addressed.alerts)
        return await self._codes.send(asker.conversation, serial, addressed.address, now)

    async def _redeem(self, serial: str, code: str, asker: Asker, now: datetime) -> bool:
        if not await self._codes.redeem(asker.conversation, serial, code, now):
            return False
        question = self._question(serial, asker)
        return await self._store.write(partial(_hold, question=question, secret=self._secret, now=now))

    def _question(self, serial: str, asker: Asker, proof: str | None = None, *, walks: bool = False) -> Question:
        forms = (serial, *other_forms(serial))
        alike = skeletons(serial, self._rules.lines)
        return Question(forms, alike, asker.conversation, asker.person, asker.network, proof, walks)


def _hold(connection: Connection, question: Question, secret: bytes, now: datetime) -> bool:
    device = the_device_of(connection, question, secret)
    if device != NOBODY:
        holds(connection, question.conversation, device, now)
    return device != NOBODY


def _keep(connection: Connection, question: Question, secret: bytes, now: datetime) -> bool:
    device = the_device_of(connection, question, secret)
    is_proved = proved_by_code(connection, question.conversation, key_of(question.serials[0], secret), now)
    if device == NOBODY or not is_proved:
        return False
    owns(connection, question.conversation, device)
    return True


def _tell_staff(alerts: Sequence[Alert]) -> None:
    for alert in alerts:
        metrics.ALERTS.labels(alert.kind).inc()
        log.warning("serials_guessed", action="look_up", why=alert.kind)
