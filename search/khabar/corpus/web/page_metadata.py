"""What a web page says about itself: headline, author, outlet, time of publication, address.

In this order, the first that says anything counts: JSON-LD of schema.org (an object whose type ends in
``Article``, or a posting or report), Open Graph and the ``article:`` names beside it, the usual ``<meta>``
names (Dublin Core among them), microdata (``itemprop``), and at last what the page shows: ``<time>``, a date
in the address, a line with a date in an element that is named after one. A date is understood as everywhere,
by `khabar.corpus.dates`: one that could be two days is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from khabar.corpus.dates import parse_timestamp, why_unread
from khabar.corpus.kept_fields import NO_FIELDS
from khabar.corpus.reasons import Reason
from khabar.corpus.records.fields import short_text
from khabar.corpus.records.keeping import kept_of
from khabar.corpus.records.sections import names_in
from khabar.corpus.records.values import trimmed_names
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.markup import unescaped
from khabar.spelling import comparable, has_words, storable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Metadata", "dates_in", "metadata_of"]

_ARTICLE_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report"})
_DEEPEST = 12
_MOST_OBJECTS = 2000
_COMMENTED = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_PARTED = re.compile(r"\s+[-–—|»:·•]+\s+|\s*[|»]\s*")
_DATE_NAMES = re.compile(r"date|time|publish|تاريخ", re.I)
# /2020/08/24/…, /2020-06-03-…, and /2013/middle_east/8/3/…
_DATE_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_])(?:(?<=/)[^/\d]{1,40}/)?(\d{1,2})\2(\d{1,2})(?!\d)")
_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title")
_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "sailthru.author",
    "parsely-author",
)
_SITES = ("og:site_name", "application-name", "publisher", "dc.publisher", "article:publisher", "copyright")
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "section", "category")
_TAGS = ("article:tag", "og:article:tag")
_KEYWORDS = ("news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_LANGUAGES = ("og:locale", "dc.language", "dcterms.language", "dc:language", "language", "content-language")
_PLACES = ("article:location", "geo.placename", "dateline", "sailthru.location")
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
_LONGEST_SITE = 5
"""words"""


class Metadata(msgspec.Struct, frozen=True):
    """The metadata of a page; "" or None for what it does not say.

    Attributes:
        text: the article's text, if JSON-LD has it.
        is_article: whether it calls itself an article.
    """

    title: str = ""
    author: str = ""
    source: str = ""
    published: datetime | None = None
    url: str = ""
    description: str = ""
    text: str = ""
    is_article: bool = False
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    place: str = ""
    fields: Mapping[str, tuple[str, ...]] = NO_FIELDS
    notes: tuple[Reason, ...] = ()


def metadata_of(
    root: HtmlElement, url: str = "", dates: str = "", chosen: Mapping[str, str] | None = None
) -> Metadata:
    """The metadata of a parsed page.

    Args:
        root: of the page.
        url: its address, if known.
        dates: the order of dates in numbers.
        chosen: keys of what is to be kept (:func:`khabar.corpus.records.keeping.mapping_of`): names of
            ``<meta>``,
            or of the article in JSON-LD.
    """
    named = _Named(root)
    data = _article_in(_linked_data(root), named)
    address = _address(root, named, data, url)
    sites = [_who(data.get("publisher")), *(named.all(*_SITES[:2]))]
    source = next(
        (site for site in [*sites, *named.all(*_SITES[2:5])] if has_words(site) and not _is_address(site)), ""
    )
    author = next(
        (
            name
            for name in [_who(data.get("author")), *named.all(*_AUTHORS), *_shown(root, "author")]
            if _is_name(name)
        ),
        "",
    )
    author = trimmed_names(author)
    title, site = _headline(root, named, data, [*sites, source, _host(address)])
    source = source or site
    sections = _first_names(data.get("articleSection"), *([each] for each in named.all(*_SECTIONS)))
    tags = _first_names(
        *(list(named.all(name)) for name in _TAGS), data.get("keywords"), *named.all(*_KEYWORDS)
    )
    published, unread = _published(root, named, data, address, dates)
    kept, notes = kept_of([data, named.first()], chosen or {}, dict)
    return Metadata(
        title=title,
        author="" if comparable(author) == comparable(source) else author,
        source=source or _host(address),
        published=published,
        url=address,
        description=_line(data.get("description")) or next(named.all("og:description", "description"), ""),
        text=_lines(data.get("articleBody")),
        section=sections[0] if sections else "",
        tags=tuple(dict.fromkeys([*tags, *sections[1:]])),
        language=_language(root, named, data),
        place=next(
            iter(
                _first_names(data.get("contentLocation"), data.get("locationCreated"), *named.all(*_PLACES))
            ),
            "",
        ),
        fields=kept,
        notes=(*notes, *unread),
        is_article=bool(data) or next(named.all("og:type"), "").lower() == "article",
    )


def _language(root: HtmlElement, named: _Named, data: dict[str, object]) -> str:
    """The language that a page says it is in: of the article in JSON-LD, of the root element, of ``<meta>``.
    That of the root is often that of the site's software, so it comes behind what the article says."""
    said = (data.get("inLanguage"), *named.all(*_LANGUAGES), root.get("lang"), root.get("xml:lang"))
    return next(filter(None, map(language_tag, said)), "")


def _first_names(*values: object) -> list[str]:
    """The names in the first value that has any."""
    return next(filter(None, map(names_in, values)), [])


class _Named:
    """The page's ``<meta>`` values by name."""

    def __init__(self, root: HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            value = _line(element.get("content"))
            if value:
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    if name := element.get(attribute):
                        self._values.setdefault(name.strip().lower(), []).append(value)

    def first(self) -> dict[str, str]:
        """The first value of each name."""
        return {name: values[0] for name, values in self._values.items()}

    def all(self, *names: str) -> Iterator[str]:
        """The values of these names, in their order."""
        for name in names:
            yield from self._values.get(name, ())


def _linked_data(root: HtmlElement) -> Iterator[dict[str, object]]:
    """The objects of all JSON-LD in the page."""
    left = _MOST_OBJECTS
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = [(_json(script.text or ""), 0)]
        while waiting and left:
            value, depth = waiting.pop()
            if depth > _DEEPEST:
                continue
            if isinstance(value, dict):
                left -= 1
                yield value
                waiting += [(inner, depth + 1) for inner in reversed(list(value.values()))]
            elif isinstance(value, list):
                waiting += [(inner, depth + 1) for inner in reversed(value)]


def _json(text: str) -> object:
    text = _COMMENTED.sub("", _COMMENTED.sub("", text)).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _article_in(objects: Iterable[dict[str, object]], named: _Named) -> dict[str, object]:
    """The object about the page's own article: the one titled like it, else the first; {} if there is
    none."""
    title = comparable(next(named.all(*_TITLES), ""))
    articles = [item for item in objects if any(map(_is_article_type, _types(item)))]
    for article in articles:
        headline = comparable(_line(article.get("headline")) or _line(article.get("name")))
        if headline and headline in title:
            return article
    return articles[0] if articles else {}


def _types(item: dict[str, object]) -> list[str]:
    kinds = item.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _is_article_type(kind: str) -> bool:
    kind = kind.rpartition("/")[2]
    return kind.endswith("Article") or kind in _ARTICLE_TYPES


def _headline(
    root: HtmlElement, named: _Named, data: dict[str, object], sites: Iterable[str]
) -> tuple[str, str]:
    """The headline without the site's name, and that name if the page's title shows it beside the
    headline."""
    shown = next(root.iter("title"), None)
    in_bar = "" if shown is None else _line("".join(shown.itertext()))
    headings = [
        _line("".join(heading.itertext())) for heading, _ in zip(root.iter("h1"), range(10), strict=False)
    ]
    titles = [title for title in [*named.all(*_TITLES), in_bar] if has_words(title)]
    headline = _line(data.get("headline"))
    names = {*map(_key, sites)} - {""}
    for heading in filter(has_words, [headline, *headings]):
        # A heading that is most of the title is the headline; one that is little of it is the site's name.
        for title in titles:
            # In front of a sign that parts the two it is the headline, however short.
            beside = "" if _key(heading) in names else _beside(heading, title)
            if comparable(heading) in comparable(title) and (beside or len(heading) * 2 > len(title)):
                return heading, beside
    if headline or not titles:
        return headline or max(headings, key=len, default=""), ""
    return _without_site(titles[0], names | ({*map(_key, headings)} - {""})), ""


def _beside(heading: str, title: str) -> str:
    """The part after the headline in the page's title, if a sign separates the two."""
    behind = title[len(heading) :] if title.startswith(heading) else ""
    border = _PARTED.match(behind)
    name = behind[border.end() :].strip() if border else ""
    return name if len(name.split()) <= _LONGEST_SITE else ""


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


def _published(
    root: HtmlElement, named: _Named, data: dict[str, object], url: str, dates: str
) -> tuple[datetime | None, list[Reason]]:
    """When the article was published: the first statement that is a date; and why that of the metadata is
    none, if nothing else on the page is one."""
    said = [
        *((name, data.get(name)) for name in ("datePublished", "dateCreated")),
        *((name, value) for name in _DATES for value in named.all(name)),
    ]
    for _, value in said:
        if moment := parse_timestamp(value, dates):
            return moment, []
    if moment := _otherwise_published(root, url, dates):
        return moment, []
    for name, value in said:
        if shown := short_text(_line(value)):
            kind, values = why_unread(value)
            return None, [Reason.of(kind, key=name, value=shown, **values)]
    return None, []


def _otherwise_published(root: HtmlElement, url: str, dates: str) -> datetime | None:
    """The day in the address, or what the page shows."""
    in_url = _DATE_IN_URL.search(url)
    day = parse_timestamp(f"{in_url[1]}-{int(in_url[3]):02}-{int(in_url[4]):02}") if in_url else None
    moments = [moment for value in _shown_dates(root) if (moment := parse_timestamp(value, dates))]
    if day is None:
        return moments[0] if moments else None
    # The address has the day; what the page shows may have the time of that day, or the date of today.
    return next((moment for moment in moments if moment.date() == day.date()), day)


def _shown_dates(root: HtmlElement) -> Iterator[str]:
    """The dates that the page shows, the best first: microdata, ``<time>``, elements named after dates."""
    yield from _shown(root, "datePublished")
    yield from _shown(root, "dateCreated")
    for element, _ in zip(root.iter("time"), range(_MOST_ELEMENTS), strict=False):
        if "modified" not in _names(element) and "updated" not in _names(element):
            yield element.get("datetime") or ""
            yield _line("".join(element.itertext()))
    above: list[str] = []
    below: list[str] = []
    lines = above
    seen = 0
    for element in root.iter("h1", *_DATED_TAGS):
        if element.tag == "h1":
            lines = below
        elif len(element) <= 3 and _DATE_NAMES.search(_names(element)) and not _in_frame(element):
            text = _line("".join(element.itertext()))
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
    for above in element.iterancestors("article", "main", *_FRAME):
        return above.tag in _FRAME
    return False


def dates_in(line: str) -> Iterator[str]:
    """The line, and what in it looks like a date: «نُشر في: 24 نيسان / أبريل 2020 الساعة 09:22»."""
    yield line
    for found in _DATE_IN_LINE.finditer(line):
        yield found[0]


def _shown(root: HtmlElement, itemprop: str) -> Iterator[str]:
    """The texts that the page marks with this name of microdata; for an author also ``rel="author"``."""
    found = root.xpath("//*[@itemprop=$name or @rel=$name]", name=itemprop)
    for element in found[:10]:
        # The author's own name, where microdata has an address and a picture beside it.
        element = next(iter(element.xpath("(.//*[@itemprop='name'])[1]")), element)
        for value in (element.get("content"), element.get("datetime"), "".join(element.itertext())):
            if line := _line(value):
                yield line


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()


def _address(root: HtmlElement, named: _Named, data: dict[str, object], url: str) -> str:
    """The article's own address, never the home page, which some pages call canonical."""
    page = data.get("mainEntityOfPage")
    canonical = [
        link.get("href")
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    base = next((link.get("href") for link in root.iter("base") if link.get("href")), "") or url
    for value in [*canonical, *named.all("og:url"), data.get("url"), page, url]:
        if isinstance(value, dict):
            value = value.get("@id")
        address = _joined(base, _line(value))
        if _is_address(address) and _leads_inside(address):
            return address
    return url


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return ""


def _is_address(value: str) -> bool:
    return value.startswith(("http://", "https://", "//"))


def _leads_inside(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and bool(parts.path.strip("/") or parts.query)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_name(value: str) -> bool:
    return has_words(value) and "://" not in value and not value.startswith("@") and len(value) <= 120


def _who(value: object, depth: int = 0) -> str:
    """The name of a person or organisation, or of several."""
    if isinstance(value, dict):
        return _line(value.get("name"))
    if isinstance(value, list) and not depth:
        return "، ".join(filter(None, (_who(item, 1) for item in value[:10])))
    return _line(value)


def _line(value: object) -> str:
    return " ".join(unescaped(storable(value)).split()) if isinstance(value, str) else ""


def _lines(value: object) -> str:
    return unescaped(storable(value)) if isinstance(value, str) else ""
