"""Find the files to read: those named, and those in the named folders, in a fixed order."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from khabar.corpus.pieces.streams import said
from khabar.corpus.reasons import Reason
from khabar.corpus.report import ReadReport
from khabar.errors import SourceError
from khabar.spelling import storable

__all__ = ["STDIN", "PathLike", "is_address", "starting_points", "walk"]

PathLike = str | os.PathLike[str]

STDIN = Path("-")
"""The standard input. (All other starting points are absolute paths, even that of a file called «-».)"""

_NAMES_OF_STDIN = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_LOCK_OF_AN_INDEX = "write.lock"
_MARKS_OF_AN_INDEX = ("meta.json", "edition.json")
"""A folder with the lock and one of these files is a khabar index (see `khabar.index.editions`)."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|www\.", re.ASCII)


def is_address(source: str) -> bool:
    """Whether a source that is not a file looks like a web address."""
    return _ADDRESS.match(source) is not None


def starting_points(path: PathLike | Iterable[PathLike]) -> list[Path]:
    """Resolve the named files and folders to absolute paths without ``..`` or links, so that ids do not
    depend on how they are reached.

    Raises:
        SourceError: one of them does not exist or cannot be opened.
    """
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    result = []
    for named in paths:
        shown = storable(os.fspath(named))
        if shown == str(STDIN) or _is_standard_input(named):
            result.append(STDIN)
            continue
        if not shown:
            raise SourceError(
                "No file or folder was named (the path is empty). Name a file, or . for this folder."
            )
        try:
            result.append(Path(named).resolve(strict=True))
        except FileNotFoundError:
            if is_address(shown):
                raise SourceError(
                    f"{shown} is an address, and khabar fetches nothing. Fetch it with another program, "
                    "such as curl or wget, and name the file, or - for the standard input."
                ) from None
            if Path(named).exists():
                # The shell replaces «<(…)» by a name such as /dev/fd/63, which exists but cannot be resolved.
                raise SourceError(
                    f"{shown} is a pipe, which can be read once only. "
                    "Let the other program write to the standard input, and name it -: COMMAND | khabar … -"
                ) from None
            raise SourceError(
                f"There is no file or folder {shown} (seen from {Path.cwd()}). "
                "Check the spelling, or give the whole path."
            ) from None
        except (OSError, ValueError, RuntimeError) as error:
            # no permission, a NUL in the name, a link to itself
            raise SourceError(
                f"{shown} cannot be opened: {said(error)}. Check its name and permissions."
            ) from None
    return result


def _is_standard_input(path: PathLike) -> bool:
    """Whether a path is one of the system's for a standard input that is not a regular file."""
    if os.fspath(path) not in _NAMES_OF_STDIN:
        return False
    try:
        return not stat.S_ISREG(Path(path).stat().st_mode)
    except OSError:
        return False


def walk(starts: Iterable[Path], report: ReadReport) -> Iterator[Path]:
    """Yield every file at and below the starting points, in order of name within folders.

    In folders, names that begin with a dot are skipped silently, and so are indexes: «khabar index .» must
    not read its own index. The target of a link is read once, in its own place. A link that leads out of all
    starting points is not followed, because whoever filled the folder could make any file of the user
    searchable with it. The report notes such links, and what cannot be opened.
    """
    starts = list(starts)
    seen: set[tuple[int, int]] = set()
    for start in starts:
        if start == STDIN:
            report.files += 1
            yield start
            continue
        folders, files, skipped = len(seen), report.files, len(report.skipped)
        yield from _below(start, starts, seen, report)
        if len(seen) > folders and report.files == files and len(report.skipped) == skipped:
            report.skip(str(start), None, Reason.of("no-file"))


def _is_hidden(path: Path) -> bool:
    """Whether `walk` skips a path, relative to a starting point, because a name in it begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def _is_index(folder: Path) -> bool:
    """Whether a folder is a khabar index."""
    return (folder / _LOCK_OF_AN_INDEX).is_file() and any(
        (folder / name).is_file() for name in _MARKS_OF_AN_INDEX
    )


def _below(
    start: Path, starts: Sequence[Path], seen: set[tuple[int, int]], report: ReadReport
) -> Iterator[Path]:
    # A stack, not recursion: folders can be nested more deeply than Python's calls.
    stack = [start]
    while stack:
        path = stack.pop()
        try:
            status = path.stat()
            # A starting point is never a link: they are resolved.
            if path.is_symlink():
                target = Path(os.path.realpath(path))
                parents = [start for start in starts if target.is_relative_to(start)]
                if not parents:
                    report.skip(str(path), None, Reason.of("link-outside", target=str(target)))
                    continue
                if any(not _is_hidden(target.relative_to(parent)) for parent in parents):
                    continue  # read in its own place
            if stat.S_ISDIR(status.st_mode):
                identity = (status.st_dev, status.st_ino)
                if identity not in seen:
                    seen.add(identity)
                    if not _is_index(path):
                        entries = (entry for entry in path.iterdir() if not entry.name.startswith("."))
                        stack += sorted(entries, key=lambda entry: entry.name, reverse=True)
                continue
        except FileNotFoundError:
            report.skip(str(path), None, Reason.of("link-to-nothing"))
            continue
        except OSError as error:
            report.skip(str(path), None, Reason.of("cannot-open", error=said(error)))
            continue
        report.files += 1
        if stat.S_ISREG(status.st_mode):
            yield path
        else:
            report.skip(str(path), None, Reason.of("special-file"))
