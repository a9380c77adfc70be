"""The door of the website: numbered messages over HTTP and WebSocket.

Nothing is pushed through the outbox: the browser fetches by number and says how far it has read, so a message is
shown once however often the line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.ports import Inbound, Posted, storable
from bot.storage.conversations import posted_to_json
from handlers.words import Attachment, Message

NAME = "website"
TEXT_LIMIT = 20_000
PUSHES = False

CHOICE_LIMIT = 64  # bytes
FILES_LIMIT = 10  # attachments of one message
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def inbound(raw: dict[str, Any], visitor: str = "", files: Sequence[Attachment] = (), origin: str = "") -> Inbound:
    """The body of `POST /api/v1/messages` as an Inbound. What it does not name is ignored. Raises ValueError."""
    if not isinstance(raw, dict):
        raise ValueError("the body must be a JSON object")
    id, text, choice = raw.get("id"), raw.get("text"), raw.get("choice")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise ValueError("id: write 1 to 64 characters of A-Z a-z 0-9 . _ : -, made by the client, new per message")
    if text is not None and not isinstance(text, str):
        raise ValueError("text: must be a string")
    if choice is not None and not _is_choice(choice):
        raise ValueError(f"choice: must be the id of an offered choice, at most {CHOICE_LIMIT} bytes")
    said = storable(text or "")
    if not said.strip() and choice is None and not files:
        raise ValueError("give at least one of text, choice, attachments")
    language = raw.get("language")
    hint = language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else None
    message = Message(said, choice, tuple(files), hint, origin)
    return Inbound(NAME, visitor, f"{visitor}:{id}", message)


def attachment_ids(raw: dict[str, Any]) -> list[str]:
    """The ids of attachments a body names. Raises ValueError."""
    ids = raw.get("attachments")
    if ids is None:
        return []
    if not isinstance(ids, list) or len(ids) > FILES_LIMIT or not all(isinstance(id, str) for id in ids):
        raise ValueError(f"attachments: must be a list of at most {FILES_LIMIT} ids from POST /api/v1/attachments")
    return ids


def outbound(message: Posted) -> dict[str, Any]:
    """A message as the public contract writes it."""
    return posted_to_json(message)


def _is_choice(choice: Any) -> bool:
    return isinstance(choice, str) and choice.isprintable() and 0 < len(choice.encode()) <= CHOICE_LIMIT
