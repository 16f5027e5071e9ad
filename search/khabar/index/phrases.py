"""Phrases: words in order, or near one another, found by their positions. Pure functions over
arrays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import Ints, distinct
from khabar.index.engine import Reader
from khabar.index.plan import PhraseClause

__all__ = ["count_phrases"]


#: A passage and a place in it as one number: no passage has so many words.
_WIDTH = 32
#: Passages whose places are in memory at a time.
_AT_ONCE = 20_000


def count_phrases(reader: Reader, clause: PhraseClause, passages: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """In which of some passages (in order) a phrase stands, and how often: at each of its beginnings once."""
    if not len(passages):
        return np.empty(0, np.int64), np.empty(0)
    terms = sorted({term for place in clause.words for term in place})
    number = {term: at for at, term in enumerate(terms)}
    begins: list[Ints] = []
    for start in range(0, len(passages), _AT_ONCE):
        found = reader.positions(terms, passages[start : start + _AT_ONCE])
        keys = (found.passages.astype(np.int64) << _WIDTH) | found.positions.astype(np.int64)
        standing = []
        for words in clause.words:
            of_place = np.zeros(len(terms), bool)
            of_place[[number[word] for word in words]] = True
            standing.append(distinct(keys[of_place[found.terms]]))
        if clause.slop == 0 and clause.ordered:
            begins.append(_next_to_one_another(standing))
        elif clause.ordered:
            begins.append(_in_order(standing, clause.slop))
        else:
            begins.append(_near(standing, clause.slop))
    found, counts = np.unique(np.concatenate(begins) >> _WIDTH, return_counts=True)
    return found, counts.astype(np.float64)


def _next_to_one_another(standing: list[Ints]) -> Ints:
    result = standing[0]
    for place, keys in enumerate(standing[1:], 1):
        result = np.intersect1d(result, keys - place, assume_unique=True)
    return result


def _in_order(standing: list[Ints], slop: int) -> Ints:
    """The beginnings from which the words follow in order, each at its nearest, within the slop."""
    begins = ends = standing[0]
    for keys in standing[1:]:
        at = np.searchsorted(keys, ends, side="right")
        there = at < len(keys)
        begins, ends = begins[there], keys[at[there]]
    within = ends - begins <= slop + len(standing) - 1
    # A word that is nearer to the end makes the same place of it: the last beginning counts.
    begins, ends = begins[within], ends[within]
    return begins[np.append(np.diff(ends) != 0, True)] if len(ends) else begins


def _near(standing: list[Ints], slop: int) -> Ints:
    """The beginnings of windows that hold each of the words, at different places, within the slop."""
    width = slop + len(standing) - 1
    keys = np.concatenate(standing)
    which = np.repeat(np.arange(len(standing)), [len(each) for each in standing])
    order = np.argsort(keys, kind="stable")
    keys, which = keys[order], which[order]
    # Where each word stands last, at or before each place; the window that ends there begins at the earliest
    # of them.
    last = np.full((len(standing), len(keys)), -1, np.int64)
    for word in range(len(standing)):
        here = np.where(which == word, keys, -1)
        last[word] = np.maximum.accumulate(here)
    earliest = last.min(axis=0)
    apart = np.ones(len(keys), bool)
    for one, other in pairwise(range(len(standing))):
        apart &= last[one] != last[other]
    enough = (earliest >= 0) & (keys - earliest <= width) & apart
    # A window of the same beginning counts once.
    return distinct(earliest[enough])
