"""What other rooms know of an engine's files."""

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
        ours: patterns, as the shell has them, of all names that the engine gives.
        fixed: names of files that never change once they are part of a commit.
        vital: names of the lists of what is committed: small files, of which a copy is kept.
        texts: names of files that hold articles; what is lost of them can only come back from the sources.
    """

    ours: tuple[str, ...]
    fixed: Pattern[str]
    vital: Pattern[str]
    texts: Pattern[str]

    def are_in(self, folder: Path) -> bool:
        """Whether there are files of the engine in a folder.

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
