"""The stories of an index, for a search. Nothing is compared here: indexing did that."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from khabar.stories.files import Catalogue

__all__ = ["Stories"]


class Stories:
    """The stories of an index as they were when it was opened; safe to share between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The stories of an index folder.

        Raises:
            IndexDamaged: if the file is lost or not as it was written.
        """
        return cls(Catalogue.open(folder))

    def groups(self, fingerprints: NDArray[np.uint64]) -> NDArray[np.int32]:
        """For each of some articles the place of the first of them that tells the same story: its own, if none does.

        Two articles tell the same story exactly if their numbers are equal. An article that is not known here tells its own.

        Args:
            fingerprints: their beginnings, of the articles of a commit, in the order of their numbers.
        """
        numbers = np.arange(len(fingerprints), dtype=np.int32)
        places = self._catalogue.places(fingerprints)
        known = np.flatnonzero(places >= 0)
        if not len(known):
            return numbers
        leaders = self._catalogue.leaders[places[known]]
        first = np.empty(int(leaders.max()) + 1, np.int32)
        # Backwards, so that the first of each story is what stays.
        first[leaders[::-1]] = known[::-1]
        numbers[known] = first[leaders]
        return numbers
