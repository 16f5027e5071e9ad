"""Versions of articles: decides whether two articles with one id are versions of the same article."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from khabar.corpus.article import Article
from khabar.corpus.reasons import Reason
from khabar.spelling import comparable

__all__ = ["Version", "conflict", "file_of", "place_of", "when_changed"]


class Version(msgspec.Struct, frozen=True):
    """The attributes that distinguish an article from another with its id.

    Attributes:
        id, fingerprint, source, published: those of the article.
        url, title: the hashes of its address and its title; 0 for none. Hashes, as there may be millions.
        file: the path of the file that it was read from.
        record: its number there; 0 for none.
        changed: the modification time of that file, in nanoseconds.
    """

    id: str
    fingerprint: str
    source: str
    url: int
    title: int
    published: datetime | None
    file: str
    record: int
    changed: int

    @classmethod
    def of(cls, article: Article, fingerprint: str, file: str, changed: int) -> Version:
        """Make the version of an article."""
        url = hash(article.url) if article.url else 0
        title = hash(comparable(article.title))
        place = file, place_of(article)[1] or 0
        return cls(article.id, fingerprint, article.source, url, title, article.published, *place, changed)

    def is_same_article(self, other: Version) -> bool:
        """Whether two versions are of the same article: they have the same address; or they are from the same
        outlet, at least one has no address, and they have the same title or moment of publication. (The same
        id is not enough: outlets restart their numbers every year.)"""
        if self.url and other.url:
            return self.url == other.url
        if not self.source or comparable(self.source) != comparable(other.source):
            return False
        return self.title == other.title or (self.published is not None and self.published == other.published)


def place_of(article: Article) -> tuple[str, int | None]:
    """The file that an article was read from, and the number of the record or None."""
    path, _, number = article.path.rpartition("#")
    return (path, int(number)) if number.isdecimal() else (article.path, None)


def file_of(path: str) -> str:
    """The file of an article's path, or of a path in an archive."""
    place = path.rpartition("#")[0] if path.rpartition("#")[2].isdecimal() else path
    while "!" in place and not os.path.lexists(place):
        place = place.rpartition("!")[0]
    return place


def when_changed(path: str) -> int:
    """The modification time of a file; 0 if there is no file."""
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def conflict(article: Article, mine: Version, other: Version) -> Reason:
    """The reason for leaving out an article whose id is taken."""
    return Reason.of(
        "id-taken",
        id=article.id,
        source=article.source,
        file=other.file,
        record=other.record,
        other=other.source,
    )
