"""The existing parts of an index on a cluster, by the names of its indices and aliases, and the lost ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from khabar.cluster.mapping import ARTICLES, RECORDS, STATE, WORDS, alias, edition_index, write_alias
from khabar.errors import IndexDamaged, IndexFolderError, IndexNotFound, anew, mend
from khabar.places import Address

__all__ = [
    "KINDS",
    "Asked",
    "Inventory",
    "absent",
    "advice",
    "damaged",
    "inventory",
    "meant",
    "parted",
    "taken",
]

#: The three indices of an edition.
KINDS = (ARTICLES, WORDS, RECORDS)


class Asked(Protocol):
    """The cluster (:class:`khabar.cluster.client.Cluster`)."""

    @property
    def address(self) -> Address:
        """The address of the index."""
        ...

    def request(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Send a request and return the answer."""
        ...


def parted(name: str, index: str) -> tuple[int, str]:
    """The edition and the kind of an index, or of its alias for writing; (0, "") if it does not belong to the
    index with this name.

    >>> parted("news", "news.2.words"), parted("news", "news.2.words.write"), parted("news", "old.2.words")
    ((2, 'words'), (2, 'words'), (0, ''))
    """
    match = re.fullmatch(rf"{re.escape(name)}\.(\d+)\.({'|'.join(KINDS)})(?:\.write)?", index)
    return (int(match[1]), match[2]) if match else (0, "")


class Inventory(NamedTuple):
    """The existing parts of an index.

    Attributes:
        name: the name of the index.
        indices: the names of all indices that begin with it or have such an alias.
        aliases: their aliases, and the indices that each alias names.
    """

    name: str
    indices: frozenset[str]
    aliases: dict[str, tuple[str, ...]]

    @property
    def editions(self) -> list[int]:
        """The sorted numbers of all editions that have any index."""
        return sorted({edition for each in self.indices if (edition := parted(self.name, each)[0])})

    @property
    def counting(self) -> int:
        """The number of the current edition, which an alias names; 0 if there is none. The alias of the
        records decides, as the state is found by it."""
        for which in (RECORDS, ARTICLES, WORDS):
            for index in self.aliases.get(alias(self.name, which), ()):
                if parted(self.name, index)[1] == which:
                    return parted(self.name, index)[0]
        return 0

    @property
    def foreign(self) -> list[str]:
        """The names of the index's aliases that something else has."""
        names = []
        for which in KINDS:
            named = alias(self.name, which)
            theirs = any(parted(self.name, each)[1] != which for each in self.aliases.get(named, ()))
            if named in self.indices or theirs:
                names.append(named)
        return names

    def lost(self, edition: int) -> list[str]:
        """The names of indices and aliases that a current edition must have and that are missing."""
        lost = []
        for which in KINDS:
            index, written = edition_index(self.name, edition, which), write_alias(self.name, edition, which)
            if index not in self.indices:
                lost.append(index)
                continue
            lost += [
                each for each in (written, alias(self.name, which)) if self.aliases.get(each) != (index,)
            ]
        return lost


def inventory(cluster: Asked) -> Inventory:
    """The existing parts of the index with the name in a cluster's address."""
    name = cluster.address.name
    path = f"/{name}.*,{name}/_alias"
    found = cluster.request("GET", path, expand_wildcards="all", ignore_unavailable="true")
    aliases: dict[str, list[str]] = {}
    for index, said in found.items():
        for each in said["aliases"]:
            aliases.setdefault(each, []).append(index)
    return Inventory(name, frozenset(found), {each: tuple(indices) for each, indices in aliases.items()})


def meant(cluster: Asked, there: Inventory) -> int:
    """The number of the current edition. If no alias names one, it is that with the most articles, as an
    interrupted rebuild has fewer; 0 if none has articles. (An edition that is being created has no alias and
    no articles.)"""
    if there.counting:
        return there.counting
    best = 0, 0
    for edition in there.editions:
        index = edition_index(there.name, edition, ARTICLES)
        if index in there.indices:
            best = max(best, (cluster.request("GET", f"/{index}/_count")["count"], edition))
    return best[1] if best[0] else 0


def taken(address: Address, name: str) -> IndexFolderError:
    """The error for a name that the index needs and something else has."""
    return IndexFolderError(
        f"{address} cannot be used: something else on the cluster has the name {name}. Give another name, or "
        "remove what has this one"
    )


def absent(cluster: Asked, there: Inventory, edition: int) -> IndexFolderError:
    """The error for an index without a state.

    Args:
        cluster: the cluster.
        there: the existing parts of the index.
        edition: the number of the current edition (:func:`meant`).
    """
    address = cluster.address
    if foreign := there.foreign:
        return taken(address, foreign[0])
    if not edition:
        return IndexNotFound(
            f"there is no index {address}. Make one with: khabar index SOURCE... --index {address}"
        )
    lost = there.lost(edition) or [f"{edition_index(there.name, edition, RECORDS)}/_doc/{STATE}"]
    return damaged(address, lost)


def damaged(address: Address, lost: Sequence[str]) -> IndexDamaged:
    """The error for an index with lost parts."""
    return IndexDamaged(str(address), f"{lost[0]} is not there", advice(address, lost))


def advice(address: Address, lost: Sequence[str]) -> str:
    """The advice if indices or aliases are lost: an index without its articles must be made again."""
    without = any(parted(address.name, each)[1] == ARTICLES and not each.endswith(".write") for each in lost)
    return anew(str(address)) if without else mend(str(address))
