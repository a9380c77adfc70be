"""Trouble on demand: planned for the next calls of a method, or by chance from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum


class Fault(StrEnum):
    """What can go wrong with a call (first six) or with the delivery of updates (the rest)."""

    TOO_MANY = "429, not processed"
    BAD_GATEWAY = "502, not processed"
    DROPPED_BEFORE = "the connection breaks, nothing was processed"
    DROPPED_AFTER = "the connection breaks, but it was processed"
    SLOW = "processed at once, answered late"
    LATE = "processed late"
    DUPLICATE = "an update comes again, though it was confirmed"
    REORDER = "chats overtake each other; within a chat the order stays"
    SHUFFLE = "updates in any order"
    REPEAT = "a confirmation is lost: the same updates come again"


CALLS = frozenset({Fault.TOO_MANY, Fault.BAD_GATEWAY, Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.SLOW,
                   Fault.LATE})  # fmt: skip


class Faults:
    """Decides what goes wrong. Methods are named as in the API; "webhook" is the delivery to webhooks."""

    def __init__(self) -> None:
        self.slow_seconds = 0.2
        self.retry_after = 1  # seconds, in a 429
        self.random = random.Random(0)
        self.happened: Counter[tuple[str, Fault]] = Counter()
        self._planned: dict[str, list[Fault]] = {}
        self._shares: dict[str, tuple[int, dict[Fault, float]]] = {}
        self._chances: dict[str, random.Random] = {}

    def next(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong like this, one after another."""
        self._planned.setdefault(method, []).extend(faults)

    def at_random(self, seed: int, shares: Mapping[Fault, float], *methods: str) -> None:
        """Each call goes wrong with these probabilities; no methods means all. Same seed, same faults per method."""
        self.random = random.Random(seed)
        self._chances.clear()
        for method in methods or ("*",):
            self._shares[method] = (seed, dict(shares))

    def stop(self) -> None:
        """From now on all goes well."""
        self._planned.clear()
        self._shares.clear()

    def draw(self, method: str, among: Collection[Fault]) -> Fault | None:
        """The fault of this moment, of those that can happen here."""
        fault = self._plan(method, among) or self._chance(method, among)
        if fault is not None:
            self.happened[method, fault] += 1
        return fault

    def _plan(self, method: str, among: Collection[Fault]) -> Fault | None:
        planned = self._planned.get(method, [])
        found = next((fault for fault in planned if fault in among), None)
        if found is not None:
            planned.remove(found)
        return found

    def _chance(self, method: str, among: Collection[Fault]) -> Fault | None:
        seed, shares = self._shares.get(method) or self._shares.get("*", (0, {}))
        possible = {fault: share for fault, share in shares.items() if fault in among}
        if not possible:
            return None
        key = method + min(among)  # calls and deliveries have chances of their own
        roll = self._chances.setdefault(key, random.Random(f"{seed} {key}")).random()
        for fault, share in possible.items():
            roll -= share
            if roll < 0:
                return fault
        return None
