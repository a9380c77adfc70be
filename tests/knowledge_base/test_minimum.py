"""The minimum of a function."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.minimum import Floats, minimum


def test_the_bottom_of_a_narrow_valley_is_found() -> None:
    steep = np.array([1, 100, 3, 0.5], np.float32)
    bottom = np.array([2, -1, 0.5, 7], np.float32)

    def valley(at: Floats) -> tuple[float, Floats]:
        return float(steep @ np.square(at - bottom)), 2 * steep * (at - bottom)

    assert minimum(valley, np.zeros(4, np.float32)) == pytest.approx(bottom, abs=0.05)


def test_whoever_stands_at_the_bottom_stays() -> None:
    def valley(at: Floats) -> tuple[float, Floats]:
        return 1 + float(at @ at), 2 * at

    assert minimum(valley, np.zeros(3, np.float32)) == pytest.approx(np.zeros(3))
