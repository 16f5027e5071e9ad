"""Read exports of WordPress (WXR, an XML file): a published post is an article.

The name of the site is the source, the author is the displayed name. The time of publication has the zone
that follows from the site's own time and UTC. Unpublished items (drafts, the trash) and items that are not
articles (pages, attachments, menus) are left out and counted; types that a site defined itself, such as
«news», are articles.

The file is read as a stream, because an export may be larger than memory. Declared entities are refused,
since they can be made to expand without end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.parsers import expat

from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.keeping import kept_keys
from khabar.corpus.records.wordpress import check_post, without_shortcodes
from khabar.corpus.report import Unreadable
from khabar.corpus.text.markup import unescaped, without_tags
from khabar.corpus.xml.trees import NO_CONTROLS
from khabar.spelling import storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_wxr"]

_CHUNK = 1 << 16

_READ = frozenset(
    {
        *(
            "title",
            "link",
            "pubDate",
            "guid",
            "description",
            "dc:creator",
            "content:encoded",
            "excerpt:encoded",
        ),
        *("category category", "category post_tag"),
    }
)
"""The elements of an item that are always read."""
_NO_DATE = "0000-00-00"


def read_wxr(content: Content) -> Iterator[Found]:
    """Read the articles in an export, numbered in the order of its items."""
    export = _Export()
    kept = kept_keys(content.fields)
    number = 0
    trouble: Unreadable | None = None
    waiting = 0
    while trouble is None:
        data = content.stream.read(_CHUNK)
        waiting += len(data)
        if waiting > content.max_bytes:
            trouble = Unreadable("too-large", limit=content.max_bytes)
            break
        try:
            export.take(data)
        except (expat.ExpatError, LookupError, ValueError) as error:  # also unknown encodings
            trouble = Unreadable("broken-export", error=str(error))
        except Unreadable as error:
            trouble = error
        while export.items:
            waiting = 0
            number += 1
            try:
                record = _record(export.items.popleft(), export, bool(kept))
                yield number, draft_of_record(record, kept, literal=True, dates=content.dates)
            except Unreadable as error:
                yield number, error
        if not data:
            break
    if trouble is not None:
        yield None, trouble
    elif not number:
        raise Unreadable("no-entry")


class _Export:
    """The state of the parsing of an export; ``items`` has the complete items."""

    def __init__(self) -> None:
        self.site = ""
        self.language = ""
        self.authors: dict[str, str] = {}
        """The displayed name of each login."""
        self.items: deque[dict[str, str]] = deque()
        self._path: list[str] = []
        self._text: list[str] = []
        self._values: dict[str, str] = {}
        self._domain = ""
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # undeclared entities are reported to a handler, not errors
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = self._declared
        parser.SkippedEntityHandler = lambda name, is_parameter: self._text.append(unescaped(f"&{name};"))

    def take(self, data: bytes) -> None:
        """Parse more data; b"" at the end."""
        self._parser.Parse(data.translate(NO_CONTROLS), not data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text.clear()
        self._domain = attributes.get("domain", "")
        if self._path[2:] in (["item"], ["wp:author"]):
            self._values = {}

    def _end(self, name: str) -> None:
        path, text = self._path[2:], "".join(self._text)
        self._path.pop()
        self._text.clear()
        if path == ["title"]:
            self.site = text
        elif path == ["language"]:
            self.language = text
        elif path == ["item"]:
            self.items.append(self._values)
        elif path == ["wp:author"]:
            self.authors[self._values.get("wp:author_login", "")] = self._values.get(
                "wp:author_display_name", ""
            )
        elif path == ["item", "category"]:
            # An item has several, including its tags.
            name = f"{name} {self._domain}"
            self._values[name] = "\n".join(filter(None, (self._values.get(name), text)))
        elif len(path) == 2 and path[0] in ("item", "wp:author"):
            self._values[name] = text

    def _declared(self, *declaration: object) -> None:
        raise Unreadable("declared-entity")


def _record(item: dict[str, str], export: _Export, further: bool = False) -> dict[str, object]:
    """An item as a record; with ``further``, including its other elements, such as ``wp:post_id``.

    Raises:
        Aside: it is not an article, or not published.
    """
    kind, status = item.get("wp:post_type", "post"), item.get("wp:status", "publish")
    check_post(kind, status)
    local, in_utc = (
        "" if item.get(name, "").startswith(_NO_DATE) else item.get(name, "")
        for name in ("wp:post_date", "wp:post_date_gmt")
    )
    login = item.get("dc:creator", "")
    return {
        **({name: value for name, value in item.items() if name not in _READ} if further else {}),
        "language": export.language,
        "id": item.get("guid", ""),
        "title": _plain(item.get("title", "")),
        "text": _plain(without_shortcodes(item.get("content:encoded", ""))),
        "summary": _plain(item.get("excerpt:encoded", "")),
        "source": _plain(export.site),
        "author": unescaped(export.authors.get(login) or login),
        "url": item.get("link", ""),
        "categories": item.get("category category", "").split("\n"),
        "tags": item.get("category post_tag", "").split("\n"),
        "date": local or item.get("pubDate", ""),
        "date_gmt": in_utc,
    }


def _plain(text: str) -> str:
    return without_tags(storable(text))
