"""Broken plurals are forms of their singular; words that only look like plurals are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_pairs import depth, lexicon_of, read_pairs

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.analysis.lemma.plurals import PLURALS


def test_nearly_all_pairs_of_the_list_are_one_word(tmp_path: Path, analyzer: Analyzer) -> None:
    pairs = read_pairs("plurals.txt")
    lexicon = lexicon_of(tmp_path, [word for pair in pairs for word in pair], analyzer)
    found = [
        pair for pair in pairs if depth(lexicon, *pair, analyzer) and depth(lexicon, *pair[::-1], analyzer)
    ]
    assert len(pairs) > 400
    assert len(found) >= 0.95 * len(pairs)


@pytest.mark.parametrize(
    "singular, plural",
    [
        ("دولة", "دول"),
        ("شهر", "أشهر"),
        ("قرار", "قرارات"),
        ("فريق", "فرق"),
        ("جيش", "جيوش"),
        ("فصيل", "فصائل"),
        ("ولي", "أولياء"),
        ("قاض", "والقضاة"),
        ("للدولة", "وبالدول"),
        ("نادٍ", "أنديتهم"),
    ],
)
def test_both_find_each_other(tmp_path: Path, analyzer: Analyzer, singular: str, plural: str) -> None:
    lexicon = lexicon_of(tmp_path, [singular, plural], analyzer)
    assert depth(lexicon, singular, plural, analyzer) in ("light", "lemma")
    assert depth(lexicon, plural, singular, analyzer) in ("light", "lemma")


@pytest.mark.parametrize(
    "one, other",
    [
        ("نفق", "إنفاق"),
        ("لغز", "الغاز"),
        ("لسان", "السنة"),
        ("مدفع", "مدافع"),
        ("جمل", "جمال"),
        ("غاز", "غازي"),
        ("فراغ", "فرغ"),
        ("وسام", "وسيم"),
    ],
)
def test_words_that_look_like_plurals_are_left_alone(analyzer: Analyzer, one: str, other: str) -> None:
    assert analyzer.stems(fold(one)).lemma != analyzer.stems(fold(other)).lemma


def test_the_table_is_folded_and_a_singular_stands_for_itself() -> None:
    for plural, singular in PLURALS.items():
        assert fold(plural) == plural and fold(singular) == singular
        assert PLURALS[singular] == singular
