"""The written tokenizer splits texts into the same pieces as the rules of the weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from khabar.meaning.e5 import kept_pieces, tokenizer
from khabar.meaning.parts import cleaned
from khabar.meaning.unigram import Unigram
from khabar.meaning.weights import Pieces, read_weights
from tiny_models import tiny_weights

TEXTS = [
    "قال الوزير إن أزمة المياه في العاصمة انتهت",
    "query: كرة القدم",
    "passage: the سوق، 12.5% (لا) «كتاب»",
    "新聞 ثم 新聞新聞 ثم ๛๛๛",
    "</s> <s> <pad> <unk>",
    "ا" * 300,
]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    return read_weights(tiny_weights(tmp_path_factory.mktemp("weights") / "tiny.bin")).pieces


_written: list[Tokenizer] = []


def written(known: Pieces) -> Tokenizer:
    """The written tokenizer, loaded by the library."""
    if not _written:
        _written.append(Tokenizer.from_str(tokenizer(known, kept_pieces(known)).decode()))
    return _written[0]


def both(known: Pieces, text: str) -> tuple[list[int], list[int]]:
    """The pieces from the library and from plain Python, as numbers of the written vocabulary."""
    new = {number: place for place, number in enumerate(kept_pieces(known))}
    theirs = written(known).encode(text).ids
    return theirs, [new[each] for each in Unigram(known).encode(text)]


@pytest.mark.parametrize("text", [text for text in TEXTS if "新" not in text])
def test_pieces_are_those_of_the_weights(known: Pieces, text: str) -> None:
    theirs, ours = both(known, text)
    assert theirs == ours
    assert theirs[0] == 0 and theirs[-1] == 2 and not {0, 1, 2}.intersection(theirs[1:-1])


def test_a_script_that_was_left_out_is_unknown(known: Pieces) -> None:
    assert written(known).encode(TEXTS[3]).ids.count(3) == 3


@given(st.text("قالوزيرمياهفلإةatheq: .،\u200f\t\x01\ufdfa\u00a0", max_size=60))
def test_pieces_of_any_text(known: Pieces, text: str) -> None:
    """Texts are cleaned first, as in use: signs that NFKC composes are in no table of single characters."""
    theirs, ours = both(known, "passage: " + cleaned(text))
    assert theirs == ours
