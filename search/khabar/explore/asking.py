"""How to search for a line of a list: as a name, as a phrase, as words, or as a query.

A *name* is its words next to one another, in any spelling but in no other form (:mod:`khabar.query.named`).
This is stricter than the words of a query, which match in all inflections and anywhere in an article.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from msgspec.structs import replace

from khabar.index.plan import Clause, GroupClause, Occur, Plan
from khabar.index.ranking import Ranking
from khabar.query.named import MOST_WORDS, NameWays
from khabar.query.planner import Planned
from khabar.query.snapshot import Conditions, Snapshot
from khabar.query.tree import Limits, Phrase, Problem, Query

__all__ = ["ASKED_AS", "AskedAs", "Asking", "under"]

#: How a line can be asked.
AskedAs = Literal["name", "phrase", "words", "query"]
ASKED_AS: tuple[AskedAs, ...] = get_args(AskedAs)

_RANKING = Ranking()


def under(conditions: Sequence[Clause], clauses: Sequence[Clause]) -> Plan:
    """A plan of what is looked for, under some conditions."""
    if not conditions:
        return Plan(tuple(clauses))
    # In a group of its own, some of it is needed even if a condition is a group, too.
    return Plan((GroupClause(tuple(clauses), Occur.MUST), *conditions))


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
        self._asked = conditions
        planned = snapshot.plan("", **conditions)
        self.problems = planned.problems
        #: without the clause that every article matches
        self._conditions = planned.plan.clauses if _asks(conditions) else ()
        self._names = NameWays(snapshot.planner.analyzer, snapshot.planner.forms)

    def prepare(self, lines: Sequence[str]) -> None:
        """Let the index fetch together what the words of some lines need."""
        if self.how == "name":
            self._names.prepare(lines)
            return
        analyzer, forms = self._snapshot.planner.analyzer, self._snapshot.planner.forms
        terms = {token.word.exact[0] for line in lines for token in analyzer.tokens(line)} - {""}
        forms.prepare(map(analyzer.word, sorted(terms)), _RANKING)

    def outside(self, line: str) -> tuple[Problem, ...]:
        """Why a line may have found nothing: conditions on days that no article can meet."""
        syntax = self.how == "query"
        return self._snapshot.outside(line, syntax=syntax, limits=self._limits, **self._asked)

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
        if len(tokens) > MOST_WORDS:
            start = tokens[MOST_WORDS].start
            message = f"more than {MOST_WORDS} words: the rest is left out"
            problems = (Problem(start, len(line), "too-long", message),)
            tokens = tokens[:MOST_WORDS]
        if self.how == "phrase":
            text = line[: tokens[-1].end] if tokens else ""
            planned = self._planned(Query(line, (Phrase(text, 0, len(text)),) if text else (), problems))
            return planned
        leaves = tuple(self._names.leaves(tokens))
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


def _asks(conditions: Conditions) -> bool:
    """Whether there is any condition; the day that others count from is none."""
    return any(value not in (None, "", ()) for name, value in conditions.items() if name != "today")
