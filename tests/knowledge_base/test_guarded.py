"""The guard round an encoder: no question blocks the bot, whatever the encoder does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.guarded import AsyncEncoder, EncoderBusy, EncoderTimeout
from tests.fakes.encoder import HashEncoder


class Held(HashEncoder):
    """Works only when let go."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.let_go = threading.Event()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.started.set()
        assert self.let_go.wait(5)
        return super().encode(texts)


@pytest.fixture
async def held() -> AsyncIterator[Held]:
    encoder = Held()
    yield encoder
    encoder.let_go.set()


async def test_a_vector_is_the_encoders_own() -> None:
    guarded = AsyncEncoder(HashEncoder())
    vector = await guarded.encode("printer paper")
    np.testing.assert_array_equal(vector, HashEncoder().encode(["printer paper"])[0])
    await guarded.close()


async def test_a_question_asked_again_is_remembered() -> None:
    encoder = HashEncoder()
    guarded = AsyncEncoder(encoder)
    for text in ("printer paper", " printer\n paper", "printer paper"):
        await guarded.encode(text)
    assert encoder.seen == ["printer paper"]
    guarded.forget()
    await guarded.encode("printer paper")
    assert len(encoder.seen) == 2
    await guarded.close()


async def test_the_question_unused_longest_is_forgotten_first() -> None:
    encoder = HashEncoder()
    guarded = AsyncEncoder(encoder, remembered=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        await guarded.encode(text)
    assert encoder.seen == ["a", "b", "c", "b"]
    await guarded.close()


async def test_the_event_loop_stays_free(held: Held) -> None:
    guarded = AsyncEncoder(held)
    task = asyncio.create_task(guarded.encode("slow"))
    await asyncio.to_thread(held.started.wait, 5)
    assert not task.done()
    held.let_go.set()
    assert (await task).shape == (64,)
    await guarded.close()


async def test_a_full_queue_refuses_at_once(held: Held) -> None:
    guarded = AsyncEncoder(held, waiting=2)
    first = asyncio.create_task(guarded.encode("first"))
    await asyncio.to_thread(held.started.wait, 5)
    queued = [asyncio.create_task(guarded.encode(text)) for text in ("second", "third")]
    await asyncio.sleep(0)
    with pytest.raises(EncoderBusy, match="2 questions wait"):
        await guarded.encode("fourth")
    held.let_go.set()
    await asyncio.gather(first, *queued)
    await guarded.close()


async def test_a_question_given_up_is_passed_over(held: Held) -> None:
    guarded = AsyncEncoder(held, seconds=0.05)
    first = asyncio.create_task(guarded.encode("first"))
    await asyncio.to_thread(held.started.wait, 5)
    with pytest.raises(EncoderTimeout):
        await guarded.encode("second")
    with pytest.raises(EncoderTimeout):
        await first
    held.let_go.set()
    await guarded.encode("third")
    assert held.seen == ["first", "third"]
    await guarded.close()


async def test_a_failure_reaches_the_asker_and_the_next_question_is_answered() -> None:
    class Fails(HashEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if "bad" in texts:
                raise RuntimeError("no memory")
            return super().encode(texts)

    guarded = AsyncEncoder(Fails())
    with pytest.raises(RuntimeError, match="no memory"):
        await guarded.encode("bad")
    assert (await guarded.encode("good")).shape == (64,)
    await guarded.close()


async def test_closing_refuses_those_who_wait_and_ends_the_thread(held: Held) -> None:
    guarded = AsyncEncoder(held)
    first = asyncio.create_task(guarded.encode("first"))
    await asyncio.to_thread(held.started.wait, 5)
    second = asyncio.create_task(guarded.encode("second"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(guarded.close())
    with pytest.raises(EncoderBusy, match="closed"):
        await second
    held.let_go.set()
    await closing
    assert (await first).shape == (64,)
    assert not any(thread.name == "encoder" for thread in threading.enumerate())
    with pytest.raises(EncoderBusy, match="closed"):
        await guarded.encode("late")
    await guarded.close()
