"""The clauses of the fields of a query, and the problems of their values: unknown names and dates, and those
that end at a space because they have no quotation marks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from khabar.index.plan import GroupClause, Leaf, PhraseClause, WordClause, has_names
from khabar.patterns import lazy_pattern
from khabar.query.drafts import SHOULD, Draft
from khabar.query.fields import field_clauses, names_meant
from khabar.query.plan_state import PlanState
from khabar.query.tree import Field, Problem

__all__ = ["UNQUOTED", "field_drafts"]

#: The code of the problem that a name, or a date in place of one, has a space but no quotation marks.
UNQUOTED = "unquoted-name"
#: A further word of such a name.
_NEXT_WORDS = lazy_pattern(
    r"\s+(?!(?:AND|OR|NOT|NEAR|أو|او|ليس)(?:\s|$))[^\W_]+(?:[/.-][^\W_]+)*(?=[\s)،,]|$)"
)
#: Maximum number of further words.
_MOST_IN_NAME = 4
#: Adjacent words are probably a name if at least one in so many articles with the rarest has them together.
_TOGETHER = 10


def field_drafts(state: PlanState, field: Field) -> Iterator[Draft]:
    """The clause of a field, if it has one; what is wrong with its values is reported."""
    if field.name == "names":
        yield from _names(state, field)
        if unquoted := _unquoted(state, field):
            state.problems.append(unquoted)
        return
    clauses, problems = field_clauses(
        field,
        state.named,
        state.today,
        state.ranking.full,
        max(1, state.limits.forms),
        state.aliases,
    )
    for problem in problems:
        start, end = field.start, field.end
        if problem.value in field.text:
            start += field.text.index(problem.value)
            end = start + len(problem.value)
        # A condition beside the query has no position in it.
        place = (start, end) if field.end else (0, 0)
        state.problems.append(Problem(*place, problem.code, problem.message, problem.choices))
    if unquoted := _unquoted(state, field):
        state.problems.append(unquoted)
    words = tuple(field.text for clause in clauses if isinstance(clause, WordClause))
    if len(clauses) > 1:
        either = tuple(replace(clause, occur=SHOULD) for clause in clauses)
        yield Draft(GroupClause(either, field.occur), words, condition=True)
    elif clauses:
        yield Draft(clauses[0], words, condition=True)


def _names(state: PlanState, field: Field) -> Iterator[Draft]:
    """The clause for ``names:``: any of the names in any of its spellings."""
    if state.full(field):
        return
    from khabar.query.named import MOST_WORDS, NameWays

    ways = NameWays(state.analyzer, state.forms)
    ways.prepare(field.values)
    leaves: list[Leaf] = []
    for value in field.values:
        tokens = [token for token in state.analyzer.tokens(value) if token.word.exact[0]]
        if len(tokens) > MOST_WORDS:
            message = f"more than {MOST_WORDS} words: the rest is left out"
            state.problem(field, "too-long", message)
        leaves += ways.leaves(tokens[:MOST_WORDS])
    room = max(0, state.limits.clauses - state.leaves)
    if len(leaves) > room:
        state.leaves = state.limits.clauses
        state.full(field)
    leaves = leaves[:room]
    state.leaves += len(leaves)
    if len(leaves) > 1:
        either = tuple(replace(leaf, occur=SHOULD) for leaf in leaves)
        yield Draft(GroupClause(either, field.occur), (field.text,) * len(leaves), condition=True)
    elif leaves:
        yield Draft(replace(leaves[0], occur=field.occur), (field.text,), condition=True)


def _unquoted(state: PlanState, field: Field) -> Problem | None:
    """The problem of a name that ends at a space although the index has a longer one («كاتب:عبده خال») or
    although it is part of a date («يذكر:4 تموز 2024»). None if there is none, or if the problem was
    reported for an earlier field."""
    colon, text = field.start - 1, state.text
    if not field.end or field.name == "language" or text[colon : colon + 1] != ":":
        return None
    if any(problem.code == UNQUOTED for problem in state.problems) or len(field.values) != 1:
        return None
    longest, what = 0, ""
    end = field.end
    for word in islice(_NEXT_WORDS.finditer(text, field.end), _MOST_IN_NAME):
        if word.start() != end:
            break
        end = word.end()
        if kind := _one_value(state, field.name, text[field.start : end]):
            longest, what = end, kind
    if not longest:
        return None
    whole, rest = text[field.start : longest], text[field.end : longest].strip()
    begin = text.rfind(" ", 0, colon) + 1
    typed = text[begin:colon].lstrip("+-(")
    if what == "date":
        typed = "about" if typed.isascii() else "عن"
    message = (
        f"the name ends at the space: «{rest}» is searched in the text; for the {what} «{whole}» write "
        f'{typed}:"{whole}"'
    )
    return Problem(field.start, longest, UNQUOTED, message)


def _one_value(state: PlanState, field: str, text: str) -> str:
    """What several words after a field are as a whole: a ``name``, a ``date``, or "" for neither."""
    if state.named is None:
        return ""
    if has_names(field):
        return "name" if names_meant(field, text, state.named.names(field), state.aliases) else ""
    if field != "names":
        return ""
    # A query with a field has been parsed, and has imported it.
    from khabar.query.field_values import is_date

    if is_date(text):
        return "date"
    terms = [token.word.exact[0] for token in state.analyzer.tokens(text) if not token.compound]
    if len(terms) < 2 or not all(terms):
        return ""
    together = state.named.phrase_articles(PhraseClause(tuple((term,) for term in terms), 1.0))
    if not together:
        return ""
    rarest = min(state.named.article_frequencies([[term] for term in terms]))
    return "name" if together * _TOGETHER >= rarest else ""
