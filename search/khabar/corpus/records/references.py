"""Read files of references, RIS and BibTeX, as reference managers write them.

A reference cites an article and usually has none of its text. A reference with an abstract is read as an
article whose text is the abstract. One without an abstract is skipped, and a file that has only such
references is reported as a whole.

RIS has a line for each value, ``TI  - …``, and a line ``ER  -`` after each reference. BibTeX has an entry
``@article{key, title = {…}}`` for each reference; braces in values only keep letters together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from khabar.corpus.records.drafts import Records
from khabar.corpus.report import Unreadable
from khabar.dates.words import ENGLISH_MONTHS

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_bibtex", "read_ris"]

_Values = dict[str, list[str]]
_Record = dict[str, object]

_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_RIS_DATE = re.compile(r"(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?/*(?!\d)")
_ENTRY = re.compile(r"^[ \t]*@(?=[ \t]*[A-Za-z]+[ \t]*[{(])", re.M)
_BEGINNING = re.compile(r"[ \t]*([A-Za-z]+)[ \t]*[{(]")
_KEY = re.compile(r"[^,=]*(?:,|$)")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:.+-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}\"()]+")
_CLOSED = re.compile(r"[\s,]*[})]")
_JOINT = re.compile(r"\s*#\s*")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r'[{}"]')
_NO_REFERENCES = frozenset({"comment", "preamble"})
_MONTHS = {name: f"{number:02}" for number, name in enumerate(ENGLISH_MONTHS, start=1)}
_MOST_TIMES, _ALWAYS = 4, 100_000
"""The number of characters that abbreviations may add: so many times those of the file, and so many more."""
_SIGNS = {
    r"\textbackslash": "\\",
    r"\textbraceleft": "\0",
    r"\textbraceright": "\1",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\{": "\0",
    r"\}": "\1",
}
_SIGN = re.compile(r"\\text[a-z]+(?:\{\})?|\\[{}%#&$_]")
_ACCENT = re.compile(r"\\([`'^\"~=.])\s*\{?\\?([A-Za-z])\}?")
_ACCENTS = dict(zip("`'^\"~=.", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307", strict=True))


def read_ris(content: Content) -> Iterator[Found]:
    """Read the articles in a RIS file, numbered in order."""
    yield from _articles(content, map(_of_ris, _ris(content.text())))


def read_bibtex(content: Content) -> Iterator[Found]:
    """Read the articles in a BibTeX file, numbered in order."""
    yield from _articles(content, _bibtex(content.text()))


def _articles(content: Content, records: Iterator[_Record | Unreadable]) -> Iterator[Found]:
    """The references that have an abstract, as articles, and those that cannot be read.

    Raises:
        Unreadable: if the file has no reference, or only references without an abstract.
    """
    references = list(records)
    if not references:
        raise Unreadable("no-record")
    if not any(isinstance(record, Unreadable) or record["text"] for record in references):
        raise Unreadable("only-references", count=len(references))
    numbered = (
        (number, record if isinstance(record, Unreadable) or record["text"] else Unreadable("no-abstract"))
        for number, record in enumerate(references, start=1)
    )
    yield from Records(content.fields, content.mapped, content.dates).drafts(numbered)


def _ris(text: str) -> Iterator[_Values]:
    """The values of each reference in a RIS file, by their tags."""
    values: dict[str, list[list[str]]] = {}
    tag = ""
    for line in text.lstrip("\ufeff").splitlines():
        if begun := _RIS_LINE.match(line):
            tag = begun[1]
            if tag in ("TY", "ER") and values:
                yield _joined(values)
                values = {}
            if tag != "ER":
                values.setdefault(tag, []).append([(begun[2] or "").strip()])
        elif tag in values and line.strip():
            # A long value continues on the next lines.
            values[tag][-1].append(line.strip())
    if values:
        yield _joined(values)


def _joined(values: dict[str, list[list[str]]]) -> _Values:
    """The values of a reference, whose lines become one text."""
    return {tag: list(map("\n".join, lines)) for tag, lines in values.items()}


def _of_ris(values: _Values) -> _Record:
    """A reference in RIS as a record."""

    def first(*tags: str) -> str:
        return next((value for tag in tags for value in values.get(tag, ()) if value), "")

    date = first("DA", "PY", "Y1")
    numbers = _RIS_DATE.match(date)
    return {
        "title": first("TI", "T1", "CT", "BT"),
        "text": first("AB", "N2"),
        "author": [_turned(name) for tag in ("AU", "A1") for name in values.get(tag, ())],
        "published": "-".join(part.zfill(2) for part in numbers.groups() if part) if numbers else date,
        "source": first("T2", "JF", "JO", "JA", "J2", "PB"),
        "section": first("SE"),
        "url": first("UR"),
        "tags": list(chain.from_iterable(words.splitlines() for words in values.get("KW", ()))),
        "language": first("LA"),
    }


def _turned(name: str) -> str:
    """A name with the given name first: «Ali, Mona» becomes «Mona Ali»."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() and "," not in given else name


class _Macros:
    """The abbreviations of a BibTeX file.

    One may consist of others: forty lines that each double the one before would fill any memory. So all of
    them together may make the file only a few times as long.

    Args:
        size: the number of characters of the file.
    """

    def __init__(self, size: int) -> None:
        self.texts = dict(_MONTHS)
        self._left = _MOST_TIMES * size + _ALWAYS

    def text(self, name: str) -> str:
        """The text of an abbreviation; ``name`` itself if it is none.

        Raises:
            OverflowError: if abbreviations make the file too large.
        """
        text = self.texts.get(name.lower())
        if text is None:
            return name
        if len(text) > self._left:
            raise OverflowError
        self._left -= len(text)
        return text


def _bibtex(text: str) -> Iterator[_Record | Unreadable]:
    """The references in a BibTeX file as records, or the reasons why they cannot be read."""
    macros = _Macros(len(text))
    # Entries are read separately, so that a brace that is not closed spoils only its own entry.
    for part in _ENTRY.split(text)[1:]:
        begun = _BEGINNING.match(part)
        assert begun is not None
        kind = begun[1].lower()
        if kind in _NO_REFERENCES:
            continue
        try:
            if kind == "string":
                macros.texts |= dict(_fields(part, begun.end(), macros))
                continue
            key = _KEY.match(part, begun.end())
            values = dict(_fields(part, key.end() if key else begun.end(), macros))
        except ValueError:
            yield Unreadable("open-entry")
            continue
        except OverflowError:
            yield Unreadable("too-many-abbreviations")
            continue
        yield _of_bibtex(values)


def _fields(part: str, place: int, macros: _Macros) -> Iterator[tuple[str, str]]:
    """The names and values of an entry.

    Args:
        part: the text of the entry.
        place: where its first name may begin.
        macros: the abbreviations of the file.

    Raises:
        ValueError: if a value or the entry is not closed.
        OverflowError: if abbreviations make the file too large.
    """
    while named := _NAME.match(part, place):
        pieces = []
        place = named.end()
        while True:
            if part[place : place + 1] == "{":
                end = _end(part, place + 1, _BRACE)
                pieces.append(part[place + 1 : end])
                place = end + 1
            elif part[place : place + 1] == '"':
                end = _end(part, place + 1, _BRACE_OR_QUOTE)
                pieces.append(part[place + 1 : end])
                place = end + 1
            elif bare := _BARE.match(part, place):
                pieces.append(macros.text(bare[0]))
                place = bare.end()
            if not (joint := _JOINT.match(part, place)):
                break
            place = joint.end()
        yield named[1].lower(), "".join(pieces)
    if not _CLOSED.match(part, place):
        raise ValueError


def _end(part: str, place: int, signs: re.Pattern[str]) -> int:
    """The position where a value ends: at a quotation mark outside braces, or at its closing brace.

    Raises:
        ValueError: if there is none.
    """
    depth = 0
    for sign in signs.finditer(part, place):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            if not depth:
                if signs is _BRACE:
                    return sign.start()
                break
            depth -= 1
        elif not depth:
            return sign.start()
    raise ValueError


def _of_bibtex(values: dict[str, str]) -> _Record:
    """A reference in BibTeX as a record."""

    def first(*names: str) -> str:
        return next((_plain(values[name]) for name in names if values.get(name, "").strip()), "")

    date = first("date")
    if not date:
        month = first("month")
        parts = (first("year"), _MONTHS.get(month[:3].lower(), month), first("day"))
        date = "-".join(part.zfill(2) for part in parts if part)
    tags = first("keywords")
    return {
        "title": first("title"),
        "text": first("abstract"),
        "author": [_turned(_plain(name)) for name in _authors(values.get("author", ""))],
        "published": date,
        "source": first("journal", "journaltitle", "newspaper", "booktitle", "publisher", "organization"),
        "url": _BRACE.sub("", values.get("url", "")).replace("\\", "").strip(),
        "tags": [tag for tag in re.split(r"\s*[,;،؛]\s*", tags) if tag],
        "language": first("language", "langid"),
    }


def _authors(value: str) -> Iterator[str]:
    """The names in a value, which «and» separates; inside braces it is part of a name."""
    depth = 0
    name: list[str] = []
    for word in value.split():
        if word.lower() == "and" and not depth:
            yield " ".join(name)
            name = []
            continue
        depth += word.count("{") - word.count("}")
        name.append(word)
    yield " ".join(name)


def _plain(value: str) -> str:
    """A value without the markup of LaTeX."""

    def sign(match: re.Match[str]) -> str:
        name = match[0].removesuffix("{}")
        return _SIGNS.get(name, name[1:] if len(name) == 2 else name)

    value = _ACCENT.sub(lambda match: unicodedata.normalize("NFC", match[2] + _ACCENTS[match[1]]), value)
    value = _SIGN.sub(sign, value.replace("~", "\xa0"))
    value = _BRACE.sub("", value).replace("\0", "{").replace("\1", "}").replace("\xa0", " ")
    return value.strip() if "\n\n" in value else " ".join(value.split())
