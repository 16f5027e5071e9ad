"""Nearness: words of a query that stand together in an article as they do in the query.

After the sequential dependence model (Metzler and Croft, "A Markov Random Field Model for Term Dependencies",
*SIGIR* 2005): each two words that follow one another in a query are evidence of their own where they stand
next to one another, and a little where they stand near. Beyond that model, it counts by itself when all words
of a query do: «محمد العريفي» asks for a person, and a text with one Muhammad and some other man of that
family name is no answer.

Positions are read for the candidates of the first stage alone, and there for the passages that have two of
the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from khabar.analysis.names import spaced_heads, with_particles
from khabar.index.columns import Bools, Columns, Floats, Ints, among, distinct, firsts, lookup
from khabar.index.engine import Reader
from khabar.index.plan import Clause, GroupClause, Occur, PhraseClause, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.ranking.occurrences import Occurrences

__all__ = ["Nearness", "Pair", "find_nearness", "pairs_of"]

#: Words further apart than this are not near.
WINDOW = 8
#: How many words may stand between two that follow one another in a query, so that they may still be one name
#: («محمد بن عبد الله العريفي»).
BETWEEN = 2
#: What it counts if a few words stand between, and if two words are only near, against next to one another.
PARTED, NEAR = 0.1, 0.03
#: The least weight of a form that represents its word here, against that of the word as typed; and the power
#: to which weights are taken: forms that are only alike are no evidence of a name.
STRICT = 0.46
STRICTNESS = 3
#: The most words of a query that count by themselves if all are near one another. Articles that repeat
#: a long query word by word are rarely the best: they are lists of headlines.
WHOLE = 4


class Pair(msgspec.Struct, frozen=True):
    """Two words of a query that follow one another.

    Attributes:
        first, second: their leaves.
        apart: how many places on the second is: 1, or more where stop words stand between.
    """

    first: int
    second: int
    apart: int = 1


class Nearness(msgspec.Struct, frozen=True):
    """Where the words of a query stand together: a row for each owner (an article, or a passage) and pair.

    Attributes:
        owners: the owner of each row.
        pairs: its pair, as the place among the plan's.
        counts: how often its words stand together, what is less than next to one another counting less.
        adjacent: how often next to one another.
        scores: what it adds to the owner's score for being near.
        whole: of each row what it adds to the owner's score for the whole query standing together.
    """

    owners: Ints
    pairs: Ints
    counts: Floats
    adjacent: Floats
    scores: Floats
    whole: Floats

    @property
    def arrays(self) -> tuple[Ints, ...]:
        """All of them."""
        return tuple(getattr(self, name) for name in self.__struct_fields__)

    def of(self, owners: Ints) -> Nearness:
        """The rows of some owners, which are in order."""
        rows = lookup(self.owners, owners)[1]
        return Nearness(*(array[rows] for array in self.arrays))

    def added(self, owners: Ints) -> Floats:
        """The amount added to the score of each owner; owners are in order."""
        at = np.searchsorted(owners, self.owners)
        added: Floats = np.bincount(at, self.scores + self.whole, len(owners))
        return added


def pairs_of(plan: Plan) -> tuple[Pair, ...]:
    """The words of a plan that follow one another in its query. Stop words only keep the distance."""
    found: list[Pair] = []
    _collect(plan.clauses, 0, found)
    return tuple(found)


def _collect(clauses: Sequence[Clause], leaf: int, found: list[Pair]) -> int:
    """Adds the pairs of clauses side by side, the first of whose leaves has a number; gives the number behind
    the last."""
    before: int | None = None
    for clause in clauses:
        if isinstance(clause, GroupClause):
            inside: list[Pair] = []
            leaf = _collect(clause.clauses, leaf, inside)
            if clause.occur is not Occur.MUST_NOT:
                found += inside
            before = None
        elif isinstance(clause, WordClause | PhraseClause):
            if clause.occur is Occur.MUST_NOT or isinstance(clause, PhraseClause) or clause.title:
                before = None
            elif any(form.matches for form in clause.forms):
                if before is not None:
                    found.append(Pair(before, leaf, leaf - before))
                before = leaf
            elif not clause.forms:
                before = None
            leaf += 1
    return leaf


def find_nearness(
    reader: Reader,
    ranking: Ranking,
    plan: Plan,
    occurrences: Sequence[Occurrences],
    weights: Sequence[float],
    *,
    by_passage: bool = False,
) -> Nearness | None:
    """Where words of a plan stand together; None for nowhere.

    Args:
        reader: of the index.
        ranking: the constants.
        plan: what is asked.
        occurrences: for each leaf where it stands in the articles to look at.
        weights: for each leaf what it weighs.
        by_passage: whether passages are the owners, else articles.
    """
    pairs = pairs_of(plan)
    if not pairs or not (ranking.near or ranking.whole):
        return None
    leaves = sorted({leaf for pair in pairs for leaf in (pair.first, pair.second) if weights[leaf]})
    forms = {leaf: _Strict(plan.leaves[leaf], occurrences[leaf]) for leaf in leaves}
    passages = _shared(reader.columns, [each.passages for each in forms.values()])
    standing = _standing(reader, forms, passages)
    if standing is None:
        return None
    gains = _gains(standing, pairs)
    if gains is None:
        return None
    if not by_passage:
        articles = reader.columns.article_of
        gains = msgspec.structs.replace(
            gains, owners=articles[gains.owners], chain_owners=articles[gains.chain_owners]
        )
    return _summed(gains, pairs, weights, ranking)


class _Strict:
    """The forms of a leaf that stand for its word here, and their passages in the articles looked at."""

    def __init__(self, leaf: object, occurrences: Occurrences) -> None:
        assert isinstance(leaf, WordClause)
        worth = np.minimum(1.0, occurrences.weights / leaf.full)
        typed = leaf.forms[0]
        bound = frozenset(with_particles(typed.term) if typed.depth == "exact" else ())
        same = [form.term in bound or form.depth == "spelling" for form in leaf.forms]
        # What counts for another word of the query does not count for this one.
        worth[np.array(same, bool) & (worth > 0)] = 1.0
        strict = worth >= STRICT
        rows = strict[occurrences.forms]
        self.passages = distinct(occurrences.passages[rows])
        there = np.zeros(len(worth), bool)
        there[occurrences.forms[rows]] = True
        self.terms = {leaf.forms[at].term: float(worth[at]) for at in np.flatnonzero(there).tolist()}


class _Standing(msgspec.Struct, frozen=True):
    """Words where they stand, in order of passage and position.

    Attributes:
        passages, positions: where.
        leaves: the leaf of each.
        worth: what its form counts, from 0 to 1.
        widths: how many words it is written in: 2 for «عبد الله».
    """

    passages: Ints
    positions: Ints
    leaves: Ints
    worth: Floats
    widths: Ints


def _shared(columns: Columns, passages: Sequence[Ints]) -> Ints:
    """The passages that have two of the words."""
    together = np.sort(np.concatenate(passages)) if passages else np.empty(0, np.int32)
    return distinct(together[~firsts(together)])


def _standing(reader: Reader, forms: dict[int, _Strict], passages: Ints) -> _Standing | None:
    terms = sorted({term for each in forms.values() for term in each.terms})
    heads = sorted({head for term in terms for head in spaced_heads(term)})
    if not len(passages) or len(terms) < 2:
        return None
    found = reader.positions([*terms, *heads], passages)
    number = {term: at for at, term in enumerate(terms)}
    rows, leaves, worth = [], [], []
    for leaf, each in forms.items():
        of_leaf = np.zeros(len(terms) + len(heads))
        of_leaf[[number[term] for term in each.terms]] = list(each.terms.values())
        value = of_leaf[found.terms]
        here = np.flatnonzero(value)
        rows.append(here)
        leaves.append(np.full(len(here), leaf))
        worth.append(value[here])
    chosen = np.concatenate(rows)
    keys = (found.passages.astype(np.int64) << 32) | found.positions.astype(np.int64)
    order = np.argsort(keys[chosen], kind="stable")
    chosen = chosen[order]
    widths = np.ones(len(chosen), np.int64)
    if heads:
        # A name in two words has the place of its first one.
        names = np.array([bool(spaced_heads(term)) for term in terms] + [False] * len(heads))
        of_heads = keys[found.terms >= len(terms)]
        widths[names[found.terms[chosen]] & among(keys[chosen], of_heads)] = 2
    return _Standing(
        found.passages[chosen],
        found.positions[chosen].astype(np.int64),
        np.concatenate(leaves)[order],
        np.concatenate(worth)[order] ** STRICTNESS,
        widths,
    )


class _Gains(msgspec.Struct, frozen=True):
    """Each time that words of a query stand together.

    Attributes:
        owners, pairs: the passage, or later the article, and the pair of words.
        counts: what it counts.
        adjacent: what of that is for standing next to one another.
        chain_owners, chains: each time that all words of the query stand in one row: where, and what it
            counts, which is as much as the least of its pairs.
    """

    owners: Ints
    pairs: Ints
    counts: Floats
    adjacent: Floats
    chain_owners: Ints
    chains: Floats


def _gains(standing: _Standing, pairs: Sequence[Pair]) -> _Gains | None:
    most = int(standing.leaves.max()) + 1
    of_leaves = np.full((most, most), -1)
    apart = np.array([pair.apart for pair in pairs])
    for place, pair in enumerate(pairs):
        if max(pair.first, pair.second) < most:
            of_leaves[pair.first, pair.second] = of_leaves[pair.second, pair.first] = place
    found = list(_near_rows(standing.passages, standing.positions))
    if not found:
        return None
    one, other = (np.concatenate(each) for each in zip(*found, strict=True))
    which = of_leaves[standing.leaves[one], standing.leaves[other]]
    rows = np.flatnonzero(which >= 0)
    one, other, which = one[rows], other[rows], which[rows]
    distance = standing.positions[other] - standing.positions[one]
    distance -= standing.widths[one] - 1
    beyond = distance - apart[which]
    forward = standing.leaves[one] < standing.leaves[other]
    next_to = forward & (beyond <= 0)
    gain = np.where(next_to, 1.0, np.where(forward & (beyond <= BETWEEN), PARTED, NEAR))
    gain *= standing.worth[one] * standing.worth[other]
    gain[distance < 1] = 0.0
    adjacent = np.where(next_to, gain, 0.0)
    chains = _chains(one, other, which, adjacent, pairs, len(standing.passages))
    rows = np.flatnonzero(gain)
    ends = np.flatnonzero(chains)
    return _Gains(
        standing.passages[one[rows]],
        which[rows],
        gain[rows],
        adjacent[rows],
        standing.passages[ends],
        chains[ends],
    )


def _chains(
    one: Ints, other: Ints, which: Ints, adjacent: Floats, pairs: Sequence[Pair], rows: int
) -> Floats:
    """Of each row what a chain of all pairs counts that ends there: 0 for none, or if the query's words are
    not one row of a few words themselves."""
    joined = all(before.second == pair.first for before, pair in pairwise(pairs))
    if not joined or len(pairs) >= WHOLE:
        return np.zeros(rows)
    reached = np.full(rows, np.inf)
    for place in range(len(pairs)):
        steps = np.flatnonzero((which == place) & (adjacent > 0))
        further = np.zeros(rows)
        np.maximum.at(further, other[steps], np.minimum(reached[one[steps]], adjacent[steps]))
        reached = further
    return reached


def _near_rows(passages: Ints, positions: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The rows of one passage whose words are near one another, each two once; they are in order."""
    rows = np.arange(len(passages))
    step = 1
    while len(rows := rows[rows + step < len(passages)]):
        near: Bools = (passages[rows] == passages[rows + step]) & (
            positions[rows + step] - positions[rows] <= WINDOW
        )
        rows = rows[near]
        if len(rows):
            yield rows, rows + step
        step += 1


def _summed(gains: _Gains, pairs: Sequence[Pair], weights: Sequence[float], ranking: Ranking) -> Nearness:
    keys = gains.owners.astype(np.int64) * len(pairs) + gains.pairs
    distinct_keys, at = np.unique(keys, return_inverse=True)
    counts = np.bincount(at, gains.counts)
    adjacent = np.bincount(at, gains.adjacent)
    owners, which = np.divmod(distinct_keys, len(pairs))
    values = np.array([(weights[pair.first] + weights[pair.second]) / 2 for pair in pairs])[which]
    k = ranking.near_k
    scores = ranking.near * values * counts * (1 + k) / (counts + k)
    # Each owner of a chain has a row for each pair.
    chains = np.bincount(np.searchsorted(owners, gains.chain_owners), gains.chains, len(owners))
    chains = chains[np.searchsorted(owners, owners)]
    whole = ranking.whole / len(pairs) * values * chains * (1 + k) / (chains + k)
    return Nearness(owners, which, counts, adjacent, scores, whole)
