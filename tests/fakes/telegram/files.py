"""Files that bots send: uploaded, or named by the file_id of an earlier one."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.call import Call, Upload
from tests.fakes.telegram.images import photo_size
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.sizes import Sizes
from tests.fakes.telegram.things import File, Media

Json = dict[str, Any]


def media_for(call: Call, kind: str, name: str, sizes: Sizes) -> Media:
    """The media of a call's parameter."""
    upload = call.upload(name)
    if upload is not None:
        return uploaded(call, kind, upload, sizes)
    file_id = call.text(name)
    if not file_id:
        raise Refused(f"there is no {kind} in the request")
    return by_id(call, kind, file_id)


def by_id(call: Call, kind: str, file_id: str) -> Media:
    """A file sent before, of the same kind (a document may not become a photo)."""
    if file_id.startswith(("http://", "https://")):
        raise Refused("failed to get HTTP URL content")
    file = call.world.file_of(file_id, call.bot)
    if file.kind != kind:
        raise Refused(f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return Media(kind, file, details(kind, file.content))


def uploaded(call: Call, kind: str, upload: Upload, sizes: Sizes) -> Media:
    size = len(upload.content)
    if not size:
        raise Refused("file must be non-empty")
    if size > sizes.upload:
        raise Refused("", 413)
    if kind == "photo" and size > sizes.photo:
        raise Refused(f'file "{upload.name}" of size {size} bytes is too big for a photo')
    return Media(kind, call.world.add_file(kind, upload.content, upload.name, upload.mime),
                 details(kind, upload.content))  # fmt: skip


def details(kind: str, content: bytes) -> Json:
    """What a kind has beside the file. Lengths are guesses: nobody here listens to the sound."""
    match kind:
        case "photo":
            width, height = photo_size(content)
            return {"width": width, "height": height}
        case "video" | "animation":
            return {"width": 320, "height": 240, "duration": 1}
        case "voice" | "audio":
            return {"duration": 1}
        case "video_note":
            return {"length": 240, "duration": 1}
        case "sticker":
            return {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        case _:
            return {}


def file_public(file: File, sizes: Sizes) -> Json:
    """What `getFile` adds: where the bytes are."""
    if file.size > sizes.download:
        raise Refused("file is too big")
    return {"file_path": file.path}
