"""Names in a query. A name matches its words next to one another, in any spelling.

A name of several words may be written in one word or in two (عبد الله, عبدالله), and its first word may have
a particle or two (ومحمد, لعبدالله, ولأبي). Each word counts in all its spellings (أميركا, نتانياهو), but in
no other form: «سعيد» is not «السعيد». بن and ابن are the same, and so are أبو, أبا and أبي. As with plain
words, two words are also searched as one, if the index has that word (نصرالله), and one as two (خانيونس,
«السيسيعبدالفتاح»).
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
from khabar.query.other_spellings import can_be_one
from khabar.query.runs import phrase_places, phrase_units

__all__ = ["MOST_WORDS", "NameWays", "spellings_of"]

_RANKING = Ranking()
#: The three cases of «father», which are one word in a name, as «بن» and «ابن» are.
_FATHER = ("ابو", "ابا", "ابي")
_SAME = {word: group for group in (SON, _FATHER) for word in group}
#: The second word of names that are also written as one (نصرالله, عبدربه, سيفالدين).
_IN_TWO = re.compile("(\\w{2,})(الله|الدين|ربه|النبي|الحق|الرب|الاسلام)")
#: Maximum number of ways to write a name, besides the given one.
_MOST_WAYS = 4
#: Maximum number of words of a name.
MOST_WORDS = 60
#: Two particles before a name.
_TWICE = tuple(one + other for one in "وف" for other in "بلك")


def spellings_of(analyzer: Analyzer, forms: Forms, term: str) -> tuple[str, ...]:
    """A folded word, and the other spellings of it in the index."""
    strict = forms.of_word(analyzer.word(term), _RANKING, strict=True)
    return (term, *(form.term for form in strict if form.depth == "spelling" and form.matches))


class NameWays:
    """The ways to write names, in the words of one commit of an index.

    Args:
        analyzer, forms: those of the planner.
    """

    def __init__(self, analyzer: Analyzer, forms: Forms) -> None:
        self._analyzer = analyzer
        self._forms = forms
        #: the spellings of each term; lists repeat the same names
        self._kept: dict[str, tuple[str, ...]] = {}
        #: for two words written as one, whether the index has that word
        self._joined: dict[str, bool] = {}

    def prepare(self, names: Iterable[str]) -> None:
        """Fetch from the index what some names need, in one batch."""
        tokens = [self._analyzer.tokens(name) for name in names]
        terms = {token.word.exact[0] for of_name in tokens for token in of_name} - {""}
        rows = [[token.word.exact[0] for token in of_name if not token.compound] for of_name in tokens]
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
        yield from self._with_two_particles(tokens)
        for terms in self._written(phrase_places(list(tokens))):
            places = [self._spellings(term) for term in terms]
            if not places:
                continue
            first = places[0]
            particled = (form for term in first for form in _with_particles(term))
            places[0] = tuple(dict.fromkeys((*first, *particled)))
            if len(places) > 1:
                other_spellings = [spelling for place in (first, *places[1:]) for spelling in place[1:]]
                depths = tuple((spelling, "spelling") for spelling in other_spellings)
                yield PhraseClause(tuple(places), _RANKING.full, Occur.MUST, depths=depths)
            else:
                forms = tuple(
                    WeightedForm(term, _RANKING.full, "spelling" if term in first[1:] else "exact")
                    for term in places[0]
                )
                yield WordClause(forms, _RANKING.full, Occur.MUST)

    def _spellings(self, term: str) -> tuple[str, ...]:
        if term in _SAME:
            return (term, *(other for other in _SAME[term] if other != term))
        if term not in self._kept:
            self._kept[term] = spellings_of(self._analyzer, self._forms, term)
        return self._kept[term]

    def _written(self, ways: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """The ways, and those that write two words as one («نصرالله», if the index has that word), or one as
        two («نصر الله»)."""
        written: dict[tuple[str, ...], None] = {}
        for way in ways:
            others = list(islice(self._respaced(way), _MOST_WAYS))
            # Twice, because «أمير عبداللهيان» and «أميرعبد اللهيان» differ in two spaces.
            again = islice(chain.from_iterable(map(self._respaced, others)), _MOST_WAYS)
            written |= dict.fromkeys((way, *others, *again))
        yield from written

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

    def _with_two_particles(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        """The leaf for a name of two words after two particles («ولأبي مازن»): an index has it as one word
        after one particle at most."""
        units = phrase_units(list(tokens))
        name = units[0][0][-1] if units else ""
        heads = [head for head in spaced_heads(name) if head in ("عبد", *_FATHER)]
        if heads:
            rest = [name.removeprefix(heads[0]), *(term for unit in units[1:] for term in unit[0])]
            before = tuple(particles + head for head in heads for particles in _TWICE)
            places = (before, *map(self._spellings, rest))
            yield PhraseClause(places, _RANKING.full, Occur.MUST)


def _in_two_places(way: tuple[str, ...], start: int) -> Iterator[tuple[str, ...]]:
    """The way with the first compound name from ``start`` on in two words («عبد الفتاح»), as a text may have
    it: the index has the whole name in the place of the first word, and then the second word."""
    for place, term in enumerate(way[start:-1], start):
        if head := next((head for head in spaced_heads(term) if term.startswith(head)), ""):
            yield (*way[: place + 1], term.removeprefix(head), *way[place + 1 :])
            return


def _with_particles(term: str) -> Iterator[str]:
    """A word with one or two particles («ولمحمد»)."""
    for one in with_particles(term):
        yield one
        if one[0] in "بلك":
            yield from ("و" + one, "ف" + one)
