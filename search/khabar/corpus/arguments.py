"""Checks of arguments that are articles, or their ids: see :mod:`khabar.arguments`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from khabar.arguments import article_id, kind_of, sequence_of
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument, InvalidType

__all__ = ["article_ids", "articles"]


def article_ids(name: str, value: object) -> tuple[str, ...]:
    """Ids of articles, or the articles; also a single one."""

    def one(each_name: str, each: object) -> str:
        return each.id if isinstance(each, Article) else article_id(each_name, each)

    if isinstance(value, str | Article) or (hasattr(value, "__index__") and not isinstance(value, bool)):
        return (one(name, value),)
    return sequence_of(one, "an id or several")(name, value)


def articles(name: str, value: object) -> Iterator[Article]:
    """Articles one at a time, checked as they come; also a single one."""
    if isinstance(value, Article):
        value = (value,)
    if isinstance(value, str | os.PathLike):
        raise InvalidType(name, value, f"articles are wanted; khabar.read({value!r}) reads those of files")
    if isinstance(value, Mapping):
        raise InvalidType(name, value, "articles are wanted, not a dict; Article(**record) makes one of it")
    if not isinstance(value, Iterable):
        raise InvalidType(name, value, f"an Article or several are wanted, not {kind_of(value)}")
    given: Iterable[object] = value

    def checked() -> Iterator[Article]:
        for number, each in enumerate(given):
            if not isinstance(each, Article):
                hint = "; Article(**record) makes an article of it" if isinstance(each, Mapping) else ""
                raise InvalidType(
                    f"{name}[{number}]", each, f"an Article is wanted, not {kind_of(each)}{hint}"
                )
            if not each.id:
                # One would take the place of the other without a word.
                raise InvalidArgument(
                    f"{name}[{number}].id", each.id, "it is empty; khabar.corpus.make_id makes one"
                )
            yield each

    return checked()
