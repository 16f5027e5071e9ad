"""The errors of vectors that are damaged or cannot be read; the index is whole without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khabar.errors import IndexDamaged, mend_vectors
from khabar.index.recovery import unreadable

__all__ = ["reading"]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What goes wrong inside is told as a file's: as damage that building mends, or as a refusal of the
    system."""
    try:
        yield
    except (OSError, ValueError, MemoryError) as error:
        failure = unreadable(path, error)
        if isinstance(failure, IndexDamaged):
            failure = IndexDamaged(failure.path, failure.cause, mend_vectors(path.parent))
        raise failure from error
