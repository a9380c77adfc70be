"""The reliability diagram is a document a browser and a screen reader can use, and its bars tell the truth."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.decision import Answer
from knowledge_base.diagram import BAR, SIDE, Panel, reliability
from knowledge_base.quality import Prediction, bins, ece, ece_by_language

SVG = "{http://www.w3.org/2000/svg}"
labels = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=80)


def panel(pairs: list[tuple[float, bool]], title: str = "before") -> Panel:
    sure, right = [confidence for confidence, _ in pairs], [hit for _, hit in pairs]
    return Panel(title, bins(sure, right), ece(sure, right))


def drawn(*panels: Panel) -> Element:
    return fromstring(reliability("Confidence", panels))  # noqa: S314


def rects(group: Element) -> list[Element]:
    return group.findall(f"{SVG}rect")


def number(element: Element, name: str) -> float:
    return float(element.get(name, "nan"))


def test_who_can_not_see_it_hears_the_same() -> None:
    root = drawn(panel([(0.25, True), (0.25, False), (0.95, True)]), panel([], "after"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title description")
    said = {child.get("id"): child.text for child in root if child.get("id")}
    assert said["title"] == "Confidence"
    assert said["description"] == (
        "before: calibration error 0.183, 3 questions. 0.2 to 0.3: 2 questions, 50% right where 25% were promised; "
        "0.9 to 1: 1 questions, 100% right where 95% were promised. after: no questions."
    )


def test_colours_are_the_readers_and_nothing_runs() -> None:
    text = reliability("Confidence", [panel([(0.5, True)])])
    root = fromstring(text)  # noqa: S314
    for element in root.iter():
        for name in ("fill", "stroke"):
            assert element.get(name) in (None, "none", "currentColor")
        assert not any(name.startswith("on") or name.endswith("href") for name in element.attrib)
    assert not list(root.iter(f"{SVG}script"))
    assert "url(" not in text


def test_a_title_is_text_and_no_markup() -> None:
    root = fromstring(reliability("a < b & <script/>", [panel([(0.5, True)], '"c" > d')]))  # noqa: S314
    assert root[0].text == "a < b & <script/>"
    assert not list(root.iter(f"{SVG}script"))


@given(labels, labels)
def test_bars_stand_on_the_axis_in_their_bin_as_high_as_the_share_of_right_answers(
    before: list[tuple[float, bool]], after: list[tuple[float, bool]]
) -> None:
    panels = panel(before), panel(after, "after")
    groups = drawn(*panels).findall(f"{SVG}g")
    assert len(groups) == 2
    for group, one in zip(groups, panels, strict=True):
        bars = {int(number(bar, "x") / BAR): bar for bar in rects(group)}
        assert set(bars) == {place for place, found in enumerate(one.bins) if found.questions}
        for place, bar in bars.items():
            assert place * BAR <= number(bar, "x") < number(bar, "x") + number(bar, "width") <= (place + 1) * BAR
            assert number(bar, "y") + number(bar, "height") == pytest.approx(SIDE, abs=0.01)
            assert number(bar, "height") == pytest.approx(SIDE * one.bins[place].right, abs=0.01)


@given(labels)
def test_every_question_is_counted_once(pairs: list[tuple[float, bool]]) -> None:
    [group] = drawn(panel(pairs)).findall(f"{SVG}g")
    counts = [int(text.text or "") for text in group.findall(f"{SVG}text") if number(text, "y") == -8]
    assert sum(counts) == len(pairs)
    assert len(counts) == len(rects(group))


def test_panels_do_not_overlap() -> None:
    root = drawn(panel([(1.0, True)]), panel([(0.0, False)], "after"))
    lefts = [float(group.get("transform", "").split("(")[1].split()[0]) for group in root.findall(f"{SVG}g")]
    width = float(root.get("viewBox", "").split()[2])
    assert lefts[0] + SIDE < lefts[1]
    assert lefts[1] + SIDE < width


def test_only_languages_with_enough_questions_have_an_error_of_their_own() -> None:
    def said(language: str | None, confidence: float) -> Prediction:
        return Prediction("?", language, "a", Answer("a", "en", confidence, "answer", (), ("a",), False))

    many = [said("kk", 0.75)] * 30 + [said("cs", 0.5)] * 29 + [said(None, 0.5)] * 40 + [said("en", 1.0)] * 31
    assert ece_by_language(many) == {"en": 0.0, "kk": 0.25}
