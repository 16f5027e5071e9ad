"""The words of every article in their order, as 32-bit numbers: one file that only grows.

Of each article the lengths of its units, then the numbers of their words, all in one row. A number whose highest bit is set
stands at the position of the one before it: compound names stand beside their parts.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.storage import CHECKED_WHOLE, reading

__all__ = ["BESIDE", "Texts", "WordsFile", "WordsReader", "words_name"]

Ints = NDArray[np.int64]
Tokens = NDArray[np.uint32]

#: Set in a word's number: it stands at the position of the one before it.
BESIDE = 1 << 31
_NUMBER = np.uint32(BESIDE - 1)


def words_name(number: int | str) -> str:
    """The file's name; of ``"*"`` the pattern for all."""
    return f"words-{number}.bin"


@dataclass(eq=False)
class Texts:
    """The words of some articles, one behind the other.

    Attributes:
        tokens: as they are kept.
        lengths: of each unit how many words it has.
        units: of each article how many units.
    """

    tokens: Tokens
    lengths: Ints
    units: Ints

    @cached_property
    def numbers(self) -> Tokens:
        """The words' numbers."""
        return self.tokens & _NUMBER

    @cached_property
    def heads(self) -> Ints:
        """The title of each article, by its place among the units."""
        return np.cumsum(self.units) - self.units

    @cached_property
    def article_of(self) -> Ints:
        """Of each unit its article's place."""
        return np.repeat(np.arange(len(self.units)), self.units)

    @cached_property
    def unit_of(self) -> Ints:
        """Of each word its unit's place."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)

    def positions(self, apart: int) -> Ints:
        """Where each word stands, with at least ``apart`` places between one unit and the next."""
        steps = self.tokens < BESIDE
        return np.cumsum(steps) + self.unit_of * apart

    @classmethod
    def joined(cls, texts: Sequence[Texts]) -> Texts:
        """Several in one."""
        return cls(
            np.concatenate([each.tokens for each in texts]),
            np.concatenate([each.lengths for each in texts]),
            np.concatenate([each.units for each in texts]),
        )


class WordsReader:
    """The words that belong to a commit. Safe to share between threads."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._data: Tokens = np.empty(0, np.uint32)
        if not catalogue.words_size:
            return
        with reading(folder, catalogue.words_file), (folder / catalogue.words_file).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), catalogue.words_size * 4, access=mmap.ACCESS_READ)
            if len(mapped) <= CHECKED_WHOLE and zlib.crc32(mapped) != catalogue.words_crc:
                raise ValueError("it is not as it was written")
            self._data = np.frombuffer(mapped, np.uint32)

    def texts(self, places: Ints) -> Texts:
        """The words of the articles at some places of the catalogue."""
        data, catalogue = self._data, self._catalogue
        units = catalogue.units[places].astype(np.int64)
        begins = catalogue.offset[places]
        starts = begins + units
        ends = starts + catalogue.length[places]
        lengths = [data[begin:start] for begin, start in zip(begins.tolist(), starts.tolist(), strict=True)]
        tokens = [data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not tokens:
            return Texts(np.empty(0, np.uint32), np.empty(0, np.int64), units)
        texts = Texts(np.concatenate(tokens), np.concatenate(lengths).astype(np.int64), units)
        with reading(self._folder, catalogue.words_file):
            of_units = int(texts.lengths.sum())
            if of_units != len(texts.tokens) or of_units != int((ends - starts).sum()):
                raise ValueError("it is not as it was written")
        return texts


class WordsFile:
    """The file as a writer has it. What was written after the last commit is cut off when the next writer opens it."""

    def __init__(self, folder: Path, name: str, size: int = 0, crc: int = 0) -> None:
        self.name = name
        #: in 32-bit numbers
        self.size = size
        self.crc = crc
        path = folder / name
        with reading(folder, name):
            self._file = path.open("r+b" if size else "w+b")
            try:
                if os.fstat(self._file.fileno()).st_size < size * 4:
                    raise ValueError("it is cut short")
                self._file.truncate(size * 4)
                self._file.seek(size * 4)
            except BaseException:
                self._file.close()
                raise

    def append(self, record: bytes) -> int:
        """Write an article's record; gives where it begins."""
        begin = self.size
        self._file.write(record)
        self.size += len(record) // 4
        self.crc = zlib.crc32(record, self.crc)
        return begin

    def record(self, offset: int, units: int, length: int) -> Texts:
        """The words of an article, written a moment or a year ago."""
        self._file.seek(offset * 4)
        data = np.frombuffer(self._file.read((units + length) * 4), np.uint32)
        self._file.seek(self.size * 4)
        return Texts(data[units:], data[:units].astype(np.int64), np.array([units]))

    def sync(self) -> None:
        """Make what was written durable."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file, whatever was written."""
        self._file.close()
