"""Serial numbers as people type them: what they mean, which two look alike, whether one can be right."""

from handlers.rules.serials.checks import CHECKS, Check
from handlers.rules.serials.faults import Fault, faults
from handlers.rules.serials.judging import Reading, Trouble, judge
from handlers.rules.serials.lines import Line, Lines, line_of, skeletons
from handlers.rules.serials.reading import find_all, read
from handlers.rules.serials.signs import LONGEST, agreement, canonical, difference, foreign, grouped, skeleton

__all__ = [
    "CHECKS",
    "LONGEST",
    "Check",
    "Fault",
    "Line",
    "Lines",
    "Reading",
    "Trouble",
    "agreement",
    "canonical",
    "difference",
    "faults",
    "find_all",
    "foreign",
    "grouped",
    "judge",
    "line_of",
    "read",
    "skeleton",
    "skeletons",
]
