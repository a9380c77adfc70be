"""Reliability diagrams (Niculescu-Mizil and Caruana 2005): how often the top entry was right, by tenths of confidence.

One SVG that needs no page around it: colours follow the reader's light or dark, words say what the bars show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from knowledge_base.quality import BINS, Bin, Prediction, bins, ece

SIDE = 260  # of a plot, in the units of the drawing; from 0 to 1 both ways
LEFT, TOP, BETWEEN, BELOW = 48, 76, 72, 48  # room around the plots
BAR = SIDE / BINS
NARROWER = 1.5  # room on each side of a bar
# Only where the drawing is the whole document: within a page the page's own colour counts.
STYLE = """
svg:root { color-scheme: light dark; color: CanvasText }
text { font-family: sans-serif; font-size: 11px; fill: currentColor }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram."""

    title: str
    bins: Sequence[Bin]  # BINS of them, least confident first
    ece: float | None  # None where there are no questions

    @classmethod
    def of(cls, title: str, predictions: Sequence[Prediction]) -> Panel:
        """What these predictions promised, and what was right."""
        sure, right = [one.answer.confidence for one in predictions], [one.right for one in predictions]
        return cls(title, bins(sure, right), ece(sure, right))

    @property
    def heading(self) -> str:
        questions = sum(one.questions for one in self.bins)
        error = "no questions" if self.ece is None else f"calibration error {self.ece:.3f}"
        return f"{self.title}: {error}" + (f", {questions} questions" if questions else "")


def reliability(title: str, panels: Sequence[Panel]) -> str:
    """The text of an SVG file with the panels side by side."""
    width = LEFT + len(panels) * (SIDE + BETWEEN) - BETWEEN + LEFT // 2
    size = f"0 0 {width} {TOP + SIDE + BELOW}"
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=size, role="img")
    root.set("aria-labelledby", "title description")
    SubElement(root, "title", id="title").text = title
    SubElement(root, "desc", id="description").text = " ".join(map(_described, panels))
    SubElement(root, "style").text = STYLE
    _text(root, title, LEFT, 20, **{"font-weight": "bold"})
    for number, panel in enumerate(panels):
        _draw(SubElement(root, "g", transform=f"translate({LEFT + number * (SIDE + BETWEEN)} {TOP})"), panel)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _described(panel: Panel) -> str:
    """What the bars show, for who can not see them."""
    said = [f"{_range(number)}: {_says(one)}" for number, one in enumerate(panel.bins) if one.questions]
    return f"{panel.heading}. {'; '.join(said)}." if said else f"{panel.heading}."


def _draw(group: Element, panel: Panel) -> None:
    """A panel whose plot has its upper left corner at 0, 0."""
    _text(group, panel.heading, 0, -28)
    _axes(group)
    for number, one in enumerate(panel.bins):
        if one.questions:
            _bar(group, number, one)


def _axes(group: Element) -> None:
    line = {"fill": "none", "stroke": "currentColor"}
    SubElement(group, "path", {"d": f"M0 0V{SIDE}H{SIDE}", **line})
    SubElement(group, "path", {"d": f"M0 {SIDE}L{SIDE} 0", "stroke-dasharray": "4 4", **line})
    for tenth in (0, 5, 10):
        along = SIDE * tenth / 10
        _text(group, f"{tenth / 10:g}", along, SIDE + 16, **{"text-anchor": "middle"})
        _text(group, f"{tenth / 10:g}", -8, SIDE - along + 4, **{"text-anchor": "end"})
    _text(group, "confidence; a line at its mean, questions on top", SIDE / 2, SIDE + 36, **{"text-anchor": "middle"})
    turned = f"rotate(-90) translate({-SIDE / 2:g} -32)"
    _text(group, "share of right answers", 0, 0, transform=turned, **{"text-anchor": "middle"})


def _bar(group: Element, number: int, one: Bin) -> None:
    """A bar as high as the share of right answers, a line at the mean confidence, the number of questions on top."""
    left, high = number * BAR, one.right * SIDE
    place = {"x": f"{left + NARROWER:g}", "y": f"{SIDE - high:g}"}
    size = {"width": f"{BAR - 2 * NARROWER:g}", "height": f"{high:g}"}
    paint = {"fill": "currentColor", "fill-opacity": "0.3", "stroke": "currentColor"}
    bar = SubElement(group, "rect", {**place, **size, **paint})
    SubElement(bar, "title").text = f"confidence {_range(number)}: {_says(one)}"
    promised = SIDE * (1 - one.confidence)
    mark = SubElement(group, "path", d=f"M{left:g} {promised:g}H{left + BAR:g}", stroke="currentColor")
    mark.set("stroke-width", "2")
    _text(group, str(one.questions), left + BAR / 2, -8, **{"text-anchor": "middle"})


def _range(number: int) -> str:
    return f"{number / BINS:g} to {(number + 1) / BINS:g}"


def _says(one: Bin) -> str:
    return f"{one.questions} questions, {one.right:.0%} right where {one.confidence:.0%} were promised"


def _text(parent: Element, words: str, x: float, y: float, **more: str) -> None:
    SubElement(parent, "text", {"x": f"{x:g}", "y": f"{y:g}", **more}).text = words
