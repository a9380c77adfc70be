"""What stands under a message: checked as Telegram checks it."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.telegram.refusals import Refused

Json = dict[str, Any]
MOST_BUTTONS, MOST_IN_ROW, DATA_BYTES, MARKUP_BYTES = 100, 8, 64, 10_000
ACTIONS = {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
           "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}  # fmt: skip
HTTP = re.compile(r"(?:(?:https?|tg)://)?[^\s/]+\.[^\s/]+(?:/\S*)?|tg://\S+")


def read_markup(source: str) -> Json:
    """The `reply_markup` of a call; an empty one is none."""
    if not source:
        return {}
    try:
        markup = json.loads(source)
    except ValueError:
        raise Refused("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise Refused("object expected as reply markup")
    return markup


def read_keyboard(source: str) -> list[list[Json]]:
    """The inline keyboard of a call: rows of buttons, none where there is none."""
    rows = read_markup(source).get("inline_keyboard") or []
    buttons = [button for row in rows for button in row]
    for button in buttons:
        check(button)
    too_wide = any(len(row) > MOST_IN_ROW for row in rows)
    if too_wide or len(buttons) > MOST_BUTTONS or len(source.encode()) > MARKUP_BYTES:
        raise Refused("reply markup is too long")
    return [row for row in rows if row]


def check(button: Json) -> None:
    """One button has words and exactly one thing to do."""
    trouble = "can't parse inline keyboard button: "
    if not isinstance(button.get("text"), str):
        raise Refused(f'{trouble}Can\'t find field "text"')
    if not button["text"].strip():
        raise Refused(f"{trouble}Text buttons must be non-empty" if "url" in button else "BUTTON_TEXT_INVALID")
    if not ACTIONS & button.keys():
        raise Refused(f"{trouble}Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= DATA_BYTES:
        raise Refused("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not HTTP.fullmatch(url):
        raise Refused(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
