"""The site: built of the Markdown files without a warning, in both languages, and every link of it leads
somewhere."""

from __future__ import annotations

import html
import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from test_docs import DOCUMENTS, blocks, text_of

ROOT = Path(__file__).parents[2]
#: Pages that are there in both languages.
TRANSLATED = {
    "docs/tutorial.md": "docs/ar/tutorial.md",
    "docs/query-language.md": "docs/ar/query-language.md",
    "docs/howto/desk.md": "docs/ar/desk.md",
    "docs/howto/install.md": "docs/ar/install.md",
}


# The site is built once: by the process that runs all of these tests.
pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def pages() -> object:
    """What files are on the site, without Sphinx."""
    sys.path.insert(0, str(ROOT / "docs" / "site"))
    try:
        yield importlib.import_module("pages")
    finally:
        sys.path.remove(str(ROOT / "docs" / "site"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for needed in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(needed, reason=f"the site takes {needed}: pip install --group docs")
    folder = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "site" / "build.py"), str(folder)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


# built


def test_every_page_is_there(site: Path, pages) -> None:
    for language, base in (("en", site), ("ar", site / "ar")):
        for page in pages.pages(language):
            assert (base / page).with_suffix("").with_name(Path(page).stem + ".html").exists(), page
        assert 'http-equiv="refresh"' in (base / "index.html").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(site: Path) -> None:
    @cache
    def places(page: Path) -> set[str]:
        return {html.unescape(each) for each in re.findall(r'\bid="([^"]+)"', page.read_text("utf-8"))}

    links = 0
    for page in site.rglob("*.html"):
        for _, target in re.findall(r'\b(href|src)="([^"]+)"', page.read_text(encoding="utf-8")):
            address = urlsplit(html.unescape(target))
            if address.scheme or address.netloc:
                continue
            path = unquote(address.path)
            found = (page.parent / path).resolve() if path else page
            found = found / "index.html" if found.is_dir() else found
            assert found.exists(), f"{page.relative_to(site)} links to {target}"
            if address.fragment and found.suffix == ".html":
                place = unquote(address.fragment)
                # The theme's switches are boxes with a name.
                assert place in places(found), f"{page.relative_to(site)} links to {target}"
            links += 1
    assert links > 3000


def test_each_language_has_its_direction_its_words_and_its_search(site: Path) -> None:
    english = (site / "docs" / "tutorial.html").read_text(encoding="utf-8")
    arabic = (site / "ar" / "docs" / "ar" / "tutorial.html").read_text(encoding="utf-8")
    assert 'lang="en"' in english and 'dir="rtl"' not in english
    assert '<html class="no-js" lang="ar" dir="rtl"' in arabic
    assert "في هذه الصفحة" in arabic and "On this page" not in arabic
    assert 'href="ar/docs/ar/tutorial.html"' in english.replace("../", "")
    assert 'href="../../../docs/tutorial.html"' in arabic
    # An inflected word is looked for by its stem.
    index = (site / "ar" / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert "استعلام" in terms and "الاستعلامات" not in terms
    assert "ظلل" in terms, "a mark is no end of a word"
    assert "ArabicStemmer" in (site / "ar" / "_static" / "language_data.js").read_text(encoding="utf-8")
    for page in (english, arabic):
        assert "tutorial" in page and 'class="toctree-l1' in page


def test_nothing_is_fetched_from_the_network(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?:https?:)?//[^"]+"', text), (
            page
        )


# of what it is made


def test_links_are_told_apart(pages) -> None:
    def linked(target: str, docname: str, language: str = "en") -> str:
        return pages.linked("x", target, docname, language)

    assert linked("terminal.md#output", "docs/tutorial") == "[x](terminal.md#output)"
    assert linked("https://example.org/", "docs/tutorial") == "[x](https://example.org/)"
    assert linked("ar/tutorial.md", "docs/tutorial") == (
        '<a class="reference" href="../ar/docs/ar/tutorial.html">x</a>'
    )
    assert linked("../terminal.md#output", "docs/ar/tutorial", "ar") == (
        '<a class="reference" href="../../../docs/terminal.html#output">x</a>'
    )
    assert linked("../corpus", "docs/tutorial") == "x"
    assert linked("../LICENSE", "docs/tutorial") == "[x](../LICENSE)"


def test_code_stays_as_it_is(pages) -> None:
    text = '<div dir="rtl">\n\n# x\n\n```console\n<div dir="rtl">\n[a](b.md) «قال»\n```\n\n</div>\n'
    block = text[text.index("```") : text.rindex("```") + 3]
    assert pages.as_a_page(text, "docs/ar/x", "ar").split("\n\n") == ["", "# x", block, "\n"]
    assert "```text\nGET /\n" in pages.as_a_page("```http\nGET /\n```\n", "docs/x", "en")
    assert pages.as_a_page("# «خبر»\n\n«قال» and «خبر»\n", "docs/x", "en") == (
        "# «خبر»\n\n<bdi>«قال»</bdi> and <bdi>«خبر»</bdi>\n"
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_lists_of_documents_name_every_page(pages, language: str) -> None:
    home, contents, *_ = pages.PAGES[language]
    listed = set(re.findall(r"^/(.+)$", pages.beside(contents, language), re.MULTILINE))
    assert listed | {home.removesuffix(".md")} == {page.removesuffix(".md") for page in pages.pages(language)}


def test_pages_are_documents_whose_examples_are_run(pages) -> None:
    # Those that show nothing to be run.
    others = {"CODE_OF_CONDUCT.md"}
    assert {*pages.pages("en"), *pages.pages("ar")} == {*DOCUMENTS} | others


# translated


def test_every_arabic_page_has_an_english_one() -> None:
    arabic = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "ar").glob("*.md")}
    assert arabic == {*TRANSLATED.values(), "docs/ar/README.md"}


@pytest.mark.parametrize(("english", "arabic"), TRANSLATED.items())
def test_translations_have_the_same_examples_sections_and_rows(english: str, arabic: str) -> None:
    def shown(name: str) -> list[str]:
        found: list[str] = []
        for language, text, _ in blocks(name):
            lines = text.splitlines()
            if language == "console":  # the Arabic one shows what khabar says in Arabic
                lines = [line.replace(" --lang ar", "") for line in lines if line.startswith("$ ")]
            found += [language, *(line.partition("  # ")[0].rstrip() for line in lines)]
        return found

    assert shown(english) == shown(arabic)
    for sign in (r"^#{1,4} ", r"^\|", r"^\s*- "):
        counts = [len(re.findall(sign, text_of(name), re.MULTILINE)) for name in (english, arabic)]
        # The last list of the tutorial leads to what is there in the language.
        if sign != r"^\s*- " or english != "docs/tutorial.md":
            assert counts[0] == counts[1], f"{english} and {arabic} differ in lines of {sign}"


@pytest.mark.parametrize("name", [*TRANSLATED, *TRANSLATED.values()])
def test_translations_lead_to_one_another(name: str) -> None:
    both = {**TRANSLATED, **{arabic: english for english, arabic in TRANSLATED.items()}}
    targets = {
        (ROOT / name).parent.joinpath(target).resolve()
        for target in re.findall(r"^\[(?:العربية|English)\]\(([^)]+)\)$", text_of(name), re.MULTILINE)
    }
    assert targets == {ROOT / both[name]}
