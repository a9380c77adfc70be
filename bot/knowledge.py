"""The knowledge base in service: loaded, searched, and kept in step with its files."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import structlog

from bot import metrics
from bot.images import kept, mark_of_knowledge
from bot.logs import place
from bot.memory import give_back
from handlers.detector import Detector
from handlers.services import Found, Page
from knowledge_base.calibration import Calibration
from knowledge_base.decision import Answer
from knowledge_base.encoder import Encoder, EncoderMissing, load_encoder
from knowledge_base.entries import Entry
from knowledge_base.flows import Flow, StepWords, Words
from knowledge_base.folder import Library, read_folder
from knowledge_base.guarded import AsyncEncoder, EncoderBusy, EncoderTimeout, Vector
from knowledge_base.index import Index
from knowledge_base.products import Products
from knowledge_base.rendering import Renderer, linked_entries
from knowledge_base.vectors import Progress, VectorCache

WATCH_S = 0.4
ANSWERS_KEPT = 4_096  # questions whose answer is remembered until the next load
RUNNERS_UP = 3

FilesState = tuple[tuple[str, int, int], ...]  # name, time of change in nanoseconds, size

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Live:
    """One loaded state of the knowledge base; replaced as a whole, so that no question sees half of two."""

    library: Library
    entries: Mapping[str, Entry]
    index: Index
    detector: Detector


class Knowledge:
    """Searches the live state. `load` makes the first one; `run` loads the encoder and watches the files."""

    def __init__(
        self,
        path: Path,
        cache: Path,
        renderer: Renderer,
        languages: Sequence[str],
        encoder: str,
        phrases: Callable[[str], Sequence[str]],
    ) -> None:
        self._path, self._cache, self._renderer = path, cache, renderer
        self._languages, self._encoder_name, self._phrases = tuple(languages), encoder, phrases
        self._encoder: Encoder | None = None
        self._guard: AsyncEncoder | None = None
        self._live: Live | None = None
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()  # by a hash, not by the question itself
        self._pages: dict[tuple[str, str], Page] = {}  # rendered, until the next load
        self._steps: dict[tuple[str, str], str] = {}  # the same of flows: language and words as they stand in the file
        self._seen: FilesState = ()
        self._first: Library | None = None  # what `load` found, as long as the images are of it
        self._mark = ""  # of what the first state was built from

    @property
    def live(self) -> Live:
        if self._live is None:
            raise RuntimeError("the knowledge base was asked before it was loaded")
        return self._live

    @property
    def loaded(self) -> bool:
        """Whether questions can be answered."""
        return self._live is not None

    @property
    def encoder_ready(self) -> bool:
        """Whether questions reach the sentence encoder."""
        return self.live.index.dense is not None

    def load(self) -> Live:
        """Read the files and build the index. CPU-bound: run it in a thread once the bot serves.

        The first time it is enough to read the image of an earlier start, where nothing has changed since.
        """
        self._seen = self.state_of_files()  # before reading: what changes from now on is seen as a change
        if self._live is not None:
            return self._build(self._read(), self._encoder)
        words = [*self._languages, *(f"{name} {value}" for name, value in self._renderer.company.items())]
        self._mark = mark_of_knowledge(self._path, calibration_file(self._cache), words)
        live = kept(self._cache / "lexical.image", self._mark, Live, lambda: self._build(self._read(), None))
        self._first = live.library
        return live

    def _read(self) -> Library:
        return read_folder(self._path, self._renderer, self._live.library if self._live is not None else None)

    def _build(self, library: Library, encoder: Encoder | None, progress: Progress | None = None) -> Live:
        index = self._index(library, encoder, progress)
        return Live(library, _by_slug(library), index, Detector.train(self._samples(library)))

    def _index(
        self, library: Library, encoder: Encoder | None, progress: Progress | None = None, before: Index | None = None
    ) -> Index:
        vectors = VectorCache(self._cache / "vectors.bin", progress)
        calibration, products = stored_calibration(self._cache), Products.learn(library.products)
        return Index.build(library.entries, encoder, vectors, calibration, before=before, products=products)

    def install(self, live: Live) -> None:
        """Make a state the live one, at once."""
        self._swap(live)
        metrics.KNOWLEDGE_ENTRIES.set(len(live.entries))
        metrics.KNOWLEDGE_PROBLEMS.set(len(live.library.problems))
        for problem in live.library.problems:
            log.error("article_broken", action="load", file=str(problem.path), line=problem.line, why=problem.sentence)
        log.info("knowledge_loaded", action="load", entries=len(live.entries), dense=live.index.dense is not None)

    def _swap(self, live: Live) -> None:
        self._live = live
        self._answers.clear()
        self._pages.clear()
        self._steps.clear()

    async def run(self) -> None:
        """Load the encoder off the start path, and watch the files meanwhile, until cancelled."""
        await asyncio.to_thread(self.live.index.mender.warm)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            await self.start_encoder()
            give_back()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            now = await asyncio.to_thread(self.state_of_files)
            if now != self._seen:
                self._seen = now
                await self.reload()

    async def reload(self) -> None:
        """Read the files again and swap; a folder that can not be read at all leaves everything as it is.

        The new words are shown at once, found a moment later by an index that takes over what the last one learned,
        and from then on by one that learned from them.
        """
        try:
            library = await asyncio.to_thread(self._read)
            self._swap(replace(self.live, library=library, entries=_by_slug(library)))
            quick = await asyncio.to_thread(self._index, library, self._encoder, before=self.live.index)
            if self.live.library is library:
                self._swap(replace(self.live, index=quick))
            await self._build_index()
        except Exception as error:
            log.error("reload_failed", action="load", error=type(error).__name__, where=place(error))

    async def _build_index(self) -> None:
        """Build for what is shown now and install it; again where the files or the encoder changed meanwhile."""
        while True:
            library, encoder = self.live.library, self._encoder
            live = await asyncio.to_thread(self._build, library, encoder)
            await asyncio.to_thread(live.index.mender.warm)
            if self.live.library is library and self._encoder is encoder:
                self.install(live)
                return

    def state_of_files(self) -> FilesState:
        """Name, time and size of every file of the knowledge base: differs when anything changed."""
        folders = [*_folders(self._path / "articles"), *_folders(self._path / "flows"), str(self._path / "products")]
        return tuple(state for folder in sorted(folders) for state in _state(folder))

    async def start_encoder(self, progress: Progress | None = None) -> None:
        """Load the encoder and the vectors of the knowledge base; without it answers stay lexical."""
        if self._encoder_name == "none":
            return
        try:
            encoder = await asyncio.to_thread(load_encoder, self._encoder_name, self._cache)
        except EncoderMissing as missing:
            metrics.ENCODER_UP.set(0)
            log.warning("encoder_missing", action="encoder", why=str(missing))
            return
        library = self.live.library
        build = partial(self._build, library, encoder, progress)
        if library is self._first:
            mark = f"{self._mark} {encoder.name}"
            build = partial(kept, self._cache / "whole.image", mark, Live, build)
        live = await asyncio.to_thread(build)
        await asyncio.to_thread(live.index.mender.warm)
        self._encoder = encoder
        if self.live.library is library:
            self.install(live)
        else:  # edited while the vectors were made; most of them serve the new texts too
            await self._build_index()
        self._guard = AsyncEncoder(encoder)
        metrics.ENCODER_UP.set(1)

    async def close(self) -> None:
        """Stop the encoder's thread."""
        if self._guard is not None:
            await self._guard.close()

    async def ask(self, question: str, language: str) -> Answer:
        """The best entry for a question. Equal questions get equal answers, remembered or not."""
        started, live = time.perf_counter(), self.live
        mark = hashlib.blake2b(f"{language}\n{question}".encode("utf-8", "replace"), digest_size=16).digest()
        answer, stage = self._answers.get(mark), "remembered"
        if answer is not None:
            self._answers.move_to_end(mark)
        else:
            answer, stage = await self._searched(live.index, question, language)
            if stage != "words" and live is self._live:  # with the encoder the next answer may be better
                self._answers[mark] = answer
                if len(self._answers) > ANSWERS_KEPT:
                    self._answers.popitem(last=False)
        metrics.SEARCH_SECONDS.labels(stage).observe(time.perf_counter() - started)
        return answer

    async def _searched(self, index: Index, question: str, language: str) -> tuple[Answer, str]:
        """The answer, and how: the lexical stage was sure, the encoder was asked, or words had to do without it."""
        sure = index.lexical_answer(question, language)
        if sure is not None:
            return sure, "lexical"
        vector = await self._vector(index, question, language)
        return index.weighed(question, language, vector), "words" if vector is None else "encoder"

    async def _vector(self, index: Index, question: str, language: str) -> Vector | None:
        """The question's vector; None where words have to do."""
        if self._guard is None or index.dense is None:
            return None
        try:
            return await self._guard.encode(index.query_text(question, language))
        except (EncoderBusy, EncoderTimeout) as error:
            metrics.ENCODER_FAILED.labels(type(error).__name__).inc()
        except Exception as error:
            metrics.ENCODER_FAILED.labels("error").inc()
            log.error("encoder_failed", action="encoder", error=type(error).__name__, where=place(error))
        return None

    async def search(self, question: str, language: str) -> Found:
        """What the search says, in the words of the topics."""
        answer = await self.ask(question, language)
        offered = answer.suggestions or answer.ranking[1 : 1 + RUNNERS_UP]
        if answer.decision == "abstain":
            offered = ()
        return Found(answer.decision, answer.confidence, answer.entry, tuple(offered))

    def page(self, entry: str, language: str) -> Page | None:
        """An entry's text, in this language where it exists, else in the default language, else in any."""
        page = self._pages.get((entry, language))
        if page is None and (found := self.live.entries.get(entry)) is not None:
            page = self._pages[(entry, language)] = self._rendered(found, language)
        return page

    def flow(self, slug: str) -> Flow | None:
        """A troubleshooting flow; None where there is none (any more)."""
        return self.live.library.flows.get(slug)

    def flows_beside(self, entry: str) -> list[Flow]:
        """The flows offered beside an entry, that of its own name first."""
        flows = self.live.library.flows
        own = [flows[entry]] if entry in flows else []
        return own + [flow for flow in flows.values() if entry in flow.beside and flow.slug != entry]

    def flow_words(self, flow: Flow, language: str) -> Words:
        """The words of a flow, in this language where it has them, else in the default language, else in any."""
        spoken = next((one for one in (language, *self._languages) if one in flow.words), min(flow.words))
        words = flow.words[spoken]
        return replace(words, intro=self._filled(spoken, words.intro))

    def step(self, flow: Flow, step: str, language: str) -> StepWords:
        """What a step says; empty where it has no words."""
        words = self.flow_words(flow, language)
        found = words.steps.get(step, StepWords())
        return replace(found, text=self._filled(words.language, found.text))

    def _filled(self, language: str, text: str) -> str:
        """Words of a flow with their values; kept, because rendering takes milliseconds and a step is shown again."""
        if (language, text) not in self._steps:
            self._steps[(language, text)] = self._renderer.fill(language, text)
        return self._steps[(language, text)]

    def _rendered(self, entry: Entry, language: str) -> Page:
        article = entry.article(language, *self._languages)
        return Page(
            entry.slug, article.version, article.language, article.title, self._renderer.text(article),
            linked_entries(article.body), article.checked,
        )  # fmt: skip

    def _samples(self, library: Library) -> dict[str, list[str]]:
        """Texts from which the detector learns each language: the phrases, and what people ask."""
        samples = {language: list(self._phrases(language)) for language in self._languages}
        for entry in library.entries:
            for language, article in entry.articles.items():
                if language in samples:
                    samples[language] += [article.title, *article.questions]
        return samples


def _folders(path: Path) -> list[str]:
    """The folders in a folder; none where it is gone, or being replaced as a whole."""
    try:
        return [entry.path for entry in os.scandir(path) if entry.is_dir()]
    except OSError:
        return []


def _state(folder: str) -> list[tuple[str, int, int]]:
    """Files of a folder; looked at twice a second, so with scandir, which is ten times as quick as pathlib."""
    found = []
    try:
        for entry in os.scandir(folder):
            stat = entry.stat()
            found.append((entry.path, stat.st_mtime_ns, stat.st_size))
    except OSError:  # vanished between listing and looking: the next look tells
        return []
    return sorted(found)


def _by_slug(library: Library) -> dict[str, Entry]:
    return {entry.slug: entry for entry in library.entries}


def stored_calibration(cache: Path) -> Calibration | None:
    """What `kb calibrate` stored; None where it never ran."""
    path = calibration_file(cache)
    return Calibration.load(path) if path.is_file() else None


def calibration_file(cache: Path) -> Path:
    """Where `kb calibrate` stores its thresholds: beside the cache, which may be thrown away at any time."""
    return cache.parent / "calibration.json"
