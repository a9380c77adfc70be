"""Cells as a spreadsheet program may open them: whatever a customer typed, nothing calculates with it."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text as a cell that is no formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
