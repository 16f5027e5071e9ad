"""Errors that keep an index from being written, with cause and remedy: a full disk, a read-only one, missing rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khabar.errors import IndexFolderError

__all__ = ["unwritable", "writing"]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """An OSError inside becomes an IndexFolderError of the index in a folder."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error) or type(error).__name__
        raise unwritable(folder, what) from error


def unwritable(folder: Path, what: object) -> IndexFolderError:
    """The error for an index that cannot be written, with its cause."""
    return IndexFolderError(
        f"the index {folder} cannot be written ({what}). What was committed before is whole: "
        "make room or mend what is named, then run the same command again"
    )
