"""The minimum of a smooth convex function: L-BFGS (Nocedal and Wright 2006, algorithms 7.4 and 3.1)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

STEPS = 60
KEPT = 8  # pairs of step and change of slope
ENOUGH = 1e-5  # share of the value by which a step must lower it to be worth another
SHORTEST = 1e-4  # of a step tried
ARMIJO = 1e-4

Floats = NDArray[np.float32]
Pairs = deque[tuple[Floats, Floats]]


def minimum(function: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Where the function is least, near enough. It returns its value and slope; the same start, the same result."""
    now, (value, slope) = start, function(start)
    pairs: Pairs = deque(maxlen=KEPT)
    for _ in range(STEPS):
        direction = -_curved(slope, pairs)
        length, steep = 1.0, float(slope @ direction)
        there = function(now + direction)
        while there[0] > value + ARMIJO * length * steep and length > SHORTEST:
            length /= 2
            there = function(now + length * direction)
        step, change = length * direction, there[1] - slope
        if float(step @ change) > 1e-10:
            pairs.append((step, change))
        done = abs(value - there[0]) < ENOUGH * abs(value)
        now, (value, slope) = now + step, there
        if done:
            break
    return now


def _curved(slope: Floats, pairs: Pairs) -> Floats:
    """The slope times what the pairs tell of the inverse of the curvature; scaled to length 1 where there are none."""
    if not pairs:
        return slope / max(1.0, float(np.linalg.norm(slope)))
    found, shares = slope.copy(), []
    for step, change in reversed(pairs):
        shares.append(float(step @ found) / float(step @ change))
        found -= shares[-1] * change
    step, change = pairs[-1]
    found *= float(step @ change) / float(change @ change)
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        found += step * (share - float(change @ found) / float(step @ change))
    return found
