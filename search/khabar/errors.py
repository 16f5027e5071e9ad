"""Every error that khabar raises on purpose, as one small tree.

::

    KhabarError                     catch this one to catch them all
    ├── SourceError                 an input cannot be read at all (missing, unreadable)
    ├── IndexFolderError            a folder is not an index that this khabar can use
    │   ├── IndexNotFound           there is no index there
    │   ├── IndexMismatch           an index of another format version, engine or analyzer
    │   └── IndexDamaged            its files cannot be read
    ├── IndexLocked                 another process is writing to the index
    ├── MissingDependency           an optional or conflicting package; names the command that mends it
    ├── SettingsError               the user's settings or saved searches cannot be used
    └── CollectionError             a retrieval collection (corpus, queries, qrels) is malformed

Each message says what was wrong, where, and what to do next.
"""

from __future__ import annotations

__all__ = [
    "CollectionError",
    "IndexDamaged",
    "IndexFolderError",
    "IndexLocked",
    "IndexMismatch",
    "IndexNotFound",
    "KhabarError",
    "MissingDependency",
    "SettingsError",
    "SourceError",
]


class KhabarError(Exception):
    """Base of all errors that khabar raises on purpose; its text is written for the person who reads it."""


class SourceError(KhabarError):
    """An input cannot be read at all: it does not exist or may not be opened."""


class IndexFolderError(KhabarError):
    """A folder cannot be used as an index."""


class IndexNotFound(IndexFolderError):
    """There is no khabar index in the folder."""


class IndexMismatch(IndexFolderError):
    """The index was made by another format version, engine or analyzer than this khabar has."""


class IndexDamaged(IndexFolderError):
    """The index's files are there but cannot be read."""


class IndexLocked(KhabarError):
    """Another process (or another writer in this one) holds the index for writing."""


class MissingDependency(KhabarError):
    """A package that this call needs is missing, or another package stands in its place."""


class SettingsError(KhabarError):
    """The user's settings or saved searches are not there, malformed, or cannot be written."""


class CollectionError(KhabarError):
    """A retrieval collection's files are missing or malformed."""
