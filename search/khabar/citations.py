"""Articles as citations: RIS and CSL-JSON for programs that keep references, and a line to paste.

RIS is the format of reference managers (Zotero, EndNote, Mendeley): lines of a tag and a value, of which
https://en.wikipedia.org/wiki/RIS_(file_format) lists those in use. CSL-JSON is the input of citation styles:
https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from khabar.arguments import Check, instance, takes
from khabar.corpus.article import Article, articles
from khabar.spelling import printable

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["cited", "csl_records", "ris_lines"]

_article: Check = instance(Article)


def csl_records(given: Article | Iterable[Article]) -> Iterator[dict[str, Any]]:
    """Yield each article as an item of CSL-JSON; several make an array.

    Args:
        given: an article, or several.
    """
    return (_csl(article) for article in articles("given", given))


def ris_lines(given: Article | Iterable[Article]) -> Iterator[str]:
    """Yield articles as lines of RIS, without line ends; an empty line follows each article.

    Args:
        given: an article, or several.
    """
    for article in articles("given", given):
        yield from _ris(article)
        yield ""


@takes(article=_article)
def cited(article: Article) -> str:
    """A line that cites an article, in the punctuation of its own language, without what is not known.

    Args:
        article: the article.

    >>> cited(Article("1", "هدنة في الإقليم", (), "الوادي", "سارة حامد", "2024-10-09"))
    'سارة حامد، «هدنة في الإقليم»، الوادي، 2024-10-09'
    """
    arabic = _language(article) == "ar"
    opening, closing, comma = ("«", "»", "، ") if arabic else ("“", "”", ", ")
    day = article.published.date().isoformat() if article.published else ""
    title = _line(article.title)
    parts = [_line(article.author), f"{opening}{title}{closing}" if title else "", _line(article.source), day]
    return comma.join(part for part in (*parts, _web(article.url)) if part)


def _csl(article: Article) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": article.id,
        "type": "article-newspaper",
        "title": _line(article.title),
        "language": _language(article),
    }
    if source := _line(article.source):
        record["container-title"] = source
    if author := _line(article.author):
        # A name as it is printed: which part is the family's is not known.
        record["author"] = [{"literal": author}]
    if article.published:
        record["issued"] = {"date-parts": [_day(article.published)]}
    if section := _line(getattr(article, "section", "")):
        record["section"] = section
    if tags := getattr(article, "tags", ()):
        record["keyword"] = ", ".join(_line(tag) for tag in tags)
    if url := _web(article.url):
        record["URL"] = url
    return record


def _ris(article: Article) -> Iterator[str]:
    day = "/".join(f"{part:02}" for part in _day(article.published)) + "/" if article.published else ""
    fields = [
        ("TY", "NEWS"),
        ("ID", _line(article.id)),
        ("TI", _line(article.title)),
        ("AU", _line(article.author)),
        ("T2", _line(article.source)),
        ("DA", day),
        ("PY", day[:4]),
        ("SE", _line(getattr(article, "section", ""))),
        *(("KW", _line(tag)) for tag in getattr(article, "tags", ())),
        ("LA", _language(article)),
        ("UR", _web(article.url)),
    ]
    # A tag, two spaces, a hyphen, a space.
    yield from (f"{tag}  - {value}" for tag, value in fields if value)
    yield "ER  - "


def _line(text: str) -> str:
    """A text in one line, without control characters: a line end in a title would begin another field."""
    return " ".join(printable(text).split())


def _web(url: str) -> str:
    """An address of the web; "" for any other."""
    line = "".join(_line(url).split())
    return line if line.startswith(("https://", "http://")) else ""


def _day(moment: datetime) -> list[int]:
    return [moment.year, moment.month, moment.day]


def _language(article: Article) -> str:
    """The language of its title, as far as letters tell it."""
    return "ar" if any("\u0621" <= letter <= "\u064a" for letter in article.title) else "en"
