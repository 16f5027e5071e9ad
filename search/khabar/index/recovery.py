"""What to say about an index that cannot be read as it was written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from khabar.errors import IndexDamaged

__all__ = ["Loss", "cause_of", "file_of"]


class Loss(msgspec.Struct, frozen=True):
    """Something that cannot be read.

    Attributes:
        file: its name in the index folder.
        what: what is wrong with it, without a full stop.
        articles: how many articles are lost with it for certain.
    """

    file: str
    what: str
    articles: int = 0


def cause_of(error: BaseException) -> str:
    """What is wrong, as an error says it, without the file and the advice."""
    return error.cause if isinstance(error, IndexDamaged) else str(error) or type(error).__name__


def file_of(error: BaseException, folder: Path, otherwise: str) -> str:
    """The file of an index folder that an error is about; ``otherwise`` if it names none."""
    if isinstance(error, IndexDamaged) and error.path.is_relative_to(folder):
        return error.path.relative_to(folder).as_posix()
    return otherwise
