"""Forms shared by several words of a query: a form that two words have («رئيس … للرئيس») counts once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec.structs import replace

from khabar.index.plan import Clause, GroupClause, Occur, WordClause

__all__ = ["paid_once"]


def paid_once(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Let each form add to the score for one word only: the word for which it weighs most, or the first of
    equals. For the other words it adds nothing, but still makes an article match.

    Words searched in titles and words searched in the whole text do not share forms.
    """
    words = list(_words(clauses))
    seen: dict[bool, set[str]] = {False: set(), True: set()}
    shared: dict[bool, set[str]] = {False: set(), True: set()}
    for word in words:
        terms = {form.term for form in word.forms}
        shared[word.title] |= seen[word.title] & terms
        seen[word.title] |= terms
    if not any(shared.values()):
        return tuple(clauses)
    best: dict[tuple[bool, str], tuple[float, int]] = {}
    for number, word in enumerate(words):
        for form in word.forms:
            if form.term in shared[word.title]:
                key, weight = (word.title, form.term), form.weight / word.full
                if key not in best or weight > best[key][0]:
                    best[key] = weight, number
    numbers = count()
    return tuple(_reduced(clause, best, numbers) for clause in clauses)


def _words(clauses: Sequence[Clause]) -> Iterator[WordClause]:
    """The words that are not excluded."""
    for clause in clauses:
        if clause.occur is not Occur.MUST_NOT:
            if isinstance(clause, GroupClause):
                yield from _words(clause.clauses)
            elif isinstance(clause, WordClause):
                yield clause


def _reduced(
    clause: Clause, best: dict[tuple[bool, str], tuple[float, int]], numbers: Iterator[int]
) -> Clause:
    if clause.occur is Occur.MUST_NOT:
        return clause
    if isinstance(clause, GroupClause):
        return replace(clause, clauses=tuple(_reduced(each, best, numbers) for each in clause.clauses))
    if not isinstance(clause, WordClause):
        return clause
    number = next(numbers)
    paid = [best.get((clause.title, form.term), (0, number))[1] == number for form in clause.forms]
    if all(paid):
        # Searchers cache by the identity of the forms.
        return clause
    forms = tuple(
        form if counts else replace(form, weight=0.0) for form, counts in zip(clause.forms, paid, strict=True)
    )
    return replace(clause, forms=forms)
