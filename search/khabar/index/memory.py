"""Returns memory that Python has freed to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["give_back"]


def give_back() -> None:
    """Return free memory to the system, where the C library is glibc. Small objects that come and go leave
    holes, which it keeps: indexing 31,000 articles takes a sixth less memory if they are returned before and
    after a segment is written, which takes 10 ms."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
