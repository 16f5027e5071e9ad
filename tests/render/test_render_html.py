"""The HTML pages: each in the direction of its language, self-contained, everything from outside escaped; a
browser looks at one where there is one.
"""

import os
import re
import shutil
import subprocess
from datetime import date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_render_results import PROBLEM, explained, hit, hostile, results

from khabar.corpus.article import Article
from khabar.explore.facets import Facet, Facets, FacetValue
from khabar.explore.timeline import Bucket, Timeline
from khabar.highlight.matcher import Highlight
from khabar.highlight.whole import MarkedArticle
from khabar.render.article import ArticleView
from khabar.render.blocks import blocks_page, grid_of
from khabar.render.html import STYLE
from khabar.render.look import Look
from khabar.render.results import ResultsView
from khabar.render.timeline import TimelineView
from khabar.stories.story import Story, Telling

#: Elements without an end.
VOID = {"meta", "br"}


class Page(HTMLParser):
    """What a browser would see: elements, texts, and whether all that was opened was closed in order."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def every(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return "".join(self.texts)


def test_a_page_runs_in_the_direction_of_its_language_and_what_is_in_it_in_its_own():
    latin = hit(article=Article("x", "Brent at 80", ("نص",)))
    for language, side in (("en", "ltr"), ("ar", "rtl")):
        page = Page(ResultsView(results(hit(), latin)).page(Look(language=language)))
        assert page.every("html") == [{"lang": language, "dir": side}]
        assert [each["dir"] for each in page.every("h2")] == ["rtl", "ltr"]
    # A screen reader is told of the language where it is not that of the page.
    page = Page(ResultsView(results(hit(), latin)).page(Look()))
    assert [each.get("lang") for each in page.every("h2")] == ["ar", None]


def test_a_page_loads_nothing_and_runs_nothing():
    page = Page(ResultsView(results(hit(), hostile(), explained()), timeline=TIMELINE).page(Look()))
    assert not {"script", "img", "link", "iframe", "form", "object", "base"} & {
        tag for tag, _ in page.elements
    }
    policies = [each["content"] for each in page.every("meta") if "http-equiv" in each]
    assert policies and policies[0].startswith("default-src 'none'")
    assert not any("src" in attributes for _, attributes in page.elements)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_matched_words_are_marked_by_depth():
    text = ResultsView(results()).page(Look())
    assert '<mark class="lemma">وزراءُ</mark>' in text
    assert '<mark class="exact">المقاومة</mark>' in text


def test_what_a_hit_says_is_there():
    text = Page(ResultsView(results(hit(), problems=(PROBLEM,))).page(Look())).text
    for said in (
        "لقاء وزراء الخارجية",
        "الخليج اليومي",
        "سعاد",
        "2024-10-09",
        "+1 more paragraph",
        "14 articles",
    ):
        assert said in text
    assert PROBLEM.message in text


def test_the_pages_own_words_in_arabic():
    page = Page(ResultsView(results()).page(Look(language="ar")))
    assert page.every("html")[0]["lang"] == "ar"
    assert "نتائج البحث عن" in page.text and "14 مقالًا" in page.text and "معاني الألوان" in page.text


def test_strangers_cannot_write_markup():
    page = Page(ResultsView(results(hostile(), query='"><script>alert(1)</script>')).page(Look()))
    assert not page.every("script")
    assert '"><script>alert(1)</script>' in page.text
    assert "\x1b" not in page.text and "\u202e" not in page.text


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ('https://news.example/1?a=1&b="2"', True),
        ("javascript:alert(1)", False),
        ("  JavaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//news.example/1", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_links(url, linked):
    article = Article("a", "عنوان", ("نص",), url=url)
    page = Page(ArticleView(MarkedArticle(article, (), ((),))).page(Look()))
    links = [each["href"] for each in page.every("a")]
    assert links == ([url] if linked else [])


@given(st.text(), st.text(), st.text())
def test_any_text_stays_text(title, source, body):
    article = Article("id", title, (body,), source=source, url=title)
    marks = (Highlight(0, len(body), '"><b>', "x", "x", 0),) if body else ()
    page = Page(ArticleView(MarkedArticle(article, (), (marks,))).page(Look()))
    allowed = [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "article",
        "h1",
        "p",
        "bdi",
        "span",
        "a",
        "mark",
    ]
    assert {tag for tag, _ in page.elements} <= set(allowed)


TIMELINE = Timeline(
    ("النفط", '"><b>الغاز'),
    "month",
    "monday",
    (
        Bucket(date(2024, 1, 1), date(2024, 1, 31), (12, 0), 40),
        Bucket(date(2024, 2, 1), date(2024, 2, 29), (6, 3), 40),
        Bucket(date(2024, 3, 1), date(2024, 3, 31), (0, 0), 0),
        Bucket(date(2024, 4, 1), date(2024, 4, 30), (0, 4), 40),
    ),
    (20, 7),
    (2, 0),
    1.0,
    ((), ()),
)


def test_facets_are_bars_below_the_hits():
    sources = Facet("source", (FacetValue("وكالة <ا>", 10), FacetValue("ب", 5)), more=3, rest=14)
    page = ResultsView(results(), facets=Facets("النفط", 29, 1.0, (sources,))).page(Look())
    widths = re.findall(r"style=\"width:([\d.]+)%\"", page)
    assert [float(each) for each in widths] == [100, 50, 0]
    assert "وكالة &lt;ا&gt;" in page and "By source" in page and "and 3 more" in page
    assert page.index('id="hit-1"') < page.index("By source")


def test_curves_have_one_scale_with_an_axis_and_gaps():
    """The highest number of all queries is the end of the axis; where the index has nothing the curves
    stop."""
    page = TimelineView(TIMELINE).page(Look())
    curves = re.findall(r'<path class="s(\d)" d="([^"]+)"/>', page.partition("<figcaption>")[0])
    # 12 of 12 articles are the top, 0 of 100 from above; 3 of 12 three quarters below it.
    assert curves == [("1", "M5,0 L15,50"), ("2", "M5,100 L15,75")]
    assert '<rect x="20" y="0" width="10" height="100"/>' in page
    assert '<div class="up"><span>12</span><span>6</span><span>0</span></div>' in page
    text = Page(page).text
    for said in ("2024-01", "2024-04", "20 articles, 2 without a date", "7 articles", "shaded"):
        assert said in text
    # Each query runs in its own direction, inside of the title's quotation marks.
    assert "«<bdi>النفط</bdi>» and «<bdi>" in page
    # And all numbers, for those who do not see curves.
    assert len(Page(page).every("tr")) == 5 and "no articles" in text
    assert not Page(page).every("b") and '"><b>الغاز' in text


def test_a_month_alone_between_gaps_is_a_dot():
    page = TimelineView(TIMELINE).page(Look())
    assert '<path class="s2 dot" d="M35,66.67 h0"><title>' in page


def test_an_empty_timeline_has_no_chart():
    nothing = Timeline(("بطاريق",), "day", "monday", (), (0,), (0,), 1.0, ((),))
    assert "<svg" not in TimelineView(nothing).page(Look())


def test_a_story_tells_who_ran_it_when_and_how_alike():
    first = Article("a", "عنوان", ("نص",), "وكالة الساحل", published=datetime(2024, 5, 1, 8, 30))
    second = Article(
        "b", "عنوان", ("نص",), "البلاد", published=datetime(2024, 5, 2), url="https://x.example/b"
    )
    story = Story((Telling(first, 1.0), Telling(second, 0.87)))
    for language, alike in (("en", "87 % alike"), ("ar", "التشابه 87 %")):
        text = ResultsView(results(hit(story=story))).page(Look(language=language))
        page = Page(text)
        for said in ("2024-05-01 08:30", "وكالة الساحل", "البلاد", "2024-05-02", alike):
            assert said in page.text
        assert "https://x.example/b" in [each["href"] for each in page.every("a")]


def colours(scheme):
    """The colours of a scheme by name, from the style."""
    light, _, dark = STYLE.partition("prefers-color-scheme: dark")
    return dict(
        re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+)", light if scheme == "light" else dark.partition("} }")[0])
    )


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme):
    """WCAG 2.2 AA: 4.5 for text, 3 for curves and bars."""
    named = colours(scheme)
    texts = [(ink, "paper") for ink in ("ink", "faint", "good", "bad", "warn")]
    texts += [("ink", mark) for mark in ("exact", "light", "lemma", "similar")]
    drawn = [(each, "paper") for each in ("bar", "line-1", "line-2", "line-3", "line-4")]
    for pairs, least in ((texts, 4.5), (drawn, 3)):
        for one, other in pairs:
            assert contrast(named[one], named[other]) >= least, (one, other)


def test_a_table():
    rows = [{"name": "غزة & <b>", "last_run": None}, {"name": "ب", "last_run": 1}]
    page = Page(blocks_page("khabar info", [grid_of(rows, "en")], Look()))
    assert len(page.every("tr")) == 3 and len(page.every("td")) == 4
    assert "غزة & <b>" in page.text and "last run" in page.text


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium on this machine")
def test_a_browser_shows_it(tmp_path):
    """Chromium lays it out from right to left, runs nothing of it, and paints the highlights."""
    probe = """<script>document.title = 'a script ran'</script>"""
    bad = hit(article=Article("x", f"{probe} عنوان", ("فقرة",), url="https://news.example"))
    facets = Facets("النفط", 2, 1.0, (Facet("source", (FacetValue("وكالة", 2),)),))
    page = ResultsView(results(hit(), bad, hostile()), facets=facets).page(Look())
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    command = [BROWSER, "--headless", "--disable-gpu", "--no-first-run", "--window-size=900,1200"]
    command += ["--hide-scrollbars", f"--user-data-dir={tmp_path / 'profile'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")
    address = (tmp_path / "page.html").as_uri()
    picture = tmp_path / "page.png"
    done = subprocess.run(
        [*command, f"--screenshot={picture}", address], capture_output=True, timeout=90, cwd=tmp_path
    )
    assert picture.exists(), done.stderr
    if keep := os.environ.get("KHABAR_SCREENSHOT"):
        shutil.copy(picture, keep)
    done = subprocess.run([*command, "--dump-dom", address], capture_output=True, timeout=90, cwd=tmp_path)
    shown = Page(done.stdout.decode("utf-8").strip())
    assert "a script ran" not in "".join(shown.texts[:8])
    assert [each["class"] for each in shown.every("mark")][:3] == ["lemma", "lemma", "exact"]
