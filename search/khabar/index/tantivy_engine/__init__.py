"""The Tantivy engine: the only room that imports tantivy. ``pip install "khabar[fast]"`` brings it.

What lies where in an index folder:

======================  ==================================================================================================
``tantivy/``            Tantivy's files: the articles as compressed JSON, and their ids
``words-N.bin``         segment N: the words of its articles in order, and their postings (:mod:`.segment`)
``catalogue-N.json``    of commit N: which segments it has, and which of their articles were removed (:mod:`.catalogue`)
======================  ==================================================================================================

tantivy hands no posting lists to Python and fixes its BM25 constants, so it keeps and finds articles and makes commits; postings
are arrays of our own, which :class:`khabar.index.searcher.Searcher` weighs as it does any engine's. A commit is Tantivy's: the
rename of its ``meta.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from khabar.errors import IndexDamaged, MissingDependency

try:
    import tantivy
except ImportError as error:
    raise MissingDependency(
        'the engine «tantivy» needs a package that is not installed. Install it with: pip install "khabar[fast]"'
    ) from error
if not hasattr(tantivy.Searcher, "terms_with_prefix"):
    raise MissingDependency(
        "the package «tantivy» here is too old for the engine «tantivy». "
        'Mend it with: pip install --upgrade "khabar[fast]"'
    )

from khabar.index.tantivy_engine.reader import TantivyReader
from khabar.index.tantivy_engine.storage import committed, generation_of

if TYPE_CHECKING:
    from khabar.index.tantivy_engine.writer import TantivyWriter

__all__ = ["TantivyEngine"]


class TantivyEngine:
    """See :class:`khabar.index.engine.Engine`."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def create(cls, folder: Path) -> Self:
        from khabar.index.tantivy_engine.writer import create

        create(folder)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        engine = cls(folder)
        # That there is a commit, not what is in it: a search opens the files once, when it reads them.
        engine.latest_generation()
        return engine

    def latest_generation(self) -> int:
        return generation_of(self._folder, committed(self._folder))

    def reader(self) -> TantivyReader:
        while True:
            before = committed(self._folder)
            try:
                return TantivyReader(self._folder)
            except IndexDamaged:
                # A writer may have removed the files of this commit before they were opened: then there is a newer one,
                # or one of the same content in other files.
                if committed(self._folder) == before:
                    raise

    def writer(self) -> TantivyWriter:
        # A search needs none of it.
        from khabar.index.tantivy_engine.writer import TantivyWriter

        return TantivyWriter(self._folder)
