"""What every file in `bot/channels` must do. A new one brings `tests/data/channels/<name>.json`, nothing else.

That file is a list: each item has the `raw` form of a message, optionally what else the door knows (`with`), and
either the parts of the `inbound` it must become or a piece of the sentence with which it is `refused`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.doors import find_channels
from bot.ports import EXTERNAL_ID_LIMIT, ChannelModule, Inbound, Posted
from handlers.voice import spoken_languages
from handlers.words import Choice
from tests.fakes.services import NOW, shared_mind

SAMPLES = Path(__file__).parent.parent / "data" / "channels"
CHANNELS = find_channels()
WORDS = "Вода the machine آب stroj ақау 12 leaks пралка "

every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)


def samples() -> list[Any]:
    found = []
    for name, channel in CHANNELS.items():
        file = SAMPLES / f"{name}.json"
        items = json.loads(file.read_text("utf-8")) if file.is_file() else []
        for number, item in enumerate(items, 1):
            found.append(pytest.param(channel, item, id=f"{name}-{number}"))
    return found


def shown(value: Any) -> str:
    """Every word of an outbound form, however it is nested, in order."""
    if isinstance(value, dict):
        return " ".join(map(shown, value.values()))
    if isinstance(value, list | tuple):
        return " ".join(map(shown, value))
    return str(value)


def posted(text: str, choices: tuple[Choice, ...] = (), language: str = "en") -> Posted:
    return Posted(7, "bot", text, choices, (), language, NOW, reply_to=6)


@every_channel
def test_it_brings_samples_of_what_it_understands_and_what_it_refuses(channel: ChannelModule) -> None:
    file = SAMPLES / f"{channel.NAME}.json"
    assert file.is_file(), f"{file}: write a list of raw forms and the inbound each must become"
    items = json.loads(file.read_text("utf-8"))
    assert any("inbound" in item for item in items), f"{file}: no item has an inbound"
    assert any("refused" in item for item in items), f"{file}: no item is refused"


@pytest.mark.parametrize(("channel", "item"), samples())
def test_inbound(channel: ChannelModule, item: dict[str, Any]) -> None:
    where = f"bot/channels/{channel.NAME}.py, {item['raw']!r}"
    if "refused" in item:
        with pytest.raises(ValueError, match=item["refused"]):
            channel.inbound(item["raw"], **item.get("with", {}))
        return
    found = channel.inbound(item["raw"], **item.get("with", {}))
    assert isinstance(found, Inbound), where
    assert found.channel == channel.NAME, where
    assert 0 < len(found.external_id) <= EXTERNAL_ID_LIMIT, where
    parts = {"address": found.address, "external_id": found.external_id} | {
        name: getattr(found.message, name) for name in ("text", "choice", "language_hint")
    }
    assert {name: parts[name] for name in item["inbound"]} == item["inbound"], where


@every_channel
@pytest.mark.parametrize("language", spoken_languages())
def test_outbound_shows_the_text_and_every_choice(channel: ChannelModule, language: str) -> None:
    say = shared_mind().services.say
    text = say("start.welcome", language)
    choices = tuple(
        Choice(f"choice-{number}", say(phrase, language))
        for number, phrase in enumerate(("faq.yes", "faq.no", "start.person", "faq.none_of_these"))
    )
    found = shown(channel.outbound(posted(text, choices, language)))
    for words in (text, *(choice.label for choice in choices)):
        assert words in found, f"bot/channels/{channel.NAME}.py: outbound loses {words!r}"


@every_channel
def test_a_text_over_the_limit_comes_whole_and_in_order(channel: ChannelModule) -> None:
    assert channel.TEXT_LIMIT >= 1000, f"bot/channels/{channel.NAME}.py: an article does not fit {channel.TEXT_LIMIT}"
    long = WORDS * (3 * channel.TEXT_LIMIT // len(WORDS))
    found = shown(channel.outbound(posted(long)))
    assert " ".join(long.split()) in " ".join(found.split()), f"bot/channels/{channel.NAME}.py: outbound loses words"


@every_channel
def test_one_endless_word_comes_whole(channel: ChannelModule) -> None:
    found = shown(channel.outbound(posted("ы" * 3 * channel.TEXT_LIMIT)))
    assert found.count("ы") == 3 * channel.TEXT_LIMIT, f"bot/channels/{channel.NAME}.py: outbound loses letters"
