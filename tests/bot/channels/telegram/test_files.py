"""Files both ways: what customers send is kept, or they hear why not; what agents send arrives."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import updates
from bot.ports import Posted
from bot.storage.desk import Said
from bot.storage.tables import attachments
from bot.web.files import Files
from handlers.words import Attachment
from tests.bot.channels.telegram.conftest import Shop, running
from tests.bot.storage.rows import rows
from tests.fakes.telegram import PICTURE, Bot, Fault, Message, Person, Telegram

MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 64
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _quick_albums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "ALBUM_S", 0.3)


def a_png(width: int, height: int) -> bytes:
    """A picture of these sides, without its content."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0" * 64


def kept(shop: Shop, data: Path) -> Files:
    return Files(data / "attachments", shop.app.store)


async def bytes_of(shop: Shop, data: Path, person: Person, file: Attachment) -> bytes:
    found = await kept(shop, data).find("telegram", str(person.id), file.id)
    assert found is not None
    return found[1].read_bytes()


async def first_said(fake: Telegram, shop: Shop, sent: Message, person: Person) -> Posted:
    await fake.answer_to(sent)
    return (await shop.talk(person))[0]


Sends = Callable[[Person], Message]


@pytest.mark.parametrize(
    ("sends", "content", "name", "media_type"),
    [
        (lambda anna: anna.sends_photo(caption="it leaks"), PICTURE, "photo.jpg.png", "image/png"),
        (lambda anna: anna.sends_document(b"%PDF-1.4 bill"), b"%PDF-1.4 bill", "invoice.pdf", "application/pdf"),
        (lambda anna: anna.sends_voice(b"OggS voice"), b"OggS voice", "voice.ogg", "audio/ogg"),
        (lambda anna: anna.sends_video(MP4), MP4, "video.mp4", "video/mp4"),
        (
            lambda anna: anna.sends_document(PICTURE, name="../..\\etc\u202e/pass<wd>.exe"), PICTURE,
            "pass_wd_.exe.png", "image/png",
        ),
    ],
)  # fmt: skip
async def test_a_file_is_kept_whole_under_an_honest_name(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, sends: Sends, content: bytes, name: str,
    media_type: str,
) -> None:  # fmt: skip
    said = await first_said(fake, fetching, sends(anna), anna)
    (file,) = said.attachments
    assert (file.name, file.media_type, file.size) == (name, media_type, len(content))
    assert await bytes_of(fetching, tmp_path, anna, file) == content
    assert said.text == ("it leaks" if file.name.startswith("photo") else "")


async def test_a_first_message_that_is_only_a_photo_opens_a_conversation(
    fake: Telegram, shop: Shop, anna: Person
) -> None:
    answer = await fake.answer_to(anna.sends_photo())
    assert "the file is stored" in answer.text
    assert [message.author for message in await shop.talk(anna)] == ["customer", "bot"]


async def test_an_album_is_one_message(fake: Telegram, shop: Shop, tmp_path: Path, anna: Person) -> None:
    pictures = [PICTURE, a_png(2, 2), a_png(3, 3)]
    album = anna.sends_album(pictures, "where is my order")
    answer = await fake.answer_to(album[-1])
    await shop.quiet(anna)
    said = await shop.talk(anna)
    assert [message.author for message in said] == ["customer", "bot"]
    assert said[0].text == "where is my order"
    assert [await bytes_of(shop, tmp_path, anna, file) for file in said[0].attachments] == pictures
    assert fake.called("sendMessage")[-1].result["message_id"] == answer.id


async def test_an_album_cut_by_a_stop_comes_whole_after_the_start(
    fake: Telegram, tmp_path: Path, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "ALBUM_S", 0.6)
    async with running(fake, tmp_path) as shop:
        await shop.quiet(anna)
        await fake.until(lambda: fake.called("getUpdates"))
        anna.sends_album([PICTURE, a_png(2, 2)])
        await shop.stored(2)
    async with running(fake, tmp_path) as shop:
        await fake.until(lambda: len(anna.chat_with().messages) == 3)
        assert len((await shop.talk(anna))[0].attachments) == 2


@pytest.mark.parametrize("caption", ["", "where is my order"])
@pytest.mark.parametrize(
    ("sends", "phrase"),
    [
        (lambda one, caption: one.sends_video(MP4, caption, size=21 * MEGABYTE), "telegram.file_too_large"),
        (lambda one, caption: one.sends_document(b"%PDF-" + b"x" * MEGABYTE, caption=caption, size=9),
         "telegram.file_too_large"),
        (lambda one, caption: one.sends_document(b"MZ" * 40, "virus.pdf", caption=caption), "widget.file_refused"),
    ],
    ids=["told too large", "found too large", "refused"],
)  # fmt: skip
async def test_what_can_not_be_taken_is_said_in_the_customer_s_language(
    fake: Telegram, tmp_path: Path, sends: Callable[[Person, str], Message], phrase: str, caption: str
) -> None:
    one = fake.user(8, "Айгүл", "kk")
    async with running(fake, tmp_path, limits={"attachment_mb": 1}) as shop:
        heard = {"limit": "1"} if "large" in phrase else {}
        words = shop.app.mind.services.say(phrase, "kk", **heard)
        sent = sends(one, caption)
        await fake.until(lambda: words in sent.chat.texts)
        await shop.quiet(one)
        said = await shop.talk(one)
        assert [message.text for message in said if message.author == "customer"] == [caption] * bool(caption)
        assert [message.text for message in said].count(words) == 1
        assert sent.chat.texts.count(words) == 1
        assert len(sent.chat.messages) == (3 if caption else 2)  # a file alone is answered by these words alone
        assert await rows(shop.app.store, attachments) == []


async def test_telegram_s_own_limit_is_said_too(fake: Telegram, tmp_path: Path, anna: Person) -> None:
    """A local Bot API server tells no size; the refusal comes with the download."""
    fake.sizes.download = 10
    async with running(fake, tmp_path) as shop:
        sent = anna.sends_document(b"%PDF-1.4 and more", size=0)
        fake.world.files[sent.media.file.unique].size = 17  # type: ignore[union-attr]
        await fake.until(lambda: any("up to 10 MB" in text for text in sent.chat.texts))
        await shop.quiet(anna)


async def test_a_download_that_fails_is_tried_again_and_then_said(fake: Telegram, fetching: Shop, anna: Person) -> None:
    fake.faults.next("getFile", Fault.BAD_GATEWAY)
    said = await first_said(fake, fetching, anna.sends_photo(), anna)
    assert len(said.attachments) == 1
    fake.faults.next("getFile", *[Fault.BAD_GATEWAY] * 2)
    sent = anna.sends_photo(caption="one more")
    await fake.until(lambda: any("send it once more" in text for text in sent.chat.texts))
    await fetching.quiet(anna)
    assert [message.text for message in await fetching.talk(anna) if message.author == "customer"] == ["", "one more"]


async def test_of_an_album_the_good_ones_are_kept(fake: Telegram, fetching: Shop, anna: Person) -> None:
    album = anna.sends_album([PICTURE, a_png(2, 2), PICTURE + b"x"], "see")
    album[1].media.file.size = 21 * MEGABYTE  # type: ignore[union-attr]
    await fake.until(lambda: len(album[0].chat.messages) == 5)
    said = await fetching.talk(anna)
    assert len(said[0].attachments) == 2
    assert sum("This file is too large" in message.text for message in said) == 1


# ---- from agents


async def keep(shop: Shop, data: Path, person: Person, content: bytes, name: str) -> Attachment:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return await kept(shop, data).keep("telegram", str(person.id), name, chunks(), 60 * MEGABYTE, shop.app.now())


async def answers(shop: Shop, text: str, *files: Attachment, id: str = "d1") -> None:
    done = await shop.app.tickets.answer(1, Said(1, id, text, files))
    assert isinstance(done, Posted)


async def test_an_agent_s_files_arrive_before_the_words_each_as_what_it_is(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int
) -> None:
    picture = await keep(fetching, tmp_path, anna, PICTURE, "valve.png")
    manual = await keep(fetching, tmp_path, anna, b"%PDF-1.4 manual", "manual.pdf")
    await answers(fetching, "Close *this* valve <first>.", picture, manual)
    chat = anna.chat_with()
    await fake.until(lambda: chat.messages[-1].text == "Close *this* valve <first>.")
    sent = [message.media for message in chat.messages if message.media]
    assert [(media.kind, media.file.content) for media in sent] == [
        ("photo", PICTURE), ("document", b"%PDF-1.4 manual"),
    ]  # fmt: skip
    assert sent[1].file.name == "manual.pdf"


async def test_a_picture_telegram_takes_for_none_goes_as_a_document(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int
) -> None:
    """Too long and thin, and too heavy."""
    thin = await keep(fetching, tmp_path, anna, a_png(9000, 10), "thin.png")
    fake.sizes.photo = MEGABYTE
    heavy = await keep(fetching, tmp_path, anna, PICTURE + b"\0" * 2 * MEGABYTE, "heavy.png")
    await answers(fetching, "", thin, heavy)
    chat = anna.chat_with()
    await fake.until(lambda: [message.media.kind for message in chat.messages if message.media] == ["document"] * 2)


async def test_a_file_that_can_not_be_sent_leaves_its_name(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = await keep(fetching, tmp_path, anna, PICTURE, "lost.png")
    (await kept(fetching, tmp_path).find("telegram", "7", lost.id))[1].unlink()  # type: ignore[index]
    fake.sizes.upload = 1000
    heavy = await keep(fetching, tmp_path, anna, b"%PDF-" + b"x" * 2000, "heavy.pdf")
    await answers(fetching, "See there.", lost, heavy)
    chat = anna.chat_with()
    await fake.until(lambda: chat.texts[-1] == "See there.")
    assert chat.texts[-3:-1] == ["📎 lost.png ✗", "📎 heavy.pdf ✗"]


async def test_a_foreign_file_is_not_sent(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int
) -> None:
    """What belongs to another customer does not go to this one, whoever names it."""
    other = fake.user(9, "Boris")
    await fake.answer_to(other.says("hello"))
    secret = await keep(fetching, tmp_path, other, PICTURE, "secret.png")
    await answers(fetching, "Here.", secret)
    chat = anna.chat_with()
    await fake.until(lambda: chat.texts[-1] == "Here.")
    assert not [message for message in chat.messages if message.media]


async def test_a_long_try_goes_on_behind_what_arrived(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int, ours: Bot
) -> None:
    files = [await keep(fetching, tmp_path, anna, a_png(side, side), f"{side}.png") for side in (2, 3, 4)]
    fake.faults.next("sendPhoto", Fault.BAD_GATEWAY)
    fake.faults.next("sendMessage", Fault.BAD_GATEWAY)
    await answers(fetching, "All three.", *files)
    chat = anna.chat_with()
    for method in ("sendPhoto", "sendMessage"):
        await fake.until(lambda method=method: fake.faults.happened[method, Fault.BAD_GATEWAY])
        await fetching.later(30)
    await fake.until(lambda: chat.texts[-1] == "All three.")
    assert [message.media.file.content for message in chat.messages if message.media] == [
        a_png(side, side) for side in (2, 3, 4)
    ]
