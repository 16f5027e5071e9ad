"""Finds the places of a quotation: where a text was said, in the same or nearly the same words.

Candidates are retrieved by the rarest words of the quotation, each in its spellings, with a plan that any
index can answer. The same words in the same order are searched as a phrase, by date, so that the earliest is
found however many there are. Then the quotation is aligned with each candidate
(:mod:`khabar.explore.alignment`), across paragraphs. Near-copies of one report count as one place.
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
from khabar.explore.equal_words import Words
from khabar.explore.line_plans import under
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
from khabar.stories.story import Telling, with_archives

__all__ = ["SIMILAR", "find_quotations"]

#: Minimum similarity of a place that counts as found; docs/relevance.md has the trials.
SIMILAR = 0.6
#: Number of words of a quotation that are searched, the rarest.
_RAREST = 12
#: Number of articles that are compared with a quotation.
_CANDIDATES = 60
#: Number of articles with the same words in the same order that are compared, the earliest.
_EARLIEST = 20
#: If this many candidates have the quotation, there may be more.
_MANY = 40
#: With fewer words, or with stop words alone, only the same words in the same order count.
_FEWEST = 3
#: Minimum similarity of several sentences that are one quotation; below, each may come from elsewhere.
_WHOLE = 0.85
#: Minimum score of the equal words of a place that is compared word by word, as a share of all words; and
#: number of places compared in any case.
_CLOSE, _NEAREST = 0.3, 3
#: Half of a short sentence is said everywhere. So if a quotation has at most ``_SHORT`` words, the article
#: must have ``_SAID`` of them, both by weight and by rarity (where a stop word counts ``_STOP``), and
#: ``_THERE`` of the words in that place must be in the quotation.
_SHORT, _SAID, _STOP, _THERE = 8, 0.75, 1.0, 0.55
#: In a short quotation of at least this many words, any one word may differ.
_SIX = 6
#: Factor for the agreement of a word in another form or place there, up to 1.
_LENIENT = 1.4
#: Maximum number of near-copies of an article that are compared.
_COPIES = 50
#: Paragraphs with the words rank first, not articles on the same subject.
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
        by_sentence = [quoting.find(sentence) for sentence in sentences]
        # If no sentence is found either, the result for the whole text is clearer.
        if not parts or any(part.status == "found" for part in by_sentence):
            parts = by_sentence
    if rest is not None:
        message = f"more than {len(sentences)} sentences: the rest is left out"
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
        """Find where a piece of text was said."""
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
        # By fingerprint, because several archives may have different articles with one id.
        matches = {match.article.fingerprint(): match for match in exact}
        forms = {unit.term: self._spellings(unit.term) for unit in units if not unit.stop}
        rarity = self._rarity(forms)
        if not strict:
            matches |= {match.article.fingerprint(): match for match in self._recalled(forms, rarity)}
        aligned = self._aligned(units, words, ((match.article, match.number) for match in matches.values()))
        least = 1.0 if strict else self._similarity
        similar = [
            found
            for found in aligned
            if found.alignment.similarity >= least and self._is_said(units, found.alignment, rarity)
        ]
        if not similar:
            nearest = place_of(1, piece, units, aligned[0], ()) if aligned else None
            short = nearest is not None and nearest.similarity >= least
            return replace(
                empty, status="stop-words" if strict else "not-found", nearest=nearest, short=short
            )
        places, more = self._places(piece, units, words, similar, matches)
        cut = more or len(similar) >= _MANY or articles > _EARLIEST
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
        answer = self._answers.search(plan, _RANKING, limit=_EARLIEST, sort="oldest")
        return answer.matches, answer.total

    def _rarity(self, forms: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """The rarity of each word in all its spellings: an inverse document frequency; 0 for a word that no
        article has."""
        all_forms = [form for group in forms.values() for form in group]
        counts = dict(zip(all_forms, self._answers.frequencies(all_forms), strict=True))
        passages = max(1, self._answers.totals.passages)
        sums = {term: sum(counts[form] for form in group) for term, group in forms.items()}
        return {term: math.log(1 + passages / count) if count else 0.0 for term, count in sums.items()}

    def _is_said(self, units: Sequence[Unit], alignment: Alignment, rarity: Mapping[str, float]) -> bool:
        """Whether a place has so much of a short quotation that the rest can be a slip; True for a longer
        quotation."""
        if len(units) > _SHORT or not any(rarity.values()):
            return True
        differing = sum(not agrees for agrees in alignment.agrees)
        if alignment.there >= _THERE and differing <= (len(units) >= _SIX):
            return True
        # A word that no article has is the rarest.
        most = math.log(1 + self._answers.totals.passages)
        by_rarity = [(rarity[unit.term] or most) if unit.term in rarity else _STOP for unit in units]
        by_weight = [unit.weight for unit in units]
        # A word in another place counts in full here, and one in another form nearly so.
        agreement = [min(1.0, agrees * _LENIENT) for agrees in alignment.agrees]
        shares = [sum(map(mul, weights, agreement)) / sum(weights) for weights in (by_rarity, by_weight)]
        return min(shares) >= _SAID and alignment.there >= _THERE

    def _recalled(self, forms: Mapping[str, Sequence[str]], rarity: Mapping[str, float]) -> Sequence[Match]:
        """The articles with the most of the rarest words."""
        by_rarity = sorted((term for term in forms if rarity[term]), key=lambda term: -rarity[term])
        rarest = set(by_rarity[:_RAREST])
        # In the order of the quotation, because words that occur together add to the score.
        words = tuple(_word(group) for term, group in forms.items() if term in rarest)
        if not words:
            return ()
        plan = under(self._conditions, words)
        return self._answers.search(plan, _RANKING, limit=_CANDIDATES).matches

    def _aligned(
        self, units: Sequence[Unit], words: Words, candidates: Iterable[tuple[Article, int | None]]
    ) -> list[Found]:
        """The articles with a place that has any words of a quotation, the best first.

        Args:
            units, words: the quotation.
            candidates: articles, each with the number of its best passage; None to examine all passages.
        """
        texts: list[tuple[Article, int, Sequence[str]]] = []
        for article, number in candidates:
            passages = (article.title, *article.paragraphs)
            first, last = (0, len(passages)) if number is None else _around(passages, number, len(units))
            texts.append((article, first, passages[first:last]))
        windows = words.find([passages for _, _, passages in texts])
        places = [(window, *text) for window, text in zip(windows, texts, strict=True) if window is not None]
        places.sort(key=lambda place: -place[0].score)
        # A place with few equal words does not get better word by word. The nearest are compared in any case.
        near = [place for place in places if place[0].score >= _CLOSE * words.weight]
        aligned = []
        for window, article, first, part in near if len(near) >= _NEAREST else places[:_NEAREST]:
            text = QuotedText(first, part, window, self._analyzer)
            alignment = align(units, text.units[text.low : text.high], self._analyzer, words.omitted)
            if alignment.similarity:
                aligned.append(Found(article, text, alignment.shifted(text.low)))
        return sorted(aligned, key=lambda found: found.order)

    def _places(
        self,
        piece: Piece,
        units: Sequence[Unit],
        words: Words,
        similar: Sequence[Found],
        matches: Mapping[str, Match],
    ) -> tuple[tuple[QuotedPlace, ...], bool]:
        """The places, near-copies as one, and whether there are more.

        Args:
            piece, units, words: the quotation.
            similar: the articles that have it, the best first.
            matches: the matches of these articles by fingerprint.
        """
        places: list[QuotedPlace] = []
        seen: set[str] = set()
        for found in similar:
            key = found.article.fingerprint()
            if key in seen:
                continue
            if len(places) == self._limit:
                return tuple(places), True
            same = self._answers.story(matches[key])
            seen.update(article.fingerprint() for article in same)
            seen.add(key)
            copies: tuple[Telling, ...] = ()
            if len(same) > 1:
                others = self._aligned(units, words, ((article, None) for article in same[:_COPIES]))
                least = min(self._similarity, found.alignment.similarity)
                tellings = [
                    Telling(other.article, other.alignment.similarity)
                    for other in sorted(others, key=lambda other: other.order[2])
                    if other.alignment.similarity >= least
                ]
                copies = tuple(tellings) if len(tellings) > 1 else ()
            archive = self._answers.archive_of(matches[key])
            copies = with_archives(copies, self._answers, archive)
            place = place_of(len(places) + 1, piece, units, found, copies)
            places.append(replace(place, archive=archive) if archive else place)
        return tuple(places), False


def _word(terms: Sequence[str]) -> WordClause:
    """A word in its spellings."""
    return WordClause(tuple(WeightedForm(term, 1.0, "exact") for term in terms))


def _around(passages: Sequence[str], number: int, words: int) -> tuple[int, int]:
    """The range of the passages over which a quotation of ``words`` words can extend, if a part of it is in
    passage ``number``."""
    first, last = max(0, number - 1), min(len(passages), number + 2)
    before = sum(len(passage.split()) for passage in passages[first:number])
    after = sum(len(passage.split()) for passage in passages[number + 1 : last])
    while first and before < words:
        first -= 1
        before += len(passages[first].split())
    while last < len(passages) and after < words:
        after += len(passages[last].split())
        last += 1
    return first, last
