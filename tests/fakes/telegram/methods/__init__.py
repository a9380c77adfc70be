"""The methods of the Bot API, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.methods import account, chats, edits, messages, receiving, topics

Method = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Method] = {
    name.lower(): method
    for module in (account, chats, edits, messages, receiving, topics)
    for name, method in module.METHODS.items()
}
