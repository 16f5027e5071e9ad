"""The names of an engine's files, for code outside the engine."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from re import Pattern

import msgspec

from khabar.errors import IndexUnavailable

__all__ = ["EngineFiles"]


class EngineFiles(msgspec.Struct, frozen=True):
    """The names of an engine's files in an index folder.

    Attributes:
        ours: shell patterns of all names of the engine.
        fixed: the files that never change once they are part of a commit.
        vital: the tables of contents: small files, of which a copy is kept.
        texts: the files that hold articles, which can only be restored from the sources.
    """

    ours: tuple[str, ...]
    fixed: Pattern[str]
    vital: Pattern[str]
    texts: Pattern[str]

    def are_in(self, folder: Path) -> bool:
        """Whether a folder contains files of the engine.

        Raises:
            IndexUnavailable: if the folder may not be read.
        """
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries]
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise IndexUnavailable(folder, error) from error
        return any(fnmatchcase(name, pattern) for name in names for pattern in self.ours)
