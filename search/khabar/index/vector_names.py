"""The names of the files with an index's vectors (:mod:`khabar.meaning`), for code that lists, sweeps and
removes files. Imports nothing of them."""

from __future__ import annotations

import re

from khabar.patterns import lazy_pattern

__all__ = ["VECTOR_LIST", "is_of_vectors", "number_of_vectors"]

#: The list of those that count.
VECTOR_LIST = "vectors.bin"

_NAME = r"vectors-([1-9]\d{0,17})\.bin"
_NUMBERED = lazy_pattern(_NAME)
_OURS = lazy_pattern(rf"({re.escape(VECTOR_LIST)}|{_NAME})(\.new)?")


def is_of_vectors(name: str) -> bool:
    """Whether a file is one of those, also one half written."""
    return _OURS.fullmatch(name) is not None


def number_of_vectors(name: str) -> int:
    """The number in the name of a file of vectors; 0 if it is none, or half written."""
    found = _NUMBERED.fullmatch(name)
    return int(found[1]) if found else 0
