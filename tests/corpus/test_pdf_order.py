"""From visual to logical order; python-bidi, which converts the other way, is the judge."""

from __future__ import annotations

import pytest
from bidi.algorithm import get_display
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.pdf.order import Cell, logical

LINES = [
    "قال الوزير إن العجز بلغ 3.25 مليار دولار",
    "زيادة 12.5 في عام 2023، بعد 1,250,000 فرصة",
    "وقّع مع شركة Google Cloud اتفاقًا",
    "وقّع مع شركة GPT-4 Labs اتفاقًا (مدته 5 سنوات) يبدأ في 01/02/2025",
    "المنشور [في الموقع www.example.org] أمس",
    "بين عامي ١٩٩٩ و٢٠٠٣؛ فهل يكفي ذلك؟ لا!",
    "البنك الدولي (World Bank) قد توقع",
    "وختم بالقول إن «الإصلاح لا يتوقف»، مشيرا",
    "«أهلا»",
    "يوم 7/10/2023 الساعة 18:30 مساء",
    "يوم 2023-10-07 في القاهرة",
    "بنسبة 15% فقط",
    "15% من الناس",
    "من 10-15 يوما",
    "(أ) الأول (ب) الثاني",
    "العدد 1.5-2.5 والسعر $40",
    "فاز الفريق 3-1 على ضيفه",
]


def displayed(line: str) -> list[Cell]:
    """The cells of a line as a producer puts them on the page."""
    shown = get_display(line, base_dir="R")
    return [Cell(char, 6.0 * at, 6.0 * at + 6) for at, char in enumerate(shown)]


@pytest.mark.parametrize("line", LINES)
def test_a_line_comes_back(line: str) -> None:
    assert logical(displayed(line), rightward=False)[0] == line


@pytest.mark.parametrize(
    ("shown", "meant"),
    [("3.5bn$ ةلمعلا", "العملة $3.5bn"), ("12.5% ةبسن", "نسبة 12.5%"), ("%12.5 ةبسن", "نسبة 12.5%")],
)
def test_money_and_percent(shown: str, meant: str) -> None:
    assert logical([Cell(char) for char in shown], rightward=False)[0] == meant


@pytest.mark.parametrize("line", LINES)
def test_brackets_may_be_mirrored_or_not(line: str) -> None:
    mirror = str.maketrans("()[]«»", ")(][»«")
    cells = [Cell(cell.text.translate(mirror)) for cell in displayed(line)]
    assert logical(cells, rightward=False)[0] == line


def test_an_english_line_keeps_its_arabic_words() -> None:
    line = "The daily الأهرام said on 7 October"
    shown = get_display(line, base_dir="L")
    assert logical([Cell(char) for char in shown], rightward=True)[0] == line


def test_a_number_at_the_start_of_a_line_goes_by_the_line_before() -> None:
    cells = [Cell(char) for char in "رهش 07-10-2023"]
    assert logical(cells, rightward=False, strong="R")[0] == "2023-10-07 شهر"
    assert logical(cells, rightward=False)[0] == "07-10-2023 شهر"


words = st.lists(
    st.one_of(
        st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=6),
        st.integers(0, 99999).map(str),
        st.sampled_from(["١٢", "2023", "7/10/2023", "3.5", "18:30"]),
    ),
    min_size=1,
    max_size=8,
)


@given(words)
def test_words_and_numbers_come_back(line: list[str]) -> None:
    text = "في " + " ".join(line)
    assert logical(displayed(text), rightward=False)[0] == text
