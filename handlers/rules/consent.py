"""Which of the offered choices is meant by yes, and which by no."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.words import Choice

# Beginnings of the choices' ids. "person" means yes only where the question was whether to call one.
_YES = ("rate:yes:", "ticket:confirm:", "warranty:yes")
_NO = ("rate:no:", "ticket:reopen:", "none", "again", "contact:", "warranty:no")


def answer_to(offered: Sequence[Choice], said: bool | None) -> str | None:
    """The id of the choice meant by yes (`said` True) or no; None where that can not be told."""
    if said is None:
        return None
    ids = [choice.id for choice in offered]
    wanted = _YES if said else _NO
    if said and {"person", "again"} <= set(ids):
        return "person"
    return next((id for id in ids if id.startswith(wanted)), None)
