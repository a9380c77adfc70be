"""The search: lexical stage, dense stage, fusion, confidence, decision. Pure and deterministic once built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from knowledge_base.calibration import Calibration
from knowledge_base.classifier import Classifier, fit
from knowledge_base.decision import RANKING, SUGGESTIONS, Answer, Ranked
from knowledge_base.dense import DenseIndex, encode_all, space_of
from knowledge_base.encoder import Encoder
from knowledge_base.entries import Entry
from knowledge_base.evidence import Evidence, evidence
from knowledge_base.explain import Reason, reason
from knowledge_base.lexical import LexicalIndex, Query
from knowledge_base.phrases import Phrases, shipped
from knowledge_base.scoring import Found, Parts, foreign, fuse, signs, strongest
from knowledge_base.text import clean, key
from knowledge_base.vectors import VectorCache

Floats = NDArray[np.float32]
SURE = 0.98  # confidence of a question that is in the knowledge base word for word
ALIKE = 96.0  # ratio of two keys (0..100) from which they are the same wording with a slip of the finger
LONG = 16  # characters of a key from which a slip can be told from another word
APART = 0.25  # how far before the next entry such a question must be


@dataclass(frozen=True, slots=True)
class Index:
    """A knowledge base ready to be asked."""

    entries: tuple[Entry, ...]
    items: tuple[Evidence, ...]
    keys: tuple[str, ...]  # of items
    exact: Mapping[str, int]  # key of a title or question -> its entry; -1 where several claim it
    short: NDArray[np.bool_]  # (items,) titles and questions, not bodies
    questions: NDArray[np.int32]  # (entries,) texts the model learned from
    lexical: LexicalIndex
    dense: DenseIndex | None
    with_encoder: Classifier | None
    without_encoder: Classifier | None
    calibration: Calibration

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        encoder: Encoder | None = None,
        vectors: VectorCache | None = None,
        calibration: Calibration | None = None,
        phrases: Phrases | None = None,
    ) -> Index:
        """Build from entries; CPU-bound, so run it in a thread. Without an encoder it answers lexically."""
        items = evidence(entries)
        lexical = LexicalIndex.build(items, len(entries))
        short = np.array([item.kind != "body" for item in items], dtype=np.bool_)
        texts = np.flatnonzero(short)
        dense, stray = None, None
        if encoder is not None:
            dense, stray = _dense(items, lexical.first, phrases or shipped(), encoder, vectors)
        placed = dense.vectors if dense else None
        keys = tuple(key(item.text, item.language) for item in items)
        return cls(
            entries=tuple(entries),
            items=tuple(items),
            keys=keys,
            exact=_exact(items, keys),
            short=short,
            questions=np.bincount(lexical.owners[texts], minlength=len(entries)).astype(np.int32),
            lexical=lexical,
            dense=dense,
            with_encoder=fit(lexical, texts, placed, stray) if dense else None,
            without_encoder=fit(lexical, texts, None, None),
            calibration=calibration or Calibration.default(),
        )

    def query_text(self, text: str) -> str:
        """The question as the encoder should get it: its vector is what `answer` expects."""
        return clean(text).lower()

    def lexical_answer(self, text: str, language: str | None) -> Answer | None:
        """An answer where the question is there word for word, or but for a slip; else None."""
        folded = key(text, language)
        if not folded or not self.entries:
            return None
        owner = self.exact.get(folded, None)
        if owner is None:
            owner = self._slip(folded)
        if owner is None or owner < 0:
            return None
        bounds = self.lexical.bounds(self.lexical.query(folded))
        bounds[owner] = np.inf
        ranking = _best(bounds, RANKING)
        slugs = tuple(self.entries[number].slug for number in ranking)
        shown = self._language(owner, language)
        return Answer(slugs[0], shown, SURE, "answer", (), slugs, skipped_encoder=True)

    def answer(self, text: str, language: str | None, vector: Floats | None) -> Answer:
        """The whole cascade; without a vector (no encoder) what characters tell."""
        sure = self.lexical_answer(text, language)
        if sure is not None:
            return sure
        found = self.find(text, language, vector)
        if found is None:
            return Answer(None, None, 0.0, "abstain", (), (), skipped_encoder=False)
        confidence = self._confidence(found)
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
                float(parts.classifier[place]),
            )
            for place in found.order[:limit]
        )

    def signs(self, text: str, language: str | None, vector: Floats | None) -> dict[str, float] | None:
        """Signs of certainty, as calibration learns from them; None where there is nothing to compare."""
        found = self.find(text, language, vector)
        return None if found is None else self._signs(found)

    def explain(
        self, text: str, language: str | None, vector: Floats | None, limit: int = RANKING
    ) -> tuple[Reason, ...]:
        """The ranking with its reasons, best first; empty for a question without words."""
        found = self.find(text, language, vector)
        return () if found is None else tuple(reason(self, found, int(place)) for place in found.order[:limit])

    def find(self, text: str, language: str | None, vector: Floats | None) -> Found | None:
        """Everything the stages found out; None for a question without words."""
        folded = key(text, language)
        query = self.lexical.query(folded)
        placed = self.dense.space.place_one(vector, language) if self.dense and vector is not None else None
        if not self.entries or (placed is None and not len(query.ids)):
            return None
        entries = self.lexical.candidates(query)
        if self.dense is not None and placed is not None:
            entries = np.union1d(entries, self.dense.candidates(placed)).astype(np.int32)
        parts = self._parts(entries, query, language, placed)
        scores = fuse(parts, self.questions[entries])
        return Found(folded, query, parts, scores, np.argsort(-scores, kind="stable"))

    def _parts(self, entries: NDArray[np.int32], query: Query, language: str | None, placed: Floats | None) -> Parts:
        texts = self.lexical.texts_of(entries)
        place = np.searchsorted(entries, self.lexical.owners[texts]).astype(np.int64)
        short, size = self.short[texts], len(entries)
        cosines = self.lexical.cosines(query, texts) * foreign(self.lexical.languages[texts], language)
        dense = np.zeros(len(texts), np.float32)
        if self.dense is not None and placed is not None:
            dense = self.dense.cosines(placed, texts)
        return Parts(
            entries=entries,
            lexical=strongest(cosines[short], place[short], size),
            lexical_body=strongest(cosines[~short], place[~short], size),
            dense=strongest(dense[short], place[short], size),
            dense_body=strongest(dense[~short], place[~short], size),
            classifier=self._classified(query, language, placed)[entries],
            nearest=_nearest(cosines, place, texts, size),
            nearest_dense=_nearest(dense, place, texts, size),
            encoded=placed is not None,
        )

    def _classified(self, query: Query, language: str | None, placed: Floats | None) -> Floats:
        """(entries,) scores of the fitted model; zeros where none could be fitted."""
        model = self.without_encoder if placed is None else self.with_encoder
        if model is None:
            return np.zeros(len(self.entries), np.float32)
        cosines = self.lexical.cosines(query, model.landmarks)
        return model.scores(cosines * foreign(self.lexical.languages[model.landmarks], language), placed)

    def _confidence(self, found: Found) -> float:
        model = self.calibration.full if found.parts.encoded else self.calibration.lexical
        return model.probability(self._signs(found))

    def _signs(self, found: Found) -> dict[str, float]:
        nearest = self.keys[found.parts.nearest[found.order[0]]]
        return signs(found.parts, found.scores, found.query.known, found.folded, nearest)

    def _slip(self, folded: str) -> int | None:
        """The entry with the same wording but for a slip of the finger; None where that is not certain."""
        if len(folded) < LONG:
            return None
        query = self.lexical.query(folded)
        bounds = self.lexical.bounds(query)
        if not len(query.ids) or bounds.max() < 0.6:
            return None
        first, *others = _best(bounds, 2)
        rest = float(bounds[others[0]]) if others else 0.0
        texts = self.lexical.texts_of(np.array([first], dtype=np.int32))
        cosines = self.lexical.cosines(query, texts)
        nearest = int(cosines.argmax())
        alike = ratio(folded, self.keys[texts[nearest]]) >= ALIKE
        return first if alike and float(cosines[nearest]) - rest >= APART else None

    def _language(self, number: int, language: str | None) -> str:
        """The customer's language where the entry has it, else English, else the first by name."""
        return self.entries[number].article(language, "en").language


def _dense(
    items: Sequence[Evidence],
    first: NDArray[np.int64],
    phrases: Phrases,
    encoder: Encoder,
    vectors: VectorCache | None,
) -> tuple[DenseIndex, Floats]:
    """The dense index, and the background phrases as centred vectors."""
    encoded = encode_all(items, phrases, encoder, vectors)
    space = space_of(encoded.texts, items, encoder, encoded.spoken)
    languages = [language for language in sorted(phrases.background) for _ in phrases.background[language]]
    placed = space.place(encoded.texts, [item.language for item in items]) if items else encoded.texts
    stray = space.place(encoded.stray, languages) if languages else encoded.stray
    return DenseIndex.build(space, placed, first), stray


def _exact(items: Sequence[Evidence], keys: Sequence[str]) -> dict[str, int]:
    owners: dict[str, int] = {}
    for item, folded in zip(items, keys, strict=True):
        if item.kind != "body" and folded and owners.setdefault(folded, item.entry) != item.entry:
            owners[folded] = -1
    return owners


def _best(values: Floats, limit: int) -> list[int]:
    """Positions of the greatest values, greatest first, the earlier one first where equal."""
    if len(values) > 4 * limit:
        some = np.sort(np.argpartition(-values, limit)[: limit + 1])
        return [int(i) for i in some[np.argsort(-values[some], kind="stable")][:limit]]
    return [int(i) for i in np.argsort(-values, kind="stable")[:limit]]


def _nearest(values: Floats, place: NDArray[np.int64], texts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """(size,) number of the text with the greatest value of each candidate."""
    order = np.lexsort((values, place))
    last = np.searchsorted(place[order], np.arange(size), side="right") - 1
    return texts[order[last]]
