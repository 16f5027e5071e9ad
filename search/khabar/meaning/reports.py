"""Reports on vectors: the result of making them, an estimate, and the vectors of an index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from khabar.meaning.segments import words_of
from khabar.serialize import Serializable, plain

__all__ = ["EmbedEstimate", "EmbedFailure", "EmbedReport", "VectorsInfo", "size_of"]

#: The bytes stored for a vector besides its components (scale and passage), and for a text and its article.
_BESIDE_ROW, _BESIDE_TEXT = 5, 90


def size_of(texts: int, rows: int, dimension: int) -> int:
    """The approximate size, in bytes on the disk, of the vectors of some texts."""
    # A byte and a bit for each component; sums for mean and covariance, half a matrix of 8 bytes each.
    return (
        rows * (dimension + 8 * words_of(dimension) + _BESIDE_ROW)
        + texts * _BESIDE_TEXT
        + 4 * dimension * (dimension + 1)
    )


class EmbedFailure(Serializable, msgspec.Struct, frozen=True):
    """An article that could not be embedded.

    Attributes:
        id, title, path: those of the article; if it cannot be read, the beginning of its fingerprint, and ""
            twice.
        code: the kind of the failure: a code of :class:`khabar.EncoderFailed`, or ``unreadable`` if the
            article cannot be read from the index.
        cause: details, or "".
    """

    id: str
    title: str
    path: str
    code: str
    cause: str = ""


class EmbedReport(Serializable, msgspec.Struct):
    """The result of :meth:`khabar.Index.embed`.

    Attributes:
        model: the name of the model.
        address: where texts were sent; "" if they stayed on this machine.
        articles: the number of articles in the index.
        with_vectors: the number of these that have vectors now.
        embedded: the number of texts embedded in this run.
        rows: the number of vectors made from these.
        known: the number of articles whose text had been embedded already, for another article or under
            another date or id.
        dropped: the number of texts that no article has any more, whose vectors were removed.
        failed: the articles that could not be embedded.
        mended: the damaged files, with the damage; their contents were made again.
        ended: why the run ended: ``done``; ``time`` or ``limit`` if it reached that limit; or ``stopped``.
        seconds: the duration.
    """

    model: str
    address: str = ""
    articles: int = 0
    with_vectors: int = 0
    embedded: int = 0
    rows: int = 0
    known: int = 0
    dropped: int = 0
    failed: list[EmbedFailure] = msgspec.field(default_factory=list)
    mended: list[tuple[str, str]] = msgspec.field(default_factory=list)
    ended: Literal["done", "time", "limit", "stopped"] = "done"
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        mended = [{"file": file, "what": what} for file, what in self.mended]
        return {**super().to_dict(), "failed": plain(self.failed), "mended": mended}

    @property
    def without(self) -> int:
        """The number of articles in the index without vectors."""
        return self.articles - self.with_vectors


class EmbedEstimate(Serializable, msgspec.Struct, frozen=True):
    """An estimate of the work for the vectors that an index lacks, measured on a few of its articles.

    Attributes:
        articles: the number of articles in the index.
        waiting: the number of these that have no vectors yet.
        known: approximately how many of these have a text that was embedded already.
        rows: the approximate number of vectors to make.
        bytes: their approximate size.
        seconds: the approximate duration; None if nothing could be measured.
    """

    articles: int
    waiting: int
    known: int
    rows: int
    bytes: int
    seconds: float | None


class VectorsInfo(Serializable, msgspec.Struct, frozen=True):
    """The vectors of an index.

    Attributes:
        model, version, fingerprint, address, dimension: the encoder that made them; "" and 0 if there are
            none.
        articles: the number of articles in the index.
        with_vectors: the number of these that have vectors.
        texts: the number of embedded texts; one that several articles have counts once.
        rows: the number of vectors.
        stale: the number of texts that no article has any more; ``khabar meaning build`` drops them.
        size: the size of their files in bytes.
        archives: for several archives, the vectors of each by its name.
    """

    articles: int
    with_vectors: int = 0
    model: str = ""
    version: str = ""
    fingerprint: str = ""
    address: str = ""
    dimension: int = 0
    texts: int = 0
    rows: int = 0
    stale: int = 0
    size: int = 0
    archives: Mapping[str, VectorsInfo] = msgspec.field(default_factory=dict)

    @property
    def without(self) -> int:
        """The number of articles in the index without vectors."""
        return self.articles - self.with_vectors

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        record = {**super().to_dict(), "without_vectors": self.without}
        del record["archives"]
        return record | ({"archives": plain(self.archives)} if self.archives else {})
