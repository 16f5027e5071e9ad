"""Lines in visual order, for terminals that do not support right-to-left text.

Letters are joined (arabic-reshaper) and lines reordered (python-bidi, the Unicode Bidirectional Algorithm,
UAX #9), both from the extra ``bidi``. Lines are wrapped before they come here: reordering a paragraph and
wrapping it then would put its end on the first line.

What python-bidi leaves out is done here. Isolates (U+2066–2069, Unicode 6.3) are reordered by themselves and
stand in their line as one neutral character. A letter and its marks stay together and in their order. Each
character keeps what goes with it, such as its colour, on its way.
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
#: A letter with its marks, and what goes with it.
Cluster = tuple[str, T]

_LRI, _RLI, _FSI, _PDI = "\u2066", "\u2067", "\u2068", "\u2069"
_OBJECT = "\ufffc"
#: Marks of direction and joiners have done their work when the line is in order.
_SPENT = "\u200b\u200c\u200d\u200e\u200f\u061c" + _PDI
#: Lam before alef is always written as one letter: the forms of both, joined, and of the ligature.
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
    """The characters of a line in the order in which a terminal shall show them from left to right.

    Args:
        line: characters, each with something that goes with it; in logical order.
        base: whether the line runs from right to left; by default its first letter tells.

    Returns:
        the same in visual order: fewer, where letters are joined to one and marks of direction have gone.
    """
    clusters: list[Cluster[T]] = []
    inner: dict[int, list[Cluster[T]]] = {}
    place = 0
    while place < len(line):
        char, with_it = line[place]
        if char in (_LRI, _RLI, _FSI):
            end = _closing(line, place)
            isolate = line[place + 1 : end]
            inner[len(clusters)] = visual(isolate, base=None if char == _FSI else char == _RLI)
            clusters.append((_OBJECT, with_it))
            place = end + 1
            continue
        marks = unicodedata.category(char) in ("Mn", "Me")
        if marks and clusters and clusters[-1][0] not in _SPENT and len(clusters) - 1 not in inner:
            clusters[-1] = (clusters[-1][0] + char, clusters[-1][1])
        elif char not in "\u200d" + _PDI:
            clusters.append((char, with_it))
        place += 1
    if base is None:
        base = right_to_left("".join(char for char, _ in clusters))
    shaped = _shaped([char for char, _ in clusters])
    ordered: list[Cluster[T]] = []
    for number, mirrored in _order("".join(_known(char[0]) for char, _ in clusters), base):
        if number in inner:
            ordered += inner[number]
            continue
        text = mirrored + shaped[number][1:] if mirrored else shaped[number]
        if text := text.lstrip(_SPENT):
            ordered.append((text, clusters[number][1]))
    return ordered


def _closing(line: Sequence[Cluster[T]], opening: int) -> int:
    """Where the isolate that is opened there ends; an open one ends with its line."""
    depth = 0
    for place in range(opening, len(line)):
        char = line[place][0]
        depth += (char in (_LRI, _RLI, _FSI)) - (char == _PDI)
        if not depth:
            return place
    return len(line)


def _shaped(clusters: Sequence[str]) -> list[str]:
    """The joined form of each letter with its marks; "" for the alef that became one with its lam."""
    import arabic_reshaper

    settings = {"support_ligatures": False, "delete_tatweel": False, "delete_harakat": False}
    bare = "".join(cluster[0] for cluster in clusters)
    forms = arabic_reshaper.ArabicReshaper(settings).reshape(bare)
    if len(forms) != len(bare):
        return list(clusters)
    shaped = [form + cluster[1:] for form, cluster in zip(forms, clusters, strict=True)]
    for place in range(1, len(forms)):
        ligature = _LAM_ALEF.get(forms[place - 1 : place + 1])
        if ligature:
            shaped[place - 1 : place + 1] = [ligature + clusters[place - 1][1:] + clusters[place][1:], ""]
    return shaped


def _known(char: str) -> str:
    """A letter in the place of a character without a direction: one that Unicode has not given away yet."""
    return char if unicodedata.bidirectional(char) not in ("", "B") else "x"


def _order(text: str, rtl: bool) -> Iterable[tuple[int, str]]:
    """The places of a line's characters in visual order, each with its mirrored form or ""."""
    from bidi import algorithm

    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = int(rtl), "R" if rtl else "L"
    algorithm.get_embedding_levels(text, storage)
    for number, char in enumerate(storage["chars"]):
        char["place"] = number
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
        place: int = char["place"]
        yield place, char["ch"] if char["ch"] != text[place] else ""
