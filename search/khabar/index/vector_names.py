"""The names of the files of an index's vectors (:mod:`khabar.meaning`), for code that lists, sweeps and
removes files. Imports no code for vectors."""

from __future__ import annotations

import re

from khabar.patterns import lazy_pattern

__all__ = ["VECTOR_LIST", "is_of_vectors", "number_of_vectors"]

#: The list of the current files.
VECTOR_LIST = "vectors.bin"

_NAME = r"vectors-([1-9]\d{0,17})\.bin"
_NUMBERED = lazy_pattern(_NAME)
_OURS = lazy_pattern(rf"({re.escape(VECTOR_LIST)}|{_NAME})(\.new)?")


def is_of_vectors(name: str) -> bool:
    """Whether a name is that of a file of vectors, including a half-written one."""
    return _OURS.fullmatch(name) is not None


def number_of_vectors(name: str) -> int:
    """The number in the name of a file of vectors; 0 for another file or a half-written one."""
    match = _NUMBERED.fullmatch(name)
    return int(match[1]) if match else 0
