"""The lists of names of places and people, as ``names.txt`` has them. How it is made, and from what, is told
in ``benchmarks/make_names.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from khabar.analysis.fold import fold
from khabar.analysis.variants import respelled
from khabar.entities.known_names import DOUBTFUL_PLACES, ORGANISATIONS

__all__ = ["Listed", "Lists", "lists"]


class Listed(NamedTuple):
    """A spelling of a listed name, without its first word.

    Attributes:
        rest: the folded words behind the first.
        key: the name that stands for all its spellings, folded.
        doubtful: whether the spelling is another word as well.
        known: whether it is known widely enough to need no evidence.
    """

    rest: tuple[str, ...]
    key: str
    doubtful: bool
    known: bool


class Lists(NamedTuple):
    """The lists in memory.

    Attributes:
        given: given names that may be other words.
        families: family names that may be other words.
        places, organisations: the spellings by their first word, folded; the longest first.
    """

    given: frozenset[str]
    families: frozenset[str]
    places: Mapping[str, tuple[Listed, ...]]
    organisations: Mapping[str, tuple[Listed, ...]]


@cache
def lists() -> Lists:
    """The lists, read once a process."""
    text = (files("khabar.entities") / "names.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return Lists(
        frozenset(" ".join(sections["given"]).split()),
        frozenset(" ".join(sections["families"]).split()),
        _by_first(sections["major"], sections["places"]),
        _by_first(ORGANISATIONS.split("\n"), ()),
    )


def _terms(name: str) -> list[str]:
    """The words of a listed name as they are compared; each is folded by itself, as those of texts are."""
    return [respelled(term) or term for term in map(fold, name.strip("!").split())]


def _by_first(known: Iterable[str], others: Iterable[str]) -> dict[str, tuple[Listed, ...]]:
    found: dict[str, list[Listed]] = {}
    doubtful = frozenset(map(fold, DOUBTFUL_PLACES.split()))
    for lines, are_known in ((known, True), (others, False)):
        for line in filter(None, lines):
            names = line.split("|")
            key = " ".join(_terms(names[0]))
            for name in names:
                first, *rest = _terms(name)
                listed = Listed(tuple(rest), key, name.startswith("!"), are_known and first not in doubtful)
                found.setdefault(first, []).append(listed)
    return {first: tuple(sorted(each, key=lambda one: -len(one.rest))) for first, each in found.items()}
