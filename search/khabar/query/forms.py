"""The forms in an index that a query word matches, each with its weight, and the cache that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, filterfalse, islice, pairwise
from typing import TYPE_CHECKING, Protocol

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import DEPTHS, Analyzer, Word
from khabar.analysis.fold import fold
from khabar.caching import remembered
from khabar.index.lexicon import Form
from khabar.index.plan import WeightedForm
from khabar.index.ranking import Ranking
from khabar.patterns import lazy_pattern
from khabar.query.other_spellings import (
    always_apart,
    can_be_one,
    cuts,
    is_one_in_a_phrase,
    written_otherwise,
)
from khabar.query.vocabulary import LetterIndex, Vocabulary, fuzziness

if TYPE_CHECKING:
    from khabar.query.own_words import OwnWords

__all__ = ["Forms", "WordIndex"]

#: Number of words whose forms are cached; each has some tens of forms, which take 9 kB.
_KEPT = 4096
_ARABIC = lazy_pattern("[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff]")
#: Number of patterns and fuzzy words whose forms are cached; each has up to a thousand.
_KEPT_SCANS = 64
#: Number of ways to cut a word in two that are tried.
_MOST_CUTS = 3


class WordIndex(Protocol):
    """The words of an index, as :class:`khabar.index.lexicon.Lexicon` has them."""

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> Sequence[Form]:
        """The forms that a folded query word stands for, the strictest matches first; at most ``similar``
        that are alike only in their letters, above a threshold."""
        ...

    def known(self, terms: Iterable[str]) -> set[str]:
        """Those of some terms that are words of the index."""
        ...

    def terms(self) -> list[str]:
        """All terms in the order of their UTF-8 bytes."""
        ...

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with some letters, in order."""
        ...

    def prepare(
        self,
        terms: Iterable[str],
        analyzer: Analyzer,
        *,
        similar: int,
        threshold: float,
        known: Iterable[str] = (),
    ) -> None:
        """Fetch what :meth:`forms` will need of several words, and which of other words are ``known``, where
        that is cheaper than one by one."""
        ...


class Forms:
    """Finds forms and caches those of recent words, since queries share words. Safe to share between
    threads."""

    def __init__(
        self,
        analyzer: Analyzer,
        lexicon: WordIndex,
        own_words: OwnWords | None = None,
        vocabulary: LetterIndex | None = None,
    ) -> None:
        self._analyzer = analyzer
        self.own_words = own_words
        self.lexicon = lexicon
        self.vocabulary: LetterIndex = vocabulary or Vocabulary(lexicon)
        self._of_terms = remembered(self._forms_of, _KEPT)
        #: Always the same tuple for a word, because a searcher caches results by it.
        self.exactly = lru_cache(maxsize=_KEPT)(_exactly)
        #: Whether a word stands in the index.
        self.is_known = remembered(self._known, _KEPT)
        self._of_cuts = remembered(self._known_cuts, _KEPT)
        self._of_patterns = remembered(self._fitting, _KEPT_SCANS)
        self._of_neighbours = remembered(self._around, _KEPT_SCANS)

    def is_stop(self, word: Word) -> bool:
        """Whether a word is a stop word, also by the reader's own dictionary."""
        return word.stop or (self.own_words is not None and self.own_words.is_stop(word.exact[0]))

    def prepare(self, words: Iterable[Word], ranking: Ranking) -> None:
        """Let the lexicon fetch together what several words need, if it wants to; where all words are at hand
        not even these are looked at."""
        given = list(words)
        for similar, terms, known in (
            (ranking.similar_forms, filter(_has_similar, self._looked_up(given)), self._spacings(given)),
            (0, filterfalse(_has_similar, self._looked_up(given)), ()),
        ):
            self.lexicon.prepare(
                terms, self._analyzer, similar=similar, threshold=ranking.similar_from, known=known
            )

    def _spacings(self, words: Sequence[Word]) -> Iterator[str]:
        """The words that some words may be with other spaces, and these themselves: what :meth:`together`
        and :meth:`cuts` will ask of the lexicon."""
        terms = [word.exact[0] for word in words]
        yield from terms
        yield from (left + right for left, right in pairwise(terms) if can_be_one(left, right))
        yield from chain.from_iterable(chain.from_iterable(map(cuts, terms)))

    def _looked_up(self, words: Iterable[Word]) -> Iterator[str]:
        """The terms whose forms some words need."""
        own = self.own_words
        for word in words:
            if self.is_stop(word):
                continue
            for term in _terms_of(word):
                yield term
                yield from written_otherwise(term)
                if own is not None:
                    yield from own.joined(term)
                    yield from own.synonyms(term)
                    yield from (each for pair in own.apart(term) for each in pair)

    def of_word(self, word: Word, ranking: Ranking, *, strict: bool = False) -> tuple[WeightedForm, ...]:
        """The forms that a word stands for, and those of the name inside it («لعبدالله»), the strictest
        first.

        Of a date only the whole is used. (The year in it is indexed so that «2023» finds it.) ``strict``
        leaves out forms that are only similar.
        """
        return self._of_terms(_terms_of(word), ranking, strict)

    def like(self, pattern: str, ranking: Ranking, most: int) -> tuple[tuple[WeightedForm, ...], int] | None:
        """The shortest forms that match a pattern with ``*`` for any letters, and the number of all matches.

        None if a part of the pattern is more than one word, so that no word can match.
        """
        pieces = []
        for piece in pattern.split("*"):
            words = tokenizer.words(piece)
            if len(words) > 1:
                return None
            pieces.append(fold(words[0]) if words else "")
        return self._of_patterns(tuple(pieces), ranking, most)

    def around(
        self, word: Word, ranking: Ranking, distance: int | None, most: int, *, strict: bool = False
    ) -> tuple[tuple[WeightedForm, ...], int]:
        """The forms of a word and the words within an edit distance: a limited number of them, and the number
        of all."""
        return self._of_neighbours(
            word, ranking, fuzziness(word.exact[0]) if distance is None else distance, most, strict
        )

    def together(self, left: str, right: str, ranking: Ranking) -> tuple[WeightedForm, ...]:
        """The form of two words of a query that stand in the index as one («نيو يورك»: نيويورك), if there is
        one; an article with it has both."""
        if not can_be_one(left, right) or not self.is_known(left + right):
            return ()
        return (WeightedForm(left + right, ranking.spelling * ranking.full, "spelling"),)

    def apart(self, term: str, surface: str) -> tuple[str, ...]:
        """The words that a word is written as too («نيويورك»: نيو يورك, «USA»: u s a), if the index has them;
        () for none.

        Args:
            term: the word, folded.
            surface: the word as typed.
        """
        usual = always_apart(term, surface)
        return usual if usual and self.lexicon.known(usual) >= set(usual) else ()

    def cuts(self, term: str) -> tuple[tuple[str, str], ...]:
        """The pairs of words that a word may have been before a space was lost («وزيرالخارجية»), the
        likeliest first; of a word of the index only the likely ones.

        The index has both words of a pair; whether they ever follow one another it does not say.
        """
        return self._of_cuts(term)

    def respaced(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """The other ways to space the words of a phrase that the index has words for: two of them as one, or
        one as two («نيو يورك تايمز»: نيويورك تايمز)."""
        joined = {
            place: left + right
            for place, (left, right) in enumerate(pairwise(words))
            if is_one_in_a_phrase(left, right)
        }
        usual = [always_apart(word, word) for word in words]
        parts = chain.from_iterable(chain.from_iterable(map(cuts, words)))
        # All at once: on a cluster this is a request.
        known = self.lexicon.known([*words, *joined.values(), *chain.from_iterable(usual), *parts])
        for place, word in enumerate(words):
            if joined.get(place) in known:
                yield *words[:place], joined[place], *words[place + 2 :]
            pairs = (usual[place],) if usual[place] else cuts(word, likely_alone=word in known)
            for pair in islice(filter(known.issuperset, pairs), _MOST_CUTS):
                yield *words[:place], *pair, *words[place + 1 :]

    def _known(self, term: str) -> bool:
        return bool(self.lexicon.known([term]))

    def _known_cuts(self, term: str) -> tuple[tuple[str, str], ...]:
        pairs = list(cuts(term, likely_alone=self.is_known(term)))
        known = self.lexicon.known(chain.from_iterable(pairs)) if pairs else set()
        return tuple([pair for pair in pairs if known.issuperset(pair)][:_MOST_CUTS])

    def _fitting(
        self, pieces: tuple[str, ...], ranking: Ranking, most: int
    ) -> tuple[tuple[WeightedForm, ...], int]:
        found = self.vocabulary.matching(pieces, most)
        shortest = sorted(found.words, key=lambda term: (len(term), term))[:most]
        return tuple(WeightedForm(term, ranking.full, "exact") for term in shortest), found.total

    def _around(
        self, word: Word, ranking: Ranking, distance: int, most: int, strict: bool
    ) -> tuple[tuple[WeightedForm, ...], int]:
        term = word.exact[0]
        forms = {form.term: form for form in self.of_word(word, ranking, strict=strict)}
        for near, changes in self.vocabulary.near(term, distance):
            weight = ranking.full * max(0.1, 1 - changes / len(term))
            known = forms.get(near)
            if known is None or known.weight < weight or not known.matches:
                depth = known.depth if known else "similar" if changes else "exact"
                forms[near] = WeightedForm(near, max(weight, known.weight if known else 0.0), depth)
        found = sorted(forms.values(), key=lambda form: (DEPTHS.index(form.depth), -form.weight, form.term))
        return tuple(found[:most]), len(found)

    def _forms_of(self, terms: tuple[str, ...], ranking: Ranking, strict: bool) -> tuple[WeightedForm, ...]:
        if strict:
            return tuple(form for form in self._of_terms(terms, ranking, False) if form.depth != "similar")
        forms: dict[str, WeightedForm] = {}
        for term in terms:
            for form in self._also(term, self._weighted(term, ranking), ranking):
                if form.term not in forms or form.weight > forms[form.term].weight:
                    forms[form.term] = form
            for other in written_otherwise(term):
                for form in self._weighted(other, ranking):
                    if not form.matches or form.depth == "similar":
                        continue
                    if form.term not in forms or not forms[form.term].matches:
                        weight = ranking.spelling * form.weight
                        forms[form.term] = WeightedForm(form.term, weight, "spelling")
        if len(terms) == 1 and self.own_words is None and not written_otherwise(terms[0]):
            return tuple(forms.values())
        return tuple(sorted(forms.values(), key=lambda form: DEPTHS.index(form.depth)))

    def _also(self, term: str, found: list[WeightedForm], ranking: Ranking) -> list[WeightedForm]:
        """The forms of a term as the reader's own dictionary changes them."""
        own = self.own_words
        if own is None:
            return found
        known = {form.term: form for form in found}
        apart = self._kept_apart(term, term, known, ranking)
        found = [form for form in found if form.term not in apart]
        known = {form.term: form for form in found if form.matches and form.depth != "similar"}
        never = {own.key(other) for _, other in own.apart(term)}
        added: dict[str, WeightedForm] = {}
        for words, factor in ((own.joined(term), 1.0), (own.synonyms(term), ranking.synonym)):
            for word in words:
                if own.key(word) in never:
                    continue
                inflections = self._inflections(word, ranking)
                apart = self._kept_apart(term, word, inflections, ranking)
                apart |= self._kept_apart(word, word, inflections, ranking)
                for text, form in inflections.items():
                    if text not in known and text not in added and text not in apart:
                        added[text] = WeightedForm(text, form.weight * factor, "words")
        return [*(form for form in found if form.term not in added), *added.values()]

    def _kept_apart(
        self, term: str, word: str, forms: Mapping[str, WeightedForm], ranking: Ranking
    ) -> set[str]:
        """Of the forms of a word those of the words kept apart from a term: what is nearer to one of these
        than to the word, or to the term's own word in the statement. What is as near to both stays."""
        assert self.own_words is not None
        found = set()
        for itself, other in self.own_words.apart(term):
            for text in (others := self._inflections(other, ranking)).keys() & forms.keys():
                own = min(_farness(text, word, forms), _farness(text, itself, forms))
                if _farness(text, other, others) < own:
                    found.add(text)
        return found

    def _inflections(self, term: str, ranking: Ranking) -> dict[str, WeightedForm]:
        """The forms of a term that match by themselves, those of similar letters left out."""
        return {
            form.term: form
            for form in self._weighted(term, ranking)
            if form.matches and form.depth != "similar"
        }

    def _weighted(self, term: str, ranking: Ranking) -> list[WeightedForm]:
        similar = ranking.similar_forms if _has_similar(term) else 0
        found = self.lexicon.forms(term, self._analyzer, similar=similar, threshold=ranking.similar_from)
        # What is only similar is another word, where the word itself or an inflection is there.
        known = any(form.depth != "similar" and not form.apart for form in found)
        #: by depths, of which a word's forms have few combinations
        classes: dict[tuple[bool, ...], tuple[float, str]] = {}
        weighted = []
        for form in found:
            depths = form.exact, form.spelling, form.otherwise, form.light, form.lemma
            if depths not in classes:
                classes[depths] = _weight(form, ranking), form.depth
            weight, depth = classes[depths]
            if depth == "similar":
                matches = not known and form.similar >= ranking.similar_match
            else:
                matches = not form.apart
            if depth != "spelling":
                weight += ranking.similar * form.similar**2
            weighted.append(WeightedForm(form.term, weight, depth, matches))
        return weighted


def _has_similar(term: str) -> bool:
    """Whether a word has forms that are alike only in their letters: one in Arabic letters. Those are slips,
    and foreign names in other spellings; in other letters a word is written as it is («minister» is not
    «Ministers»)."""
    return _ARABIC.search(term) is not None


def _terms_of(word: Word) -> tuple[str, ...]:
    """The terms of a word that have forms: of a date only the whole."""
    return word.exact if word.exact[0].isalpha() else word.exact[:1]


def _farness(text: str, word: str, forms: Mapping[str, WeightedForm]) -> tuple[bool, int, int]:
    """How far a form is from a word: whether it is more than the word with particles, the depth on which it
    matches, and how the letters differ. What is nearer is smaller."""
    from khabar.query.own_words import unlike

    inflected, changes = unlike(text, word)
    form = forms.get(text)
    return inflected, DEPTHS.index(form.depth) if form else len(DEPTHS), changes


def _exactly(term: str, ranking: Ranking) -> tuple[WeightedForm, ...]:
    """The word exactly as written."""
    return (WeightedForm(term, ranking.full, "exact"),)


def _weight(form: Form, ranking: Ranking) -> float:
    """The weight of a form by its depths, without that of its likeness."""
    weight = (
        ranking.exact * form.exact
        + ranking.light * (form.light or form.exact)
        + ranking.lemma * (form.lemma or form.exact)
    )
    if form.spelling:
        return ranking.spelling * ranking.full
    return ranking.spelling * weight if form.otherwise else weight
