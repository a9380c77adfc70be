"""The section of the settings about warranty: what serials look like, what strangers are told."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import Field, field_validator

from bot.section import Section
from bot.source_settings import CompanySystem
from handlers.rules.serials import Check, Line

_PAIR = re.compile("[A-Z][A-Z0-9]")
# What of a pattern stands for other signs than itself: escapes, classes, numbers of times, kinds of groups.
_NOT_LITERAL = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\{[^}]*\}|\(\?(?:P<\w+>|<?[=!]|:)")
_NEVER_THERE = re.compile(r"[a-z\s/_-]")


class ProductLine(Section):
    """One product line: how its serials look."""

    pattern: str = Field(examples=["'[A-Z]{2}[0-9]{8}'"])  # over the whole serial, in capitals, nothing between
    check: Check = Field("none", examples=['"mod37_36"'])
    fold: tuple[str, ...] = Field((), examples=['["B8", "S5"]'])
    product: str = Field("", max_length=80, examples=['"washer"'])  # what a customer calls it

    @field_validator("pattern")
    @classmethod
    def _can_match(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as wrong:
            raise ValueError(f"is no regular expression: {wrong}") from None
        if never := _NEVER_THERE.search(_NOT_LITERAL.sub("", value)):
            raise ValueError(f"{never.group()!r} never matches: serials are compared in capitals, without separators")
        return value

    @field_validator("fold")
    @classmethod
    def _is_one_step(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read = {pair[:1] for pair in value} | set("OIL")
        for pair in value:
            if not _PAIR.fullmatch(pair) or pair[1] in read:
                raise ValueError(f"{pair!r} is no pair of a sign and the one it is taken for")
        return value


class Warranty(Section):
    """What is told about warranty, and to whom."""

    strict: bool = Field(False, examples=["true"])  # nothing is told to somebody who only knows a serial
    source: CompanySystem = CompanySystem()
    lines: dict[str, ProductLine] = Field({}, examples=["{ washer = { pattern = '[A-Z]{2}[0-9]{8}' } }"])

    @field_validator("lines")
    @classmethod
    def _names_can_be_kept(cls, value: dict[str, ProductLine]) -> dict[str, ProductLine]:
        for name in _no_names(value):
            raise ValueError(f"{name!r} is no name of a product line: a-z, 0-9, - and _, at most 40 of them")
        return value

    def product_lines(self) -> tuple[Line, ...]:
        """The lines as the rules of serials take them, in the order of the file."""
        return tuple(Line(name, line.pattern, line.check, line.fold, line.product) for name, line in self.lines.items())


def _no_names(names: Iterable[str]) -> list[str]:
    return [name for name in names if not re.fullmatch("[a-z0-9_-]{1,40}", name)]
