"""The search: lexical stage, dense stage, fusion, confidence, decision. Pure and deterministic once built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from knowledge_base.bm25 import Bm25
from knowledge_base.boundary import Boundary
from knowledge_base.building import boundary_of, dense_of, exact_of, keys_of, model_of
from knowledge_base.calibration import Calibration
from knowledge_base.certainty import Setting, signs
from knowledge_base.classifier import Classifier
from knowledge_base.decision import RANKING, SUGGESTIONS, Answer, Ranked
from knowledge_base.dense import FEW, DenseIndex
from knowledge_base.encoder import Encoder
from knowledge_base.entries import Entry
from knowledge_base.evidence import Evidence, evidence
from knowledge_base.explain import Reason, reason
from knowledge_base.lexical import LexicalIndex
from knowledge_base.mending import Mender
from knowledge_base.phrases import Phrases, shipped
from knowledge_base.products import Products
from knowledge_base.scoring import Found, Parts, fuse, strongest
from knowledge_base.text import key
from knowledge_base.vectors import VectorCache

Floats = NDArray[np.float32]
OTHER = 1.5  # score an entry loses where the question names another product than those it is about
ABSENT = 0.45  # share of what its words can be worth that an entry gains which nobody wrote in the question's language,
# among others that are: it can not have them
SURE = 0.98  # confidence of a question that is in the knowledge base word for word
ALIKE = 96.0  # ratio of two keys (0..100) from which they are the same wording with a slip of the finger
LONG = 16  # characters of a key from which a slip can be told from another word
NEAR = 0.6  # cosine from which it is worth looking for a slip
APART = 0.25  # how far before the next entry such a question must be
CANDIDATES = 64  # entries that may be best by characters, where there are too many to compare all


@dataclass(frozen=True, slots=True)
class Index:
    """A knowledge base ready to be asked."""

    entries: tuple[Entry, ...]
    texts: tuple[str, ...]  # everything that speaks for an entry, entry by entry
    keys: tuple[str, ...]  # of texts, folded
    exact: Mapping[str, int]  # key of a title or question -> its entry; -1 where several claim it
    short: NDArray[np.bool_]  # (texts,) titles and questions, not passages
    learned: NDArray[np.int32]  # (entries,) titles and questions the model learned from; none without a model
    lexical: LexicalIndex
    bm25: Bm25
    dense: DenseIndex | None
    model: Classifier | None
    boundary: Boundary | None
    calibration: Calibration
    mender: Mender
    products: Products
    about: tuple[tuple[str, ...], ...]  # (entries,) products an entry is about; empty means all

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        encoder: Encoder | None = None,
        vectors: VectorCache | None = None,
        calibration: Calibration | None = None,
        phrases: Phrases | None = None,
        before: Index | None = None,
        products: Products | None = None,
    ) -> Index:
        """Build from entries; CPU-bound, so run it in a thread. Without an encoder it answers lexically.

        `before`: an index of much the same entries. What it learned is used, which takes a fraction of the time; the
        answers are near those of a whole build, not the same.
        """
        items = evidence(entries)
        keys = keys_of(items, before)
        lexical = LexicalIndex.build(items, keys, len(entries))
        short = np.array([item.kind != "body" for item in items], dtype=np.bool_)
        dense, stray = None, np.zeros((0, 0), np.float32)
        if encoder is not None and items:
            dense, stray = dense_of(items, lexical.first, phrases or shipped(), encoder, vectors)
        model = model_of(entries, lexical, short, dense, stray, before)
        learned = np.bincount(lexical.owners[short], minlength=len(entries)) * (model is not None)
        return cls(
            entries=tuple(entries),
            texts=tuple(item.text for item in items),
            keys=keys,
            exact=exact_of(items, keys),
            short=short,
            learned=learned.astype(np.int32),
            lexical=lexical,
            bm25=Bm25.build(items, keys),
            dense=dense,
            model=model,
            boundary=boundary_of(dense, stray, before),
            calibration=calibration or Calibration.default(),
            mender=before.mender if before else Mender.learn(entries),
            products=products or Products(),
            about=tuple(_about(entry) for entry in entries),
        )

    def query_text(self, text: str, language: str | None = None) -> str:
        """The question as the encoder should get it: its vector is what `answer` expects."""
        return self.mender.mend(text, language).text

    def lexical_answer(self, text: str, language: str | None) -> Answer | None:
        """An answer where the question is there word for word, or but for a slip; else None."""
        folded = key(text, language)
        if not folded or not self.entries:
            return None
        owner = self.exact.get(folded, None)
        if owner is None:
            folded = key(self.query_text(text, language), language)
            owner = self.exact.get(folded, None)
        if owner is None:
            owner = self._slip(folded, language)
        if owner is None or owner < 0:
            return None
        others = self.bm25.scores(folded, language, len(self.entries))
        others[owner] = np.inf
        ranking = _best(others, RANKING)
        slugs = tuple(self.entries[number].slug for number in ranking)
        shown = self._language(owner, language)
        return Answer(slugs[0], shown, SURE, "answer", (), slugs, skipped_encoder=True)

    def answer(self, text: str, language: str | None, vector: Floats | None) -> Answer:
        """The whole cascade; without a vector (no encoder) what characters tell."""
        return self.lexical_answer(text, language) or self.weighed(text, language, vector)

    def weighed(self, text: str, language: str | None, vector: Floats | None) -> Answer:
        """The cascade behind the lexical stage, for a question of which that was not sure."""
        found = self.find(text, language, vector)
        if found is None:
            return Answer(None, None, 0.0, "abstain", (), (), skipped_encoder=False)
        confidence = self._confidence(found, language)
        decision = self.calibration.thresholds.decide(confidence)
        numbers = found.parts.entries[found.order[:RANKING]]
        slugs = tuple(self.entries[number].slug for number in numbers)
        offered = slugs[:SUGGESTIONS] if decision == "suggest" else ()
        top = None if decision == "abstain" else slugs[0]
        shown = None if top is None else self._language(int(numbers[0]), language)
        return Answer(top, shown, confidence, decision, offered, slugs, skipped_encoder=False)

    def rank(self, text: str, language: str | None, vector: Floats | None, limit: int = RANKING) -> tuple[Ranked, ...]:
        """The best entries with what each stage says of them, best first."""
        found = self.find(text, language, vector)
        if found is None:
            return ()
        parts = found.parts
        return tuple(
            Ranked(
                self.entries[parts.entries[place]].slug,
                float(found.scores[place]),
                float(parts.lexical[place]),
                float(parts.dense[place]),
                float(parts.logits[place]),
            )
            for place in found.order[:limit]
        )

    def signs(self, text: str, language: str | None, vector: Floats | None) -> dict[str, float] | None:
        """Signs of certainty, as calibration learns from them; None where there is nothing to compare."""
        found = self.find(text, language, vector)
        return None if found is None else self._signs(found, language)

    def explain(
        self, text: str, language: str | None, vector: Floats | None, limit: int = RANKING
    ) -> tuple[Reason, ...]:
        """The ranking with its reasons, best first; empty for a question without words."""
        found = self.find(text, language, vector)
        return () if found is None else tuple(reason(self, found, int(place)) for place in found.order[:limit])

    def find(self, text: str, language: str | None, vector: Floats | None) -> Found | None:
        """Everything the stages found out; None for a question without words."""
        mended = self.mender.mend(text, language)
        language, folded = mended.language, key(mended.text, mended.language)
        query = self.lexical.query(folded)
        direction = self.dense.space.direction(vector, language) if self.dense and vector is not None else None
        if not self.entries or (direction is None and not len(query.ids)):
            return None
        cosines = self.lexical.cosines(query, language)
        entries = self._candidates(cosines, direction)
        logits = np.zeros(len(self.entries), np.float32)
        if self.model is not None:
            logits = self.model.logits(self.lexical, query, direction)
        articles = self.bm25.scores(folded, language, len(self.entries))
        parts = self._parts(entries, cosines, direction, logits, articles)
        absent = self.bm25.absent(language, len(self.entries))[entries]
        scores = fuse(parts, self.learned[entries]) - OTHER * self._about_others(folded, entries)
        scores += np.float32(ABSENT * self.bm25.worth) * absent
        return Found(folded, query, cosines, direction, parts, scores, np.argsort(-scores, kind="stable"))

    def _about_others(self, folded: str, entries: NDArray[np.int32]) -> Floats:
        """1 for each entry that is only about products other than those the question names, else 0."""
        named = self.products.named(folded)
        if not named:
            return np.zeros(len(entries), np.float32)
        others = [bool(self.about[entry]) and named.isdisjoint(self.about[entry]) for entry in entries]
        return np.array(others, dtype=np.float32)

    def _candidates(self, cosines: Floats, direction: Floats | None) -> NDArray[np.int32]:
        """Entries that may be best, ascending; all of them where there are few."""
        if self.dense is None or direction is None or len(self.entries) <= FEW:
            return np.arange(len(self.entries), dtype=np.int32)
        near = _best(self._nearest(cosines), CANDIDATES)
        return np.union1d(near, self.dense.candidates(direction)).astype(np.int32)

    def _parts(
        self, entries: NDArray[np.int32], cosines: Floats, direction: Floats | None, logits: Floats, articles: Floats
    ) -> Parts:
        whole = len(entries) == len(self.entries)
        texts = np.arange(len(cosines)) if whole else self.lexical.texts_of(entries)
        first = np.searchsorted(self.lexical.owners[texts], entries)
        short, found = self.short[texts], cosines[texts]
        dense = np.zeros(len(texts), np.float32)
        if self.dense is not None and direction is not None:
            dense = self.dense.cosines(direction, texts)
        return Parts(
            entries=entries,
            lexical=strongest(found, short, first),
            lexical_body=strongest(found, ~short, first),
            dense=strongest(dense, short, first),
            dense_body=strongest(dense, ~short, first),
            logits=logits[entries],
            articles=articles[entries],
            worth=self.bm25.worth,
            encoded=direction is not None,
        )

    def item(self, number: int) -> Evidence:
        """The piece of evidence with this number."""
        owner, language = int(self.lexical.owners[number]), self.lexical.language(number)
        text = self.texts[number]
        title = text == self.entries[owner].articles[language].title
        return Evidence(owner, language, ("title" if title else "question") if self.short[number] else "body", text)

    def _nearest(self, cosines: Floats) -> Floats:
        """(entries,) the greatest cosine of each entry's texts."""
        return np.maximum.reduceat(cosines, self.lexical.first[:-1])

    def _confidence(self, found: Found, language: str | None) -> float:
        model = self.calibration.full if found.parts.encoded else self.calibration.lexical
        return model.probability(self._signs(found, language))

    def _signs(self, found: Found, language: str | None) -> dict[str, float]:
        number = int(found.parts.entries[found.order[0]])
        foreign = language is not None and language not in self.entries[number].articles
        inside = 0.0
        if self.boundary is not None and found.direction is not None:
            inside = self.boundary.inside(found.direction)
        return signs(found, Setting(int(self.learned[number]), foreign, inside))

    def _slip(self, folded: str, language: str | None) -> int | None:
        """The entry with the same wording but for a slip of the finger; None where that is not certain."""
        query = self.lexical.query(folded)
        if len(folded) < LONG or not len(query.ids):
            return None
        cosines = self.lexical.cosines(query)
        nearest = int(cosines.argmax())
        if cosines[nearest] < NEAR or ratio(folded, self.keys[nearest]) < ALIKE:
            return None
        owner = int(self.lexical.owners[nearest])
        others = self._nearest(cosines)
        others[owner] = 0
        return owner if float(cosines[nearest]) - float(others.max()) >= APART else None

    def _language(self, number: int, language: str | None) -> str:
        """The customer's language where the entry has it, else English, else the first by name."""
        return self.entries[number].article(language, "en").language


def _best(values: Floats, limit: int) -> list[int]:
    """Positions of the greatest values, greatest first, the earlier one first where equal."""
    if len(values) > 4 * limit:
        some = np.sort(np.argpartition(-values, limit)[: limit + 1])
        return [int(i) for i in some[np.argsort(-values[some], kind="stable")][:limit]]
    return [int(i) for i in np.argsort(-values, kind="stable")[:limit]]


def _about(entry: Entry) -> tuple[str, ...]:
    """The products of an entry, whichever of its languages names them."""
    return tuple(sorted({product for article in entry.articles.values() for product in article.products}))
