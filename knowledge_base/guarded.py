"""An encoder behind a guard: off the event loop, in one thread, with a bounded queue and a time limit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder
from knowledge_base.prepare import prepare
from knowledge_base.vectors import content_key

Vector = NDArray[np.float32]


class EncoderBusy(Exception):
    """Too many questions wait for the encoder; answer this one by its words."""


class EncoderTimeout(Exception):
    """The encoder took too long over a question; answer it by its words."""


@dataclass(frozen=True, slots=True)
class _Job:
    text: str
    vector: Future[Vector] = field(default_factory=Future)


class AsyncEncoder:
    """Vectors of questions for one event loop. Close it, or its thread waits for ever.

    waiting: questions that may queue; seconds: longest wait for an answer, queueing included;
    remembered: vectors kept for questions asked again, by a hash of the text, never the text.
    """

    def __init__(self, encoder: Encoder, *, waiting: int = 64, seconds: float = 2.0, remembered: int = 4096) -> None:
        self._encoder = encoder
        self._seconds = seconds
        self._remembered = remembered
        self._known: OrderedDict[bytes, Vector] = OrderedDict()
        self._jobs: queue.Queue[_Job | None] = queue.Queue(waiting)
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    async def encode(self, text: str) -> Vector:
        """The vector of one question, shape (dimensions,), length 1; do not change it.

        Raises EncoderBusy at once where the queue is full or the encoder closed, EncoderTimeout after the
        limit, and whatever the encoder raises.
        """
        prepared = prepare(text)
        key = content_key(self._encoder.name, prepared)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        vector = await self._wait(self._submit(prepared))
        self._remember(key, vector)
        return vector

    def forget(self) -> None:
        """Drop every remembered vector, as the erasure of a customer asks."""
        self._known.clear()

    async def close(self) -> None:
        """Stop the thread after the question it works on; those still waiting hear EncoderBusy."""
        self._closed = True
        while not self._jobs.empty():
            self._refuse_next()
        self._jobs.put_nowait(None)
        await asyncio.to_thread(self._thread.join, self._seconds)

    def _submit(self, text: str) -> Future[Vector]:
        job = _Job(text)
        try:
            if self._closed:
                raise EncoderBusy("the encoder is closed")
            self._jobs.put_nowait(job)
        except queue.Full:
            raise EncoderBusy(f"{self._jobs.maxsize} questions wait for the encoder") from None
        return job.vector

    async def _wait(self, vector: Future[Vector]) -> Vector:
        """A question given up is cancelled, so that the thread passes over it."""
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(vector)
        except TimeoutError:
            raise EncoderTimeout(f"no vector within {self._seconds} s") from None

    def _remember(self, key: bytes, vector: Vector) -> None:
        self._known[key] = vector
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def _refuse_next(self) -> None:
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:  # the thread was quicker
            return
        if job is not None and job.vector.set_running_or_notify_cancel():
            job.vector.set_exception(EncoderBusy("the encoder is closed"))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.vector.set_running_or_notify_cancel():
                self._run(job)

    def _run(self, job: _Job) -> None:
        try:
            job.vector.set_result(self._encoder.encode([job.text])[0])
        except Exception as error:  # an asker must hear of any failure, and the thread must live on
            job.vector.set_exception(error)
