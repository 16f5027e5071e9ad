"""Marks of operations in progress on a cluster: commits, and a rebuild.

A client puts a mark before it writes, and takes it away when it has come to its end. A mark of a process that
is no more says that it was killed: what it wrote is not visible yet, or the index was left closed to writers.
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
from khabar.cluster.refused import Conflict, Lost, Missing, Replaced
from khabar.cluster.state import host
from khabar.cluster.writing import REBUILD, refusals
from khabar.errors import KhabarError

__all__ = ["REBUILD", "Mark", "marks", "new_mark", "put_mark", "renewed", "take_mark", "the_mark"]

_KIND = "mark"
#: Seconds after which a mark of another machine counts as left by a process that is no more: no commit takes
#: so long, and a rebuild renews its mark every minute.
_OLD, _RENEWED = 1800.0, 60.0


class Mark(NamedTuple):
    """A mark.

    Attributes:
        id: of its document.
        host: the machine of the process that put it.
        process: its number there; 0 if it gave up.
        at: when, in seconds since 1970.
    """

    id: str
    host: str
    process: int
    at: float

    @property
    def is_left(self) -> bool:
        """Whether its process has ended, as far as this machine can know."""
        if not self.process or time.time() - self.at > _OLD:
            return True
        # On Windows a process is not asked by a signal: it would be ended.
        if self.host != host() or self.process == os.getpid() or os.name == "nt":
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            # It is another user's.
            return False
        return False


def new_mark(name: str = "") -> Mark:
    """A mark of this process, of a commit or with a name."""
    # To the millisecond, as it is kept.
    return Mark(name or f"{_KIND}-{uuid4().hex}", host(), os.getpid(), round(time.time(), 3))


def put_mark(
    cluster: Cluster, records: str, mark: Mark, *, new: bool = False, patience: float | None = None
) -> bool:
    """Put a mark, or renew it; False if it shall be new and is there already.

    Args:
        cluster: where.
        records: the alias for writing to the records of an edition.
        mark: it.
        new: whether there may be none before.
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
            # Of this very request, if it was cut off and sent again.
            return there is not None and there == mark
    return True


def take_mark(cluster: Cluster, records: str, mark: Mark) -> None:
    """Take a mark away, if it is there."""
    with refusals(cluster), suppress(Missing):
        cluster.request("DELETE", f"/{records}/_doc/{mark.id}")


def the_mark(cluster: Cluster, records: str, name: str) -> Mark | None:
    """The mark with a name, if there is one."""
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
    """Renew a mark from time to time while something inside goes on."""
    ended = Event()

    def renew() -> None:
        while not ended.wait(_RENEWED):
            # Another time, if the cluster does not answer now.
            with suppress(KhabarError):
                put_mark(cluster, records, mark._replace(at=round(time.time(), 3)))

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
