"""Updates read: what every kind of message says, which files come with it, and to whom it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.inward import Reach, SentFile, inbound, is_reworded, lane_of, query_of, reach, sent_files
from bot.telegram_text import keyboard
from handlers.words import Attachment, Choice

ANNA = {"id": 7, "is_bot": False, "first_name": "Anna", "language_code": "en"}
CHAT = {"id": 7, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "G"}


def a_message(kind: str = "message", **parts: Any) -> dict[str, Any]:
    return {"update_id": 1, kind: {"message_id": 4, "date": 1, "chat": CHAT, "from": ANNA, **parts}}


def a_file(**more: Any) -> dict[str, Any]:
    return {"file_id": "id", "file_unique_id": "u", "file_size": 5, **more}


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"text": "  hello\n"}, "hello"),
        ({"text": "nul\0 and half \ud83d"}, "nul and half ?"),
        ({"photo": [], "caption": "see"}, "see"),
        ({"photo": []}, ""),
        ({"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
        ({"sticker": a_file()}, ""),
        ({"poll": {"question": "Which one?"}}, "Which one?"),
        ({"contact": {"phone_number": "+7 701", "first_name": "Jan"}}, "Jan, +7 701"),
        ({"contact": {"phone_number": "+7 701", "first_name": ""}}, "+7 701"),
        ({"location": {"latitude": -0.5, "longitude": 180}},
         "📍 -0.5, 180 (https://www.openstreetmap.org/?mlat=-0.5&mlon=180)"),
        ({"venue": {"title": "Shop", "address": "Dlouhá 12", "location": {"latitude": 1, "longitude": 2}},
          "location": {"latitude": 1, "longitude": 2}},
         "Shop, Dlouhá 12\n📍 1, 2 (https://www.openstreetmap.org/?mlat=1&mlon=2)"),
        ({"story": {"id": 1}}, ""),
        ({"text": "🐈 /help@shop", "entities": [{"type": "bot_command", "offset": 3, "length": 10}]}, "🐈 /help"),
        ({"text": "/help@other", "entities": [{"type": "bot_command", "offset": 0, "length": 11}]}, "/help@other"),
    ],
)  # fmt: skip
def test_what_it_says(parts: dict[str, Any], text: str) -> None:
    assert inbound(a_message(**parts), bot="shop").message.text == text


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"text": "no file"}, ()),
        ({"photo": [a_file(file_id="s", width=90, height=90), a_file(file_id="l", width=1280, height=960),
                    a_file(file_id="m", width=320, height=240)]}, (SentFile("l", "photo.jpg", 5),)),
        ({"document": a_file(file_name="bill.pdf", mime_type="application/pdf")}, (SentFile("id", "bill.pdf", 5),)),
        ({"document": a_file()}, (SentFile("id", "file", 5),)),
        ({"animation": a_file(file_name="cat.mp4"), "document": a_file(file_id="same")},
         (SentFile("id", "cat.mp4", 5),)),
        ({"voice": {"file_id": "id", "duration": 1}}, (SentFile("id", "voice.ogg", 0),)),
        ({"video": a_file()}, (SentFile("id", "video.mp4", 5),)),
        ({"video_note": a_file()}, (SentFile("id", "video-note.mp4", 5),)),
        ({"audio": a_file(title="Song")}, (SentFile("id", "audio.mp3", 5),)),
        ({"sticker": a_file()}, ()),
    ],
)  # fmt: skip
def test_its_files(parts: dict[str, Any], found: tuple[SentFile, ...]) -> None:
    assert sent_files([a_message(**parts)]) == found
    assert sent_files([a_message(**parts)] * 2) == found * 2


def test_an_album_is_one_message_under_the_number_of_its_first() -> None:
    album = [a_message(message_id=number, photo=[], caption=words) for number, words in ((4, "a"), (5, ""), (6, "b"))]
    found = inbound(album, files=[Attachment("f", "n", "image/png", 1)])
    assert (found.external_id, found.message.text) == ("7:4", "a\n\nb")
    assert len(found.message.attachments) == 1


def pressed(data: str | None, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    query: dict[str, Any] = {"id": "900", "from": ANNA, "chat_instance": "1"}
    query |= {"data": data} if data is not None else {}
    return {"update_id": 1, "callback_query": query | ({"message": {"message_id": 3, "chat": chat}} if chat else {})}


def test_a_shortened_button_is_the_choice_it_stood_for() -> None:
    long = Choice("entry:" + "ы" * 40, "An article")
    ((button,),) = keyboard([long])
    assert button.data != long.id
    assert inbound(pressed(button.data, CHAT), offered=[long]).message.choice == long.id
    assert inbound(pressed(button.data, CHAT), offered=[]).message.choice == button.data
    assert inbound(pressed("yes", CHAT)).message.choice == "yes"


@pytest.mark.parametrize("raw", [pressed(None, CHAT), pressed("yes", GROUP)])
def test_a_button_elsewhere_is_none_of_ours_but_is_answered(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="none of those below our messages"):
        inbound(raw)
    assert query_of(raw) == "900"


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        (a_message(text="x"), "7"),
        (a_message("edited_message", text="x"), "7"),
        (a_message("channel_post", text="x", chat=GROUP), "-100"),
        ({"update_id": 1, "my_chat_member": {"chat": CHAT}}, "7"),
        (pressed("yes", CHAT), "7"),
        (pressed("yes"), "7"),
        ({"update_id": 1, "poll": {"id": "1"}}, None),
        ({"update_id": 1}, None),
    ],
)
def test_its_lane_is_its_chat(raw: dict[str, Any], lane: str | None) -> None:
    assert lane_of(raw) == lane


def member(status: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    return {"update_id": 1, "my_chat_member": {"chat": chat, "new_chat_member": {"status": status}}}


def test_who_stops_us_and_who_comes_back() -> None:
    assert reach(member("kicked")) == Reach("7", reached=False)
    assert reach(member("member")) == Reach("7", reached=True)
    assert reach(member("kicked", GROUP)) is None
    assert reach(a_message(text="x")) is None


def test_new_words_and_moving_positions() -> None:
    assert is_reworded(a_message("edited_message", text="x"))
    assert is_reworded(a_message("edited_message", photo=[]))  # its caption was taken away
    assert not is_reworded(a_message("edited_message", location={"latitude": 1, "longitude": 2}))
