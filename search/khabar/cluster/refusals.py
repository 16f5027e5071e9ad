"""The errors for requests that a cluster refuses. Code that expects a refusal catches it by its class; an
unexpected one is passed on unchanged, as each is an error of khabar that says what is wrong with the index
and what to do.

The class depends on the cluster's name of the error, and on which parts of the index exist
(:func:`with_edition`).
"""

from __future__ import annotations

import shlex
from typing import Any

from khabar.cluster.inventory import Asked, advice, inventory, parted
from khabar.errors import ClusterUnavailable, IndexDamaged, IndexFolderError, IndexLocked
from khabar.places import Address

__all__ = [
    "BLOCKED",
    "Conflict",
    "Lost",
    "Missing",
    "Refused",
    "Replaced",
    "Shut",
    "is_lasting",
    "refusal",
    "with_edition",
]

#: The cluster's name of the error if an index refuses writes: because a disk is full (status 429), or because
#: of a rebuild or an administrator (403).
BLOCKED = "cluster_block_exception"
#: The names for a missing index, a closed one, and an expired snapshot.
_NO_INDEX, _CLOSED, _NOT_KEPT = (
    "index_not_found_exception",
    "index_closed_exception",
    "search_context_missing_exception",
)
_FORBIDDEN = 403


class Refused(IndexFolderError):
    """The cluster refused a request, and will refuse it again.

    Args:
        address: the address of the index.
        status: the status of the answer.
        kind: the cluster's name of the error, such as ``resource_already_exists_exception``.
        said: the cluster's message.
        index: the name of the index concerned; "" if the cluster does not name it.
    """

    def __init__(self, address: Address, status: int, kind: str, said: str = "", index: str = "") -> None:
        # Not super(), which is another class in the subclasses below.
        Exception.__init__(self, address, status, kind, said, index)
        self.address = address
        self.status = status
        self.kind = kind
        self.said = said
        self.name = index

    @property
    def answer(self) -> str:
        """The cluster's answer."""
        return f"{self.kind}: {self.said}" if self.said else self.kind

    def __str__(self) -> str:
        return (
            f"the cluster refused a request about {self.address} ({self.answer}). Check whether it is "
            f"damaged: khabar check --index {shlex.quote(str(self.address))}"
        )


class Missing(Refused):
    """There is no such index or document (404)."""


class Conflict(Refused):
    """A document was changed meanwhile, or exists already (409)."""


class Lost(Missing, IndexDamaged):
    """An index or alias of the current edition is missing."""

    def __init__(self, address: Address, status: int, kind: str, said: str = "", index: str = "") -> None:
        IndexDamaged.__init__(self, str(address), _not_there(index or said), advice(address, [index]))
        Missing.__init__(self, address, status, kind, said, index)

    __str__ = IndexDamaged.__str__


class Replaced(Missing, IndexLocked):
    """The edition no longer exists: a rebuild has replaced it."""

    def __str__(self) -> str:
        return _was_replaced(self.address)


class Shut(Refused, ClusterUnavailable):
    """An index is closed or blocked, or the snapshot being read has expired.

    Attributes:
        code: ``closed``, ``blocked`` or ``dropped``.
    """

    def __init__(self, address: Address, status: int, kind: str, said: str = "", index: str = "") -> None:
        code = {_CLOSED: "closed", BLOCKED: "blocked"}.get(kind, "dropped")
        ClusterUnavailable.__init__(self, address, _shut(code, index, said), code)
        Refused.__init__(self, address, status, kind, said, index)

    __str__ = ClusterUnavailable.__str__


def _not_there(name: str) -> str:
    return f"{name} is not there"


def _was_replaced(address: Address) -> str:
    return (
        f"the index {address} was replaced by a rebuild meanwhile; what was committed before is in the new "
        "one. Run the same command again"
    )


def _shut(code: str, index: str, said: str) -> str:
    if code == "closed":
        return f"{index} is closed"
    if code == "blocked":
        return f"the cluster blocks it: {said}"
    return "the snapshot being read is gone: the index was rebuilt meanwhile, or a node left"


def refusal(address: Address, status: int, error: Any) -> Refused:
    """Make the error for a refusal.

    Args:
        address: the address of the index.
        status: the status of the answer.
        error: the error in the answer.
    """
    kind, said, index = str(error), "", ""
    if isinstance(error, dict):
        root = (error.get("root_cause") or [error])[0]
        kind = root.get("type") or error.get("type", "")
        said = root.get("reason") or error.get("reason") or ""
        index = root.get("index") or ""
    return _class(status, kind)(address, status, kind, said, index)


def _class(status: int, kind: str) -> type[Refused]:
    if kind == _NO_INDEX:
        return Lost
    if kind in (_CLOSED, _NOT_KEPT) or (kind == BLOCKED and status == _FORBIDDEN):
        return Shut
    return {404: Missing, 409: Conflict}.get(status, Refused)


def is_lasting(error: Any) -> bool:
    """Whether the error of one part of an answer is permanent."""
    return isinstance(error, dict) and error.get("type") in (_NO_INDEX, _CLOSED)


def with_edition(cluster: Asked, refused: Refused) -> Refused:
    """The same refusal, or Replaced instead of Lost if a rebuild deleted the index."""
    if not isinstance(refused, Lost):
        return refused
    edition, _ = parted(cluster.address.name, refused.name)
    counting = inventory(cluster).counting
    if edition and counting and counting != edition:
        return Replaced(refused.address, refused.status, refused.kind, refused.said, refused.name)
    return refused
