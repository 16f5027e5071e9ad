"""Split a text into a title and paragraphs.

Each non-empty line is a paragraph, exactly as written except that it is stripped and HTML entities become
their characters. Lines end at ``\\n``, ``\\r\\n``, ``\\r``, form feeds and the Unicode separators U+0085,
U+2028 and U+2029. Clutter lines are left out and counted (see `khabar.corpus.text.clutter`).

The title of a plain text is its first line if that is at most 120 characters long, does not end like a
sentence (``. ! ؟ …``, also inside a closing quotation mark or before a bar) and more text follows. Otherwise
the title is made from the first sentence, and the text keeps all its lines. A line above it that is only a
date («الجمعة 7 أغسطس 2015») is not a title but tells when the text was published, and remains a line of the
text. A by-line is not a title either (see `khabar.corpus.text.bylines`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import msgspec

from khabar.corpus.pieces.content import Draft
from khabar.corpus.report import Unreadable
from khabar.corpus.text.bylines import author_of_line
from khabar.corpus.text.clutter import appeared_first, classify
from khabar.corpus.text.markup import unescaped
from khabar.corpus.text.stated_dates import only_date
from khabar.spelling import comparable, has_words, storable

__all__ = [
    "Body",
    "body_of",
    "draft_of_text",
    "headline_place",
    "is_basmala",
    "is_headline",
    "may_be_title",
    "title_from",
]

LONGEST_HEADLINE = 120
_FIRST = 3
"""How many lines may precede a title: dates and by-lines."""
LONGEST_TITLE = 90

_STOPS = ".!?؟…۔"
_AFTER_STOP = " \t\xa0|\"'”’»«“)]}\u200f\u200e"
# A full stop ends a sentence, but not in 12.5 or after an initial («د. محمد»).
_SENTENCE_END = re.compile(r"(?<=[^\s.]{2})[.!?؟…۔]+[\"”»)]*(?=\s|$)")


_BASMALA = comparable("بسم الله الرحمن الرحيم")
_NO_WORD = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.I)


class Body(msgspec.Struct, frozen=True):
    """The parts of a text: its paragraphs, the source named in clutter, and the clutter by category."""

    lines: tuple[str, ...]
    source: str = ""
    clutter: Counter[str] = msgspec.field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.lines)


def body_of(text: str) -> Body:
    """The paragraphs of ``text``, without clutter."""
    lines: list[str] = []
    source = ""
    clutter: Counter[str] = Counter()
    for line in text.splitlines():
        line = line.strip()
        if not line:
            continue
        if kind := classify(line, first=not lines):
            clutter[kind.category] += 1
            source = source or kind.source
        else:
            lines.append(line)
    if lines and appeared_first(lines[-1]):
        clutter["more"] += 1
        lines.pop()
    return Body(tuple(lines), source, clutter)


def draft_of_text(text: str) -> Draft:
    """The article in a plain text.

    Raises:
        Unreadable: it contains no text.
    """
    if not has_words(text):
        raise Unreadable("no-word" if text.strip() else "empty")
    if not _LETTER.search(_ADDRESS.sub("", text)) and _ADDRESS.search(text):
        raise Unreadable("only-addresses")
    body = body_of(storable(unescaped(text)))
    if not body.lines:
        raise Unreadable("only-clutter")
    url = ""
    if len(body.lines) > 1 and _ADDRESS.fullmatch(body.lines[0]):
        # Somebody copied the address of the page above its text.
        url, body = body.lines[0], msgspec.structs.replace(body, lines=body.lines[1:])
    place = headline_place(body.lines)
    first = body.lines[place]
    if place + 1 < len(body.lines) and is_headline(first):
        rest = body.lines[:place] + body.lines[place + 1 :]
        return Draft(first, rest, source=body.source, url=url, clutter=body.clutter)
    return Draft(title_from(first), body.lines, source=body.source, url=url, clutter=body.clutter)


def may_be_title(line: str) -> bool:
    """Whether a line is more than a time, a date, a by-line or «بسم الله الرحمن الرحيم»."""
    has_letters = any(map(str.isalpha, line))
    return has_letters and not only_date(line) and not author_of_line(line) and not is_basmala(line)


def is_basmala(line: str) -> bool:
    """Whether a line is only «بسم الله الرحمن الرحيم»."""
    return _NO_WORD.sub(" ", comparable(line)).strip() == _BASMALA


def headline_place(lines: Sequence[str]) -> int:
    """The index of the line that may be the title of a text: the first that is more than a date or a by-line,
    but at most the fourth."""
    last = min(_FIRST, len(lines) - 1)
    return next((index for index in range(last) if may_be_title(lines[index])), max(last, 0))


def is_headline(line: str) -> bool:
    """Whether a first line reads as a headline: short, and not ending like a sentence."""
    return len(line) <= LONGEST_HEADLINE and not line.rstrip(_AFTER_STOP).endswith(tuple(_STOPS))


def title_from(line: str) -> str:
    """A title for a text without one: the first sentence of its first line, cut with «…» if it is long."""
    # Only the beginning is examined: a line may be a whole file.
    head = " ".join(line[: 4 * LONGEST_TITLE].split())
    end = _SENTENCE_END.search(head)
    sentence = (head[: end.end()] if end else head).rstrip(" .۔|")
    if len(sentence) <= LONGEST_TITLE:
        return sentence or head
    cut = sentence.rfind(" ", 0, LONGEST_TITLE)
    if cut <= 0:
        cut = LONGEST_TITLE - 1
        # There is no space to cut at; at least do not separate a letter from its marks.
        while cut < len(sentence) and unicodedata.combining(sentence[cut]):
            cut += 1
    return sentence[:cut].rstrip(" ،؛,;:|-–—") + "…"
