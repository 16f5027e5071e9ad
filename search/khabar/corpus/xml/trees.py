"""Read parts of an XML file as trees, one at a time: for formats with an item per file, or many.

The parser is expat, which fetches nothing. Document types are ignored, because newswires name one in every
file; declared entities are refused, because they can be made to expand without end, and undeclared ones
(``&nbsp;``, ``&eacute;``) become their characters. Names lose their prefixes: local names are sufficient
here, and files in the wild use many namespaces.

The bytes, the tags and attributes, and the depth of a tree are limited; if a tree exceeds a limit, it and the
rest of the file are refused. Content between the trees is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from khabar.corpus.report import Unreadable
from khabar.corpus.text.markup import unescaped

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content

__all__ = [
    "DEEPEST",
    "NO_CONTROLS",
    "child",
    "children",
    "first",
    "led_by",
    "line_of",
    "lines_of",
    "texts",
    "trees",
]

DEEPEST = 200
"""Maximum depth of a tree; newswires need twenty levels, tables in pages forty."""
BETWEEN_CELLS = " | "
_BEGINNING = 4
"""How many lines of a text may repeat its headlines and its dateline."""
_CHUNK = 1 << 16
NO_CONTROLS = bytes(32 if code < 32 and code not in (9, 10, 13) else code for code in range(256))
"""Translation of control characters, which XML forbids but files contain, to spaces."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""First bytes of UTF-16, in which such bytes are halves of characters."""


def trees(content: Content, names: Collection[str]) -> Iterator[Element | Unreadable]:
    """Yield the outermost elements with certain names, each with its content.

    Args:
        content: an XML file.
        names: local names of the elements.

    Yields:
        Each complete element; at last an `Unreadable` if the file is broken or exceeds a limit.
    """
    parsing = _Parsing(frozenset(names), content.limits.tags)
    stream = content.stream
    is_utf16 = stream.peek()[:2] in _UTF_16
    waiting = 0
    while True:
        data = stream.read(_CHUNK)
        waiting += len(data)
        trouble: Unreadable | None = None
        try:
            parsing.take(data if is_utf16 else data.translate(NO_CONTROLS), last=not data)
        except (expat.ExpatError, LookupError, ValueError) as error:  # also unknown encodings
            trouble = Unreadable("broken-xml", error=str(error))
        except Unreadable as error:
            trouble = error
        while parsing.done:
            waiting = 0
            yield parsing.done.popleft()
        if trouble is None and waiting > content.max_bytes:
            trouble = Unreadable("too-large", limit=content.max_bytes)
        if trouble is not None:
            yield trouble
            return
        if not data:
            return


class _Parsing:
    """The state of the parsing of a file; ``done`` has the complete trees."""

    def __init__(self, names: frozenset[str], most_tags: int) -> None:
        self.done: deque[Element] = deque()
        self._names = names
        self._most = most_tags
        self._tags = 0
        self._depth = 0
        self._builder: TreeBuilder | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # undeclared entities are reported to a handler, not errors
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._declared
        parser.SkippedEntityHandler = self._skipped

    def take(self, data: bytes, last: bool) -> None:
        self._parser.Parse(data, last)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._builder is None:
            if local not in self._names:
                return
            self._builder, self._tags, self._depth = TreeBuilder(), 0, 0
        self._depth += 1
        self._tags += 1 + len(attributes)
        if self._depth > DEEPEST:
            raise Unreadable("nested-xml", depth=DEEPEST)
        if self._tags > self._most:
            raise Unreadable("too-many-tags", limit=self._most)
        self._builder.start(local, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        if self._builder is None:
            return
        self._builder.end(name.rpartition(":")[2])
        self._depth -= 1
        if not self._depth:
            self.done.append(self._builder.close())
            self._builder = None

    def _text(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(unescaped(f"&{name};"))

    def _declared(self, *declaration: object) -> None:
        raise Unreadable("declared-entity")


def children(element: Element | None, *path: str) -> Iterator[Element]:
    """All elements at a path of local names below an element, in the order of the file."""
    if element is None:
        return
    if not path:
        yield element
        return
    for inner in element:
        if inner.tag == path[0]:
            yield from children(inner, *path[1:])


def child(element: Element | None, *path: str) -> Element | None:
    """The first element at a path."""
    return next(children(element, *path), None)


def texts(element: Element | None) -> str:
    """All text in an element, as one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def line_of(element: Element | None, *path: str) -> str:
    """The text of the first element at a path that has any, as one line."""
    return first(children(element, *path), texts)


def first(elements: Iterator[Element], value: Callable[[Element], str]) -> str:
    """The first non-empty value of the elements."""
    return next(filter(None, map(value, elements)), "")


def led_by(first_lines: Iterable[str], lines: list[str]) -> list[str]:
    """Put further headlines or a dateline before a text.

    Args:
        first_lines: the lines to put first, without those that are empty or repeated at the beginning of the
            text.
        lines: the text; if it is empty, the result is too.
    """
    beginning = ["".join(filter(str.isalnum, line)) for line in lines[:_BEGINNING]]
    new = [
        line
        for line in first_lines
        if (letters := "".join(filter(str.isalnum, line)))
        and not any(text.startswith(letters) for text in beginning)
    ]
    return [*new, *lines] if lines else []


def lines_of(element: Element, blocks: Collection[str], silent: Collection[str] = ()) -> list[str]:
    """The text of an element, split into lines at the borders of blocks. A row of a table (``tr``) is one
    line, with « | » between its cells.

    Args:
        element: the element.
        blocks: local names, in lower case, of elements that are lines of their own.
        silent: local names, in lower case, of elements whose text is left out.
    """
    lines: list[str] = []
    open_line: list[str] = []

    def end() -> None:
        line = " ".join("".join(open_line).split())
        open_line.clear()
        if line:
            lines.append(line)

    def walk(node: Element) -> None:
        name = node.tag.lower()
        if name in silent:
            return
        is_block = name in blocks
        if is_block:
            end()
        if name == "tr" and is_block:
            cells = [cell_lines for cell in node if (cell_lines := lines_of(cell, blocks, silent))]
            # A single cell is a frame around a text, not a row of a table.
            lines.extend(
                cells[0] if len(cells) == 1 else filter(None, [BETWEEN_CELLS.join(map(" ".join, cells))])
            )
            return
        open_line.append(node.text or "")
        for inner in node:
            walk(inner)
            open_line.append(inner.tail or "")
        if is_block:
            end()

    walk(element)
    end()
    return lines
