"""The engines by name. One line makes another engine known; it is imported only when an index asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from khabar._version import __version__
from khabar.errors import IndexMismatch, index_of, renew
from khabar.index.engine import Engine
from khabar.index.engine_files import EngineFiles
from khabar.index.folder import Meta, check_meta, read_meta

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "check_usable",
    "engine_class",
    "engine_files",
    "engine_in",
    "open_engine",
]

#: name → room and class
ENGINES = {"embedded": ("khabar.index.embedded", "EmbeddedEngine")}

DEFAULT_ENGINE = "embedded"


def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        IndexMismatch: if no engine has this name.
        MissingDependency: if a package that it needs is not installed.
    """
    if name not in ENGINES:
        raise IndexMismatch(f"there is no engine «{name}» in this khabar; it has: {', '.join(ENGINES)}")
    module, attribute = ENGINES[name]
    result: type[Engine] = getattr(importlib.import_module(module), attribute)
    return result


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
    if meta.engine not in ENGINES:
        raise IndexMismatch(
            f"the index {index_of(files)} is of an engine that this khabar {__version__} has not, "
            f"«{meta.engine}» (it has: {', '.join(ENGINES)}). {renew(files)}"
        )
    check_meta(files, meta, analyzer)


@cache
def engine_files() -> Mapping[str, EngineFiles]:
    """What the files of each engine are called."""
    return {name: importlib.import_module(f"{room}.files").FILES for name, (room, _) in ENGINES.items()}


def engine_in(folder: Path) -> str:
    """The engine whose files are in a folder, whatever its ``meta.json`` says; "" if there are none."""
    return next((name for name, files in engine_files().items() if files.are_in(folder)), "")
