"""The engines by name. One line adds an engine; it is imported only when an index uses it.

Other packages provide engines as plug-ins of the group ``khabar.engines`` (:class:`EnginePlugin`). An index
names its engine, so an index of a plug-in is usable while that package is installed, and refused otherwise.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from khabar import plugins
from khabar._version import __version__
from khabar.errors import IndexFolderError, IndexMismatch, PluginError, index_of, renew
from khabar.index.engine import Engine
from khabar.index.engine_files import EngineFiles
from khabar.index.folder import Meta, read_meta

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
"""The entry point group of packages that provide engines."""


class EnginePlugin(plugins.PluginProtocol, Protocol):
    """A module or object with which a package provides an engine. The name of its entry point is the name of
    the engine, also in ``meta.json``."""

    @property
    def engine(self) -> type[Engine]:
        """The class of the engine, which must pass `tests/conformance`. The names of its files must differ
        from those of other engines."""


#: The engines of the plug-ins used so far, by name.
_plugged: dict[str, type[Engine]] = {}


def is_known(name: str) -> bool:
    """Whether there is an engine with this name: khabar's own or a plug-in's, which may be broken."""
    return name in ENGINES or plugins.has(GROUP, name)


def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        IndexMismatch: if no engine has this name.
        MissingDependency: if a package that it needs is not installed, or a plug-in cannot be used.
    """
    if name in ENGINES:
        module, attribute = ENGINES[name]
        result: type[Engine] = getattr(importlib.import_module(module), attribute)
        return result
    if not plugins.has(GROUP, name):
        raise IndexMismatch(f"there is no engine «{name}» in this khabar; it has: {_names()}")
    plugin: EnginePlugin = plugins.load(GROUP, name)
    _plugged[name] = plugin.engine
    return plugin.engine


def _names() -> str:
    return ", ".join((*ENGINES, *plugins.names(GROUP)))


def open_engine(files: Path, analyzer: str) -> Engine:
    """Open the index whose files are in a folder.

    Args:
        files: the folder.
        analyzer: the fingerprint of the analyzer that must have made its terms.

    Raises:
        IndexNotFound: if there is no index.
        IndexMismatch: if it has another format version, another analyzer or an unknown engine.
        IndexDamaged: if its files cannot be read.
        MissingDependency: if a package that the engine needs is not installed.
    """
    meta = read_meta(files)
    check_usable(files, meta, analyzer)
    return engine_class(meta.engine).open(files)


def check_usable(files: Path, meta: Meta, analyzer: str) -> None:
    """Refuse an index of an unknown engine or another analyzer.

    Raises:
        IndexMismatch: if it is such an index.
    """
    if not is_known(meta.engine):
        raise IndexMismatch(
            f"the index {index_of(files)} uses an engine that this khabar {__version__} lacks, "
            f"«{meta.engine}» (it has: {_names()}). If a package brings it, install that. {renew(files)}"
        )
    if meta.analyzer != analyzer:
        # Its words would silently not be found.
        raise IndexMismatch(
            f"the index {index_of(files)} was built with another analyzer "
            f"(fingerprint {meta.analyzer}, here {analyzer}; "
            f"khabar {meta.khabar}, here {__version__}). {renew(files)}"
        )


def engine_files() -> Mapping[str, EngineFiles]:
    """The file names of each engine: khabar's own, and the plug-ins used so far."""
    own = {name: engine_class(name) for name in ENGINES}
    return {name: engine.files for name, engine in (own | _plugged).items()}


def engine_in(folder: Path) -> str:
    """The name of the engine whose files are in a folder, whatever its ``meta.json`` says; "" for none."""
    for name, files in engine_files().items():
        if files.are_in(folder):
            return name
    for name, plugin in plugins.loaded(GROUP):
        if not isinstance(plugin, PluginError) and plugin.engine.files.are_in(folder):
            _plugged[name] = plugin.engine
            return name
    return ""


def engine_to_keep(files: Path) -> str:
    """The name of the engine for a new edition of an index: that of the old edition, or khabar's own if that
    engine is no longer known."""
    with suppress(IndexFolderError):
        named = read_meta(files).engine
        if is_known(named):
            return named
    return engine_in(files) or DEFAULT_ENGINE
