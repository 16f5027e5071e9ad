"""Plug-ins: what other installed packages add, by entry points of the groups in `GROUPS`.

A package names its plug-ins in its ``pyproject.toml``, each with the module or object that it is::

    [project.entry-points."khabar.readers"]
    wire = "khabar_example.wire"

A plug-in has ``api = 1``, the number of the protocol that it was written for, and what its group asks for:

=======================  ===============================================  ===================================
``khabar.readers``       `khabar.corpus.plugged.ReaderPlugin`             a format of files
``khabar.encoders``      ``khabar.meaning.encoder.EncoderPlugin``         what turns texts into vectors
``khabar.dictionaries``  `khabar.query.dictionaries.DictionaryPlugin`     words that a reader joins and parts
``khabar.views``         `khabar.render.plugged.ViewPlugin`               a format of results (``--format``)
``khabar.engines``       `khabar.index.engines.EnginePlugin`              where an index is kept
=======================  ===============================================  ===================================

Nothing is looked up before something that khabar does not have itself is named or met, and only then are the
packages of this Python asked: that takes 0.1 s. A plug-in is imported when it is used. What khabar has itself
cannot be replaced. A plug-in that cannot be used is a `khabar.PluginError` for what needs it, and no trouble
for anything else; if two packages name a plug-in alike, neither is used.
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
    """What plug-ins of a group must have.

    Attributes:
        api: the number of the protocol; it is raised when plug-ins that were written before cannot be used.
        members: names of the attributes beside ``api``.
    """

    api: int
    members: tuple[str, ...]


GROUPS = {
    "khabar.readers": Asked(1, ("suffixes", "marks", "read")),
    "khabar.encoders": Asked(1, ("open",)),
    "khabar.dictionaries": Asked(1, ("words",)),
    "khabar.views": Asked(1, ("render",)),
    "khabar.engines": Asked(1, ("engine", "files")),
}
"""The groups of entry points, and what their plug-ins must have."""


class PluginProtocol(Protocol):
    """What every plug-in has: a module, or any object, that fulfils the protocol of its group."""

    @property
    def api(self) -> int:
        """The number of the protocol that it was written for."""


class Installed(Serializable, msgspec.Struct, frozen=True):
    """A plug-in that a package of this Python names.

    Attributes:
        group: one of `GROUPS`.
        name: what it is called in settings and options.
        package: the package that brings it, as pip calls it.
        version: of the package.
        target: its module, or ``module:object``.
        problem: why it cannot be used, for people; "" if it can, or if it was not tried.
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
    """Whether a package names a plug-in so. It is not imported, and may be broken."""
    return name in _by_name(group)


def installed(group: str) -> tuple[Installed, ...]:
    """What packages say that they add to a group, by name. Nothing is imported, so nothing is tried."""
    return tuple(_described(each) for name in names(group) for each in _by_name(group)[name])


@cache
def load(group: str, name: str) -> Any:
    """A plug-in, imported.

    Args:
        group: one of `GROUPS`.
        name: of the plug-in.

    Returns:
        A module or object with what `GROUPS` asks of the group.

    Raises:
        PluginError: if no package names one so, if several do, or if it cannot be used.
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
    """All plug-ins of a group by name, imported, or in the place of one why it cannot be used."""
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
    """Look for plug-ins anew: packages were installed, or the path of imports was changed."""
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
    """The entry points of a group by name; more than one if packages do not agree."""
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
