"""Markdown as Telegram HTML: what is meant is what Telegram's own parser sees."""

from __future__ import annotations

import html as standard
import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_text import html, plain
from bot.telegram_text.letters import clean
from bot.telegram_text.links import kept as link_kept
from handlers.presenting import body
from handlers.voice import spoken_languages
from tests.bot.telegram_text.hostile import texts
from tests.bot.telegram_text.parser import INVISIBLE, accepted, entities_found, kept
from tests.contracts.test_languages import phrases
from tests.fakes.services import shared_mind

every_language = pytest.mark.parametrize("language", spoken_languages())
R, I, P = "\u200f", "\u2066", "\u2069"  # noqa: E741  # the isolate is an I in every table of Unicode

CASES = [
    ("one\ntwo\n\n\n\nthree\n", "one\ntwo\n\nthree"),
    ("# Big *#06# #\ntext", "<b>Big *#06#</b>\ntext"),
    ("## **Bold** and ~~not~~", "<b>Bold and <s>not</s></b>"),
    ("#06# is no heading", "#06# is no heading"),
    ("**a** b **c**", "<b>a</b> b <b>c</b>"),
    ("**Stop.** Then *call* or _write_.", "<b>Stop.</b> Then <i>call</i> or <i>write</i>."),
    ("Dial *#06# or **21*1# or *100*1# or 2*3*4", "Dial *#06# or **21*1# or *100*1# or 2*3*4"),
    ("snake_case_name and __init__", "snake_case_name and __init__"),
    ("- one\n  more\n* two\n\n+ three\n  - deep", "• one\n   more\n• two\n• three\n   • deep"),
    ("First:\n1. one\n\n2) two\nafter", "First:\n1. one\n2. two\nafter"),
    ("`a<b> **c**` and ``d`` and ` `", "<code>a&lt;b&gt; **c**</code> and <code>d</code> and ` `"),
    ("```py\nif a < b:\n    **c**\n```\nend", "<pre>if a &lt; b:\n    **c**</pre>\nend"),
    ("```\nnever closed", "```\nnever closed"),
    ("> said **so**\n> > twice\nnot", "<blockquote>said <b>so</b>\ntwice</blockquote>\nnot"),
    ("Fish & <b>chips</b> &amp;", "Fish &amp; &lt;b&gt;chips&lt;/b&gt; &amp;amp;"),
    ('[our **page**](https://a.example/?a="1"&b)',
     '<a href="https://a.example/?a=&quot;1&quot;&amp;b">our <b>page</b></a>'),
    ("See https://a.example/b_(c).", 'See <a href="https://a.example/b_(c)">https://a.example/b_(c)</a>.'),
    ("[https://good.example](https://bad.example)", '<a href="https://bad.example">https://good.example</a>'),
    ("[mail](mailto:a@b.example?subject=x)", "mail (a@b.example)"),
    ("[a@b.example](mailto:a@b.example)", "a@b.example"),
    ("[+7 727 000](tel:+7727000) [ring](tel:+7727000)", "+7 727 000 ring (+7727000)"),
    ("[here](http://localhost/x)", "here (http://localhost/x)"),
    ("[no](javascript:alert(1)) [no](tg://user?id=1)", "[no](javascript:alert(1)) [no](tg://user?id=1)"),
    ("u\u030a \u0333a\u202e \x1bb\0", "ů a b"),
]  # fmt: skip
PERSIAN = [
    ("کد E18 روی Alma W70", f"{R}کد {I}E18{P} روی {I}Alma W70{P}"),
    ("اول\nدوم\n\n- **سوم**", f"{R}اول\n{R}دوم\n\n{R}• <b>سوم</b>"),
    ("1. اول\n۲. دوم", f"{R}۱. اول\n{R}۲. دوم"),
    ("> گفت\n> رفت", f"<blockquote>{R}گفت\n{R}رفت</blockquote>"),
    ("کد `AB-1` را", f"{R}کد {I}<code>AB-1</code>{P} را"),
    ("وزن 10 kg یا ۵ GHz، دما -5°C، ۲۴ ماه", f"{R}وزن {I}10 kg{P} یا {I}۵ GHz{P}، دما {I}-5°C{P}، ۲۴ ماه"),
    (f"تلفن {I}+98 21 00{P} یا *#06#", f"{R}تلفن {I}+98 21 00{P} یا {I}*#06#{P}"),
    ("با /language عوض کنید", f"{R}با {I}/language{P} عوض کنید"),
    ("نشانی https://a.example/x.", f'{R}نشانی {I}<a href="https://a.example/x">https://a.example/x</a>{P}.'),
    ("This text is in English E18.", "This text is in English E18."),
    ("E18", f"{R}{I}E18{P}"),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "wanted"), CASES)
def test_markdown(markdown: str, wanted: str) -> None:
    assert html(markdown, "en") == wanted
    accepted(html(markdown, "en"))


@pytest.mark.parametrize(("markdown", "wanted"), PERSIAN)
def test_right_to_left(markdown: str, wanted: str) -> None:
    assert html(markdown, "fa") == wanted
    accepted(html(markdown, "fa"))


def test_a_persian_article_in_an_english_talk_is_read_from_the_right() -> None:
    assert html("**Note**\n\nکد E18 را بنویسید", "en") == f"<b>Note</b>\n\n{R}کد {I}E18{P} را بنویسید"


def test_commands_and_addresses_in_isolates_can_still_be_pressed() -> None:
    shown = accepted(html("زبان: /language، نامه: a@b.example", "fa")).text
    assert entities_found(shown) == [("BotCommand", "/language"), ("EmailAddress", "a@b.example")]


def test_what_telegram_does_with_links_it_does_not_like() -> None:
    """The reason for writing their addresses out."""
    assert not any(accepted('<a href="http://localhost/x">here</a>').formats[0])
    assert not any(accepted('<a href="tel:+7727000">ring</a>').formats[0])
    assert accepted('<a href="mailto:a@b.example">mail</a>').formats[0] == {"TextUrl http://mailto:a@b.example/"}


def with_our_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def meaning(markdown: str) -> list[str]:
    """Words of simple Markdown, with nothing learned from the code under test."""
    text = re.sub(r"^ *[-*] ", "• ", with_our_digits(INVISIBLE.sub("", markdown)), flags=re.MULTILINE)
    return re.sub(r"^(\d+)[.)] ", r"\1. ", text.replace("**", ""), flags=re.MULTILINE).split()


@every_language
def test_every_article(language: str) -> None:
    mind = shared_mind()
    for slug in mind.knowledge.live.entries:
        page = mind.knowledge.page(slug, language)
        assert page is not None
        text = body(mind.services, page, language)
        seen = accepted(html(text, language))
        assert with_our_digits(INVISIBLE.sub("", seen.text)).split() == meaning(text), f"{slug}/{language}.md"
        bold = INVISIBLE.sub("", seen.of("Bold"))
        assert bold == INVISIBLE.sub("", "".join(re.findall(r"\*\*(.+?)\*\*", text))), f"{slug}/{language}.md"


@every_language
def test_every_phrase(language: str) -> None:
    for phrase, names in phrases():
        text = shared_mind().services.say(
            phrase, language, **{name: 3 if name == "count" else "A<1>&" for name in names}
        )
        seen = accepted(html(text, language))
        assert with_our_digits(INVISIBLE.sub("", seen.text)).split() == meaning(text), phrase
        assert kept(seen.text) == seen.text, phrase


def letters(text: str) -> Counter[str]:
    """Letters and digits, those of every script as ours."""
    return Counter(char for char in with_our_digits(text) if unicodedata.category(char)[0] in "LN")


@given(texts, st.sampled_from(["en", "fa"]))
@settings(max_examples=150)
def test_hostile_texts_are_accepted_and_nothing_is_lost(text: str, language: str) -> None:
    seen = accepted(html(text, language))
    wanted, shown = letters(clean(text)), letters(seen.text)
    assert shown <= wanted
    behind = letters(
        "".join(re.findall(r"\]\(\S+|^\s*```.*", clean(text), re.MULTILINE))
    )  # addresses, names of languages
    assert wanted - shown <= behind


CARELESS = st.text(st.sampled_from("abÉř<>&\"';/\\لام،۵ 7😀\u200d🇨\u0301\u200bқ"), max_size=12)
LEAF = CARELESS.map(lambda text: f"x{text}x")
WRAPPED = {
    "": "{}", "Bold": "**{}**", "Italic": "*{}*", "Strikethrough": "~~{}~~", "Code": "`{}`",
    "TextUrl https://a.example/": "[{}](https://a.example/)",
}  # fmt: skip
NESTABLE = ("Bold", "Italic", "Strikethrough")
SPANS = st.tuples(st.sampled_from(["", *NESTABLE]), st.sampled_from(sorted(WRAPPED)), LEAF)


@given(
    st.lists(SPANS, min_size=1, max_size=6),
    st.sampled_from(["{}", "- {}", "> {}", "7. {}"]),
    st.sampled_from(["en", "fa"]),
)
@settings(max_examples=150)
def test_each_letter_has_the_format_that_was_meant(spans: list[tuple[str, str, str]], line: str, language: str) -> None:
    spans = [(outer, inner, leaf) for outer, inner, leaf in spans if outer != inner]
    markdown = " ".join(WRAPPED[outer].format(WRAPPED[inner].format(leaf)) for outer, inner, leaf in spans)
    around = frozenset({"BlockQuote"} if ">" in line else ())
    wanted = [
        (char, around | ({outer, inner} - {""}))
        for outer, inner, leaf in spans for char in leaf if not char.isspace()
    ]  # fmt: skip
    shown = accepted(html(line.format(markdown), language)).formatted()
    assert shown[len(shown) - len(wanted) :] == wanted


@given(texts, st.sampled_from(["", "en", "fa"]))
@settings(max_examples=100)
def test_plain_text_stays_as_it_is(text: str, language: str) -> None:
    made = plain(text, language)
    seen = accepted(made)
    assert not any(seen.formats)
    assert INVISIBLE.sub("", seen.text) == INVISIBLE.sub("", standard.unescape(made.replace("&#", "&amp;#")))
    assert seen.words == INVISIBLE.sub("", clean(text)).split()


@given(st.text(st.characters(codec="utf-8", exclude_characters="*_~|`[]\\"), max_size=30))
@settings(max_examples=150)
def test_telegram_changes_nothing_more_in_clean_text(text: str) -> None:
    wanted = clean(f"a{text}b")
    assert kept(wanted) == wanted


labels = st.text(st.sampled_from("abcxyz019-_éыا"), min_size=1, max_size=8)
addresses = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.lists(labels, min_size=1, max_size=4).map(".".join),
    st.sampled_from(["", ":80", ":8080", ":0", ":65536", ":99999"]),
    st.one_of(st.just(""), st.text(st.sampled_from("/?#&=%.,;:@[]'\"<>é😀ا\u200c"), max_size=12).map("/".__add__)),
)


@given(addresses)
@settings(max_examples=150)
def test_a_link_we_make_is_a_link_telegram_keeps(address: str) -> None:
    seen = accepted(html(f"[word]({address})", "en"))
    if link_kept(address):
        assert seen.text == "word"
        assert any(kind.startswith("TextUrl ") for kind in seen.formats[0]), address
    else:
        assert not any(seen.formats[0])
