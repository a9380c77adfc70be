"""The cache of vectors: nothing is encoded twice, and no broken file stops the bot."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from knowledge_base.vectors import VectorCache
from tests.fakes.encoder import HashEncoder

TEXTS = ["printer says no paper", "Как вернуть деньги?", "چاپگر کاغذ ندارد"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.bin"


def test_a_second_start_encodes_nothing_and_answers_the_same(path: Path) -> None:
    first = VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    encoder = HashEncoder()
    second = VectorCache(path).get_or_encode(TEXTS[::-1], encoder)
    assert encoder.seen == []
    np.testing.assert_array_equal(first, second[::-1])


def test_only_what_changed_is_encoded(path: Path) -> None:
    VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    encoder = HashEncoder()
    VectorCache(path).get_or_encode([*TEXTS, "new", "new", " new\n"], encoder)
    assert encoder.seen == ["new"]


def test_rows_are_the_encoders_rows(path: Path) -> None:
    rows = VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert ((rows * HashEncoder().encode(TEXTS)).sum(axis=1) > 1 - 1e-3).all()


def test_no_texts_are_no_rows(path: Path) -> None:
    assert VectorCache(path).get_or_encode([], HashEncoder()).shape == (0, 64)
    assert not path.exists()


def test_another_encoder_never_gets_these_vectors(path: Path) -> None:
    class Renamed(HashEncoder):
        name = "another"

    VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    encoder = Renamed()
    VectorCache(path).get_or_encode(TEXTS, encoder)
    assert encoder.seen == TEXTS


def test_an_encoder_of_another_size_starts_afresh(path: Path) -> None:
    class Wide(HashEncoder):
        dimensions = 128

    VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    assert VectorCache(path).get_or_encode(TEXTS, Wide()).shape == (3, 128)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "json", "not an object", "rows", "text"])
def test_a_broken_file_is_built_again_with_a_warning(path: Path, damage: str) -> None:
    good = VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    path.write_bytes(_damaged(path.read_bytes(), damage))
    encoder = HashEncoder()
    with capture_logs() as logs:
        again = VectorCache(path).get_or_encode(TEXTS, encoder)
    assert [line["event"] for line in logs] == ["vectors_unreadable"]
    assert encoder.seen == TEXTS
    np.testing.assert_array_equal(good, again)
    assert VectorCache(path).get_or_encode(TEXTS, silent := HashEncoder()) is not None
    assert silent.seen == []


def _damaged(raw: bytes, damage: str) -> bytes:
    return {
        "cut": raw[:-7],
        "flipped": raw[:-1] + bytes([raw[-1] ^ 1]),
        "empty": b"",
        "json": b"{}\n" + raw,
        "not an object": b"[1]\n" + raw,
        "rows": raw.replace(b'"rows": 3', b'"rows": 9', 1),
        "text": "привет".encode("cp1251"),
    }[damage]


def test_a_disk_that_refuses_costs_only_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with capture_logs() as logs:
        rows = VectorCache(tmp_path / "file" / "vectors.bin").get_or_encode(TEXTS, HashEncoder())
    assert rows.shape == (3, 64)
    assert "vectors_not_stored" in [line["event"] for line in logs]


def test_a_failing_encoder_leaves_the_file_as_it_was(path: Path) -> None:
    class Broken(HashEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise RuntimeError("out of memory")

    VectorCache(path).get_or_encode(TEXTS, HashEncoder())
    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        VectorCache(path).get_or_encode(["new"], Broken())
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_progress_is_told_to_the_end(path: Path) -> None:
    told: list[tuple[int, int]] = []
    cache = VectorCache(path, lambda done, total: told.append((done, total)))
    cache.get_or_encode([f"text {n}" for n in range(150)], HashEncoder())
    assert told == [(64, 150), (128, 150), (150, 150)]


def test_texts_no_longer_asked_for_are_kept_up_to_a_limit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.vectors._MOST", 2)
    VectorCache(path).get_or_encode(["oldest", "older", "old"], HashEncoder())
    VectorCache(path).get_or_encode(["new"], HashEncoder())
    encoder = HashEncoder()
    VectorCache(path).get_or_encode(["oldest", "older", "old", "new"], encoder)
    assert encoder.seen == ["oldest"]


def test_ten_thousand_vectors_load_quickly(path: Path) -> None:
    class Instant:
        name, dimensions = "instant", 384

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.ones((len(texts), 384), np.float32)

    texts = [f"how do I clean filter number {n}" for n in range(10_000)]
    VectorCache(path).get_or_encode(texts, Instant())
    began = time.thread_time()
    VectorCache(path).get_or_encode(texts, Instant())
    assert time.thread_time() - began < 1
