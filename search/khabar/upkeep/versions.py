"""Versions of an article: what tells two with one id apart, and whether they are one article."""

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
    """What tells an article from another with its id.

    Attributes:
        id, fingerprint, source: of the article.
        url, title: what its address and its title hash to: small, since there may be millions; 0 for none.
        published: of the article.
        file: where it was read, as text.
        record: its number there; 0 for none.
        changed: when that file was changed last, in nanoseconds.
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
        """The version that an article is."""
        url = hash(article.url) if article.url else 0
        title = hash(comparable(article.title))
        place = file, place_of(article)[1] or 0
        return cls(article.id, fingerprint, article.source, url, title, article.published, *place, changed)

    def is_same_article(self, other: Version) -> bool:
        """Whether the two are one article: they have one address; or are of one outlet, not of two addresses,
        and have one title or one moment of publication. (Outlets number anew every year.)"""
        if self.url and other.url:
            return self.url == other.url
        if not self.source or comparable(self.source) != comparable(other.source):
            return False
        return self.title == other.title or (self.published is not None and self.published == other.published)


def place_of(article: Article) -> tuple[str, int | None]:
    """Where an article was read: the file, and the number of the record."""
    path, _, number = article.path.rpartition("#")
    return (path, int(number)) if number.isdecimal() else (article.path, None)


def file_of(path: str) -> str:
    """The file that an article's path, or a path in an archive, is of."""
    place = path.rpartition("#")[0] if path.rpartition("#")[2].isdecimal() else path
    while "!" in place and not os.path.lexists(place):
        place = place.rpartition("!")[0]
    return place


def when_changed(path: str) -> int:
    """When a file was changed; 0 if it is not there."""
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def conflict(article: Article, mine: Version, other: Version) -> Reason:
    """Why an article is left out whose id another one has."""
    return Reason.of(
        "id-taken",
        id=article.id,
        source=article.source,
        file=other.file,
        record=other.record,
        other=other.source,
    )
