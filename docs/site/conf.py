"""How Sphinx makes the site of the Markdown files as they are on GitHub: ``make site``.

The source folder is the checkout, so that links between files need no change. Each language is a build of its
own, with its own words, direction and search: English into ``build/site``, Arabic into ``build/site/ar``.
What the files become is in pages.py.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import snowballstemmer
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

sys.path.insert(0, str(Path(__file__).parent))

from pages import PAGES, ROOT, as_a_page, pages

project = "khabar"
author = "The khabar developers"
# A build of the same files is the same.
html_copy_source = False
html_show_copyright = False

extensions = ["myst_parser"]
myst_heading_anchors = 6
locale_dirs = [str(Path(__file__).parent / "locale")]

html_theme = "furo"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_use_index = False
html_show_sphinx = False


_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


class SearchArabic(SearchLanguage):
    """The search of the Arabic pages: Sphinx brings Snowball's stemmer for Arabic and no language that uses
    it."""

    lang = "ar"
    language_name = "Arabic"
    js_stemmer_rawcode = "arabic-stemmer.js"
    # Marks are no part of a word here, and no end of one.
    js_splitter_code = """
var splitQuery = (query) => query
  .replace(/[\\u064b-\\u0652\\u0670\\u0640]/g, "")
  .split(/[^\\p{Letter}\\p{Number}_]+/gu)
  .filter((term) => term);
"""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stemmer = snowballstemmer.stemmer("arabic")

    def split(self, input: str) -> list[str]:
        return super().split(_MARKS.sub("", input))

    def stem(self, word: str) -> str:
        return str(self.stemmer.stemWord(word.lower()))


def _configured(app: Sphinx, config: Any) -> None:
    this = config.language
    config.root_doc = PAGES[this][0].removesuffix(".md")
    config.include_patterns = pages(this)
    # What is walked through: the folders of the pages and no other.
    kept = {path.partition("/")[0] for path in pages(this) if "/" in path}
    config.exclude_patterns = [
        each.name for each in ROOT.iterdir() if each.is_dir() and each.name not in kept
    ]
    config.html_title = "خبر" if this == "ar" else "khabar"


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = as_a_page(source[0], docname, app.config.language)


def _page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if app.config.language == "ar":
        # The theme has no place for the direction of a page but the one behind its language.
        context["language"] = 'ar" dir="rtl'


def _finished(app: Sphinx, error: Exception | None) -> None:
    """The address of the folder is that of the home page."""
    if error is None and app.builder.format == "html":
        home = f"{app.config.root_doc}.html"
        (Path(app.outdir) / "index.html").write_text(
            f'<!doctype html><meta charset="utf-8"><title>{app.config.html_title}</title>'
            f'<meta http-equiv="refresh" content="0; url={home}"><a href="{home}">{home}</a>\n',
            encoding="utf-8",
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect what is above."""
    app.add_search_language(SearchArabic)
    app.connect("config-inited", _configured)
    app.connect("source-read", _read)
    app.connect("html-page-context", _page)
    app.connect("build-finished", _finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
