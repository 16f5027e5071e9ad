"""Reads articles from documents, and checks that these are complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged, mend
from khabar.index.records import article_from_json
from khabar.places import Address

__all__ = ["article_of", "check_fields"]

#: Fields that every document has. One that another program rewrote may lack them, as fields that follow from
#: its words are not in its source.
_NEEDED = frozenset({"id", "story", "tokens"})


def article_of(address: Address, document: Mapping[str, Any]) -> Article:
    """The article in a document.

    Args:
        address: the address of the index.
        document: a document with the field ``article``.

    Raises:
        IndexDamaged: if it is damaged.
    """
    try:
        return article_from_json(document["article"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(address, "an article in it is damaged") from error


def check_fields(address: Address, document: Mapping[str, Any], asked: Iterable[str]) -> None:
    """Refuse a document without a required field.

    Args:
        address: the address of the index.
        document: the fields in the answer.
        asked: the names of the requested fields.

    Raises:
        IndexDamaged: if one is missing.
    """
    for field in asked:
        if field in _NEEDED and field not in document:
            raise _damaged(address, f"an article in it has no field {field}")


def _damaged(address: Address, what: str) -> IndexDamaged:
    return IndexDamaged(str(address), what, mend(str(address)))
