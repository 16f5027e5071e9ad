"""Nearness: words that are near each other in an article as they are in the query.

This follows the sequential dependence model (Metzler and Croft, "A Markov Random Field Model for Term
Dependencies", *SIGIR* 2005): each pair of neighbouring query words adds to the score where the two are
adjacent, and a little where they are near. Beyond that model, a score is added where all words of a query are
adjacent: «محمد العريفي» means a person, and a text with one Muhammad and another man of that family name is
no answer.

Positions are read only for the candidates of the first stage, in the passages that contain two of the words.
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
#: The maximum number of words between two neighbouring query words that may still be one name («محمد بن عبد
#: الله العريفي»).
BETWEEN = 2
#: The counts of a pair with a few words between, and of one that is only near; an adjacent pair counts 1.
PARTED, NEAR = 0.1, 0.03
#: The minimum weight of a form that represents its word here, relative to the word as typed; and the power to
#: which weights are raised: forms that are only similar are no evidence of a name.
STRICT = 0.46
STRICTNESS = 3
#: The maximum number of words in a query that add a score if all are adjacent. Articles that repeat a long
#: query word by word are rarely the best: they are lists of headlines.
WHOLE = 4


class Pair(msgspec.Struct, frozen=True):
    """Two neighbouring words of a query.

    Attributes:
        first, second: their leaves.
        apart: the distance of the second from the first: 1, or more if there are stop words between.
    """

    first: int
    second: int
    apart: int = 1


class Nearness(msgspec.Struct, frozen=True):
    """The pairs of query words that are near each other: a row for each owner (an article or a passage) and
    pair.

    Attributes:
        owners: the owner of each row.
        pairs: its pair, as a place among those of the plan.
        counts: how often the two words are near each other; less than adjacent counts less.
        adjacent: how often they are adjacent.
        scores: the amount that the pair adds to the owner's score.
        whole: the amount that it adds because all words of the query are adjacent.
    """

    owners: Ints
    pairs: Ints
    counts: Floats
    adjacent: Floats
    scores: Floats
    whole: Floats

    @property
    def arrays(self) -> tuple[Ints, ...]:
        """All its arrays."""
        return tuple(getattr(self, name) for name in self.__struct_fields__)

    def of(self, owners: Ints) -> Nearness:
        """The rows of some sorted owners."""
        rows = lookup(self.owners, owners)[1]
        return Nearness(*(array[rows] for array in self.arrays))

    def added(self, owners: Ints) -> Floats:
        """The amount added to the score of each of some sorted owners."""
        at = np.searchsorted(owners, self.owners)
        added: Floats = np.bincount(at, self.scores + self.whole, len(owners))
        return added


def pairs_of(plan: Plan) -> tuple[Pair, ...]:
    """The pairs of neighbouring words in a plan. Stop words only add to the distance."""
    pairs: list[Pair] = []
    _collect(plan.clauses, 0, pairs)
    return tuple(pairs)


def _collect(clauses: Sequence[Clause], leaf: int, pairs: list[Pair]) -> int:
    """Append the pairs of some sibling clauses, whose first leaf has the number ``leaf``; returns the number
    after their last."""
    before: int | None = None
    for clause in clauses:
        if isinstance(clause, GroupClause):
            inside: list[Pair] = []
            leaf = _collect(clause.clauses, leaf, inside)
            if clause.occur is not Occur.MUST_NOT:
                pairs += inside
            before = None
        elif isinstance(clause, WordClause | PhraseClause):
            if clause.occur is Occur.MUST_NOT or isinstance(clause, PhraseClause) or clause.title:
                before = None
            elif any(form.matches for form in clause.forms):
                if before is not None:
                    pairs.append(Pair(before, leaf, leaf - before))
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
    """Find the pairs of a plan's words that are near each other; None if there are none.

    Args:
        reader: the reader of the index.
        ranking: the constants of the ranking.
        plan: the query.
        occurrences: the occurrences of each leaf in the articles to examine.
        weights: the weight of each leaf.
        by_passage: whether passages are the owners, not articles.
    """
    pairs = pairs_of(plan)
    if not pairs or not (ranking.near or ranking.whole):
        return None
    leaves = sorted({leaf for pair in pairs for leaf in (pair.first, pair.second) if weights[leaf]})
    forms = {leaf: _Strict(plan.leaves[leaf], occurrences[leaf]) for leaf in leaves}
    passages = _shared(reader.columns, [each.passages for each in forms.values()])
    places = _read_places(reader, forms, passages)
    if places is None:
        return None
    gains = _gains(places, pairs)
    if gains is None:
        return None
    if not by_passage:
        articles = reader.columns.article_of
        gains = msgspec.structs.replace(
            gains, owners=articles[gains.owners], chain_owners=articles[gains.chain_owners]
        )
    return _summed(gains, pairs, weights, ranking)


class _Strict:
    """The forms of a leaf that represent its word here, and their passages in the examined articles."""

    def __init__(self, leaf: object, occurrences: Occurrences) -> None:
        assert isinstance(leaf, WordClause)
        worth = np.minimum(1.0, occurrences.weights / leaf.full)
        typed = leaf.forms[0]
        bound = frozenset(with_particles(typed.term) if typed.depth == "exact" else ())
        same = [form.term in bound or form.depth == "spelling" for form in leaf.forms]
        worth[np.array(same, bool) & (worth > 0)] = 1.0
        strict = worth >= STRICT
        rows = strict[occurrences.forms]
        self.passages = distinct(occurrences.passages[rows])
        there = np.zeros(len(worth), bool)
        there[occurrences.forms[rows]] = True
        self.terms = {leaf.forms[at].term: float(worth[at]) for at in np.flatnonzero(there).tolist()}


class _Places(msgspec.Struct, frozen=True):
    """Occurrences of words, in order of passage and position.

    Attributes:
        passages, positions: the place of each.
        leaves: its leaf.
        worth: the worth of its form, from 0 to 1.
        widths: the number of words that it is written in: 2 for «عبد الله».
    """

    passages: Ints
    positions: Ints
    leaves: Ints
    worth: Floats
    widths: Ints


def _shared(columns: Columns, passages: Sequence[Ints]) -> Ints:
    """The passages that contain two of the words."""
    together = np.sort(np.concatenate(passages)) if passages else np.empty(0, np.int32)
    return distinct(together[~firsts(together)])


def _read_places(reader: Reader, forms: dict[int, _Strict], passages: Ints) -> _Places | None:
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
    return _Places(
        found.passages[chosen],
        found.positions[chosen].astype(np.int64),
        np.concatenate(leaves)[order],
        np.concatenate(worth)[order] ** STRICTNESS,
        widths,
    )


class _Gains(msgspec.Struct, frozen=True):
    """The occurrences of pairs of words near each other.

    Attributes:
        owners, pairs: the passage, or later the article, and the pair.
        counts: the count of each occurrence.
        adjacent: the same for adjacent words, 0 for others.
        chain_owners, chains: the occurrences of all words of the query in a row: their owners, and their
            counts, which are those of the least of their pairs.
    """

    owners: Ints
    pairs: Ints
    counts: Floats
    adjacent: Floats
    chain_owners: Ints
    chains: Floats


def _gains(places: _Places, pairs: Sequence[Pair]) -> _Gains | None:
    most = int(places.leaves.max()) + 1
    of_leaves = np.full((most, most), -1)
    apart = np.array([pair.apart for pair in pairs])
    for place, pair in enumerate(pairs):
        if max(pair.first, pair.second) < most:
            of_leaves[pair.first, pair.second] = of_leaves[pair.second, pair.first] = place
    near = list(_near_rows(places.passages, places.positions))
    if not near:
        return None
    one, other = (np.concatenate(each) for each in zip(*near, strict=True))
    which = of_leaves[places.leaves[one], places.leaves[other]]
    rows = np.flatnonzero(which >= 0)
    one, other, which = one[rows], other[rows], which[rows]
    distance = places.positions[other] - places.positions[one]
    distance -= places.widths[one] - 1
    beyond = distance - apart[which]
    forward = places.leaves[one] < places.leaves[other]
    next_to = forward & (beyond <= 0)
    gain = np.where(next_to, 1.0, np.where(forward & (beyond <= BETWEEN), PARTED, NEAR))
    gain *= places.worth[one] * places.worth[other]
    gain[distance < 1] = 0.0
    adjacent = np.where(next_to, gain, 0.0)
    chains = _chains(one, other, which, adjacent, pairs, len(places.passages))
    rows = np.flatnonzero(gain)
    ends = np.flatnonzero(chains)
    return _Gains(
        places.passages[one[rows]],
        which[rows],
        gain[rows],
        adjacent[rows],
        places.passages[ends],
        chains[ends],
    )


def _chains(
    one: Ints, other: Ints, which: Ints, adjacent: Floats, pairs: Sequence[Pair], rows: int
) -> Floats:
    """The count of a chain of all pairs that ends in each row; 0 for none, or if the query is not itself a
    row of a few words."""
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
    """The pairs of rows in one passage whose words are near each other, each once; rows are sorted."""
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
