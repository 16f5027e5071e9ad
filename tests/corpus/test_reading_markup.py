"""HTML in records."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.markup import holds_markup, plain


def lines(text: str) -> list[str]:
    return [line.strip() for line in plain(text).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>قال الوزير.</p><p>ثم غادر.</p>", ["قال الوزير.", "ثم غادر."]),
        ("قال الوزير.<br>ثم غادر.<br/>وعاد.<BR />وسافر.", ["قال الوزير.", "ثم غادر.", "وعاد.", "وسافر."]),
        ("<div class=\"a > b\">قال <b>الوزير</b> <a href='x'>أمس</a>.</div>", ["قال الوزير أمس."]),
        ("<p>أ &amp; ب &laquo;ج&raquo;&nbsp;د &#1606; &#x646;</p>", ["أ & ب «ج»\xa0د ن ن"]),
        ("<p>قبل<script>var a = '<p>لا</p>';</script> بعد</p>", ["قبل بعد"]),
        ("<style>p { color: red }</style><p>نص</p>", ["نص"]),
        ("<p>قبل<!-- <p>سر</p> --> بعد</p>", ["قبل بعد"]),
        ("<p>قبل<!-- لم ينته", ["قبل لم ينته"]),
        ("<!DOCTYPE html><h1>عنوان</h1><ul><li>أول</li><li>ثان</li></ul>", ["عنوان", "أول", "ثان"]),
        ('<img src="a.jpg">نص الخبر', ["نص الخبر"]),
        ("<p>السعر 3 < 5 و7 > 2</p>", ["السعر 3 < 5 و7 > 2"]),
        ('<p>نص <a title="مكسور>ثم</p>', ['نص <a title="مكسور>ثم']),
    ],
)
def test_markup(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "السعر 3 < 5 و7 > 2",
        "يستعمل الوسم <b> للخط العريض",
        "قال &quot;نعم&quot; & مضى",
        "<<عاجل>> انفجار في الميناء",
        "a<b و c>d",
        "<private>",
    ],
)
def test_what_is_not_clearly_markup_stays_as_written(text: str) -> None:
    assert not holds_markup(text)
    assert plain(text) == text


@pytest.mark.parametrize(
    "bait", ["<!--", "<a ", "<a x='", '<p class="', "</", "<![CDATA[", "<script>", "<img" + " " * 50, "&a"]
)
def test_broken_markup_takes_linear_time(bait: str) -> None:
    text = "<p>" + bait * (1_000_000 // len(bait))
    start = time.process_time()
    plain(text)
    assert time.process_time() - start < 5


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br",
                ">",
                "<",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                '"',
                "'",
                "نص",
                " ",
                "&lt;",
            ]
        )
    )
)
def test_nothing_raises_and_words_outside_tags_stay(parts: list[str]) -> None:
    plain("".join(parts))
    assert "خبر" in plain("<p>خبر</p>" + "".join(parts))
