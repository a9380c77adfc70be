"""Every topic brings its own conversations, in every language: `<topic>/<language>.toml` beside this file.

A step is something `said`, a `pressed` button, a file `attached` or the customer's request `solved` by an agent, and
what it must lead to:
    expect    what is read, one or several: a phrase ("start.hello"), an entry by its slug, or plain words
    finds     the entry that must be shown, or be one of the titles to choose from
    with      values of that phrase, as in { contact = "+420 601 234 567" }
    offers    buttons that must be there: a phrase, an entry, or plain words
    lacks     beginnings of buttons that must not be there: a phrase
    events    what the turn reports, exactly: none where it is not written
    language  of the conversation from now on
A button to press is named like those in `offers`. `hint` is what the channel knows of the customer's language; the
file's language where it is not written.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from handlers.router import find_topics
from handlers.voice import spoken_languages
from handlers.when import local_date, local_month
from tests.fakes.records import FakeRecords
from tests.fakes.services import mind_with, shared_mind
from tests.fakes.talk import Talk

HERE = Path(__file__).parent
PHRASE = re.compile(r"[a-z]+\.[a-z_]+")
LOCAL = re.compile(r"\{([0-9-]{7,10}|[A-Z]{2})\}")  # a month, a day, a country, as the language writes them
KEYS = {
    "said", "pressed", "attached", "solved", "expect", "finds", "with", "offers", "lacks", "events", "language", "days",
}  # fmt: skip


def found() -> list[Any]:
    """Every dialogue of every file beside this one."""
    return [
        pytest.param(file, dialogue, id=f"{file.parent.name}-{file.stem}-{number}")
        for file in sorted(HERE.glob("*/*.toml"))
        for number, dialogue in enumerate(tomllib.loads(file.read_text("utf-8"))["dialogue"], 1)
    ]


@pytest.mark.parametrize(("file", "dialogue"), found())
async def test_dialogue(file: Path, dialogue: dict[str, Any]) -> None:
    talk = Talk(mind_with(FakeRecords()), dialogue.get("hint", file.stem) or None)
    topics = [await take(talk, step, f"{file}, “{dialogue['shows']}”") for step in dialogue["steps"]]
    assert file.parent.name in topics, f"{file}: no step is answered by {file.parent.name}, but by {topics}"


@pytest.mark.parametrize("language", spoken_languages())
@pytest.mark.parametrize("topic", [topic.name for topic in find_topics()])
def test_every_topic_has_dialogues_in_every_language(topic: str, language: str) -> None:
    file = HERE / topic / f"{language}.toml"
    assert file.is_file(), f"{file}: write at least one [[dialogue]] with shows and steps"


async def take(talk: Talk, step: dict[str, Any], where: str) -> str:
    """One step, and everything it must lead to; the topic that answered."""
    here = f"{where}, step {step}"
    assert set(step) <= KEYS, f"{here}: unknown key; the keys are {sorted(KEYS)}"
    talk.now += timedelta(days=step.get("days", 0))  # that passed before it
    said = await act(talk, step)
    for wanted in listed(step.get("expect", [])):
        assert words(wanted, talk.language, step.get("with", {})) in said, f"{here}: the bot said\n{said}"
    buttons = [choice.label for choice in talk.buttons]
    if "finds" in step:
        assert words(step["finds"], talk.language) in (said.partition("\n")[0].strip("*"), *buttons), here
    for wanted in step.get("offers", []):
        assert words(wanted, talk.language) in buttons, f"{here}: the buttons are {buttons}"
    for phrase in step.get("lacks", []):
        unwanted = words(phrase, talk.language, {"question": ""} if phrase == "faq.other_question" else {})
        assert not [button for button in buttons if button.startswith(unwanted)], f"{here}: the buttons are {buttons}"
    events = [] if "solved" in step else talk.events
    assert [type(event).__name__ for event in events] == step.get("events", []), here
    assert step.get("language", talk.language) == talk.language, here
    return talk.topic


async def act(talk: Talk, step: dict[str, Any]) -> str:
    if "pressed" in step:
        return await talk.press(words(step["pressed"], talk.language))
    if "solved" in step:
        return talk.solve()
    return await talk.attach() if "attached" in step else await talk.write(step["said"])


def listed(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted


def words(wanted: str, language: str, values: dict[str, Any] | None = None) -> str:
    """What stands on the screen for a phrase, an entry or plain words."""
    services = shared_mind().services
    wanted = LOCAL.sub(lambda found: local(found[1], language), wanted)
    page = services.page(wanted, language)
    if page is not None:
        return page.title
    return services.say(wanted, language, **(values or {})) if PHRASE.fullmatch(wanted) else wanted


def local(value: str, language: str) -> str:
    """2028-02, 2028-02-28 or CZ in the words of a language."""
    if value.isalpha():
        return str(Locale.parse(language).territories[value])
    parts = [int(part) for part in value.split("-")]
    return local_date(date(*parts), language) if len(parts) == 3 else local_month(parts[0], parts[1], language)
