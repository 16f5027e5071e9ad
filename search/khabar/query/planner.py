"""The planner: parse tree → plan. Each query word becomes its forms in this index, each field a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from khabar.analysis.analyzer import Analyzer
from khabar.index.plan import (
    FilterClause,
    Occur,
    Plan,
)
from khabar.index.ranking import Ranking
from khabar.query.clauses import level
from khabar.query.fields import Named
from khabar.query.forms import Forms, WordIndex
from khabar.query.plan_state import PlanState
from khabar.query.runs import words_in
from khabar.query.sharing import paid_once
from khabar.query.tree import Field, Limits, Problem, Query
from khabar.query.vocabulary import LetterIndex

if TYPE_CHECKING:
    from khabar.query.own_words import OwnWords

__all__ = ["NO_FORM", "Planned", "Planner"]

#: The code of the problem that a form to leave out is not a form of any word of the query.
NO_FORM = "no-such-form"


class Planned(msgspec.Struct, frozen=True):
    """A plan with its origin.

    Attributes:
        plan: the plan for an engine.
        words: for each leaf of the plan (:attr:`~khabar.index.plan.Plan.leaves`) its words in the query, as
            typed.
        problems: the problems of the parse tree and of the planner.
        bare: number of words or parentheses without a sign, to which :attr:`~khabar.query.tree.Query.match`
            applies. With fewer than two it makes no difference.
        signed: whether another item is required by its own sign.
    """

    plan: Plan
    words: tuple[str, ...]
    problems: tuple[Problem, ...]
    bare: int = 0
    signed: bool = False


class Planner:
    """Makes plans for one commit of an index. Safe to share between threads.

    Args:
        analyzer: the analyzer of the index.
        lexicon: the lexicon of the index; the forms of recent query words are cached.
        aliases: other names of sources.
        own_words: the reader's own dictionary, or None.
        vocabulary: finds the words of the index by their letters; None to search the lexicon.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        lexicon: WordIndex,
        aliases: Mapping[str, str] | None = None,
        own_words: OwnWords | None = None,
        vocabulary: LetterIndex | None = None,
    ) -> None:
        self.analyzer = analyzer
        self.aliases: Mapping[str, str] = aliases or {}
        self.forms = Forms(analyzer, lexicon, own_words, vocabulary)

    def plan(
        self,
        query: Query,
        ranking: Ranking,
        named: Named | None = None,
        *,
        without: frozenset[str] = frozenset(),
        fields: Sequence[Field] = (),
        today: date | None = None,
        limits: Limits | None = None,
    ) -> Planned:
        """Make a plan of a parse tree.

        Stop words weigh less and do not make an article match, unless the query has no other word; in phrases
        they always count. A repeated word counts a quarter more. A compound name («عبد الله», «أبو مازن») is
        one word, however it is spaced. No query raises an error or exceeds the limits.

        Args:
            query: the parse tree.
            ranking: the constants.
            named: gives the names of sources and authors; None for an index without any.
            without: forms that no word may stand for.
            fields: further conditions, given beside the query.
            today: the day that relative dates such as «أمس» count from. Default: the current local day.
            limits: see :class:`~khabar.query.tree.Limits`.
        """
        items = [*query.items, *fields]
        most = (limits or Limits()).clauses
        self.forms.prepare(islice(words_in(query.items, query.text, self.analyzer), most), ranking)

        def begin() -> PlanState:
            return PlanState(
                self.analyzer,
                self.forms,
                self.aliases,
                query,
                ranking,
                named,
                without,
                today,
                limits or Limits(),
            )

        state = begin()
        drafts = level(state, items, strict=False, match=query.match)
        if (
            query.match == "all"
            and len(wanted := [draft for draft in drafts if draft.wanted]) == 1
            and wanted[0].bare
        ):
            # With a single word or parenthesis, "all" is the same as "any".
            state = begin()
            drafts = level(state, items, strict=False, match=query.match, either=True)
        # A field may become two clauses, both with the same problem.
        problems = [*dict.fromkeys([*query.problems, *state.problems])]
        for form in sorted(without - state.left_out) if drafts else ():
            message = (
                f"«{form}» is no form of a word of this query in this index: leaving it out changes nothing"
            )
            problems.append(Problem(0, 0, NO_FORM, message))
        # A condition that was left out is reported already.
        left_out = any(problem.code in ("unknown-date", "empty-field") for problem in problems)
        if not drafts and query.text.strip() and not left_out:
            problems.append(Problem(0, len(query.text), "no-words", "there is no word to search for"))
        elif drafts and all(draft.clause.occur is Occur.MUST_NOT for draft in drafts):
            message = "the query only excludes articles: add a word to search for"
            problems.append(Problem(0, len(query.text), "only-exclusions", message))
        if _no_day(draft.clause for draft in drafts):
            message = "no day is in all of these periods: nothing can match"
            problems.append(Problem(0, len(query.text), "empty-period", message))
        return Planned(
            Plan(paid_once([draft.clause for draft in drafts])),
            tuple(word for draft in drafts for word in draft.words),
            tuple(problems),
            sum(draft.bare and draft.wanted for draft in drafts),
            any(draft.wanted and not draft.bare and draft.clause.occur is Occur.MUST for draft in drafts),
        )


def _no_day(clauses: Iterable[object]) -> bool:
    """Whether the required periods among some clauses have no day in common, and each has one."""
    first: list[int] = []
    last: list[int] = []
    for each in clauses:
        if isinstance(each, FilterClause) and each.field == "published" and each.occur is Occur.MUST:
            first += [] if each.first is None else [each.first]
            last += [] if each.last is None else [each.last]
    return bool(first and last) and max(first) > min(last)
