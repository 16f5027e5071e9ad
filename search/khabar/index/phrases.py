"""Finds phrases, words in order or near one another, by their positions. Pure functions on arrays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import Ints, distinct
from khabar.index.engine import Reader
from khabar.index.plan import PhraseClause

__all__ = ["count_phrases"]


#: The bits for a position in a number that combines passage and position.
_WIDTH = 32
#: Passages whose positions are in memory at a time.
_AT_ONCE = 20_000


def count_phrases(reader: Reader, clause: PhraseClause, passages: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """Find a phrase in some sorted passages.

    Returns:
        The passages that contain it, and how often: each beginning counts once.
    """
    if not len(passages):
        return np.empty(0, np.int64), np.empty(0)
    terms = sorted({term for place in clause.words for term in place})
    number = {term: at for at, term in enumerate(terms)}
    begins: list[Ints] = []
    for start in range(0, len(passages), _AT_ONCE):
        found = reader.positions(terms, passages[start : start + _AT_ONCE])
        keys = (found.passages.astype(np.int64) << _WIDTH) | found.positions.astype(np.int64)
        places = []
        for words in clause.words:
            wanted = np.zeros(len(terms), bool)
            wanted[[number[word] for word in words]] = True
            places.append(distinct(keys[wanted[found.terms]]))
        if clause.slop == 0 and clause.ordered:
            begins.append(_adjacent(places))
        elif clause.ordered:
            begins.append(_in_order(places, clause.slop))
        else:
            begins.append(_near(places, clause.slop))
    found, counts = np.unique(np.concatenate(begins) >> _WIDTH, return_counts=True)
    return found, counts.astype(np.float64)


def _adjacent(places: list[Ints]) -> Ints:
    """The beginnings of places where the words follow one another without a gap."""
    result = places[0]
    for distance, keys in enumerate(places[1:], 1):
        result = np.intersect1d(result, keys - distance, assume_unique=True)
    return result


def _in_order(places: list[Ints], slop: int) -> Ints:
    """The beginnings from which the words follow in order, each at its nearest place, within the slop."""
    begins = ends = places[0]
    for keys in places[1:]:
        at = np.searchsorted(keys, ends, side="right")
        there = at < len(keys)
        begins, ends = begins[there], keys[at[there]]
    within = ends - begins <= slop + len(places) - 1
    # Of several beginnings with the same end, the last counts.
    begins, ends = begins[within], ends[within]
    return begins[np.append(np.diff(ends) != 0, True)] if len(ends) else begins


def _near(places: list[Ints], slop: int) -> Ints:
    """The beginnings of windows that contain all words, at different places, within the slop."""
    width = slop + len(places) - 1
    keys = np.concatenate(places)
    which = np.repeat(np.arange(len(places)), [len(each) for each in places])
    order = np.argsort(keys, kind="stable")
    keys, which = keys[order], which[order]
    # The last place of each word at or before each place. The window that ends there begins at the earliest
    # of these.
    last = np.full((len(places), len(keys)), -1, np.int64)
    for word in range(len(places)):
        last[word] = np.maximum.accumulate(np.where(which == word, keys, -1))
    earliest = last.min(axis=0)
    apart = np.ones(len(keys), bool)
    for one, other in pairwise(range(len(places))):
        apart &= last[one] != last[other]
    enough = (earliest >= 0) & (keys - earliest <= width) & apart
    # Windows with the same beginning count once.
    return distinct(earliest[enough])
