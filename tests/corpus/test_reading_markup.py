"""HTML in records."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.text.markup import holds_markup, plain, plain_address, unescaped


def lines(text: str) -> list[str]:
    return [line.strip() for line in plain(text).splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>قال الوزير.</p><p>ثم غادر.</p>", ["قال الوزير.", "ثم غادر."]),
        ("قال الوزير.<br>ثم غادر.<br/>وعاد.<BR />وسافر.", ["قال الوزير.", "ثم غادر.", "وعاد.", "وسافر."]),
        ("<div class=\"a > b\">قال <b>الوزير</b> <a href='x'>أمس</a>.</div>", ["قال الوزير أمس."]),
        ("<p>أ &amp; ب &laquo;ج&raquo;&nbsp;د &#1606; &#x646;</p>", ["أ & ب «ج» د ن ن"]),
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
        "قال & مضى",
        "<<عاجل>> انفجار في الميناء",
        "a<b و c>d",
        "<private>",
    ],
)
def test_what_is_not_clearly_markup_stays_as_written(text: str) -> None:
    assert not holds_markup(text)
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال &quot;نعم&quot; ثم &#8211; مضى", 'قال "نعم" ثم – مضى'),
        ("وقف&nbsp;إطلاق&#160;النار&nbspاليوم", "وقف إطلاق النار اليوم"),
        ("&#1575;&#x644;&#1607;دنة", "الهدنة"),
        ("&amp;quot;نعم&amp;quot; &amp;amp;nbsp;&amp;#8211;", '"نعم"  –'),
        ("شركة AT&amp;T و S&P 500", "شركة AT&T و S&P 500"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("يُكتب &amp;lt; هكذا، و&amp;amp; هكذا", "يُكتب &lt; هكذا، و&amp; هكذا"),
        ("شركة AT&amp;amp;T", "شركة AT&T"),
        ("&amp;quot;هدنة&amp;quot; &amp;amp; &amp;lt;سلام&amp;gt;", '"هدنة" & <سلام>'),
        ("&amp;lt;p&amp;gt;هدنة &amp;amp; سلام&amp;lt;/p&amp;gt;", "\nهدنة & سلام\n"),
        ("<p>يُكتب &amp;lt; هكذا</p>", "\nيُكتب &lt; هكذا\n"),
        ("&lt;p&gt;قال &amp;quot;نعم&amp;quot;&lt;br&gt;ومضى&lt;/p&gt;", '\nقال "نعم"\nومضى\n'),
        ("&lt;p&gt; وسم الفقرة", "<p> وسم الفقرة"),
        ("&كلمة; &foo; &amp;foo; &; &#; &#x; &#99999999;", "&كلمة; &foo; &amp;foo; &; &#; &#x; &#99999999;"),
        ("&#0;&#27;[31m&#xD800;", "\ufffd[31m\ufffd"),
    ],
)
def test_entities(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://n.example/?a=1&amp;b=2&#038;c=3", "https://n.example/?a=1&b=2&c=3"),
        ("https://n.example/?a=1&copy=2&lt=3", "https://n.example/?a=1&copy=2&lt=3"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    assert plain_address(text) == expected


@given(st.lists(st.sampled_from(["&", "amp;", "quot;", "lt;", "#34;", "#", "nbsp", "x", ";", "نص"])))
def test_twice_decoded_is_never_markup(parts: list[str]) -> None:
    # Text without a tag gives no tag, except one that was escaped.
    text = "".join(parts)
    assert unescaped(text).count("<") <= text.count("lt;")


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
