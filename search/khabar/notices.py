"""Notices of slow work that nobody asked for, sent to whoever listens. The library itself prints nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LEMMAS", "LEMMAS_NOT_KEPT", "listeners", "notify"]

#: The lemma table is made: once for an installation.
LEMMAS = "making the lemma table"
#: It could not be kept, and will be made again by every process that needs it. The detail is the folder.
LEMMAS_NOT_KEPT = "the lemma table is not kept"

#: What is called with an event of those above and a detail.
listeners: list[Callable[[str, str], None]] = []


def notify(event: str, detail: str = "") -> None:
    """Tell of an event before it begins."""
    for listener in listeners:
        listener(event, detail)
