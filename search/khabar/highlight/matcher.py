"""The matcher: a query's words against the words of a text, by analysing the text again.

Only the few texts that are shown are analysed, so an index keeps no offsets, and every engine's hits are marked alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        """The matched words in order; where two overlap the longer one stays."""
        found = [*self._single(tokens), *self._in_phrases(tokens)]
        found.sort(key=lambda mark: (mark.start, -mark.end, DEPTHS.index(mark.depth)))
        kept: list[Highlight] = []
        for mark in found:
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
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
        simple = [token for token in tokens if not token.compound]
        for number, phrase in self._phrases:
            length = len(phrase.words)
            for begin in range(len(simple) - length + 1):
                run = simple[begin : begin + length]
                if all(
                    not set(terms).isdisjoint(token.word.exact)
                    for terms, token in zip(phrase.words, run, strict=True)
                ):
                    for token in run:
                        yield Highlight(
                            token.start, token.end, "exact", token.word.exact[0], self._words[number], number
                        )
