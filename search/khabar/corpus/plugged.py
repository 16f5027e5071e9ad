"""Readers that other packages add: plug-ins of the group ``khabar.readers``.

A plug-in gets the files that khabar does not read itself: those with one of its suffixes, and those without a
known suffix that begin with one of its marks. It yields records; the names of their values, and how dates and
texts are understood, are the same as for JSON records (docs/howto/formats.md). A plug-in runs in khabar's own
process and is trusted as khabar is. If it raises an exception, the file or record gives no article, and the
report names the plug-in.
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
"""The entry point group of reader plug-ins."""

Record = Mapping[str, object]
"""An article as a record: ``title``, ``text`` or ``paragraphs``, and any other values."""


class PluggedFile(Protocol):
    """A file, or a member of an archive, as a plug-in gets it. Its content is read only on request, and never
    beyond the limits of the reading (:class:`khabar.ReadLimits`)."""

    @property
    def path(self) -> str:
        """Its absolute path, with ``!member`` for each archive that contains it: for messages, not for
        opening it."""

    @property
    def name(self) -> str:
        """Its file name, with the suffix."""

    def data(self) -> bytes:
        """Its whole content."""

    def text(self) -> str:
        """Its whole content, decoded; an encoding other than UTF-8 is guessed, and the report says so."""

    def file(self) -> AbstractContextManager[IO[bytes]]:
        """Its content as a seekable file, the one on disk or a copy; to be used instead of `data` and
        `text`."""


class ReaderPlugin(plugins.PluginProtocol, Protocol):
    """The interface of a plug-in that reads a format: a module, or an object, with these names.

    Messages call the format by the name of the entry point.
    """

    @property
    def suffixes(self) -> Collection[str]:
        """The suffixes of the format, in lower case with the dot (``.wire``). Those that khabar reads itself
        are ignored."""

    @property
    def marks(self) -> Collection[bytes]:
        """First bytes by which a file without a known suffix is recognised; at most 64 bytes each."""

    def read(self, file: PluggedFile) -> Iterable[Record | Exception]:
        """The articles in a file, one by one. An exception in place of a record says why that one cannot be
        read; an exception that is raised ends the file."""


class _Readers(msgspec.Struct, frozen=True):
    """The installed reader plug-ins.

    Attributes:
        suffixes, marks: the names of the plug-ins that declare each suffix or mark.
        broken: why a plug-in cannot be used, by its name.
    """

    suffixes: Mapping[str, tuple[str, ...]]
    marks: Mapping[bytes, tuple[str, ...]]
    broken: Mapping[str, PluginError]


def plugged(suffix: str, head: bytes, *, media: bool = False) -> str | None:
    """The name of the plug-in for a file that khabar does not read itself; None if there is none.

    Args:
        suffix: suffix of the file's name, in lower case with the dot, or "".
        head: the file's first bytes.
        media: whether the file may well be none for plug-ins, such as a picture or a plain text.

    Raises:
        Unreadable: several plug-ins claim the file, or one that may read it cannot be used.
    """
    names = plugins.names(GROUP)
    if not names:
        return None
    readers = _readers(names)
    by_mark = (claimants for mark, claimants in readers.marks.items() if head.startswith(mark))
    claimants = readers.suffixes.get(suffix) or tuple(dict.fromkeys(chain.from_iterable(by_mark)))
    if len(claimants) > 1:
        raise Unreadable("plugins-disagree", plugins=", ".join(claimants))
    if claimants:
        return claimants[0]
    # Nobody knows what a broken plug-in reads: it may be this file. For media, only its name can tell.
    for name, error in readers.broken.items():
        if not media or name == suffix.removeprefix("."):
            raise unusable(error)
    return None


def wants(suffix: str) -> bool:
    """Whether a usable plug-in declares a suffix."""
    names = plugins.names(GROUP)
    return bool(names) and suffix in _readers(names).suffixes


def disagreements() -> dict[str, str]:
    """Declared suffixes that a plug-in does not get, by its name: those that khabar reads itself, and those
    that other plug-ins declare too."""
    conflicts: dict[str, list[str]] = {}
    for suffix, claimants in _readers(plugins.names(GROUP)).suffixes.items():
        for name in claimants:
            if suffix in SUFFIXES:
                conflicts.setdefault(name, []).append(f"khabar reads {suffix} itself")
            others = ", ".join(other for other in claimants if other != name)
            if others:
                conflicts.setdefault(name, []).append(f"{others} also declares {suffix}: nobody reads it")
    return {name: "; ".join(texts) for name, texts in conflicts.items()}


def unusable(error: PluginError) -> Unreadable:
    """The exception that says that a file is not read because its plug-in cannot be used."""
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
