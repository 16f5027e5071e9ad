"""Matches articles with embedded texts: finds those without vectors, and those whose text already has some
from another article or an earlier run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from khabar.index.columns import Ints
from khabar.index.engine import Reader
from khabar.index.vector_names import VECTOR_LIST
from khabar.meaning.damage import reading
from khabar.meaning.digest import digest_of
from khabar.meaning.listing import read_listing
from khabar.meaning.recovery import mend
from khabar.meaning.segments import Owner, file_of_segment
from khabar.meaning.vector_files import VectorFiles
from khabar.replacing import sync_folder

__all__ = ["adopt", "carry", "present", "unowned"]

_AT_ONCE = 5000


def present(reader: Reader) -> Ints:
    """The first 64 bits of the fingerprints of all articles of an index."""
    columns = reader.columns
    result: Ints = columns.fingerprints[columns.alive]
    return result


def unowned(reader: Reader, owners: Ints) -> Ints:
    """The numbers of the articles that are not among some owners, the newest first and those without a date
    last."""
    columns = reader.columns
    numbers = np.flatnonzero(columns.alive & np.isin(columns.fingerprints, owners, invert=True))
    result: Ints = numbers[np.argsort(columns.published[numbers], kind="stable")[::-1]]
    return result


def adopt(files: VectorFiles, reader: Reader, numbers: Ints | None = None) -> None:
    """Record the articles whose text was embedded already, and drop texts that no article has. Reads the
    texts of these articles. The caller holds the lock of the vectors.

    Args:
        files: the vectors.
        reader: the newest state of the index.
        numbers: the numbers of the articles; None for all that are not recorded yet.
    """
    numbers = unowned(reader, files.owners()) if numbers is None else numbers
    for begin in range(0, len(numbers), _AT_ONCE):
        files.commit([], list(_known(files, reader, numbers[begin : begin + _AT_ONCE].tolist())))
    files.keep_only(present(reader))


def _known(files: VectorFiles, reader: Reader, numbers: Sequence[int]) -> Iterator[Owner]:
    fingerprints = reader.columns.fingerprints
    for number in numbers:
        article = reader.stored(number)
        digest = digest_of(article)
        if files.has(digest):
            yield Owner(int(fingerprints[number]), digest, article.id)


def carry(old: Path, new: Path, reader: Reader) -> None:
    """Copy the vectors of an index to its replacement or copy, as far as that has the texts. Does nothing if
    there are no vectors, or the new index has some. The caller holds the locks of the vectors.

    Args:
        old, new: the folders with the files of both.
        reader: a reader of the new index.

    Raises:
        IndexUnavailable: if the system refuses to read them.
        OSError: if they cannot be written.
    """
    if not (old / VECTOR_LIST).exists() or (new / VECTOR_LIST).exists():
        return
    mend(old)
    with reading(old / VECTOR_LIST):
        listing = read_listing(old)
    if listing is None:
        return
    for number in listing.segments:
        _put(file_of_segment(old, number), file_of_segment(new, number))
    sync_folder(new)
    # The list last: files without a list are ignored.
    _put(old / VECTOR_LIST, new / VECTOR_LIST)
    sync_folder(new)
    adopt(VectorFiles(new), reader)


def _put(source: Path, target: Path) -> None:
    """Link a file, or copy it if that is not possible. These files never change."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
