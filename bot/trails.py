"""Which serials each source asked for of late: in memory only, never written down, forgotten within the hour."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from handlers.rules.sequences import walks

STEPS = 8  # serials of a source
SOURCES = 5_000
FORGOTTEN = timedelta(hours=1)


class Trails:
    """The last steps of each source."""

    def __init__(self) -> None:
        self._trails: OrderedDict[str, deque[tuple[datetime, str]]] = OrderedDict()

    def step(self, source: str, serial: str, now: datetime) -> bool:
        """Note that a source asks for a serial. Whether that is one more step of a walk."""
        trail = self._trails.pop(source, None) or deque(maxlen=STEPS)
        asked = [one for at, one in trail if at > now - FORGOTTEN]
        if serial not in asked:
            trail.append((now, serial))
        self._trails[source] = trail
        if len(self._trails) > SOURCES:
            self._trails.popitem(last=False)
        return walks(asked, serial)
