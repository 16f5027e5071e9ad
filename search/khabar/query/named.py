"""Names in a query: a name is its words next to one another, however it is written.

Names of several words are written in one word or in two (عبد الله, عبدالله), a particle or two may cling to
the first word (ومحمد, لعبدالله, ولأبي), and each word counts in all its spellings (أميركا, نتانياهو), but in
no other form: «سعيد» is not «السعيد». بن and ابن are one, and so are أبو, أبا and أبي; two words are also
looked for as one, if the index has that word (نصرالله), and one as two (خانيونس, «السيسيعبدالفتاح»), as plain
words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from khabar.analysis.analyzer import Analyzer, Token
from khabar.analysis.names import SON, spaced_heads, with_particles
from khabar.index.plan import Leaf, Occur, PhraseClause, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.query.forms import Forms
from khabar.query.otherwise import can_be_one
from khabar.query.runs import phrase_places, phrase_units

__all__ = ["MOST_WORDS", "NameWays", "spellings_of"]

_RANKING = Ranking()
#: The three cases of the father; they are one word of a name, as the son is.
_FATHER = ("ابو", "ابا", "ابي")
_SAME = {word: group for group in (SON, _FATHER) for word in group}
#: The second word of names that are also written as one (نصرالله, عبدربه, سيفالدين).
_IN_TWO = re.compile("(\\w{2,})(الله|الدين|ربه|النبي|الحق|الرب|الاسلام)")
#: Ways to write a name, besides the one that is given.
_MOST_WAYS = 4
#: Words of a name or phrase that count.
MOST_WORDS = 60
#: Two particles before a name.
_TWICE = tuple(one + other for one in "وف" for other in "بلك")


def spellings_of(analyzer: Analyzer, forms: Forms, term: str) -> tuple[str, ...]:
    """A folded word and the other spellings of it that the index has."""
    found = forms.of_word(analyzer.word(term), _RANKING, strict=True)
    return (term, *(form.term for form in found if form.depth == "spelling" and form.matches))


class NameWays:
    """The ways to write names, in the words of one commit of an index.

    Args:
        analyzer, forms: those of the planner.
    """

    def __init__(self, analyzer: Analyzer, forms: Forms) -> None:
        self._analyzer = analyzer
        self._forms = forms
        #: lists have the same names again and again
        self._kept: dict[str, tuple[str, ...]] = {}
        #: of two words written as one, whether the index has that word
        self._joined: dict[str, bool] = {}

    def prepare(self, names: Iterable[str]) -> None:
        """Let the index fetch together what some names need."""
        tokens = [self._analyzer.tokens(name) for name in names]
        terms = {token.word.exact[0] for each in tokens for token in each} - {""}
        rows = [[token.word.exact[0] for token in each if not token.compound] for each in tokens]
        self._forms.prepare(map(self._analyzer.word, sorted(terms - self._kept.keys())), _RANKING)
        words = {one + other for row in rows for one, other in pairwise(row) if one and other}
        words -= self._joined.keys()
        known = self._forms.lexicon.known(sorted(words))
        self._joined.update((word, word in known) for word in words)

    def leaves(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        """The ways to write a name, any of which is enough.

        Args:
            tokens: its words, at most :data:`MOST_WORDS` of them.
        """
        yield from self._twice_clung(tokens)
        for terms in self._written(phrase_places(list(tokens))):
            places = [self._spellings(term) for term in terms]
            if not places:
                continue
            first = places[0]
            places[0] = tuple(dict.fromkeys((*first, *(each for term in first for each in _clung(term)))))
            if len(places) > 1:
                depths = tuple(
                    (other, "spelling")
                    for spelled, terms_there in zip(places, (first, *places[1:]), strict=True)
                    for other in spelled
                    if other in terms_there[1:]
                )
                yield PhraseClause(tuple(places), _RANKING.full, Occur.MUST, depths=depths)
            else:
                spelled = set(first[1:])
                forms = tuple(
                    WeightedForm(each, _RANKING.full, "spelling" if each in spelled else "exact")
                    for each in places[0]
                )
                yield WordClause(forms, _RANKING.full, Occur.MUST)

    def _spellings(self, term: str) -> tuple[str, ...]:
        if term in _SAME:
            return (term, *(each for each in _SAME[term] if each != term))
        if term not in self._kept:
            self._kept[term] = spellings_of(self._analyzer, self._forms, term)
        return self._kept[term]

    def _written(self, ways: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """The ways, and those in which two words are one («نصرالله», if the index has that word), or one is
        two («نصر الله»)."""
        seen: dict[tuple[str, ...], None] = {}
        for way in ways:
            others = list(islice(self._respaced(way), _MOST_WAYS))
            # Once more, because «أمير عبداللهيان» and «أميرعبد اللهيان» differ in two spaces.
            again = islice(chain.from_iterable(map(self._respaced, others)), _MOST_WAYS)
            seen |= dict.fromkeys((way, *others, *again))
        yield from seen

    def _respaced(self, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for place, (one, other) in enumerate(pairwise(way)):
            joined = one + other
            known = self._joined.get(joined)
            if known or (known is None and can_be_one(one, other) and self._forms.is_known(joined)):
                yield (*way[:place], joined, *way[place + 2 :])
        for place, word in enumerate(way):
            for parts in self._in_two(word):
                whole = (*way[:place], *parts, *way[place + 1 :])
                yield whole
                yield from _in_two_places(whole, place)

    def _in_two(self, word: str) -> Iterator[tuple[str, ...]]:
        heads = spaced_heads(word)  # «عبدالله» is one word of an index, however it is spaced
        if (parts := _IN_TWO.fullmatch(word)) and not heads:
            yield parts[1], parts[2]
        elif usual := self._forms.apart(word, word):
            yield usual
        else:
            yield from (pair for pair in self._forms.cuts(word) if pair[0] not in heads)

    def _twice_clung(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        """A name of two words behind two particles («ولأبي مازن»): an index joins it behind one at most."""
        units = phrase_units(list(tokens))
        name = units[0][0][-1] if units else ""
        heads = [head for head in spaced_heads(name) if head in ("عبد", *_FATHER)]
        if heads:
            rest = [name.removeprefix(heads[0]), *(term for unit in units[1:] for term in unit[0])]
            before = tuple(particles + head for head in heads for particles in _TWICE)
            places = (before, *map(self._spellings, rest))
            yield PhraseClause(places, _RANKING.full, Occur.MUST)


def _in_two_places(way: tuple[str, ...], start: int) -> Iterator[tuple[str, ...]]:
    """The same words where a text has the first compound name from ``start`` on in two («عبد الفتاح»):
    an index has it whole in the place of the first, and its second word behind it."""
    for place, term in enumerate(way[start:-1], start):
        if head := next((each for each in spaced_heads(term) if term.startswith(each)), ""):
            yield (*way[: place + 1], term.removeprefix(head), *way[place + 1 :])
            return


def _clung(term: str) -> Iterator[str]:
    """A word with one particle written onto it, or two («ولمحمد»)."""
    for one in with_particles(term):
        yield one
        if one[0] in "بلك":
            yield from ("و" + one, "ف" + one)
