"""The HTML page: right to left, self-contained, everything from outside escaped; looked at by a browser where there is one."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_render_results import PROBLEM, explained, hit, hostile, results

from khabar.corpus.article import Article
from khabar.highlight.matcher import Highlight
from khabar.highlight.whole import MarkedArticle
from khabar.render.html import article_page, results_page, table_page
from khabar.render.look import Look

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


def test_the_page_runs_from_right_to_left_and_loads_nothing():
    page = Page(results_page(results(hit(), hostile(), explained())))
    assert page.every("html") == [{"lang": "en", "dir": "rtl"}]
    assert not {"script", "img", "link", "iframe", "form", "object", "base"} & {
        tag for tag, _ in page.elements
    }
    policies = [each["content"] for each in page.every("meta") if "http-equiv" in each]
    assert policies and policies[0].startswith("default-src 'none'")
    assert not any("src" in attributes for _, attributes in page.elements)
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_matched_words_are_marked_by_depth():
    text = results_page(results())
    assert '<mark class="lemma">وزراءُ</mark>' in text
    assert '<mark class="exact">المقاومة</mark>' in text


def test_what_a_hit_says_is_there():
    text = Page(results_page(results(hit(), problems=(PROBLEM,)))).text
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
    page = Page(results_page(results(), Look(language="ar")))
    assert page.every("html")[0]["lang"] == "ar"
    assert "نتائج البحث عن" in page.text and "14 مقالاً" in page.text and "معاني الألوان" in page.text


def test_strangers_cannot_write_markup():
    page = Page(results_page(results(hostile(), query='"><script>alert(1)</script>')))
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
    page = Page(article_page(MarkedArticle(article, (), ((),))))
    links = [each["href"] for each in page.every("a")]
    assert links == ([url] if linked else [])


@given(st.text(), st.text(), st.text())
def test_any_text_stays_text(title, source, body):
    article = Article("id", title, (body,), source=source, url=title)
    marks = (Highlight(0, len(body), '"><b>', "x", "x", 0),) if body else ()
    page = Page(article_page(MarkedArticle(article, (), (marks,))))
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


def test_facets_and_timeline_are_bars():
    page = results_page(
        results(),
        facets={"By source": [("وكالة <ا>", 10), ("ب", 5)]},
        timeline=[("2024-01", 0), ("2024-02", 3)],
    )
    widths = re.findall(r"<i style=\"width:([\d.]+)%\">", page)
    assert [float(each) for each in widths] == [80, 40, 0, 80]
    assert "وكالة &lt;ا&gt;" in page and "Over time" in page


def test_a_table():
    page = Page(table_page("khabar info", [{"name": "غزة & <b>", "none": None}, {"name": "ب", "none": 1}]))
    assert len(page.every("tr")) == 3 and len(page.every("td")) == 4
    assert "غزة & <b>" in page.text


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium on this machine")
def test_a_browser_shows_it(tmp_path):
    """Chromium lays it out from right to left, runs nothing of it, and paints the highlights."""
    probe = """<script>document.title = 'a script ran'</script>"""
    bad = hit(article=Article("x", f"{probe} عنوان", ("فقرة",), url="https://news.example"))
    page = results_page(results(hit(), bad, hostile()), facets={"By source": [("وكالة", 2)]})
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
