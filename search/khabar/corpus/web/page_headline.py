"""Find the headline of a web page, and separate it from the name of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from khabar.corpus.web.page_values import MetaNames, line_of
from khabar.spelling import comparable, has_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["TITLES", "headline_of"]

_SEPARATOR = re.compile(r"\s+[-–—|»:·•]+\s+|\s*[|»]\s*")
#: The names of ``<meta>`` elements with a title, the best first.
TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title")
#: Number of headings of a level that are looked at.
_MOST_HEADINGS = 10
_LONGEST_SITE = 5
"""Maximum number of words of a site's name."""
_LONGEST_HEADLINE = 25
"""Maximum number of words of a heading that contains the page's title and more."""


def headline_of(
    root: HtmlElement, named: MetaNames, data: dict[str, object], sites: Iterable[str]
) -> tuple[str, str]:
    """The headline without the site's name, and that name if it follows the headline in a title.

    Args:
        root: the root element of the page.
        named: its ``<meta>`` values.
        data: its JSON-LD object about the article.
        sites: known names of the site.
    """
    title_element = next(root.iter("title"), None)
    page_title = "" if title_element is None else line_of("".join(title_element.itertext()))
    headings = _texts_of("h1", root)
    titles = [title for title in [*named.all(*TITLES), page_title] if has_words(title)]
    headline = line_of(data.get("headline")) or _in_microdata(root)
    names = {*map(_key, sites)} - {""}
    for heading in filter(has_words, [headline, *headings]):
        # A heading that is most of a title is the headline; a small part of one may be the site's name.
        for title in titles:
            # Before a separator it is the headline, however short.
            site = "" if _key(heading) in names else _site_after(heading, title)
            if comparable(heading) in comparable(title) and (site or len(heading) * 2 > len(title)):
                return heading, site
    if not headline and not headings and titles and (heading := _second_level_heading(root, titles[0])):
        return heading, _site_after(heading, titles[0])
    if not headline and (longer := _longer_heading(headings, titles, names)):
        return longer, ""
    if headline or not titles:
        return headline or max(headings, key=len, default=""), ""
    return _without_site(titles[0], names | ({*map(_key, headings)} - {""})), ""


def _second_level_heading(root: HtmlElement, title: str) -> str:
    """The first ``<h2>`` that the title has before a separator, for a page without ``<h1>``; "" for none."""
    headings = filter(has_words, _texts_of("h2", root))
    return next((heading for heading in headings if _after_separator(heading, title)), "")


def _texts_of(tag: str, root: HtmlElement) -> list[str]:
    """The texts of the first headings with a tag."""
    return [line_of("".join(element.itertext())) for element in islice(root.iter(tag), _MOST_HEADINGS)]


def _longer_heading(headings: Sequence[str], titles: Sequence[str], names: set[str]) -> str:
    """The heading that contains the page's title and more words; "" for none."""
    for title in titles:
        short = comparable(title)
        for heading in headings:
            long = comparable(heading)
            if f" {short} " in f" {long} " and long != short and len(long.split()) <= _LONGEST_HEADLINE:
                return "" if _key(heading) in names else heading
    return ""


def _in_microdata(root: HtmlElement) -> str:
    """The heading that microdata calls the headline; "" on a page with several, such as a list of
    articles."""
    headings = root.xpath("(//h1[@itemprop='headline'])[position() < 3]")
    return line_of("".join(headings[0].itertext())) if len(headings) == 1 else ""


def _site_after(heading: str, title: str) -> str:
    """The name of the site that follows the headline and a separator in a title; "" if there is none. Of
    several parts with the same separator it is the last, since the others name sections."""
    start = _after_separator(heading, title)
    if not start:
        return ""
    separator = title[len(heading) : start].strip()
    name = title[start:].rpartition(f" {separator} ")[2].strip()
    return name if len(name.split()) <= _LONGEST_SITE else ""


def _after_separator(heading: str, title: str) -> int:
    """The position in a title after the heading that it begins with and a separator; 0 if there is none."""
    separator = _SEPARATOR.match(title, len(heading)) if title.startswith(heading) else None
    return separator.end() if separator else 0


def _without_site(title: str, sites: set[str]) -> str:
    """A title without the site's name before or after it, or without a last part that looks like one."""
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return title
    first, last = title[: separators[0].start()], title[separators[-1].end() :]
    before_last = title[: separators[-1].start()]
    if _names_site(last, sites) or len(last.split()) <= 3 <= len(before_last.split()):
        return before_last
    return title[separators[0].end() :] if _names_site(first, sites) else title


def _names_site(part: str, sites: set[str]) -> bool:
    key = _key(part)
    return any(key == site or (len(key) > 3 and (key in site or site in key)) for site in sites)


def _key(name: str) -> str:
    """The letters and digits of a name, for comparison."""
    return re.sub(r"[\W_]+", "", comparable(name))
