"""Which language a run speaks. Results are told it (:class:`khabar.render.look.Look`); it is kept here for those that are not:
errors, help, progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["LANGUAGES", "asked_on", "language", "speak", "spoken"]

LANGUAGES = ("en", "ar")

_spoken = "en"


def speak(language: str) -> None:
    """Speak a language from now on."""
    global _spoken
    _spoken = language


def spoken() -> str:
    """The language that is spoken."""
    return _spoken


def asked_on(args: Sequence[str]) -> str | None:
    """What ``--lang`` asks for on a command line that nobody has read yet, and that may be wrong elsewhere.

    >>> asked_on(["search", "غزة", "--lang", "ar"]), asked_on(["info", "--lang=en"]), asked_on(["--", "--lang", "ar"])
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
    """The language to speak: the one asked for, or that of the locale if it is Arabic, or English.

    >>> language(None, {"LANG": "ar_EG.UTF-8"}), language(None, {"LC_ALL": "C", "LANG": "ar_EG.UTF-8"})
    ('ar', 'en')
    """
    if asked in LANGUAGES:
        return str(asked)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environment.get(variable):
            return "ar" if locale.partition("_")[0].partition(".")[0] == "ar" else "en"
    return "en"
