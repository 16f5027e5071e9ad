"""Cursors: texts with which a client asks for the next page of an answer.

The server stores nothing for them. A cursor names its question and the version of the index, so that it
cannot be used for another question or after the index has changed.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from khabar.digests import blake2b
from khabar.errors import InvalidArgument
from khabar.web.problems import Refused

__all__ = ["Cursor", "question_of", "read_cursor", "written"]

#: Maximum number of characters of a cursor.
_LONGEST = 200


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in an answer.

    Attributes:
        offset: the number of results before it.
        question: the name of the question (:func:`question_of`).
        version: the version of the index (:attr:`khabar.Index.version`).
    """

    offset: int
    question: str
    version: str


def question_of(arguments: Mapping[str, Any]) -> str:
    """A short name of a question: a hash of its arguments, without those that only choose a page."""
    asked = {key: value for key, value in arguments.items() if key not in ("offset", "limit", "cursor")}
    text = repr(sorted((key, str(value)) for key, value in asked.items()))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def written(cursor: Cursor) -> str:
    """A cursor as text."""
    return urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str, question: str, version: str) -> int:
    """The number of results before the place of a cursor.

    Args:
        text: the cursor, as :func:`written` returned it.
        question: the name of the current question.
        version: the current version of the index.

    Raises:
        InvalidArgument: if the text is not a cursor, or belongs to another question.
        Refused: if the index has changed since.
    """
    try:
        if len(text) > _LONGEST or not text.isascii():
            raise ValueError
        padded = text + "=" * (-len(text) % 4)
        cursor = msgspec.msgpack.decode(urlsafe_b64decode(padded.encode()), type=Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise InvalidArgument(
            "cursor",
            text,
            "it is not a cursor of this server; take it from the Link of the page before",
            "cursor",
        ) from None
    if cursor.question != question or cursor.offset < 0 or written(cursor) != text:
        raise InvalidArgument(
            "cursor", text, "it belongs to another question; begin again without it", "cursor"
        )
    if cursor.version != version:
        raise Refused("index-changed", "cursor", text, offset=cursor.offset)
    return cursor.offset
