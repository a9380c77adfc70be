"""What a question about a serial is answered with: by who asks, what they prove, and what the guard lets be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.rules.disclosure import Level
from handlers.rules.facts import Device
from handlers.rules.guard import Judgement, Told
from handlers.rules.proof import Facts, proved

Answered = Literal["seen", "hidden", "ambiguous", "paused", "closed"]
_NO_DEVICE, _NO_FACTS = Device(), Facts()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device the serial may be; or none, which is looked at like one: `is_there` False."""

    device: Device = _NO_DEVICE
    level: Level = 0  # what the asker had proved of it before
    facts: Facts = _NO_FACTS
    is_canary: bool = False
    is_there: bool = True
    row: int = 0  # in the registry; 0: it is not kept there
    serial: str = ""  # canonical, as it is kept there


@dataclass(frozen=True, slots=True)
class Telling:
    """An answer, and what it counts as. `candidate`: whose view is shown at `level`."""

    answered: Answered
    told: Told
    candidate: Candidate | None = None
    level: Level = 0


def tell(
    judgement: Judgement,
    candidates: Sequence[Candidate],
    proof: str | None,
    hashed: Callable[[str], bytes],
    *,
    strict: bool,
) -> Telling:
    """The answer. `candidates`: one, or several whose serials look alike. All proofs are looked at in any case."""
    proving = [one for one in candidates if proved(proof or "", one.facts, hashed)]
    own = [one for one in candidates if one.level]
    if len(own) == 1:
        return Telling("seen", "own", own[0], own[0].level)
    if judgement.state == "paused":
        return Telling("paused", "paused")
    if proof is not None and judgement.may_prove and len(proving) == 1:
        return Telling("seen", "proved", proving[0], 1)
    if judgement.state == "closed":
        return Telling("closed", "closed") if proof is None else Telling("hidden", "miss")
    return _to_stranger(candidates, tried=proof is not None, strict=strict)


def _to_stranger(candidates: Sequence[Candidate], *, tried: bool, strict: bool) -> Telling:
    """What level 0 is told. A wrong proof costs as much as a miss, whatever is shown."""
    first = candidates[0]
    if any(one.is_canary for one in candidates):
        return Telling("hidden", "canary")
    if strict or not first.is_there:
        return Telling("hidden", "miss")
    told: Told = "miss" if tried else "hit"
    return Telling("ambiguous", told) if len(candidates) > 1 else Telling("seen", told, first)
