"""Articles as citations, for programs that manage references (Zotero, EndNote, Mendeley, LaTeX).

- RIS: a line for each value, ``T1  - …``, with the line ends of its specification (CR LF).
- CSL-JSON: what citation processors read (https://github.com/citation-style-language/schema).
- BibTeX, with the field ``date`` of biblatex beside ``year``, ``month`` and ``day``.

A value is one line: line ends and tabs in it become spaces, and control characters are left out. An author is
one name as it stands on the article; who is a person, and which part is the family name, is not guessed. An
article without a date has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from khabar.arguments import among, instance, kind_of, takes
from khabar.corpus.article import Article
from khabar.desk.values import DeskArticle
from khabar.digests import blake2b
from khabar.errors import InvalidType
from khabar.highlight.whole import MarkedArticle
from khabar.query.results import Hit
from khabar.render.html import is_web
from khabar.spelling import UNSAFE

__all__ = ["Citation", "bibtex_lines", "citation_lines", "cited", "csl_items", "ris_lines"]

#: What has a citation.
Cited = Article | Hit | MarkedArticle | DeskArticle
#: What RIS does not allow in names and keywords.
_STARRED = str.maketrans("*", " ")
_BIBTEX = {
    "\\": r"\textbackslash{}",
    # Braces count even behind a backslash: an open one would swallow what follows.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_SPECIAL = re.compile(r"[\\{}%#&$_~^]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Citation(msgspec.Struct, frozen=True):
    """What a citation says of an article, each text in one line.

    Attributes:
        id: id of the article, after the name of its archive if it has one.
        title, source, author, section: as of the article.
        url: its address; "" if it is not one of the web (http or https).
        published: moment of publication, or None.
        tags: its tags.
        note: what the reader noted about it.
    """

    id: str
    title: str
    source: str = ""
    author: str = ""
    published: datetime | None = None
    url: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


def cited(value: Cited) -> Citation:
    """The citation of an article."""
    article = value.article if isinstance(value, Hit | MarkedArticle) else value
    archive, note = getattr(value, "archive", ""), getattr(value, "note", "")
    if isinstance(value, MarkedArticle):
        # As for a hit: the first of those that have it.
        archive = next(iter(value.archives), "")
    tags = (_line(tag) for tag in article.tags)
    return Citation(
        _line(f"{archive}:{article.id}" if archive else article.id),
        _line(article.title),
        _line(article.source),
        _line(article.author),
        # The day on which a file was made is no date of publication.
        None if getattr(article, "published_from", "") == "file" else article.published,
        _web_address(value.url if isinstance(value, Hit) else article.url),
        _line(article.section),
        tuple(filter(None, tags)),
        _line(note),
    )


def _web_address(url: str) -> str:
    """An address that a program may open; "" for any that is not http or https, as on pages."""
    if not is_web(url):
        return ""
    # A space in an address would end it.
    return "%20".join(_line(url).split(" "))


def _line(text: str) -> str:
    """A text in one line, without what a terminal or another program would obey."""
    return " ".join(UNSAFE.sub(lambda match: " " if match[0].isspace() else "", text).split())


@takes(style=among("ris", "csl-json", "bibtex"))
def citation_lines(articles: Cited | Iterable[Cited], style: str = "ris") -> Iterator[str]:
    """Articles as the lines of a file of citations, to be written with an LF after each.

    Args:
        articles: an article, a hit, a marked article or an article of a desk; or several, which are taken one
            at a time.
        style: ``ris``, ``csl-json`` or ``bibtex``.

    Raises:
        InvalidArgument: if there is no such style.
    """
    one: Callable[[str, object], Any] = instance(Article, Hit, MarkedArticle, DeskArticle)
    if isinstance(articles, Article | Hit | MarkedArticle | DeskArticle):
        articles = (articles,)
    elif isinstance(articles, str | Mapping) or not isinstance(articles, Iterable):
        raise InvalidType(
            "articles", articles, f"an article or several are required, not {kind_of(articles)}"
        )
    citations = (cited(one(f"articles[{number}]", each)) for number, each in enumerate(articles))
    if style == "ris":
        return ris_lines(citations)
    if style == "bibtex":
        return bibtex_lines(citations)
    return _array(csl_items(citations))


def _array(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    from khabar.render.text import escaped_json

    before = "["
    for item in items:
        yield f"{before}{escaped_json(item)}"
        before = ","
    yield "[]" if before == "[" else "]"


def ris_lines(citations: Iterable[Citation]) -> Iterator[str]:
    """The lines of a RIS file, each with the CR that stands before its LF.

    >>> [line for line in ris_lines([Citation("1", "هدنة", published=datetime(2024, 10, 9))]) if "DA" in line]
    ['DA  - 2024/10/09/\\r']
    """
    for each in citations:
        moment = each.published
        pairs = (
            ("TY", "NEWS"),
            ("TI", each.title),
            ("AU", each.author.translate(_STARRED).strip()),
            ("T2", each.source.translate(_STARRED).strip()),
            ("PY", f"{moment.year:04}" if moment else ""),
            ("DA", f"{moment:%Y}/{moment:%m}/{moment:%d}/".rjust(11, "0") if moment else ""),
            ("SE", each.section),
            *(("KW", tag.translate(_STARRED).strip()) for tag in each.tags),
            ("UR", each.url),
            ("N1", each.note),
            ("AN", each.id),
        )
        yield from (f"{tag}  - {value}\r" for tag, value in pairs if value)
        yield "ER  - \r"


def csl_items(citations: Iterable[Citation]) -> Iterator[dict[str, Any]]:
    """The items of a CSL-JSON file.

    >>> next(csl_items([Citation("1", "هدنة", published=datetime(2024, 10, 9))]))["issued"]
    {'date-parts': [[2024, 10, 9]]}
    """
    for each in citations:
        moment = each.published
        item = {
            "id": each.id,
            "type": "article-newspaper",
            "title": each.title,
            "author": [{"literal": each.author}] if each.author else None,
            "container-title": each.source,
            "issued": {"date-parts": [[moment.year, moment.month, moment.day]]} if moment else None,
            "section": each.section,
            "keyword": ", ".join(each.tags),
            "URL": each.url,
            "note": each.note,
        }
        yield {name: value for name, value in item.items() if value or name == "id"}


def bibtex_lines(citations: Iterable[Citation]) -> Iterator[str]:
    """The lines of a BibTeX file.

    >>> next(bibtex_lines([Citation("okaz-1", "هدنة")]))
    '@article{okaz-1,'
    """
    for each in citations:
        moment = each.published
        fields = {
            # The inner braces keep a name whole, and a title as it is written.
            "title": f"{{{_escaped(each.title)}}}",
            "author": f"{{{_escaped(each.author)}}}" if each.author else "",
            "journal": _escaped(each.source),
            "date": moment.date().isoformat() if moment else "",
            "year": f"{moment.year:04}" if moment else "",
            "month": _MONTHS[moment.month - 1] if moment else "",
            "day": str(moment.day) if moment else "",
            "keywords": _escaped(", ".join(each.tags)),
            "url": _address(each.url),
            "note": _escaped(each.note),
        }
        yield f"@article{{{_key(each.id)},"
        for name, value in fields.items():
            if value:
                # Names of months are macros.
                yield f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},"
        yield "}"
        yield ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _BIBTEX[match[0]], text)


def _address(url: str) -> str:
    """An address as it stands in a field that is taken word for word: what has a meaning there, or is not
    ASCII, in percents.

    >>> _address("https://n.example/a_b~c?x={1}&y=%20#ه")
    'https://n.example/a_b~c?x=%7B1%7D&y=%20#%D9%87'
    """
    from urllib.parse import quote

    return quote(url, safe="%/:=&?~#+!$,;'@()*[]._-", errors="replace")


def _key(identity: str) -> str:
    """A key that BibTeX takes: the id, if that is one; else what is left of it, and a hash that tells it from
    others.

    >>> _key("okaz-1"), _key("عكاظ 1")
    ('okaz-1', 'khabar-1-43bcf036')
    """
    kept = re.sub(r"[^A-Za-z0-9_:.+-]+", "", identity)
    if kept == identity and kept:
        return kept
    digits = blake2b(identity.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return "-".join(filter(None, ("khabar", kept, digits)))
