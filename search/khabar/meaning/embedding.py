"""Embeds the passages of articles in batches of similar length, which wastes little computation. A failure
costs one article, not the whole batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.errors import EncoderFailed
from khabar.meaning.encoder import Encoder
from khabar.meaning.parts import parts_of
from khabar.meaning.segments import Entry, Rows

__all__ = ["BATCH", "Job", "embed", "encoded", "job_of"]

#: The number of texts in a batch.
BATCH = 32


class Job(NamedTuple):
    """An article to embed.

    Attributes:
        article: the article.
        digest: the digest of its text.
        fingerprint: the first 64 bits of its fingerprint.
        passages: the passage of each part.
        parts: the parts to embed (:func:`khabar.meaning.parts.parts_of`).
    """

    article: Article
    digest: bytes
    fingerprint: int
    passages: tuple[int, ...]
    parts: tuple[str, ...]


def job_of(article: Article, digest: bytes, fingerprint: int) -> Job:
    """An article with the parts of its title and paragraphs."""
    parts = [
        (number, part)
        for number, text in enumerate((article.title, *article.paragraphs))
        for part in parts_of(text)
    ]
    return Job(
        article, digest, fingerprint, tuple(number for number, _ in parts), tuple(part for _, part in parts)
    )


def embed(
    encoder: Encoder, jobs: Sequence[Job], stop: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Job, Entry | EncoderFailed]]:
    """Embed articles; each is yielded with its vectors, or with the error, as soon as it is done.

    Args:
        encoder: the encoder.
        jobs: the articles, no more than fit into memory.
        stop: called before each batch; if it returns True, the remaining articles are left out.
    """
    waiting = {number: len(job.parts) for number, job in enumerate(jobs)}
    vectors: list[list[NDArray[np.float32] | None]] = [[None] * len(job.parts) for job in jobs]
    for job in jobs:
        if not job.parts:
            yield job, _entry(encoder, job, [])
    # The longest first, so that a lack of memory shows at once.
    texts = sorted(
        ((number, place) for number, job in enumerate(jobs) for place in range(len(job.parts))),
        key=lambda each: -len(jobs[each[0]].parts[each[1]]),
    )
    doubtful: dict[int, EncoderFailed] = {}
    for begin in range(0, len(texts), BATCH):
        if stop():
            return
        batch = [each for each in texts[begin : begin + BATCH] if each[0] not in doubtful]
        if not batch:
            continue
        try:
            batch_vectors = encoded(encoder, [jobs[number].parts[place] for number, place in batch])
        except EncoderFailed as error:
            doubtful |= {number: error for number, _ in batch}
            continue
        for (number, place), vector in zip(batch, batch_vectors, strict=True):
            vectors[number][place] = vector
            waiting[number] -= 1
            if not waiting[number]:
                yield jobs[number], _entry(encoder, jobs[number], vectors[number])
    for number in doubtful:
        if stop():
            return
        yield jobs[number], _alone(encoder, jobs[number])


def _alone(encoder: Encoder, job: Job) -> Entry | EncoderFailed:
    """Embed an article alone, after a batch with a part of it has failed."""
    vectors: list[NDArray[np.float32] | None] = []
    for begin in range(0, len(job.parts), BATCH):
        try:
            vectors += list(encoded(encoder, job.parts[begin : begin + BATCH]))
        except EncoderFailed as error:
            return error
    return _entry(encoder, job, vectors)


def _entry(encoder: Encoder, job: Job, vectors: Sequence[NDArray[np.float32] | None]) -> Entry:
    rows = np.array(vectors, np.float32).reshape(-1, encoder.dimension)
    return Entry(job.digest, Rows(np.array(job.passages, np.uint32), rows))


def encoded(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of parts of articles.

    Raises:
        EncoderFailed: if the encoder fails, or its vectors have another shape or no direction.
    """
    vectors = np.asarray(encoder.encode(texts, "passage"), np.float32)
    if vectors.shape != (len(texts), encoder.dimension):
        raise EncoderFailed("answer", encoder.name, f"{vectors.shape} numbers for {len(texts)} texts")
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise EncoderFailed("answer", encoder.name, "a vector without a direction")
    result: NDArray[np.float32] = vectors / lengths[:, None]
    return result
