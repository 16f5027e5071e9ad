"""The engines by name. One line makes another engine known; it is imported only when an index asks for it."""

from __future__ import annotations

import importlib

from khabar.errors import IndexMismatch
from khabar.index.engine import Engine

__all__ = ["DEFAULT_ENGINE", "ENGINES", "engine_class"]

#: name → module and class
ENGINES = {
    "whoosh": ("khabar.index.whoosh_engine", "WhooshEngine"),
    "tantivy": ("khabar.index.tantivy_engine", "TantivyEngine"),
}

DEFAULT_ENGINE = "whoosh"


def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        IndexMismatch: if no engine has this name.
        MissingDependency: if a package that it needs is not installed.
    """
    if name not in ENGINES:
        raise IndexMismatch(f"there is no engine «{name}» in this khabar; it has: {', '.join(ENGINES)}")
    module, attribute = ENGINES[name]
    found: type[Engine] = getattr(importlib.import_module(module), attribute)
    return found
