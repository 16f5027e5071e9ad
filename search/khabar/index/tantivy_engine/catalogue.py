"""The catalogue of a commit: which segments it is made of, and which of their articles were removed. A small file of JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec

from khabar.index.tantivy_engine.storage import reading
from khabar.replacing import read_sealed_json, replace_file, sealed_json

__all__ = ["Catalogue", "Listed", "catalogue_name"]


class Listed(msgspec.Struct, frozen=True):
    """A segment as a catalogue lists it.

    Attributes:
        name, size: of its file.
        words: how many words it has.
        removed: the places of the articles that were removed, in order.
    """

    name: str
    size: int
    words: int
    removed: tuple[int, ...] = ()


class Catalogue(msgspec.Struct, frozen=True):
    """What a commit is made of.

    Attributes:
        commit: its number.
        next_row: the row that the next article gets.
        next_segment: the number of the next segment.
        segments: in the order of indexing.
    """

    commit: int = 0
    next_row: int = 0
    next_segment: int = 0
    segments: tuple[Listed, ...] = ()

    @classmethod
    def open(cls, folder: Path, commit: int) -> Catalogue:
        """The catalogue of a commit.

        Raises:
            IndexDamaged: if it cannot be read.
        """
        name = catalogue_name(commit)
        with reading(folder, name):
            found = msgspec.convert(read_sealed_json(folder / name), cls)
            if found.commit != commit:
                raise ValueError("it is of another commit")
            return found

    def write(self, folder: Path) -> None:
        """Write it beside those of earlier commits."""
        replace_file(folder / catalogue_name(self.commit), [sealed_json(msgspec.to_builtins(self))])


def catalogue_name(commit: int | str) -> str:
    """The file of a commit's catalogue; of ``"*"`` the pattern for all."""
    return f"catalogue-{commit}.json"
