"""The website's door: a body inwards, a message outwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import website
from bot.ports import Inbound, Posted
from handlers.words import Attachment, Choice, Message

FILE = Attachment("f1", "scan.pdf", "application/pdf", 9)


def test_a_body_becomes_an_inbound_message() -> None:
    raw = {
        "id": "a-1",
        "text": "hello",
        "choice": "person",
        "language": "cs-CZ",
        "attachments": ["f1"],
        "author": "agent",
    }
    assert website.inbound(raw, "someone", (FILE,)) == Inbound(
        "website", "someone", "someone:a-1", Message("hello", "person", (FILE,), "cs-CZ")
    )


def test_least_of_all() -> None:
    assert website.inbound({"id": "1", "choice": "x"}).message == Message("", "x")
    assert website.inbound({"id": "1"}, "v", [FILE]).message == Message("", None, (FILE,))


@pytest.mark.parametrize("language", [5, "", "x" * 50, "en; DROP", ["en"], None])
def test_a_strange_language_is_no_hint(language: Any) -> None:
    assert website.inbound({"id": "1", "text": "x", "language": language}).message.language_hint is None


def test_what_no_database_takes_is_replaced() -> None:
    assert website.inbound({"id": "1", "text": "a\0b\ud800c"}).message.text == "ab?c"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["id", "text", "choice", "attachments", "language", "author"]), json_values))
def test_any_body_is_a_message_or_a_sentence(raw: dict[str, Any]) -> None:
    try:
        website.attachment_ids(raw)
        found = website.inbound(raw, "someone")
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = ""
        found.message.text.encode()
        assert found.message.text.strip() or found.message.choice
        assert found.external_id.startswith("someone:")
    assert not sentence or sentence.startswith(("id:", "text:", "choice:", "attachments:", "give at least"))


@pytest.mark.parametrize("raw", [None, [], "x", 5])
def test_only_an_object_is_a_body(raw: Any) -> None:
    with pytest.raises(ValueError, match="JSON object"):
        website.inbound(raw)


def test_attachments_are_at_most_ten_ids() -> None:
    assert website.attachment_ids({}) == website.attachment_ids({"attachments": None}) == []
    assert website.attachment_ids({"attachments": ["a"] * 10}) == ["a"] * 10
    for wrong in (["a"] * 11, "a", [1], {}, 0, False):
        with pytest.raises(ValueError, match="attachments:"):
            website.attachment_ids({"attachments": wrong})


def test_a_message_goes_out_as_the_contract_writes_it() -> None:
    at = datetime(2026, 11, 21, 10, tzinfo=UTC)
    posted = Posted(2, "bot", "Hello", (Choice("person", "A person"),), (FILE,), "en", at, 1)
    assert website.outbound(posted) == {
        "seq": 2, "author": "bot", "text": "Hello", "choices": [{"id": "person", "label": "A person"}],
        "attachments": [{"id": "f1", "name": "scan.pdf", "media_type": "application/pdf", "size": 9}],
        "at": "2026-11-21T10:00:00+00:00", "lang": "en", "reply_to": 1, "revision": 0,
    }  # fmt: skip
