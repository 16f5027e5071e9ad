"""Vectors for the indexes of tests, as ``khabar meaning build`` makes them, with encoders without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from khabar import Article, open_index
from khabar.index.editions import current_files
from khabar.index.records import short_fingerprint
from khabar.meaning.encoder import Encoder
from khabar.meaning.parts import parts_of
from khabar.meaning.segments import Entry, Owner, Rows
from khabar.meaning.vector_files import VectorFiles
from khabar.meaning.vectors import digest_of

__all__ = ["embed"]


def embed(folder: Path, encoder: Encoder, wanted: Callable[[Article], bool] = lambda article: True) -> None:
    """Give an index vectors, in the place of those that it has.

    Args:
        folder: of the index.
        encoder: makes them.
        wanted: of which articles.
    """
    with open_index(folder) as index:
        articles = [article for article in index if wanted(article)]
    entries, owners = {}, []
    for article in articles:
        parts = [(passage.number, part) for passage in article.passages() for part in parts_of(passage.text)]
        rows = Rows(
            np.array([number for number, _ in parts], np.uint32),
            encoder.encode([part for _, part in parts], "passage"),
        )
        digest = digest_of(article)
        entries[digest] = Entry(digest, rows)
        owners.append(Owner(short_fingerprint(article.fingerprint()), digest, article.id))
    files = VectorFiles(current_files(folder))
    files.begin(encoder)
    files.commit(list(entries.values()), owners)
