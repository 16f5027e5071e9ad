"""Makes, counts and removes the vectors of an index, and estimates the time for making them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from khabar.corpus.article import Article
from khabar.errors import EncoderFailed, IndexDamaged, IndexNotInFolder, IndexReadOnly
from khabar.index.columns import Ints
from khabar.index.editions import current_files
from khabar.index.engine import Reader
from khabar.index.folder import writing
from khabar.index.lock import EMBEDDING, VECTORS, WriteLock
from khabar.index.vector_names import is_of_vectors
from khabar.meaning.building import Build, Progress
from khabar.meaning.digest import digest_of
from khabar.meaning.embedding import BATCH, encoded, job_of
from khabar.meaning.encoder import Encoder
from khabar.meaning.matching import present, unowned
from khabar.meaning.removal import PATIENCE
from khabar.meaning.reports import EmbedEstimate, EmbedReport, VectorsInfo, size_of
from khabar.meaning.vector_files import VectorFiles
from khabar.meaning.vectors import Vectors
from khabar.ranking.searcher import Searcher
from khabar.upkeep.store import Store

__all__ = ["build_vectors", "clear_vectors", "estimate_vectors", "vectors_info"]

#: The number of sampled articles, and the seconds for which the model is tried.
_SAMPLE, _TRIAL = 200, 3.0


def build_vectors(
    store: Store,
    encoder: Encoder,
    *,
    anew: bool,
    limit: int | None,
    seconds: float | None,
    timeout: float,
    progress: Progress,
    stop: Callable[[], bool],
) -> EmbedReport:
    """Make the vectors that an index lacks; see :meth:`khabar.Index.embed`."""
    return Build(
        _place_of(store),
        encoder,
        lambda: _answers_of(store),
        anew=anew,
        limit=limit,
        seconds=seconds,
        timeout=timeout,
        progress=progress,
        stop=stop,
    ).run()


def vectors_info(store: Store) -> VectorsInfo:
    """Report on the vectors of an index, or of each of several archives."""
    if store.members:
        archives = {name: vectors_info(each) for name, each in store.members.items()}
        articles = sum(each.articles for each in archives.values())
        having = sum(each.with_vectors for each in archives.values())
        return VectorsInfo(articles, having, archives=archives)
    vectors = store.vectors()[""]
    if vectors is None:
        return VectorsInfo(store.newest().answers.statistics().articles)
    answers = _answers_of(store)
    there = present(answers.reader)
    return VectorsInfo(
        len(there),
        int(np.isin(there, vectors.owners).sum()),
        vectors.encoder_name,
        vectors.encoder_version,
        vectors.encoder_fingerprint,
        vectors.address,
        vectors.dimension,
        vectors.articles,
        vectors.rows,
        vectors.stale(there),
        _size(current_files(_place_of(store))),
    )


def clear_vectors(store: Store, timeout: float) -> VectorsInfo:
    """Remove the vectors of an index, and report on them as far as they can be read."""
    place = _place_of(store)
    with WriteLock(place, timeout, what=EMBEDDING), WriteLock(place, PATIENCE, what=VECTORS), writing(place):
        before = VectorsInfo(store.newest().answers.statistics().articles, size=_size(current_files(place)))
        with suppress(IndexDamaged):
            before = vectors_info(store)
        VectorFiles.without_list(current_files(place)).clear()
    return before


def estimate_vectors(store: Store, encoder: Encoder, *, anew: bool) -> EmbedEstimate:
    """Estimate the work for the vectors that an index lacks, from a sample of its articles and a short trial
    of the model."""
    _place_of(store)
    answers = _answers_of(store)
    try:
        return _estimate(answers.reader, None if anew else store.vectors()[""], encoder)
    except IndexDamaged:
        # Damaged vectors are made again; only the repair will show how many are.
        return _estimate(answers.reader, None, encoder)


def _estimate(reader: Reader, vectors: Vectors | None, encoder: Encoder) -> EmbedEstimate:
    waiting = unowned(reader, np.empty(0, np.uint64) if vectors is None else vectors.owners)
    places = np.unique(np.linspace(0, len(waiting) - 1, _SAMPLE).astype(int)) if len(waiting) else waiting
    sample = [each for each in (_article(reader, waiting, place) for place in places.tolist()) if each]
    fresh = [each for each in sample if vectors is None or not vectors.has(digest_of(each))]
    parts = [part for each in fresh for part in job_of(each, b"", 0).parts]
    share = len(waiting) / max(1, len(sample))
    rows, texts = round(len(parts) * share), round(len(fresh) * share)
    known = len(waiting) - texts
    return EmbedEstimate(
        len(present(reader)),
        len(waiting),
        max(0, known),
        rows,
        size_of(texts, rows, encoder.dimension) if rows else 0,
        _seconds(encoder, parts, rows),
    )


def _seconds(encoder: Encoder, parts: list[str], rows: int) -> float | None:
    """Estimate the time for a number of parts by encoding some of them."""
    if not parts:
        return 0.0
    # Parts of all lengths, in batches of similar length, as in the real run.
    some = sorted(parts, key=len)[:: max(1, len(parts) // (4 * BATCH))]
    batches = [some[begin : begin + BATCH // 2] for begin in range(0, len(some), BATCH // 2)]
    try:
        # The first call loads the model.
        encoded(encoder, some[:1])
        began, done, letters = time.monotonic(), 0, 0
        for batch in sorted(batches, key=lambda each: abs(len(each[0]) - len(some[len(some) // 2]))):
            encoded(encoder, batch)
            done += len(batch)
            letters += sum(map(len, batch))
            taken = time.monotonic() - began
            if taken > _TRIAL:
                break
    except EncoderFailed:
        return None
    # A long text takes more time than a short one.
    typical = sum(map(len, parts)) / len(parts)
    return rows * taken / done * (typical / max(1.0, letters / done))


def _article(reader: Reader, numbers: Ints, place: int) -> Article | None:
    with suppress(IndexDamaged):
        return reader.stored(int(numbers[place]))
    return None


def _place_of(store: Store) -> Path:
    """The folder of an index.

    Raises:
        IndexReadOnly: if the store is several archives.
        IndexNotInFolder: if it is on a cluster.
    """
    if store.members:
        raise IndexReadOnly(tuple(store.members))
    if not isinstance(store.place, Path):
        raise IndexNotInFolder(store.place)
    return store.place


def _answers_of(store: Store) -> Searcher:
    """The searcher of the newest commit. While it is held, the files of its reader stay open."""
    answers = store.newest().answers
    assert isinstance(answers, Searcher)
    return answers


def _size(folder: Path) -> int:
    """The size of the files of vectors in bytes."""
    size = 0
    for path in folder.iterdir():
        if is_of_vectors(path.name):
            # A writer may remove it meanwhile.
            with suppress(FileNotFoundError):
                size += path.lstat().st_size
    return size
