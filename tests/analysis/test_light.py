"""The light stemmer: one test for each affix, as Lucene's ArabicStemmer is tested."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.analysis.light import PREFIXES, SUFFIXES, light_stem, strip_prefix, strip_suffixes


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("الحسن", "حسن"),
        ("والحسن", "حسن"),
        ("بالحسن", "حسن"),
        ("كالحسن", "حسن"),
        ("فالحسن", "حسن"),
        ("للاخر", "اخر"),
        ("وحسن", "حسن"),
        ("زوجها", "زوج"),
        ("ساهدان", "ساهد"),
        ("ساهدات", "ساهد"),
        ("ساهدون", "ساهد"),
        ("ساهدين", "ساهد"),
        ("ساهديه", "ساهد"),
        ("ساهده", "ساهد"),
        ("ساهدي", "ساهد"),
        ("وساهدون", "ساهد"),
    ],
)
def test_affix(word: str, stem: str) -> None:
    assert light_stem(word) == stem


@pytest.mark.parametrize("short", ["ال", "الو", "وال", "للو", "وه", "ات", "ها", "و", ""])
def test_too_short_to_strip(short: str) -> None:
    assert light_stem(short) == short


def test_waw_needs_three_letters_after_it() -> None:
    assert strip_prefix("وقد") == "وقد"
    assert strip_prefix("وقال") == "قال"


@given(st.text(alphabet="ابتجحدرسعفقكلمنهوي", min_size=2, max_size=12))
def test_a_stem_is_a_piece_of_its_word_and_no_shorter_than_two(word: str) -> None:
    stem = light_stem(word)
    assert stem in word
    assert len(stem) >= 2


def test_affix_lists_are_light10s() -> None:
    assert set(PREFIXES) == {"ال", "وال", "بال", "كال", "فال", "لل", "و"}
    assert {suffix.replace("ة", "ه") for suffix in SUFFIXES} == {"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"}
    assert strip_suffixes("معلماتها") == "معلم"
