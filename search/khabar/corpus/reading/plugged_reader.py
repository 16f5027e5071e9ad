"""The reader of a format that a plug-in reads: from the plug-in's records to drafts of articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar import plugins
from khabar.corpus.plugged import GROUP, ReaderPlugin, unusable
from khabar.corpus.records.drafts import Records
from khabar.corpus.report import Unreadable
from khabar.errors import PluginError

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found, Reader

__all__ = ["reader_of"]

_LONGEST = 200
"""Maximum length of the text of a plug-in's error, in characters."""


def reader_of(name: str) -> Reader:
    """The reader of a plug-in.

    Raises:
        Unreadable: the plug-in cannot be used.
    """
    try:
        plugin: ReaderPlugin = plugins.load(GROUP, name)
    except PluginError as error:
        raise unusable(error) from error

    def read(content: Content) -> Iterator[Found]:
        drafts = Records(content.fields, content.mapped, content.dates)
        return drafts.drafts(_numbered(name, plugin, content))

    return read


def _numbered(name: str, plugin: ReaderPlugin, content: Content) -> Iterator[tuple[int, object]]:
    """The records of a file with their numbers; an `Unreadable` replaces a record that cannot be read, or all
    that remain."""
    number = 0
    try:
        for number, record in enumerate(plugin.read(content), 1):
            yield number, _failed(name, record) if isinstance(record, Exception) else record
    except (Unreadable, MemoryError, OSError):
        # Exceeded limits and errors of the system are reported as for every reader.
        raise
    except Exception as error:
        yield number + 1, _failed(name, error)


def _failed(name: str, error: Exception) -> Unreadable:
    if isinstance(error, Unreadable):
        return error
    said = " ".join((str(error) or type(error).__name__).split())
    return Unreadable("plugin-failed", plugin=name, error=said[:_LONGEST])
