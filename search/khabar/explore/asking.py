"""How a line of a list is asked: as a name, as a phrase, as words, or as a query.

A *name* is its words next to one another. Names of several words are written in one word or in two (عبد
الله, عبدالله), a particle or two may cling to the first word (ومحمد, لعبدالله, ولأبي), and each word counts
in all its spellings (أميركا, نتانياهو), but in no other form: «سعيد» is not «السعيد». بن and ابن are one, and
so are أبو, أبا and أبي. This is stricter than the words of a query, which match in all inflections and
anywhere in an article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from msgspec.structs import replace

from khabar.analysis.analyzer import Token
from khabar.analysis.names import spaced_heads, with_particles
from khabar.index.plan import Clause, GroupClause, Leaf, Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.query.planner import Planned
from khabar.query.runs import phrase_places, phrase_units
from khabar.query.snapshot import Conditions, Snapshot
from khabar.query.tree import Limits, Phrase, Problem, Query

__all__ = ["ASKED_AS", "AskedAs", "Asking", "spellings_of", "under"]

#: How a line can be asked.
AskedAs = Literal["name", "phrase", "words", "query"]
ASKED_AS: tuple[AskedAs, ...] = get_args(AskedAs)

_RANKING = Ranking()
#: Words in names that are one word: the son; the three cases of the father.
_SON, _FATHER = ("بن", "ابن"), ("ابو", "ابا", "ابي")
_SAME = {word: group for group in (_SON, _FATHER) for word in group}
#: Words of a name or phrase that count.
_MOST_WORDS = 60


def under(conditions: Sequence[Clause], clauses: Sequence[Clause]) -> Plan:
    """A plan of what is looked for, under some conditions."""
    if not conditions:
        return Plan(tuple(clauses))
    # In a group of its own, some of it is needed even if a condition is a group, too.
    return Plan((GroupClause(tuple(clauses), Occur.MUST), *conditions))


def spellings_of(snapshot: Snapshot, term: str) -> tuple[str, ...]:
    """A folded word and the other spellings of it that the index has."""
    planner = snapshot.planner
    forms = planner.forms.of_word(planner.analyzer.word(term), _RANKING, strict=True)
    return (term, *(form.term for form in forms if form.depth == "spelling" and form.matches))


class Asking:
    """Makes the plans of the lines of a list, of one commit and under the same conditions.

    Args:
        snapshot: the commit.
        how: one of :data:`ASKED_AS`.
        limits: of a query.
        conditions: which articles count.
    """

    def __init__(
        self, snapshot: Snapshot, how: AskedAs, limits: Limits | None, conditions: Conditions
    ) -> None:
        self._snapshot = snapshot
        self.how = how
        self._limits = limits
        self._today = conditions.get("today")
        planned = snapshot.plan("", **conditions)
        self.problems = planned.problems
        #: without the clause that every article matches
        self._conditions = planned.plan.clauses if _asks(conditions) else ()
        #: lists have the same names again and again
        self._kept: dict[str, tuple[str, ...]] = {}

    def prepare(self, lines: Sequence[str]) -> None:
        """Let the index fetch together what the words of some lines need."""
        analyzer, forms = self._snapshot.planner.analyzer, self._snapshot.planner.forms
        terms = {token.word.exact[0] for line in lines for token in analyzer.tokens(line)} - {""}
        forms.prepare(map(analyzer.word, sorted(terms - self._kept.keys())), _RANKING)

    def plan(self, line: str) -> Planned:
        """The plan of a line; without clauses if it has no word."""
        if self.how == "query":
            from khabar.query.parser import parse

            return self._planned(parse(line, self._limits, "all"))
        if self.how == "words":
            from khabar.query.plain import plain

            return self._planned(plain(line, self._limits, "all"))
        tokens = [token for token in self._snapshot.planner.analyzer.tokens(line) if token.word.exact[0]]
        problems: tuple[Problem, ...] = ()
        if len(tokens) > _MOST_WORDS:
            start = tokens[_MOST_WORDS].start
            message = f"more than {_MOST_WORDS} words: the rest is left out"
            problems = (Problem(start, len(line), "too-long", message),)
            tokens = tokens[:_MOST_WORDS]
        if self.how == "phrase":
            text = line[: tokens[-1].end] if tokens else ""
            planned = self._planned(Query(line, (Phrase(text, 0, len(text)),) if text else (), problems))
            return planned
        leaves = tuple(self._ways(tokens))
        if not leaves:
            missing = Problem(0, len(line), "no-words", "there is no word to search for")
            return Planned(Plan(()), (), (missing,))
        clause: Clause = (
            leaves[0]
            if len(leaves) == 1
            else GroupClause(tuple(replace(leaf, occur=Occur.SHOULD) for leaf in leaves), Occur.MUST)
        )
        return Planned(under(self._conditions, (clause,)), (line.strip(),) * len(leaves), problems)

    def _planned(self, query: Query) -> Planned:
        planned = self._snapshot.planner.plan(
            query, _RANKING, self._snapshot.answers, today=self._today, limits=self._limits
        )
        if not planned.plan.clauses:
            return planned
        return replace(planned, plan=under(self._conditions, planned.plan.clauses))

    def _spellings(self, term: str) -> tuple[str, ...]:
        if term in _SAME:
            return (term, *(each for each in _SAME[term] if each != term))
        if term not in self._kept:
            self._kept[term] = spellings_of(self._snapshot, term)
        return self._kept[term]

    def _twice_clung(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        """A name of two words behind two particles («ولأبي مازن»): an index joins it behind one at most."""
        units = phrase_units(list(tokens))
        name = units[0][0][-1] if units else ""
        heads = [head for head in spaced_heads(name) if head in ("عبد", *_FATHER)]
        if heads:
            rest = [name.removeprefix(heads[0]), *(term for unit in units[1:] for term in unit[0])]
            before = tuple(particles + head for head in heads for particles in _TWICE)
            places = (before, *map(self._spellings, rest))
            yield PhraseClause(places, _RANKING.full, Occur.MUST)

    def _ways(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        """The ways to write a name."""
        yield from self._twice_clung(tokens)
        for terms in phrase_places(list(tokens)):
            places = [self._spellings(term) for term in terms]
            if not places:
                continue
            first = places[0]
            places[0] = tuple(dict.fromkeys((*first, *(each for term in first for each in _clung(term)))))
            if len(places) > 1:
                depths = tuple(
                    (other, "spelling")
                    for spelled, terms_there in zip(places, (first, *places[1:]), strict=True)
                    for other in spelled
                    if other in terms_there[1:]
                )
                yield PhraseClause(tuple(places), _RANKING.full, Occur.MUST, depths=depths)
            else:
                spelled = set(first[1:])
                forms = tuple(
                    WeightedForm(each, _RANKING.full, "spelling" if each in spelled else "exact")
                    for each in places[0]
                )
                yield WordClause(forms, _RANKING.full, Occur.MUST)


#: Two particles before a name.
_TWICE = tuple(one + other for one in "وف" for other in "بلك")


def _clung(term: str) -> Iterator[str]:
    """A word with one particle written onto it, or two («ولمحمد»)."""
    for one in with_particles(term):
        yield one
        if one[0] in "بلك":
            yield from ("و" + one, "ف" + one)


def _asks(conditions: Conditions) -> bool:
    """Whether there is any condition; the day that others count from is none."""
    return any(value not in (None, "", ()) for name, value in conditions.items() if name != "today")
