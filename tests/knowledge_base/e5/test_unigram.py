"""The tokenizer against an independent one, piece by piece."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.e5.weights import Weights
from knowledge_base.unigram import Tokenizer, piece_table
from tests.knowledge_base.e5.reference import TEXTS, Reference, weight_file

pytestmark = pytest.mark.encoder
ALPHABET = "abcde ąčěşż қғ ұзмн йёщ پچژگک می ۱23?!-%\U0001f468ぁ漢"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(weight_file())


@pytest.fixture(scope="module")
def tokenizer(weights: Weights) -> Tokenizer:
    words = weights.vocabulary
    return Tokenizer(piece_table(words), words.specials)


@pytest.mark.parametrize("language", TEXTS)
def test_sentences_are_cut_alike(tokenizer: Tokenizer, reference: Reference, language: str) -> None:
    for text in TEXTS[language]:
        plain = f"query: {text}".replace("\u200c", " ")
        assert tokenizer.encode(plain, 96) == reference.pieces_of(plain)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from(ALPHABET), min_size=1, max_size=40))
def test_any_letters_are_cut_alike(tokenizer: Tokenizer, reference: Reference, text: str) -> None:
    assert tokenizer.encode(text, 96) == reference.pieces_of(text)


def test_neighbouring_unknown_characters_are_one_piece(tokenizer: Tokenizer) -> None:
    unknown = 3
    assert tokenizer.encode("\U00013000\U00013001\U00013002", 96).count(unknown) == 1
    assert tokenizer.encode("\U00013000 a \U00013001", 96).count(unknown) == 2


@pytest.mark.parametrize("mark", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_a_text_cannot_spell_a_control_mark(tokenizer: Tokenizer, mark: str) -> None:
    assert not {0, 1, 2, 3, 250001} & set(tokenizer.encode(mark, 96)[1:-1])


def test_a_long_text_loses_its_middle(tokenizer: Tokenizer) -> None:
    whole = tokenizer.encode("one two three four five six seven eight nine ten", 96)
    short = tokenizer.encode("one two three four five six seven eight nine ten", 8)
    assert short == whole[:4] + whole[-4:]
