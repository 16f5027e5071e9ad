"""Typed vocalisation: «عِلم» (knowledge) before «عَلَم» (flag), where the texts themselves have marks.

Texts are indexed without marks, and news seldom has any. So marks in a query never decide whether an article
matches. Among the best hits, those whose marks agree rise, those whose marks mean another word sink, and the
others keep their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.corpus.article import Article
from khabar.index.plan import Plan, WordClause
from khabar.patterns import lazy_pattern

__all__ = ["AGREES", "DIFFERS", "REACH", "Vocalised", "agreement", "marked_words", "vocalised"]

#: Number of best hits examined.
REACH = 100
#: Factors for the score of an article whose marks agree, or whose marks mean another word.
AGREES, DIFFERS = 1.3, 0.7

_SHADDA = "\u0651"
_VOWELS = "\u064b-\u0650\u0652\u0670"
_MARK = lazy_pattern(rf"[{_VOWELS}{_SHADDA}]")
#: A mark that may be followed by a letter of its word. Most marks in news are on the last letter.
_INSIDE = lazy_pattern(rf"[{_VOWELS}{_SHADDA}](?![{_VOWELS}{_SHADDA}]*(?:[\s.،]|\Z))")


class _Letter(msgspec.Struct, frozen=True):
    """A folded letter with its marks."""

    letter: str
    vowel: str
    doubled: bool


class Vocalised(msgspec.Struct, frozen=True):
    """A query word with marks.

    Attributes:
        word: as typed.
        forms: the folded words to compare with.
        leaf: the position of its leaf in the plan.
    """

    word: str
    forms: frozenset[str]
    leaf: int


def vocalised(plan: Plan, words: Sequence[str]) -> tuple[Vocalised, ...]:
    """The words of a query with marks before their last letter.

    Args:
        plan: the plan of the query.
        words: for each leaf its words as typed.
    """
    return tuple(
        Vocalised(word, frozenset(form.term for form in leaf.forms if form.depth != "similar"), number)
        for number, (leaf, shown, word) in enumerate(zip(plan.leaves, plan.shown, words, strict=True))
        if shown and isinstance(leaf, WordClause) and _MARK.search(word) and _has_inner_marks(_letters(word))
    )


def agreement(query_words: Iterable[Vocalised], marked: Iterable[tuple[str, str]]) -> float:
    """The factor for the score of an article. For each word of the query it is :data:`AGREES` if the article
    has it with the same marks, else :data:`DIFFERS` if the article has it only with other marks, else 1. The
    result is the product.

    Args:
        query_words: the words of the query.
        marked: the words of the article, from :func:`marked_words`.
    """
    factor = 1.0
    for query_word in query_words:
        typed, plain = _letters(query_word.word), _plain(query_word.word)
        verdicts = {
            _same_word(typed, plain, _letters(word), folded)
            for folded, word in marked
            if folded in query_word.forms
        }
        factor *= AGREES if True in verdicts else DIFFERS if False in verdicts else 1.0
    return factor


def marked_words(article: Article) -> tuple[tuple[str, str], ...]:
    """The words of an article with marks before their last letter: pairs of the folded letters and the word
    as written."""
    words = {word for text in (article.title, *article.paragraphs) for word in _marked(text)}
    return tuple((_plain(word), word) for word in words)


def _marked(text: str) -> Iterator[str]:
    """The words of a text that have marks; only the text between the spaces around a mark is examined."""
    end = -1
    for mark in _INSIDE.finditer(text):
        place = mark.start()
        if place > end:
            begin, end = text.rfind(" ", 0, place) + 1, text.find(" ", place)
            if end < 0:
                end = len(text)
            yield from filter(_INSIDE.search, tokenizer.words(text[begin:end]))


def _same_word(typed: list[_Letter], plain: str, letters: list[_Letter], folded: str) -> bool | None:
    """Whether marks mean the same word; None if undecided. Marks on the last letter are grammar and do not
    count.

    Args:
        typed, plain: the letters of the query word with their marks, and without.
        letters, folded: the letters of the word of the article with their marks, and without.
    """
    at = folded.find(plain)
    if at < 0:
        return None
    same = False
    for one, other in zip(typed[:-1], letters[at:], strict=False):
        if one.vowel and other.vowel:
            if one.vowel != other.vowel or one.doubled != other.doubled:
                return False
            same = True
        elif one.doubled and other.doubled:
            same = True
    return True if same else None


def _has_inner_marks(letters: list[_Letter]) -> bool:
    return any(letter.vowel or letter.doubled for letter in letters[:-1])


def _plain(word: str) -> str:
    """The folded letters of a word."""
    return "".join(map(_folded, word))


@lru_cache(maxsize=1024)
def _folded(char: str) -> str:
    return "" if _MARK.match(char) else fold(char)


def _letters(word: str) -> list[_Letter]:
    """The folded letters of a word, each with the marks after it."""
    result: list[_Letter] = []
    for char in word:
        if _MARK.match(char):
            if result:
                last = result[-1]
                result[-1] = (
                    replace(last, doubled=True)
                    if char == _SHADDA
                    else replace(last, vowel=last.vowel or char)
                )
        else:
            result += [_Letter(letter, "", False) for letter in _folded(char)]
    return result
