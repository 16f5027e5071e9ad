"""Finds the places of a quotation: where a text was said, in the same words or nearly.

Candidates are recalled by the rarest words of the quotation, each in its spellings, as a plan that any index
answers; the same words in the same order are looked for as a phrase, by date, so that the earliest is found
however many there are. Then the quotation is aligned with each candidate (:mod:`khabar.explore.alignment`),
over the borders of its paragraphs. Near-copies of one report count as one place.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import mul
from typing import Unpack

from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.explore.alignment import Alignment, align
from khabar.explore.asking import under
from khabar.explore.equal_words import Words
from khabar.explore.quotations import Quotation, Quotations, QuotedPlace
from khabar.explore.quoted_text import Found, QuotedText, place_of
from khabar.explore.sentences import Piece, pieces_of
from khabar.explore.word_units import Unit, omissions, units_of
from khabar.index.engine import Match
from khabar.index.plan import Clause, GroupClause, Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.query.named import spellings_of
from khabar.query.runs import phrase_places
from khabar.query.snapshot import Conditions, Snapshot
from khabar.query.tree import Problem
from khabar.stories.story import Telling

__all__ = ["SIMILAR", "find_quotations"]

#: Minimum similarity of a place that counts as found; docs/relevance.md has the trials.
SIMILAR = 0.6
#: Words of a quotation that are looked for: the rarest.
_RAREST = 12
#: Articles that are compared with a quotation.
_CANDIDATES = 60
#: Articles with the same words in the same order that are compared: the earliest.
_EARLIEST = 20
#: If so many of the candidates have the quotation, others may have it, too.
_MANY = 40
#: With fewer words, or with stop words alone, only the same words in the same order count.
_FEWEST = 3
#: Similarity from which several sentences are one quotation; below, each may be from elsewhere.
_WHOLE = 0.85
#: Score of the equal words, as a share of all, from which a place is looked at word by word; and how many
#: are in any case.
_CLOSE, _NEAREST = 0.3, 3
#: Of a quotation of up to so many words such a share must be there, as they count and by rarity, where a
#: stop word counts so much; and such a share of the words there must be its. Half of a short sentence is said
#: everywhere.
_SHORT, _SAID, _STOP, _THERE = 8, 0.75, 1.0, 0.55
#: Of so many words one may differ, whichever it is.
_SIX = 6
#: By what a word in another form or place counts more there, up to 1.
_ANYHOW = 1.4
#: Near-copies of one article that are compared.
_COPIES = 50
#: A paragraph says it, not an article about the same.
_RANKING = Ranking(article=0.5, title=0.0, lead=0.0)


def find_quotations(
    snapshot: Snapshot, text: str, limit: int, similarity: float, **conditions: Unpack[Conditions]
) -> Quotations:
    """Find where a text was said; see :meth:`khabar.Index.quote`."""
    began = time.perf_counter()
    planned = snapshot.plan("", **conditions)
    quoting = _Quoting(snapshot, planned.plan.clauses, limit, similarity)
    problems = list(planned.problems)
    whole, sentences, rest = pieces_of(text)
    parts = [] if whole is None else [quoting.find(whole)]
    if sentences and not any(place.similarity >= _WHOLE for part in parts for place in part):
        apart = [quoting.find(each) for each in sentences]
        # If no sentence is found either, the text as a whole says it better.
        if not parts or any(part.status == "found" for part in apart):
            parts = apart
    if rest is not None:
        message = f"more than {len(sentences)} sentences: from here on left out"
        problems.append(Problem(rest.start, rest.end, "too-long", message))
    took = (time.perf_counter() - began) * 1000
    return Quotations(text, tuple(parts), round(took, 2), tuple(problems))


class _Quoting:
    """Finds quotations in one commit, under the same conditions."""

    def __init__(
        self, snapshot: Snapshot, conditions: Sequence[Clause], limit: int, similarity: float
    ) -> None:
        self._snapshot = snapshot
        self._analyzer = snapshot.planner.analyzer
        self._forms = snapshot.planner.forms
        self._spellings = partial(spellings_of, self._analyzer, self._forms)
        self._answers = snapshot.answers
        self._conditions = tuple(conditions)
        self._limit = limit
        self._similarity = similarity

    def find(self, piece: Piece) -> Quotation:
        """Where a piece of text was said."""
        units = units_of(piece.text, self._analyzer)
        empty = Quotation(piece.text, piece.start, piece.end, "no-words")
        if not units:
            return empty
        if len(units) == 1:
            return replace(empty, status="too-short")
        strict = len(units) < _FEWEST or all(unit.stop for unit in units)
        self._forms.prepare((self._analyzer.word(unit.term) for unit in units), _RANKING)
        exact, articles = self._in_the_same_words(piece.text)
        words = Words(piece.text, omissions(piece.text, units))
        matches = {match.article.id: match for match in exact}
        forms = {unit.term: self._spellings(unit.term) for unit in units if not unit.stop}
        rarity = self._rarity(forms)
        if not strict:
            matches |= {match.article.id: match for match in self._recalled(forms, rarity)}
        found = self._aligned(units, words, ((match.article, match.number) for match in matches.values()))
        least = 1.0 if strict else self._similarity
        enough = [
            each
            for each in found
            if each.alignment.similarity >= least and self._is_said(units, each.alignment, rarity)
        ]
        if not enough:
            nearest = place_of(1, piece, units, found[0], ()) if found else None
            short = nearest is not None and nearest.similarity >= least
            return replace(
                empty, status="stop-words" if strict else "not-found", nearest=nearest, short=short
            )
        places, more = self._places(piece, units, words, enough, matches)
        cut = more or len(enough) >= _MANY or articles > _EARLIEST
        return replace(empty, status="found", places=places, articles=articles, cut=cut)

    def _in_the_same_words(self, text: str) -> tuple[Sequence[Match], int]:
        """The earliest articles with the same words in the same order, and how many have them."""
        clauses: list[Clause] = []
        for terms in phrase_places(self._analyzer.tokens(text)):
            places = tuple(map(self._spellings, terms))
            if len(places) > 1:
                clauses.append(PhraseClause(places, occur=Occur.SHOULD))
            elif places:
                clauses.append(_word(places[0]))
        plan = Plan((GroupClause(tuple(clauses), Occur.MUST), *self._conditions))
        found = self._answers.search(plan, _RANKING, limit=_EARLIEST, sort="oldest")
        return found.matches, found.total

    def _rarity(self, forms: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """How rare each word is, in all its spellings: an inverse document frequency; 0 for one that no
        article has."""
        every = [form for group in forms.values() for form in group]
        counts = dict(zip(every, self._answers.frequencies(every), strict=True))
        passages = max(1, self._answers.totals.passages)
        sums = {term: sum(counts[form] for form in group) for term, group in forms.items()}
        return {term: math.log(1 + passages / count) if count else 0.0 for term, count in sums.items()}

    def _is_said(self, units: Sequence[Unit], alignment: Alignment, rarity: Mapping[str, float]) -> bool:
        """Whether so much of a short quotation is there that the rest can be a slip."""
        if len(units) > _SHORT or not any(rarity.values()):
            return True
        differing = sum(not agrees for agrees in alignment.agrees)
        if alignment.there >= _THERE and differing <= (len(units) >= _SIX):
            return True
        # A word that no article has is the rarest.
        most = math.log(1 + self._answers.totals.passages)
        rare = [(rarity[unit.term] or most) if unit.term in rarity else _STOP for unit in units]
        # Here a word is there in another place, and nearly so in another form.
        there = [min(1.0, agrees * _ANYHOW) for agrees in alignment.agrees]
        shares = [
            sum(map(mul, weights, there)) / sum(weights)
            for weights in (rare, [each.weight for each in units])
        ]
        return min(shares) >= _SAID and alignment.there >= _THERE

    def _recalled(self, forms: Mapping[str, Sequence[str]], rarity: Mapping[str, float]) -> Sequence[Match]:
        """The articles with the most of the rarest words."""
        known = sorted((term for term in forms if rarity[term]), key=lambda term: -rarity[term])
        rarest = set(known[:_RAREST])
        # In the order of the quotation: words that stand together there as here add to the score.
        words = tuple(_word(group) for term, group in forms.items() if term in rarest)
        if not words:
            return ()
        plan = under(self._conditions, words)
        return self._answers.search(plan, _RANKING, limit=_CANDIDATES).matches

    def _aligned(
        self, units: Sequence[Unit], words: Words, candidates: Iterable[tuple[Article, int | None]]
    ) -> list[Found]:
        """The articles with any place that is like a quotation, the best first.

        Args:
            units, words: the quotation.
            candidates: articles, each with the number of its best passage; None to look at all of it.
        """
        texts: list[tuple[Article, int, Sequence[str]]] = []
        for article, number in candidates:
            passages = (article.title, *article.paragraphs)
            first, last = (0, len(passages)) if number is None else _around(passages, number, len(units))
            texts.append((article, first, passages[first:last]))
        found_there = words.find([passages for _, _, passages in texts])
        windows = [
            (window, *text) for window, text in zip(found_there, texts, strict=True) if window is not None
        ]
        windows.sort(key=lambda each: -each[0].score)
        # What is far by its equal words is no nearer word by word; the nearest are looked at in any case.
        near = [each for each in windows if each[0].score >= _CLOSE * words.weight]
        found = []
        for window, article, first, some in near if len(near) >= _NEAREST else windows[:_NEAREST]:
            text = QuotedText(first, some, window, self._analyzer)
            alignment = align(units, text.units[text.low : text.high], self._analyzer, words.omitted)
            if alignment.similarity:
                found.append(Found(article, text, alignment.shifted(text.low)))
        return sorted(found, key=lambda each: each.order)

    def _places(
        self,
        piece: Piece,
        units: Sequence[Unit],
        words: Words,
        enough: Sequence[Found],
        matches: Mapping[str, Match],
    ) -> tuple[tuple[QuotedPlace, ...], bool]:
        """The places, near-copies as one; and whether there are more."""
        places: list[QuotedPlace] = []
        seen: set[str] = set()
        for each in enough:
            if each.article.id in seen:
                continue
            if len(places) == self._limit:
                return tuple(places), True
            same = self._answers.story(matches[each.article.id])
            seen.update(article.id for article in same)
            seen.add(each.article.id)
            copies: tuple[Telling, ...] = ()
            if len(same) > 1:
                others = self._aligned(units, words, ((article, None) for article in same[:_COPIES]))
                least = min(self._similarity, each.alignment.similarity)
                tellings = [
                    Telling(other.article, other.alignment.similarity)
                    for other in sorted(others, key=lambda other: other.order[2])
                    if other.alignment.similarity >= least
                ]
                copies = tuple(tellings) if len(tellings) > 1 else ()
            place = place_of(len(places) + 1, piece, units, each, copies)
            archive = self._answers.archive_of(matches[each.article.id])
            places.append(replace(place, archive=archive) if archive else place)
        return tuple(places), False


def _word(terms: Sequence[str]) -> WordClause:
    """A word in its spellings."""
    return WordClause(tuple(WeightedForm(term, 1.0, "exact") for term in terms))


def _around(passages: Sequence[str], number: int, words: int) -> tuple[int, int]:
    """The range of the passages in which a quotation of so many words can stand, if it stands in one of them:
    it may go over the borders of paragraphs."""
    first, last = max(0, number - 1), min(len(passages), number + 2)
    before, behind = (
        sum(len(passage.split()) for passage in passages[low:high])
        for low, high in ((first, number), (number + 1, last))
    )
    while first and before < words:
        first -= 1
        before += len(passages[first].split())
    while last < len(passages) and behind < words:
        behind += len(passages[last].split())
        last += 1
    return first, last
