"""What is embedded of a text: all its words, without signs, in parts that a model can read completely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.meaning.parts import cleaned, parts_of

NEWS = "أعلنت وزارة المياه أن مخزون السدود بلغ نصف سعتها قبل الصيف، وقال الوزير إن الأمطار تأخرت. "


def test_a_short_text_is_one_part() -> None:
    assert parts_of(NEWS) == [NEWS.strip()]


@pytest.mark.parametrize("text", ["", " \n\t", "\u064e\u0640\u200f", "\ufeff"])
def test_a_text_without_a_word_has_no_part(text: str) -> None:
    assert parts_of(text) == []


def test_signs_are_dropped_and_letters_are_not() -> None:
    text = "قَالَ الرَّئِيـــسُ\u200f إنَّ «الهٰذا»\n\n٢٠٢٣\u00a0و12.5 ﷺ"
    assert cleaned(text) == "قال الرئيس إن «الهذا» ٢٠٢٣ و12.5 ﷺ"


def test_parts_are_nearly_equal() -> None:
    parts = parts_of(NEWS * 20)
    assert len(parts) == -(-len((NEWS * 20).strip()) // 800)
    assert max(map(len, parts)) - min(map(len, parts)) < 40


def test_a_word_without_an_end_is_cut() -> None:
    assert parts_of("ا" * 2000) == ["ا" * 800, "ا" * 800, "ا" * 400]
    assert sum(map(len, parts_of("ا" * 10_000_000))) == 10_000_000


@given(st.text("ابتجح \u064e\u0640\n.،a1", max_size=600), st.integers(1, 90))
def test_no_word_is_lost(text: str, longest: int) -> None:
    parts = parts_of(text, longest)
    assert all(part and part == cleaned(part) and len(part) <= longest for part in parts)
    assert "".join(parts).replace(" ", "") == cleaned(text).replace(" ", "")
    if all(len(word) <= longest / 2 for word in cleaned(text).split()):
        assert " ".join(parts) == cleaned(text)
