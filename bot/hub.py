"""Who is waiting for news of which lane (channel and address), within this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog

from bot.logs import place
from bot.ports import Posted

log = structlog.get_logger()

Listener = Callable[[Sequence[Posted]], None]
REMEMBERED = 20_000  # lanes whose last number is known without asking the database


def lane_of(channel: str, address: str) -> str:
    """The name of the queue of one customer on one channel."""
    return f"{channel}:{address}"


class Hub:
    """Passes new messages to those who listen. It only saves time: whoever missed something reads it by number."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._last: OrderedDict[str, int] = OrderedDict()

    def listen(self, lane: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every new batch of messages, until the returned function is called.

        An empty batch means: another process stored something, read it by number.
        """
        self._listeners.setdefault(lane, set()).add(listener)

        def stop() -> None:
            listeners = self._listeners.get(lane, set())
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(lane, None)

        return stop

    def publish(self, lane: str, posted: Sequence[Posted]) -> None:
        """These messages are stored now, in order."""
        if not posted:
            return
        self.saw(lane, posted[-1].seq)
        self._tell(lane, posted)

    def _tell(self, lane: str, posted: Sequence[Posted]) -> None:
        for listener in tuple(self._listeners.get(lane, ())):
            try:
                listener(posted)
            except Exception as error:  # its trouble: the message is stored, and others listen too
                log.error("listener_failed", action="publish", error=type(error).__name__, where=place(error))

    def heard(self, lane: str | None) -> None:
        """Another process stored something for this lane (None: for any): forget the number, let listeners read."""
        for one in (lane,) if lane is not None else tuple(self._listeners):
            self._last.pop(one, None)
            self._tell(one, ())

    def saw(self, lane: str, seq: int) -> None:
        """This number has been given out."""
        self._last[lane] = max(seq, self._last.get(lane, 0))
        self._last.move_to_end(lane)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    def last(self, lane: str) -> int | None:
        """The highest number this process knows of; None where it knows nothing."""
        return self._last.get(lane)

    @property
    def listening(self) -> int:
        """How many listeners there are."""
        return sum(map(len, self._listeners.values()))
