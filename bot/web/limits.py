"""Limits per visitor and per network address, in memory of bounded size: how often, and how much at once."""

from __future__ import annotations

import ipaddress
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Protocol

REMEMBERED = 50_000  # buckets; the longest unused go first, and a new bucket is full
LINES = 2  # connections per line in use: browsers keep idle ones open


class Buckets:
    """Buckets of `per_minute` tokens that fill evenly. `per_minute` 0: no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._size, self._clock = per_minute, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> int:
        """Take one token: 0 when it was there, else the whole seconds to wait."""
        if not self._size:
            return 0
        now = self._clock()
        level, then = self._levels.pop(who, (float(self._size), now))
        level = min(self._size, level + (now - then) * self._size / 60)
        allowed = level >= 1
        self._levels[who] = (level - 1 if allowed else level, now)
        if len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - level) * 60 / self._size))


class Places:
    """Places for what stays open: sockets, long polls, uploads. `most` 0: no limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def take(self, who: str) -> bool:
        """Take a place, if there is one."""
        if self._most and self._taken[who] >= self._most:
            return False
        self._taken[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Give a place back."""
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]


class Line(Protocol):
    """A connection of the HTTP server, with a request or without."""

    @property
    def peername(self) -> object: ...

    def force_close(self) -> None: ...


def too_many_lines(lines: Iterable[Line], most: int, trusted: Sequence[str]) -> Iterator[Line]:
    """Of lines in the order they came, those above `most` of one address; a trusted proxy may have any number."""
    counted: Counter[str] = Counter()
    for line in lines:
        if not isinstance(line.peername, tuple) or line.peername[0] in trusted:
            continue
        who = network(line.peername[0])
        counted[who] += 1
        if counted[who] > most:
            yield line


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)


@lru_cache(maxsize=4096)
def origin_of(address: str) -> str:
    """The network in which addresses are easy to come by: /24 of IPv4, /48 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    return str(ipaddress.ip_network((int(found), 24 if found.version == 4 else 48), strict=False))


def client_address(peer: str | None, forwarded: str, trusted: Sequence[str]) -> str:
    """Who is calling. `forwarded` (all `X-Forwarded-For` lines, joined by commas) counts only from a trusted proxy,
    and of it only the last part that no trusted proxy wrote about another."""
    if peer is None or peer not in trusted or not forwarded:
        return peer or "unknown"
    for part in reversed(forwarded.split(",")):
        candidate = part.strip()
        if candidate not in trusted:
            return candidate
    return peer
