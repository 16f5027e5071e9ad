"""What a desk returns, and the checks of the articles and names given to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from khabar import arguments
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.query.results import Hit
from khabar.serialize import Serializable
from khabar.spelling import replace_surrogates

__all__ = [
    "DeskArticle",
    "DeskImport",
    "DeskList",
    "Key",
    "Named",
    "Puttable",
    "key_of",
    "list_name",
    "now",
    "puttable",
    "several",
]

#: The id of an article and the name of its archive.
Key = tuple[str, str]


class DeskArticle(Serializable, msgspec.Struct, frozen=True):
    """An article on the desk, as it was when it was last put or changed there.

    Attributes:
        id: id of the article.
        title, source, author, url, section, tags: as in :class:`khabar.Article`.
        published: time of publication, or None.
        archive: name of the archive that it is from; "" where only one is searched.
        starred: time at which it was given its star, ISO 8601, UTC; "" if it has none.
        note: the note about it; "" if there is none.
        noted: time at which the note was last changed, ISO 8601, UTC; "" if there is none.
        lists: names of the lists that contain it.
    """

    id: str
    title: str
    source: str = ""
    author: str = ""
    published: datetime | None = None
    url: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    archive: str = ""
    starred: str = ""
    note: str = ""
    noted: str = ""
    lists: tuple[str, ...] = ()


class DeskList(Serializable, msgspec.Struct, frozen=True):
    """A list of articles.

    Attributes:
        name: its name.
        articles: number of articles in it.
        added: time at which it was created, ISO 8601, UTC.
    """

    name: str
    articles: int
    added: str = ""


class DeskImport(Serializable, msgspec.Struct, frozen=True):
    """What an import added.

    Attributes:
        stars, notes, lists, entries: number of new ones. A note that replaced an older one counts as new.
        known: number of lines whose star, note, list or entry was on the desk already.
        older: articles with a different note on the desk that is newer, and was therefore kept.
    """

    stars: int = 0
    notes: int = 0
    lists: int = 0
    entries: int = 0
    known: int = 0
    older: tuple[DeskArticle, ...] = ()


#: Anything that can be put on the desk: it has a title, not only an id.
Puttable = Article | Hit | DeskArticle
#: Anything that identifies an article.
Named = Puttable | str | int


def several(articles: object) -> list[Any]:
    """Articles or ids as a list; a single one is a list of one."""
    if isinstance(articles, Article | Hit | DeskArticle | str | int):
        return [articles]
    return list(arguments.sequence_of(lambda _, value: value, "an article or several")("articles", articles))


def key_of(name: str, article: object, archive: str) -> Key:
    """The id of an article or hit, and its archive: its own or, if it names none, ``archive``."""
    if isinstance(article, Article | Hit | DeskArticle):
        own = getattr(article, "archive", "")
        return replace_surrogates(article.id), replace_surrogates(own or archive)
    return replace_surrogates(arguments.article_id(name, article)), replace_surrogates(archive)


def puttable(name: str, articles: object, archive: str) -> list[DeskArticle]:
    """The copies of articles that the desk will keep."""
    copies = []
    for value in several(articles):
        # An id has no title: a caller with nothing else gets the article from the index first.
        arguments.instance(Article, Hit, DeskArticle)(name, value)
        identity, archive_name = key_of(name, value, archive)
        source: Article | DeskArticle = value.article if isinstance(value, Hit) else value
        copies.append(
            DeskArticle(
                identity,
                replace_surrogates(source.title),
                source=replace_surrogates(source.source),
                author=replace_surrogates(source.author),
                # The date of a file is not a date of publication, and the desk could not say so.
                published=getattr(source, "stated_published", source.published),
                url=replace_surrogates(source.url),
                section=replace_surrogates(source.section),
                tags=tuple(map(replace_surrogates, source.tags)),
                archive=archive_name,
            )
        )
    return copies


def list_name(name: str, value: str) -> str:
    """The name of a list, on one line, without spaces at its ends."""
    normalized = " ".join(replace_surrogates(value).split())
    if not normalized:
        raise InvalidArgument(name, value, "a list needs a name")
    return normalized


def now() -> str:
    """The present time, in the form in which the desk keeps times."""
    return datetime.now(UTC).isoformat(timespec="seconds")
