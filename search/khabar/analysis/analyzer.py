"""The analyzer: a text's words as terms, and each term's stems.

::

    source text → tokenizer → one Word per word type (cached) → tokens with offsets into the source text
    term → Stems (light, lemma), once per entry of an index's lexicon

Depths, from the strictest to the loosest:

===========  =====================================================================================
``exact``    the word with harakat, tatweel, letter forms and digits folded
``spelling`` the same word as another house or country spells it (أمريكا, أميركا)
``words``    a word that the reader's own dictionary joins with it (:mod:`khabar.query.own_words`)
``light``    its light10 stem (Larkey; the algorithm behind Lucene's ArabicStemmer)
``lemma``    its dictionary form, which joins broken plurals (رؤساء → رئيس) that no affix stripping can
``similar``  words with nearly the same letters: foreign names and typing errors (نتنياهو, نتانياهو)
===========  =====================================================================================

A text is indexed on the exact depth alone. The other depths are classes of the index's vocabulary.
:mod:`khabar.index.lexicon` computes them per word type: a corpus of 9 million words has only 270,000 types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from khabar.analysis import lemma, names, tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.light import light_stem, strip_suffixes
from khabar.analysis.names import loan_key
from khabar.analysis.stopwords import is_stop_word
from khabar.analysis.variants import respelled
from khabar.arguments import takes, text
from khabar.digests import blake2b
from khabar.serialize import Serializable, plain

__all__ = ["DEPTHS", "Analyzer", "Stems", "Token", "Word", "make_word"]

#: The depths in order of strictness. The depth of a match is the first that applies.
DEPTHS = ("exact", "spelling", "words", "light", "lemma", "similar")

#: Number of word types that an analyzer caches, each of some 350 bytes.
KEPT_WORDS = 100_000

#: Version of the rules. Raise it whenever the rules of this package change the terms or stems of any word.
RULES = 6


class Word(Serializable, msgspec.Struct, frozen=True):
    """A word type: what a token with this spelling contributes to the index.

    Attributes:
        exact: its terms; the first is the folded word, further ones are a name inside it or years of a date.
        stop: whether it is a stop word.
        head: set when it can open a compound name (see :mod:`khabar.analysis.names`).
    """

    exact: tuple[str, ...]
    stop: bool = False
    head: names.CompoundHead | None = None


class Stems(Serializable, msgspec.Struct, frozen=True):
    """The looser depths of a term; empty for stop words and numbers.

    Attributes:
        light: the light10 stem, or "".
        lemma: the dictionary form, as a tuple of one.
        read: whether the dictionary knows the word, with or without clitics and endings.
        loan: the key that the spellings of a foreign name share (:mod:`khabar.analysis.names`).
        spelling: the spelling that represents all spellings of the word (:mod:`khabar.analysis.variants`), or
            "" if it is not known to have several. Stem and lemma are those of this spelling.
    """

    light: str
    lemma: tuple[str, ...]
    read: bool = False
    loan: str = ""
    spelling: str = ""


_NO_STEMS = Stems("", ())


class Token(NamedTuple):
    """A word at a position in a text. (A named tuple, not a struct: each search makes thousands.)

    Attributes:
        start, end: its range: ``text[start:end]`` is the word as written.
        position: index of the word in the text, from 0; a compound name has the position of its first word.
        word: its terms.
        compound: whether it is a compound name of several words, each of which is also a token.
    """

    start: int
    end: int
    position: int
    word: Word
    compound: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The word and its range as plain data."""
        return {name: plain(value) for name, value in self._asdict().items()}


class Analyzer:
    """Turns texts into tokens and terms into stems. Safe to share between threads.

    Args:
        table: the dictionary for :func:`khabar.analysis.lemma.lemmas`. Default: that of this installation,
            opened when the first stem is needed.
    """

    def __init__(self, table: lemma.Table | None = None) -> None:
        self._given = table
        self._words = _Words(make_word)

    @cached_property
    def _table(self) -> lemma.Table:
        return lemma.table() if self._given is None else self._given

    @property
    def is_usual(self) -> bool:
        """Whether it uses the dictionary of this installation."""
        return self._given is None

    @property
    def fingerprint(self) -> str:
        """A hash that changes when the terms or stems of any word may have changed. An index stores the
        fingerprint of its analyzer."""
        parts = f"khabar rules {RULES}; {lemma.version()}"
        return blake2b(parts.encode(), digest_size=8).hexdigest()

    @takes(surface=text)
    def word(self, surface: str) -> Word:
        """The terms of a single word.

        Args:
            surface: the word as written.

        >>> Analyzer().word("والوزراءُ")
        Word(exact=('والوزراء',), stop=False, head=None)
        """
        return self._words[surface]

    @takes(term=text)
    def stems(self, term: str) -> Stems:
        """The stems of a term.

        Args:
            term: a folded word, such as one of :attr:`khabar.Word.exact`.

        >>> Analyzer().stems("والوزراء")
        Stems(light='وزراء', lemma=('وزير',), read=True, loan='وزر', spelling='')
        """
        return self._stems_of(term)

    def _stems_of(self, term: str) -> Stems:
        """Like :meth:`stems`, without a check of the argument."""
        if not term or not term[0].isalpha() or is_stop_word(term):
            return _NO_STEMS
        # The «و» of وزير, واشنطن, وليد is a letter of the word. light10 removes it only if the dictionary
        # does not know the word with it.
        spelling = respelled(term)
        word = spelling or term
        keeps_waw = word[0] == "و" and not word.startswith("وال") and lemma.known(word, self._table)
        light = strip_suffixes(word) if keeps_waw else light_stem(word)
        reading = lemma.read(word, self._table)
        if reading is not None and lemma.is_name(reading):
            # The «ان» of سلمان is not an ending.
            light = reading
        lemmas = (lemma.guess(word) if reading is None else reading,)
        return Stems(light, lemmas, reading is not None, loan_key(term), spelling or "")

    @takes(text=text)
    def words(self, text: str) -> list[tuple[int, Word]]:
        """The words of a text with their positions, for an index. Compound names come in addition to their
        parts.

        Args:
            text: any text.
        """
        types = self._words
        result = []
        head: names.CompoundHead | None = None
        for position, surface in enumerate(tokenizer.words(text)):
            word = types[surface]
            if head is not None:
                name = names.compound(head, word.exact[0])
                if name:
                    result.append((position - 1, types[name]))
                head = None
            if word.head is not None:
                head = word.head
            result.append((position, word))
        return result

    @takes(text=text)
    def tokens(self, text: str, terms: AbstractSet[str] | None = None) -> list[Token]:
        """The words of a text with their ranges, in order of their start. A compound name comes before its
        parts.

        Args:
            text: any text.
            terms: limits the result to words with one of these terms.

        >>> text = "زار عبد الله"
        >>> [(text[t.start : t.end], t.compound) for t in Analyzer().tokens(text)]
        [('زار', False), ('عبد الله', True), ('عبد', False), ('الله', False)]
        """
        result: list[Token] = []
        types = self._words
        opening: tuple[names.CompoundHead, int, int] | None = None
        for position, match in enumerate(tokenizer.matches(text)):
            word = types[match[0]]
            if opening is not None:
                head, start, at = opening
                opening = None
                name = names.compound(head, word.exact[0])
                if name and (terms is None or not terms.isdisjoint(types[name].exact)):
                    result.insert(at, Token(start, match.end(), position - 1, types[name], compound=True))
            if word.head is not None:
                opening = word.head, match.start(), len(result)
            if terms is None or not terms.isdisjoint(word.exact):
                start, end = match.span()
                # The constructor, which fills in the default, takes twice as long.
                result.append(tuple.__new__(Token, (start, end, position, word, False)))
        return result


def make_word(surface: str) -> Word:
    """The terms of a single word, without a cache; :meth:`Analyzer.word` has one."""
    folded = fold(surface)
    if folded[:1].isdigit():
        return Word(tuple(_number_terms(folded)))
    exact = [folded]
    head = names.compound_head(folded)
    joined = names.joined_name(folded)
    if joined and joined != folded:
        exact.append(joined)
    if head and head[1]:
        exact.append(head[1])
    return Word(tuple(exact), is_stop_word(folded), head)


def _number_terms(folded: str) -> Iterator[str]:
    """The terms of a number: itself without thousands separators, and the years in a date or span
    («2014-2015», «7/10/2023»)."""
    groups = folded.split(",")
    has_thousands = len(groups) > 1 and all(len(group) == 3 for group in groups[1:])
    number = "".join(groups) if has_thousands else folded
    yield number
    if not number.isdigit():
        for part in number.replace("/", "-").split("-"):
            if len(part) == 4 and part.isdigit():
                yield part


class _Words(dict[str, Word]):
    """A cache of word types, each made at its first use; emptied when it is full, so that a server that shows
    ever more texts does not grow."""

    def __init__(self, make: Callable[[str], Word]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, surface: str) -> Word:
        if len(self) >= KEPT_WORDS:
            self.clear()
        word = self[surface] = self._make(surface)
        return word
