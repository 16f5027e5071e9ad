"""The values of a desk, and the checks of arguments that name articles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from khabar import arguments
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.index.surrogates import replace_surrogates
from khabar.query.results import Hit
from khabar.serialize import Serializable

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

#: An article by its id and the name of its archive.
Key = tuple[str, str]


class DeskArticle(Serializable, msgspec.Struct, frozen=True):
    """An article on the desk, as it was when something was last done with it there.

    Attributes:
        id: id of the article.
        title, source, author, url, section, tags: as of :class:`khabar.Article`.
        published: time of publication, or None.
        archive: name of the archive that it is from; "" where only one is searched.
        starred: when it got its star, ISO 8601, UTC; "" if it has none.
        note: what was noted about it; "" for nothing.
        noted: when the note was last changed, ISO 8601, UTC; "" if there is none.
        lists: names of the lists that it is in.
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
        added: when it was made, ISO 8601, UTC.
    """

    name: str
    articles: int
    added: str = ""


class DeskImport(Serializable, msgspec.Struct, frozen=True):
    """What an import added.

    Attributes:
        stars, notes, lists, entries: number of new ones. A note that replaced an older one counts.
        known: number of lines that said what was on the desk already.
        older: the articles whose note stayed, because that of the desk is newer and says something else.
    """

    stars: int = 0
    notes: int = 0
    lists: int = 0
    entries: int = 0
    known: int = 0
    older: tuple[DeskArticle, ...] = ()


#: What can be put on the desk: what has a title, not only an id.
Puttable = Article | Hit | DeskArticle
#: What names an article.
Named = Puttable | str | int


def several(articles: object) -> list[Any]:
    """Articles or ids; also a single one."""
    if isinstance(articles, Article | Hit | DeskArticle | str | int):
        return [articles]
    return list(arguments.sequence_of(lambda _, each: each, "an article or several")("articles", articles))


def key_of(name: str, article: object, archive: str) -> Key:
    """The id of an article or hit, and its archive: its own, or else the one that is given."""
    if isinstance(article, Article | Hit | DeskArticle):
        own = getattr(article, "archive", "")
        return replace_surrogates(article.id), replace_surrogates(own or archive)
    return replace_surrogates(arguments.article_id(name, article)), replace_surrogates(archive)


def puttable(name: str, articles: object, archive: str) -> list[DeskArticle]:
    """Articles that are to be put on the desk, as it knows them."""
    given = []
    for each in several(articles):
        # An id says no title: who has only that asks the index for the article first.
        arguments.instance(Article, Hit, DeskArticle)(name, each)
        identity, kept = key_of(name, each, archive)
        source: Article | DeskArticle = each.article if isinstance(each, Hit) else each
        given.append(
            DeskArticle(
                identity,
                replace_surrogates(source.title),
                source=replace_surrogates(source.source),
                author=replace_surrogates(source.author),
                # The day of a file is no date of publication, and the desk could not tell.
                published=None if getattr(source, "published_from", "") == "file" else source.published,
                url=replace_surrogates(source.url),
                section=replace_surrogates(source.section),
                tags=tuple(map(replace_surrogates, source.tags)),
                archive=kept,
            )
        )
    return given


def list_name(name: str, value: str) -> str:
    """The name of a list, in one line, without spaces at its ends."""
    written = " ".join(replace_surrogates(value).split())
    if not written:
        raise InvalidArgument(name, value, "a list needs a name")
    return written


def now() -> str:
    """This moment as the desk keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
