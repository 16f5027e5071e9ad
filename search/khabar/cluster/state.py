"""The state of an index on a cluster: one document, which names the edition that counts and the number of its
newest commit.

It is read by its id, which shows what was written last, refreshed or not. A commit puts a new one in its
place on the condition that nobody else did meanwhile (``if_seq_no``); else it reads what they wrote, and
tries again. So of two writers neither loses what the other did, and the state tells who did what.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from khabar._version import __version__
from khabar.cluster.client import Cluster, Conflict, Missing
from khabar.cluster.mapping import ARTICLES, FORMAT, RECORDS, STATE, WORDS, alias, edition_index
from khabar.errors import IndexDamaged, IndexMismatch, IndexNotFound, renew
from khabar.index.folder import now
from khabar.index.reports import Commit
from khabar.serialize import Serializable

__all__ = [
    "HOST_VARIABLE",
    "EditionState",
    "Kept",
    "change_state",
    "check_usable",
    "edition_and_generation",
    "host",
    "new_commit",
    "note_commit",
    "read_state",
    "written_state",
]

#: The environment variable that names this machine where its own name changes, as that of a container does.
HOST_VARIABLE = "KHABAR_HOST"
#: Commits that the state remembers.
_REMEMBERED = 50


class EditionState(Serializable, msgspec.Struct, frozen=True):
    """What the document says.

    Attributes:
        edition: the number in the names of the three indices.
        generation: the number of the newest commit.
        analyzer: fingerprint of the analyzer that made the terms.
        format: see :data:`khabar.cluster.mapping.FORMAT`.
        created, updated: moments in ISO form, UTC.
        khabar: version of khabar that wrote last.
        log: the newest commits, the last one at the end.
    """

    edition: int
    generation: int
    analyzer: str
    format: int = FORMAT
    created: str = ""
    updated: str = ""
    khabar: str = __version__
    log: tuple[Commit, ...] = ()

    def after(self, commit: Commit) -> EditionState:
        """The state after one more commit, whose number is the next."""
        commit = replace(commit, generation=self.generation + 1)
        return replace(
            self,
            generation=commit.generation,
            updated=commit.at,
            khabar=__version__,
            log=(*self.log[1 - _REMEMBERED :], commit),
        )


class Kept(NamedTuple):
    """A state as it was read.

    Attributes:
        state: it.
        articles, words, records: the names of the indices of its edition.
        seq_no, primary_term: name this version of the document.
    """

    state: EditionState
    articles: str
    words: str
    records: str
    seq_no: int
    primary_term: int


def host() -> str:
    """The name of this machine among those that write to the index."""
    return os.environ.get(HOST_VARIABLE) or socket.gethostname()


def read_state(cluster: Cluster, records: str = "") -> Kept:
    """The state of the edition that counts.

    Args:
        cluster: where it is; its address has the name of the index.
        records: the index of records of a certain edition, or its alias for writing.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format.
        IndexDamaged: if its state cannot be understood.
        ClusterUnavailable: if the cluster does not answer.
    """
    address = str(cluster.address)
    found = _found(cluster, records)
    try:
        record = msgspec.json.decode(found["_source"]["record"])
        if record["format"] != FORMAT:
            raise IndexMismatch(
                f"the index {address} has format {record['format']}, this khabar {__version__} reads format "
                f"{FORMAT}. {renew(address)}"
            )
        state = msgspec.convert(record, EditionState)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(address, f"its state is not as it was written: {error}", renew(address)) from error
    articles, words, kept_in = (
        edition_index(cluster.address.name, state.edition, each) for each in (ARTICLES, WORDS, RECORDS)
    )
    return Kept(state, articles, words, kept_in, found["_seq_no"], found["_primary_term"])


def _found(cluster: Cluster, records: str) -> dict[str, Any]:
    """The document of the state."""
    address = cluster.address
    try:
        found: dict[str, Any] = cluster.request(
            "GET", f"/{records or alias(address.name, RECORDS)}/_doc/{STATE}"
        )
    except Missing:
        raise IndexNotFound(
            f"there is no index {address}. Make one with: khabar index SOURCE... --index {address}"
        ) from None
    return found


def edition_and_generation(cluster: Cluster) -> tuple[int, int]:
    """The numbers of the edition that counts and of its newest commit, whatever its format.

    Raises:
        IndexNotFound: if there is no index.
    """
    found = _found(cluster, "")
    # The name of the index of records ends with the number of the edition and what it is.
    edition = int(found["_index"].split(".")[-2])
    with suppress(KeyError, TypeError, ValueError):
        return edition, int(msgspec.json.decode(found["_source"]["record"])["generation"])
    return edition, found["_version"]


def check_usable(cluster: Cluster, state: EditionState, analyzer: str) -> None:
    """Refuse an index whose terms were made by other rules than this khabar's: its words would silently not
    be found.

    Raises:
        IndexMismatch: if they were.
    """
    if state.analyzer != analyzer:
        address = str(cluster.address)
        raise IndexMismatch(
            f"the index {address} was built with another analyzer (fingerprint {state.analyzer}, here "
            f"{analyzer}; khabar {state.khabar}, here {__version__}). {renew(address)}"
        )


def written_state(state: EditionState) -> dict[str, Any]:
    """The document of a state."""
    return {
        "kind": "state",
        "updated": time.time_ns() // 1_000_000,
        "record": msgspec.json.encode(state).decode(),
    }


def change_state(
    cluster: Cluster, records: str, change: Callable[[EditionState], EditionState]
) -> EditionState:
    """Put what ``change`` makes of the state in its place; anew if another writer was first.

    Args:
        cluster: where it is.
        records: the alias for writing to the records of the edition.
        change: gives the new state; the same one if there is nothing to change.

    Raises:
        IndexNotFound: if the edition is gone.
    """
    while True:
        kept = read_state(cluster, records)
        changed = change(kept.state)
        if changed is kept.state:
            return changed
        try:
            cluster.request(
                "PUT",
                f"/{records}/_doc/{STATE}",
                written_state(changed),
                if_seq_no=kept.seq_no,
                if_primary_term=kept.primary_term,
                require_alias="true",
            )
        except Conflict:
            # Another writer; or this one, whose request was cut off and sent again.
            continue
        return changed


def note_commit(cluster: Cluster, records: str, commit: Commit) -> EditionState:
    """Count a commit, once."""

    def change(state: EditionState) -> EditionState:
        return state if any(each.id == commit.id for each in state.log) else state.after(commit)

    return change_state(cluster, records, change)


def new_commit(name: str, *, added: int, replaced: int, removed: int) -> Commit:
    """A commit of this process, which has no number yet."""
    return Commit(name, 0, host(), os.getpid(), now(), added, replaced, removed)
