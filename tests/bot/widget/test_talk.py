"""Writing, reading, choosing: the talk as a customer has it."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.bot.widget.talk import answers, field, open_chat, own, say, texts
from tests.fakes.website import Json, Website

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_is_sent_and_its_answer_shown(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "my washer leaks")
    await expect(answers(page)).to_have_text(["AssistantYou said: my washer leaks"])
    await expect(own(page)).to_have_attribute("data-state", "sent")
    assert await texts(page) == ["my washer leaks", "You said: my washer leaks"]
    assert website.received[0].keys() == {"id", "text", "language"}


async def test_shift_enter_makes_a_line_and_enter_sends(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(1)
    assert website.customer_texts() == ["one\ntwo"]


async def test_enter_that_ends_a_word_of_an_input_method_does_not_send(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await field(page).fill("half a wo")
    await field(page).evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    await expect(own(page)).to_have_count(0)
    await expect(field(page)).to_have_value("half a wo")


async def test_no_visitor_is_made_before_the_first_message(page: Page, website: Website) -> None:
    await open_chat(page, website)
    assert website.visitors == {}
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    assert len(website.visitors) == 1


async def test_a_reload_keeps_the_talk_the_draft_and_the_open_panel(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "first")
    await expect(answers(page)).to_have_count(1)
    await field(page).fill("half a sent")
    await page.reload()
    await expect(answers(page)).to_have_count(1)
    assert await texts(page) == ["first", "You said: first"]
    await expect(field(page)).to_have_value("half a sent")
    await say(page, "second")
    await expect(answers(page)).to_have_count(2)
    await expect(own(page).last).to_have_attribute("data-state", "sent")  # until then the answer may stand above
    assert await texts(page) == ["first", "You said: first", "second", "You said: second"]
    assert len(website.visitors) == 1


async def test_choices_can_be_pressed_under_the_latest_answer_only(page: Page, website: Website) -> None:
    def offer(sent: Json) -> list[Json]:
        return [{"text": "Did this help?", "choices": [{"id": "rate:yes", "label": "Yes"}]}]

    website.answer = offer
    await open_chat(page, website)
    await say(page, "one")
    await expect(page.locator(".choice")).to_have_count(1)
    await say(page, "two")
    await expect(page.locator(".choice")).to_have_count(2)
    await expect(page.locator(".choice").first).to_be_disabled()
    await page.locator(".choice").last.click()
    await expect(own(page)).to_have_count(3)
    await expect(own(page).last.locator(".text")).to_have_text("Yes")
    await expect(page.locator(".choice:disabled")).to_have_count(2)
    assert website.received[-1]["choice"] == "rate:yes"


async def test_typing_shows_until_the_answer_comes(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await website.type()
    await expect(page.locator(".typing")).to_contain_text("The assistant is writing")
    await website.say("Here I am", author="agent")
    await expect(page.locator(".typing")).to_be_empty()
    await expect(page.locator(".turn.agent .who")).to_have_text("Colleague")


async def test_an_edited_message_changes_where_it_stands(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await website.say("Close the tap", author="agent")
    await website.say("And wait", author="agent")
    await expect(answers(page)).to_have_count(3)
    await website.edit(3, "Close the **cold** tap")
    await expect(answers(page).nth(1)).to_contain_text("Close the cold tap")
    await expect(answers(page).nth(1).locator(".who")).to_have_text("Colleague · edited")
    await expect(answers(page)).to_have_count(3)
    await page.reload()
    await expect(answers(page).nth(1).locator(".who")).to_have_text("Colleague · edited")


async def test_the_picker_changes_the_phrases_and_tells_the_bot(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await page.locator("select").select_option("fa")
    await expect(field(page)).to_have_attribute("placeholder", "پرسش خود را بنویسید")
    assert website.visitors == {}, "no talk yet: there is nobody to tell"
    await say(page, "سلام")
    await expect(answers(page)).to_have_count(1)
    await page.locator("select").select_option("en")
    await expect(answers(page)).to_have_count(2)
    assert website.received[-1]["choice"] == "language:en"
    await page.reload()
    await expect(field(page)).to_have_attribute("placeholder", "Write your question")


async def test_too_long_a_message_is_told_and_kept_in_the_field(page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "x" * 4001)
    await expect(page.locator(".note")).to_have_text("This message is too long.")
    await expect(field(page)).to_have_value("x" * 4001)
    assert website.received == []


async def test_a_file_goes_up_with_a_message_and_comes_down_again(page: Page, website: Website) -> None:
    await open_chat(page, website)
    photo = {"name": "label.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload=alert(1)>"}
    await page.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    await expect(page.locator(".chip:not(.busy)")).to_have_text("label.svg")
    await page.locator(".send").click()
    await expect(own(page).locator(".file")).to_contain_text("label.svg")
    await expect(own(page)).to_have_attribute("data-state", "sent")
    async with page.expect_download() as coming:
        await own(page).locator(".file").click()
    download = await coming.value
    assert download.suggested_filename == "label.svg"
    assert website.received[0]["attachments"] == ["file-1"]


async def test_too_large_a_file_never_leaves_the_browser(page: Page, website: Website) -> None:
    await open_chat(page, website)
    video = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"0" * (1024 * 1024 + 1)}
    await page.locator("input[type=file]").set_input_files(video)  # type: ignore[arg-type]
    await expect(page.locator(".note")).to_have_text("This file is too large.")
    assert website.files == {}


async def test_two_tabs_are_one_talk(context: BrowserContext, website: Website) -> None:
    left, right = await context.new_page(), await context.new_page()
    await open_chat(left, website)
    await open_chat(right, website)
    await say(left, "from the left")
    await expect(answers(right)).to_have_count(1)
    await say(right, "from the right")
    await expect(answers(left)).to_have_count(2)
    expected = ["from the left", "You said: from the left", "from the right", "You said: from the right"]
    assert await texts(left) == await texts(right) == expected
    assert len(website.visitors) == 1


async def test_the_token_is_in_no_address_and_no_cookie(context: BrowserContext, page: Page, website: Website) -> None:
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await page.reload()
    await expect(answers(page)).to_have_count(1)
    assert not [url for url in website.seen_urls if "token-" in url]
    assert await context.cookies() == []


async def test_it_talks_where_the_browser_blocks_storage(page: Page, website: Website) -> None:
    blocked = "Object.defineProperty(window, '%s', {get() { throw new DOMException('no', 'SecurityError'); }});"
    await page.add_init_script(blocked % "localStorage" + blocked % "sessionStorage")
    await open_chat(page, website)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await say(page, "again")
    await expect(answers(page)).to_have_count(2)
    assert len(website.visitors) == 1
