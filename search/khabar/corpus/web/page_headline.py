"""The headline of a web page, apart from the name of its site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from khabar.corpus.web.page_values import MetaNames, line_of
from khabar.spelling import comparable, has_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["TITLES", "headline_of"]

_PARTED = re.compile(r"\s+[-–—|»:·•]+\s+|\s*[|»]\s*")
#: The names of ``<meta>`` with a title, the best first.
TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title")
_LONGEST_SITE = 5
"""words"""
_LONGEST_HEADLINE = 25
"""words of a heading that says more than the page's title"""


def headline_of(
    root: HtmlElement, named: MetaNames, data: dict[str, object], sites: Iterable[str]
) -> tuple[str, str]:
    """The headline without the site's name, and that name if the page's title shows it beside the
    headline."""
    shown = next(root.iter("title"), None)
    in_bar = "" if shown is None else line_of("".join(shown.itertext()))
    headings = [
        line_of("".join(heading.itertext())) for heading, _ in zip(root.iter("h1"), range(10), strict=False)
    ]
    titles = [title for title in [*named.all(*TITLES), in_bar] if has_words(title)]
    headline = line_of(data.get("headline")) or _in_microdata(root)
    names = {*map(_key, sites)} - {""}
    for heading in filter(has_words, [headline, *headings]):
        # A heading that is most of the title is the headline; one that is little of it is the site's name.
        for title in titles:
            # In front of a sign that parts the two it is the headline, however short.
            beside = "" if _key(heading) in names else _beside(heading, title)
            if comparable(heading) in comparable(title) and (beside or len(heading) * 2 > len(title)):
                return heading, beside
    if not headline and not headings:
        headings = _parted(root, titles)
        if headings:
            return headings[0], _beside(headings[0], titles[0])
    if not headline and (longer := _saying_more(headings, titles, names)):
        return longer, ""
    if headline or not titles:
        return headline or max(headings, key=len, default=""), ""
    return _without_site(titles[0], names | ({*map(_key, headings)} - {""})), ""


def _parted(root: HtmlElement, titles: Sequence[str]) -> list[str]:
    """The headings of the second order with which a page's title begins before a sign that parts the two, on
    a page without one of the first."""
    found = (
        line_of("".join(heading.itertext())) for heading, _ in zip(root.iter("h2"), range(10), strict=False)
    )
    return [each for each in found if has_words(each) and titles and _border(each, titles[0])][:1]


def _saying_more(headings: Sequence[str], titles: Sequence[str], names: set[str]) -> str:
    """The heading that has the page's title and more, which is a short name of the page; "" for none."""
    for title in titles:
        short = comparable(title)
        for heading in headings:
            more = comparable(heading)
            if f" {short} " in f" {more} " and more != short and len(more.split()) <= _LONGEST_HEADLINE:
                return "" if _key(heading) in names else heading
    return ""


def _in_microdata(root: HtmlElement) -> str:
    """The heading that microdata calls the headline; "" on a page with several, which is a list."""
    found = root.xpath("(//h1[@itemprop='headline'])[position() < 3]")
    return line_of("".join(found[0].itertext())) if len(found) == 1 else ""


def _beside(heading: str, title: str) -> str:
    """The site's name behind the headline in the page's title, if a sign separates the two: of several parts
    with the same sign between them the last, since the others name sections."""
    border = _border(heading, title)
    if not border:
        return ""
    sign = title[len(heading) : border].strip()
    name = title[border:].rpartition(f" {sign} ")[2].strip()
    return name if len(name.split()) <= _LONGEST_SITE else ""


def _border(heading: str, title: str) -> int:
    """The position behind the sign that parts a title from the heading with which it begins; 0 for none."""
    border = _PARTED.match(title, len(heading)) if title.startswith(heading) else None
    return border.end() if border else 0


def _without_site(title: str, sites: set[str]) -> str:
    """The title without the site's name before or after it, or without a last part that looks like one."""
    borders = list(_PARTED.finditer(title))
    if not borders:
        return title
    first, last = title[: borders[0].start()], title[borders[-1].end() :]
    if _names_site(last, sites) or len(last.split()) <= 3 <= len(title[: borders[-1].start()].split()):
        return title[: borders[-1].start()]
    return title[borders[0].end() :] if _names_site(first, sites) else title


def _names_site(part: str, sites: set[str]) -> bool:
    key = _key(part)
    return any(key == site or (len(key) > 3 and (key in site or site in key)) for site in sites)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", comparable(name))
