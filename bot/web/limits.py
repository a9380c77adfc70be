"""Rate limits: a token bucket per visitor and one per network address, in memory, of bounded size."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence

REMEMBERED = 50_000  # buckets; the longest unused go first, and a new bucket is full


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


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def client_address(peer: str | None, forwarded: str | None, trusted: Sequence[str]) -> str:
    """Who is calling. `X-Forwarded-For` counts only from a trusted proxy, and only its last untrusted part."""
    if peer is None or peer not in trusted or not forwarded:
        return peer or "unknown"
    for part in reversed(forwarded.split(",")):
        candidate = part.strip()
        if candidate not in trusted:
            return candidate
    return peer
