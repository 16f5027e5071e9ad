"""Readers that other packages add: plug-ins of the group ``khabar.readers``.

A plug-in is asked for a file that khabar does not read itself: one with a suffix of its own, or one without a
known suffix that begins with one of its marks. It yields records, such as those of JSON; what may be in one,
under which names, and how dates and texts are understood, is as with these (docs/howto/formats.md). A plug-in
runs in khabar's own process and is trusted as khabar is. What it raises makes no article, and is told with
its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import chain
from typing import IO, Protocol

import msgspec

from khabar import plugins
from khabar.corpus.report import Unreadable
from khabar.corpus.suffixes import SUFFIXES
from khabar.errors import PluginError

__all__ = ["GROUP", "PluggedFile", "ReaderPlugin", "disagreements", "plugged", "unusable", "wants"]

GROUP = "khabar.readers"
"""The group of the entry points of such packages."""

Record = Mapping[str, object]
"""An article as a record: ``title`` and ``text`` or ``paragraphs``, and what else is known of it."""


class PluggedFile(Protocol):
    """A file, or a member of an archive, as a plug-in gets it. Nothing of it is in memory before it is asked
    for; no more than the limits of the reading (:class:`khabar.ReadLimits`) ever is."""

    @property
    def path(self) -> str:
        """Its absolute path, with ``!member`` for each archive that it lies in: for messages, not to be
        opened."""

    @property
    def name(self) -> str:
        """Its name, with the suffix."""

    def data(self) -> bytes:
        """All of it."""

    def text(self) -> str:
        """All of it, decoded; an encoding that is not UTF-8 is guessed, and the report says so."""

    def file(self) -> AbstractContextManager[IO[bytes]]:
        """It as a seekable file, instead of the above: the file on the disk or a copy."""


class ReaderPlugin(plugins.PluginProtocol, Protocol):
    """What a package gives to have a format read: a module, or an object, with these names.

    The name of its entry point is what the format is called in messages.
    """

    @property
    def suffixes(self) -> Collection[str]:
        """The suffixes of the format, lower case with the dot (``.wire``); khabar's own are not asked of
        it."""

    @property
    def marks(self) -> Collection[bytes]:
        """How files of the format begin, for those without a known suffix; at most 64 bytes each."""

    def read(self, file: PluggedFile) -> Iterable[Record | Exception]:
        """The articles in a file, one after the other; in the place of one an exception that says why it
        cannot be read. What is raised ends the file."""


class _Readers(msgspec.Struct, frozen=True):
    """Which plug-ins want what.

    Attributes:
        suffixes, marks: the names of the plug-ins of each.
        broken: why a plug-in cannot be used, by its name.
    """

    suffixes: Mapping[str, tuple[str, ...]]
    marks: Mapping[bytes, tuple[str, ...]]
    broken: Mapping[str, PluginError]


def plugged(suffix: str, head: bytes, *, media: bool = False) -> str | None:
    """The plug-in that reads a file that khabar does not read; None if there is none.

    Args:
        suffix: of its name, lower case with the dot, or "".
        head: its first bytes.
        media: whether it is a picture or the like, which is passed over.

    Raises:
        Unreadable: several want it, or a plug-in that may read it cannot be used.
    """
    names = plugins.names(GROUP)
    if not names:
        return None
    readers = _readers(names)
    begins = (wanting for mark, wanting in readers.marks.items() if head.startswith(mark))
    found = readers.suffixes.get(suffix) or tuple(dict.fromkeys(chain.from_iterable(begins)))
    if len(found) > 1:
        raise Unreadable("plugins-disagree", plugins=", ".join(found))
    if found:
        return found[0]
    # What a broken one reads is not known, unless it is called as the suffix is: it may be this.
    for name, error in readers.broken.items():
        if not media or name == suffix.removeprefix("."):
            raise unusable(error)
    return None


def wants(suffix: str) -> bool:
    """Whether a plug-in that can be used reads files of a suffix."""
    names = plugins.names(GROUP)
    return bool(names) and suffix in _readers(names).suffixes


def disagreements() -> dict[str, str]:
    """What of a plug-in's wishes is not heeded, by its name: suffixes that khabar reads itself, and those for
    which others ask too."""
    found: dict[str, list[str]] = {}
    for suffix, asking in _readers(plugins.names(GROUP)).suffixes.items():
        for name in asking:
            if suffix in SUFFIXES:
                found.setdefault(name, []).append(f"khabar reads {suffix} itself")
            others = ", ".join(other for other in asking if other != name)
            if others:
                found.setdefault(name, []).append(f"{suffix} is also asked for by {others}: nobody reads it")
    return {name: "; ".join(wrong) for name, wrong in found.items()}


def unusable(error: PluginError) -> Unreadable:
    """The same, as the reason why a file is not read."""
    return Unreadable("plugin-unusable", plugin=error.name, error=error.cause)


@lru_cache(maxsize=1)
def _readers(names: tuple[str, ...]) -> _Readers:
    suffixes: dict[str, tuple[str, ...]] = {}
    marks: dict[bytes, tuple[str, ...]] = {}
    broken: dict[str, PluginError] = {}
    for name, plugin in plugins.loaded(GROUP):
        if isinstance(plugin, PluginError):
            broken[name] = plugin
            continue
        for suffix in plugin.suffixes:
            suffixes[suffix] = (*suffixes.get(suffix, ()), name)
        for mark in plugin.marks:
            if mark:
                marks[mark] = (*marks.get(mark, ()), name)
    return _Readers(suffixes, marks, broken)
