"""What each engine gives for checking and rebuilding its index, in a module ``mending`` of its room: two functions."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import msgspec

from khabar.corpus.article import Article
from khabar.index.engines import ENGINES, engine_class
from khabar.index.lexicon import Lexicon

__all__ = ["Loss", "Mending", "mending", "named", "told"]


class Loss(msgspec.Struct, frozen=True):
    """Something that cannot be read.

    Attributes:
        file: its name in the index folder.
        what: what is wrong with it, without a full stop.
        articles: how many articles are lost with it for certain.
    """

    file: str
    what: str
    articles: int = 0


class Mending(Protocol):
    """The module ``mending`` of an engine's room."""

    def verify(self, folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
        """Read everything: all postings, every article, and whether the lexicon, if there is one, has every term."""
        ...

    def salvage(self, folder: Path) -> Iterator[Article | Loss]:
        """Every article that can be read, whatever else is broken, in the order of indexing as far as that is known."""
        ...


def mending(engine: str) -> Mending:
    """The module of an engine.

    Raises:
        IndexMismatch: if no engine has this name.
        MissingDependency: if a package that it needs is not installed.
    """
    engine_class(engine)
    return cast(Mending, importlib.import_module(f"{ENGINES[engine][0]}.mending"))


def told(error: BaseException) -> str:
    """What an error says of damage, without the file before it and the advice behind it."""
    said = str(error) or type(error).__name__
    _, found, rest = said.partition(" cannot be read (")
    return rest.partition("). ")[0] if found else said


def named(error: BaseException, folder: Path, otherwise: str) -> str:
    """The file of an index folder that an error begins with."""
    path = Path(str(error).partition(" cannot be read")[0])
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else otherwise
