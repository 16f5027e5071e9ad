"""The errors for vectors that are damaged or cannot be read; the index works without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khabar.errors import IndexDamaged, mend_vectors
from khabar.index.recovery import unreadable

__all__ = ["reading"]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise errors inside as damage to a file, which building repairs, or as refused by the system."""
    try:
        yield
    except (OSError, ValueError, MemoryError) as error:
        failure = unreadable(path, error)
        if isinstance(failure, IndexDamaged):
            failure = IndexDamaged(failure.path, failure.cause, mend_vectors(path.parent))
        raise failure from error
