"""The regular expression for a word in Latin letters fits every word that it can stand for."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.query import latin

LETTERS = st.text(string.ascii_lowercase + "3579'", min_size=1, max_size=latin.LONGEST)
NAMES = [
    "hamas",
    "lavrov",
    "khashoggi",
    "tschaikowski",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "shkhthdhghshkhthdhgh",
    "7amas",
]


@pytest.mark.parametrize("longest", [900, 150, 1])
@given(data=st.data(), word=st.one_of(st.sampled_from(NAMES), LETTERS))
def test_it_fits_every_reading(data: st.DataObject, word: str, longest: int) -> None:
    pattern = latin.pattern(word, "ال", longest)
    read, place = "ال", 0
    while place < len(word):
        ways = latin._choices(word, place)
        if not ways:
            return
        length, choices = data.draw(st.sampled_from(ways))
        read += data.draw(st.sampled_from(sorted(choices)))
        place += length
    assert re.fullmatch(pattern, read)
    assert latin.matches(word, [read], "ال")


@given(word=LETTERS)
def test_it_stays_short_and_plain(word: str) -> None:
    pattern = latin.pattern(word)
    assert len(pattern) <= 900
    assert re.fullmatch(r"[ء-ي()\[\]|?{}0-9,]*", pattern)
    if not pattern:
        assert not latin.matches(word, ["ا", "اب"])


def test_a_word_without_readings_has_no_pattern() -> None:
    assert latin.pattern("x0x") == latin.pattern("10") == latin.pattern("") == ""


def test_it_tells_words_apart() -> None:
    pattern = latin.pattern("lavrov")
    assert re.fullmatch(pattern, "لافروف") and re.fullmatch(pattern, "لفرف")
    assert not re.fullmatch(pattern, "لافروفا") and not re.fullmatch(pattern, "نافروف")
