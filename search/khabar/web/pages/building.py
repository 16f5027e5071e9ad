"""The query builder: what a form asks for, written in the query language."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from khabar.query.quotes import QUOTES
from khabar.web.pages.searching import FIELD_NAMES

__all__ = ["BuilderFields", "built"]

#: Marks that mean something in the query language, and nothing in a field of the form.
_APART = str.maketrans(dict.fromkeys(f"{QUOTES}()", " "))
_MARKS = "\"'«»“”„‹›()[]{}+-!=~*:|&"


class BuilderFields(msgspec.Struct, frozen=True):
    """The fields of the form, as typed.

    Attributes:
        every: words that an article must have, in any form.
        phrase: words that stand in it next to one another.
        some: words of which it has at least one.
        none: words that it does not have.
        near: words that stand near one another in a paragraph.
        within: how many words there may be between them.
        exactly: words as they are written, in no other form.
        title: words in its title.
        about: a date that it mentions.
        source, author, section, tag, language, place: part of the name of its source, author and so on.
        since, until: the period in which it was published.
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
    """The query, with the names of fields and operators in a language.

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
        # One word of which one is needed is needed.
        parts.append(f"+({either.join(some)})" if len(some) > 1 else f"+{some[0]}")
    if len(near := _words(fields.near)) > 1:
        parts.append(f" {beside}/{max(0, fields.within)} ".join(near))
    else:
        parts += [f"+{word}" for word in near]
    parts += [f"+={word}" for word in _words(fields.exactly)]
    if heads := _words(fields.title):
        parts.append(
            f"{title}:{heads[0]}" if len(heads) == 1 else " ".join(f"{title}:{each}" for each in heads)
        )
    if day := "_".join(fields.about.split()).strip('"'):
        parts.append(f"{about}:{day}")
    for field, names in FIELD_NAMES.items():
        if value := "_".join(_words(getattr(fields, field))):
            parts.append(f"{names[arabic]}:{value}")
    parts += [f"-{word}" for word in _words(fields.none)]
    return " ".join(parts)


def _words(text: str) -> list[str]:
    """The words of a field, without signs at their edges: here they are words, not operators. Quotation marks
    and parentheses would be read inside of a word too."""
    return [word for word in (each.strip(_MARKS) for each in text.translate(_APART).split()) if _meant(word)]


def _meant(word: Iterable[str]) -> bool:
    return any(letter.isalnum() for letter in word)
