"""Attack 34: files that run code when they are read. Nothing we read or write is a pickle, and no code of ours could
open one; and there is no administration over HTTP that would have to be closed.

Notices: pickle and its kin, numpy with `allow_pickle`, YAML that makes objects, eval, and a route nobody meant to open.
"""

from __future__ import annotations

import ast
import io
import pickle
import pickletools
from pathlib import Path

import aiohttp
import numpy as np
import pytest

import bot
from knowledge_base.vectors import VectorCache
from tests.fakes.encoder import HashEncoder
from tests.fakes.site import CERTAIN, PNG, Site, Visitor

ROOT = Path(bot.__path__[0]).parent
SOURCES = [path for package in ("bot", "handlers", "knowledge_base") for path in sorted((ROOT / package).rglob("*.py"))]
FORBIDDEN = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "jsonpickle"}
CALLS = {"eval", "exec", "unsafe_load", "full_load"}


def names_in(path: Path) -> set[str]:
    """Modules imported and functions called in a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module).partition(".")[0], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.add(node.func.attr)
    return found


def test_no_code_of_ours_opens_what_could_run() -> None:
    assert len(SOURCES) > 50
    assert {str(path): found for path in SOURCES if (found := names_in(path) & (FORBIDDEN | CALLS))} == {}


def test_numpy_is_never_allowed_to_unpickle() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "load":
                allowed = [word.value for word in node.keywords if word.arg == "allow_pickle"]
                numpy = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
                assert not numpy or (allowed and getattr(allowed[0], "value", True) is False), path
        assert "allow_pickle=True" not in path.read_text("utf-8")


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.trace), "w")


def test_a_cache_somebody_replaced_is_only_data(tmp_path: Path) -> None:
    file, trace = tmp_path / "vectors.bin", tmp_path / "ran"
    npy = io.BytesIO()
    np.save(npy, np.array([Bomb(trace)], dtype=object), allow_pickle=True)
    header = b'{"format": "aftercare vectors 1", "dimensions": 64, "rows": 1, "crc32": 0}\n'
    for planted in (pickle.dumps(Bomb(trace)), npy.getvalue(), header + pickle.dumps(Bomb(trace))):
        file.write_bytes(planted)
        assert VectorCache(file).get_or_encode(["hello"], HashEncoder()).shape == (1, 64)
        assert not trace.exists()


async def test_what_the_bot_writes_is_no_pickle(site: Site, visitor: Visitor, tmp_path: Path) -> None:
    await visitor.hear(await visitor.say(CERTAIN))
    await visitor.upload(PNG)
    VectorCache(tmp_path / "vectors.bin").get_or_encode(["hello"], HashEncoder())
    written = [path for folder in (site.data, tmp_path) for path in folder.rglob("*") if path.is_file()]
    assert len(written) >= 3
    for path in written:
        with pytest.raises(ValueError, match=r"."):
            list(pickletools.genops(path.read_bytes()))


@pytest.mark.parametrize("path", ["/admin", "/api/v1/admin", "/desk", "/debug", "/console", "/api/v1/agents", "/.env"])
async def test_there_is_no_open_administration(http: aiohttp.ClientSession, path: str) -> None:
    for method in ("GET", "POST"):
        async with http.request(method, path) as response:
            assert response.status in (401, 403, 404)
