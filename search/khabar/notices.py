"""Notices of slow work that was not asked for, sent to listeners. The library itself prints nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LEMMAS", "LEMMAS_NOT_KEPT", "listeners", "notify"]

#: The lemma table is made, once per installation.
LEMMAS = "making the lemma table"
#: The lemma table could not be kept, and every process that needs it will make it again. The detail is the
#: folder.
LEMMAS_NOT_KEPT = "the lemma table is not kept"

#: Functions that are called with one of these events and a detail.
listeners: list[Callable[[str, str], None]] = []


def notify(event: str, detail: str = "") -> None:
    """Announce an event before it begins."""
    for listener in listeners:
        listener(event, detail)
