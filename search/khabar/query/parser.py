"""The query parser: what the user typed → a parse tree. It never fails.

Grammar::

    query   = { [ "+" | "-" ] ( phrase | word ) }
    phrase  = '"' text '"'            also “text” and «text»
    word    = anything up to the next space or quotation mark

``+`` requires, ``-`` excludes; both count only directly before a word or phrase and behind a space («كوفيد-19» is a word). A
bare phrase is required: whoever quotes means it. What cannot be parsed is searched as words, and the tree says so in
:attr:`Query.problems`. There is room for Boolean operators, fields and wildcards: a node is one item of the tree, and an
operator will be a node with items of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.index.plan import Occur

__all__ = ["Phrase", "Problem", "Query", "Term", "parse", "plain"]

_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "”": "”"}
_OPEN = "".join(_QUOTES)
_CLOSING = frozenset(_QUOTES.values())
_SIGNS = {"+": Occur.MUST, "-": Occur.MUST_NOT, "−": Occur.MUST_NOT, "–": Occur.MUST_NOT}
_ITEM_END = re.compile(rf"[\s{_OPEN}»]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word as typed; analysis may find several words in it, or none.

    Attributes:
        text: as typed, without its sign.
        start, end: where it stands in the query.
        occur: whether it is wanted, required or excluded.
    """

    text: str
    start: int
    end: int
    occur: Occur = Occur.SHOULD


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotation marks; attributes as for :class:`Term`, without the marks."""

    text: str
    start: int
    end: int
    occur: Occur = Occur.MUST


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the query that could not be understood as it stands.

    Attributes:
        start, end: where.
        code: a fixed short name for programs: ``unclosed-quote``, ``empty-phrase``, ``only-exclusions``, ``no-words``.
        message: what it is and what was done about it, for people.
    """

    start: int
    end: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parse tree.

    Attributes:
        text: the query as typed.
        items: its words and phrases in order.
        problems: what could not be parsed.
    """

    text: str
    items: tuple[Term | Phrase, ...]
    problems: tuple[Problem, ...] = ()


def parse(text: str) -> Query:
    """Parse a query; every string is one.

    >>> [(type(i).__name__, i.text, i.occur.value) for i in parse('غزة +لافروف -موسكو "وقف إطلاق"').items]
    [('Term', 'غزة', 'should'), ('Term', 'لافروف', 'must'), ('Term', 'موسكو', 'must not'), ('Phrase', 'وقف إطلاق', 'must')]
    """
    items: list[Term | Phrase] = []
    problems: list[Problem] = []
    place, length = 0, len(text)
    occur: Occur | None = None
    while place < length:
        char = text[place]
        if char.isspace():
            place += 1
            occur = None
            continue
        behind_space = place == 0 or text[place - 1].isspace()
        if behind_space and char in _SIGNS and place + 1 < length and not text[place + 1].isspace():
            occur = _SIGNS[char]
            place += 1
            char = text[place]
        if char in _QUOTES:
            end = _closing(text, place)
            if end is None:
                message = "the quotation mark is not closed: searched as words"
                problems.append(Problem(place, place + 1, "unclosed-quote", message))
                # A sign before it stays in force for the word behind it.
                place += 1
                continue
            inside = text[place + 1 : end]
            if any(map(fold, tokenizer.words(inside))):
                items.append(Phrase(inside, place + 1, end, occur or Occur.MUST))
            else:
                message = "there is no word between the quotation marks: left out"
                problems.append(Problem(place, end + 1, "empty-phrase", message))
            place, occur = end + 1, None
            continue
        if char in _CLOSING:
            place += 1
            continue
        match = _ITEM_END.search(text, place)
        end = match.start() if match else length
        items.append(Term(text[place:end], place, end, occur or Occur.SHOULD))
        place, occur = end, None
    return Query(text, tuple(items), tuple(problems))


def plain(text: str) -> Query:
    """The query as words and nothing else: no sign or quotation mark has a meaning."""
    return Query(text, (Term(text, 0, len(text)),) if text else ())


def _closing(text: str, opening: int) -> int | None:
    end = text.find(_QUOTES[text[opening]], opening + 1)
    return end if end >= 0 else None
