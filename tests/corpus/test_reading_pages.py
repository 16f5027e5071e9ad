"""Web pages: the text of the article, the metadata, and the encoding."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from reading_helpers import Result

from khabar.corpus.limits import ReadLimits

Reading = Callable[..., Result]
SHARED = Path(__file__).parents[3] / "shared"

FIRST = "افتتح وزير الأشغال جسر المرفأ أمس بحضور مئات من سكان المدينة."
SECOND = "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار."
THIRD = "ويمتد الجسر على طول كيلومترين، ويربط المرفأ بالطريق الساحلي السريع."


def page(body: str, head: str = "<title>افتتاح جسر المرفأ</title>") -> str:
    return f'<!DOCTYPE html><html dir="rtl" lang="ar"><head>{head}</head><body>{body}</body></html>'


def test_paragraphs_and_nothing_else(reading_bytes: Reading) -> None:
    result = reading_bytes(
        "a.html",
        page(
            '<nav><a href="/">الرئيسية</a> <a href="/s">رياضة</a></nav>'
            f"<h1>افتتاح جسر المرفأ</h1><div class='article-body'><p>{FIRST}</p><p>{SECOND}</p>{THIRD}</div>"
            "<script>alert('نص برمجي')</script><style>p{}</style><!-- تعليق -->"
            '<div class="comments"><p>تعليق من قارئ يشكر الوزير على هذا الجسر الجميل.</p></div>'
            '<div style="display:none">نص لا يراه أحد من القراء أبدا في هذه الصفحة.</div>'
            '<aside><a href="/2">خبر آخر عن أسعار النفط في الأسواق العالمية</a></aside>'
            "<footer>جميع الحقوق محفوظة لصحيفة الوادي في كل البلاد</footer>"
        ),
    )
    assert result.articles[0].paragraphs == (FIRST, SECOND, THIRD)
    assert result.titles == ["افتتاح جسر المرفأ"]


@pytest.mark.parametrize("times", [1, 20])
def test_lines_end_at_blocks_and_breaks_and_not_at_bold_words(reading_bytes: Reading, times: int) -> None:
    marked = SECOND.replace("الجسر", "<b>الجسر</b>").replace("دينار", '<a href="x">دينار</a>')
    text = "<br><br/>".join([FIRST, marked, THIRD] * times)
    result = reading_bytes("a.html", page(f"<h1>افتتاح جسر المرفأ</h1><div>\n\t{text}</div>"))
    assert set(result.articles[0].paragraphs) == {FIRST, SECOND, THIRD}


def test_text_is_as_it_was_written(reading_bytes: Reading) -> None:
    written = "قَالَ الـوزيرُ\u200c إن ﷺ «الجسر» \u200fيُفتتح غداً&nbsp;— في ٢٠٢٤ — أمام الجميع."
    paragraphs = f"<p>{written}</p>" + f"<p>{SECOND} {THIRD}</p>" * 6
    result = reading_bytes("a.html", page(paragraphs))
    assert result.articles[0].paragraphs[0] == written.replace("&nbsp;", "\xa0")


@pytest.mark.parametrize(
    ("bar", "heading", "title", "source"),
    [
        # The headline says more than the title of the page.
        ("تغطية مباشرة", "<h1>تغطية مباشرة لافتتاح جسر المرفأ</h1>", "تغطية مباشرة لافتتاح جسر المرفأ", ""),
        ("الجسر", "<h1>جسر المرفأ</h1>", "الجسر", ""),
        # A section stands between the headline and the site.
        ("افتتاح جسر المرفأ - محليات - الوادي", "<h1>افتتاح جسر المرفأ</h1>", "افتتاح جسر المرفأ", "الوادي"),
        (
            "افتتاح جسر المرفأ | فرانس 24 - عربي",
            "<h1>افتتاح جسر المرفأ</h1>",
            "افتتاح جسر المرفأ",
            "فرانس 24 - عربي",
        ),
        # Older pages have their headline in a heading of the second order.
        ("افتتاح جسر المرفأ - محليات - الوادي", "<h2>افتتاح جسر المرفأ</h2>", "افتتاح جسر المرفأ", "الوادي"),
        ("افتتاح جسر المرفأ - محليات", "<h2>أخبار أخرى</h2>", "افتتاح جسر المرفأ", ""),
    ],
)
def test_the_headline_beside_a_title_that_says_less_or_more(
    reading_bytes: Reading, bar: str, heading: str, title: str, source: str
) -> None:
    content = page(f"{heading}<p>{FIRST}</p><p>{SECOND}</p>", f"<title>{bar}</title>")
    article = reading_bytes("a.html", content).articles[0]
    assert (article.title, article.source) == (title, source)


@pytest.mark.parametrize(
    ("above", "shown"),
    [
        ("<h1>{title}</h1><h2 class='subtitle'>{line}</h2>", True),
        ("<header><h1>{title}</h1><h2>{line}</h2></header>", True),
        ("<h1>{title}</h1><p class='entry-lead'>{line}</p><p class='byline'>أحمد</p>", True),
        ("<h1>{title}</h1><div>نشر أمس</div><div class='standfirst'><p>{line}</p></div>", True),
        ("<h1>{title}</h1><h2><a href='/2'>{line}</a></h2>", False),
        ("<h1>{title}</h1><div class='related'><h2 class='subtitle'>{line}</h2></div>", False),
    ],
)
def test_a_short_subtitle_or_lead_is_text(reading_bytes: Reading, above: str, shown: bool) -> None:
    line = "جسر انتظره السكان ثلاث سنوات"
    text = "".join(f"<p>{each}</p>" for each in (FIRST, SECOND, THIRD) * 2)
    content = page(
        above.format(title="افتتاح جسر المرفأ", line=line) + f"<div class='story-content'>{text}</div>"
    )
    paragraphs = reading_bytes("a.html", content).articles[0].paragraphs
    assert paragraphs[0] == (line if shown else FIRST)
    assert paragraphs[-1] == THIRD


PARTS = [
    [f"{line} وهذا ما ورد في البند {number} من البيان." for number in range(first, first + 3)]
    for first, line in ((1, FIRST), (4, SECOND), (7, THIRD))
]
ARTICLES = ["".join(f"<p>{line}</p>" for line in part) for part in PARTS]


@pytest.mark.parametrize("heading", ["", "<h3>10:30</h3>"])
def test_several_article_elements_are_parts_of_one_story(reading_bytes: Reading, heading: str) -> None:
    body = "".join(f"<article>{heading}{each}</article>" for each in ARTICLES)
    result = reading_bytes("a.html", page(f"<h1>افتتاح جسر المرفأ</h1><main>{body}</main>"))
    assert [line for line in result.articles[0].paragraphs if line != "10:30"] == [
        *PARTS[0],
        *PARTS[1],
        *PARTS[2],
    ]
    assert not result.report.notes


def test_an_article_element_that_is_left_out_is_reported(reading_bytes: Reading) -> None:
    other = f"<div><article><h2>تأجيل الامتحانات</h2>{ARTICLES[1]}</article></div>"
    teaser = "<div><article><h2><a href='/2'>خبر آخر</a></h2><p>ارتفعت أسعار النفط في لندن اليوم.</p></article></div>"
    first = f"<div><article><h1>افتتاح جسر المرفأ</h1>{ARTICLES[0]}{ARTICLES[2]}</article></div>"
    own = [*PARTS[0], *PARTS[2]]
    result = reading_bytes("a.html", page(first + other + teaser))
    assert list(result.articles[0].paragraphs) == own
    (note,) = result.report.notes
    assert note.lost and dict(note.reason.values) == {"articles": 1, "title": "تأجيل الامتحانات"}
    alone = reading_bytes("b.html", page(first + teaser))
    assert list(alone.articles[0].paragraphs) == own and not alone.report.notes


def test_the_first_paragraph_set_apart_is_found(reading_bytes: Reading) -> None:
    body = "".join(f"<p>{SECOND} وأضاف في البند {n} أن {THIRD}</p>" for n in range(8))
    head = f'<title>خبر</title><meta name="description" content="{FIRST[:50]}...">'
    result = reading_bytes(
        "a.html", page(f'<div class="lead">{FIRST}</div><div class="body">{body}</div>', head)
    )
    assert result.articles[0].paragraphs[0] == FIRST


LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "موقع"},
        {
            "@type": ["NewsArticle"],
            "headline": "ارتفاع أسعار القمح",
            "datePublished": "2024-03-02T10:00:00+03:00",
            "dateModified": "2024-03-09T10:00:00+03:00",
            "author": [{"@type": "Person", "name": "سلمى حداد"}, {"name": "عمر"}],
            "publisher": {"@type": "Organization", "name": "جريدة المدى"},
            "mainEntityOfPage": {"@id": "https://mada.example/news/77"},
            "articleBody": f"{FIRST}\n{SECOND}",
        },
    ],
}


@pytest.mark.parametrize(
    "wrapped",
    ["{}", "<!--{}-->", "//<![CDATA[\n{}\n//]]>", "[{}]", "{};"],
)
def test_linked_data(reading_bytes: Reading, wrapped: str) -> None:
    script = wrapped.replace("{}", json.dumps(LINKED, ensure_ascii=False))
    head = f'<script type="application/ld+json">{script}</script>'
    article = reading_bytes("a.html", page("<p>نص قصير</p>", head)).articles[0]
    assert article.title == "ارتفاع أسعار القمح"
    assert article.author == "سلمى حداد، عمر"
    assert article.source == "جريدة المدى"
    assert article.url == "https://mada.example/news/77"
    assert article.published == datetime(2024, 3, 2, 10, tzinfo=timezone(timedelta(hours=3)))
    assert article.paragraphs == (FIRST, SECOND)


def test_a_page_in_microformats(reading_bytes: Reading) -> None:
    entry = (
        '<article class="h-entry"><h1 class="p-name">افتتاح جسر المرفأ</h1><a class="p-author h-card" '
        f'href="/s">سالم العلي</a><section class="e-content"><p>{FIRST}</p><p>{SECOND}</p></section>'
        '<a class="p-canonical" href="https://alwadi.example/jisr">الرابط</a></article>'
    )
    article = reading_bytes("a.html", page(entry)).articles[0]
    assert (article.author, article.url) == ("سالم العلي", "https://alwadi.example/jisr")
    article = reading_bytes("b.html", page(entry + entry.replace("سالم", "هند"))).articles[0]
    assert (article.author, article.url) == ("", "")


def test_the_headline_in_microdata(reading_bytes: Reading) -> None:
    body = f'<h1>الوادي</h1><h1 itemprop="headline">افتتاح جسر المرفأ</h1><p>{FIRST}</p><p>{SECOND}</p>'
    assert reading_bytes("a.html", page(body, "<title>خبر</title>")).titles == ["افتتاح جسر المرفأ"]


def test_open_graph(reading_bytes: Reading) -> None:
    head = (
        "<title>افتتاح جسر المرفأ | الوادي</title>"
        '<meta property="og:title" content="افتتاح جسر المرفأ - صحيفة الوادي">'
        '<meta property="og:site_name" content="صحيفة الوادي">'
        '<meta property="og:url" content="https://wadi.example/n/5?id=1">'
        '<meta property="article:published_time" content="2024-05-01T08:30:00Z">'
        '<meta property="article:author" content="https://facebook.example/wadi">'
        '<meta name="author" content="هدى">'
        '<link rel="canonical" href="https://wadi.example/">'
    )
    article = reading_bytes("a.html", page(f"<p>{FIRST}</p><p>{SECOND}</p>", head)).articles[0]
    assert (article.title, article.source, article.author) == ("افتتاح جسر المرفأ", "صحيفة الوادي", "هدى")
    assert article.url == "https://wadi.example/n/5?id=1"  # not the home page, canonical as it may be
    assert article.published == datetime(2024, 5, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta name="pubdate" content="2024-05-01">', "", (2024, 5, 1)),
        ('<meta itemprop="datePublished" content="2024-05-01">', "", (2024, 5, 1)),
        ('<meta name="dcterms.created" content="2024-05-01">', "", (2024, 5, 1)),
        ("", '<time datetime="2024-05-01T10:00">أمس</time>', (2024, 5, 1)),
        ("", '<span class="post-date">نُشر في 21/07/2015</span>', (2015, 7, 21)),
        ('<link rel="canonical" href="https://n.example/2013/news/8/3/x">', "", (2013, 8, 3)),
        ('<link rel="canonical" href="https://n.example/a-2020-06-03-1.2">', "", (2020, 6, 3)),
        ("", '<div class="date">22/11/2026</div><h1>خبر</h1><i class="date">21/07/2015</i>', (2015, 7, 21)),
        ("", "<h1>خبر</h1><div><div>الأربعاء، 07 أكتوبر 2020 - 12:00 م</div></div>", (2020, 10, 7)),
        ("", '<header><div class="date">22/11/2026</div></header>', None),  # today's
        ("", '<span class="post-date">03/04/2020</span>', None),  # two days, so none
        ("", "", None),
    ],
)
def test_when_it_was_published(
    reading_bytes: Reading, head: str, body: str, day: tuple[int, int, int] | None
) -> None:
    article = reading_bytes("a.html", page(f"{body}<p>{FIRST}</p><p>{SECOND}</p>", head)).articles[0]
    assert (article.published and article.published.timetuple()[:3]) == day


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("افتتاح جسر المرفأ - صحيفة الوادي", "", "افتتاح جسر المرفأ"),
        ("المدينة نيوز - افتتاح جسر المرفأ", "افتتاح جسر المرفأ", "افتتاح جسر المرفأ"),
        ("افتتاح جسر المرفأ - الوادي", "الوادي", "افتتاح جسر المرفأ"),
        ("", "افتتاح جسر المرفأ", "افتتاح جسر المرفأ"),
        ("هدنة - صحيفة الوادي", "هدنة", "هدنة"),
        (
            "السعودية - اليمن: هدنة جديدة تبدأ غدا",
            "السعودية - اليمن: هدنة جديدة تبدأ غدا",
            "السعودية - اليمن: هدنة جديدة تبدأ غدا",
        ),
    ],
)
def test_the_title_without_the_site(reading_bytes: Reading, title: str, heading: str, expected: str) -> None:
    result = reading_bytes(
        "a.html", page(f"<h1>{heading}</h1><p>{FIRST}</p><p>{SECOND}</p>", f"<title>{title}</title>")
    )
    assert result.titles == [expected]


@pytest.mark.parametrize("declared", ["windows-1256", "cp1256", "utf-8", "iso-8859-1", "nonsense", ""])
@pytest.mark.parametrize("encoding", ["cp1256", "utf-8", "utf-16"])
def test_encodings_declared_or_not(reading_bytes: Reading, declared: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    content = page(f"<h1>افتتاح جسر المرفأ</h1><p>{FIRST}</p><p>{SECOND}</p>", meta).encode(encoding)
    assert reading_bytes("a.html", content).articles[0].paragraphs == (FIRST, SECOND)


@pytest.mark.parametrize("declared", ["iso-8859-6", "ASMO-708"])
def test_a_declared_rare_encoding(reading_bytes: Reading, declared: str) -> None:
    content = page(f"<p>{FIRST}</p><p>{THIRD}</p>", f'<meta charset="{declared}">').encode("iso8859-6")
    result = reading_bytes("a.html", content)
    assert result.articles[0].paragraphs == (FIRST, THIRD)
    assert not result.report.guessed


@pytest.mark.parametrize(
    "content",
    ["<html></html>", page(""), page("<img src='x'>"), page("<div>" * 20_000), "<html" * 1000],
)
def test_pages_without_an_article(reading_bytes: Reading, content: str) -> None:
    result = reading_bytes("a.html", content)
    assert not result.articles
    assert len(result.reasons) == 1


def test_many_thousand_paragraphs(reading_bytes: Reading) -> None:
    limits = ReadLimits(words=10**7)
    result = reading_bytes("a.html", page(f"<article>{f'<p>{FIRST}</p>' * 30_000}</article>"), limits=limits)
    assert len(result.articles[0].paragraphs) == 30_000


def test_deep_linked_data_is_harmless(reading_bytes: Reading) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    head = f'<script type="application/ld+json">{deep}</script>'
    assert reading_bytes("a.html", page(f"<p>{FIRST}</p>", head)).articles[0].paragraphs == (FIRST,)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (pages that are not ours to ship) is absent")
def test_real_pages(reading: Reading) -> None:
    folder = SHARED / "data/html"
    expected = json.loads((folder / "htmldate_dates.expected.json").read_text(encoding="utf-8"))
    for path in sorted(folder.glob("htmldate_*.html")):
        (article,) = reading(path).articles
        if article.published is not None:  # none is a miss, another day a mistake
            assert article.published.date().isoformat() == expected[path.name]["date"], path
    wanted = json.loads((folder / "goose3_cnn_arabic.expected.json").read_text(encoding="utf-8"))["expected"]
    (article,) = reading(folder / "goose3_cnn_arabic.html").articles
    assert article.paragraphs[0].startswith(wanted["cleaned_text"])


def test_short_cells_of_a_table_stay(reading_bytes: Reading) -> None:
    rows = "<tr><th>البند</th><th>الكلفة</th></tr><tr><td>الإسمنت</td><td>300 ألف</td></tr>"
    text = f"<p>{FIRST} {SECOND}</p><p>{SECOND} {THIRD}</p><table>{rows}</table><p>{THIRD} {FIRST}</p>"
    result = reading_bytes("a.html", page(f"<article><h1>افتتاح جسر المرفأ</h1>{text}</article>"))
    assert result.articles[0].paragraphs[2:-1] == ("البند", "الكلفة", "الإسمنت", "300 ألف")


@pytest.mark.parametrize(
    ("element", "author"),
    [
        ("<div class='author'>بقلم: ليلى حداد</div>", "ليلى حداد"),
        ("<span class='post-author-name'><a href='/w/1'>ليلى حداد</a></span>", "ليلى حداد"),
        (
            "<p class='byline'>كتبت: ليلى حداد</p><footer><b class='author'>ليلى حداد</b></footer>",
            "ليلى حداد",
        ),
        # Several are those of other articles, too.
        ("<i class='author'>ليلى حداد</i><i class='author'>سامي نور</i>", ""),
        ("<div class='author-box'>تابعوا ليلى حداد على المنصات كلها</div>", ""),
        ("<div class='author'>وصل الوزير إلى بيروت</div>", ""),
    ],
)
def test_an_author_in_an_element_named_after_authors(
    reading_bytes: Reading, element: str, author: str
) -> None:
    text = f"<h1>افتتاح جسر المرفأ</h1>{element}<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert reading_bytes("a.html", page(f"<div>{text}</div>")).articles[0].author == author


def test_the_name_of_an_account_is_not_an_author(reading_bytes: Reading) -> None:
    head = "<title>افتتاح جسر المرفأ</title><meta name='author' content='admin'>"
    assert reading_bytes("a.html", page(f"<p>{FIRST}</p><p>{SECOND}</p>", head)).articles[0].author == ""
