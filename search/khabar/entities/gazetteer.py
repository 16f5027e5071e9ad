"""The lists of names of places and people in ``names.txt``. ``benchmarks/make_names.py`` makes the file, and
says from which sources."""

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
        rest: the folded words after the first.
        key: the folded name that represents all its spellings.
        doubtful: whether the spelling is also another word.
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
    """The lists, read once per process."""
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
    """The words of a listed name as they are compared, each folded like a word of a text."""
    return [respelled(term) or term for term in map(fold, name.strip("!").split())]


def _by_first(known: Iterable[str], others: Iterable[str]) -> dict[str, tuple[Listed, ...]]:
    """The spellings of listed names by their first word.

    Args:
        known: the lines of well-known names, with «|» between spellings.
        others: the lines of other names.
    """
    by_first: dict[str, list[Listed]] = {}
    doubtful = frozenset(map(fold, DOUBTFUL_PLACES.split()))
    for lines, are_known in ((known, True), (others, False)):
        for line in filter(None, lines):
            names = line.split("|")
            key = " ".join(_terms(names[0]))
            for name in names:
                first, *rest = _terms(name)
                listed = Listed(tuple(rest), key, name.startswith("!"), are_known and first not in doubtful)
                by_first.setdefault(first, []).append(listed)
    return {
        first: tuple(sorted(spellings, key=lambda listed: -len(listed.rest)))
        for first, spellings in by_first.items()
    }
