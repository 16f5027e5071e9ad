"""Arabic translations of messages, by their English texts.

Most messages are made where the language of the run is not known: errors, reasons for skipping something,
and click's messages about a wrong command line. They are made in English, and translated here when they are
shown. A placeholder is ``{}`` in English; in Arabic it is ``{0}``, ``{1}`` …, or ``{0:article}`` for a number
with its noun. A value is translated too if it is in the table, except in ``{0:typed}``, for values that
somebody typed: ``--sort date`` must not become ``--sort تاريخ``.

A test collects all such texts from the program, and checks that each has a translation.
"""

from __future__ import annotations

import re
from functools import cache

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

#: The kinds of errors, to name before an English text without a translation.
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
    return _translation(text) or _with_translated_end(text) or text


def translated(text: str, language: str = "en") -> str:
    """An English text of khabar's in a language."""
    return arabic(text) if language == "ar" else text


def explained(error: Exception, language: str = "en") -> str:
    """The text of an error in a language. In Arabic, the kind of the error comes before a text that has no
    translation."""
    text = translated(str(error), language)
    if language == "ar" and text == str(error):
        for kind, name in _ERRORS:
            if isinstance(error, kind):
                return f"{name} – {text}"
    return text


def _translation(text: str) -> str | None:
    """The Arabic text of an entry of the table, or of a template with its values; None if there is none."""
    from khabar.render.arabic_names import NAME_TEXTS
    from khabar.render.arabic_texts import TEXTS

    if "{" not in text and (known := NAME_TEXTS.get(text) or TEXTS.get(text)):
        return known
    for pieces, template in _templates():
        values = _values(text, pieces)
        if values is not None:
            return filled(template, {str(number): _Value(value) for number, value in enumerate(values)})
    return None


def _with_translated_end(text: str) -> str | None:
    """A text whose part after a colon is translated, as in ``news.json, record 3: it has no text``; None if
    there is no such part."""
    start = text.find(": ")
    while start >= 0:
        end = _translation(text[start + 2 :])
        if end is not None:
            beginning = text[:start]
            return f"{_translation(beginning) or beginning}: {end}"
        start = text.find(": ", start + 1)
    return None


class _Value:
    """A value of a template, formatted in Arabic: translated if possible, and with a noun if the template
    names one."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __format__(self, noun: str) -> str:
        if noun == "typed":
            return self._text
        if noun == "names":
            # The English word for no names is translated.
            return self._text.replace("», «", "»، «") if "«" in self._text else arabic(self._text)
        if noun == "choices":
            return re.sub(
                "'([^']*)'(, )?", lambda each: f"«{each[1]}»" + ("، " if each[2] else ""), self._text
            )
        if noun == "field":
            from khabar.render.messages import ARABIC_FIELDS

            return ARABIC_FIELDS.get(self._text, self._text)
        digits = self._text.replace(",", "")
        if noun and digits.isascii() and digits.isdigit():
            return counted(int(digits), noun, "ar")
        return arabic(self._text)


@cache
def _templates() -> list[tuple[list[str], str]]:
    """The texts with placeholders: the English pieces between these, and the Arabic text. Those with the most
    letters come first."""
    from khabar.render.arabic_names import NAME_TEXTS
    from khabar.render.arabic_texts import TEXTS

    texts = {**TEXTS, **NAME_TEXTS}
    templates = [(english.split("{}"), said) for english, said in texts.items() if "{}" in english]
    return sorted(templates, key=lambda template: -sum(map(len, template[0])))


def _values(text: str, pieces: list[str]) -> list[str] | None:
    """The values with which a template made a text; None if the text is not of this template.

    >>> _values("no engine «x»; try y", ["no engine «", "»; try ", ""]), _values("no", ["no engine «", ""])
    (['x', 'y'], None)
    """
    first, *middle, last = pieces
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return None
    position = len(first)
    values = []
    for piece in middle:
        start = text.find(piece, position, end)
        if start < 0:
            return None
        values.append(text[position:start])
        position = start + len(piece)
    return [*values, text[position:end]]
