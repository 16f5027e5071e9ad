"""Puts lines into visual order, for terminals that do not support right-to-left text.

Letters are joined by arabic-reshaper and lines are reordered by python-bidi (the Unicode Bidirectional
Algorithm, UAX #9), both from the extra ``bidi``. Lines must be wrapped first: wrapping a reordered paragraph
would put its end on the first line.

This module adds what python-bidi lacks. Isolates (U+2066–2069, Unicode 6.3) are reordered separately, and
count as one neutral character in their line. A letter and its marks stay together in their order. Each
character keeps the value that belongs to it, such as its colour.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

from khabar.errors import MissingDependency
from khabar.render.look import right_to_left

__all__ = ["available", "require", "visual", "visual_text"]

T = TypeVar("T")
#: A letter with its marks, and the value that belongs to it.
Cluster = tuple[str, T]

_LRI, _RLI, _FSI, _PDI = "\u2066", "\u2067", "\u2068", "\u2069"
_OBJECT = "\ufffc"
#: Direction marks and joiners, which are no longer needed when the line is in order.
_SPENT = "\u200b\u200c\u200d\u200e\u200f\u061c" + _PDI
#: Lam before alef is always written as a ligature: the joined forms of the two letters → the ligature.
_LAM_ALEF = {
    lam + alef: ligature
    for alef, single, final in (
        ("\ufe82", "\ufef5", "\ufef6"),
        ("\ufe84", "\ufef7", "\ufef8"),
        ("\ufe88", "\ufef9", "\ufefa"),
        ("\ufe8e", "\ufefb", "\ufefc"),
    )
    for lam, ligature in (("\ufedf", single), ("\ufee0", final))
}


def available() -> bool:
    """Whether the packages of the extra are installed."""
    return find_spec("bidi") is not None and find_spec("arabic_reshaper") is not None


def require() -> None:
    """Raises:
    MissingDependency: if the packages of the extra are not installed.
    """
    if not available():
        raise MissingDependency(
            "putting lines into visual order needs python-bidi and arabic-reshaper: pip install "
            '"khabar[bidi]"'
        )


def visual_text(text: str, *, base: bool | None = None) -> str:
    """A line of text in visual order; see :func:`visual`."""
    return "".join(char for char, _ in visual([(char, None) for char in text], base=base))


def visual(line: Sequence[Cluster[T]], *, base: bool | None = None) -> list[Cluster[T]]:
    """The characters of a line in the order in which a terminal shows them from left to right.

    Args:
        line: the characters in logical order, each with a value that belongs to it.
        base: whether the line runs from right to left; None if its first strong character decides.

    Returns:
        the characters with their values in visual order: fewer than before if letters became ligatures or
            direction marks were removed.
    """
    clusters: list[Cluster[T]] = []
    inner: dict[int, list[Cluster[T]]] = {}
    position = 0
    while position < len(line):
        char, value = line[position]
        if char in (_LRI, _RLI, _FSI):
            end = _end_of_isolate(line, position)
            isolate = line[position + 1 : end]
            inner[len(clusters)] = visual(isolate, base=None if char == _FSI else char == _RLI)
            clusters.append((_OBJECT, value))
            position = end + 1
            continue
        is_mark = unicodedata.category(char) in ("Mn", "Me")
        if is_mark and clusters and clusters[-1][0] not in _SPENT and len(clusters) - 1 not in inner:
            clusters[-1] = (clusters[-1][0] + char, clusters[-1][1])
        elif char not in "\u200d" + _PDI:
            clusters.append((char, value))
        position += 1
    if base is None:
        base = right_to_left("".join(char for char, _ in clusters))
    shaped = _shaped([char for char, _ in clusters])
    ordered: list[Cluster[T]] = []
    for number, mirrored in _order("".join(_assigned(char[0]) for char, _ in clusters), base):
        if number in inner:
            ordered += inner[number]
            continue
        text = mirrored + shaped[number][1:] if mirrored else shaped[number]
        if text := text.lstrip(_SPENT):
            ordered.append((text, clusters[number][1]))
    return ordered


def _end_of_isolate(line: Sequence[Cluster[T]], opening: int) -> int:
    """The position of the end of an isolate; the length of the line if it is not closed.

    Args:
        line: the line.
        opening: the position of the character that opens the isolate.
    """
    depth = 0
    for position in range(opening, len(line)):
        char = line[position][0]
        depth += (char in (_LRI, _RLI, _FSI)) - (char == _PDI)
        if not depth:
            return position
    return len(line)


def _shaped(clusters: Sequence[str]) -> list[str]:
    """The joined form of each letter with its marks; "" for an alef that is part of a ligature."""
    import arabic_reshaper

    settings = {"support_ligatures": False, "delete_tatweel": False, "delete_harakat": False}
    bare = "".join(cluster[0] for cluster in clusters)
    forms = arabic_reshaper.ArabicReshaper(settings).reshape(bare)
    if len(forms) != len(bare):
        return list(clusters)
    shaped = [form + cluster[1:] for form, cluster in zip(forms, clusters, strict=True)]
    for number in range(1, len(forms)):
        ligature = _LAM_ALEF.get(forms[number - 1 : number + 1])
        if ligature:
            shaped[number - 1 : number + 1] = [ligature + clusters[number - 1][1:] + clusters[number][1:], ""]
    return shaped


def _assigned(char: str) -> str:
    """The character; a letter instead if it has no direction, as characters that are not assigned yet."""
    return char if unicodedata.bidirectional(char) not in ("", "B") else "x"


def _order(text: str, rtl: bool) -> Iterable[tuple[int, str]]:
    """The positions of a line's characters in visual order, each with its mirrored form or ""."""
    from bidi import algorithm

    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = int(rtl), "R" if rtl else "L"
    algorithm.get_embedding_levels(text, storage)
    for number, char in enumerate(storage["chars"]):
        char["position"] = number
    for rule in (
        algorithm.explicit_embed_and_overrides,
        algorithm.resolve_weak_types,
        algorithm.resolve_neutral_types,
        algorithm.resolve_implicit_levels,
        algorithm.reorder_resolved_levels,
        algorithm.apply_mirroring,
    ):
        rule(storage, False)
    for char in storage["chars"]:
        position: int = char["position"]
        yield position, char["ch"] if char["ch"] != text[position] else ""
