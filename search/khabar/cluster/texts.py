"""The articles that documents keep, and what else each document of an article has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged, mend
from khabar.index.address import Address
from khabar.index.records import article_from_json

__all__ = ["article_of", "check_fields"]

#: Fields that every article has. A document that was written otherwise than by khabar may lack them, as what
#: follows from its words is not kept with it.
_NEEDED = frozenset({"id", "story", "tokens"})


def article_of(address: Address, document: Mapping[str, Any]) -> Article:
    """The article that a document keeps as JSON.

    Args:
        address: of the index.
        document: with the field ``article``.

    Raises:
        IndexDamaged: if it is damaged.
    """
    try:
        return article_from_json(document["article"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(address, "an article in it is damaged") from error


def check_fields(address: Address, document: Mapping[str, Any], asked: Iterable[str]) -> None:
    """Refuse a document that lacks a field which every article has.

    Args:
        address: of the index.
        document: the fields that the cluster gave.
        asked: the names of those that it was asked for.

    Raises:
        IndexDamaged: if one is lacking.
    """
    for field in asked:
        if field in _NEEDED and field not in document:
            raise _damaged(address, f"an article in it has no field {field}")


def _damaged(address: Address, what: str) -> IndexDamaged:
    return IndexDamaged(str(address), what, mend(str(address)))
