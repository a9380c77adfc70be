"""An image gives back what was put in, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.entries import Article, Entry
from knowledge_base.image import ImageUnfit, mark_of, read_image, write_image


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "some.image"


ARTICLE = Article("warranty", "fa", "گارانتی", ("چقدر؟", "چند ماه؟"), (), "متن", date(2026, 1, 2), path=Path("a/fa.md"))


def test_values_come_back_as_they_were(path: Path) -> None:
    value = (
        Entry("warranty", {"fa": ARTICLE}), {("warranty", "fa"): 1, ("a", "b"): 2}, {"plain": -1}, frozenset("ab"),
        [1.5, None, True, "x"], {}, {1: "number"},
    )  # fmt: skip
    write_image(path, "mark", value)
    assert read_image(path, "mark") == value


@pytest.mark.parametrize("kind", ["<i4", "<i8", "<f4", "|b1", "<U2", "<u8"])
@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5), (0, 4), (2, 0)])
def test_arrays_keep_type_shape_and_content(path: Path, kind: str, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).integers(0, 9, shape).astype(kind)
    write_image(path, "mark", [values, values.T])
    first, second = read_image(path, "mark")
    assert first.dtype == values.dtype
    np.testing.assert_array_equal(first, values)
    np.testing.assert_array_equal(second, values.T)


def test_one_object_in_two_places_stays_one(path: Path) -> None:
    entry = Entry("warranty", {"fa": ARTICLE})
    write_image(path, "mark", (entry, [entry]))
    first, (second,) = read_image(path, "mark")
    assert first is second


def test_another_mark_is_no_image(path: Path) -> None:
    write_image(path, "mark", "value")
    assert read_image(path, "other") is None


def test_a_missing_file_is_no_image(path: Path) -> None:
    assert read_image(path, "mark") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-9] + b"x" + content[-8:],
        lambda content: b"",
        lambda content: b"\0" * 100,
        lambda content: content.replace(b'"mark"', b'"dark"', 1),
        lambda content: b"[1]\n" + content,
    ],
)
def test_a_damaged_file_is_no_image(path: Path, damage: Callable[[bytes], bytes]) -> None:
    write_image(path, "mark", [ARTICLE, np.arange(9)])
    path.write_bytes(damage(path.read_bytes()))
    assert read_image(path, "mark") is None


def test_classes_of_others_are_refused(path: Path) -> None:
    with pytest.raises(ImageUnfit, match="random"):
        write_image(path, "mark", [np.random.default_rng(1)])
    assert not path.exists()


def test_a_file_can_not_name_classes_of_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.image.PACKAGES", ("bot", "handlers", "knowledge_base", "fractions"))
    from fractions import Fraction

    class Pretending:
        numerator = 1

    Pretending.__module__, Pretending.__qualname__ = Fraction.__module__, Fraction.__qualname__
    write_image(path, "mark", Pretending())
    monkeypatch.undo()
    assert read_image(path, "mark") is None


def test_a_mark_changes_with_name_content_and_words(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"one")
    second.write_bytes(b"one")
    mark = mark_of([first], "word")
    assert mark == mark_of([first], "word")
    assert len({mark, mark_of([second], "word"), mark_of([first], "other"), mark_of([first, second], "word")}) == 4
    first.write_bytes(b"two")
    assert mark_of([first], "word") != mark
