"""The engines by name. One line makes another engine known; it is imported only when an index asks for it.

Other packages bring engines as plug-ins of the group ``khabar.engines``: :class:`EnginePlugin`. An index says
by name which engine keeps it, so what is kept by a plug-in is read and written as long as its package is
installed, and refused when it is not.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Protocol

from khabar import plugins
from khabar._version import __version__
from khabar.errors import IndexFolderError, IndexMismatch, PluginError, index_of, renew
from khabar.index.engine import Engine
from khabar.index.engine_files import EngineFiles
from khabar.index.folder import Meta, check_meta, read_meta

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "GROUP",
    "EnginePlugin",
    "check_usable",
    "engine_class",
    "engine_files",
    "engine_in",
    "engine_to_keep",
    "is_known",
    "open_engine",
]

#: name → room and class
ENGINES = {"embedded": ("khabar.index.embedded", "EmbeddedEngine")}

DEFAULT_ENGINE = "embedded"


GROUP = "khabar.engines"
"""The group of the entry points of packages that bring engines."""


class EnginePlugin(plugins.PluginProtocol, Protocol):
    """What a package gives to bring an engine: a module, or an object, with these names. The name of its
    entry point is that of the engine, in ``meta.json`` too."""

    @property
    def engine(self) -> type[Engine]:
        """Its class. `tests/conformance` is what an engine must pass."""

    @property
    def files(self) -> EngineFiles:
        """What its files in an index folder are called; other names than those of other engines."""


#: The plug-ins that were used, by name.
_plugged: dict[str, EnginePlugin] = {}


def is_known(name: str) -> bool:
    """Whether there is an engine of this name: khabar's own, or a plug-in's, which may be broken."""
    return name in ENGINES or plugins.has(GROUP, name)


def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        IndexMismatch: if no engine has this name.
        MissingDependency: if a package that it needs is not installed, or it is a plug-in that cannot be
            used.
    """
    if name in ENGINES:
        module, attribute = ENGINES[name]
        result: type[Engine] = getattr(importlib.import_module(module), attribute)
        return result
    if not plugins.has(GROUP, name):
        raise IndexMismatch(f"there is no engine «{name}» in this khabar; it has: {_names()}")
    plugin: EnginePlugin = plugins.load(GROUP, name)
    _plugged[name] = plugin
    return plugin.engine


def _names() -> str:
    return ", ".join((*ENGINES, *plugins.names(GROUP)))


def open_engine(files: Path, analyzer: str) -> Engine:
    """The engine of the index whose files are in a folder.

    Args:
        files: the folder.
        analyzer: fingerprint of the analyzer that must have made its terms.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format version, analyzer, or an unknown engine.
        IndexDamaged: if its files cannot be read.
        MissingDependency: if a package that the engine needs is not installed.
    """
    meta = read_meta(files)
    check_usable(files, meta, analyzer)
    return engine_class(meta.engine).open(files)


def check_usable(files: Path, meta: Meta, analyzer: str) -> None:
    """Refuse an index of an unknown engine or another analyzer.

    Raises:
        IndexMismatch: if it is one.
    """
    if not is_known(meta.engine):
        raise IndexMismatch(
            f"the index {index_of(files)} uses an engine that this khabar {__version__} lacks, "
            f"«{meta.engine}» (it has: {_names()}). If a package brings it, install that. {renew(files)}"
        )
    check_meta(files, meta, analyzer)


def engine_files() -> Mapping[str, EngineFiles]:
    """What the files of each engine are called: of khabar's own, and of the plug-ins that were used."""
    return _own_files() | {name: plugin.files for name, plugin in _plugged.items()}


@cache
def _own_files() -> dict[str, EngineFiles]:
    return {name: importlib.import_module(f"{room}.files").FILES for name, (room, _) in ENGINES.items()}


def engine_in(folder: Path) -> str:
    """The engine whose files are in a folder, whatever its ``meta.json`` says; "" if there are none."""
    for name, files in engine_files().items():
        if files.are_in(folder):
            return name
    for name, plugin in plugins.loaded(GROUP):
        if not isinstance(plugin, PluginError) and plugin.files.are_in(folder):
            _plugged[name] = plugin
            return name
    return ""


def engine_to_keep(files: Path) -> str:
    """The engine that a new edition of an index is made with: the one that keeps it, or khabar's own if that
    is not known any more."""
    with suppress(IndexFolderError):
        named = read_meta(files).engine
        if is_known(named):
            return named
    return engine_in(files) or DEFAULT_ENGINE
