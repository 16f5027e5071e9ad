"""Articles as numbers: the encoder and the inversion of its numbers keep everything that the analyzer
returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.letters import scan
from khabar.dates import mentioned_days
from khabar.dates.mentions import terms_in
from khabar.index.encoder import Encoder
from khabar.index.words import BESIDE, Inverted, Words, grouped, located

ANALYZER = Analyzer(table={})
PIECES = [
    "زار",
    "عبد",
    "الله",
    "لعبدالله",
    "أبو",
    "مازن،",
    "القمح",
    "2014-2015",
    "-",
    "«قال:",
    "أميرعبد",
    "ـ",
    "a,b",
    "ومقاومتها،لافتا",
    "والمستشفيات",
    "قَالَ",
    "عبدﷺ",
    "𐤀عبد",
]
ODD = st.text("ابعدهـَ،.1٢a\u200fﷺی ", max_size=12)
TEXTS = st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=5) | ODD).map(" ".join), max_size=6)


def inverted(words: Words) -> Inverted:
    return grouped(words.numbers, *located(words))


@given(TEXTS)
def test_postings_are_the_analyzers_words(texts: list[str]) -> None:
    encoder = Encoder(ANALYZER)
    # Twice: first with only new words, then with only known ones.
    for _ in range(2):
        words = encoder.encode(texts)
        found = inverted(words)
        got = {
            (passage, words.terms.terms[number], position)
            for number, begin, end in zip(
                found.numbers.tolist(), found.starts[:-1].tolist(), found.starts[1:].tolist(), strict=True
            )
            for entry in range(begin, end)
            for passage in [int(found.passages[entry])]
            for position in found.positions[found.begins[entry] : found.begins[entry + 1]].tolist()
        }
        expected = [
            (passage, term, position)
            for passage, text in enumerate(texts)
            for position, word in ANALYZER.words(text)
            for term in word.exact
        ]
        assert got == set(expected)
        assert len(words.tokens) == len(expected) == int(words.lengths.sum())


def test_compound_names_stand_beside_their_parts() -> None:
    encoder = Encoder(ANALYZER)
    words = encoder.encode(["زار عبد الله", "", "الله"])
    assert words.lengths.tolist() == words.sizes.tolist() == [4, 0, 1]
    assert [words.terms.terms[number] for number in words.numbers.tolist()] == [
        "زار",
        "عبد",
        "عبدالله",
        "الله",
        "الله",
    ]
    assert (words.tokens >= BESIDE).tolist() == [False, False, True, False, False]


def test_extra_terms_are_found_and_count_for_nothing() -> None:
    words = Encoder(ANALYZER).encode(
        ["وقع اليوم", "نص"], lambda passage, pieces: {(0, "اليوم"): ["date:2023-10-07"]}[passage, *pieces]
    )
    assert words.sizes.tolist() == [3, 1]
    assert words.lengths.tolist() == [2, 1]
    found = inverted(words)
    place = [words.terms.terms[number] for number in found.numbers.tolist()].index("date:2023-10-07")
    assert found.passages[found.starts[place] : found.starts[place + 1]].tolist() == [0]


DATED = [
    *("اليوم،", "أَمْس", "ـامس", "عام", "ألف", "2015", "٢٠١٥م", "1\u200e4\u200e3\u200e6"),
    *("العام", "الماضي", "مايو", "یومان", "قبل"),
]


@given(st.lists(st.lists(st.sampled_from(DATED + PIECES) | ODD).map(" ".join), max_size=6))
def test_every_passage_with_a_date_is_asked_for_its_days(texts: list[str]) -> None:
    asked = []
    day = date(2015, 7, 21)

    def days(passage: int, pieces: Sequence[str]) -> tuple[str, ...]:
        asked.append(passage)
        # The pieces contain the same dates as the whole text.
        found = terms_in(texts[passage], day, pieces)
        assert found == mentioned_days(texts[passage], day)
        return found

    Encoder(ANALYZER).encode(texts, days)
    assert asked == sorted(set(asked))
    assert {passage for passage, text in enumerate(texts) if mentioned_days(text, day)} <= set(asked)


def test_no_words_at_all() -> None:
    for words in (Encoder(ANALYZER).encode([]), Encoder(ANALYZER).encode(["", " - "])):
        assert isinstance(words, Words) and len(inverted(words).numbers) == 0


def test_a_scan_tells_which_words_are_of_which_text() -> None:
    for texts in (["وصل من"] * 30, ["في", "", "من إلى", " "] * 10):
        assert np.diff(scan(texts).bounds).tolist() == [len(text.split()) for text in texts]
