"""The index folder: the engine's files and ``meta.json``, which says what they are and whether this khabar can use them.

An index folder is trusted input: Whoosh keeps its table of contents as a pickle, and opening a stranger's pickle can run a
stranger's code.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from khabar._version import __version__
from khabar.errors import IndexDamaged, IndexMismatch, IndexNotFound

__all__ = ["FORMAT", "Meta", "check_meta", "default_folder", "read_meta", "write_meta"]

#: Raised whenever what khabar itself keeps in an index changes.
FORMAT = 1

_META = "meta.json"


@dataclass(frozen=True, slots=True)
class Meta:
    """What ``meta.json`` says.

    Attributes:
        format: see :data:`FORMAT`.
        engine: name of the engine whose files these are.
        analyzer: fingerprint of the analyzer that made the terms.
        articles, paragraphs: counts at the last commit.
        created, updated: moments in ISO form, UTC.
        khabar: version of khabar that last wrote here.
    """

    engine: str
    analyzer: str
    format: int = FORMAT
    articles: int = 0
    paragraphs: int = 0
    created: str = ""
    updated: str = ""
    khabar: str = __version__


def now() -> str:
    """This moment as ``meta.json`` keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_meta(folder: Path, meta: Meta) -> None:
    """Write ``meta.json`` in one step: a reader sees the old one or the new one."""
    beside = folder / f"{_META}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(meta), file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _META)


def read_meta(folder: Path) -> Meta:
    """What ``meta.json`` in a folder says.

    Raises:
        IndexNotFound: if there is no such folder or no ``meta.json`` in it.
        IndexMismatch: if it is of another format version.
        IndexDamaged: if it cannot be understood.
    """
    path = folder / _META
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        what = "is not an index" if folder.exists() else "does not exist"
        raise IndexNotFound(f"{folder} {what}. Make one with: khabar index SOURCE... --index {folder}") from None
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{path} cannot be read ({error}). {_rebuild(folder)}") from error
    if not isinstance(record, dict) or not isinstance(record.get("format"), int):
        raise IndexDamaged(f"{path} is not khabar's: it names no format. {_rebuild(folder)}")
    if record["format"] != FORMAT:
        raise IndexMismatch(
            f"the index {folder} has format {record['format']}, this khabar {__version__} reads format {FORMAT}. "
            + _rebuild(folder)
        )
    try:
        return Meta(**record)
    except TypeError as error:
        raise IndexDamaged(f"{path} lacks something or has too much ({error}). {_rebuild(folder)}") from error


def check_meta(folder: Path, meta: Meta, analyzer: str) -> None:
    """Refuse an index whose terms were made by other rules than this khabar's: its words would silently not be found."""
    if meta.analyzer != analyzer:
        raise IndexMismatch(
            f"the index {folder} was built with another analyzer (fingerprint {meta.analyzer}, here {analyzer}; "
            f"khabar {meta.khabar}, here {__version__}). {_rebuild(folder)}"
        )


def default_folder() -> Path:
    """Where the index is when nobody says: $KHABAR_INDEX; else ``indexes/news`` where the current folder has ``indexes/``;
    else the user's data folder."""
    named = os.environ.get("KHABAR_INDEX")
    if named:
        return Path(named)
    if Path("indexes").is_dir():
        return Path("indexes/news")
    import platformdirs

    return Path(platformdirs.user_data_dir("khabar", appauthor=False)) / "news"


def _rebuild(folder: Path) -> str:
    return f"Build it again from the sources with: khabar index SOURCE... --index {folder} --new"
