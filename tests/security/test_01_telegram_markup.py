"""Attack 1 in Telegram: scripts and markup in texts, captions, names of people and of files.

Notices: a text stored in any other form than it was said, a message of ours that Telegram would read as markup of
somebody else's, a file kept under a name with a path or a tag in it.
"""

from __future__ import annotations

from pathlib import Path

from bot.storage.desk import Said
from bot.web.files import Files
from tests.bot.channels.telegram.conftest import Shop
from tests.fakes.telegram import PICTURE, Person, Telegram
from tests.security.polyglots import POLYGLOTS
from tests.security.telegram import answers, unhurt


async def test_what_is_said_is_kept_to_the_letter_and_no_answer_is_refused(fake: Telegram, fetching: Shop) -> None:
    texts = [text.strip() for text in POLYGLOTS if text.strip() and len(text) < 4000]
    people = [fake.user(number, text[:60] or "x", username="x") for number, text in enumerate(texts, 100)]
    for person, text in zip(people, texts, strict=True):
        person.says(text)
    for person, text in zip(people, texts, strict=True):
        await fake.until(lambda person=person: answers(person), 60)
        assert (await fetching.talk(person))[0].text == text.replace("\0", "")
    await unhurt(fake, fetching, people[0], lambda: None, more=0)


async def test_captions_and_names_of_files(fake: Telegram, fetching: Shop, anna: Person) -> None:
    for text in POLYGLOTS[::9]:
        sent = text.strip()[:900]
        await unhurt(fake, fetching, anna, lambda sent=sent: anna.sends_document(PICTURE, name=sent, caption=sent))
    said = [message for message in await fetching.talk(anna) if message.attachments]
    assert len(said) == len(POLYGLOTS[::9])
    for message in said:
        assert not set('<>"/\\\r\n') & set(message.attachments[0].name)


async def test_an_agent_s_words_and_files_bring_no_markup(
    fake: Telegram, fetching: Shop, tmp_path: Path, anna: Person, ticket: int
) -> None:
    async def chunks() -> object:
        yield PICTURE

    files = Files(tmp_path / "attachments", fetching.app.store)
    for number, text in enumerate(POLYGLOTS[::9]):
        kept = await files.keep("telegram", "7", text, chunks(), 10_000, fetching.app.now())  # type: ignore[arg-type]
        said = Said(1, f"d{number}", text[:3000], (kept,))
        before = len(answers(anna))
        await fetching.app.tickets.answer(ticket, said)
        await fake.until(lambda before=before: len(answers(anna)) >= before + 2)
    await unhurt(fake, fetching, anna, lambda: None, more=0)
    marks = {entity["type"] for message in answers(anna)[1:] for entity in message.entities}
    assert not marks & {"bold", "italic", "code", "pre", "text_link", "spoiler", "blockquote"}
