"""Words by their letters: patterns and distances, against plain definitions of both."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.analysis.analyzer import Analyzer
from khabar.index.lexicon import Lexicon, class_keys, create_lexicon, write_lexicon
from khabar.query.vocabulary import Vocabulary, fuzziness

letters = st.text("ابت", max_size=4)
WORDS = sorted(
    {"".join(word) for word in ("ا", "اب", "ابت", "تبا", "ابات", "بابا", "اااا", "تتبتت", "باب", "بات", "ت")}
)


def made(folder: Path, words: list[str], analyzer: Analyzer) -> Vocabulary:
    create_lexicon(folder)
    return Vocabulary(
        write_lexicon(folder, Lexicon.open(folder), words, partial(class_keys, analyzer=analyzer))
    )


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer) -> Vocabulary:
    return made(tmp_path_factory.mktemp("lexicon"), WORDS, quick_analyzer)


def alignment(one: str, other: str) -> int:
    """The optimal string alignment distance, by its definition."""

    @cache
    def of(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            best = min(best, of(i - 2, j - 2) + 1)
        return best

    return of(len(one), len(other))


@given(pieces=st.lists(letters, min_size=2, max_size=5))
def test_a_pattern_matches_the_words_that_fit_it(vocabulary: Vocabulary, pieces: list[str]) -> None:
    expected = [word for word in WORDS if any(pieces) and fnmatchcase(word, "*".join(pieces))]
    assert sorted(vocabulary.matching(pieces).words) == expected


@given(word=st.text("ابت", min_size=1, max_size=6), distance=st.integers(0, 2))
def test_words_within_a_distance(vocabulary: Vocabulary, word: str, distance: int) -> None:
    expected = {each: alignment(word, each) for each in WORDS if alignment(word, each) <= distance}
    assert dict(vocabulary.near(word, distance)) == expected


def test_an_index_without_words(tmp_path: Path, quick_analyzer: Analyzer) -> None:
    vocabulary = made(tmp_path, [], quick_analyzer)
    for pieces in (["", "ا", ""], ["ا", ""]):
        found = vocabulary.matching(pieces)
        assert (found.words, found.total) == ([], 0)
    assert vocabulary.near("اب", 2) == []


@pytest.mark.parametrize(
    ("word", "expected"), [("من", 0), ("قمح", 1), ("القمح", 1), ("لافروف", 2), ("البرلمن", 1)]
)
def test_longer_words_may_differ_more(word: str, expected: int) -> None:
    assert fuzziness(word) == expected
