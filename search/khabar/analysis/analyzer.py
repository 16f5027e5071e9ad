"""The analyzer: a text's words, each on its depths.

::

    source text → tokenizer → one Word per word type (cached) → tokens with offsets into the source text

Depths, from the strictest to the loosest:

=========  =======================================================================================
``exact``  the word with harakat, tatweel, letter forms and digits folded
``light``  its light10 stem (Larkey; the algorithm behind Lucene's ArabicStemmer)
``lemma``  its dictionary form, which joins broken plurals (رؤساء → رئيس) that no affix stripping can
=========  =======================================================================================

Stop words live on the exact depth alone, where phrases need them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from khabar.analysis import lemma, names, tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.light import light_stem, strip_suffixes
from khabar.analysis.stopwords import is_stop_word

__all__ = ["DEPTHS", "Analyzer", "Token", "Word"]

#: The depths in order of strictness; a match is named after the first that holds.
DEPTHS = ("exact", "light", "lemma")

#: Raised by hand whenever the rules of this package give any word other terms than before.
RULES = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A word type: what any token spelled so contributes to the index.

    Attributes:
        exact, light, lemma: the terms on each depth; usually one, none for a stop word below the exact depth.
        stop: whether it is a stop word.
        head: set when it can open a compound name (see :mod:`khabar.analysis.names`).
    """

    exact: tuple[str, ...]
    light: tuple[str, ...]
    lemma: tuple[str, ...]
    stop: bool = False
    head: names.CompoundHead | None = None

    def terms(self, depth: str) -> tuple[str, ...]:
        """The terms on one of :data:`DEPTHS`."""
        return getattr(self, depth)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Token:
    """A word at a place in a text.

    Attributes:
        start, end: its place: ``text[start:end]`` is the word as it was written.
        position: the how-manieth word of the text it is, from 0; a compound name has the position of its first word.
        word: its terms.
        compound: whether it is a compound name over several words, which also stand as tokens of their own.
    """

    start: int
    end: int
    position: int
    word: Word
    compound: bool = False


class Analyzer:
    """Turns texts into tokens. Safe to share between threads: its cache only ever gains equal values.

    Args:
        table: folded form → lemma, such as :func:`khabar.analysis.lemma.table` gives; by default the one for this
            installation, opened at the first word that needs it.
    """

    def __init__(self, table: Mapping[str, str] | None = None) -> None:
        self._table = table
        self._words: dict[str, Word] = _Words(self._make)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the terms of any word may have changed; an index remembers the one that built it."""
        parts = f"khabar rules {RULES}; {lemma.version()}; depths {' '.join(DEPTHS)}"
        return hashlib.blake2b(parts.encode(), digest_size=8).hexdigest()

    def word(self, surface: str) -> Word:
        """The terms of a single word.

        >>> Analyzer().word("والوزراء")
        Word(exact=('والوزراء',), light=('وزراء',), lemma=('وزير',), stop=False, head=None)
        """
        return self._words[surface]

    def words(self, text: str) -> list[tuple[int, Word]]:
        """The words of a text with their positions, compound names beside their parts: what an index is made of."""
        types = self._words
        found = []
        head: names.CompoundHead | None = None
        for position, surface in enumerate(tokenizer.words(text)):
            word = types[surface]
            if head is not None:
                name = names.compound(head, word.exact[0])
                if name:
                    found.append((position - 1, types[name]))
                head = None
            if word.head is not None:
                head = word.head
            found.append((position, word))
        return found

    def tokens(self, text: str) -> list[Token]:
        """The same words with their places in the text, in order of their start; a compound stands before its parts.

        >>> [(text[t.start : t.end], t.compound) for text in ["زار عبد الله"] for t in Analyzer().tokens(text)]
        [('زار', False), ('عبد الله', True), ('عبد', False), ('الله', False)]
        """
        found: list[Token] = []
        previous: Token | None = None
        for position, (start, end) in enumerate(tokenizer.spans(text)):
            token = Token(start, end, position, self._words[text[start:end]])
            if previous is not None and previous.word.head is not None:
                name = names.compound(previous.word.head, token.word.exact[0])
                if name:
                    whole = Token(previous.start, end, position - 1, self._words[name], compound=True)
                    found.insert(len(found) - 1, whole)
            found.append(token)
            previous = token
        return found

    def _make(self, surface: str) -> Word:
        folded = fold(surface)
        exact = [folded]
        if not folded:
            return Word(("",), (), ())
        if folded[0].isdigit():
            return Word(tuple(_number_terms(folded)), (), ())
        if is_stop_word(folded):
            return Word((folded,), (), (), stop=True, head=names.compound_head(folded))
        if self._table is None:
            self._table = lemma.table()
        head = names.compound_head(folded)
        base = folded
        joined = names.joined_name(folded)
        if joined and joined != folded:
            exact.append(joined)
            base = joined
        if head and head[1]:
            exact.append(head[1])
            base = head[1]
        # «و» of وزير, واشنطن, وليد is a letter of the word: light10 takes it off only where the dictionary does not
        # know the word as it stands.
        keeps_waw = base[0] == "و" and not base.startswith("وال") and base in self._table
        light = strip_suffixes(base) if keeps_waw else light_stem(base)
        return Word(tuple(exact), (light,), lemma.lemmas(surface if base == folded else base, self._table), head=head)


def _number_terms(folded: str) -> Iterator[str]:
    """A number, without thousands separators, and the years inside a date or a span («2014-2015», «7/10/2023»)."""
    groups = folded.split(",")
    plain = len(groups) > 1 and all(len(group) == 3 for group in groups[1:])
    number = "".join(groups) if plain else folded
    yield number
    if not number.isdigit():
        for part in number.replace("/", "-").split("-"):
            if len(part) == 4 and part.isdigit():
                yield part


class _Words(dict[str, Word]):
    """Word types made on first sight and kept: a corpus of 9 million words has but 270,000 of them."""

    def __init__(self, make: Any) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, surface: str) -> Word:
        word: Word = self._make(surface)
        self[surface] = word
        return word
