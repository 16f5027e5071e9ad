"""Pieces of an XML file as trees, one at a time: for the formats that hold an item, or many one after the
other.

The parser is expat, which fetches nothing. A document type is passed over, since newswires name one in every
file; entities that a file declares are refused, since they can be made to grow without end, and those that it
only uses (``&nbsp;``, ``&eacute;``) become their characters. Names are taken without their prefixes: what
matters here is told apart by local names, and files in the wild bind them to many namespaces.

A tree has limits in bytes, in tags and attributes, and in depth; what is over one is refused, and with it the
rest of the file. Of what stands between the trees nothing is kept.
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

__all__ = ["DEEPEST", "child", "children", "first", "led_by", "line_of", "lines_of", "texts", "trees"]

DEEPEST = 200
"""How deep the elements of a tree may lie in one another; newswires need twenty, tables in pages forty."""
BETWEEN_CELLS = " | "
_BEGINNING = 4
"""Lines in which a text may repeat its headlines and its dateline."""
_CHUNK = 1 << 16
_UNFIT = bytes(32 if code < 32 and code not in (9, 10, 13) else code for code in range(256))
"""XML allows no control characters, and wires have them."""
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""How UTF-16 begins, in which such bytes are halves of characters."""


def trees(content: Content, names: Collection[str]) -> Iterator[Element | Unreadable]:
    """The outermost elements of these names, each with all that is in it.

    Args:
        content: an XML file.
        names: local names of elements.

    Yields:
        each element; at last an `Unreadable` if the file is broken or over a limit. What was complete before
        that is given.
    """
    parsing = _Parsing(frozenset(names), content.limits.tags)
    stream = content.stream
    wide = stream.peek()[:2] in _WIDE
    waiting = 0
    while True:
        data = stream.read(_CHUNK)
        waiting += len(data)
        trouble: Unreadable | None = None
        try:
            parsing.take(data if wide else data.translate(_UNFIT), last=not data)
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
    """The state of reading a file."""

    def __init__(self, names: frozenset[str], most_tags: int) -> None:
        self.done: deque[Element] = deque()
        self._names = names
        self._most = most_tags
        self._tags = 0
        self._depth = 0
        self._builder: TreeBuilder | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # undeclared entities are reported and are no error
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
    """The elements at a path of local names below an element: all that fit, in the order of the file."""
    if element is None:
        return
    if not path:
        yield element
        return
    for each in element:
        if each.tag == path[0]:
            yield from children(each, *path[1:])


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
    """The first value of the elements that is not empty."""
    return next(filter(None, map(value, elements)), "")


def led_by(first_lines: Iterable[str], lines: list[str]) -> list[str]:
    """Lines with others before them: further headlines, a dateline.

    Args:
        first_lines: what comes first; what is empty, or the text begins with already, is left out.
        lines: the text; without one nothing comes first.
    """
    begins = ["".join(filter(str.isalnum, line)) for line in lines[:_BEGINNING]]
    new = [
        line
        for line in first_lines
        if (letters := "".join(filter(str.isalnum, line)))
        and not any(each.startswith(letters) for each in begins)
    ]
    return [*new, *lines] if lines else []


def lines_of(element: Element, blocks: Collection[str], silent: Collection[str] = ()) -> list[str]:
    """The text of an element, parted into lines at the ends of blocks. A row of a table (``tr``) is a line,
    with « | » between its cells.

    Args:
        element: the element.
        blocks: local names, in lower case, of elements that are lines of their own.
        silent: names of elements whose text is left out.
    """
    lines: list[str] = []
    open_line: list[str] = []

    def end() -> None:
        line = " ".join("".join(open_line).split())
        open_line.clear()
        if line:
            lines.append(line)

    def walk(each: Element) -> None:
        name = each.tag.lower()
        if name in silent:
            return
        is_block = name in blocks
        if is_block:
            end()
        if name == "tr" and is_block:
            cells = [cell for one in each if (cell := lines_of(one, blocks, silent))]
            # A row of one cell is no row of a table, but a frame around a text.
            lines.extend(
                cells[0] if len(cells) == 1 else filter(None, [BETWEEN_CELLS.join(map(" ".join, cells))])
            )
            return
        open_line.append(each.text or "")
        for inner in each:
            walk(inner)
            open_line.append(inner.tail or "")
        if is_block:
            end()

    walk(element)
    end()
    return lines
