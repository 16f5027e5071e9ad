"""The errors of an index that is damaged or cannot be read."""

from __future__ import annotations

import errno
from pathlib import Path

import msgspec

from khabar.corpus.article import Article
from khabar.errors import (
    IndexDamaged,
    IndexNotFound,
    IndexUnavailable,
    KhabarError,
    index_of,
    is_of_the_system,
)

__all__ = ["Doubtful", "Loss", "cause_of", "file_of", "gone", "unreadable"]


class Loss(msgspec.Struct, frozen=True):
    """Something that cannot be read.

    Attributes:
        file: the name of the file in the index folder.
        what: the damage, without a full stop.
        articles: the number of articles that are certainly lost with it.
    """

    file: str
    what: str
    articles: int = 0


class Doubtful(msgspec.Struct, frozen=True):
    """An article that may have been removed: the engine's files no longer say it."""

    article: Article


def cause_of(error: BaseException) -> str:
    """The cause that an error names, without the file and the advice."""
    if isinstance(error, IndexDamaged):
        return error.cause
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    if isinstance(error, IsADirectoryError):
        return "a folder is in its place"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "a link is in its place that leads in a circle"
    if isinstance(error, OSError) and error.errno == errno.ENXIO:
        return "a pipe or a device is in its place"
    return str(error) or type(error).__name__


def unreadable(path: Path, error: BaseException) -> KhabarError:
    """The error to raise when reading a file of an index failed: IndexUnavailable if the system refused it,
    IndexNotFound if the index is gone, otherwise IndexDamaged.

    Args:
        path: the file, or the index folder.
        error: the original error.
    """
    if isinstance(error, KhabarError):
        return error
    if is_of_the_system(error):
        return IndexUnavailable(path, error)
    if not (path.exists() or path.parent.exists()):
        return gone(path.parent)
    return IndexDamaged(path, cause_of(error))


def gone(folder: Path) -> IndexNotFound:
    """The error for an index whose folder existed before."""
    return IndexNotFound(f"the index {index_of(folder)} is gone: it was moved or removed")


def file_of(error: BaseException, folder: Path, otherwise: str) -> str:
    """The file of an index folder that an error names; ``otherwise`` if it names none."""
    if isinstance(error, IndexDamaged) and Path(error.path).is_relative_to(folder):
        return Path(error.path).relative_to(folder).as_posix()
    return otherwise
