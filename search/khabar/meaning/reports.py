"""Reports about vectors: the result of making them, an estimate, and the vectors that an index has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from khabar.meaning.segments import words_of
from khabar.serialize import Serializable, plain

__all__ = ["EmbedEstimate", "EmbedFailure", "EmbedReport", "VectorsInfo", "size_of"]

#: Bytes that are kept of a vector beside its components: scale and passage; of a text and its article.
_BESIDE_ROW, _BESIDE_TEXT = 5, 90


def size_of(texts: int, rows: int, dimension: int) -> int:
    """About how many bytes the vectors of some texts take on the disk."""
    # A byte and a bit for each component; sums for mean and covariance, half a matrix of 8 bytes each.
    return (
        rows * (dimension + 8 * words_of(dimension) + _BESIDE_ROW)
        + texts * _BESIDE_TEXT
        + 4 * dimension * (dimension + 1)
    )


class EmbedFailure(Serializable, msgspec.Struct, frozen=True):
    """An article that has no vectors because something went wrong.

    Attributes:
        id, title, path: of the article; of one that cannot be read, the beginning of its fingerprint, and
            "" twice.
        code: what went wrong, as a fixed short name: one of :class:`khabar.EncoderFailed`, or ``unreadable``
            if the index does not give the article's text.
        cause: more about it, "" for nothing.
    """

    id: str
    title: str
    path: str
    code: str
    cause: str = ""


class EmbedReport(Serializable, msgspec.Struct):
    """What :meth:`khabar.Index.embed` did.

    Attributes:
        model: the name of the model.
        address: where texts were sent; "" if they stayed on this machine.
        articles: how many articles the index has.
        with_vectors: how many of them have vectors now.
        embedded: texts that were embedded in this run.
        rows: vectors that were made of these.
        known: articles whose text had been embedded already: of another article, or before a new date or id.
        dropped: texts that no article has any more; their vectors are gone.
        failed: the articles that could not be embedded.
        mended: files that were damaged, with what was wrong; their contents were made again.
        ended: why it ended: ``done``, or ``time`` or ``limit`` if it reached that bound, or
            ``stopped``.
        seconds: how long it took.
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
        """How many articles of the index have no vectors."""
        return self.articles - self.with_vectors


class EmbedEstimate(Serializable, msgspec.Struct, frozen=True):
    """What making the vectors that an index lacks will take, measured on a few of its articles.

    Attributes:
        articles: how many articles the index has.
        waiting: how many of them have no vectors yet.
        known: about how many of these have a text that was embedded already.
        rows: about how many vectors will be made.
        bytes: about how much room these take.
        seconds: about how long it takes; None if nothing could be measured.
    """

    articles: int
    waiting: int
    known: int
    rows: int
    bytes: int
    seconds: float | None


class VectorsInfo(Serializable, msgspec.Struct, frozen=True):
    """What vectors an index has.

    Attributes:
        model, version, fingerprint, address, dimension: of the encoder that made them; "" and 0 if there are
            none.
        articles: how many articles the index has.
        with_vectors: how many of them have vectors.
        texts: how many texts were embedded; one that several articles have counts once.
        rows: how many vectors there are.
        stale: texts that no article has any more; ``khabar meaning build`` drops them.
        size: bytes of their files.
        archives: of several archives what each has, by its name.
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
        """How many articles of the index have no vectors."""
        return self.articles - self.with_vectors

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        record = {**super().to_dict(), "without_vectors": self.without}
        del record["archives"]
        return record | ({"archives": plain(self.archives)} if self.archives else {})
