"""The matcher: a query's words against the words of a text, by analysing the text again.

Only the few texts that are shown are analysed, so an index keeps no offsets, and every engine's hits are marked alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from khabar.analysis.analyzer import DEPTHS, Token
from khabar.index.plan import Occur, PhraseClause, Plan, WordClause

__all__ = ["Highlight", "Matcher"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A matched word: a range of a text, always whole words as they were written, marks and all.

    Attributes:
        start, end: the range.
        depth: the strictest depth on which the word matched: ``exact``, ``light``, ``lemma`` or ``similar``.
        term: the index's term that it matched by.
        word: the word or phrase of the query that it answers.
        clause: the place of that in the query's plan.
    """

    start: int
    end: int
    depth: str
    term: str
    word: str
    clause: int


class Matcher:
    """Finds a plan's words in analysed texts.

    Args:
        plan: the query.
        words: for each clause of the plan its words as typed.
    """

    def __init__(self, plan: Plan, words: Sequence[str]) -> None:
        self._words = words
        self._forms: dict[str, tuple[str, int]] = {}
        self._phrases: list[tuple[int, PhraseClause]] = []
        for number, clause in enumerate(plan.clauses):
            if clause.occur is Occur.MUST_NOT:
                continue
            if isinstance(clause, WordClause):
                for form in clause.forms:
                    if form.matches:
                        known = self._forms.get(form.term)
                        if known is None or DEPTHS.index(form.depth) < DEPTHS.index(known[0]):
                            self._forms[form.term] = (form.depth, number)
            else:
                self._phrases.append((number, clause))

    def find(self, tokens: Sequence[Token]) -> list[Highlight]:
        """The matched words in order, none twice; names that share a word («أبو عبد الله») become one range."""
        found = [*self._single(tokens), *self._in_phrases(tokens)]
        found.sort(key=lambda mark: (mark.start, -mark.end, DEPTHS.index(mark.depth)))
        kept: list[Highlight] = []
        for mark in found:
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
            elif mark.end > kept[-1].end:
                kept[-1] = replace(kept[-1], end=mark.end)
        return kept

    def _single(self, tokens: Sequence[Token]) -> Iterator[Highlight]:
        for token in tokens:
            match = self._match(token)
            if match is not None:
                depth, term, clause = match
                yield Highlight(token.start, token.end, depth, term, self._words[clause], clause)

    def _match(self, token: Token) -> tuple[str, str, int] | None:
        for term in token.word.exact:
            form = self._forms.get(term)
            if form is not None:
                return form[0], term, form[1]
        return None

    def _in_phrases(self, tokens: Sequence[Token]) -> Iterator[Highlight]:
        if not self._phrases:
            return
        at_place: list[list[Token]] = []
        for token in tokens:
            # A compound name stands before its parts, and at the place of the first.
            if token.position == len(at_place):
                at_place.append([])
            at_place[token.position].append(token)
        for number, phrase in self._phrases:
            wanted = [frozenset(terms) for terms in phrase.words]
            for begin in range(len(at_place) - len(wanted) + 1):
                if not any(not wanted[0].isdisjoint(token.word.exact) for token in at_place[begin]):
                    continue
                run = [
                    [token for token in here if not terms.isdisjoint(token.word.exact)]
                    for terms, here in zip(wanted, at_place[begin : begin + len(wanted)], strict=True)
                ]
                if all(run):
                    for terms, here in zip(wanted, run, strict=True):
                        for token in here:
                            term = next(each for each in token.word.exact if each in terms)
                            yield Highlight(
                                token.start, token.end, "exact", term, self._words[number], number
                            )
