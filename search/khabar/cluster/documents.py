"""The document of an article, and its words as they are read back: pure functions.

What the cluster searches are words as text (:mod:`khabar.cluster.mapping`). What the client ranks by are the
same words as hashes, in one block of bytes for each article: numpy reads those of all candidates together,
where to split their texts would take longer than the search.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.cluster.mapping import (
    LONGEST_TERM,
    TITLE_TIMES,
    field_and_start,
    identity,
    searched_url,
    sent,
)
from khabar.corpus.article import Article
from khabar.index.bm25 import LENGTHS, encode_lengths
from khabar.index.plan import may_have_several, names_of
from khabar.index.records import UNDATED, article_to_json, offset_of, seconds_of
from khabar.index.words import BESIDE, Words, term_hashes
from khabar.stories.sketch import Sketch

__all__ = ["Tokens", "document", "keys_of", "packed_tokens", "unpacked_tokens"]

#: Bits of a word's hash that are kept. That one of a hundred thousand words of candidates is taken for one of
#: a hundred forms of a query has a chance of one in fifty thousand.
_BITS = 39
#: They are kept in parts, the lowest first, so that the first distinguishes most words.
_LOW, _TOP = np.dtype("<u2"), np.dtype("u1")
#: Set in the last part of a word that stands at the position of the one before.
_BESIDE = 1 << 7
#: Bytes become text three by three.
_ROUND = 3
_DAY = 86_400
#: How many passages and tokens a block has.
_SIZES = struct.Struct("<II")
#: What is kept of each passage: how many tokens it has, and its length by its place in
#: :data:`khabar.index.bm25.LENGTHS`.
_PASSAGE = np.dtype([("size", "<u4"), ("length", "u1")])


class Tokens(NamedTuple):
    """The words of some articles.

    Attributes:
        passages: of each article how many passages it has.
        sizes: of each passage how many tokens.
        length_codes: of each passage its length: the place in :data:`khabar.index.bm25.LENGTHS`.
        low, middle, top: of each token the lowest, the next, and the highest bits of the key of its term
            (:func:`keys_of`); the very highest tells whether it stands at the position of the one before it.
    """

    passages: NDArray[np.int64]
    sizes: NDArray[np.int64]
    length_codes: NDArray[np.uint8]
    low: NDArray[np.uint16]
    middle: NDArray[np.uint16]
    top: NDArray[np.uint8]

    @property
    def beside(self) -> NDArray[np.bool_]:
        """Of each token whether it stands at the position of the one before it."""
        return self.top >= _BESIDE

    def keys(self, rows: NDArray[Any]) -> NDArray[np.uint64]:
        """The keys of some tokens."""
        keys: NDArray[np.uint64]
        keys = (self.top[rows] & np.uint8(_BESIDE - 1)).astype(np.uint64) << np.uint64(32)
        keys |= self.middle[rows].astype(np.uint64) << np.uint64(16)
        keys |= self.low[rows]
        return keys


def document(
    article: Article,
    words: Words,
    fingerprint: str,
    order: int,
    *,
    story: str = "",
    sketch: Sketch | None = None,
) -> dict[str, Any]:
    """The document of an article.

    Args:
        article: it, without lone surrogates (:func:`khabar.index.surrogates.without_surrogates`).
        words: its words, as :func:`khabar.upkeep.workers.encode_articles` gives them: the title first.
        fingerprint: of the article.
        order: greater than that of each article that was indexed before.
        story: the id of the document of the leader of its story; "" for its own.
        sketch: its sketch and the keys of that, a row each (:func:`khabar.stories.sketch.sketches`).
    """
    texts, repeats, cut = _texts(words, words.numbers.tolist())
    codes = encode_lengths(words.lengths)
    published = seconds_of(article.published)
    fields: dict[str, Any] = {
        "id": identity(article.id),
        "fingerprint": fingerprint,
        "order": order,
        "article": article_to_json(article),
        "count": len(words.sizes),
        "length": int(LENGTHS[codes].sum()),
        "all": [*[texts[0]] * TITLE_TIMES, *texts[1:]],
        "head": texts[0],
        "repeats": repeats,
        "tokens": b64encode(packed_tokens(words, cut=cut)).decode(),
        "story": story or identity(article.id),
    }
    for field, name in names_of(article):
        own, start = field_and_start(field)
        if start or may_have_several(field):
            fields.setdefault(own, []).append(start + sent(name))
        else:
            fields[own] = sent(name)
    if article.url:
        fields["url"] = searched_url(article.url)
    if published != UNDATED:
        offset = offset_of(article.published)
        fields |= {"published": published, "offset": offset, "day": (published + offset) // _DAY}
    if sketch is not None:
        fields |= {"sketch": b64encode(sketch[0].tobytes()).decode(), "keys": sketch[1].tolist()}
    return fields


def _texts(words: Words, numbers: list[int]) -> tuple[list[str], str, bool]:
    """The words of each passage as text; those that are not the first of their word in their passage, and
    those of the title once more; and whether a word is longer than what is sent of it.

    Args:
        words: the words.
        numbers: theirs, without marks.
    """
    terms = list(map(words.terms.terms.__getitem__, numbers))
    cut = max(map(len, terms), default=0) > LONGEST_TERM
    if cut:
        terms = list(map(sent, terms))
    beside = np.flatnonzero(words.tokens >= BESIDE).tolist()[::-1]
    texts: list[str] = []
    #: What :data:`TITLE_TIMES` adds to the title's words.
    repeats: list[str] = terms[: int(words.sizes[0])] * (TITLE_TIMES - 1) if len(words.sizes) else []
    begin = 0
    for size in words.sizes.tolist():
        end = begin + size
        here = terms[begin:end]
        seen: set[str] = set()
        for term in here:
            if term in seen:
                repeats.append(term)
            else:
                seen.add(term)
        if beside and beside[-1] < end:
            joined = []
            while beside and beside[-1] < end:
                joined.append(beside.pop() - begin)
            for place in joined[::-1]:
                # The first word of a passage stands beside none.
                if place:
                    here[place - 1 : place + 1] = [f"{here[place - 1]}|{here[place]}"]
        texts.append(" ".join(here))
        begin = end
    return texts, " ".join(repeats), cut


def keys_of(terms: Sequence[str]) -> NDArray[np.uint64]:
    """The keys by which some terms are found among :attr:`Tokens.keys`."""
    return term_hashes([sent(term) for term in terms]) >> np.uint64(64 - _BITS)


def packed_tokens(words: Words, *, cut: bool = True) -> bytes:
    """The words of an article as bytes.

    Args:
        words: the words.
        cut: whether there may be one that is longer than what is sent of it.
    """
    passages = np.empty(len(words.sizes), _PASSAGE)
    passages["size"] = words.sizes
    passages["length"] = encode_lengths(words.lengths)
    numbers, terms = words.numbers, words.terms.terms
    keys = words.terms.of(numbers) >> np.uint64(64 - _BITS)
    for number in set(numbers.tolist()) if cut else ():
        if len(terms[number]) > LONGEST_TERM:
            keys[numbers == number] = keys_of([terms[number]])
    keys |= (words.tokens >= BESIDE).astype(np.uint64) << np.uint64(_BITS)
    parts = [_SIZES.pack(len(passages), len(keys)), passages.tobytes()]
    for kind in (_LOW, _LOW, _TOP):
        # The low bits: the others do not fit.
        parts.append(keys.astype(kind).tobytes())
        keys >>= np.uint64(8 * kind.itemsize)
    packed = b"".join(parts)
    return packed + bytes(-len(packed) % _ROUND)


def unpacked_tokens(packed: Sequence[str]) -> Tokens:
    """The words of some articles, of each what :func:`packed_tokens` gave, in base64."""
    passages: list[int] = []
    known: list[bytes] = []
    low: list[bytes] = []
    middle: list[bytes] = []
    top: list[bytes] = []
    # Several times as fast as Python's own.
    for block in msgspec.convert(packed, list[bytes]):
        count, tokens = _SIZES.unpack_from(block)
        second = (first := _SIZES.size + count * _PASSAGE.itemsize) + tokens * _LOW.itemsize
        third = second + tokens * _LOW.itemsize
        passages.append(count)
        known.append(block[_SIZES.size : first])
        low.append(block[first:second])
        middle.append(block[second:third])
        top.append(block[third : third + tokens])
    of_passages = np.frombuffer(b"".join(known), _PASSAGE)
    return Tokens(
        np.array(passages, np.int64),
        of_passages["size"].astype(np.int64),
        of_passages["length"].copy(),
        np.frombuffer(b"".join(low), _LOW),
        np.frombuffer(b"".join(middle), _LOW),
        np.frombuffer(b"".join(top), _TOP),
    )
