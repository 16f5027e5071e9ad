"""The documents of articles, and their words in a form for ranking. Pure functions.

The cluster searches words as text (:mod:`khabar.cluster.mapping`). The client ranks by the same words as
hashes, in one block of bytes for each article: numpy reads the blocks of all candidates together, while
splitting their texts would take longer than the search.
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

#: The number of bits stored of a word's hash. The chance that one of a hundred thousand words of candidates
#: collides with one of a hundred forms of a query is one in fifty thousand.
_BITS = 39
#: They are stored in parts, the lowest first, which alone distinguishes most words.
_LOW, _TOP = np.dtype("<u2"), np.dtype("u1")
#: Set in the last part of a word that has the position of the one before.
_BESIDE = 1 << 7
#: Base64 encodes three bytes at a time.
_ROUND = 3
_DAY = 86_400
#: The numbers of passages and of tokens in a block.
_SIZES = struct.Struct("<II")
#: The data of each passage: its number of tokens, and its length as a place in
#: :data:`khabar.index.bm25.LENGTHS`.
_PASSAGE = np.dtype([("size", "<u4"), ("length", "u1")])


class Tokens(NamedTuple):
    """The words of some articles.

    Attributes:
        passages: the number of passages of each article.
        sizes: the number of tokens of each passage.
        length_codes: the rounded length of each passage, as a place in :data:`khabar.index.bm25.LENGTHS`.
        low, middle, top: the lowest, the next and the highest bits of the key of each token's term
            (:func:`keys_of`); the highest bit of all says whether the token has the position of the one
            before.
    """

    passages: NDArray[np.int64]
    sizes: NDArray[np.int64]
    length_codes: NDArray[np.uint8]
    low: NDArray[np.uint16]
    middle: NDArray[np.uint16]
    top: NDArray[np.uint8]

    @property
    def beside(self) -> NDArray[np.bool_]:
        """Whether each token has the position of the one before it."""
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
        article: the article, without lone surrogates (:func:`khabar.upkeep.adding.without_surrogates`).
        words: its words, as :func:`khabar.upkeep.workers.encode_articles` gives them: the title first.
        fingerprint: its fingerprint.
        order: its place in the order of indexing, greater than those of all earlier articles.
        story: the id of the document of its story's leader; "" for its own.
        sketch: its sketch and the keys of the sketch (:func:`khabar.stories.sketch.sketches`).
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
        stored, start = field_and_start(field)
        if start or may_have_several(field):
            fields.setdefault(stored, []).append(start + sent(name))
        else:
            fields[stored] = sent(name)
    if article.url:
        fields["url"] = searched_url(article.url)
    if published != UNDATED:
        offset = offset_of(article.published)
        fields |= {"published": published, "offset": offset, "day": (published + offset) // _DAY}
    if sketch is not None:
        fields |= {"sketch": b64encode(sketch[0].tobytes()).decode(), "keys": sketch[1].tolist()}
    return fields


def _texts(words: Words, numbers: list[int]) -> tuple[list[str], str, bool]:
    """Convert words to text.

    Args:
        words: the words.
        numbers: their numbers, without marks.

    Returns:
        The words of each passage as text; the text of ``repeats`` (:mod:`khabar.cluster.mapping`), which has
        the repeated words of passages and those of the title again; and whether a word had to be cut.
    """
    terms = list(map(words.terms.terms.__getitem__, numbers))
    cut = max(map(len, terms), default=0) > LONGEST_TERM
    if cut:
        terms = list(map(sent, terms))
    beside = np.flatnonzero(words.tokens >= BESIDE).tolist()[::-1]
    texts: list[str] = []
    #: the words of the title that :data:`TITLE_TIMES` adds
    repeats: list[str] = terms[: int(words.sizes[0])] * (TITLE_TIMES - 1) if len(words.sizes) else []
    begin = 0
    for size in words.sizes.tolist():
        end = begin + size
        in_passage = terms[begin:end]
        seen: set[str] = set()
        for term in in_passage:
            if term in seen:
                repeats.append(term)
            else:
                seen.add(term)
        if beside and beside[-1] < end:
            joined = []
            while beside and beside[-1] < end:
                joined.append(beside.pop() - begin)
            for place in joined[::-1]:
                # The first word of a passage has no word before it.
                if place:
                    in_passage[place - 1 : place + 1] = [f"{in_passage[place - 1]}|{in_passage[place]}"]
        texts.append(" ".join(in_passage))
        begin = end
    return texts, " ".join(repeats), cut


def keys_of(terms: Sequence[str]) -> NDArray[np.uint64]:
    """The keys of some terms, as in :meth:`Tokens.keys`."""
    return term_hashes([sent(term) for term in terms]) >> np.uint64(64 - _BITS)


def packed_tokens(words: Words, *, cut: bool = True) -> bytes:
    """The words of an article as bytes.

    Args:
        words: the words.
        cut: whether there may be a word that had to be cut.
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
        # Conversion keeps the low bits.
        parts.append(keys.astype(kind).tobytes())
        keys >>= np.uint64(8 * kind.itemsize)
    packed = b"".join(parts)
    return packed + bytes(-len(packed) % _ROUND)


def unpacked_tokens(packed: Sequence[str]) -> Tokens:
    """Unpack the words of some articles, each from :func:`packed_tokens` and in base64."""
    passages: list[int] = []
    headers: list[bytes] = []
    low: list[bytes] = []
    middle: list[bytes] = []
    top: list[bytes] = []
    # msgspec decodes base64 several times as fast as Python.
    for block in msgspec.convert(packed, list[bytes]):
        count, tokens = _SIZES.unpack_from(block)
        second = (first := _SIZES.size + count * _PASSAGE.itemsize) + tokens * _LOW.itemsize
        third = second + tokens * _LOW.itemsize
        passages.append(count)
        headers.append(block[_SIZES.size : first])
        low.append(block[first:second])
        middle.append(block[second:third])
        top.append(block[third : third + tokens])
    of_passages = np.frombuffer(b"".join(headers), _PASSAGE)
    return Tokens(
        np.array(passages, np.int64),
        of_passages["size"].astype(np.int64),
        of_passages["length"].copy(),
        np.frombuffer(b"".join(low), _LOW),
        np.frombuffer(b"".join(middle), _LOW),
        np.frombuffer(b"".join(top), _TOP),
    )
