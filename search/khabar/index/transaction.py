"""A transaction on an index: all its parts change together, in the one order that a killed process cannot spoil.

First the stories and the lexicon are written, which may have more than the index; then the engine commits, and that makes
everything count.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX, mentioned_days
from khabar.index.engine import Engine
from khabar.index.folder import sweep
from khabar.index.lexicon import Lexicon, write_lexicon
from khabar.index.lock import WriteLock
from khabar.index.words import BESIDE, Encoder
from khabar.stories.reader import name, names
from khabar.stories.sketch import TermHashes
from khabar.stories.writer import StoriesWriter

__all__ = ["Transaction"]


class Transaction:
    """Holds the index's write lock until it is closed; what is not committed by then is given up. A context manager.

    Args:
        folder: the index.
        engine: its engine.
        analyzer: its analyzer.
        timeout: seconds to wait for another writer.

    Raises:
        IndexLocked: if another writer holds the index.
    """

    def __init__(self, folder: Path, engine: Engine, analyzer: Analyzer, timeout: float) -> None:
        self._folder = folder
        self._analyzer = analyzer
        self._lock = WriteLock(folder, timeout)
        self._lock.__enter__()
        try:
            sweep(folder)
            self._writer = engine.writer()
        except BaseException as error:
            self._lock.__exit__(type(error), error, error.__traceback__)
            raise
        try:
            #: id → fingerprint of every article, as it will be after the next commit
            self.fingerprints: dict[str, str] = dict(self._writer.known())
            self._lexicon = Lexicon.open(folder)
            self._stories = StoriesWriter(folder, names(self.fingerprints.values()))
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._writer.close()
        finally:
            self._lock.__exit__(kind, error, trace)

    def _begin(self) -> None:
        """An encoder of one's own for each commit, so that its memory does not grow with the index."""
        self._encoder = Encoder(self._analyzer)
        self._hashes = TermHashes(self._encoder.terms)

    @property
    def known(self) -> Mapping[str, str]:
        """The id and fingerprint of every article, as they will be after the next commit."""
        return self.fingerprints

    def add(self, article: Article, fingerprint: str) -> bool:
        """Add an article, or put it in the place of the one with its id; False, and nothing done, if there is no word in it."""
        units = [unit.text for unit in article.units()]
        words = self._encoder.encode(units, [mentioned_days(text, article.published) for text in units])
        if not any(words.terms[number] for number in words.numbers.tolist()):
            return False
        self._writer.add(article, fingerprint, words)
        self._stories.add(name(fingerprint), self._hashes.of(words.numbers[words.tokens < BESIDE]))
        self.fingerprints[article.id] = fingerprint
        return True

    def delete(self, article_id: str) -> bool:
        """Remove an article; False if there is none with this id."""
        self.fingerprints.pop(article_id, None)
        return self._writer.delete(article_id)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible, in one step."""
        self._stories.write()
        terms = (term for term in self._encoder.terms if not term.startswith(PREFIX))
        self._lexicon = write_lexicon(self._folder, self._lexicon, terms, self._analyzer)
        self._writer.commit()
        self._begin()
