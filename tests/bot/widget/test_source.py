"""What can be said of the widget's files without a browser."""

from __future__ import annotations

import gzip
import re
import shutil

import pytest

from tests.fakes.browser import MISSING, chromium_path
from tests.fakes.website import WIDGET, whole_widget

FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "postMessage",
             "document.cookie", "DOMParser", "srcdoc")  # fmt: skip
PHYSICAL = r"(?<![-\w])(left|right|(margin|padding|border)-(left|right)|letter-spacing)\s*:|text-align: (left|right)"


def test_it_is_small() -> None:
    assert len(gzip.compress(whole_widget().encode())) < 25_000


def test_the_script_makes_no_html_and_talks_to_no_other_window() -> None:
    script = (WIDGET / "widget.js").read_text("utf-8")
    assert [word for word in FORBIDDEN if word in script] == []
    assert script.count('/*AFTERCARE_CSS*/""') == 1, "the server puts the style sheet there"


@pytest.mark.parametrize("name", ["widget.css", "demo.css"])
def test_the_styles_know_no_left_and_right_and_load_nothing(name: str) -> None:
    style = (WIDGET / name).read_text("utf-8")
    assert re.findall(PHYSICAL, style) == []
    assert "url(" not in style
    assert "@import" not in style


def test_the_demo_page_needs_no_inline_style_or_script() -> None:
    page = (WIDGET / "demo.html").read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! src=)", page) == []


def test_without_a_browser_tests_skip_here_and_fail_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=MISSING[:20]):
        chromium_path()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match=MISSING[:20]):
        chromium_path()
