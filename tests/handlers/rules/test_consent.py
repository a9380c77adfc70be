"""Which button a yes or a no means."""

from __future__ import annotations

import pytest

from handlers.rules.consent import answer_to
from handlers.words import Choice


@pytest.mark.parametrize(
    ("offered", "said", "choice"),
    [
        (("rate:yes:leaks:1", "rate:no:leaks:1", "entry:shakes"), True, "rate:yes:leaks:1"),
        (("rate:yes:leaks:1", "rate:no:leaks:1", "entry:shakes"), False, "rate:no:leaks:1"),
        (("entry:a", "entry:b", "none"), False, "none"),
        (("entry:a", "entry:b", "none"), True, None),  # which of them?
        (("person", "again"), True, "person"),
        (("person", "again"), False, "again"),
        (("person",), True, None),  # nobody asked whether to call one
        (("person",), False, None),
        (("contact:none",), False, "contact:none"),
        (("contact:done",), False, "contact:done"),
        (("contact:none",), True, None),
        (("language:cs",), True, None),
        (("ticket:confirm:7", "ticket:reopen:7"), True, "ticket:confirm:7"),
        (("ticket:confirm:7", "ticket:reopen:7"), False, "ticket:reopen:7"),
        (("rate:yes:leaks:1", "rate:no:leaks:1"), None, None),
        ((), True, None),
    ],
)
def test_answer_to(offered: tuple[str, ...], said: bool | None, choice: str | None) -> None:
    assert answer_to([Choice(id, id) for id in offered], said) == choice
