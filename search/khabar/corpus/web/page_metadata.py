"""Read the metadata of a web page: headline, author, outlet, time of publication, address.

The first source with a value counts, in this order: JSON-LD of schema.org (an object whose type ends in
``Article``, or a posting or report), Open Graph and its ``article:`` names, the usual ``<meta>`` names
(including Dublin Core), microdata (``itemprop``), and finally the visible page: ``<time>``, a date in the
address, a line with a date in an element named after dates, a by-line in an element named after authors.
`khabar.corpus.dates` parses dates, as everywhere: an ambiguous one does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from khabar.corpus.kept_fields import NO_FIELDS
from khabar.corpus.reasons import Reason
from khabar.corpus.records.keeping import kept_of
from khabar.corpus.records.sections import names_in
from khabar.corpus.records.values import trimmed_names
from khabar.corpus.text.bylines import believable_author
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.markup import unescaped
from khabar.corpus.web.json_ld import article_in, linked_data
from khabar.corpus.web.page_dates import published_of
from khabar.corpus.web.page_headline import TITLES, headline_of
from khabar.corpus.web.page_values import MetaNames, bylines, line_of, of_entry, shown
from khabar.spelling import comparable, has_words, storable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Metadata", "metadata_of"]

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


class Metadata(msgspec.Struct, frozen=True):
    """The metadata of a page, with "" or None for missing values.

    Attributes:
        text: the article's text, if JSON-LD has it.
        is_article: whether the page calls itself an article.
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
        root: the root element of the page.
        url: its address, if known.
        dates: the order of day, month and year in numeric dates.
        chosen: the keys of kept fields (:func:`khabar.corpus.records.keeping.mapping_of`): names of
            ``<meta>``, or keys of the article in JSON-LD.
    """
    named = MetaNames(root)
    data = article_in(linked_data(root), next(named.all(*TITLES), ""))
    address = _address(root, named, data, url)
    sites = [_who(data.get("publisher")), *(named.all(*_SITES[:2]))]
    source = next(
        (site for site in [*sites, *named.all(*_SITES[2:5])] if has_words(site) and not _is_address(site)), ""
    )
    authors = [
        _who(data.get("author")),
        *named.all(*_AUTHORS),
        *shown(root, "author"),
        *(line_of("".join(element.itertext())) for element in of_entry(root, "p-author")),
    ]
    author = trimmed_names(next(filter(_is_name, authors), ""))
    if not author and len(names := bylines(root)) == 1:
        # Several are those of other articles, too.
        (author,) = names
    title, site = headline_of(root, named, data, [*sites, source, _host(address)])
    source = source or site
    sections = _first_names(data.get("articleSection"), *([each] for each in named.all(*_SECTIONS)))
    tags = _first_names(
        *(list(named.all(name)) for name in _TAGS), data.get("keywords"), *named.all(*_KEYWORDS)
    )
    places = _first_names(data.get("contentLocation"), data.get("locationCreated"), *named.all(*_PLACES))
    published, unread = published_of(root, named, data, address, dates)
    kept, notes = kept_of([data, named.first()], chosen or {}, dict)
    return Metadata(
        title=title,
        author="" if comparable(author) == comparable(source) else author,
        source=source or _host(address),
        published=published,
        url=address,
        description=line_of(data.get("description")) or next(named.all("og:description", "description"), ""),
        text=_lines(data.get("articleBody")),
        section=sections[0] if sections else "",
        tags=tuple(dict.fromkeys([*tags, *sections[1:]])),
        language=_language(root, named, data),
        place=places[0] if places else "",
        fields=kept,
        notes=(*notes, *unread),
        is_article=bool(data) or next(named.all("og:type"), "").lower() == "article",
    )


def _language(root: HtmlElement, named: MetaNames, data: dict[str, object]) -> str:
    """The language that the JSON-LD object, ``<meta>`` or the root element states. The root element comes
    last, because it often has the language of the site's software."""
    stated = (data.get("inLanguage"), *named.all(*_LANGUAGES), root.get("lang"), root.get("xml:lang"))
    return next(filter(None, map(language_tag, stated)), "")


def _first_names(*values: object) -> list[str]:
    """The names in the first value that has any."""
    return next(filter(None, map(names_in, values)), [])


def _address(root: HtmlElement, named: MetaNames, data: dict[str, object], url: str) -> str:
    """The article's own address, never the home page, which some pages declare canonical."""
    page = data.get("mainEntityOfPage")
    canonical = [
        link.get("href")
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    base = next((link.get("href") for link in root.iter("base") if link.get("href")), "") or url
    entry = [link.get("href") for name in ("p-canonical", "u-url") for link in of_entry(root, name)]
    for value in [*canonical, *named.all("og:url"), data.get("url"), page, *entry, url]:
        if isinstance(value, dict):
            value = value.get("@id")
        address = _joined(base, line_of(value))
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
    return (
        bool(believable_author(value))
        and "://" not in value
        and not value.startswith("@")
        and len(value) <= 120
    )


def _who(value: object, depth: int = 0) -> str:
    """The name of a person or organisation, or of several."""
    if isinstance(value, dict):
        return line_of(value.get("name"))
    if isinstance(value, list) and not depth:
        return "، ".join(filter(None, (_who(item, 1) for item in value[:10])))
    return line_of(value)


def _lines(value: object) -> str:
    return unescaped(storable(value)) if isinstance(value, str) else ""
