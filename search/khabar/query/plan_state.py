"""The state of a plan in the making: what all its clauses need, the limits that they keep to, and the
problems found so far."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date

from khabar.analysis.analyzer import Analyzer, Token
from khabar.index.plan import WeightedForm
from khabar.index.ranking import Ranking
from khabar.query.fields import Named, local_today
from khabar.query.forms import Forms
from khabar.query.tree import OUT_OF_TIME, Limits, Node, Problem, Query, Term

__all__ = ["PlanState"]

#: Maximum number of pairs of words looked up for words of a query that may have lost a space.
_MOST_CUTS = 50


class PlanState:
    """What is known and noticed while a plan is made.

    Args:
        analyzer, forms, aliases: those of the planner.
        query, ranking, named, without, today, limits: as for :meth:`khabar.query.planner.Planner.plan`.

    Attributes:
        analyzer, forms, aliases, ranking, named, today, limits: as given.
        text: the query as typed.
        leaves: number of words and phrases so far.
        cuts: number of pairs of words looked up so far for words that may have lost a space.
        reported_uncut: whether it was reported that no further pairs are looked up.
        problems: the problems so far.
        left_out: the forms that were left out because the reader ruled them out.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        forms: Forms,
        aliases: Mapping[str, str],
        query: Query,
        ranking: Ranking,
        named: Named | None,
        without: frozenset[str],
        today: date | None,
        limits: Limits,
    ) -> None:
        self.analyzer = analyzer
        self.forms = forms
        self.aliases = aliases
        self.text = query.text
        self.ranking = ranking
        self.named = named
        self._without = without
        self.today = today or local_today()
        self.limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self.leaves = 0
        self._reported_late = self._reported_full = self.reported_uncut = False
        self.cuts = 0
        self.problems: list[Problem] = []
        self.left_out: set[str] = set()

    def problem(self, at: Node, code: str, message: str) -> None:
        """Report a problem of a node of the query."""
        self.problems.append(Problem(at.start, at.end, code, message))

    def late(self, item: Node) -> bool:
        """Whether the time is up; reported once, at the first item that is left out."""
        late = time.monotonic() > self._deadline
        if late and not self._reported_late:
            self._reported_late = True
            message = f"the search has taken {self.limits.seconds:g} seconds: the rest is left out"
            self.problem(item, OUT_OF_TIME, message)
        return late

    def full(self, item: Node) -> bool:
        """Whether the maximum number of words and phrases is reached; reported once."""
        full = self.leaves >= self.limits.clauses
        if full and not self._reported_full:
            self._reported_full = True
            message = f"more than {self.limits.clauses} words and phrases: the rest is left out"
            self.problem(item, "too-many-clauses", message)
        return full

    def cut_enough(self, token: Token, item: Term, matters: bool) -> bool:
        """Whether the maximum number of pairs has been looked up; reported once, at the first word for which
        it matters."""
        enough = self.cuts >= _MOST_CUTS
        if enough and matters and not self.reported_uncut:
            self.reported_uncut = True
            message = (
                f"more than {_MOST_CUTS} ways to put a space into the words: the rest are searched as written"
            )
            word = item.text[token.start : token.end]
            start = max(self.text.find(word, item.start, item.end), item.start)
            self.problems.append(Problem(start, start + len(word), "too-many-cuts", message))
        return enough

    def allowed(self, forms: tuple[WeightedForm, ...]) -> tuple[WeightedForm, ...]:
        """The forms without those that the reader ruled out."""
        if not self._without:
            return forms
        self.left_out |= {form.term for form in forms} & self._without
        return tuple(form for form in forms if form.term not in self._without)

    def length_weight(self, term: str) -> float:
        """The weight of a word by its length."""
        weight: float = (min(10, len(term)) / 5) ** self.ranking.length
        return weight
