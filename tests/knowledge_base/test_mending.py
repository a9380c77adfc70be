"""A question is mended towards what the knowledge base knows, and left alone where all of it is known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.entries import Entry
from knowledge_base.folder import read_folder
from knowledge_base.image import read_image, write_image
from knowledge_base.index import Index
from knowledge_base.mending import Mender
from knowledge_base.rendering import Renderer
from knowledge_base.text import clean
from tests.knowledge_base.conftest import ENTRIES, TrigramEncoder, article, entry
from tests.knowledge_base.nasty import TEXTS

SHIPPED = Path(__file__).parents[2] / "knowledge_base"
LANGUAGES = ("en", "ru", "kk", "cs", "pl", "fa")


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    return tuple(read_folder(SHIPPED, Renderer({}, {})).entries)


@pytest.fixture(scope="module")
def mender(entries: tuple[Entry, ...]) -> Mender:
    return Mender.learn(entries)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("cs", "nejede pracka, tece voda", "nejede pračka, teče voda"),
        ("pl", "pralka nie dziala, cieknie woda", "pralka nie działa, cieknie woda"),
        ("ru", "еще течет стиральная машина", "ещё течёт стиральная машина"),
        ("kk", "кир жугыш машина агады", "кір жуғыш машина ағады"),
        ("kk", "kir zhugysh mashina agady", "кір жуғыш машина ағады"),
        ("kk", "kır juğyş maşina ağady", "кір жуғыш машина ағады"),
        ("kk", "kir jugish mashina agadi", "кір жуғыш машина ағады"),
        ("ru", "noutbuk ne vklyuchaetsya", "ноутбук не включается"),
        ("ru", "noutbuk ne vkljuchaetsja", "ноутбук не включается"),
        ("ru", "мой ноутбук ne vklyuchaetsya", "мой ноутбук не включается"),
        ("fa", "yakhchal sard nemishavad", "یخچال سرد نمی‌شود"),
        ("fa", "يخچال سرد نميشود", "یخچال سرد نمی‌شود"),
        ("en", "heeelp my washer is leaking!!!", "help my washer is leaking!"),
        ("ru", "ОЧЕНЬЬЬЬ ТЕЧЁТ МАШИНА", "очень течёт машина"),
        ("en", "my wahser is leaking", "my washer is leaking"),
        ("pl", "nie działa zmywakra", "nie działa zmywarka"),
    ],
)
def test_words_are_put_right(mender: Mender, language: str, typed: str, meant: str) -> None:
    found = mender.mend(typed, language)
    assert (found.text, found.language) == (meant, language)


@pytest.mark.parametrize(
    ("expected", "typed", "meant", "language"),
    [
        ("ru", "yjen,er yt drk.xftncz", "ноутбук не включается", "ru"),
        ("en", "yjen,er yt drk.xftncz", "ноутбук не включается", "ru"),
        ("en", "ьн ифееукн вкфшты", "my battery drains", "en"),
        ("kk", "r3h ;e5si vfibyf f5fls", "кір жуғыш машина ағады", "kk"),
        ("fa", "do]hg svn kld a,n", "یخچال سرد نمی شود", "fa"),
        ("cs", "pra4ka nejede, te4e voda, m;6u reklamovat", "pračka nejede, teče voda, můžu reklamovat", "cs"),
        ("pl", "nie dyiała ymzwarka", "nie działa zmywarka", "pl"),
        ("cs", "noutbuk ne vklyuchaetsya", "ноутбук не включается", "ru"),
    ],
)
def test_letters_are_read_as_they_were_meant(
    mender: Mender, expected: str, typed: str, meant: str, language: str
) -> None:
    found = mender.mend(typed, expected)
    assert (found.text, found.language) == (meant, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "alma w70 shows e18, can i use my ps5 and 4k tv with wi-fi?"),
        ("ru", "alma w70 не сливает, ошибка e18"),
        ("ru", "мой lenovo ideapad 5 не включается"),
        ("cs", "alma w70 nejede, chyba e18"),
        ("fa", "یخچال alma f300 خنک نمی‌کند"),
        ("en", "asdfgh qwerty"),
        ("ru", "asdfgh"),
        ("en", "👍"),
    ],
)
def test_models_names_and_noise_are_left_alone(mender: Mender, language: str, text: str) -> None:
    assert mender.mend(text, language).text == text


def test_an_unexpected_language_is_told_only_where_one_was_expected(mender: Mender) -> None:
    assert mender.mend("how do i return my washing machine", "ru").language == "en"
    assert mender.mend("how do i return my washing machine", None).language is None


@pytest.mark.parametrize(
    ("language", "typed", "left"),
    [
        ("en", "Hello, good afternoon! How do I return a washer? Thanks in advance!", "how do i return a washer?"),
        ("en", "hey siri how do i return a washer", "how do i return a washer"),
        ("ru", "Алиса, как вернуть товар", "как вернуть товар"),
        ("cs", "dobry den, jak vratim zbozi", "jak vrátím zboží"),
        ("ru", "zdravstvuyte, kak vernut tovar", "как вернуть товар"),
        ("en", "Hello!", "hello!"),
        ("en", "Hi, thanks", "hi, thanks"),
    ],
)
def test_greetings_and_calls_are_cut(mender: Mender, language: str, typed: str, left: str) -> None:
    assert mender.mend(typed, language).text == left


def test_what_the_articles_say_themselves_stays(mender: Mender, entries: tuple[Entry, ...]) -> None:
    """Titles are spelled right and made of known words: whatever is changed in one is a mistake of ours."""
    titles = [(article.title, language) for one in entries for language, article in one.articles.items()]
    changed = [title for title, language in titles if mender.mend(title, language).text != clean(title).lower()]
    assert changed == []


@given(st.data())
def test_known_words_stay_in_any_order(mender: Mender, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    counts = mender.vocabularies[language].counts
    words = data.draw(st.lists(st.sampled_from(sorted(word for word in counts if len(word) > 3)), min_size=3))
    text = " ".join(words)
    once = mender.mend(text, language)
    assert mender.mend(once.text, once.language) == once
    assert set(once.text.split()) <= set(words)


@given(st.text(max_size=200), st.sampled_from([*LANGUAGES, "xx", None]))
def test_no_text_breaks_or_vanishes(mender: Mender, text: str, language: str | None) -> None:
    assert bool(mender.mend(text, language).text) == bool(clean(text))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_dear(mender: Mender, name: str) -> None:
    start = time.process_time()
    for language in LANGUAGES:
        mender.mend(TEXTS[name], language)
    assert time.process_time() - start < 0.5


def test_a_small_knowledge_base_changes_little() -> None:
    """With few words known, an unknown one says nothing: only letters and marks of known words are put right."""
    mender = Mender.learn([entry(article("opening", "en", "Opening hours", "When are you open?"))])
    assert mender.mend("when are you opne or closed", "en").text == "when are you opne or closed"
    assert mender.mend("kdy máte otevřeno", "cs").text == "kdy máte otevřeno"


def test_lines_without_marks_teach_no_spelling() -> None:
    mender = Mender.learn([entry(article("x", "cs", "Pračka nejede", "Proč pračka nejede?", "proc pracka nejede"))])
    assert mender.mend("proc pracka nejede", "cs").text == "proč pračka nejede"


def test_a_mender_fits_into_an_image(mender: Mender, tmp_path: Path) -> None:
    mender.mend("nejede pracka", "cs")
    write_image(tmp_path / "image", "mark", mender)
    assert read_image(tmp_path / "image", "mark") == mender


def test_the_index_asks_for_the_mended_question(encoder: TrigramEncoder) -> None:
    index = Index.build(ENTRIES, encoder)
    assert index.query_text("Rfr dthyenm pfrfp&", "ru") == index.query_text("как вернуть заказ?", "ru")
    for typed, language in (("Rfr dthyenm pfrfp&", "ru"), ("Hello! How do I return my order?", "en")):
        found = index.lexical_answer(typed, language)
        assert found is not None
        assert found.entry == "returns"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("yt drk.xftncz yjen,er", "не включается ноутбук"),
        ("noutbuk ne vklyuchaetsya", "ноутбук не включается"),
        ("kir jugysh mashinadan su agady", "кір жуғыш машинадан су ағады"),
        ("ьн цфырук дуфлы", "my washer leaks"),
        ("yakhchal sard nemikonad", "یخچال سرد نمی‌کند"),
    ],
)
@pytest.mark.parametrize("expected", LANGUAGES)
def test_the_letters_a_text_was_meant_in(mender: Mender, typed: str, meant: str, expected: str) -> None:
    """Whatever language is expected: that is what the reading is to tell."""
    assert mender.meant(typed, expected) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "my washer leaks",
        "tv wont start",
        "pračka nevypouští vodu",
        "pracka nevypousti vodu",
        "lodówka nie chłodzi",
        "холодильник не морозит",
        "кір жуғыш машина ағып тұр",
        "кир жугыш машина агады",
        "یخچال سرد نمی‌کند",
        "Nurlan",
        "Dmitri Ivanov",
        "xiaomi redmi note",
        "Gorenje WA743",
        "candy",
        "hvala",
        "E18",
        "W70",
        "qwerty",
        "???",
        "wo ist mein Paket, ich warte schon seit zwei Wochen darauf",
        "",
    ],
)
@pytest.mark.parametrize("expected", ["en", "ru", "cs", "fa"])
def test_a_text_in_its_own_letters_and_a_foreign_name_stay(mender: Mender, typed: str, expected: str) -> None:
    assert mender.meant(typed, expected) == typed


@pytest.mark.parametrize("name", TEXTS)
def test_the_letters_of_texts_that_have_hurt_somebody(mender: Mender, name: str) -> None:
    started = time.process_time()
    mender.meant(TEXTS[name], "en")
    assert time.process_time() - started < 0.25
