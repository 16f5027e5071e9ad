"""Plug-ins: extensions in other installed packages, found by entry points of the groups in `GROUPS`.

A package names its plug-ins in its ``pyproject.toml``, each with its module or object::

    [project.entry-points."khabar.readers"]
    wire = "khabar_example.wire"

A plug-in has ``api = 1``, the number of the protocol that it was written for, and the attributes of its
group:

=======================  ===============================================  ===================================
``khabar.readers``       `khabar.corpus.plugged.ReaderPlugin`             a format of files
``khabar.encoders``      ``khabar.meaning.encoder.EncoderPlugin``         an encoder of texts
``khabar.dictionaries``  `khabar.query.dictionaries.DictionaryPlugin`     a reader's own dictionary
``khabar.views``         `khabar.render.plugged.ViewPlugin`               a format of results (``--format``)
``khabar.engines``       `khabar.index.engines.EnginePlugin`              an engine, which stores an index
=======================  ===============================================  ===================================

The packages of this Python are searched only when something is needed that khabar itself lacks, as that takes
0.1 s. A plug-in is imported when it is used. It cannot replace anything that khabar itself has. A plug-in
that cannot be used raises a `khabar.PluginError` where it is needed, and disturbs nothing else. If two
packages give a plug-in the same name, neither is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from khabar.errors import PluginError
from khabar.serialize import Serializable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "GROUPS",
    "Asked",
    "Installed",
    "PluginProtocol",
    "examined",
    "forget",
    "has",
    "installed",
    "load",
    "loaded",
    "names",
]


class Asked(msgspec.Struct, frozen=True):
    """The requirements for plug-ins of a group.

    Attributes:
        api: the number of the protocol; it grows when older plug-ins can no longer be used.
        members: the names of the required attributes besides ``api``.
    """

    api: int
    members: tuple[str, ...]


GROUPS = {
    "khabar.readers": Asked(1, ("suffixes", "marks", "read")),
    "khabar.encoders": Asked(1, ("open",)),
    "khabar.dictionaries": Asked(1, ("words",)),
    "khabar.views": Asked(1, ("render",)),
    "khabar.engines": Asked(1, ("engine",)),
}
"""The groups of entry points with the requirements for their plug-ins."""


class PluginProtocol(Protocol):
    """The common part of all plug-ins. A plug-in is a module or object that fulfils the protocol of its
    group."""

    @property
    def api(self) -> int:
        """The number of the protocol that it was written for."""


class Installed(Serializable, msgspec.Struct, frozen=True):
    """A plug-in that a package of this Python names.

    Attributes:
        group: one of `GROUPS`.
        name: its name in settings and options.
        package: the name of its package for pip.
        version: the version of the package.
        target: its module, or ``module:object``.
        problem: why it cannot be used, for display; "" if it can or was not tried.
    """

    group: str
    name: str
    package: str
    version: str
    target: str
    problem: str = ""


def names(group: str) -> tuple[str, ...]:
    """The names of the plug-ins of a group, sorted. None is imported."""
    return tuple(sorted(_by_name(group)))


def has(group: str, name: str) -> bool:
    """Whether there is a plug-in with a name. It is not imported, and may be broken."""
    return name in _by_name(group)


def installed(group: str) -> tuple[Installed, ...]:
    """The plug-ins of a group in order of name. Nothing is imported, so nothing is tried."""
    return tuple(_described(each) for name in names(group) for each in _by_name(group)[name])


@cache
def load(group: str, name: str) -> Any:
    """Import a plug-in.

    Args:
        group: one of `GROUPS`.
        name: the name of the plug-in.

    Returns:
        A module or object with the attributes that `GROUPS` requires.

    Raises:
        PluginError: if there is none with this name, if there are several, or if it cannot be used.
    """
    found = _by_name(group).get(name, ())
    packages = tuple(_package(each) for each in found)
    if not found:
        raise PluginError(group, name, "missing", packages, ", ".join(names(group)))
    if len(found) > 1:
        raise PluginError(group, name, "conflict", packages)
    try:
        plugin = found[0].load()
    except (Exception, SystemExit) as error:
        raise PluginError.failed(group, name, error, packages) from error
    asked = GROUPS[group]
    api = getattr(plugin, "api", None)
    missing = [member for member in asked.members if not hasattr(plugin, member)]
    if api != asked.api:
        cause = f"it has api = {api!r}, and this khabar asks for {asked.api}"
        raise PluginError(group, name, "other-api", packages, cause)
    if missing:
        raise PluginError(group, name, "incomplete", packages, ", ".join(missing))
    return plugin


def loaded(group: str) -> Iterator[tuple[str, Any | PluginError]]:
    """Import all plug-ins of a group; yields each name with the plug-in, or with the error if it cannot be
    used."""
    for name in names(group):
        try:
            yield name, load(group, name)
        except PluginError as error:
            yield name, error


def examined() -> tuple[Installed, ...]:
    """All plug-ins of this Python. Each is imported, and has a :attr:`Installed.problem` if it cannot be
    used."""
    return tuple(
        msgspec.structs.replace(each, problem=_problem(group, each.name))
        for group in GROUPS
        for each in installed(group)
    )


def forget() -> None:
    """Clear the caches, after packages were installed or the import path was changed."""
    _by_name.cache_clear()
    load.cache_clear()


def _problem(group: str, name: str) -> str:
    try:
        load(group, name)
    except PluginError as error:
        return error.cause
    return ""


@cache
def _by_name(group: str) -> dict[str, tuple[EntryPoint, ...]]:
    """The entry points of a group by name; more than one if packages conflict."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=group):
        found[point.name] = (*found.get(point.name, ()), point)
    return found


def _described(point: EntryPoint) -> Installed:
    version = point.dist.version if point.dist else ""
    return Installed(point.group, point.name, _package(point), version, point.value)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""
