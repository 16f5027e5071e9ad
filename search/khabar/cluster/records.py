"""The other records of an index on a cluster: manifests, as logs of documents, and closing lines.

Each machine has a log of its own, as a path means nothing on another machine. A document of the log has the
records of one write, and a number. A write creates the document with the next number; if another process of
the machine was first, its records are adopted, and the next number is tried. Now and then a machine writes
its whole manifest as documents that restart the log, and deletes the earlier ones. If it is killed meanwhile,
the earlier documents still count.

The index of records is addressed by its alias for writing (:func:`khabar.cluster.mapping.write_alias`), so
that nothing is written to a deleted edition.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec

from khabar.cluster.client import Cluster
from khabar.cluster.refusals import Conflict, Lost, Missing, Replaced
from khabar.cluster.writing import refusals
from khabar.upkeep.manifest import Manifest, Record

__all__ = ["COPIED", "ClosingsShelf", "FilesLog", "hosts", "reserved"]

_FILES, _CLOSINGS, _COUNTER = "files", "closings", "counter"
#: The kinds of records that a rebuild copies.
COPIED = (_FILES, _CLOSINGS)
#: The approximate number of letters of records in a document, and the number of documents read at a time.
_LETTERS, _PAGE = 1_000_000, 20
#: The log is restarted when its records exceed twice the number of files by this many.
_SLACK = 1000


class _Part(msgspec.Struct):
    """The contents of a document of a log.

    Attributes:
        name: a random name of this write.
        records: its records.
        begins: for a part of a restart, the number of the part and of all parts.
    """

    name: str
    records: list[Record]
    begins: tuple[int, int] | None = None


class FilesLog:
    """The log of one machine (:class:`khabar.upkeep.manifest.Log`).

    Args:
        cluster: the cluster.
        records: the index of records.
        host: the machine.

    Attributes:
        damaged: always empty, as the cluster checks its own files.
    """

    def __init__(self, cluster: Cluster, records: str, host: str) -> None:
        self._cluster = cluster
        self._records = records
        self._host = host
        self.damaged: list[int] = []
        self._next = self._lines = 0
        self._take: Callable[[Record], None] = lambda record: None

    def read(self, take: Callable[[Record], None]) -> None:
        """Call ``take`` with each record, in order.

        Raises:
            ClusterUnavailable: if the cluster does not answer.
        """
        self._take = take
        parts = list(_parts(self._cluster, self._records, self._host))
        if parts:
            self._next = parts[-1][0] + 1
        for part in _valid([part for _, part in parts]):
            for record in part.records:
                self._lines += 1
                # Ignore records of another version: their files are read again.
                with suppress(ValueError, TypeError, KeyError):
                    take(record)

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """The given articles that are also in files of other machines."""
        held: set[str] = set()
        for other in hosts(self._cluster, self._records):
            if other != self._host and ids:
                manifest = Manifest.open(FilesLog(self._cluster, self._records, other))
                for source in manifest.sources.values():
                    held.update(each for each in (*source.ids, *source.former) if each in ids)
        return held

    def write(self, new: Sequence[Record], everything: Callable[[], Iterator[Record]], size: int) -> None:
        """Append records, and restart the log if it has become long.

        Raises:
            ClusterUnavailable: if the cluster does not answer, or has no room.
        """
        for records in _chunks(new):
            while not self._put(_Part(uuid4().hex, records)):
                # The records of this process are newer than the adopted ones.
                for record in new:
                    self._take(record)
            self._lines += len(records)
        if self._lines > 2 * size + _SLACK:
            self._restart(everything)

    def _put(self, part: _Part) -> bool:
        """Create the next document. Returns False if another process has created it, and adopts its
        records."""
        number = self._next
        path = f"/{self._records}/_create/{_id(self._host, number)}"
        document = {
            "kind": _FILES,
            "host": self._host,
            "number": number,
            "updated": _now(),
            # ASCII, because paths may contain invalid characters.
            "record": json.dumps(msgspec.to_builtins(part), separators=(",", ":")),
        }
        self._next += 1
        with refusals(self._cluster):
            try:
                self._cluster.request("PUT", path, document, require_alias="true")
                return True
            except Conflict:
                found = self._cluster.request("GET", f"/{self._records}/_doc/{_id(self._host, number)}")
        there = _decoded(found["_source"]["record"])
        if there.name == part.name:
            # Created by this request, which was cut off and sent again.
            return True
        if there.begins is None:
            for record in there.records:
                self._take(record)
        return False

    def _restart(self, everything: Callable[[], Iterator[Record]]) -> None:
        """Write the whole manifest, and delete the earlier documents."""
        first = self._next
        chunks = list(_chunks(list(everything()))) or [[]]
        for number, records in enumerate(chunks, 1):
            if not self._put(_Part(uuid4().hex, records, (number, len(chunks)))):
                # Another process is writing: restart another time.
                return
        self._lines = sum(map(len, chunks))
        with refusals(self._cluster):
            self._cluster.request("POST", f"/{self._records}/_refresh")
            query = {
                "bool": {
                    "filter": [
                        {"term": {"kind": _FILES}},
                        {"term": {"host": self._host}},
                        {"range": {"number": {"lt": first}}},
                    ]
                }
            }
            path = f"/{self._records}/_delete_by_query"
            self._cluster.request("POST", path, {"query": query}, conflicts="proceed")


def _id(host: str, number: int) -> str:
    return f"{_FILES}-{host}-{number}"


def _now() -> int:
    return time.time_ns() // 1_000_000


def _decoded(record: str) -> _Part:
    return msgspec.convert(json.loads(record), _Part)


def _parts(cluster: Cluster, records: str, host: str) -> Iterator[tuple[int, _Part]]:
    """The documents of a machine's log, in order of their numbers."""
    after: list[Any] | None = None
    with refusals(cluster):
        cluster.request("POST", f"/{records}/_refresh")
        while True:
            body: dict[str, Any] = {
                "query": {"bool": {"filter": [{"term": {"kind": _FILES}}, {"term": {"host": host}}]}},
                "sort": [{"number": "asc"}],
                "size": _PAGE,
                "_source": ["number", "record"],
            }
            if after is not None:
                body["search_after"] = after
            hits = cluster.search(records, body)["hits"]["hits"]
            for hit in hits:
                yield hit["_source"]["number"], _decoded(hit["_source"]["record"])
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]


def _valid(parts: Sequence[_Part]) -> list[_Part]:
    """The documents of a log from the last complete restart on, without unfinished restarts."""
    begin = end = 0
    for place, part in enumerate(parts):
        if part.begins is None or part.begins[0] != part.begins[1]:
            continue
        count = part.begins[1]
        first = place + 1 - count
        restart = [each.begins for each in parts[max(0, first) : place + 1]]
        if restart == [(number, count) for number in range(1, count + 1)]:
            begin, end = first, place + 1
    return [*parts[begin:end], *(part for part in parts[end:] if part.begins is None)]


def _chunks(records: Sequence[Record]) -> Iterator[list[Record]]:
    """Split records into chunks for one document each."""
    chunk: list[Record] = []
    letters = 0
    for record in records:
        chunk.append(record)
        letters += sum(map(len, record.get("ids", ()))) + 300
        if letters > _LETTERS:
            yield chunk
            chunk, letters = [], 0
    if chunk:
        yield chunk


def hosts(cluster: Cluster, records: str) -> list[str]:
    """The machines that have a log."""
    body = {
        "size": 0,
        "query": {"term": {"kind": _FILES}},
        "aggs": {"hosts": {"terms": {"field": "host", "size": 10_000}}},
    }
    with refusals(cluster):
        cluster.request("POST", f"/{records}/_refresh")
        found = cluster.search(records, body)["aggregations"]["hosts"]["buckets"]
    return sorted(each["key"] for each in found)


class ClosingsShelf:
    """The closing lines that one machine found (:class:`khabar.upkeep.closings.Shelf`).

    Args:
        cluster: the cluster.
        records: the index of records.
        host: the machine.
    """

    def __init__(self, cluster: Cluster, records: str, host: str) -> None:
        self._cluster = cluster
        self._records = records
        self._host = host

    def read(self) -> bytes:
        """The content stored by this machine."""
        with refusals(self._cluster):
            path = f"/{self._records}/_doc/{_CLOSINGS}-{self._host}"
            try:
                found = self._cluster.request("GET", path)
            except (Lost, Replaced):
                raise
            except Missing:
                return b""
        kept: str = found["_source"]["record"]
        return kept.encode()

    def others(self) -> Sequence[bytes]:
        """The contents stored by other machines."""
        body = {
            "query": {
                "bool": {
                    "filter": {"term": {"kind": _CLOSINGS}},
                    "must_not": {"term": {"host": self._host}},
                }
            },
            "size": 1000,
            "_source": ["record"],
        }
        with refusals(self._cluster):
            self._cluster.request("POST", f"/{self._records}/_refresh")
            hits = self._cluster.search(self._records, body)["hits"]["hits"]
        return [hit["_source"]["record"].encode() for hit in hits]

    def write(self, content: bytes) -> None:
        """Replace the content stored by this machine."""
        document = {
            "kind": _CLOSINGS,
            "host": self._host,
            "updated": _now(),
            "record": content.decode("ascii"),
        }
        with refusals(self._cluster):
            path = f"/{self._records}/_doc/{_CLOSINGS}-{self._host}"
            self._cluster.request("PUT", path, document, require_alias="true")


def reserved(cluster: Cluster, records: str, count: int) -> int:
    """Reserve numbers for the order of indexing that no other client gets; returns the first of them."""
    path = f"/{records}/_doc/{_COUNTER}"
    with refusals(cluster):
        while True:
            condition: dict[str, Any] = {"op_type": "create"}
            first = 1
            try:
                found = cluster.request("GET", path)
                first = found["_source"]["number"]
                condition = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
            except (Lost, Replaced):
                raise
            except Missing:
                pass
            document = {"kind": _COUNTER, "number": first + count, "updated": _now()}
            with suppress(Conflict):
                cluster.request("PUT", path, document, require_alias="true", **condition)
                return first
