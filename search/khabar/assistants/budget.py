"""Keeps answers within a length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

__all__ = ["Fitted", "fitted", "length"]


class Fitted(NamedTuple):
    """The items that fit.

    Attributes:
        items: the items, in order.
        left: number of items that were left out.
    """

    items: list[Any]
    left: int


def length(value: object) -> int:
    """The length of a value as JSON, in characters.

    >>> length({"خبر": 1})
    9
    """
    return len(msgspec.json.encode(value).decode())


def fitted(items: Iterable[Any], room: int) -> Fitted:
    """As many of the first items as fit into a number of characters, but at least one.

    >>> fitted(["abc", "defg", "h"], 12)
    Fitted(items=['abc'], left=2)
    """
    kept: list[Any] = []
    left = 0
    for item in items:
        needed = length(item) + 1
        if left or (kept and needed > room):
            left += 1
            continue
        room -= needed
        kept.append(item)
    return Fitted(kept, left)
