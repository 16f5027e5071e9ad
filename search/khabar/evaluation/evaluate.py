"""An evaluation: indexes a collection, runs every query, and scores the answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from khabar.arguments import flag, function, instance, optional, positive, takes
from khabar.arguments import folder as folder_path
from khabar.errors import CollectionError, IndexFolderError
from khabar.evaluation.collection import Collection, read_collection
from khabar.evaluation.run import Run, check_dependency, score
from khabar.index.ranking import Ranking
from khabar.library import AddReport, Index, create_index, open_index
from khabar.places import Address, Archives, Place, places
from khabar.serialize import Serializable, plain
from khabar.spelling import has_words

if TYPE_CHECKING:
    from khabar.meaning.reports import EmbedReport

__all__ = ["Evaluation", "evaluate"]

#: Number of hits of a timed search. (Making a hundred snippets would take longer than the search itself.)
TIMED = 10

#: A function that is called with the stage (``indexing``, ``embedding``, ``searching``), the number of items
#: done, and the total, or None if it is unknown.
Progress = Callable[[str, int, int | None], None]


class Evaluation(Serializable, msgspec.Struct, frozen=True):
    """The result of an evaluation.

    Attributes:
        folder: the collection.
        metrics: nDCG@10, RR@10 (a grade of 1 or more is relevant) and R@100, as means over all judged
            queries.
        by_query: nDCG@10 of each judged query, for comparing two evaluations.
        documents, queries: number of documents indexed, and of queries run.
        index_seconds: duration of reading and indexing in seconds.
        p50_ms, p95_ms: median and 95th percentile of the time for ten hits with snippets, in milliseconds.
            The longer lists of the run are separate searches and are not timed.
        run: the answers to every query.
        by_meaning: number of queries whose best hits were ranked again by meaning; None without ``meaning``.
    """

    folder: Path
    metrics: dict[str, float]
    by_query: dict[str, float]
    documents: int
    queries: int
    index_seconds: float
    p50_ms: float
    p95_ms: float
    run: Run
    by_meaning: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain data, with rounded times. The run is left out; :func:`write_run` writes it."""
        record: dict[str, Any] = {
            "collection": str(self.folder),
            "documents": self.documents,
            "queries": self.queries,
            "metrics": plain(self.metrics),
            "index_seconds": round(self.index_seconds, 2),
            "query_p50_ms": round(self.p50_ms, 2),
            "query_p95_ms": round(self.p95_ms, 2),
            "by_query": plain(self.by_query),
        }
        if self.by_meaning is not None:
            record["by_meaning"] = self.by_meaning
        return record


@takes(
    folder=folder_path,
    ranking=optional(instance(Ranking)),
    syntax=flag,
    meaning=flag,
    limit=positive,
    progress=optional(function),
    index=optional(places),
)
def evaluate(
    folder: str | Path,
    *,
    index: str
    | Path
    | Address
    | Archives
    | Sequence[str | Path | Address]
    | Mapping[str, str | Path | Address]
    | None = None,
    ranking: Ranking | None = None,
    syntax: bool = False,
    meaning: bool = False,
    limit: int = 100,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate the search on a collection folder (see :mod:`khabar.evaluation.collection`).

    Args:
        folder: the collection.
        index: a folder or an address for the index of the documents, which is kept; if it already has an
            index of these documents, that is used. Several archives that have the documents together are
            used as one. None for a temporary folder.
        ranking: ranking constants; None for the defaults.
        syntax: whether queries are in the query language; by default they are plain words.
        meaning: whether to rank by meaning as well, with the installed model. Missing vectors are made first,
            at some tens of paragraphs per second.
        limit: number of documents per query; less than 100 limits R@100.
        progress: called with the progress, see :data:`Progress`.

    Raises:
        CollectionError: if the collection is malformed.
        IndexFolderError: if the index holds other articles, or the archives lack some.
        MissingDependency: if ir-measures is not installed.
        EncoderMissing, EncoderFailed: if ``meaning`` is set and there is no model, or it fails.
    """
    check_dependency()
    collection = read_collection(folder)

    def indexed(report: AddReport) -> None:
        if progress is not None:
            progress("indexing", report.total, None)

    def embedded(report: EmbedReport, done: int, total: int) -> None:
        if progress is not None:
            progress("embedding", done, total)

    with _opened(cast(Place | None, index)) as opened:
        began = time.perf_counter()
        if isinstance(opened.path, Archives):
            documents = _documents_in(opened, collection)
        else:
            report = opened.add(collection.documents(), batch=None, progress=indexed)
            documents = report.added + report.unchanged
        index_seconds = time.perf_counter() - began
        if not documents:
            raise CollectionError(f"{collection.folder} has no document with a word in it")
        if len(opened) != documents:
            raise IndexFolderError(
                f"{opened.path} holds other articles than this collection: give the name of a new index"
            )
        if meaning and not isinstance(opened.path, Archives):
            opened.embed(progress=embedded)
        run: dict[str, list[tuple[str, float]]] = {}
        times = []
        by_meaning = 0
        for number, (query, text) in enumerate(collection.queries.items(), 1):
            began = time.perf_counter()
            results = opened.search(
                text, limit=min(limit, TIMED), syntax=syntax, ranking=ranking, meaning=meaning
            )
            times.append((time.perf_counter() - began) * 1000)
            if limit > TIMED:
                # After the timed search, so that this one does not warm up caches for it.
                results = opened.search(text, limit=limit, syntax=syntax, ranking=ranking, meaning=meaning)
            by_meaning += results.meaning is not None and results.meaning.used
            run[query] = [(hit.article.id, hit.score) for hit in results]
            if progress is not None:
                progress("searching", number, len(collection.queries))
    scores = score(run, collection.judgements)
    return Evaluation(
        folder=collection.folder,
        metrics=scores.metrics,
        by_query=scores.by_query,
        documents=documents,
        queries=len(collection.queries),
        index_seconds=index_seconds,
        p50_ms=_percentile(times, 50),
        p95_ms=_percentile(times, 95),
        run=run,
        by_meaning=by_meaning if meaning else None,
    )


def _documents_in(archives: Index, collection: Collection) -> int:
    """The number of documents of a collection with a word, all of which the archives must have."""
    documents = [
        document for document in collection.documents() if has_words(f"{document.title}\n{document.text}")
    ]
    lacking = sum(archives.article(document.id) is None for document in documents)
    if lacking:
        raise IndexFolderError(
            f"{archives.path} lack {lacking:,} documents of this collection: index them first"
        )
    return len(documents)


@contextmanager
def _opened(index: Place | None) -> Iterator[Index]:
    """The index to fill and to search. Archives are opened as they are; other places may be new."""
    if index is not None:
        with open_index(index, create=not isinstance(index, Archives)) as opened:
            yield opened
        return
    with (
        tempfile.TemporaryDirectory(prefix="khabar-eval-") as temporary,
        create_index(Path(temporary) / "index") as opened,
    ):
        yield opened


def _percentile(values: Sequence[float], percent: int) -> float:
    """A percentile: the smallest value that this percentage of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
