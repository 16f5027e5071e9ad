"""The tokenizer: words, numbers, glued punctuation, and that no letter is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.analysis.tokenizer import spans, word_around, words

MESSY = st.text(
    alphabet=st.one_of(
        st.sampled_from("ابتةىيكلمنوأإآئؤء"),
        st.sampled_from("\u064b\u064e\u0650\u0651\u0652\u0670ـ\u200c\u200f"),
        st.sampled_from(' ،.؛!؟"«»()-/|*0123٤٥٦aZé\n'),
        st.characters(),
    ),
    max_size=80,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قَالَ الرَّئِيسُ", ["قَالَ", "الرَّئِيسُ"]),
        ("لفلسطين ومقاومتها،لافتا", ["لفلسطين", "ومقاومتها", "لافتا"]),
        ("النظام الصهيوني.. معتبراً", ["النظام", "الصهيوني", "معتبراً"]),
        ("تشرين الاول /أكتوبر", ["تشرين", "الاول", "أكتوبر"]),
        ("انتهى**ر.م", ["انتهى", "ر", "م"]),
        ('بـ"الجيش الحر"', ["بـ", "الجيش", "الحر"]),
        ("الـمقـاومة", ["الـمقـاومة"]),
        ("مى\u200cشود", ["مى\u200cشود"]),
        ("نسبة 12.5%", ["نسبة", "12.5"]),
        ("في 2023-10-07.", ["في", "2023-10-07"]),
        ("٧/١٠/٢٠٢٣", ["٧/١٠/٢٠٢٣"]),
        ("١٬٠٠٠ دولار", ["١٬٠٠٠", "دولار"]),
        ("7أكتوبر", ["7", "أكتوبر"]),
        ("كوفيد-19", ["كوفيد", "19"]),
        ("قمة G20 وDemain Dès l'Aube", ["قمة", "G20", "و", "Demain", "Dès", "l", "Aube"]),
        ("محمد ﷺ رسول", ["محمد", "رسول"]),
        ("ﷲ", ["ﷲ"]),
        ("المعل\ufc62م أمس", ["المعل\ufc62م", "أمس"]),
        ("محم\ufe7cد كتاب\ufe70", ["محم\ufe7cد", "كتاب\ufe70"]),
        ("\ufe70 \ufc62 \ufe73", []),
        ("500﷼", ["500", "﷼"]),
        ("في 2023\u200f/\u200f10\u200f/07", ["في", "2023\u200f/\u200f10\u200f/07"]),
        ("co\u00adoperate", ["co\u00adoperate"]),
        ("", []),
        ("،.؛ — |", []),
        ("ًٌٍَُِّْ", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(MESSY)
def test_spans_slice_back_to_the_words(text: str) -> None:
    assert [text[start:end] for start, end in spans(text)] == words(text)


@given(MESSY)
def test_spans_are_in_order_and_apart(text: str) -> None:
    end_before = 0
    for start, end in spans(text):
        assert end_before <= start < end <= len(text)
        end_before = end


@given(MESSY)
def test_the_word_around_a_place_is_the_one_that_a_cut_there_would_break(text: str) -> None:
    for place in range(len(text) + 1):
        cut = [(start, end) for start, end in spans(text) if start < place < end]
        assert word_around(text, place) == (cut[0] if cut else None)


@given(MESSY)
def test_no_arabic_letter_is_lost(text: str) -> None:
    covered = {place for start, end in spans(text) for place in range(start, end)}
    for place, char in enumerate(text):
        if "\u0620" <= char <= "\u06ff" and unicodedata.category(char) == "Lo":
            assert place in covered
        if unicodedata.category(char) == "Nd" and char in "0123456789٠١٢٣٤٥٦٧٨٩":
            assert place in covered


@given(MESSY)
def test_marks_never_break_a_word(text: str) -> None:
    bare = "".join(char for char in text if char not in "\u064b\u064e\u0650\u0651\u0652\u0670ـ\u200c\u200f")
    marked = "".join(
        char + "\u064e" if "\u0628" <= char <= "\u064a" and char != "ـ" else char for char in bare
    )
    assert len(words(marked)) == len(words(bare))
