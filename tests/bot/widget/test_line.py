"""Nothing lost, nothing doubled: the widget behind a line that breaks."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.bot.widget.talk import answers, open_chat, own, say, texts
from tests.fakes.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_dropped_sockets_lose_and_double_nothing(page: Page, website: Website) -> None:
    await open_chat(page, website)
    expected = []
    for number in range(5):
        await say(page, f"message {number}")
        expected += [f"message {number}", f"You said: message {number}"]
        await website.drop_sockets()
    await expect(answers(page)).to_have_count(5)
    await expect(page.locator("[data-state=sent]")).to_have_count(5)
    assert website.customer_texts() == [f"message {number}" for number in range(5)]
    assert sorted(await texts(page)) == sorted(expected)
    await page.reload()
    await expect(answers(page)).to_have_count(5)
    assert await texts(page) == [message["text"] for message in website.visitors["token-1"].messages]


async def test_a_lost_acceptance_repeats_the_same_id_and_shows_one_bubble(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    website.lose_acceptances = 1
    await say(page, "only once")
    await expect(answers(page)).to_have_count(2)
    await expect(own(page).last).to_have_attribute("data-state", "sent")
    assert len(website.received) == 3
    assert website.received[1] == website.received[2]
    assert await texts(page) == ["hello", "You said: hello", "only once", "You said: only once"]


async def test_what_the_bot_says_meanwhile_comes_after_the_break(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    website.is_down = True
    await website.drop_sockets()
    await website.say("said while you were away")
    await expect(page.locator(".note")).to_have_text("No connection. Trying again …", timeout=10_000)
    website.is_down = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(answers(page)).to_have_count(2, timeout=3000)
    await expect(page.locator(".note")).to_be_empty()


async def test_a_message_written_while_the_server_is_away_survives_a_new_page(page: Page, website: Website) -> None:
    await open_chat(page, website)
    website.is_down = True
    await say(page, "do not lose me")
    await expect(own(page)).to_have_attribute("data-state", "sending")
    website.is_down = False
    website.has_sockets = False
    await page.goto(website.url + "?lang=en&other=page")
    await expect(answers(page)).to_have_count(1)
    assert await texts(page) == ["do not lose me", "You said: do not lose me"]
    assert len({sent["id"] for sent in website.received}) == 1


async def test_a_refused_message_says_why_and_goes_with_a_press(page: Page, website: Website) -> None:
    website.refusals = [{"error": "The sentence of the server.", "code": "odd"}]
    await open_chat(page, website)
    await say(page, "hello")
    await expect(own(page)).to_have_attribute("data-state", "failed")
    await expect(own(page).locator(".state")).to_have_text("The sentence of the server.")
    await own(page).get_by_role("button", name="Try again").click()
    await expect(own(page)).to_have_attribute("data-state", "sent")
    assert [sent["id"] for sent in website.received] == [website.received[0]["id"]] * 2
    assert website.customer_texts() == ["hello"]


@pytest.mark.parametrize(
    ("code", "shown"), [("too_many", "You are writing very fast."), ("trouble", "The sentence of the server.")]
)
async def test_what_waiting_cures_goes_again_by_itself(page: Page, website: Website, code: str, shown: str) -> None:
    website.refusals = [{"error": "The sentence of the server.", "code": code, "retry_after": 1}]
    await open_chat(page, website)
    await say(page, "hello")
    await expect(own(page).locator(".state")).to_have_text(shown)
    await expect(own(page)).to_have_attribute("data-state", "sent")
    assert website.customer_texts() == ["hello"]


async def test_a_message_without_an_answer_counts_as_not_sent_until_it_is(page: Page, website: Website) -> None:
    await page.clock.install()
    website.is_down = True
    await page.goto(website.url)  # the server goes away after the page is there
    website.is_down = False
    await page.clock.run_for(16_000)
    await page.locator(".launcher").click()
    website.is_down = True
    await say(page, "hello")
    await page.clock.run_for(12_000)
    await expect(own(page)).to_have_attribute("data-state", "failed")
    website.is_down = False
    await own(page).get_by_role("button", name="Try again").click()
    await page.clock.run_for(2000)
    await expect(own(page)).to_have_attribute("data-state", "sent")
    assert website.customer_texts() == ["hello"]


async def test_without_websocket_it_polls(page: Page, website: Website) -> None:
    website.has_sockets = False
    await open_chat(page, website)
    await say(page, "one")
    await expect(answers(page)).to_have_count(1)
    await website.say("and one more")
    await expect(answers(page)).to_have_count(2)
    await say(page, "two")
    await expect(answers(page)).to_have_count(3)
    await expect(own(page).last).to_have_attribute("data-state", "sent")
    assert await texts(page) == ["one", "You said: one", "and one more", "two", "You said: two"]
    assert website.customer_texts() == ["one", "two"]


async def test_an_unknown_token_is_replaced_once_and_the_message_sent_again(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "to the old server")
    await expect(answers(page)).to_have_count(1)
    website.visitors["token-2"] = website.visitors.pop("token-1")  # the server lost its memory of us
    website.visitors["token-2"].messages.clear()
    await page.reload()
    await say(page, "to the new one")
    await expect(answers(page)).to_have_count(1)
    await expect(own(page).last).to_have_attribute("data-state", "sent")
    assert await texts(page) == ["to the new one", "You said: to the new one"]
    await expect(page.locator(".note")).to_be_empty()


async def test_a_message_of_a_closed_tab_is_sent_by_another(context: BrowserContext, website: Website) -> None:
    left, right = await context.new_page(), await context.new_page()
    await open_chat(left, website)
    await open_chat(right, website)
    await say(right, "hello")
    await expect(answers(left)).to_have_count(1)
    website.is_down = True
    await website.drop_sockets()
    await say(left, "written and gone")
    await expect(own(left)).to_have_count(2)
    await left.close()
    website.is_down = False
    await right.evaluate("dispatchEvent(new Event('online'))")
    await expect(answers(right)).to_have_count(2)
    assert website.customer_texts() == ["hello", "written and gone"]
