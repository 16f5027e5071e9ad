"""Dictionaries from other packages: plug-ins of the group ``khabar.dictionaries``.

Such a dictionary is a file in the format of `khabar.query.own_words`. It is named ``plugin:NAME`` wherever
such a file can be named, and applies only where it is named. It is read-only.
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
    """What a plug-in must be to provide a dictionary: a module or an object with these names."""

    def words(self) -> str | PathLike[str]:
        """The path of the file with its statements."""


def is_plugged(name: str | PathLike[str]) -> bool:
    """Whether a name of a dictionary means one from a package."""
    return isinstance(name, str) and name.startswith(PREFIX)


def words_file(name: str | PathLike[str]) -> Path:
    """The path of a dictionary, which may come from a package.

    Args:
        name: a path, or ``plugin:NAME``.

    Raises:
        PluginError: if there is no such plug-in, or it cannot be used.
    """
    if not is_plugged(name):
        return Path(name)
    plugin_name = str(name).removeprefix(PREFIX)
    plugin: DictionaryPlugin = plugins.load(GROUP, plugin_name)
    try:
        return Path(plugin.words())
    except Exception as error:
        raise PluginError.failed(GROUP, plugin_name, error) from error
