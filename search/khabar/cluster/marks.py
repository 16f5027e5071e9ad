"""Marks of operations in progress on a cluster: commits, and a rebuild.

A client puts a mark before it writes, and removes it at the end. The mark of an ended process shows that it
was killed: its writes are not visible yet, or the index still refuses writes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, NamedTuple
from uuid import uuid4

from khabar.cluster.client import Cluster
from khabar.cluster.refusals import Conflict, Lost, Missing, Replaced
from khabar.cluster.state import host
from khabar.cluster.writing import REBUILD, refusals
from khabar.errors import KhabarError

__all__ = ["REBUILD", "Mark", "marks", "new_mark", "put_mark", "renewed", "take_mark", "the_mark"]

_KIND = "mark"
#: The seconds after which the process of a mark from another machine counts as ended, as no commit takes so
#: long; and the seconds after which a rebuild renews its mark.
_OLD, _RENEWED = 1800.0, 60.0


class Mark(NamedTuple):
    """A mark.

    Attributes:
        id: the id of its document.
        host: the machine of its process.
        process: the id of the process; 0 if it failed.
        at: when it was put, in seconds since 1970.
    """

    id: str
    host: str
    process: int
    at: float

    @property
    def is_left(self) -> bool:
        """Whether its process has ended, as far as this machine can tell."""
        if not self.process or time.time() - self.at > _OLD:
            return True
        # On Windows, any signal would end the process.
        if self.host != host() or self.process == os.getpid() or os.name == "nt":
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            # The process of another user.
            return False
        return False


def new_mark(name: str = "") -> Mark:
    """Make a mark of this process, with a name or for a commit."""
    # Rounded to milliseconds, as it is stored.
    return Mark(name or f"{_KIND}-{uuid4().hex}", host(), os.getpid(), round(time.time(), 3))


def put_mark(
    cluster: Cluster, records: str, mark: Mark, *, new: bool = False, patience: float | None = None
) -> bool:
    """Put or renew a mark. Returns False if it must be new and one exists already.

    Args:
        cluster: the cluster.
        records: the alias for writing to the records of an edition.
        mark: the mark.
        new: whether it must be new.
        patience: seconds to go on trying; None for those of the cluster.
    """
    document = {
        "kind": _KIND,
        "host": mark.host,
        "number": mark.process,
        "updated": round(mark.at * 1000),
    }
    options: dict[str, Any] = {"op_type": "create"} if new else {}
    with refusals(cluster):
        try:
            path = f"/{records}/_doc/{mark.id}"
            cluster.request("PUT", path, document, patience=patience, require_alias="true", **options)
        except Conflict:
            there = the_mark(cluster, records, mark.id)
            # It may have been put by this request, which was cut off and sent again.
            return there is not None and there == mark
    return True


def take_mark(cluster: Cluster, records: str, mark: Mark) -> None:
    """Remove a mark, if it exists."""
    with refusals(cluster), suppress(Missing):
        cluster.request("DELETE", f"/{records}/_doc/{mark.id}")


def the_mark(cluster: Cluster, records: str, name: str) -> Mark | None:
    """The mark with a name; None if there is none."""
    with refusals(cluster):
        try:
            found = cluster.request("GET", f"/{records}/_doc/{name}")
        except (Lost, Replaced):
            raise
        except Missing:
            return None
    return _of(found)


def marks(cluster: Cluster, records: str) -> list[Mark]:
    """All marks of commits."""
    body = {"query": {"term": {"kind": _KIND}}, "size": 1000}
    with refusals(cluster):
        cluster.request("POST", f"/{records}/_refresh")
        hits = cluster.search(records, body)["hits"]["hits"]
    return [_of(hit) for hit in hits if hit["_id"] != REBUILD]


def _of(found: dict[str, Any]) -> Mark:
    source = found["_source"]
    return Mark(found["_id"], source["host"], source["number"], source["updated"] / 1000)


@contextmanager
def renewed(cluster: Cluster, records: str, mark: Mark) -> Iterator[None]:
    """Renew a mark from time to time inside the context."""
    ended = Event()

    def renew() -> None:
        while not ended.wait(_RENEWED):
            # If the cluster does not answer, try again the next time.
            with suppress(KhabarError):
                put_mark(cluster, records, mark._replace(at=round(time.time(), 3)))

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
