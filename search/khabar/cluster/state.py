"""The state of an index on a cluster: one document, which names the current edition and the number of its
newest commit.

It is read by its id, which shows the last version whether or not it is refreshed. A commit replaces it on the
condition that nobody else did so meanwhile (``if_seq_no``); otherwise it reads the new state and tries again.
So no writer loses the changes of another, and the state records who did what.
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
from khabar.cluster.client import Cluster
from khabar.cluster.inventory import absent, inventory, meant, parted, taken
from khabar.cluster.mapping import ARTICLES, FORMAT, RECORDS, STATE, WORDS, alias, edition_index
from khabar.cluster.refusals import Conflict, Missing
from khabar.errors import IndexDamaged, IndexMismatch, mend, renew
from khabar.index.folder import now
from khabar.serialize import Serializable
from khabar.upkeep.reports import Commit

__all__ = [
    "HOST_VARIABLE",
    "EditionState",
    "Kept",
    "change_state",
    "check_usable",
    "edition_and_generation",
    "host",
    "lost_of",
    "lost_words",
    "new_commit",
    "note_commit",
    "read_state",
    "written_state",
]

#: The environment variable that names this machine if its own name changes, as that of a container does.
HOST_VARIABLE = "KHABAR_HOST"
#: The number of commits in the state.
_REMEMBERED = 50


class EditionState(Serializable, msgspec.Struct, frozen=True):
    """The contents of the document.

    Attributes:
        edition: the number in the names of the three indices.
        generation: the number of the newest commit.
        analyzer: the fingerprint of the analyzer that made the terms.
        format: see :data:`khabar.cluster.mapping.FORMAT`.
        created, updated: moments in ISO format, UTC.
        khabar: the version of khabar that wrote last.
        log: the newest commits, the last one at the end.
        words: the minimum number of words, which are never removed.
    """

    edition: int
    generation: int
    analyzer: str
    format: int = FORMAT
    created: str = ""
    updated: str = ""
    khabar: str = __version__
    log: tuple[Commit, ...] = ()
    words: int = 0

    def after(self, commit: Commit, words: int = 0) -> EditionState:
        """The state after one more commit, which gets the next number.

        Args:
            commit: the commit.
            words: the number of words at that time.
        """
        commit = replace(commit, generation=self.generation + 1)
        return replace(
            self,
            generation=commit.generation,
            updated=commit.at,
            khabar=__version__,
            log=(*self.log[1 - _REMEMBERED :], commit),
            words=max(self.words, words),
        )


class Kept(NamedTuple):
    """A state as read.

    Attributes:
        state: the state.
        articles, words, records: the names of the indices of its edition.
        seq_no, primary_term: the version of the document.
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
    """Read the state of the current edition, or of a given one.

    Args:
        cluster: the cluster, whose address has the name of the index.
        records: the index of records of an edition, or its alias for writing.

    Raises:
        IndexNotFound: if there is no index.
        IndexFolderError: if something else has its name.
        IndexMismatch: if it has another format.
        IndexDamaged: if its state is lost or damaged.
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
        if (edition := parted(cluster.address.name, found["_index"])[0]) != state.edition:
            raise IndexDamaged(
                address,
                f"its state is of edition {state.edition}, and is kept in edition {edition}",
                mend(address),
            )
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(address, f"its state is damaged: {error}", mend(address)) from error
    articles, words, kept_in = (
        edition_index(cluster.address.name, state.edition, each) for each in (ARTICLES, WORDS, RECORDS)
    )
    return Kept(state, articles, words, kept_in, found["_seq_no"], found["_primary_term"])


def _found(cluster: Cluster, records: str) -> dict[str, Any]:
    """The document of the state."""
    name = cluster.address.name
    path = f"/{records or alias(name, RECORDS)}/_doc/{STATE}"
    try:
        found: dict[str, Any] = cluster.request("GET", path)
    except Missing:
        there = inventory(cluster)
        edition = meant(cluster, there)
        if not edition or there.foreign or there.lost(edition):
            raise absent(cluster, there, edition) from None
        try:
            # Another client may have made it between the two requests.
            found = cluster.request("GET", path)
        except Missing:
            raise absent(cluster, there, edition) from None
    if not parted(name, found["_index"])[0]:
        raise taken(cluster.address, found["_index"])
    return found


def edition_and_generation(cluster: Cluster) -> tuple[int, int]:
    """The numbers of the current edition and of its newest commit, whatever its format and its lost parts;
    the latter number is 0 if the state is lost.

    Raises:
        IndexNotFound: if there is no index.
        IndexFolderError: if something else has its name.
    """
    try:
        found = _found(cluster, "")
    except IndexDamaged:
        return meant(cluster, inventory(cluster)), 0
    edition, _ = parted(cluster.address.name, found["_index"])
    with suppress(KeyError, TypeError, ValueError):
        return edition, int(msgspec.json.decode(found["_source"]["record"])["generation"])
    return edition, found["_version"]


def lost_of(cluster: Cluster, edition: int) -> list[str]:
    """The names of the lost parts of an edition: indices, aliases, the state."""
    lost = inventory(cluster).lost(edition)
    records = edition_index(cluster.address.name, edition, RECORDS)
    if records not in lost:
        try:
            cluster.request("GET", f"/{records}/_doc/{STATE}", _source="false")
        except Missing:
            lost.append(f"{records}/_doc/{STATE}")
    return lost


def lost_words(cluster: Cluster, kept: Kept) -> int:
    """The number of lost words, without which searches miss articles."""
    found = cluster.request("GET", f"/{kept.words}/_count")
    # The words of a missing shard are not lost.
    return 0 if found["_shards"]["failed"] else max(0, kept.state.words - int(found["count"]))


def check_usable(cluster: Cluster, state: EditionState, analyzer: str) -> None:
    """Refuse an index whose terms were made by another analyzer: its words would silently not be found.

    Raises:
        IndexMismatch: if it is such an index.
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
    """Replace the state, and repeat that if another writer was first.

    Args:
        cluster: the cluster.
        records: the alias for writing to the records of the edition.
        change: returns the new state, or the same object if there is nothing to change.

    Raises:
        IndexDamaged: if the state is lost.
        IndexNotFound: if the index is gone.
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
            # Changed by another writer, or by this request, which was cut off and sent again.
            continue
        return changed


def note_commit(cluster: Cluster, records: str, commit: Commit, words: int) -> EditionState:
    """Add a commit to the state, once; ``words``: the number of words."""

    def change(state: EditionState) -> EditionState:
        return state if any(each.id == commit.id for each in state.log) else state.after(commit, words)

    return change_state(cluster, records, change)


def new_commit(name: str, *, added: int, replaced: int, removed: int) -> Commit:
    """Make a commit of this process, without a number yet."""
    return Commit(name, 0, host(), os.getpid(), now(), added, replaced, removed)
