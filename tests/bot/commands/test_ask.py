"""`ask`: one natural question after another, in every language, leads to the right entry (issue 2, items 1 and 2)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.app import SHIPPED, Mind, build_mind
from bot.knowledge import Knowledge, Live
from knowledge_base.guarded import AsyncEncoder
from knowledge_base.text import key
from tests.bot.commands.conftest import Run
from tests.fakes.services import loaded, settings_for, shared_mind
from tests.fakes.talk import Talk

KEYS = {"decision", "entry", "language", "entry_language", "confidence", "text", "suggestions"}
QUESTIONS = {
    "en": {
        "my notebook is completely dead, nothing happens when I push the button": "laptop-no-power",
        "there's water under my washing machine": "washer-leaks",
        "how long do you take to repair a phone?": "repair-time",
        "can I send the vacuum back if I don't like it": "return-goods",
        "where do I find the serial number of my tv": "serial-number",
        "lost my receipt, is my warranty gone?": "lost-receipt",
    },
    "ru": {
        "ноут совсем не включается, чёрный экран": "laptop-no-power",
        "под стиралкой лужа воды": "washer-leaks",
        "за сколько дней почините телефон?": "repair-time",
        "хочу вернуть пылесос, не понравился": "return-goods",
        "подскажите, где посмотреть серийный номер телевизора": "serial-number",
        "я потеряла чек, гарантия сгорела?": "lost-receipt",
    },
    "kk": {
        "ноутбук қосылмайды": "laptop-no-power",
        "кір жуғыштың астында су жиналып қалды": "washer-leaks",
        "телефонды қанша күнде жөндейсіздер?": "repair-time",
        "шаңсорғыш ұнамады, қайтарып бере аламын ба": "return-goods",
        "теледидардың сериялық нөмірін қайдан көремін": "serial-number",
        "чегімді жоғалтып алдым, кепілдік күйіп кете ме?": "lost-receipt",
    },
    "cs": {
        "notebook vůbec nejde zapnout, je úplně mrtvý": "laptop-no-power",
        "pod pračkou mám louži vody": "washer-leaks",
        "za jak dlouho opravíte telefon?": "repair-time",
        "chci vrátit vysavač, nelíbí se mi": "return-goods",
        "kde najdu výrobní číslo televize": "serial-number",
        "ztratila jsem účtenku, přijdu o záruku?": "lost-receipt",
    },
    "pl": {
        "laptop w ogóle się nie włącza, nie reaguje na przycisk": "laptop-no-power",
        "pod pralką stoi woda": "washer-leaks",
        "w ile dni naprawicie telefon?": "repair-time",
        "chcę oddać odkurzacz, bo mi się nie podoba": "return-goods",
        "gdzie jest numer seryjny telewizora?": "serial-number",
        "zgubiłem paragon, czy tracę gwarancję?": "lost-receipt",
    },
    "fa": {
        "لپ‌تاپم اصلاً روشن نمیشه، دکمه رو می‌زنم هیچی": "laptop-no-power",
        "زیر لباسشویی آب جمع شده": "washer-leaks",
        "تعمیر گوشی چند روز طول می‌کشد؟": "repair-time",
        "می‌خواهم جاروبرقی را پس بدهم، خوشم نیامد": "return-goods",
        "شماره سریال تلویزیون را کجا ببینم": "serial-number",
        "فاکتورم گم شده، گارانتی باطل می‌شود؟": "lost-receipt",
    },
}
EVERY = [
    pytest.param(language, question, entry, id=f"{language}-{entry}")
    for language, questions in QUESTIONS.items()
    for question, entry in questions.items()
]


class Warm(Knowledge):
    """Stays loaded from one `ask` to the next, encoder and all."""

    def load(self) -> Live:
        return self.live

    async def start_encoder(self, progress: object = None) -> None:
        assert self._encoder is not None
        self._guard = AsyncEncoder(self._encoder)


def warmed(mind: Mind, encoder: bool) -> Mind:
    """The mind with its encoder loaded, as a running bot has it, and kept so."""
    loaded(mind)
    if encoder:
        import asyncio

        asyncio.run(mind.knowledge.start_encoder())
        assert mind.knowledge.encoder_ready
        asyncio.run(mind.knowledge.close())
    mind.knowledge.__class__ = Warm
    return mind


@pytest.fixture(scope="module")
def cache(request: pytest.FixtureRequest) -> Path:
    """Vectors of earlier runs: by content, so they can not be stale."""
    assert request.config.cache is not None
    return Path(request.config.cache.mkdir("aftercare"))


@pytest.fixture(scope="module")
def with_encoder(cache: Path) -> Mind:
    settings = settings_for(cache, knowledge_encoder="e5+muse")
    return warmed(build_mind(settings), encoder=True)


@pytest.fixture(scope="module")
def without_kazakh(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Mind:
    """The shipped articles, but nobody has translated this one into Kazakh yet."""
    folder = tmp_path_factory.mktemp("kb")
    shutil.copytree(SHIPPED / "articles", folder / "articles")
    shutil.copytree(SHIPPED / "products", folder / "products")
    (folder / "articles/laptop-no-power/kk.md").unlink()
    settings = settings_for(cache, knowledge_encoder="e5+muse", knowledge_path=str(folder))
    return warmed(build_mind(settings), encoder=True)


def asked(bot: Run, *words: str) -> dict[str, object]:
    result = bot("ask", *words, "--json")
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 1
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    assert set(found) == KEYS
    return found


def test_none_of_the_questions_is_written_in_an_article() -> None:
    entries = shared_mind().knowledge.live.entries.values()
    written = {
        key(question) for entry in entries for article in entry.articles.values() for question in article.questions
    }
    assert not {question for questions in QUESTIONS.values() for question in questions if key(question) in written} - {
        "ноутбук қосылмайды"  # the issue's own
    }


@pytest.mark.encoder
@pytest.mark.parametrize(("language", "question", "entry"), EVERY)
def test_ask(
    bot: Run, with_encoder: Mind, monkeypatch: pytest.MonkeyPatch, language: str, question: str, entry: str
) -> None:
    monkeypatch.setattr("bot.app.build_mind", lambda settings: with_encoder)
    found = asked(bot, question)
    assert (found["entry"], found["language"], found["entry_language"]) == (entry, language, language)
    assert found["decision"] in ("answer", "suggest")
    assert isinstance(found["confidence"], float)
    page = with_encoder.services.page(entry, language)
    assert page is not None
    assert page.title in str(found["text"])


@pytest.mark.encoder
def test_a_kazakh_question_finds_an_entry_that_is_not_translated(
    bot: Run, without_kazakh: Mind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.build_mind", lambda settings: without_kazakh)
    found = asked(bot, "ноутбук қосылмайды", "--lang", "kk")
    assert (found["entry"], found["language"]) == ("laptop-no-power", "kk")
    assert found["entry_language"] != "kk"


@pytest.mark.encoder
async def test_the_conversation_says_that_the_text_is_in_another_language(without_kazakh: Mind) -> None:
    await without_kazakh.knowledge.start_encoder()
    talk = Talk(without_kazakh, "kk")
    said = await talk.write("ноутбук қосылмайды")
    if talk.buttons and not talk.buttons[0].id.startswith("rate:"):
        assert any(choice.id == "entry:laptop-no-power" for choice in talk.buttons), said
        said = await talk.press(next(choice.label for choice in talk.buttons if choice.id == "entry:laptop-no-power"))
    await without_kazakh.knowledge.close()
    page = without_kazakh.services.page("laptop-no-power", "kk")
    assert page is not None
    name = without_kazakh.services.language_name(page.language, "kk")
    note = without_kazakh.services.say("faq.other_language", "kk", other=name)
    assert said.startswith(f"{note}\n\n**{page.title}**")
    assert talk.language == "kk"


def test_nothing_to_say_is_an_honest_answer(bot: Run, folder: Path) -> None:
    found = json.loads(bot("ask", "qwertz uiop", "--lang", "en", "--json", knowledge_path=str(folder)).stdout)
    assert found["decision"] == "abstain"
    assert (found["entry"], found["entry_language"], found["suggestions"]) == (None, None, [])
    assert found["text"].startswith("I have not found the right answer")


def test_without_json_the_text_alone(bot: Run, folder: Path) -> None:
    result = bot("ask", "water on the floor", knowledge_path=str(folder))
    assert result.stdout == (
        "**Washing machine leaks**\n\nClose the tap. See repair.\n\nLast checked: November 16, 2026\n"
    )


@pytest.mark.parametrize(("words", "language"), [(["--lang", "cs"], "cs"), (["--lang", "xx"], "en"), ([], "en")])
def test_the_language_of_the_question(bot: Run, folder: Path, words: list[str], language: str) -> None:
    found = json.loads(bot("ask", "leaks", *words, "--json", knowledge_path=str(folder)).stdout)
    assert found["language"] == language


def test_an_untranslated_text_says_so_here_too(bot: Run, folder: Path) -> None:
    (folder / "articles/leaks/cs.md").unlink()
    found = json.loads(bot("ask", "Washing machine leaks", "--lang", "cs", "--json", knowledge_path=str(folder)).stdout)
    assert (found["entry"], found["entry_language"]) == ("leaks", "en")
    assert found["text"].startswith("Tento text zatím není v češtině. Jeho jazyk: angličtina.")
