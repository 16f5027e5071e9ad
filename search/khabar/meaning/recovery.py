"""Finds damaged vectors of an index and removes them; they can be made again from the articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from khabar.errors import IndexDamaged
from khabar.index.columns import Ints
from khabar.index.recovery import Loss, cause_of
from khabar.index.vector_names import VECTOR_LIST, number_of_vectors
from khabar.meaning.damage import reading
from khabar.meaning.listing import Listing, read_listing
from khabar.meaning.segments import Segment, file_of_segment
from khabar.meaning.vector_files import Part, VectorFiles, among, pairs

__all__ = ["damages", "mend"]


def damages(folder: Path) -> Iterator[Loss]:
    """The damage in each file. Reads all vectors of an index.

    Raises:
        IndexUnavailable: if the system refuses to read a file.
    """
    listing, loss = _listing(folder)
    if loss is not None:
        yield loss
    if listing is None:
        return
    rows = owners = 0
    segments = []
    for number in listing.segments:
        found = _segment(folder, number)
        if isinstance(found, Loss):
            yield found
            return
        segments.append(found[0])
        rows += found[0].rows
        owners += found[0].owners
    if (rows, owners) != (listing.rows, listing.owners):
        yield Loss(VECTOR_LIST, "its counts are not those of its files")
    texts = {each for segment in segments for each in pairs(segment.keys[:], segment.rests[:])}
    owned = (each for segment in segments for each in pairs(segment.owner_keys[:], segment.owner_rests[:]))
    if any(each not in texts for each in owned):
        yield Loss(VECTOR_LIST, "it has articles without their texts")


def mend(folder: Path) -> list[Loss]:
    """Remove damaged files from the list, or make a new list if that is damaged. Returns the damage. The
    caller holds the lock of the vectors.

    Raises:
        IndexUnavailable: if the system refuses to read a file.
        OSError: if the list cannot be written.
    """
    losses = list(damages(folder))
    if not losses:
        return []
    listing, _ = _listing(folder)
    numbers = listing.segments if listing else _numbers(folder)
    sound = {}
    for number in numbers:
        found = _segment(folder, number)
        if not isinstance(found, Loss):
            sound[number] = found
        elif found not in losses:
            losses.append(found)
    files = VectorFiles.without_list(folder)
    if listing is not None:
        made_by: dict[str, Any] = listing.made_by
    elif sound:
        made_by = sound[max(sound)][1]
    else:
        files.clear()
        return losses
    parts = list(_parts(sound, made_by))
    # An article whose text is lost must be embedded again.
    texts = {each for part in parts for each in pairs(*_texts(part))}
    files.restart(
        made_by,
        [part._replace(owners=part.owners & among(*_owned(part.segment), texts)) for part in parts],
    )
    return losses


def _texts(part: Part) -> tuple[Ints, Ints]:
    return part.segment.keys[:][part.texts], part.segment.rests[:][part.texts]


def _owned(segment: Segment) -> tuple[Ints, Ints]:
    return segment.owner_keys[:], segment.owner_rests[:]


def _parts(sound: dict[int, tuple[Segment, dict[str, Any]]], made_by: dict[str, Any]) -> Iterator[Part]:
    """The files of one model. A replaced file may still exist, so the newest version of each text counts."""
    texts: set[tuple[int, int]] = set()
    owners = np.empty(0, np.uint64)
    for number, (segment, header) in sorted(sound.items(), reverse=True):
        if header != made_by:
            continue
        fresh = ~among(segment.keys[:], segment.rests[:], texts)
        own = np.isin(segment.owner_fingerprints[:], owners, invert=True)
        texts.update(pairs(segment.keys[:], segment.rests[:]))
        owners = np.append(owners, segment.owner_fingerprints[:])
        yield Part(number, segment, fresh, own)


def _listing(folder: Path) -> tuple[Listing | None, Loss | None]:
    """The list, or its damage; neither if there are no vectors."""
    try:
        with reading(folder / VECTOR_LIST):
            listing = read_listing(folder)
    except IndexDamaged as error:
        return None, Loss(VECTOR_LIST, cause_of(error))
    return listing, None


def _segment(folder: Path, number: int) -> tuple[Segment, dict[str, Any]] | Loss:
    path = file_of_segment(folder, number)
    try:
        with reading(path):
            return Segment.opened_with_header(path)
    except IndexDamaged as error:
        return Loss(path.name, cause_of(error))


def _numbers(folder: Path) -> list[int]:
    return sorted(filter(None, (number_of_vectors(path.name) for path in folder.glob("vectors-*"))))
