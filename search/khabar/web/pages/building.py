"""The query builder: turns the fields of a form into a query in the query language."""

from __future__ import annotations

import msgspec

from khabar.query.quotes import QUOTES
from khabar.web.pages.searching import FIELD_NAMES

__all__ = ["BuilderFields", "built"]

#: Signs of the query language, which have no meaning in a field of the form: those that are replaced
#: everywhere, and those that are removed at the edges of words.
_APART = str.maketrans(dict.fromkeys(f"{QUOTES}()", " "))
_MARKS = "\"'«»“”„‹›()[]{}+-!=~*:|&"


class BuilderFields(msgspec.Struct, frozen=True):
    """The fields of the form, as typed.

    Attributes:
        every: words that an article must contain, in any form.
        phrase: words that must be adjacent, in this order.
        some: words of which it must contain at least one.
        none: words that it must not contain.
        near: words that must be near one another in a paragraph.
        within: the maximum number of words between them.
        exactly: words as written, in no other form.
        title: words in its title.
        about: a date that it mentions.
        source, author, section, tag, language, place: part of the name of its source, author and so on.
        since, until: the period of publication.
    """

    every: str = ""
    phrase: str = ""
    some: str = ""
    none: str = ""
    near: str = ""
    within: int = 5
    exactly: str = ""
    title: str = ""
    about: str = ""
    source: str = ""
    author: str = ""
    section: str = ""
    tag: str = ""
    language: str = ""
    place: str = ""
    since: str = ""
    until: str = ""


def built(fields: BuilderFields, language: str = "en") -> str:
    """The query for a form, with the names of fields and operators in a language.

    >>> built(BuilderFields(every="أسعار النفط", none="الغاز", title="أوبك"), "ar")
    '+أسعار +النفط عنوان:أوبك -الغاز'
    >>> built(BuilderFields(phrase="وقف إطلاق النار", some="غزة رفح"))
    '"وقف إطلاق النار" +(غزة OR رفح)'
    """
    arabic = language == "ar"
    either, beside = (" أو ", "قرب") if arabic else (" OR ", "NEAR")
    title, about = ("عنوان", "عن") if arabic else ("title", "about")
    parts = [f"+{word}" for word in _words(fields.every)]
    if phrase := " ".join(_words(fields.phrase)):
        parts.append(f'"{phrase}"')
    if some := _words(fields.some):
        # A single alternative is a required word.
        parts.append(f"+({either.join(some)})" if len(some) > 1 else f"+{some[0]}")
    if len(near := _words(fields.near)) > 1:
        parts.append(f" {beside}/{max(0, fields.within)} ".join(near))
    else:
        parts += [f"+{word}" for word in near]
    parts += [f"+={word}" for word in _words(fields.exactly)]
    parts += [f"{title}:{word}" for word in _words(fields.title)]
    if day := "_".join(fields.about.split()).strip('"'):
        parts.append(f"{about}:{day}")
    for field, names in FIELD_NAMES.items():
        if value := "_".join(_words(getattr(fields, field))):
            parts.append(f"{names[arabic]}:{value}")
    parts += [f"-{word}" for word in _words(fields.none)]
    return " ".join(parts)


def _words(text: str) -> list[str]:
    """The words of a field, without signs at their edges, which would be operators. Quotation marks and
    parentheses are removed inside words too, where a query would also read them."""
    words = (piece.strip(_MARKS) for piece in text.translate(_APART).split())
    return [word for word in words if any(map(str.isalnum, word))]
