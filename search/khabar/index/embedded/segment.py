"""The two files of a segment, open for reading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from khabar.index.arrayfile import mapped
from khabar.index.columns import Bools, Ints
from khabar.index.embedded.articles import ARTICLES, Articles
from khabar.index.embedded.postings import EXTENSION, Postings, TermKeys
from khabar.index.embedded.toc import reading

__all__ = ["SegmentFiles", "describe"]


def describe(data: memoryview) -> tuple[int, int]:
    """The size of a file and the checksum at its end, as a table of contents records them."""
    return len(data), int.from_bytes(data[-4:], "big")


class SegmentFiles:
    """A segment, open for reading. Safe to share between threads.

    Both files are opened at once, as a writer may remove them while they are in use. They stay open until the
    last of their arrays is released.

    Raises:
        IndexDamaged: if they cannot be read. All methods raise it too.
    """

    def __init__(self, folder: str | os.PathLike[str], segment: Any, *, whole: bool = False) -> None:
        self.segment = segment
        self.count: int = segment.doc_count_all()
        self._folder = folder
        with self._reading(ARTICLES) as data:
            self._articles = Articles(data, self.count, whole=whole)
        with self._reading(EXTENSION) as data:
            self.postings = Postings(data, self.count, whole=whole)

    def close(self) -> None:
        """Release its files."""
        self.__dict__.pop("_articles", None)
        self.__dict__.pop("postings", None)

    def path(self, extension: str) -> Path:
        """The path of one of its files."""
        return Path(self._folder, self.segment.make_filename(extension))

    @contextmanager
    def _reading(self, extension: str) -> Iterator[memoryview]:
        """The bytes of a file; errors inside are raised as damage to it."""
        name = self.segment.make_filename(extension)
        with reading(self._folder, name):
            data = mapped(Path(self._folder, name))
            if describe(data) != self.segment.khabar_files[name]:
                raise ValueError("it is damaged")
            yield data

    @contextmanager
    def reading_postings(self) -> Iterator[None]:
        """Raise errors inside as damage to the file of postings."""
        with reading(self._folder, self.segment.make_filename(EXTENSION)):
            yield

    @contextmanager
    def reading_articles(self) -> Iterator[Articles]:
        """The articles; errors inside are raised as damage to their file."""
        with reading(self._folder, self.segment.make_filename(ARTICLES)):
            yield self._articles

    @property
    def heads(self) -> Ints:
        """The passage of each article's title."""
        return self._articles.heads

    @property
    def sizes(self) -> Ints:
        """The number of passages of each article."""
        return self._articles.sizes

    def alive(self) -> Bools:
        """Whether each article is in the index and not deleted."""
        deleted = np.zeros(self.count, bool)
        deleted[np.fromiter(self.segment.deleted_docs(), np.int64)] = True
        alive: Bools = ~deleted[self.heads]
        return alive

    def column(self, name: str) -> Ints:
        """An attribute of :class:`~khabar.index.embedded.articles.Known`."""
        with self.reading_articles() as articles:
            return articles.column(name)

    def article_of(self, term_keys: TermKeys) -> int | None:
        """The number of an article in the segment, by its id; None if it is not there or deleted."""
        with self.reading_postings():
            number = int(self.postings.find(term_keys)[0])
            if number < 0:
                return None
            (passage,) = self.postings.of_terms(np.array([number]))[0].tolist()
        return None if self.segment.is_deleted(passage) else self._articles.number_of(passage)

    def packed(self, article: int) -> bytes:
        """The stored bytes of an article."""
        with self.reading_articles() as articles:
            return articles.packed(article)

    def text_sizes(self) -> Ints:
        """The number of stored bytes of each article."""
        with self.reading_articles() as articles:
            return articles.packed_sizes()

    def stored(self, article: int) -> str:
        """An article as JSON text."""
        with self.reading_articles() as articles:
            return articles.json(article)
