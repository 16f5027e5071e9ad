"""The matcher: finds the words of a query in a text, by analysing the text again.

Only the texts that are shown are analysed, so an index keeps no offsets, and the hits of every engine are marked alike.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

import msgspec
from msgspec.structs import replace

from khabar.analysis.analyzer import DEPTHS, Token
from khabar.index.plan import PhraseClause, Plan, WordClause
from khabar.serialize import Serializable

__all__ = ["DATE_TERM", "Highlight", "Matcher", "mentions", "runs"]


class Highlight(Serializable, msgspec.Struct, frozen=True):
    """A matched word: a range of a text, always whole words as they were written, marks and all.

    Attributes:
        start, end: the range.
        depth: the strictest depth on which the word matched: ``exact``, ``light``, ``lemma`` or ``similar``.
        term: the index's term that it matched by; of what was typed in one piece («كوفيد-19») all its terms, with spaces.
        word: the word or phrase of the query that it answers.
        clause: the place of that among the words and phrases of the query's plan (:attr:`khabar.index.plan.Plan.leaves`).
    """

    start: int
    end: int
    depth: str
    term: str
    word: str
    clause: int


class Matcher:
    """Finds a plan's words in analysed texts. What the plan rules out is not marked.

    Args:
        plan: the query.
        words: for each leaf of the plan its words as typed.

    Attributes:
        terms: all that is looked for; no other word of a text matters.
    """

    def __init__(self, plan: Plan, words: Sequence[str]) -> None:
        self._words = words
        singles: list[tuple[int, WordClause]] = []
        self._phrases: list[tuple[int, PhraseClause]] = []
        #: of each mentioned date that is asked for its leaf
        self._dates: dict[str, int] = {}
        for number, (leaf, shown) in enumerate(zip(plan.leaves, plan.shown, strict=True)):
            if not shown:
                continue
            if isinstance(leaf, PhraseClause):
                self._phrases.append((number, leaf))
            elif leaf.forms and leaf.forms[0].term.startswith(DATE_TERM):
                self._dates.update((form.term, number) for form in leaf.forms)
            else:
                singles.append((number, leaf))
        self._anywhere = _answers((number, leaf) for number, leaf in singles if not leaf.title)
        self._in_titles = _answers(singles) if any(leaf.title for _, leaf in singles) else self._anywhere
        self.terms: frozenset[str] = frozenset(self._in_titles).union(
            *((*phrase.joined, *chain(*phrase.words)) for _, phrase in self._phrases)
        )

    def find(
        self,
        tokens: Sequence[Token],
        *,
        title: bool = False,
        text: str = "",
        published: datetime | None = None,
    ) -> list[Highlight]:
        """The matched words in order, none twice; names that share a word («أبو عبد الله») become one range.

        Args:
            tokens: the words of a text, or those of them that have one of :attr:`terms`.
            title: whether the text is a title.
            text: the text itself, to mark the dates that it mentions.
            published: when its article was.
        """
        found = [*self._single(tokens, title), *self._in_phrases(tokens, title)]
        if self._dates and text:
            for start, end, term in mentions(text, published, self._dates):
                leaf = self._dates[term]
                found.append(
                    Highlight(start, end, "exact", term.removeprefix(DATE_TERM), self._words[leaf], leaf)
                )
        found.sort(key=lambda mark: (mark.start, -mark.end, DEPTHS.index(mark.depth)))
        kept: list[Highlight] = []
        for mark in found:
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
            elif mark.end > kept[-1].end:
                kept[-1] = replace(kept[-1], end=mark.end)
        return kept

    def _single(self, tokens: Sequence[Token], title: bool) -> Iterator[Highlight]:
        forms = self._in_titles if title else self._anywhere
        for token in tokens:
            for term in token.word.exact:
                known = forms.get(term)
                if known is not None:
                    depth, leaf = known
                    yield Highlight(token.start, token.end, depth, term, self._words[leaf], leaf)
                    break

    def _in_phrases(self, tokens: Sequence[Token], title: bool) -> Iterator[Highlight]:
        phrases = [each for each in self._phrases if title or not each[1].title]
        if not phrases:
            return
        joined = {term: number for number, phrase in phrases for term in phrase.joined}
        at_place: dict[int, list[Token]] = {}
        of_term: dict[str, list[int]] = {}
        for token in tokens:
            # A compound name stands before its parts, and at the place of the first.
            at_place.setdefault(token.position, []).append(token)
            for term in token.word.exact:
                of_term.setdefault(term, []).append(token.position)
                if (answers := joined.get(term)) is not None:
                    yield Highlight(token.start, token.end, "exact", term, self._words[answers], answers)
        for number, phrase in phrases:
            standing = [
                sorted({place for term in terms for place in of_term.get(term, ())}) for terms in phrase.words
            ]
            if not all(standing):
                continue
            depths = dict(phrase.depths)
            for window in runs(standing, phrase.slop, phrase.ordered):
                marks = [
                    mark
                    for terms, place in zip(phrase.words, window, strict=True)
                    for mark in self._at(at_place[place], frozenset(terms), depths, number)
                ]
                if phrase.compound:
                    yield replace(
                        marks[0],
                        end=marks[-1].end,
                        depth=max((mark.depth for mark in marks), key=DEPTHS.index),
                        term=" ".join(mark.term for mark in marks),
                    )
                else:
                    yield from marks

    def _at(
        self, tokens: Sequence[Token], terms: frozenset[str], depths: Mapping[str, str], number: int
    ) -> Iterator[Highlight]:
        for token in tokens:
            term = next((each for each in token.word.exact if each in terms), None)
            if term is not None:
                depth = depths.get(term, "exact")
                yield Highlight(token.start, token.end, depth, term, self._words[number], number)


def _answers(leaves: Iterable[tuple[int, WordClause]]) -> dict[str, tuple[str, int]]:
    """Of each term that matches its strictest depth, and the number of the leaf that it answers there."""
    result: dict[str, tuple[str, int]] = {}
    for number, leaf in leaves:
        for form in leaf.forms:
            if form.matches:
                known = result.get(form.term)
                if known is None or DEPTHS.index(form.depth) < DEPTHS.index(known[0]):
                    result[form.term] = (form.depth, number)
    return result


def runs(standing: Sequence[Sequence[int]], slop: int, ordered: bool) -> list[tuple[int, ...]]:
    """The windows that hold all words of a phrase, each as the places of its words, in the order of their beginnings.

    Args:
        standing: for each word of the phrase the places where it stands, in order.
        slop: how many other words a window may hold.
        ordered: whether the words stand in this order.

    >>> runs([[0, 4], [2, 5]], 1, True)
    [(0, 2), (4, 5)]
    >>> runs([[3], [1]], 1, False)
    [(3, 1)]
    """
    return _in_order(standing, slop) if ordered else _near(standing, slop)


def _in_order(standing: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """From each place of the first word, each further word at its nearest; of windows with one end the shortest."""
    found: dict[int, tuple[int, ...]] = {}
    for begin in standing[0]:
        window = [begin]
        for places in standing[1:]:
            at = bisect_right(places, window[-1])
            if at == len(places):
                return list(found.values())
            window.append(places[at])
        if window[-1] - begin < len(standing) + slop:
            found[window[-1]] = tuple(window)
    return list(found.values())


def _near(standing: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """At each place the window that ends there, with each word where it stands last; the first of each beginning."""
    last = [-1] * len(standing)
    found: dict[int, tuple[int, ...]] = {}
    for place, word in sorted((place, word) for word, places in enumerate(standing) for place in places):
        last[word] = place
        begin = min(last)
        if begin >= 0 and place - begin < len(standing) + slop and len(set(last)) == len(last):
            found.setdefault(begin, tuple(last))
    return list(found.values())


#: What the index's terms for mentioned dates begin with (:mod:`khabar.dates.mentions`).
DATE_TERM = "date:"


def mentions(text: str, published: datetime | None, terms: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """The places of a text that mention one of some dates, each with the term of the index that it answers.

    Args:
        text: a title or paragraph.
        published: when its article was; «أمس» is told from it.
        terms: of the index, such as ``date:2023-10``.
    """
    # Only queries for mentioned dates need the grammar of dates, which takes a while to import.
    from khabar.dates import find_dates, terms_of

    for found in find_dates(text, published):
        term = next((each for each in terms_of(found.span) if each in terms), None)
        if term is not None:
            yield found.start, found.end, term
