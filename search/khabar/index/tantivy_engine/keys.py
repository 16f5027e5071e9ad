"""The term that names an article: its id, fingerprint and row in one, so that one walk over the terms tells all of them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Key", "is_shortened", "key", "key_prefix", "parse_key"]

_SEPARATOR = "\x1f"
#: Tantivy drops terms of more than 65,530 bytes without a word.
_LONGEST = 60_000
#: What the name of a longer id begins with. Another id may begin so too: only the stored article can tell.
_SHORTENED = "\x1fsha3-512:"


class Key(NamedTuple):
    """What a term says of its article.

    Attributes:
        id: the article's id, or what stands for one that is too long; see :func:`is_shortened`.
        fingerprint: of the article.
        row: its number in the order of indexing.
    """

    id: str
    fingerprint: str
    row: int


def key(article_id: str, fingerprint: str, row: int) -> str:
    """The term of an article."""
    return f"{key_prefix(article_id)}{fingerprint}.{row:x}"


def key_prefix(article_id: str) -> str:
    """What the term of an article begins with; terms of longer ids may begin so too."""
    return _name(article_id) + _SEPARATOR


def parse_key(term: str) -> Key:
    """What a term says.

    >>> parse_key(key("a", "0f", 17))
    Key(id='a', fingerprint='0f', row=17)
    """
    name, _, rest = term.rpartition(_SEPARATOR)
    fingerprint, _, row = rest.rpartition(".")
    return Key(name, fingerprint, int(row, 16))


def is_shortened(name: str) -> bool:
    """Whether the id of a :class:`Key` may stand for a longer one."""
    return name.startswith(_SHORTENED)


def _name(article_id: str) -> str:
    if len(article_id) * 4 <= _LONGEST:
        return article_id
    encoded = article_id.encode()
    if len(encoded) <= _LONGEST:
        return article_id
    import hashlib

    return _SHORTENED + hashlib.sha3_512(encoded).hexdigest()
