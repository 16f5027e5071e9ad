"""Articles as citations, for reference managers and LaTeX (Zotero, EndNote, Mendeley, BibTeX).

- RIS: one line per value, ``T1  - …``, with the line ends of its specification (CR LF).
- CSL-JSON: the format of citation processors (https://github.com/citation-style-language/schema).
- BibTeX, with the field ``date`` of biblatex in addition to ``year``, ``month`` and ``day``.

Each value is one line: line ends and tabs become spaces, and control characters are removed. The author is
one name as given in the article; khabar does not guess whether it is a person, nor which part is the family
name. An article without a date has a citation without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from khabar.arguments import among, instance, kind_of, takes
from khabar.corpus.article import Article
from khabar.dates.words import ENGLISH_MONTHS
from khabar.desk.values import DeskArticle
from khabar.digests import blake2b
from khabar.errors import InvalidType
from khabar.highlight.whole import MarkedArticle
from khabar.query.results import Hit
from khabar.render.html import is_web
from khabar.spelling import UNSAFE

__all__ = ["Citation", "bibtex_lines", "citation_lines", "cited", "csl_items", "ris_lines"]

#: The values that have a citation.
Cited = Article | Hit | MarkedArticle | DeskArticle
#: RIS does not allow asterisks in names and keywords.
_STARRED = str.maketrans("*", " ")
_BIBTEX = {
    "\\": r"\textbackslash{}",
    # A backslash does not escape braces: an unbalanced one would swallow the text after it.
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


class Citation(msgspec.Struct, frozen=True):
    """The data of a citation; each text is one line.

    Attributes:
        id: the id of the article, after the name of its archive if it has one.
        title, source, author, section: those of the article.
        url: its web address; "" if it has none (http or https).
        published: the moment of publication, or None.
        tags: its tags.
        note: the user's note about it.
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
        # As for a hit, the first archive that has the article.
        archive = next(iter(value.archives), "")
    tags = (_line(tag) for tag in article.tags)
    return Citation(
        _line(f"{archive}:{article.id}" if archive else article.id),
        _line(article.title),
        _line(article.source),
        _line(article.author),
        # The date of a file is not a date of publication.
        getattr(article, "stated_published", article.published),
        _web_address(value.url if isinstance(value, Hit) else article.url),
        _line(article.section),
        tuple(filter(None, tags)),
        _line(note),
    )


def _web_address(url: str) -> str:
    """A web address that a program may open; "" if it is not http or https."""
    if not is_web(url):
        return ""
    # A space would end the address.
    return "%20".join(_line(url).split(" "))


def _line(text: str) -> str:
    """A text on one line, without control characters."""
    return " ".join(UNSAFE.sub(lambda match: " " if match[0].isspace() else "", text).split())


@takes(style=among("ris", "csl-json", "bibtex"))
def citation_lines(articles: Cited | Iterable[Cited], style: str = "ris") -> Iterator[str]:
    """The lines of a file of citations; write each with an LF after it.

    Args:
        articles: an article, a hit, a marked article or an article on a desk; or several, which are read one
            at a time.
        style: ``ris``, ``csl-json`` or ``bibtex``.

    Raises:
        InvalidArgument: if there is no such style.
    """
    checked: Callable[[str, object], Any] = instance(Article, Hit, MarkedArticle, DeskArticle)
    if isinstance(articles, Article | Hit | MarkedArticle | DeskArticle):
        articles = (articles,)
    elif isinstance(articles, str | Mapping) or not isinstance(articles, Iterable):
        raise InvalidType(
            "articles", articles, f"an article or several are required, not {kind_of(articles)}"
        )
    citations = (cited(checked(f"articles[{number}]", article)) for number, article in enumerate(articles))
    if style == "ris":
        return ris_lines(citations)
    if style == "bibtex":
        return bibtex_lines(citations)
    from khabar.render.text import escaped_json, json_array

    return json_array(escaped_json(item) for item in csl_items(citations))


def ris_lines(citations: Iterable[Citation]) -> Iterator[str]:
    """The lines of a RIS file, each with a CR at its end.

    >>> [line for line in ris_lines([Citation("1", "هدنة", published=datetime(2024, 10, 9))]) if "DA" in line]
    ['DA  - 2024/10/09/\\r']
    """
    for citation in citations:
        moment = citation.published
        pairs = (
            ("TY", "NEWS"),
            ("TI", citation.title),
            ("AU", citation.author.translate(_STARRED).strip()),
            ("T2", citation.source.translate(_STARRED).strip()),
            ("PY", f"{moment.year:04}" if moment else ""),
            ("DA", f"{moment:%Y}/{moment:%m}/{moment:%d}/".rjust(11, "0") if moment else ""),
            ("SE", citation.section),
            *(("KW", tag.translate(_STARRED).strip()) for tag in citation.tags),
            ("UR", citation.url),
            ("N1", citation.note),
            ("AN", citation.id),
        )
        yield from (f"{tag}  - {value}\r" for tag, value in pairs if value)
        yield "ER  - \r"


def csl_items(citations: Iterable[Citation]) -> Iterator[dict[str, Any]]:
    """The items of a CSL-JSON file.

    >>> next(csl_items([Citation("1", "هدنة", published=datetime(2024, 10, 9))]))["issued"]
    {'date-parts': [[2024, 10, 9]]}
    """
    for citation in citations:
        moment = citation.published
        item = {
            "id": citation.id,
            "type": "article-newspaper",
            "title": citation.title,
            "author": [{"literal": citation.author}] if citation.author else None,
            "container-title": citation.source,
            "issued": {"date-parts": [[moment.year, moment.month, moment.day]]} if moment else None,
            "section": citation.section,
            "keyword": ", ".join(citation.tags),
            "URL": citation.url,
            "note": citation.note,
        }
        yield {name: value for name, value in item.items() if value or name == "id"}


def bibtex_lines(citations: Iterable[Citation]) -> Iterator[str]:
    """The lines of a BibTeX file.

    >>> next(bibtex_lines([Citation("okaz-1", "هدنة")]))
    '@article{okaz-1,'
    """
    for citation in citations:
        moment = citation.published
        fields = {
            # The inner braces keep BibTeX from splitting a name and from changing the case of a title.
            "title": f"{{{_escaped(citation.title)}}}",
            "author": f"{{{_escaped(citation.author)}}}" if citation.author else "",
            "journal": _escaped(citation.source),
            "date": moment.date().isoformat() if moment else "",
            "year": f"{moment.year:04}" if moment else "",
            "month": ENGLISH_MONTHS[moment.month - 1] if moment else "",
            "day": str(moment.day) if moment else "",
            "keywords": _escaped(", ".join(citation.tags)),
            "url": _address(citation.url),
            "note": _escaped(citation.note),
        }
        yield f"@article{{{_key(citation.id)},"
        for name, value in fields.items():
            if value:
                # The names of months are macros, without braces.
                yield f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},"
        yield "}"
        yield ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _BIBTEX[match[0]], text)


def _address(url: str) -> str:
    """An address for a verbatim field: characters with a meaning in it, and those that are not ASCII, are
    percent-encoded.

    >>> _address("https://n.example/a_b~c?x={1}&y=%20#ه")
    'https://n.example/a_b~c?x=%7B1%7D&y=%20#%D9%87'
    """
    from urllib.parse import quote

    return quote(url, safe="%/:=&?~#+!$,;'@()*[]._-", errors="replace")


def _key(identity: str) -> str:
    """A key for BibTeX: the id if that is valid; else its valid characters and a hash, which makes it unique.

    >>> _key("okaz-1"), _key("عكاظ 1")
    ('okaz-1', 'khabar-1-43bcf036')
    """
    kept = re.sub(r"[^A-Za-z0-9_:.+-]+", "", identity)
    if kept == identity and kept:
        return kept
    digits = blake2b(identity.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return "-".join(filter(None, ("khabar", kept, digits)))
