"""What people and networks do to the group, and how the view gets over it. Each has happened to somebody."""

from __future__ import annotations

from functools import partial

import pytest
from prometheus_client import REGISTRY

from bot.storage.tables import copies, desk_threads
from bot.storage.threads import by_hand, forget_topics, most_urgent
from handlers.words import Attachment
from tests.bot.desk.shop import Made, Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import PICTURE, Fault
from tests.fakes.telegram.things import COMMON_RIGHTS


def doubled(kind: str) -> float:
    return REGISTRY.get_sample_value("aftercare_desk_doubled_total", {"kind": kind}) or 0


async def test_a_deleted_topic_is_made_once_more_and_everything_is_shown_again(shop: Shop) -> None:
    number, jana = await shop.ticket("It leaks"), await shop.agent()
    await shop.show()
    await shop.answers(number, jana, "Since when?")
    await shop.show()
    old = shop.topic(number)
    shop.fake.world.delete_topic(old)
    await shop.says("Since May")
    await shop.says("or June")
    await shop.show()
    assert shop.topic(number).id != old.id
    assert shop.texts(number) == ["👤 It leaks\n💬 Jana: Since when?\n👤 Since May\n👤 or June"]
    assert len(shop.fake.called("createForumTopic")) == 2


@pytest.mark.parametrize("what", ["title", "closed", "edit"])
async def test_a_topic_is_found_to_be_gone_by_every_kind_of_call(shop: Shop, what: str) -> None:
    number, jana = await shop.ticket("It leaks"), await shop.agent()
    await shop.show()
    shop.fake.world.delete_topic(shop.topic(number))
    match what:
        case "title":
            await shop.tickets.act(number, "take", jana.id)
        case "closed":
            await shop.tickets.act(number, "close", jana.id)
        case "edit":
            await shop.tickets.edit(1, 1, "It leaks!")
    await shop.show()
    assert shop.topic(number).is_closed is (what == "closed")
    assert shop.texts(number) == ["👤 It leaks!" if what == "edit" else "👤 It leaks"]


async def test_a_topic_renamed_or_closed_by_hand_is_put_right(shop: Shop) -> None:
    number = await shop.ticket()
    await shop.show()
    topic = shop.topic(number)
    name, topic.name, topic.is_closed = topic.name, "Lunch", True
    changed = {"title": "Lunch", "closed": True}
    await shop.store.write(partial(by_hand, group=shop.group.id, topic=topic.id, **changed))
    await shop.show()
    assert topic.name == name
    assert not topic.is_closed


async def test_what_is_as_it_should_be_is_no_trouble(shop: Shop) -> None:
    """TOPIC_NOT_MODIFIED and its like: somebody was quicker, or the answer of an earlier try was lost."""
    number, jana = await shop.ticket(), await shop.agent()
    await shop.show()
    shop.fake.faults.next("editForumTopic", Fault.DROPPED_AFTER)
    shop.fake.faults.next("editMessageText", Fault.DROPPED_AFTER)
    shop.fake.faults.next("closeForumTopic", Fault.DROPPED_AFTER)
    await shop.tickets.act(number, "close", jana.id)
    await shop.show()
    assert shop.topic(number).is_closed
    assert shop.topic(number).name.startswith("🔒")


async def test_a_restart_does_not_put_an_unchanged_card_again_and_again(make_shop: Made) -> None:
    shop = make_shop()
    number = await shop.ticket()
    await shop.show()
    shop = make_shop()
    await shop.says("one more word")
    await shop.show()
    assert shop.topic(number).messages[0].edits == 0
    assert shop.texts(number)[-1] == "👤 one more word"


async def test_a_deleted_card_is_put_anew(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent()
    await shop.show()
    shop.topic(number).messages[0].is_deleted = True
    await shop.tickets.act(number, "take", jana.id)
    await shop.show()
    assert "Taken by: Jana" in shop.topic(number).messages[-1].text


async def test_an_edit_of_a_deleted_post_is_let_go(shop: Shop) -> None:
    number = await shop.ticket()
    await shop.show()
    shop.posts(number)[0].is_deleted = True
    await shop.tickets.edit(1, 1, "other words")
    await shop.show()
    assert shop.texts(number) == []
    assert await rows(shop.store, copies) == []


async def test_a_group_that_moved_is_followed(shop: Shop) -> None:
    number = await shop.ticket("It leaks")
    await shop.show()
    new = shop.group.migrates(-1009)
    await shop.says("still")
    await shop.show()
    shop.group = new
    assert shop.texts(number) == ["👤 It leaks\n👤 still"]
    assert shop.view.group == new.id
    assert [row.group_id for row in await rows(shop.store, desk_threads)] == [new.id]


async def test_a_bot_without_rights_waits_with_growing_pauses_and_goes_on(shop: Shop) -> None:
    shop.group.promote(shop.me, COMMON_RIGHTS - {"can_manage_topics"})
    number = await shop.ticket()
    for _ in range(600):
        await shop.view.work()
        shop.clock.forward(1)
    assert 5 <= len(shop.fake.called("createForumTopic")) <= 8  # 5 s, 10 s, 20 s …, not 200 times
    assert "not enough rights" in (shop.view.barred or "").lower()
    shop.group.promote(shop.me)
    await shop.show(seconds=700)
    assert shop.view.barred is None
    assert len(shop.posts(number)) == 1


async def test_a_bot_that_was_removed_comes_back(shop: Shop) -> None:
    number = await shop.ticket()
    shop.group.kick(shop.me)
    await shop.view.work()
    assert shop.view.barred is not None
    shop.group.promote(shop.me)
    await shop.show()
    assert len(shop.posts(number)) == 1


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.BAD_GATEWAY, Fault.DROPPED_BEFORE])
async def test_what_was_not_done_is_done_later_and_once(shop: Shop, fault: Fault) -> None:
    for method in ("createForumTopic", "sendMessage", "editMessageText", "editForumTopic"):
        shop.fake.faults.next(method, fault)
    number, jana = await shop.ticket("It leaks"), await shop.agent()
    await shop.show()
    await shop.tickets.act(number, "take", jana.id)
    await shop.show()
    assert shop.topic(number).name.startswith("🔵")
    assert len(shop.topic(number).messages) == 2
    assert len(shop.group.topics) == 1


async def test_a_topic_whose_making_got_no_answer_is_taken_when_telegram_tells_of_it(shop: Shop) -> None:
    before = doubled("topic")
    number = await shop.ticket()
    shop.fake.faults.next("createForumTopic", Fault.DROPPED_AFTER)
    await shop.view.work()
    topic = shop.topic(number)
    await shop.view.adopt(number, topic.id, topic.name)
    await shop.show()
    assert len(shop.group.topics) == 1
    assert len(shop.posts(number)) == 1
    assert doubled("topic") == before


async def test_a_topic_that_was_made_twice_is_counted_and_the_empty_one_goes(shop: Shop) -> None:
    before = doubled("topic")
    number = await shop.ticket()
    shop.fake.faults.next("createForumTopic", Fault.DROPPED_AFTER)
    await shop.view.work()
    first = shop.topic(number)
    await shop.show()
    assert doubled("topic") == before + 1
    await shop.view.adopt(number, first.id, first.name)  # Telegram told of it late
    assert first.is_deleted
    assert len(shop.posts(number)) == 1


async def test_a_post_whose_answer_was_lost_may_stand_twice_and_is_counted(shop: Shop) -> None:
    number = await shop.ticket("It leaks")
    await shop.show()
    before = doubled("post")
    shop.fake.faults.next("sendMessage", Fault.DROPPED_AFTER)
    await shop.says("still")
    await shop.show()
    assert shop.texts(number) == ["👤 It leaks", "👤 still", "👤 still"]
    assert doubled("post") == before + 1


async def test_a_crash_between_any_two_steps_loses_nothing(make_shop: Made) -> None:
    """A new process takes one step and ends, again and again."""
    shop = make_shop()
    jana = await shop.agent()
    number = await shop.ticket("It leaks")
    await shop.answers(number, jana, "Since when?")
    photo = await shop.keeps(PICTURE, "leak.png")
    await shop.says("Look", files=[photo])
    for _ in range(40):
        shop = make_shop()
        found = await shop.store.read(partial(most_urgent, group=shop.group.id, besides=()))
        if found is None:
            await shop.view._settle()
        else:
            await shop.view._advance(found)
        shop.clock.forward(11)
    assert shop.texts(number) == ["👤 It leaks\n💬 Jana: Since when?", "👤 Look"]
    assert len(shop.group.topics) == 1


async def test_what_telegram_can_not_read_is_shown_bare(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.telegram.posts.plain", lambda text, language: f"<wrong>{text}")
    number = await shop.ticket("It leaks")
    await shop.show()
    assert shop.texts(number) == ["👤 It leaks"]


async def test_desk_rebuild_makes_all_topics_anew(make_shop: Made) -> None:
    shop = make_shop()
    numbers = [await shop.ticket(f"It leaks {name}", name) for name in ("anna", "ben", "cid")]
    jana = await shop.agent()
    await shop.show()
    await shop.answers(numbers[0], jana, "Since when?")
    await shop.tickets.act(numbers[1], "close", jana.id)
    await shop.show()
    old = list(shop.group.topics.values())
    assert await shop.store.write(forget_topics) == 3
    for topic in old:
        shop.fake.world.delete_topic(topic)
    shop = make_shop()
    await shop.show()
    assert shop.texts(numbers[0]) == ["👤 It leaks anna\n💬 Jana: Since when?"]
    assert shop.topic(numbers[1]).is_closed
    assert len([topic for topic in shop.group.topics.values() if not topic.is_deleted]) == 3


async def test_files_are_posted_and_limits_are_said(shop: Shop) -> None:
    photo = await shop.keeps(PICTURE, "leak.png")
    pdf = await shop.keeps(b"%PDF-1.4 an invoice of thirty-two bytes and more", "invoice.pdf")
    number = await shop.ticket("Here they are", files=[photo, pdf])
    await shop.show()
    first, second = shop.posts(number)
    assert first.media is not None
    assert (first.media.kind, first.caption) == ("photo", "👤 Here they are")
    assert second.media is not None
    assert (second.media.kind, second.media.file.name) == ("document", "invoice.pdf")


async def test_a_picture_telegram_does_not_show_is_a_document_and_a_lost_one_is_told(shop: Shop) -> None:
    shop.fake.sizes.photo = 10
    shown = await shop.keeps(PICTURE, "leak.png")
    lost = await shop.keeps(PICTURE + b"2", "lost.png")
    number = await shop.ticket("Look", files=[shown, lost])
    found = await shop.files.find("website", "anna", lost.id)
    assert found is not None
    found[1].unlink()
    await shop.show()
    first, second = shop.posts(number)
    assert first.media is not None
    assert first.media.kind == "document"
    assert "lost.png can not be shown here" in second.text


async def test_a_file_too_large_for_telegram_is_told(shop: Shop) -> None:
    number = await shop.ticket("Look", files=[Attachment("id", "film.mp4", "video/mp4", 51 * 1024 * 1024)])
    await shop.show()
    assert shop.texts(number) == ["👤 Look\n📎 film.mp4 is too large to be shown here."]
