"""Read books (EPUB 2 and 3; W3C EPUB 3.3): each document of the reading order with text is an article.

A book is too long to be one hit, and people refer to its chapters. The title of an article is that of the
chapter, the source is the title of the book, author and date are those of the book; the number is the
position in the reading order (the *spine*). Navigation and invisible content are left out; notes after the
text are kept.

Encrypted chapters (DRM) can only be read by the reading system that has the key. Obfuscated fonts, which the
standard allows, make no difference.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING
from urllib.parse import unquote

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.office.documents import Line, Row, rows_of_cells
from khabar.corpus.office.properties import believable_title
from khabar.corpus.pieces.content import Draft
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.records.sections import names_in
from khabar.corpus.report import Unreadable
from khabar.corpus.text.bylines import believable_author
from khabar.corpus.text.languages import language_tag
from khabar.corpus.text.markup import without_tags
from khabar.corpus.text.paragraphs import body_of, title_from
from khabar.corpus.xml.parts import Attributes, Elements, attribute
from khabar.spelling import comparable, has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found
    from khabar.corpus.pieces.packages import Package

__all__ = ["read_epub"]

_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml"})
_OBFUSCATIONS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_BLOCKS = frozenset(
    """
    address article aside blockquote body br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header
    hr li main ol p pre section table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_LEFT_OUT = frozenset(
    {"head", "nav", "script", "style", "svg", "rt", "rp", "template", "audio", "video", "form"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_WHITE = re.compile(r"[ \t\r\n\f]+")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HEAD_ENDS = re.compile(r"</head\s*>", re.I)
_LONGEST_TITLE = 300
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)


def read_epub(content: Content) -> Iterator[Found]:
    """Read the articles in a book."""
    with content.package() as package:
        book = _Book(_root_file(package))
        if trouble := book.read(package.chunks(book.path)):
            if not book.spine:
                raise Unreadable("broken-document", error=trouble)
            yield None, Unreadable("broken-document", error=trouble)
        locked = _locked(package)
        pages = [book.manifest[item] for item in book.spine if item in book.manifest]
        pages = [page for page in pages if page.type in _PAGES and not page.is_navigation]
        if not pages:
            raise Unreadable("no-record")
        book.is_one_page = len(pages) == 1
        if all(page.path.lower() in locked for page in pages):
            raise Unreadable("drm")
        for number, page in enumerate(pages, start=1):
            try:
                if page.path.lower() in locked:
                    raise Unreadable("drm")
                if draft := _chapter(content, package, page.path, book):
                    yield number, draft
            except Unreadable as error:
                yield number, error
                if error.reason.kind in ("too-much-unpacked", "too-slow"):
                    return  # the limit applies to all further pages


class _Page:
    """A document in the manifest of a book."""

    def __init__(self, path: str, type_: str, is_navigation: bool) -> None:
        self.path = path
        self.type = type_
        self.is_navigation = is_navigation


class _Book(Elements):
    """The package document of a book: its metadata, its documents and their order."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.manifest: dict[str, _Page] = {}
        self.spine: list[str] = []
        self.metadata: dict[str, list[str]] = {}
        self.is_one_page = False
        self._name = ""
        self._in_metadata = False

    def first(self, name: str) -> str:
        """The first value of a Dublin Core name."""
        return next(filter(None, map(str.strip, self.metadata.get(name, ()))), "")

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "metadata":
            self._in_metadata = True
        elif self._in_metadata and "purl.org/dc/" in space:
            # In EPUB 2, the attribute tells the date of publication from other dates.
            event = attribute(attributes, "event")
            self._name = name if event in ("", "publication", "original-publication") else ""
            if self._name and len(self.metadata.setdefault(name, [])) < 100:
                self.metadata[name].append("")
        elif name == "item":
            path = posixpath.join(posixpath.dirname(self.path), unquote(attributes.get("href", "")))
            page = _Page(
                posixpath.normpath(path.partition("#")[0]),
                attributes.get("media-type", ""),
                "nav" in attributes.get("properties", "").split(),
            )
            self.manifest[attributes.get("id", "")] = page
        elif name == "itemref":
            self.spine.append(attributes.get("idref", ""))

    def end(self, space: str, name: str) -> None:
        self._name = ""
        self._in_metadata = self._in_metadata and name != "metadata"

    def text(self, text: str) -> None:
        if self._name and self.metadata.get(self._name):
            self.metadata[self._name][-1] = (self.metadata[self._name][-1] + text)[:1000]


class _Chapter(Elements):
    """The paragraphs of a page of a book."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._out = 0
        self._heading = 0
        self._rows: list[Row] = []
        self._cells: list[list[Line]] = []

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        name = name.lower()
        if self._out:
            self._out += 1
        elif (
            name in _LEFT_OUT
            or "hidden" in attributes
            or _HIDDEN.search(attributes.get("style", ""))
            or "noteref" in attribute(attributes, "type").split()
        ):
            self._out = 1
        elif name in _BLOCKS:
            self._break()
            self._heading += name in _HEADINGS
            if name == "tr":
                self._rows.append([])
            elif name in _CELLS:
                self._cells.append([])

    def end(self, space: str, name: str) -> None:
        name = name.lower()
        if self._out:
            self._out -= 1
        elif name in _BLOCKS:
            self._break()
            self._heading -= name in _HEADINGS
            if name in _CELLS and self._cells:
                cell = self._cells.pop()
                if self._rows:
                    self._rows[-1].append(cell)
                else:
                    self._place.extend(cell)
            elif name == "tr" and self._rows:
                self._place.extend(rows_of_cells(self._rows.pop()))

    def text(self, text: str) -> None:
        if not self._out:
            self._pieces.append(text)

    @property
    def _place(self) -> list[Line]:
        return self._cells[-1] if self._cells else self.lines

    def _break(self) -> None:
        text = _WHITE.sub(" ", "".join(self._pieces)).strip()
        self._pieces.clear()
        if text:
            self._place.append(Line(text, "heading" if self._heading else "text"))


def _chapter(content: Content, package: Package, path: str, book: _Book) -> Draft | None:
    """The article in a page of a book; None for a page without words, such as the cover."""
    decoded = content.decoded(decode_page(package.data(path)))
    lines = _lines_of(decoded.text)
    if sum(len(line.text) for line in lines) > content.limits.letters:
        raise Unreadable("too-many-letters", limit=content.limits.letters)
    if not any(has_words(line.text) for line in lines):
        return None
    book_title = believable_title(book.first("title"))
    title, title_index = next(
        (
            (line.text, index)
            for index, line in enumerate(lines[:4])
            if line.role == "heading"
            and has_words(line.text)
            and len(line.text) <= _LONGEST_TITLE
            # Some books repeat their own title above each chapter.
            and (book.is_one_page or comparable(line.text) != comparable(book_title))
        ),
        ("", -1),
    )
    body = body_of("\n".join(line.text for index, line in enumerate(lines) if index != title_index))
    if not title and not body:
        return None
    first = next((line for line in body.lines if comparable(line) != comparable(book_title)), book_title)
    return Draft(
        title=title or title_from(first),
        paragraphs=body.lines,
        source=book_title,
        author="، ".join(
            dict.fromkeys(filter(None, map(believable_author, book.metadata.get("creator", ()))))
        ),
        published=parse_timestamp(book.first("date"), content.dates),
        language=language_tag(book.first("language")),
        tags=tuple(names_in(book.metadata.get("subject", []))),
        clutter=body.clutter,
    )


def _lines_of(page: str) -> list[Line]:
    """The paragraphs of an XHTML page; if it is not well-formed, its text without tags."""
    page = storable(page)
    chapter = _Chapter()
    # Without the declaration, because the text is encoded as UTF-8 here, and without the HTML entities, which
    # expat does not know.
    xml = re.sub(r"^\s*<\?xml[^>]*\?>", "", _ENTITY.sub(_character_references, page))
    if not chapter.read([xml.encode("utf-8", "replace")]):
        return chapter.lines
    head = _HEAD_ENDS.search(page)
    body = page[head.end() :] if head else page
    return [Line(text) for line in without_tags(body).splitlines() if (text := line.strip())]


def _character_references(entity: re.Match[str]) -> str:
    """The characters of an HTML entity as XML writes them; the entity itself if XML knows it, or nobody."""
    characters = html5.get(f"{entity[1]};", "") if entity[1] not in _OF_XML else ""
    return "".join(f"&#{ord(character)};" for character in characters) or entity[0]


class _Container(Elements):
    """The path of the package document (EPUB 3.3, 4.2.6.3.1)."""

    def __init__(self) -> None:
        self.path = ""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "rootfile" and not self.path:
            self.path = attributes.get("full-path", "")


def _root_file(package: Package) -> str:
    container = _Container()
    if "META-INF/container.xml" in package:
        container.read(package.chunks("META-INF/container.xml"))
    if container.path in package:
        return container.path
    return next((name for name in package.names if name.lower().endswith(".opf")), "content.opf")


class _Encryption(Elements):
    """The parts that are encrypted with a key that only a reading system has (EPUB 3.3, 4.2.6.3.2)."""

    def __init__(self) -> None:
        self.locked: set[str] = set()
        self._method = ""

    def start(self, space: str, name: str, attributes: Attributes) -> None:
        if name == "EncryptedData":
            self._method = ""
        elif name == "EncryptionMethod" and not self._method:
            self._method = attributes.get("Algorithm", "")
        elif name == "CipherReference" and self._method not in _OBFUSCATIONS:
            self.locked.add(posixpath.normpath(unquote(attributes.get("URI", ""))).lower())


def _locked(package: Package) -> set[str]:
    encryption = _Encryption()
    if "META-INF/encryption.xml" in package:
        encryption.read(package.chunks("META-INF/encryption.xml"))
    return encryption.locked
