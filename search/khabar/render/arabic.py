"""Arabic translations of messages: a table whose keys are the English texts.

Most messages are made where nobody knows the language that is spoken: errors, reasons why something was left
out, texts of options, what click says of a wrong command line. They are made in English, and looked up here
when they are shown. A place that is filled in is written ``{}`` in English; in Arabic it is ``{0}``, ``{1}``
…, or ``{0:article}`` for a number with its noun. What is filled in is put into Arabic itself if it is in the
table, but for ``{0:typed}``, which somebody typed: ``--sort date`` is no «تاريخ».

A test reads the program for all such texts, and holds that each is here.
"""

from __future__ import annotations

from khabar.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
    MissingDependency,
    PluginError,
    SourceError,
)
from khabar.render.messages import counted, filled

__all__ = ["arabic", "explained", "translated"]

#: An error's kind, before what it says in English, which names the place and the remedy.
_ERRORS = (
    (IndexNotFound, "لا فهرس هناك"),
    (IndexMismatch, "الفهرس من إصدار آخر أو محرك آخر"),
    (IndexDamaged, "ملفات الفهرس تالفة"),
    (IndexLocked, "يكتب برنامج آخر في الفهرس"),
    (PluginError, "تعذر استعمال الإضافة"),
    (MissingDependency, "تنقص حزمة برمجية"),
    (SourceError, "تعذرت قراءة المصدر"),
)


def arabic(text: str) -> str:
    """The text in Arabic, or the text itself if the table does not have it.

    >>> arabic("tatweel"), arabic("a name")
    ('تطويل', 'a name')
    """
    return _looked_up(text) or _ending(text) or text


def translated(text: str, language: str = "en") -> str:
    """What khabar says in English, in a language: for texts that come from where nobody knows what is spoken,
    as the reasons why something was left out.
    """
    return arabic(text) if language == "ar" else text


def explained(error: Exception, language: str = "en") -> str:
    """The text of an error. In Arabic, one that the table does not have follows the name of its kind."""
    said = translated(str(error), language)
    if language == "ar" and said == str(error):
        for kind, what in _ERRORS:
            if isinstance(error, kind):
                return f"{what} – {said}"
    return said


def _looked_up(text: str) -> str | None:
    from khabar.render.arabic_names import NAME_TEXTS
    from khabar.render.arabic_texts import TEXTS

    if (known := NAME_TEXTS.get(text)) is not None and "{" not in text:
        return known
    if "{" not in text and (known := TEXTS.get(text)) is not None:
        return known
    for pieces, said in _templates():
        values = _values(text, pieces)
        if values is not None:
            return filled(said, {str(place): _Value(value) for place, value in enumerate(values)})
    return None


def _ending(text: str) -> str | None:
    """A text with the place that it is about before it: ``news.json, record 3: it has no text``."""
    start = text.find(": ")
    while start >= 0:
        said = _looked_up(text[start + 2 :])
        if said is not None:
            before = text[:start]
            return f"{_looked_up(before) or before}: {said}"
        start = text.find(": ", start + 1)
    return None


class _Value:
    """What is filled in: in Arabic if it can be, and with its noun if one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __format__(self, noun: str) -> str:
        if noun == "typed":
            return self._text
        if noun == "names":
            return self._text.replace("», «", "»، «")
        if noun == "field":
            from khabar.render.messages import ARABIC_FIELDS

            return ARABIC_FIELDS.get(self._text, self._text)
        digits = self._text.replace(",", "")
        if noun and digits.isascii() and digits.isdigit():
            return counted(int(digits), noun, "ar")
        return arabic(self._text)


_parted: list[tuple[list[str], str]] = []


def _templates() -> list[tuple[list[str], str]]:
    """The texts with places to fill in, parted there; those with most letters of their own first."""
    if not _parted:
        from khabar.render.arabic_names import NAME_TEXTS
        from khabar.render.arabic_texts import TEXTS

        texts = {**TEXTS, **NAME_TEXTS}
        parted = [(english.split("{}"), said) for english, said in texts.items() if "{}" in english]
        _parted.extend(sorted(parted, key=lambda each: -sum(map(len, each[0]))))
    return _parted


def _values(text: str, pieces: list[str]) -> list[str] | None:
    """The values in a text that a template made; None if it is not of that template.

    >>> _values("no engine «x»; try y", ["no engine «", "»; try ", ""]), _values("no", ["no engine «", ""])
    (['x', 'y'], None)
    """
    first, *middle, last = pieces
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return None
    place = len(first)
    found = []
    for piece in middle:
        start = text.find(piece, place, end)
        if start < 0:
            return None
        found.append(text[place:start])
        place = start + len(piece)
    return [*found, text[place:end]]
