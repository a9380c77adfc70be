"""Long texts in parts: each is accepted by Telegram's own parser, and together they are the whole."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_text import CAPTION_LIMIT, TEXT_LIMIT, html, split, units
from bot.telegram_text.letters import is_blank
from tests.bot.telegram_text.hostile import COSTLY, texts
from tests.bot.telegram_text.parser import Seen, accepted

R = "\u200f"


def parts(markdown: str, limit: int, language: str = "en") -> list[str]:
    """Visible texts of the parts of a text, each held to the limit."""
    found = [accepted(part).text for part in split(html(markdown, language), limit)]
    assert all(units(part) <= limit and part.strip() for part in found)
    return found


def test_a_short_text_stays_as_it_is() -> None:
    made = html('**a** & <b>\n\n[x](https://a.example/?a="1"&b=2)\n> c', "en")
    assert split(made) == (made,)


@pytest.mark.parametrize("nothing", ["", " \n ", "\u200b\u200d", "\u2800", R, "<b> </b>", "\u2066\u2069\u00a0"])
def test_nothing_to_see_is_no_part(nothing: str) -> None:
    assert split(nothing) == ()


def test_limits_are_telegrams() -> None:
    assert (TEXT_LIMIT, CAPTION_LIMIT) == (4096, 1024)
    assert [units(part) for part in split("x" * 4097)] == [4096, 1]
    assert [units(part) for part in split("😀" * 2049)] == [4096, 2]


def test_it_prefers_paragraphs_then_lines_then_sentences_then_words() -> None:
    assert parts("One two. Three\nfour five.\n\nSix seven. Eight nine ten.", 40) == [
        "One two. Three\nfour five.", "Six seven. Eight nine ten."]  # fmt: skip
    assert parts("One two. Three four\nfive six. Seven eight nine ten.", 32) == [
        "One two. Three four", "five six. Seven eight nine ten."]  # fmt: skip
    assert parts("One two. Three four five! Seven eight nine ten.", 31) == [
        "One two. Three four five!", "Seven eight nine ten."]  # fmt: skip
    assert parts("One. Two three four five seven eight nine ten", 30) == [
        "One. Two three four five seven", "eight nine ten"]  # fmt: skip


def test_a_bullet_or_a_number_stays_with_its_words() -> None:
    assert parts("aa\n- bbbb cc", 6) == ["aa", "• bbbb", "cc"]
    assert parts("aa\n12. bbbb cc", 8) == ["aa", "12. bbbb", "cc"]


def test_tags_are_closed_and_opened_again() -> None:
    made = split('<b>one <a href="https://a.example/?a&amp;b">two three</a> four</b>', 8)
    assert made == (
        '<b>one <a href="https://a.example/?a&amp;b">two</a></b>',
        '<b><a href="https://a.example/?a&amp;b">three</a></b>',
        "<b>four</b>",
    )


def test_an_escaped_character_is_one_character() -> None:
    assert split("&amp;&lt;&gt;" * 4, 5) == ("&amp;&lt;&gt;&amp;&lt;", "&gt;&amp;&lt;&gt;&amp;", "&lt;&gt;")
    assert split("&amp;lt;", 10) == ("&amp;lt;",)


@pytest.mark.parametrize("whole", ["é\u0301\u0323", "👨\u200d👩\u200d👧", "👍🏽", "🇨🇿", "❤\ufe0f"])
def test_what_is_one_sign_to_the_reader_stays_one(whole: str) -> None:
    for limit in (8, 9, 10, 11, 13):
        assert all(part.replace(whole, "") == "" for part in split(whole * 20, limit))


def test_a_number_is_not_torn_apart_in_right_to_left_text() -> None:
    for limit in range(24, 60):
        assert any(
            "\u2066+98 21 0000 0000\u2069" in part for part in parts("سلام دنیا تلفن +98 21 0000 0000 است", limit, "fa")
        )


def test_a_paragraph_that_goes_on_keeps_its_direction() -> None:
    made = parts("E18 یک دو سه چهار پنج شش هفت هشت", 20, "fa")
    assert len(made) > 1
    assert all(part.startswith(R) for part in made)


def test_links_too_heavy_for_one_message_go_into_several() -> None:
    made = [
        accepted(part) for part in split(html(" ".join(f"[x](https://a.example/{'&' * 900})" for _ in range(60)), "en"))
    ]
    assert len(made) > 5
    assert [word for seen in made for word in seen.words] == ["x"] * 60


def test_no_part_has_more_formats_than_telegram_takes() -> None:
    made = [accepted(part) for part in split(html("**b** c " * 250, "en"))]
    assert sum(len(seen.of("Bold")) for seen in made) == 250


@given(st.lists(texts, max_size=3).map("".join), st.sampled_from(["en", "fa"]), st.integers(5, 60))
@settings(max_examples=120)
def test_together_the_parts_are_the_whole(text: str, language: str, limit: int) -> None:
    made = html(text, language)
    whole = accepted(made)
    seen = [accepted(part) for part in split(made, limit)]
    assert all(units(part.text) <= limit for part in seen)
    assert readable(*seen) == readable(whole)
    # What a no-break space holds together is one word.
    longest = max((units(word) for word in re.split(r"[^\S\u00a0\u202f]+", whole.text)), default=0)
    if longest < limit:
        assert readable_words(*seen) == readable_words(whole)


def readable(*seen: Seen) -> list[tuple[str, frozenset[str]]]:
    """What can be seen, with its formats: parts with nothing to see may be left out."""
    return [pair for part in seen for pair in part.formatted() if not is_blank(pair[0])]


def readable_words(*seen: Seen) -> list[str]:
    return [word for part in seen for word in part.words if not is_blank(word)]


@pytest.mark.parametrize("piece", COSTLY)
def test_long_texts_of_one_piece_take_no_time(piece: str) -> None:
    start = time.process_time()
    split(html(piece * (20_000 // len(piece)), "fa"))
    assert time.process_time() - start < 0.5
