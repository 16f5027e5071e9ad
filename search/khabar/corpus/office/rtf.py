r"""Read RTF (Rich Text Format 1.9.1), in one pass over its tokens.

Text is in the code page of its font (``\fcharset178`` is Arabic, Windows-1256) or written as ``\u1576?``,
followed by characters for programs that do not know it (``\uc``). Left-to-right and right-to-left runs are in
logical order, so their marks (``\rtlch``, ``\ltrch``) are ignored.

Deleted and hidden text, headers, footers, comments, field codes, pictures and list numbers are left out;
footnotes come at the end, a row of a table is a paragraph, text boxes stay where they are anchored.

Nothing is executed or loaded: embedded objects are skipped, and so are as many bytes as ``\bin`` states.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from khabar.corpus.office.documents import Line, Properties, Role, drafts_of_document
from khabar.corpus.office.rtf_paragraphs import Paragraphs
from khabar.corpus.office.rtf_words import (
    ARABIC,
    CHARACTERS,
    CHARSETS,
    DEEPEST,
    KNOWN,
    LEFT_OUT,
    MOMENTS,
    PARAGRAPH_ENDS,
    PARTS_OF_MOMENT,
    PROPERTIES,
    SIGNS,
    SPECIAL,
    SYMBOLS,
    TOKEN,
    UNICODE,
    UNICODE_RUN,
)
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["parsed_rtf", "read_rtf"]


class _State(NamedTuple):
    """The settings inside a group, which end with it."""

    place: str = "text"
    """``text``, ``out``, ``fonts``, ``styles``, ``info``, ``note``, ``box``, ``code`` (of a field), or the
    name of a property."""
    font: int = -1
    unicode_skip: int = 1
    hidden: bool = False
    deleted: bool = False


class _Rtf:
    """The parser of one document."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data = data
        self._most = self._left = most
        self.properties = Properties()
        self.is_cut = False
        """Whether it ends inside a group, or inside the bytes after ``\\bin``."""
        self._state = _State()
        self._stack: list[_State] = []
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, Role] = {}
        self._style_now = 0
        self._default_font = -1
        self._bytes = bytearray()
        self._skip = 0
        self._surrogate = ""
        self._paragraphs = Paragraphs()
        self._moment = [0, 1, 1, 0, 0]
        self._code = ""

    def lines(self) -> list[Line]:
        """The paragraphs.

        Raises:
            Unreadable: it is nested too deeply, or has too much text.
        """
        position, ignorable = 0, False
        while token := TOKEN.match(self._data, position):
            plain = token[1] == b"u" and not self._skip and self._state.unicode_skip == 1
            # Reading a run at once is many times faster than reading single characters.
            if plain and (run := UNICODE_RUN.match(self._data, position)):
                position, ignorable = run.end(), False
                self._take_unicode(run[0])
                continue
            position = token.end()
            word, number, code, sign, brace, text = token.groups()
            if text is not None:
                self._take(text)
            elif code is not None:
                self._take(bytes((int(code, 16),)))
            elif word is not None:
                if word == b"bin":
                    position += max(0, int(number or 0))
                else:
                    self._word(word, None if number is None else int(number), ignorable)
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()
            elif sign == b"*":
                ignorable = True
                continue
            elif sign in SIGNS:
                self._add(SIGNS[sign])
            elif sign in (b"\r", b"\n"):
                self._end_paragraph()
            ignorable = False
        self.is_cut = bool(self._stack) or position > len(self._data)
        while self._stack:
            self._close()
        self._end_paragraph()
        self._paragraphs.end_row()
        return self._paragraphs.lines()

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= DEEPEST:
            raise Unreadable("nested-document", limit=DEEPEST)
        self._stack.append(self._state)
        self._skip = 0

    def _close(self) -> None:
        self._flush()
        self._skip = 0
        before = self._state
        self._state = self._stack.pop() if self._stack else _State()
        if before.place in ("note", "box") and self._state.place != before.place:
            self._paragraphs.end_inner(before.place, self._state.place)
        elif before.place in MOMENTS.values() and self._state.place != before.place:
            year, month, day, hour, minute = self._moment
            if year:
                moment = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00"
                setattr(self.properties, before.place, moment)

    def _word(self, word: bytes, number: int | None, ignorable: bool) -> None:
        """Process a control word."""
        state = self._state
        if word not in CHARACTERS:
            # The replacement of a character, for old programs, ends here.
            self._skip = 0
        if word in LEFT_OUT or (ignorable and word not in KNOWN):
            self._change(place="out")
        elif state.place == "out":
            return
        elif word == b"u" and number is not None:
            self._unicode(number)
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in (b"cell", b"nestcell"):
            self._flush()
            self._paragraphs.end_cell()
        elif word in (b"row", b"nestrow"):
            self._paragraphs.end_row()
        elif word == b"f" and number is not None:
            self._change(font=number)
        elif word == b"uc" and number is not None:
            self._change(unicode_skip=max(0, min(number, 100)))
        elif word == b"v":
            self._change(hidden=number != 0)
        elif word == b"deleted":
            self._change(deleted=number != 0)
        elif word == b"plain":
            self._change(font=self._default_font, hidden=False, deleted=False)
        elif word == b"pard":
            self._paragraphs.role, self._paragraphs.in_table = "text", False
        elif word == b"intbl":
            self._paragraphs.in_table = True
        elif word == b"s" and number is not None:
            if state.place == "styles":
                self._style_now = number
            else:
                self._paragraphs.role = self._styles.get(number, "text")
        elif word == b"outlinelevel" and number is not None and state.place == "text":
            if number < 9 and self._paragraphs.role == "text":
                self._paragraphs.role = "heading"
        elif word == b"ansicpg" and number is not None:
            self._page = _known_page(f"cp{number}") or self._page
        elif word == b"mac":
            self._page = "mac_roman"
        elif word == b"deff" and number is not None:
            self._default_font = number
            self._change(font=number)
        elif word == b"fcharset" and number is not None and state.place == "fonts":
            self._fonts[state.font] = CHARSETS.get(number, "")
        elif word == b"cpg" and number is not None and state.place == "fonts":
            self._fonts[state.font] = _known_page(f"cp{number}")
        elif word == b"fonttbl":
            self._change(place="fonts")
        elif word == b"stylesheet":
            self._change(place="styles")
        elif word == b"info":
            self._change(place="info")
        elif word in (b"footnote", b"shptxt"):
            self._flush()
            self._paragraphs.begin_inner()
            self._change(place="note" if word == b"footnote" else "box")
        elif word == b"fldinst":
            self._code = ""
            self._change(place="code")
        elif word == b"fldrslt":
            if self._code.lstrip().upper().startswith("TOC"):
                self._change(place="out")
        elif word in PROPERTIES and state.place == "info":
            self._change(place=PROPERTIES[word])
        elif word in MOMENTS and state.place == "info":
            self._moment = [0, 1, 1, 0, 0]
            self._change(place=MOMENTS[word])
        elif word in PARTS_OF_MOMENT and state.place in MOMENTS.values() and number is not None:
            self._moment[PARTS_OF_MOMENT[word]] = min(abs(number), 9999)

    def _change(self, **values: object) -> None:
        self._flush()
        self._state = self._state._replace(**values)  # type: ignore[arg-type]

    def _unicode(self, number: int) -> None:
        """Add a character by its number, or half of a surrogate pair."""
        self._flush()
        self._skip = self._state.unicode_skip
        character = chr(number & 0xFFFF)
        if "\ud800" <= character <= "\udbff":
            self._surrogate = character
            return
        if "\udc00" <= character <= "\udfff":
            pair, self._surrogate = self._surrogate + character, ""
            character = pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        elif SYMBOLS.match(character):
            return
        skip, self._skip = self._skip, 0
        self._add(character)
        self._skip = skip

    def _take_unicode(self, run: bytes) -> None:
        """Add a run of characters, most of them by their numbers."""
        self._flush()
        if self._state.place == "out":
            return
        text = "".join(
            chr(int(number) & 0xFFFF) if number else character.decode("ascii")
            for number, character in UNICODE.findall(run)
        )
        if SPECIAL.search(text):
            text = SYMBOLS.sub("", text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
        self._write(text)

    def _take(self, data: bytes) -> None:
        """Collect bytes in the code page of the font."""
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if self._state.place == "out" or not data:
            return
        self._bytes += data

    def _flush(self) -> None:
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._write(data.decode(self._code_page(), "replace"))

    def _code_page(self) -> str:
        page = self._fonts.get(self._state.font, "") or self._page
        # In an Arabic document, fonts without an Arabic character set contain Arabic text too, and
        # Windows-1256 has the letters of French at the same positions as Windows-1252.
        return ARABIC if page == "cp1252" and self._page == ARABIC else page

    def _add(self, text: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        self._flush()
        self._write(text)

    def _write(self, text: str) -> None:
        state = self._state
        if state.place in ("text", "note", "box"):
            if not state.hidden and not state.deleted and text:
                self._left -= len(text)
                if self._left < 0:
                    raise Unreadable("too-many-letters", limit=self._most)
                self._paragraphs.write(text)
        elif state.place == "styles":
            name = text.strip().rstrip(";").lower()
            if name == "title":
                self._styles[self._style_now] = "title"
            elif name.startswith("heading "):
                self._styles[self._style_now] = "heading"
        elif state.place == "code":
            self._code = (self._code + text)[:200]
        elif state.place in ("title", "author", "keywords"):
            before = getattr(self.properties, state.place)
            setattr(self.properties, state.place, (before + text)[:1000])

    def _end_paragraph(self) -> None:
        self._flush()
        self._paragraphs.end(self._state.place)


def _known_page(name: str) -> str:
    """Python's name for a code page; "" if it does not know it."""
    import codecs

    try:
        return codecs.lookup(
            {"cp10000": "mac_roman", "cp10004": "mac_arabic", "cp65001": "utf-8"}.get(name, name)
        ).name
    except LookupError:
        return ""


def parsed_rtf(data: bytes, most: int) -> tuple[list[Line], Properties, bool]:
    """Parse an RTF document: return its paragraphs, its properties, and whether it ends too early.

    Args:
        data: the document.
        most: the maximum number of characters.

    Raises:
        Unreadable: it is nested too deeply, or has more characters.
    """
    parser = _Rtf(data, most)
    lines = parser.lines()
    return lines, parser.properties, parser.is_cut


def read_rtf(content: Content) -> Iterator[Found]:
    """Read the article in an RTF document."""
    data = content.data()
    lines, properties, is_cut = parsed_rtf(data, content.limits.letters)
    notes = [Reason.of("document-cut")] if is_cut else []
    try:
        yield from drafts_of_document(lines, properties, content, notes)
    except Unreadable as error:
        has_pictures = b"\\pict" in data and error.reason.kind == "no-word"
        raise Unreadable("only-pictures") if has_pictures else error from None
