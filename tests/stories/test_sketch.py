"""Shingles and sketches, against sets of word tuples in plain Python."""

from __future__ import annotations

import random
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.index.words import TermHashes, term_hashes
from khabar.stories.sketch import KEYS, RUN, SKETCH, jaccard, likeness, shingles, sketches

WIRE = "أعلنت وزارة الزراعة أن محصول القمح هذا العام يفوق محصول العام الماضي بالثلث في جميع المناطق"

words = st.lists(st.sampled_from(["قمح", "حصاد", "وادي", "مطر", "سوق", "ميناء"]), max_size=40)


def of(text: list[str]) -> np.ndarray:
    return shingles(term_hashes(text))


def runs(text: list[str]) -> set[tuple[str, ...]]:
    return {tuple(text[place : place + RUN]) for place in range(len(text) - RUN + 1)}


@given(words)
def test_there_is_one_shingle_for_each_distinct_run(text: list[str]) -> None:
    assert len(of(text)) == len(runs(text))


@given(words, words)
def test_jaccard_is_that_of_the_sets_of_runs(first: list[str], second: list[str]) -> None:
    one, other = runs(first), runs(second)
    expected = len(one & other) / len(one | other) if one and other else 0.0
    assert jaccard(of(first), of(second)) == pytest.approx(expected)


def test_one_word_changed_at_the_end_costs_one_run() -> None:
    text = WIRE.split()
    assert jaccard(of(text), of([*text[:-1], "المحافظات"])) == pytest.approx(11 / 13)


def test_the_order_of_words_counts() -> None:
    text = WIRE.split()
    assert jaccard(of(text), of(text[::-1])) == 0


@pytest.mark.parametrize("text", ["", "كاريكاتير", "صور من حفل الافتتاح"])
def test_a_text_of_less_than_five_words_is_like_nothing(text: str) -> None:
    words = term_hashes(text.split())
    assert jaccard(shingles(words), shingles(words)) == 0
    made, keys = sketches([words])
    assert not made.any()
    assert not keys.any()


def test_five_words_are_enough() -> None:
    made, keys = sketches([term_hashes(["افتتاح", "معرض", "الكتاب", "في", "المدينة"])])
    assert likeness(made[0], made)[0] == 1
    assert np.count_nonzero(keys) == 1


def test_no_texts_have_no_sketches() -> None:
    made, keys = sketches([])
    assert made.shape == (0, SKETCH)
    assert keys.shape == (0, KEYS)


@given(st.lists(words, max_size=6))
def test_a_sketch_does_not_depend_on_the_texts_beside_it(texts: list[list[str]]) -> None:
    hashed = [term_hashes(text) for text in texts]
    together, keys = sketches(hashed)
    for number, text in enumerate(hashed):
        alone, own = sketches([text])
        assert together[number].tolist() == alone[0].tolist()
        assert keys[number].tolist() == own[0].tolist()


@given(words)
def test_there_is_a_key_for_each_of_the_first_runs(text: list[str]) -> None:
    assert np.count_nonzero(sketches([term_hashes(text)])[1]) == min(KEYS, len(runs(text)))


@pytest.mark.parametrize("size", [40, 300, 3000, 20000])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_sketches_tell_the_likeness(size: int, share: float) -> None:
    chance = np.random.default_rng(size)
    common = round(share * size)
    errors = []
    for _ in range(30):
        pool = chance.integers(0, 2**64, 2 * size, dtype=np.uint64)
        first, second = pool[:size], np.concatenate([pool[:common], pool[size : 2 * size - common]])
        made, _ = sketches([first, second])
        estimate = likeness(made[0], made[1:])[0]
        assert estimate == likeness(made[1], made[:1])[0]
        errors.append(estimate - jaccard(shingles(first), shingles(second)))
    assert np.abs(errors).max() < 0.1
    assert abs(np.mean(errors)) < 0.02


def test_equal_texts_are_wholly_alike_and_share_all_keys() -> None:
    made, keys = sketches([term_hashes(WIRE.split()), term_hashes(WIRE.split())])
    assert likeness(made[0], made[1:])[0] == 1
    assert keys[0].tolist() == keys[1].tolist()


def test_texts_that_are_alike_enough_share_a_key() -> None:
    chance = random.Random(1)
    vocabulary = [f"كلمة{number}" for number in range(2000)]
    shared = 0
    for _ in range(200):
        text = chance.choices(vocabulary, k=120)
        other = list(text)
        for place in chance.sample(range(120), 5):
            other[place] = chance.choice(vocabulary)
        _, keys = sketches([term_hashes(text), term_hashes(other)])
        shared += bool(set(keys[0].tolist()) & set(keys[1].tolist()))
    assert shared >= 199


def test_sketches_do_not_change_unnoticed() -> None:
    # Sketches in existing indexes would silently match nothing: change the magic of stories.bin, too.
    made, keys = sketches([term_hashes(WIRE.split())])
    assert (zlib.crc32(made.tobytes()), zlib.crc32(keys.astype("<u4").tobytes())) == GOLDEN


GOLDEN = (3589752030, 3869739128)


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5))
def test_names_of_terms_follow_a_list_that_grows(parts: list[list[str]]) -> None:
    terms: list[str] = []
    hashes = TermHashes(terms)
    for part in parts:
        terms.extend(part)
        every = np.arange(len(terms), dtype=np.uint32)
        assert hashes.of(every).tolist() == term_hashes(terms).tolist()
