"""Writes segments, whose postings are made by sorting words, and merges segments some terms at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from khabar.index.arrayfile import let_go, mapped
from khabar.index.bm25 import LENGTHS, encode_lengths
from khabar.index.columns import Bools, Ints, distinct, ranges
from khabar.index.embedded.articles import ARTICLES, Known, write_articles
from khabar.index.embedded.fields import ID, TEXT, VALUE, place_of
from khabar.index.embedded.postings import EXTENSION, FIELDS, PostingsWriter
from khabar.index.embedded.segment import SegmentFiles, describe
from khabar.index.embedded.storage import make_segment
from khabar.index.word_list import in_step
from khabar.index.words import Words, grouped, located

__all__ = ["ArticlePassages", "merge_segments", "write_segment"]

#: Postings that are merged at a time.
_AT_ONCE = 1_000_000
#: Articles that are copied before the pages of their files are released.
_ARTICLES = 2_000
#: Words that are sorted at a time.
_WORDS = 500_000


class _Terms(NamedTuple):
    """Some terms of a field in order; see :meth:`PostingsWriter.add`."""

    field: str
    terms: Sequence[bytes]
    sizes: Ints
    passages: Ints
    counts: Ints
    positions: Ints


def _write_files(
    folder: Path,
    known: Known,
    words: int,
    texts: Iterable[bytes],
    text_sizes: Ints,
    terms: Iterable[_Terms],
) -> Any:
    """Write the files of a new segment, and return the segment for the table of contents.

    Args:
        folder: the folder of the index.
        known, texts, text_sizes: see :func:`write_articles`.
        words: the number of words in all passages.
        terms: the terms of all fields in order.
    """
    segment = make_segment()
    names = [segment.make_filename(extension) for extension in (ARTICLES, EXTENSION)]
    write_articles(folder / names[0], known, texts, text_sizes)
    writer = PostingsWriter(folder / names[1])
    try:
        for chunk in terms:
            writer.add(*chunk)
        writer.finish()
    finally:
        writer.close()
    segment.set_doc_count(len(known.length_codes))
    segment._fieldlengths = {TEXT: words}
    # Recorded in the table of contents: it reveals a file that was cut or belongs to another segment.
    segment.khabar_files = {name: describe(mapped(folder / name)) for name in names}
    return segment


class ArticlePassages(msgspec.Struct, frozen=True):
    """An article that is to be written to a segment.

    Attributes:
        id: its id.
        names: as :func:`khabar.index.plan.names_of` gives them.
        published, offset: as :func:`khabar.index.records.seconds_of` and
            :func:`~khabar.index.records.offset_of` give them.
        fingerprint: as :func:`khabar.index.records.short_fingerprint` gives it.
        stored: as :func:`khabar.index.records.packed_article` gives it.
        words: the words of its passages, the title first.
    """

    id: str
    names: tuple[tuple[str, str], ...]
    published: int
    offset: int
    fingerprint: int
    stored: bytes
    words: Words


def write_segment(folder: Path, articles: list[ArticlePassages]) -> Any:
    """Write articles as a segment, and return it. The list is emptied, since words take most of the memory of
    indexing."""
    passages = [len(article.words.sizes) for article in articles]
    heads = np.cumsum([0, *passages[:-1]])
    names: dict[str, dict[str, list[int]]] = {field: {} for field in FIELDS if field != TEXT}
    for head, article in zip(heads.tolist(), articles, strict=True):
        names[ID].setdefault(article.id, []).append(head)
        for field, name in article.names:
            place, start = place_of(field)
            names[place].setdefault(start + name, []).append(head)
    words = Words.joined([article.words for article in articles])
    known = Known(
        np.array(passages, np.int64),
        np.array([article.published for article in articles], np.int64),
        np.array([article.offset for article in articles], np.int32),
        np.array([article.fingerprint for article in articles], np.uint64),
        encode_lengths(words.lengths),
    )
    texts = [article.stored for article in articles]
    sizes = np.array([len(text) for text in texts])
    count = int(words.lengths.sum())
    terms = _all_terms(names, words)
    # The last other references.
    articles.clear()
    del words
    return _write_files(folder, known, count, texts, sizes, terms)


def _all_terms(names: Mapping[str, Mapping[str, Sequence[int]]], words: Words) -> Iterator[_Terms]:
    """The postings of all fields in order."""
    yield from (_named(field, names[field]) for field in FIELDS if field < TEXT)
    texts = _texts(words)
    del words
    yield from texts
    if names[VALUE]:
        yield _named(VALUE, names[VALUE])


def _texts(words: Words) -> Iterator[_Terms]:
    """The postings of words, made some terms at a time: all at once would take twice the memory."""
    terms = words.terms.terms
    numbers = words.numbers
    passages, positions = located(words)
    del words
    counts = np.bincount(numbers, minlength=len(terms))
    used = np.flatnonzero(counts).tolist()
    used.sort(key=terms.__getitem__)
    ranks = np.zeros(len(terms), np.uint32)
    ranks[used] = np.arange(len(used), dtype=np.uint32)
    numbers = ranks[numbers]
    ends = np.cumsum(counts[used])
    cuts = np.searchsorted(ends, np.arange(_WORDS, len(numbers), _WORDS)) + 1
    for first, last in pairwise(distinct(np.array([0, *cuts, len(used)])).tolist()):
        here = np.flatnonzero((numbers >= first) & (numbers < last))
        inverted = grouped(numbers[here], passages[here], positions[here])
        yield _Terms(
            TEXT,
            [terms[number].encode() for number in used[first:last]],
            np.diff(inverted.starts),
            inverted.passages,
            inverted.counts,
            inverted.positions,
        )


def _named(field: str, passages: Mapping[str, Sequence[int]]) -> _Terms:
    """The postings of names, which occur once in a document and have no positions."""
    names = sorted(passages)
    entries = [passage for name in names for passage in passages[name]]
    return _Terms(
        field,
        # UTF-8 sorts as code points do.
        [name.encode() for name in names],
        np.array([len(passages[name]) for name in names], np.int64),
        np.array(entries, np.int64),
        np.ones(len(entries), np.uint8),
        np.empty(0, np.uint8),
    )


def merge_segments(folder: Path, files: Sequence[SegmentFiles]) -> Any:
    """Merge segments into a new one without the deleted passages, some terms at a time, so that memory does
    not grow with them."""
    kept = [part.alive() for part in files]
    # Whether each passage stays.
    passages = [np.repeat(alive, part.sizes) for part, alive in zip(files, kept, strict=True)]

    def gathered(name: str) -> Ints:
        masks = passages if name == "length_codes" else kept
        return np.concatenate([part.column(name)[mask] for part, mask in zip(files, masks, strict=True)])

    known = Known(*(gathered(name) for name in Known.__struct_fields__))
    text_sizes = np.concatenate([part.text_sizes()[alive] for part, alive in zip(files, kept, strict=True)])
    bases = np.cumsum([0, *(int(here.sum()) for here in passages[:-1])]).tolist()
    # The new number of each passage, -1 for a deleted one.
    renumbered = [
        np.where(here, base + np.cumsum(here) - 1, -1) for base, here in zip(bases, passages, strict=True)
    ]
    words = int(LENGTHS[known.length_codes].sum())
    terms = _merged(files, renumbered)
    return _write_files(folder, known, words, _packed(files, kept), text_sizes, terms)


def _packed(files: Sequence[SegmentFiles], kept: Sequence[Bools]) -> Iterator[bytes]:
    """The stored bytes of the articles that stay."""
    for part, alive in zip(files, kept, strict=True):
        for count, number in enumerate(np.flatnonzero(alive).tolist(), start=1):
            yield part.packed(number)
            if count % _ARTICLES == 0:
                let_go()


def _merged(files: Sequence[SegmentFiles], renumbered: Sequence[Ints]) -> Iterator[_Terms]:
    """Merge the terms of several segments, some at a time."""
    postings = [part.postings for part in files]
    share = _AT_ONCE // len(files)
    for field in FIELDS:
        for taken in in_step(
            [each.terms_of(field) for each in postings],
            lambda place, left: postings[place].term(postings[place].until(left, share)),
            lambda place, left, term: postings[place].after_term(left, term),
        ):
            yield _joined(field, files, taken, renumbered)
            let_go()


def _joined(
    field: str, files: Sequence[SegmentFiles], taken: Sequence[range], renumbered: Sequence[Ints]
) -> _Terms:
    """Merge some terms of several segments, without the deleted passages."""
    local_names = [part.postings.terms(numbers) for part, numbers in zip(files, taken, strict=True)]
    names = sorted(set().union(*local_names))
    place_of = {name: place for place, name in enumerate(names)}
    terms, passages, counts, positions = [], [], [], []
    for part, local, numbers, new in zip(files, local_names, taken, renumbered, strict=True):
        which, of_passage, times, places = part.postings.entries(numbers.start, numbers.stop)
        new_names = np.array([place_of[name] for name in local], np.int64)
        of_passage = new[of_passage]
        kept = of_passage >= 0
        terms.append(new_names[which - numbers.start][kept])
        passages.append(of_passage[kept])
        counts.append(times[kept])
        positions.append(places[np.repeat(kept, times)] if len(places) else places)
    owner = np.concatenate(terms)
    # Stable, so the passages of a term stay in order: those of a segment are, and segments come in order.
    order = np.argsort(owner, kind="stable")
    times = np.concatenate(counts)
    places = np.concatenate(positions)
    if len(places):
        ends = np.cumsum(times, dtype=np.int64)
        sizes = times[order].astype(np.int64)
        places = places[ranges(ends[order] - sizes, sizes)]
    sizes = np.bincount(owner, minlength=len(names))
    return _Terms(
        field,
        [name for name, size in zip(names, sizes.tolist(), strict=True) if size],
        sizes[sizes > 0],
        np.concatenate(passages)[order],
        times[order],
        places,
    )
