"""Notices: events that users should know about without asking, sent to listeners. The library itself prints
nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["LEMMAS", "LEMMAS_NOT_KEPT", "MANIFEST_DAMAGED", "VECTORS_DAMAGED", "listeners", "notify"]

#: The lemma table is made, once per installation.
LEMMAS = "making the lemma table"
#: The lemma table cannot be stored, so every process that needs it will make it again. The detail is the
#: folder.
LEMMAS_NOT_KEPT = "the lemma table is not kept"
#: Lines of an index's manifest are damaged, and their files are read again. The detail is the line numbers.
MANIFEST_DAMAGED = "the list of files is damaged"
#: Damaged vectors of an index were removed. The detail describes the damage.
VECTORS_DAMAGED = "vectors are damaged"

#: Functions to call with one of these events and a detail.
listeners: list[Callable[[str, str], None]] = []


def notify(event: str, detail: str = "") -> None:
    """Announce an event before it begins."""
    for listener in listeners:
        listener(event, detail)
