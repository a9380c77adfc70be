"""The company's records of devices, as topics may ask them: `handlers.services.Records`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.rules.serials import Reading
from handlers.services import Checked
from handlers.words import Asker, Attachment


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
