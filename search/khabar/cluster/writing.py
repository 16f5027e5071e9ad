"""Conditional writes of documents.

A write names the version of the document that it replaces (``if_seq_no``), or says that there is none
(``create``). The cluster refuses it if another writer was first, and also if the request was cut off and sent
again. The caller then reads the document and resolves the conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from khabar.cluster.client import Cluster, Partial, no_room
from khabar.cluster.mapping import RECORDS, alias
from khabar.cluster.refusals import BLOCKED, Lost, Missing, Refused, Replaced, Shut, is_lasting
from khabar.errors import IndexFolderError, IndexLocked

__all__ = ["REBUILD", "Version", "Write", "refusals", "several", "write_all"]

#: The approximate number of letters in a request, and the number of concurrent requests, so that the cluster
#: has work while the next one is made.
_AT_ONCE, _UNDER_WAY = 4_000_000, 2
#: The number of documents fetched in one request.
_ASKED = 500
_CONFLICT, _TOO_MANY, _UNAVAILABLE, _MISSING = 409, 429, 503, 404
#: The id of the mark of a rebuild, among the records (:mod:`khabar.cluster.marks`).
REBUILD = "rebuild"


#: The parts of the answer that are needed for each write.
_FIELDS_OF_ANSWER = ",".join(
    f"items.*.{each}"
    for each in ("status", "_seq_no", "_primary_term", "error.type", "error.reason", "error.index")
)


class Version(NamedTuple):
    """The version of a document.

    Attributes:
        seq_no, primary_term: the cluster's numbers.
    """

    seq_no: int
    primary_term: int


class Write(NamedTuple):
    """A write.

    Attributes:
        id: the id of the document.
        document: its new content; None to delete it.
        before: the version that it replaces; None if there is none.
        size: the approximate number of letters.
    """

    id: str
    document: dict[str, Any] | None
    before: Version | None
    size: int = 0

    def lines(self) -> list[Any]:
        """The lines for ``_bulk``."""
        action: dict[str, Any] = {"_id": self.id}
        if self.before is not None:
            action |= {"if_seq_no": self.before.seq_no, "if_primary_term": self.before.primary_term}
        if self.document is None:
            return [{"delete": action}]
        return [{"create" if self.before is None else "index": action}, self.document]


def write_all(cluster: Cluster, index: str, writes: Iterable[Write]) -> dict[str, Version | None]:
    """Carry out writes.

    Args:
        cluster: the cluster.
        index: the alias for writing to an index of an edition (:func:`khabar.cluster.mapping.write_alias`).
        writes: the writes, which are made while earlier ones are being sent.

    Returns:
        The new version of each document, by its id; None if another writer was first.

    Raises:
        ClusterUnavailable: if the cluster has no room for them or does not answer. Some may be carried out.
        IndexLocked: if the index is being rebuilt.
        IndexFolderError: if the cluster refuses a document.
    """
    written: dict[str, Version | None] = {}
    waiting: list[Future[dict[str, Version | None]]] = []
    with ThreadPoolExecutor(_UNDER_WAY) as pool:
        try:
            for chunk in _chunks(writes):
                waiting.append(pool.submit(_send, cluster, index, chunk))
                if len(waiting) > _UNDER_WAY:
                    written |= waiting.pop(0).result()
            while waiting:
                written |= waiting.pop(0).result()
        finally:
            for each in waiting:
                each.cancel()
    return written


def _chunks(writes: Iterable[Write]) -> Iterator[list[Write]]:
    chunk: list[Write] = []
    size = 0
    for write in writes:
        chunk.append(write)
        size += write.size + 200
        if size > _AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _send(cluster: Cluster, index: str, writes: Sequence[Write]) -> dict[str, Version | None]:
    written: dict[str, Version | None] = {}
    with refusals(cluster):
        results = cluster.bulk(
            [line for write in writes for line in write.lines()],
            index=index,
            require_alias="true",
            filter_path=_FIELDS_OF_ANSWER,
        )
        for write, result in zip(writes, results, strict=True):
            status = result["status"]
            is_gone = status == _MISSING and write.document is None and "error" not in result
            if status == _CONFLICT or is_gone:
                written[write.id] = None
            elif status < 300:
                written[write.id] = Version(result["_seq_no"], result["_primary_term"])
            else:
                error = result.get("error", {})
                raise cluster.refused(status, {**error, "reason": f"{error.get('reason', '')} ({write.id})"})
    return written


def several(cluster: Cluster, index: str, ids: Sequence[str], fields: str) -> Iterator[dict[str, Any]]:
    """Fetch documents by their ids in their last version, whether or not searches see it. Each has ``found``,
    and if that is true ``_source``, ``_seq_no`` and ``_primary_term``.

    Args:
        cluster: the cluster.
        index: the index of the documents.
        ids: their ids.
        fields: the fields to fetch, separated by commas.
    """
    rest = iter(ids)
    while chunk := list(islice(rest, _ASKED)):
        with refusals(cluster):
            answer = cluster.whole(partial(_asked, cluster, index, chunk, fields))
        yield from answer


def _asked(cluster: Cluster, index: str, ids: Sequence[str], fields: str) -> list[dict[str, Any]]:
    docs: list[dict[str, Any]]
    docs = cluster.request("POST", f"/{index}/_mget", {"ids": ids}, _source_includes=fields)["docs"]
    for each in docs:
        if error := each.get("error"):
            if is_lasting(error):
                raise cluster.refused(0, error)
            raise Partial(f"a document is out of reach: {error.get('reason', error)}")
    return docs


@contextmanager
def refusals(cluster: Cluster) -> Iterator[None]:
    """Raise refusals of the cluster inside as errors of the index."""
    try:
        yield
    except (Lost, Replaced):
        raise
    except Shut as error:
        if error.kind == BLOCKED and _is_being_rebuilt(cluster):
            raise IndexLocked(
                f"the index {cluster.address} is being rebuilt. Try again when that has finished; searching "
                "works meanwhile"
            ) from error
        raise
    except Refused as error:
        if error.status in (_TOO_MANY, _UNAVAILABLE):
            raise no_room(cluster.address, error) from error
        raise IndexFolderError(f"the index {cluster.address} rejects this: {error.answer}") from error


def _is_being_rebuilt(cluster: Cluster) -> bool:
    """Whether a rebuild has made the index refuse writes, or left it so."""
    try:
        cluster.request("GET", f"/{alias(cluster.address.name, RECORDS)}/_doc/{REBUILD}")
    except Missing:
        return False
    return True
