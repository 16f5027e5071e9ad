"""The digest of a text, by which its vectors are found for any article that has it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from khabar.corpus.article import Article
from khabar.digests import blake2b
from khabar.index.columns import Ints

__all__ = ["DIGEST", "digest_of", "halves", "joined"]

#: The size of a digest in bytes.
DIGEST = 16


def digest_of(article: Article) -> bytes:
    """The digest of an article's title and paragraphs, 16 bytes. The same text with another id, source or
    date has the same digest, so it is embedded only once."""
    texts = [text.encode("utf-8", "surrogatepass") for text in (article.title, *article.paragraphs)]
    # The lengths come first, so that no character can be mistaken for a paragraph border.
    lengths = ",".join(map(str, map(len, texts))).encode()
    return blake2b(b"\n".join([lengths, b"".join(texts)]), digest_size=DIGEST).digest()


def halves(digests: Iterable[bytes]) -> tuple[Ints, Ints]:
    """Split digests into two arrays of 64 bits, which numpy can search."""
    pairs = np.frombuffer(b"".join(digests), ">u8").reshape(-1, 2).astype(np.uint64)
    return pairs[:, 0], pairs[:, 1]


def joined(keys: Ints, rests: Ints) -> list[bytes]:
    """Join the two arrays of :func:`halves` into digests."""
    data = np.stack([keys, rests], axis=1).astype(">u8").tobytes()
    return [data[begin : begin + DIGEST] for begin in range(0, len(data), DIGEST)]
