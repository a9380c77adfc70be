"""Texts that became code in somebody's inbox."""

from __future__ import annotations

from pathlib import Path

_WRITTEN = (Path(__file__).parents[1] / "bot" / "widget" / "polyglots.txt").read_text("utf-8").splitlines()
_WRAPPED = ("%s", "[link](%s)", "<svg><desc>%s</desc></svg>", "a%%0d%%0a%s", "<b title='%s'>")
POLYGLOTS = [wrapper % text for text in filter(None, _WRITTEN) for wrapper in _WRAPPED]
LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "//evil.example", "/\\evil.example",
)  # fmt: skip
