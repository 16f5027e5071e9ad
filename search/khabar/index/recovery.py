"""What to say about an index that cannot be read as it was written."""

from __future__ import annotations

from pathlib import Path

import msgspec

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
    """What an error says of damage, without the file before it and the advice behind it."""
    said = str(error) or type(error).__name__
    _, found, rest = said.partition(" cannot be read (")
    return rest.partition("). ")[0] if found else said


def file_of(error: BaseException, folder: Path, otherwise: str) -> str:
    """The file of an index folder that an error begins with."""
    path = Path(str(error).partition(" cannot be read")[0])
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else otherwise
