"""Confidence: the probability that the top entry is right, by two logistic regressions on signs of certainty."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.certainty import ABOUT, ABOUT_BY_WORDS, RIGHT
from knowledge_base.decision import Thresholds

VERSION = 4
PRIOR = 4.0  # how strongly a fit is drawn to the coefficients it starts from
STEPS = 50


class BadCalibrationError(ValueError):
    """A calibration file that cannot be used: says which and what to do."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Coefficients by sign of certainty, and the constant."""

    coefficients: dict[str, float]
    constant: float

    def probability(self, signs: dict[str, float]) -> float:
        total = self.constant + sum(value * signs[name] for name, value in self.coefficients.items())
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The probability that a question is one for this knowledge base, and that its top entry is right if it is."""

    about: Logistic
    right: Logistic

    def probability(self, signs: dict[str, float]) -> float:
        """That both are so."""
        return self.about.probability(signs) * self.right.probability(signs)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence with and without the encoder, and what follows from it."""

    full: Confidence
    lexical: Confidence
    thresholds: Thresholds = field(default_factory=Thresholds)

    @classmethod
    def default(cls) -> Calibration:
        """The one shipped for a knowledge base without labels of its own."""
        shipped = resources.files("knowledge_base").joinpath("calibration.json")
        return _parse(shipped.read_text("utf-8"), "default")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """A stored calibration."""
        return _parse(path.read_text("utf-8"), str(path))

    def save(self, path: Path) -> None:
        """Stored whole or not at all."""
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps({"version": VERSION, **asdict(self)}, indent=2) + "\n", "utf-8")
        beside.replace(path)


def _parse(text: str, name: str) -> Calibration:
    try:
        row = json.loads(text)
        if row.pop("version") != VERSION:
            raise BadCalibrationError(f"{name}: written by another version; run `kb calibrate` again")
        full, lexical = _confidence(name, row["full"], ABOUT), _confidence(name, row["lexical"], ABOUT_BY_WORDS)
        return Calibration(full, lexical, Thresholds(**row["thresholds"]))
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise BadCalibrationError(f"{name}: not a calibration; run `kb calibrate` again") from error


def _confidence(name: str, row: dict[str, Any], about: Sequence[str]) -> Confidence:
    found = Confidence(Logistic(**row["about"]), Logistic(**row["right"]))
    if set(found.about.coefficients) != set(about) or set(found.right.coefficients) != set(RIGHT):
        raise BadCalibrationError(f"{name}: other signs than this version knows; run `kb calibrate` again")
    return found


def fit_logistic(
    rows: Sequence[dict[str, float]], right: Sequence[bool], start: Logistic, weights: Sequence[float] | None = None
) -> Logistic:
    """Most probable coefficients given labels, drawn to `start` by PRIOR (Newton's method); all weigh 1 by default."""
    names = sorted(start.coefficients)
    matrix = np.array([[row[name] for name in names] + [1.0] for row in rows], dtype=np.float64)
    target = np.asarray(right, dtype=np.float64)
    origin = np.array([start.coefficients[name] for name in names] + [start.constant])
    weight = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    solved = _newton(matrix.reshape(len(target), len(origin)), target, weight, origin)
    return Logistic(dict(zip(names, solved[:-1].tolist(), strict=True)), float(solved[-1]))


def _newton(
    matrix: NDArray[np.float64], target: NDArray[np.float64], weight: NDArray[np.float64], origin: NDArray[np.float64]
) -> NDArray[np.float64]:
    pull = np.full(len(origin), PRIOR)
    pull[-1] = PRIOR / 100  # the share of questions out of scope differs most between knowledge bases
    now = origin.copy()
    for _ in range(STEPS):
        guess = 1 / (1 + np.exp(-np.clip(matrix @ now, -30, 30)))
        slope = matrix.T @ (weight * (guess - target)) + pull * (now - origin)
        curve = (matrix * (weight * guess * (1 - guess))[:, None]).T @ matrix + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        now = now - step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-8:
            break
    return now
