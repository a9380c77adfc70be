"""An image on disk of values that take long to build: arrays as they lie in memory, everything else as JSON.

Only values and classes of this project can be in it, so nothing in the file is ever run. The mark says what it was
built from; an image with another mark, or one that is damaged, is as good as none.

Layout: one line of JSON {"mark", "digest", "values", "arrays"}, then the bytes of the arrays. `digest` is the
BLAKE2b of what follows the first line.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGES = ("bot", "handlers", "knowledge_base")  # whose classes may be in an image
ALIGNED = 64  # bytes: numpy works fastest on arrays that begin at such an address


class ImageUnfit(Exception):
    """A value can not be in an image; the message names its type."""


def mark_of(files: Iterable[Path], *more: str) -> str:
    """A mark that changes with the name or the content of any of these files, and with the words."""
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file}\n{len(content)}\n".encode() + content)
    digest.update("\n".join(more).encode())
    return digest.hexdigest()


def write_image(path: Path, mark: str, value: Any) -> None:
    """Replace the image, whole or not at all. Raises `ImageUnfit`, `OSError`."""
    writer = _Writer()
    values = json.dumps(writer.plain(value), ensure_ascii=False, separators=(",", ":")).encode()
    body = values + b"\n" + b"".join(writer.parts)
    head = {"mark": mark, "digest": _digest(body), "values": len(values) + 1, "arrays": writer.arrays}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(json.dumps(head).encode() + b"\n" + body)
    os.replace(file.name, path)


def read_image(path: Path, mark: str) -> Any:
    """The value that was built from `mark`; None where there is no such image."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
            if head["mark"] != mark:
                return None
            body = file.read()
        if _digest(body) != head["digest"]:
            return None
        plain = json.loads(body[: head["values"]])
        return _Reader(memoryview(body[head["values"] :]), head["arrays"]).value(plain)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ImportError):
        return None


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


class _Writer:
    """Turns values into JSON; an object that stands in several places is written once."""

    def __init__(self) -> None:
        self.arrays: list[tuple[str, tuple[int, ...], int]] = []  # type, shape, where it begins
        self.parts: list[bytes] = []
        self._size = 0
        self._seen: dict[int, int] = {}
        self._held: list[Any] = []  # so that no two objects of one image ever have the same id()

    def plain(self, value: Any) -> Any:
        if _simple(value):
            return value
        if isinstance(value, np.ndarray):
            return {"array": self._array(value)}
        if isinstance(value, (list, tuple, frozenset)):
            return {type(value).__name__: [self.plain(item) for item in value]}
        if isinstance(value, Mapping):
            if all(map(_simple, value)) and all(map(_simple, value.values())):
                return {"simple": [list(value), list(value.values())]}
            return {"dict": [[self.plain(name), self.plain(item)] for name, item in value.items()]}
        if isinstance(value, (date, Path)):
            return {"date" if isinstance(value, date) else "path": str(value)}
        return self._object(value)

    def _object(self, value: Any) -> dict[str, Any]:
        kind = type(value)
        if kind.__module__.partition(".")[0] not in PACKAGES:
            raise ImageUnfit(f"{kind.__module__}.{kind.__qualname__} can not be in an image")
        if id(value) in self._seen:
            return {"again": self._seen[id(value)]}
        state = {name: self.plain(item) for name, item in _state(value).items()}
        self._seen[id(value)] = len(self._held)
        self._held.append(value)
        return {"object": f"{kind.__module__}:{kind.__qualname__}", "state": state}

    def _array(self, value: NDArray[Any]) -> int:
        content = np.ascontiguousarray(value).tobytes()
        self.arrays.append((value.dtype.str, value.shape, self._size))
        self.parts.append(content + bytes(-len(content) % ALIGNED))
        self._size += len(self.parts[-1])
        return len(self.arrays) - 1


class _Reader:
    """The other way round. Arrays can not be written to: they are the file's own bytes."""

    def __init__(self, body: memoryview, arrays: list[Any]) -> None:
        self._body, self._arrays = body, arrays
        self._objects: list[Any] = []

    def value(self, plain: Any) -> Any:
        if not isinstance(plain, dict):
            return plain
        name, content = next(iter(plain.items()))
        match name:
            case "array":
                return self._array(*self._arrays[content])
            case "list" | "tuple" | "frozenset":
                kind = {"list": list, "tuple": tuple, "frozenset": frozenset}[name]
                return kind([self.value(item) if isinstance(item, dict) else item for item in content])
            case "simple":
                return dict(zip(*content, strict=True))
            case "dict":
                return {self.value(key): self.value(item) for key, item in content}
            case "date":
                return date.fromisoformat(content)
            case "path":
                return Path(content)
            case "again":
                return self._objects[content]
        return self._object(content, plain["state"])

    def _object(self, name: str, state: dict[str, Any]) -> Any:
        value = object.__new__(_kind(name))
        for field, item in state.items():
            object.__setattr__(value, field, self.value(item) if isinstance(item, dict) else item)
        self._objects.append(value)
        return value

    def _array(self, kind: str, shape: list[int], begin: int) -> NDArray[Any]:
        size = int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(self._body, np.dtype(kind), size, begin).reshape(shape)


def _simple(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int, float))


@cache
def _kind(name: str) -> type[Any]:
    module, _, kind = name.partition(":")
    if module.partition(".")[0] not in PACKAGES:
        raise ValueError(name)
    found: type[Any] = getattr(import_module(module), kind)
    return found


def _state(value: Any) -> dict[str, Any]:
    """What makes up an object: the fields of a dataclass, else its attributes."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return dict(vars(value))
