"""The matcher: finds the words of a query in a text, by analysing the text again.

Only the texts that are shown are analysed, so an index keeps no offsets, and the hits of every engine are
marked alike.
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
    """A matched word: a range of a text. It covers whole words as written, with their marks.

    Attributes:
        start, end: the range.
        depth: the strictest depth on which the word matched: ``exact``, ``light``, ``lemma`` or ``similar``.
        term: the term of the index that matched; for words typed in one piece («كوفيد-19») all terms, with
            spaces.
        word: the word or phrase of the query that it matches.
        clause: the position of that word or phrase in the plan (:attr:`khabar.index.plan.Plan.leaves`).
    """

    start: int
    end: int
    depth: str
    term: str
    word: str
    clause: int


class Matcher:
    """Finds the words of a plan in analysed texts. Excluded words are not marked.

    Args:
        plan: the plan of the query.
        words: for each leaf of the plan its words as typed.

    Attributes:
        terms: the terms to find; other words of a text do not matter.
    """

    def __init__(self, plan: Plan, words: Sequence[str]) -> None:
        self._words = words
        singles: list[tuple[int, WordClause]] = []
        self._phrases: list[tuple[int, PhraseClause]] = []
        #: the leaf of each date term of the query
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
        self._anywhere = _forms((number, leaf) for number, leaf in singles if not leaf.title)
        self._in_titles = _forms(singles) if any(leaf.title for _, leaf in singles) else self._anywhere
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
        """The matched words in order, without overlap. Names that share a word («أبو عبد الله») become one
        range.

        Args:
            tokens: the words of a text, or only those with one of :attr:`terms`.
            title: whether the text is a title.
            text: the text itself, to mark the dates that it mentions.
            published: when its article was published, by :attr:`khabar.Article.stated_published`.
        """
        marks = [*self._single(tokens, title), *self._in_phrases(tokens, title)]
        if self._dates and text:
            for start, end, term in mentions(text, published, self._dates):
                leaf = self._dates[term]
                marks.append(
                    Highlight(start, end, "exact", term.removeprefix(DATE_TERM), self._words[leaf], leaf)
                )
        marks.sort(key=lambda mark: (mark.start, -mark.end, DEPTHS.index(mark.depth)))
        disjoint: list[Highlight] = []
        for mark in marks:
            if not disjoint or mark.start >= disjoint[-1].end:
                disjoint.append(mark)
            elif mark.end > disjoint[-1].end:
                disjoint[-1] = replace(disjoint[-1], end=mark.end)
        return disjoint

    def _single(self, tokens: Sequence[Token], title: bool) -> Iterator[Highlight]:
        """The occurrences of single words."""
        forms = self._in_titles if title else self._anywhere
        for token in tokens:
            for term in token.word.exact:
                form = forms.get(term)
                if form is not None:
                    depth, leaf = form
                    yield Highlight(token.start, token.end, depth, term, self._words[leaf], leaf)
                    break

    def _in_phrases(self, tokens: Sequence[Token], title: bool) -> Iterator[Highlight]:
        """The words in occurrences of phrases; of words typed in one piece the whole range."""
        phrases = [(number, phrase) for number, phrase in self._phrases if title or not phrase.title]
        if not phrases:
            return
        joined = {
            term: (number, dict(phrase.depths).get(term, "exact"))
            for number, phrase in phrases
            for term in phrase.joined
        }
        tokens_at: dict[int, list[Token]] = {}
        positions_of: dict[str, list[int]] = {}
        for token in tokens:
            # A compound name comes before its parts and has the position of the first.
            tokens_at.setdefault(token.position, []).append(token)
            for term in token.word.exact:
                positions_of.setdefault(term, []).append(token.position)
                if term in joined:
                    leaf, depth = joined[term]
                    yield Highlight(token.start, token.end, depth, term, self._words[leaf], leaf)
        for number, phrase in phrases:
            positions = [
                sorted({place for term in terms for place in positions_of.get(term, ())})
                for terms in phrase.words
            ]
            if not all(positions):
                continue
            depths = dict(phrase.depths)
            for window in runs(positions, phrase.slop, phrase.ordered):
                marks = [
                    mark
                    for terms, place in zip(phrase.words, window, strict=True)
                    for mark in self._at(tokens_at[place], frozenset(terms), depths, number)
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
        """The tokens of one position that have one of some terms."""
        for token in tokens:
            term = next((term for term in token.word.exact if term in terms), None)
            if term is not None:
                depth = depths.get(term, "exact")
                yield Highlight(token.start, token.end, depth, term, self._words[number], number)


def _forms(leaves: Iterable[tuple[int, WordClause]]) -> dict[str, tuple[str, int]]:
    """For each term that matches, its strictest depth and the leaf that it matches on that depth."""
    result: dict[str, tuple[str, int]] = {}
    for number, leaf in leaves:
        for form in leaf.forms:
            if form.matches:
                earlier = result.get(form.term)
                if earlier is None or DEPTHS.index(form.depth) < DEPTHS.index(earlier[0]):
                    result[form.term] = (form.depth, number)
    return result


def runs(positions: Sequence[Sequence[int]], slop: int, ordered: bool) -> list[tuple[int, ...]]:
    """The windows with all words of a phrase, each as the positions of these words, in order of their
    beginnings.

    The index counts phrases by the same windows.

    Args:
        positions: for each word of the phrase its sorted positions.
        slop: maximum number of other words in a window.
        ordered: whether the words must be in this order.

    >>> runs([[0, 4], [2, 5]], 1, True)
    [(0, 2), (4, 5)]
    >>> runs([[3], [1]], 1, False)
    [(3, 1)]
    """
    return _in_order(positions, slop) if ordered else _near(positions, slop)


def _in_order(positions: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """For each position of the first word, the nearest positions of the others; of windows with the same end
    the shortest."""
    windows: dict[int, tuple[int, ...]] = {}
    for begin in positions[0]:
        window = [begin]
        for places in positions[1:]:
            at = bisect_right(places, window[-1])
            if at == len(places):
                return list(windows.values())
            window.append(places[at])
        if window[-1] - begin < len(positions) + slop:
            windows[window[-1]] = tuple(window)
    return list(windows.values())


def _near(positions: Sequence[Sequence[int]], slop: int) -> list[tuple[int, ...]]:
    """For each position, the window that ends there, with the last position of each word; of windows with the
    same beginning the first."""
    last = [-1] * len(positions)
    windows: dict[int, tuple[int, ...]] = {}
    for place, word in sorted((place, word) for word, places in enumerate(positions) for place in places):
        last[word] = place
        begin = min(last)
        if begin >= 0 and place - begin < len(positions) + slop and len(set(last)) == len(last):
            windows.setdefault(begin, tuple(last))
    return list(windows.values())


#: The prefix of terms for mentioned dates (:mod:`khabar.dates.mentions`).
DATE_TERM = "date:"


def mentions(text: str, published: datetime | None, terms: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """The ranges of a text that mention certain dates, each with the term that it matches. (The index keeps
    dates as terms.)

    Args:
        text: a title or paragraph.
        published: when its article was published, as reference for «أمس»
            (:attr:`khabar.Article.stated_published`).
        terms: date terms, such as ``date:2023-10``.
    """
    # Only queries for dates need the grammar of dates, which takes a while to import.
    from khabar.dates import find_dates, terms_of

    for mention in find_dates(text, published):
        term = next((term for term in terms_of(mention.span) if term in terms), None)
        if term is not None:
            yield mention.start, mention.end, term
