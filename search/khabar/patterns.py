"""Regular expressions that are compiled when they are first used.

Compiling one takes 0.1 to 4 ms, and a command that lives for 0.15 s uses few of those that its modules have.
"""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["lazy_pattern"]


class _Pattern:
    """Stands for a pattern; has each of its attributes from the first use of it on."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Python asks here for what is not there yet. re keeps what it compiled, for the next attribute.
        value = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, value)
        return value


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """As :func:`re.compile`, but later. What is wrong in the pattern is told at its first use."""
    return cast("re.Pattern[str]", _Pattern(source, flags))
