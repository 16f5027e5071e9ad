"""Dictionaries that other packages bring: plug-ins of the group ``khabar.dictionaries``.

Such a dictionary is a file as of `khabar.query.own_words`, and is named ``plugin:NAME`` wherever such a file
is. Nothing applies that is not named. It is read like any other; nobody writes to it.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Protocol

from khabar import plugins
from khabar.errors import PluginError

__all__ = ["GROUP", "PREFIX", "DictionaryPlugin", "is_plugged", "words_file"]

GROUP = "khabar.dictionaries"
"""The group of the entry points of such packages."""

PREFIX = "plugin:"
"""The prefix of the name of a dictionary from a package."""


class DictionaryPlugin(plugins.PluginProtocol, Protocol):
    """What a package gives to bring a dictionary: a module, or an object, with these names."""

    def words(self) -> str | PathLike[str]:
        """The path of the file with its statements."""


def is_plugged(name: str | PathLike[str]) -> bool:
    """Whether a file of words is named as one of a package."""
    return isinstance(name, str) and name.startswith(PREFIX)


def words_file(name: str | PathLike[str]) -> Path:
    """The path of a file of words, which may be one of a package.

    Args:
        name: a path, or ``plugin:NAME``.

    Raises:
        PluginError: if there is no such plug-in, or it cannot be used.
    """
    if not (isinstance(name, str) and name.startswith(PREFIX)):
        return Path(name)
    called = name.removeprefix(PREFIX)
    plugin: DictionaryPlugin = plugins.load(GROUP, called)
    try:
        return Path(plugin.words())
    except Exception as error:
        raise PluginError.failed(GROUP, called, error) from error
