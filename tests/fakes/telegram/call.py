"""One call of a bot: its method, its parameters, its uploads, as they come over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.things import Bot
from tests.fakes.telegram.world import World

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file in the body of a call."""

    name: str
    mime: str
    content: bytes


@dataclass
class Call:
    """What was asked, and afterwards what became of it. Tests read `fake.calls`."""

    world: World
    bot: Bot
    method: str
    values: Mapping[str, str]
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    fault: Fault | None = None
    result: Any = None
    refused: str = ""

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.values.get(name) or default)
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def json(self, name: str) -> Any:
        """A JSON-serialized parameter; None where it was not given."""
        source = self.text(name)
        if not source:
            return None
        try:
            return json.loads(source)
        except ValueError:
            raise Refused(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file of a parameter: in its own field, or in the one it points to."""
        pointed = self.text(name).removeprefix("attach://") if self.text(name).startswith("attach://") else name
        return self.uploads.get(pointed)


async def read_parameters(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """Query, form, multipart or JSON: all are allowed."""
    values = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        return values | {key: as_text(value) for key, value in body.items()}, {}
    uploads: dict[str, Upload] = {}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[key] = Upload(value.filename, value.content_type, value.file.read())
        else:
            values[key] = value if isinstance(value, str) else bytes(value).decode()
    return values, uploads


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
