"""Writes manual pages with the macros of ``man(7)``, for groff and mandoc.

Signs with a meaning in roff (a backslash; a point or an apostrophe at the beginning of a line) are escaped,
and so are signs that it would replace by typographic ones, because commands are copied from these pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

__all__ = ["Definitions", "Example", "Page", "Paragraph", "Section", "escaped", "roff"]

#: Signs that roff would interpret or replace, and their escapes.
_SIGNS = str.maketrans(
    {
        "\\": "\\e",
        "-": "\\-",
        "'": "\\(aq",
        "`": "\\(ga",
        "^": "\\(ha",
        "~": "\\(ti",
        '"': "\\(dq",
    }
)


class Paragraph(msgspec.Struct, frozen=True):
    """Text that is wrapped."""

    text: str


class Example(msgspec.Struct, frozen=True):
    """Lines that are not wrapped."""

    lines: Sequence[str]


class Definitions(msgspec.Struct, frozen=True):
    """Names, such as options, each with its description."""

    rows: Sequence[tuple[str, str]]


class Section(msgspec.Struct, frozen=True):
    """A section.

    Attributes:
        title: its heading.
        parts: its content, in order.
    """

    title: str
    parts: Sequence[Paragraph | Example | Definitions]


class Page(msgspec.Struct, frozen=True):
    """A manual page of section 1.

    Attributes:
        name: the name, such as ``khabar-search``.
        date: the day in its footer, such as 2026-11-26; "" for none.
        version: the version of the program.
        sections: the sections, in order.
        right_to_left: whether the page is in Arabic, which is neither justified nor hyphenated.
    """

    name: str
    date: str
    version: str
    sections: Sequence[Section]
    right_to_left: bool = False


def roff(page: Page) -> str:
    """The source of a page.

    >>> print(roff(Page("khabar-x", "", "0.1", [Section("NAME", [Paragraph("khabar-x - a test")])])), end="")
    '\\" -*- coding: UTF-8 -*-
    .TH "KHABAR\\-X" "1" "" "khabar 0.1" "khabar"
    .SH "NAME"
    khabar\\-x \\- a test
    """
    return "".join(f"{line}\n" for line in _lines(page))


def escaped(text: str) -> str:
    """A text on one line, in which every sign stands for itself.

    >>> escaped(".5 of 'x' \\\\n")
    '\\\\&.5 of \\\\(aqx\\\\(aq \\\\en'
    """
    return _signs(" ".join(text.split()))


def _signs(text: str) -> str:
    shown = text.translate(_SIGNS)
    return f"\\&{shown}" if shown.startswith(".") else shown


def _lines(page: Page) -> Iterator[str]:
    yield "'\\\" -*- coding: UTF-8 -*-"
    fields = (page.name.upper(), "1", page.date, f"khabar {page.version}", "khabar")
    yield ".TH " + " ".join(f'"{escaped(field)}"' for field in fields)
    if page.right_to_left:
        yield from (".nh", ".ad l")
    for section in page.sections:
        yield f'.SH "{escaped(section.title)}"'
        for number, part in enumerate(section.parts):
            yield from _part(part, first=number == 0)


def _part(part: Paragraph | Example | Definitions, *, first: bool) -> Iterator[str]:
    match part:
        case Paragraph(text):
            if not first:
                yield ".PP"
            yield escaped(text)
        case Example(lines):
            yield from (".PP", ".nf", ".RS 4")
            yield from map(_kept, lines)
            yield from (".RE", ".fi")
        case Definitions(rows):
            yield from _definitions(rows)


def _kept(line: str) -> str:
    """A line of an example, with its spaces; ``.sp`` for an empty line."""
    return _signs(line.replace("\t", "    ").replace("\n", " ").rstrip()) or ".sp"


def _definitions(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, about in rows:
        yield ".TP"
        yield f"\\fB{escaped(name)}\\fR"
        yield escaped(about) or "\\&"
