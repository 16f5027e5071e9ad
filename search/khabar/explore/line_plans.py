"""Plans for the lines of a list: each is searched as a name, as a phrase, as words, or as a query.

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

#: The ways to search for a line.
AskedAs = Literal["name", "phrase", "words", "query"]
ASKED_AS: tuple[AskedAs, ...] = get_args(AskedAs)

_RANKING = Ranking()


def under(conditions: Sequence[Clause], clauses: Sequence[Clause]) -> Plan:
    """The plan for clauses under some conditions."""
    if not conditions:
        return Plan(tuple(clauses))
    # In a group of their own, one of the clauses is needed even if a condition is a group, too.
    return Plan((GroupClause(tuple(clauses), Occur.MUST), *conditions))


class Asking:
    """Makes the plans of the lines of a list for one commit, under the same conditions.

    Args:
        snapshot: the commit.
        how: one of :data:`ASKED_AS`.
        limits: the limits of a query.
        conditions: the conditions on articles.

    Attributes:
        problems: the problems with the conditions.
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
        self._conditions = planned.plan.clauses if _has_any(conditions) else ()
        self._names = NameWays(snapshot.planner.analyzer, snapshot.planner.forms)

    def prepare(self, lines: Sequence[str]) -> None:
        """Fetch from the index what the words of some lines need, in one batch."""
        if self.how == "name":
            self._names.prepare(lines)
            return
        analyzer, forms = self._snapshot.planner.analyzer, self._snapshot.planner.forms
        terms = {token.word.exact[0] for line in lines for token in analyzer.tokens(line)} - {""}
        forms.prepare(map(analyzer.word, sorted(terms)), _RANKING)

    def outside(self, line: str) -> tuple[Problem, ...]:
        """The problems of conditions on days that no article can meet: why a line may have found nothing."""
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
            return self._planned(Query(line, (Phrase(text, 0, len(text)),) if text else (), problems))
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


def _has_any(conditions: Conditions) -> bool:
    """Whether there is any condition; the day from which others count is not one."""
    return any(value not in (None, "", ()) for name, value in conditions.items() if name != "today")
