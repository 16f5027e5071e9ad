"""The language of a run, for errors, help and progress. Results get it as an argument
(:class:`khabar.render.look.Look`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["ASKED", "LANGUAGES", "asked_on", "language", "speak", "spoken"]

LANGUAGES = ("en", "ar")

#: The key of the last ``--lang`` in click's contexts.
ASKED = "khabar.lang"

_spoken = "en"


def speak(language: str) -> None:
    """Set the language."""
    global _spoken
    _spoken = language


def spoken() -> str:
    """The current language."""
    return _spoken


def asked_on(args: Sequence[str]) -> str | None:
    """The value of ``--lang`` on a command line that is not parsed yet and may be invalid.

    >>> lines = (["search", "غزة", "--lang", "ar"], ["info", "--lang=en"], ["--", "--lang", "ar"])
    >>> tuple(map(asked_on, lines))
    ('ar', 'en', None)
    """
    for place, arg in enumerate(args):
        if arg == "--":
            break
        name, _, value = arg.partition("=")
        if name == "--lang":
            return value or (args[place + 1] if place + 1 < len(args) else None)
    return None


def language(asked: str | None, environment: Mapping[str, str]) -> str:
    """The language to use: the given one; else Arabic, if the locale is Arabic; else English.

    >>> language(None, {"LANG": "ar_EG.UTF-8"}), language(None, {"LC_ALL": "C", "LANG": "ar_EG.UTF-8"})
    ('ar', 'en')
    """
    if asked in LANGUAGES:
        return str(asked)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environment.get(variable):
            return "ar" if locale.partition("_")[0].partition(".")[0] == "ar" else "en"
    return "en"
