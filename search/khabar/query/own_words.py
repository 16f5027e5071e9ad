"""A reader's own dictionary: plain text files that join words, keep words apart, and name synonyms and stop
words.

They apply when a query is planned, so no index has to be rebuilt. The files are UTF-8, with one statement per
line. A ``#`` begins a comment; vowel marks and letter forms do not matter. Each word stands for all its
inflections.

=============================  ========================================================================
``غوغل = جوجل = قوقل``         one word: each finds the others, counts them, and weighs them as itself
``جنين ≠ الأجنة``              two words: neither finds the other (also ``!=``)
``حرب ~ قتال ~ معركة``         synonyms: each also finds the others, at half the weight
``stop: قال أكد``              stop words: they weigh less and match nothing by themselves (also ``مهملة:``)
=============================  ========================================================================

The statements of all files apply together, so one that contradicts others is a mistake
(:func:`contradictions`).
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from khabar.analysis.analyzer import Analyzer, make_word
from khabar.analysis.fold import fold
from khabar.analysis.names import without_article
from khabar.analysis.tokenizer import words as words_in
from khabar.errors import SettingsUnavailable, WordsError
from khabar.serialize import Serializable

__all__ = [
    "KINDS",
    "OwnWords",
    "WordMistake",
    "WordRule",
    "contradictions",
    "examine",
    "examine_text",
    "parse_words",
    "read_words",
    "said",
    "unlike",
]

Kind = Literal["join", "apart", "synonyms", "stop"]
KINDS: tuple[Kind, ...] = ("join", "apart", "synonyms", "stop")

_SIGNS: dict[str, Kind] = {"!=": "apart", "≠": "apart", "=": "join", "~": "synonyms"}
_SIGN = re.compile("!=|≠|=|~")
_STOP = re.compile(r"(?:stop|مهملة)\s*:(.*)")
#: What may precede a word: «و» or «ف», a preposition, an article.
_PROCLITICS = re.compile("[وف]?(?:[بكل]?(?:ال)?|لل)")
_WRITTEN: dict[Kind, str] = {"join": " = ", "apart": " ≠ ", "synonyms": " ~ "}


class WordRule(Serializable, msgspec.Struct, frozen=True):
    """A statement of a reader's dictionary.

    Attributes:
        kind: ``join``, ``apart``, ``synonyms`` or ``stop``.
        words: its words, as written there.
        file: the path of the file.
        line: the number of the line, from 1.
    """

    kind: Literal["join", "apart", "synonyms", "stop"]
    words: tuple[str, ...]
    file: str = ""
    line: int = 0


class WordMistake(NamedTuple):
    """A line that is not a statement, or that contradicts others.

    Attributes:
        file: the path of the file.
        line: the number of the line, from 1; 0 for the whole file.
        wrong: what is wrong with it.
    """

    file: str
    line: int
    wrong: str


def said(kind: Kind, words: Iterable[str]) -> str:
    """Write a statement as a line of a file.

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
    rules, mistakes = examine_text(text, file)
    _refuse(mistakes)
    return rules


def examine_text(text: str, file: str = "") -> tuple[tuple[WordRule, ...], tuple[WordMistake, ...]]:
    """The statements in a text, and the lines that are not statements.

    Args:
        text: the content of a file.
        file: its path, for the rules and mistakes.
    """
    rules: list[WordRule] = []
    mistakes: list[WordMistake] = []
    for number, whole in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = whole.partition("#")[0].strip()
        if not line:
            continue
        kind, pieces = _parted(line)
        wrong = _mistake(kind, pieces)
        if wrong is None:
            rules.append(WordRule(kind, tuple(pieces), file, number))
        else:
            mistakes.append(WordMistake(file, number, wrong))
    return tuple(rules), tuple(mistakes)


def _refuse(mistakes: Sequence[WordMistake]) -> None:
    """Raise an error with the mistakes of the first file that has any."""
    if mistakes:
        file = mistakes[0].file
        raise WordsError(
            file, [(mistake.line, mistake.wrong) for mistake in mistakes if mistake.file == file]
        )


def _parted(line: str) -> tuple[Kind, list[str]]:
    """The kind of a line and its words; "join" with fewer than two words for a line without a sign."""
    stop = _STOP.fullmatch(line)
    if stop is not None:
        return "stop", [piece for piece in re.split(r"[\s,،]+", stop[1]) if piece]
    signs = {_SIGNS[sign] for sign in _SIGN.findall(line)}
    if len(signs) > 1:
        return "join", []
    return (signs.pop() if signs else "join"), [piece.strip() for piece in _SIGN.split(line)]


def _mistake(kind: Kind, pieces: Sequence[str]) -> str | None:
    if not pieces and kind == "stop":
        return "no word follows «stop:»"
    if not pieces:
        return "it mixes signs: use only one of = ≠ ~ on a line"
    if kind != "stop" and len(pieces) < 2:
        return "this is not a statement: write WORD = WORD, WORD ≠ WORD, WORD ~ WORD or stop: WORD"
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
        return "a line keeps exactly two words apart"
    return None


def read_words(paths: Iterable[Path]) -> tuple[WordRule, ...]:
    """The statements in some files.

    Raises:
        WordsError: if one is not UTF-8, or has a line that is not understood.
        SettingsUnavailable: if one cannot be read.
    """
    rules, mistakes = examine(paths)
    _refuse(mistakes)
    return rules


def examine(paths: Iterable[Path]) -> tuple[tuple[WordRule, ...], tuple[WordMistake, ...]]:
    """The statements in some files, and the lines that are not statements. A file that is not UTF-8 is one
    mistake.

    Raises:
        SettingsUnavailable: if one cannot be read.
    """
    rules: list[WordRule] = []
    mistakes: list[WordMistake] = []
    for path in paths:
        try:
            of_file, wrong = examine_text(path.read_text(encoding="utf-8"), str(path))
        except UnicodeDecodeError:
            mistakes.append(WordMistake(str(path), 0, "it is not UTF-8"))
            continue
        except (OSError, MemoryError) as error:
            raise SettingsUnavailable(path, error) from error
        rules += of_file
        mistakes += wrong
    return tuple(rules), tuple(mistakes)


class OwnWords:
    """What the statements say about a word. Safe to share between threads.

    Args:
        rules: the statements.
        analyzer: finds lemmas; a word stands for all words with its lemma.
    """

    def __init__(self, rules: Sequence[WordRule], analyzer: Analyzer) -> None:
        self.rules = tuple(rules)
        self._analyzer = analyzer
        self._key = lru_cache(maxsize=4096)(self._key_of)
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

    @classmethod
    def read(cls, paths: Iterable[Path], analyzer: Analyzer) -> OwnWords:
        """Read the statements of some files.

        Raises:
            WordsError: if one is not UTF-8, or has a line that is not understood or contradicts others.
            SettingsUnavailable: if one cannot be read.
        """
        own_words = cls(read_words(paths), analyzer)
        _refuse(contradictions(own_words))
        return own_words

    def key(self, term: str) -> str:
        """A key that is equal for all words that a statement about one of them covers."""
        return self._key(term)

    def _key_of(self, term: str) -> str:
        lemma = self._lemma(term)
        named = self._split.get(lemma)
        if named is None:
            return lemma
        # The reader keeps words apart that have one lemma: a form belongs to the nearest of them.
        ordered = sorted((unlike(term, word), word) for word in named)
        return lemma if ordered[0][0] == ordered[1][0] else f"{lemma} {ordered[0][1]}"

    def _lemma(self, term: str) -> str:
        return "".join(self._analyzer.stems(term).lemma) or term

    def joined(self, term: str) -> tuple[str, ...]:
        """The other words that statements make one word with this one."""
        return self._others(self._joined.get(self.key(term), {}), term)

    def synonyms(self, term: str) -> tuple[str, ...]:
        """The other words that this one finds, too."""
        return self._others(self._synonyms.get(self.key(term), {}), term)

    def _others(self, words: dict[str, str], term: str) -> tuple[str, ...]:
        return tuple(other for key, other in words.items() if key != self.key(term))

    def apart(self, term: str) -> tuple[tuple[str, str], ...]:
        """The pairs of words that statements keep apart: first the one that this word is, then the one that
        it must not find."""
        return tuple(self._apart.get(self.key(term), ()))

    def is_stop(self, term: str) -> bool:
        """Whether a statement makes it a stop word."""
        return bool(self._stops) and self.key(term) in self._stops

    def about(self, term: str) -> tuple[WordRule, ...]:
        """The statements that name a word or a form of it."""
        key = self.key(term)
        return tuple(rule for rule in self.rules if any(self.key(_term(word)) == key for word in rule.words))


def contradictions(own: OwnWords) -> tuple[WordMistake, ...]:
    """The statements that keep words apart although others make them one word or synonyms.

    Joins are transitive, and a word stands for all its inflections. Two words with one lemma are two words
    where a statement keeps them apart. The last of the statements that contradict one another is the
    mistake; it names the others.
    """
    apart = [(at, rule) for at, rule in enumerate(own.rules) if rule.kind == "apart"]
    if not apart:
        return ()
    keys = [[own.key(_term(word)) for word in rule.words] for rule in own.rules]
    parted = {keys[at][0] for at, _ in apart if keys[at][0] == keys[at][1]}
    nodes = [
        [_term(word) if key in parted else key for word, key in zip(rule.words, of_rule, strict=True)]
        for rule, of_rule in zip(own.rules, keys, strict=True)
    ]
    naming: dict[Kind, defaultdict[str, list[int]]] = {kind: defaultdict(list) for kind in KINDS}
    for at, rule in enumerate(own.rules):
        for node in nodes[at]:
            naming[rule.kind][node].append(at)
    mistakes = []
    for at, _ in apart:
        one, other = nodes[at]
        chain = _chain(one, other, nodes, naming["join"], naming["synonyms"])
        if chain:
            *others, last = sorted({at, *chain})
            rule = own.rules[last]
            wrong = _opposite([own.rules[other] for other in others], rule.file)
            mistakes.append((last, WordMistake(rule.file, rule.line, wrong)))
    return tuple(mistake for _, mistake in sorted(mistakes, key=lambda pair: pair[0]))


def _chain(
    one: str,
    other: str,
    nodes: Sequence[Sequence[str]],
    joins: Mapping[str, Sequence[int]],
    synonyms: Mapping[str, Sequence[int]],
) -> frozenset[int]:
    """The statements that make two words one word, or synonyms through a single statement; empty if none do.

    Args:
        one, other: the words.
        nodes: the words of every statement.
        joins, synonyms: for each word the statements of that kind that name it.
    """
    joined = {one: frozenset[int]()}
    synonymous: dict[str, frozenset[int]] = {}
    # Breadth first, so that the chain is as short as possible. Beyond a synonym only joins are followed.
    queue = deque([(one, joined)])
    while queue:
        word, ways = queue.popleft()
        steps = [(joins, ways)]
        if ways is joined:
            steps.append((synonyms, synonymous))
        for naming, reached in steps:
            for at in naming.get(word, ()):
                for neighbour in nodes[at]:
                    if neighbour not in reached:
                        reached[neighbour] = ways[word] | {at}
                        queue.append((neighbour, reached))
    return joined.get(other) or synonymous.get(other) or frozenset()


def _opposite(others: Sequence[WordRule], file: str) -> str:
    """What is wrong with a statement of a file that contradicts others."""
    if len(others) > 1:
        places = (f"{'' if rule.file == file else f'{rule.file}:'}{rule.line}" for rule in others)
        return f"lines {', '.join(places)} together contradict this"
    [rule] = others
    if rule.file == file:
        return f"line {rule.line} contradicts this"
    return f"{rule.file}, line {rule.line} contradicts this"


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
