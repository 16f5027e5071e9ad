"""The forms of a word with a sign for them: «=word» as written, «wo*d» by a pattern, «word~» similar ones."""

from __future__ import annotations

from khabar.index.plan import WeightedForm
from khabar.query.plan_state import PlanState
from khabar.query.tree import Term

__all__ = ["special_forms"]


def special_forms(state: PlanState, item: Term, strict: bool) -> tuple[WeightedForm, ...] | None:
    """The forms of a word with a sign for its forms; None if it must be read as plain words."""
    most = max(1, state.limits.forms)
    if item.kind == "pattern":
        matching = state.forms.like(item.text, state.ranking, most)
        if matching is None:
            message = "a star matches letters of one word: searched as words without it"
            state.problem(item, "pattern-of-words", message)
            return None
        searched = f"the {most} shortest" if most > 1 else "the shortest"
    else:
        tokens = [token for token in state.analyzer.tokens(item.text) if not token.compound]
        if len(tokens) != 1 or not tokens[0].word.exact[0]:
            if item.kind == "fuzzy":
                message = "~ applies to a single word: searched as words without it"
                state.problem(item, "pattern-of-words", message)
            return None
        word = tokens[0].word
        if item.kind == "exact":
            return state.forms.exactly(word.exact[0], state.ranking)
        matching = state.forms.around(word, state.ranking, item.distance, most, strict=strict)
        searched = f"the {most} nearest" if most > 1 else "the nearest"
    forms, total = matching
    if total > most:
        verb = "are" if most > 1 else "is"
        message = f"«{item.text}» matches {total:,} words of the index: {searched} {verb} searched"
        state.problem(item, "too-many-forms", message)
    return forms
