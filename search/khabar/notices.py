"""Notices: events that users should know of although they did not ask, sent to listeners. The library itself
prints nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LEMMAS", "LEMMAS_NOT_KEPT", "MANIFEST_DAMAGED", "VECTORS_DAMAGED", "listeners", "notify"]

#: The lemma table is made, once per installation.
LEMMAS = "making the lemma table"
#: The lemma table could not be kept, and every process that needs it will make it again. The detail is the
#: folder.
LEMMAS_NOT_KEPT = "the lemma table is not kept"
#: Lines of an index's list of files are damaged: files that they named are read again. The detail is the
#: lines.
MANIFEST_DAMAGED = "the list of files is damaged"

#: Vectors of an index are damaged, and those that are were taken out. The detail says what is damaged.
VECTORS_DAMAGED = "vectors are damaged"

#: Functions that are called with one of these events and a detail.
listeners: list[Callable[[str, str], None]] = []


def notify(event: str, detail: str = "") -> None:
    """Announce an event before it begins."""
    for listener in listeners:
        listener(event, detail)
