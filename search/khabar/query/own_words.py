"""A reader's own dictionary: plain text files that join words, keep words apart, and name synonyms and stop
words.

They apply when a query is planned, so that no index is built anew. The files are UTF-8. One statement a line;
a ``#`` begins a comment; vowel marks and letter forms do not matter. Each word stands for all its
inflections.

=============================  ========================================================================
``غوغل = جوجل = قوقل``         one word: each finds the others, counts them, and weighs them as itself
``سلمان ≠ الإسلام``            two words: neither finds the other (also ``!=``)
``حرب ~ قتال ~ معركة``         synonyms: each finds the others too, at half the weight
``stop: قال أكد``              stop words: they weigh less and match nothing by themselves (also ``مهملة:``)
=============================  ========================================================================
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.fold import fold
from khabar.analysis.names import without_article
from khabar.analysis.tokenizer import words as words_in
from khabar.errors import SettingsUnavailable, WordsError
from khabar.serialize import Serializable

__all__ = ["KINDS", "OwnWords", "WordRule", "parse_words", "read_words", "said", "unlike"]

Kind = Literal["join", "apart", "synonyms", "stop"]
KINDS: tuple[Kind, ...] = ("join", "apart", "synonyms", "stop")

_SIGNS: dict[str, Kind] = {"!=": "apart", "≠": "apart", "=": "join", "~": "synonyms"}
_SIGN = re.compile("!=|≠|=|~")
_STOP = re.compile(r"(?:stop|مهملة)\s*:(.*)")
#: What may stand before a word: «و» or «ف», a preposition, an article.
_PROCLITICS = re.compile("[وف]?(?:[بكل]?(?:ال)?|لل)")
_WRITTEN: dict[Kind, str] = {"join": " = ", "apart": " ≠ ", "synonyms": " ~ "}


class WordRule(Serializable, msgspec.Struct, frozen=True):
    """A statement of a reader's dictionary.

    Attributes:
        kind: ``join``, ``apart``, ``synonyms`` or ``stop``.
        words: its words, as they are written there.
        file: the path of the file.
        line: the number of the line, from 1.
    """

    kind: Literal["join", "apart", "synonyms", "stop"]
    words: tuple[str, ...]
    file: str = ""
    line: int = 0


def said(kind: Kind, words: Iterable[str]) -> str:
    """A statement as it is written in a file.

    >>> said("join", ["غوغل", "جوجل"])
    'غوغل = جوجل'
    """
    return "stop: " + " ".join(words) if kind == "stop" else _WRITTEN[kind].join(words)


def parse_words(text: str, file: str = "") -> tuple[WordRule, ...]:
    """The statements in a text.

    Args:
        text: the content of a file.
        file: its path, for the rules and errors.

    Raises:
        WordsError: with every line that is not understood.

    >>> [(rule.kind, rule.words) for rule in parse_words("غوغل = جوجل  # one firm")]
    [('join', ('غوغل', 'جوجل'))]
    """
    rules: list[WordRule] = []
    mistakes: list[tuple[int, str]] = []
    apart: dict[frozenset[str], int] = {}
    joined: dict[frozenset[str], int] = {}
    for number, whole in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = whole.partition("#")[0].strip()
        if not line:
            continue
        kind, pieces = _parted(line)
        wrong = _mistake(kind, pieces)
        if wrong is None and kind in ("join", "apart"):
            own, other = (joined, apart) if kind == "join" else (apart, joined)
            for pair in _pairs(pieces):
                own.setdefault(pair, number)
                if pair in other:
                    wrong = f"line {other[pair]} says the opposite of these words"
        if wrong is None:
            rules.append(WordRule(kind, tuple(pieces), file, number))
        else:
            mistakes.append((number, wrong))
    if mistakes:
        raise WordsError(file, mistakes)
    return tuple(rules)


def _parted(line: str) -> tuple[Kind, list[str]]:
    """The kind of a line and its words; "join" with fewer than two words for a line without a sign."""
    stop = _STOP.fullmatch(line)
    if stop is not None:
        return "stop", re.split(r"[\s,،]+", stop[1].strip())
    signs = {_SIGNS[sign] for sign in _SIGN.findall(line)}
    if len(signs) > 1:
        return "join", []
    return (signs.pop() if signs else "join"), [piece.strip() for piece in _SIGN.split(line)]


def _mistake(kind: Kind, pieces: Sequence[str]) -> str | None:
    if not pieces:
        return "it has signs of several kinds: one of = ≠ ~ on a line"
    if kind != "stop" and len(pieces) < 2:
        return "it says nothing: write WORD = WORD, WORD ≠ WORD, WORD ~ WORD or stop: WORD"
    for piece in pieces:
        count = len(words_in(piece))
        if count == 0:
            return "a word is missing beside a sign"
        if count > 1:
            return f"«{piece}» is {count} words: only single words can be named"
    folded = [fold(words_in(piece)[0]) for piece in pieces]
    if len(set(folded)) < len(folded):
        return "it names one word twice"
    if kind == "apart" and len(pieces) > 2:
        return "two words are kept apart on a line"
    return None


def _pairs(pieces: Sequence[str]) -> Iterator[frozenset[str]]:
    terms = [fold(words_in(piece)[0]) for piece in pieces]
    return (frozenset((one, other)) for at, one in enumerate(terms) for other in terms[:at])


def read_words(paths: Iterable[Path]) -> tuple[WordRule, ...]:
    """The statements in some files.

    Raises:
        WordsError: if one is not UTF-8, or has a line that is not understood.
        SettingsUnavailable: if one cannot be read.
    """
    rules: list[WordRule] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise WordsError(str(path), [(0, "it is not UTF-8")]) from error
        except (OSError, MemoryError) as error:
            raise SettingsUnavailable(path, error) from error
        rules += parse_words(text, str(path))
    return tuple(rules)


class OwnWords:
    """What the statements say of a word. Safe to share between threads.

    Args:
        rules: the statements.
        analyzer: a word stands for all that have its lemma.
    """

    def __init__(self, rules: Sequence[WordRule], analyzer: Analyzer) -> None:
        self.rules = tuple(rules)
        self._analyzer = analyzer
        self._key = lru_cache(maxsize=4096)(self._made)
        self._split: defaultdict[str, set[str]] = defaultdict(set)
        for rule in self.rules:
            if rule.kind == "apart":
                one, other = map(_term, rule.words)
                if self._lemma(one) == self._lemma(other):
                    self._split[self._lemma(one)].update((one, other))
        groups: dict[str, dict[str, str]] = {}
        self._synonyms: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._apart: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._stops: set[str] = set()
        for rule in self.rules:
            terms = {self.key(term): term for term in map(_term, rule.words)}
            if rule.kind == "join":
                merged = dict(terms)
                for key in terms:
                    merged.update(groups.get(key, {}))
                groups.update(dict.fromkeys(merged, merged))
            elif rule.kind == "synonyms":
                for key in terms:
                    self._synonyms[key].update(terms)
            elif rule.kind == "apart":
                one, other = map(_term, rule.words)
                self._apart[self.key(one)].append((one, other))
                self._apart[self.key(other)].append((other, one))
            else:
                self._stops.update(terms)
        self._joined = groups

    def key(self, term: str) -> str:
        """Equal for the words that a statement about one of them covers."""
        return self._key(term)

    def _made(self, term: str) -> str:
        lemma = self._lemma(term)
        named = self._split.get(lemma)
        if named is None:
            return lemma
        # The analyzer takes words for one that the reader keeps apart: a form is of the nearest of them.
        ordered = sorted((unlike(term, word), word) for word in named)
        return lemma if ordered[0][0] == ordered[1][0] else f"{lemma} {ordered[0][1]}"

    def _lemma(self, term: str) -> str:
        return "".join(self._analyzer.stems(term).lemma) or term

    def joined(self, term: str) -> tuple[str, ...]:
        """The other words that are this one too."""
        return self._others(self._joined.get(self.key(term), {}), term)

    def synonyms(self, term: str) -> tuple[str, ...]:
        """The words that it finds beside itself."""
        return self._others(self._synonyms.get(self.key(term), {}), term)

    def _others(self, words: dict[str, str], term: str) -> tuple[str, ...]:
        return tuple(other for key, other in words.items() if key != self.key(term))

    def apart(self, term: str) -> tuple[tuple[str, str], ...]:
        """The words that it must not find, each behind the word of the statement that it is itself."""
        return tuple(self._apart.get(self.key(term), ()))

    def is_stop(self, term: str) -> bool:
        """Whether it is named a stop word."""
        return bool(self._stops) and self.key(term) in self._stops

    def about(self, term: str) -> tuple[WordRule, ...]:
        """The statements that name a word or a form of it."""
        key = self.key(term)
        return tuple(rule for rule in self.rules if any(self.key(_term(word)) == key for word in rule.words))


def unlike(form: str, word: str) -> tuple[bool, int]:
    """How far a form is from a word by its letters: whether it is more than the word with an article and
    particles, then the edit distance. Both are folded.

    >>> unlike("وطالبان", "طالبان"), unlike("للطالب", "طالب"), unlike("الطلاب", "طالب")
    ((False, 0), (False, 0), (True, 2))
    """
    bare = without_article(word)
    if form.endswith(bare) and _PROCLITICS.fullmatch(form, 0, len(form) - len(bare)):
        return False, 0
    letters = without_article(form)
    row = list(range(len(bare) + 1))
    for number, letter in enumerate(letters, 1):
        before, row = row, [number]
        for at, other in enumerate(bare):
            row.append(min(before[at] + (letter != other), before[at + 1] + 1, row[at] + 1))
    return True, row[-1]


def _term(word: str) -> str:
    return make_word(words_in(word)[0]).exact[0]
