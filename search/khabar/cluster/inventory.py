"""The parts of an index on a cluster, by the names of its indices and aliases, and which are lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from khabar.cluster.mapping import ARTICLES, RECORDS, STATE, WORDS, alias, edition_index, write_alias
from khabar.errors import IndexDamaged, IndexFolderError, IndexNotFound, anew, mend
from khabar.index.address import Address

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
    """What is asked: a cluster (:class:`khabar.cluster.client.Cluster`)."""

    @property
    def address(self) -> Address:
        """That of the index."""
        ...

    def request(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The answer to a request."""
        ...


def parted(name: str, index: str) -> tuple[int, str]:
    """The edition of an index, or of its alias for writing, and which of the three it is; (0, "") if it is
    none of the index with this name.

    >>> parted("news", "news.2.words"), parted("news", "news.2.words.write"), parted("news", "old.2.words")
    ((2, 'words'), (2, 'words'), (0, ''))
    """
    match = re.fullmatch(rf"{re.escape(name)}\.(\d+)\.({'|'.join(KINDS)})(?:\.write)?", index)
    return (int(match[1]), match[2]) if match else (0, "")


class Inventory(NamedTuple):
    """What there is.

    Attributes:
        name: of the index.
        indices: the names of all indices that begin with it, or have such an alias.
        aliases: the names of their aliases, and the indices that each names.
    """

    name: str
    indices: frozenset[str]
    aliases: dict[str, tuple[str, ...]]

    @property
    def editions(self) -> list[int]:
        """The numbers of all editions of which there is any index, in order."""
        return sorted({edition for each in self.indices if (edition := parted(self.name, each)[0])})

    @property
    def counting(self) -> int:
        """The number of the edition that an alias of the index names; 0 if there is none. That of the records
        decides, by which the state is found."""
        for which in (RECORDS, ARTICLES, WORDS):
            for index in self.aliases.get(alias(self.name, which), ()):
                if parted(self.name, index)[1] == which:
                    return parted(self.name, index)[0]
        return 0

    @property
    def foreign(self) -> list[str]:
        """What has the name of an alias of the index and is something else."""
        found = []
        for which in KINDS:
            named = alias(self.name, which)
            theirs = any(parted(self.name, each)[1] != which for each in self.aliases.get(named, ()))
            if named in self.indices or theirs:
                found.append(named)
        return found

    def lost(self, edition: int) -> list[str]:
        """The names of indices and aliases that an edition which counts must have, and has not."""
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
    """What there is of the index with the name in a cluster's address."""
    name = cluster.address.name
    path = f"/{name}.*,{name}/_alias"
    found = cluster.request("GET", path, expand_wildcards="all", ignore_unavailable="true")
    aliases: dict[str, list[str]] = {}
    for index, said in found.items():
        for each in said["aliases"]:
            aliases.setdefault(each, []).append(index)
    return Inventory(name, frozenset(found), {each: tuple(indices) for each, indices in aliases.items()})


def meant(cluster: Asked, there: Inventory) -> int:
    """The number of the edition that counts; where no alias names one, that with the most articles, as a
    rebuild that was broken off has fewer; 0 if there is none with articles. (An edition that is being made
    has no alias, and no articles.)"""
    if there.counting:
        return there.counting
    best = 0, 0
    for edition in there.editions:
        index = edition_index(there.name, edition, ARTICLES)
        if index in there.indices:
            best = max(best, (cluster.request("GET", f"/{index}/_count")["count"], edition))
    return best[1] if best[0] else 0


def taken(address: Address, name: str) -> IndexFolderError:
    """The error if something that is not khabar's has a name that an index needs."""
    return IndexFolderError(
        f"{address} cannot be used: something else on the cluster has the name {name}. Give another name, or "
        "remove what has this one"
    )


def absent(cluster: Asked, there: Inventory, edition: int) -> IndexFolderError:
    """Why an index has no state.

    Args:
        cluster: where.
        there: the parts of it that exist.
        edition: the number of the edition that counts (:func:`meant`).
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
    """The error of an index of which a part is lost."""
    return IndexDamaged(str(address), f"{lost[0]} is not there", advice(address, lost))


def advice(address: Address, lost: Sequence[str]) -> str:
    """What to do where indices or aliases are lost: without its articles an index must be built anew."""
    without = any(parted(address.name, each)[1] == ARTICLES and not each.endswith(".write") for each in lost)
    return anew(str(address)) if without else mend(str(address))
