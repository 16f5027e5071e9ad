"""Words that are written in one piece or in several: compounds («الفرنسي-الألماني»), names («نيويورك»), and
words of which two lost the space between them or one has a space too many."""

from __future__ import annotations

from msgspec.structs import replace

from khabar.analysis.analyzer import Token
from khabar.index.plan import PhraseClause, WeightedForm
from khabar.patterns import lazy_pattern
from khabar.query.other_spellings import is_expression, is_particle, is_surely_cut
from khabar.query.plan_state import PlanState
from khabar.query.runs import said_in_one_word
from khabar.query.tree import Term
from khabar.spelling import INVISIBLE

__all__ = ["compound_clause", "with_neighbours"]

#: Minimum length of a word; shorter ones are letters and abbreviations.
_FEWEST_LETTERS = 3
#: A word of the index is taken for a slip if a pair of words has at least this many times as many articles.
_FAR_MORE = 4
#: The characters between two words that may be one.
_SPACES = f" \t\r\n\xa0\u202f{INVISIBLE}"
_LETTERS_AND_NUMBER = lazy_pattern("([^\\W\\d_\u0600-\u08ff]+)([0-9]+)")


def compound_clause(
    state: PlanState, run: tuple[Token, ...], item: Term, strict: bool = True
) -> PhraseClause | None:
    """The clause for words typed in one piece: the words in order, or an equivalent single word. None for
    a single word, unless it is also written as several («نيويورك»).

    Arabic words match in all their forms, because «الفرنسي-الألماني» should find «الفرنسية-الألمانية».
    Numbers, letters, stop words and words in other scripts match only as they are.
    """
    if len(run) == 1:
        # «G20» is also written «G 20» and «G-20».
        term = run[0].word.exact[0]
        parts = _LETTERS_AND_NUMBER.fullmatch(term) if term[-1:].isdecimal() else None
        if parts is None:
            return _apart(state, run[0], item, strict)
        return PhraseClause(
            ((parts[1],), (parts[2],)),
            state.ranking.full,
            item.occur,
            state.length_weight(term) / 2,
            title=item.title,
            joined=(term,),
            compound=True,
        )
    run, alike = said_in_one_word(run, item.text)
    return _in_pieces(state, run, alike, {}, item)


def _apart(state: PlanState, token: Token, item: Term, strict: bool) -> PhraseClause | None:
    """The clause for a word that is also written as several words: these in order, or the word in any of
    its forms. None for a word that is only written as one."""
    term = token.word.exact[0]
    if token.compound or (state.forms.is_stop(token.word) and not is_particle(term)):
        return None
    if words := state.forms.apart(term, item.text[token.start : token.end]):
        return _whole_or_apart(state, words, token, item, strict)
    if state.reported_uncut:
        return None
    pairs = state.forms.cuts(term)
    least = 1
    is_known = bool(pairs) and state.forms.is_known(term)
    if is_known and state.named is not None:
        # A word of the index is cut only if the pair is far more frequent: then it is a slip there, too.
        [alone] = state.named.article_frequencies([[term]])
        least = _FAR_MORE * max(1, alone)
    for pair in pairs:
        if state.cut_enough(token, item, matters=not is_known):
            return None
        state.cuts += 1
        clause = _whole_or_apart(state, pair, token, item, strict)
        # «الجوكندا» is not «الجو كندا», though an index has both words.
        enough = 1 if is_surely_cut(pair) else least
        # A slip has both words unchanged: «العبدالعزيز» is a name, however frequent «عبد العزيز» is.
        counted = replace(clause, joined=())
        if is_known:
            counted = replace(counted, words=tuple((word,) for word in pair))
        if state.named is None or state.named.phrase_articles(counted) >= enough:
            return clause
    return None


def _whole_or_apart(
    state: PlanState, words: tuple[str, ...], token: Token, item: Term, strict: bool
) -> PhraseClause:
    """The clause for a word in any of its forms, or for the words as which it is also written."""
    term = token.word.exact[0]
    run = tuple(part for part in state.analyzer.tokens(" ".join(words)) if not part.compound)
    forms: tuple[WeightedForm, ...] = ()
    if not is_expression(term):
        forms = state.allowed(state.forms.of_word(token.word, state.ranking, strict=strict))
    depths = {form.term: form.depth for form in forms if form.matches and form.depth != "exact"}
    alike = tuple(form.term for form in forms if form.matches and form.term != term)
    return _in_pieces(state, run, (term, *alike), depths, item)


def _in_pieces(
    state: PlanState, run: tuple[Token, ...], alike: tuple[str, ...], depths: dict[str, str], item: Term
) -> PhraseClause:
    """The clause for words in order, or for an equivalent single word.

    Args:
        run: the words.
        alike: the equivalent words.
        depths: the depths of these, where they are not exact; those of the other forms are added.
        item: the item of the query.
    """
    places: list[tuple[str, ...]] = []
    weight = 0.0
    for token in run:
        term = token.word.exact[0]
        weight += state.length_weight(term)
        forms = (
            ()
            if _is_fixed(token)
            else state.allowed(state.forms.of_word(token.word, state.ranking, strict=True))
        )
        others = {form.term: form.depth for form in forms if form.matches and form.term != term}
        depths |= {term: depth for term, depth in others.items() if depth != "exact"}
        places.append((term, *others))
    return PhraseClause(
        tuple(places),
        state.ranking.full,
        item.occur,
        weight / len(places),
        title=item.title,
        depths=tuple(depths.items()),
        joined=alike,
        compound=True,
    )


def with_neighbours(
    state: PlanState, runs: list[tuple[Token, ...]], place: int, text: str
) -> tuple[WeightedForm, ...]:
    """The single words that a word of a query may form with the word before it or the word after it."""
    forms: list[WeightedForm] = []
    for pair in (runs[place - 1 : place + 1] if place else [], runs[place : place + 2]):
        if len(pair) != 2 or len(pair[0]) != 1 or len(pair[1]) != 1:
            continue
        (left,), (right,) = pair
        if text[left.end : right.start].strip(_SPACES):
            continue
        one, other = left.word.exact[0], right.word.exact[0]
        if is_particle(one + other) or not any(state.forms.is_stop(token.word) for token in (left, right)):
            forms += state.forms.together(one, other, state.ranking)
    return tuple(forms)


def _is_fixed(token: Token) -> bool:
    """Whether a word typed in one piece with others matches only as it is."""
    term = token.word.exact[0]
    return token.word.stop or len(term) < _FEWEST_LETTERS or not "\u0621" <= term[0] <= "\u064a"
