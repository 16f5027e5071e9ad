"""Find the time of publication of a web page in its metadata, its address, and its visible text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from khabar.corpus.dates import parse_timestamp, why_unread
from khabar.corpus.reasons import Reason
from khabar.corpus.records.fields import short_text
from khabar.corpus.web.page_values import MetaNames, line_of, shown

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["dates_in", "published_of"]

_DATE_NAMES = re.compile(r"date|time|publish|تاريخ", re.I)
# /2020/08/24/…, /2020-06-03-…, and /2013/middle_east/8/3/…
_DATE_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_])(?:(?<=/)[^/\d]{1,40}/)?(\d{1,2})\2(\d{1,2})(?!\d)")
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "date_published",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_time",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "dc:date",
    "date",
    "article.published",
    "article.created",
    "citation_publication_date",
    "weibo:article:create_at",
)
_DATE_IN_LINE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]+\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|\d{1,2}\s+[^\W\d][^\d\n:،]{1,30}?[\s،,]+\d{4}"
)
_DATED_TAGS = ("span", "div", "p", "li", "small", "label", "h6", "abbr", "i", "em", "strong", "td")
_FRAME = ("header", "nav", "footer", "aside")
_LONGEST_DATE_LINE = 100
_MOST_ELEMENTS = 400


def published_of(
    root: HtmlElement, named: MetaNames, data: dict[str, object], url: str, dates: str
) -> tuple[datetime | None, list[Reason]]:
    """The time of publication of the article: the first statement that is a date. If there is none, a note
    says why the metadata could not be read.

    Args:
        root: the root element of the page.
        named: its ``<meta>`` values.
        data: its JSON-LD object about the article.
        url: its address, or "".
        dates: the order of day, month and year in numeric dates.
    """
    statements = [
        *((name, data.get(name)) for name in ("datePublished", "dateCreated")),
        *((name, value) for name in _DATES for value in named.all(name)),
    ]
    for _, value in statements:
        if moment := parse_timestamp(value, dates):
            return moment, []
    if moment := _without_metadata(root, url, dates):
        return moment, []
    for name, value in statements:
        if text := short_text(line_of(value)):
            kind, values = why_unread(value)
            return None, [Reason.of(kind, key=name, value=text, **values)]
    return None, []


def _without_metadata(root: HtmlElement, url: str, dates: str) -> datetime | None:
    """The date in the address, or in the visible page."""
    in_url = _DATE_IN_URL.search(url)
    day = parse_timestamp(f"{in_url[1]}-{int(in_url[3]):02}-{int(in_url[4]):02}") if in_url else None
    moments = [moment for value in _shown_dates(root) if (moment := parse_timestamp(value, dates))]
    if day is None:
        return moments[0] if moments else None
    # The address has the day; the page may show the time on that day, or today's date.
    return next((moment for moment in moments if moment.date() == day.date()), day)


def _shown_dates(root: HtmlElement) -> Iterator[str]:
    """The dates in the visible page, the best first: microdata, ``<time>``, elements named after dates."""
    yield from shown(root, "datePublished")
    yield from shown(root, "dateCreated")
    for element, _ in zip(root.iter("time"), range(_MOST_ELEMENTS), strict=False):
        if "modified" not in _names(element) and "updated" not in _names(element):
            yield element.get("datetime") or ""
            yield line_of("".join(element.itertext()))
    above: list[str] = []
    below: list[str] = []
    lines = above
    seen = 0
    for element in root.iter("h1", *_DATED_TAGS):
        if element.tag == "h1":
            lines = below
        elif len(element) <= 3 and _DATE_NAMES.search(_names(element)) and not _in_frame(element):
            text = line_of("".join(element.itertext()))
            if text and len(text) <= _LONGEST_DATE_LINE:
                lines.append(text)
            seen += 1
            if seen == _MOST_ELEMENTS:
                break
    # Newspapers show today's date at the top of a page, so a date below the headline comes first.
    for line in [*below, *above]:
        yield from dates_in(line)


def _in_frame(element: HtmlElement) -> bool:
    """Whether an element is part of the frame around an article."""
    nearest = next(element.iterancestors("article", "main", *_FRAME), None)
    return nearest is not None and nearest.tag in _FRAME


def dates_in(line: str) -> Iterator[str]:
    """A line, and the parts of it that look like a date: «نُشر في: 24 نيسان / أبريل 2020 الساعة 09:22»."""
    yield line
    for date in _DATE_IN_LINE.finditer(line):
        yield date[0]


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()
