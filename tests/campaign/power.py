"""A file system that forgets: records what is done to a folder, and makes what a power cut may leave.

Nothing is on the disk for certain but what was synced. The content of a file is after ``fsync`` of the file;
that a name is there, is gone, or stands for another file is after ``fsync`` of the folder that it is in. Of
everything else any part may be there: each change of names by itself, in whatever order, and each sector of a
file by itself, with zeros where one is missing. A rename is one change. That is less than any file system in
use promises.

Calls that change names, make them, or sync are watched; the folder is looked at before and after each of
them, so that it does not matter by which function a file is written. What lies in the memory of the process
is not seen, as on a disk.
"""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

__all__ = ["POLICIES", "Disk"]

#: What is left of what was not synced: nothing; all; all names and no contents; no names and all contents; a
#: part.
POLICIES = ("nothing", "all", "names", "contents", "part")

_WATCHED = (
    "open",
    "replace",
    "rename",
    "unlink",
    "remove",
    "rmdir",
    "mkdir",
    "fsync",
    "truncate",
    "ftruncate",
)
_SECTOR = 512

#: A change of names in a folder: name → the number of the file or folder, None if it is gone.
_Names = dict[str, int | None]


class _Change(NamedTuple):
    """Names in a folder were changed, in one step."""

    folder: int
    names: _Names


class _Written(NamedTuple):
    file: int
    content: bytes


class _Synced(NamedTuple):
    number: int


class _Noted(NamedTuple):
    what: Any


_Event = _Change | _Written | _Synced | _Noted


class _Seen(NamedTuple):
    """What is in a folder and below: of each folder the names, of each file the content."""

    folders: dict[int, dict[str, int]]
    files: dict[int, bytes]


class Disk:
    """What is done to a folder while it is recorded.

    Args:
        root: the folder; what is in it before recording begins counts as synced.
    """

    #: A fault of the disk: whether what is synced, a ``file`` or a ``folder``, is forgotten all the same.
    deaf_to = ""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: list[_Event] = []
        self._inodes: dict[int, int] = {}
        self._seen = _Seen({}, {})
        self._seen = self._first = self._look()

    @property
    def cuts(self) -> int:
        """How many moments there are at which the power may be cut."""
        return len(self.events) + 1

    def note(self, what: Any) -> None:
        """Put down what was told at this moment."""
        self._observe()
        self.events.append(_Noted(what))

    def noted(self, cut: int) -> list[Any]:
        """What was told before a cut."""
        return [event.what for event in self.events[:cut] if isinstance(event, _Noted)]

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Everything that happens inside is recorded."""

        def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **named: Any) -> Any:
                if name == "open" and not args[1] & (os.O_CREAT | os.O_TRUNC):
                    return function(*args, **named)
                self._observe()
                try:
                    return function(*args, **named)
                finally:
                    self._observe()
                    if name == "fsync":
                        self._note_sync(args[0])

            return call

        with ExitStack() as stack:
            for name in _WATCHED:
                stack.enter_context(mock.patch(f"os.{name}", watched(name, getattr(os, name))))
            yield
            self._observe()

    def _note_sync(self, descriptor: int) -> None:
        number = self._inodes.get(os.fstat(descriptor).st_ino)
        if number is not None:
            self.events.append(_Synced(number))

    def _observe(self) -> None:
        """Put down what has changed since the last time."""
        before, now = self._seen, self._look()
        for number, content in now.files.items():
            if before.files.get(number) != content:
                self.events.append(_Written(number, content))
        for number, names in now.folders.items():
            former = before.folders.get(number, {})
            changed: _Names = dict.fromkeys(former.keys() - names.keys())
            changed |= {name: each for name, each in names.items() if former.get(name) != each}
            if changed or number not in before.folders:
                self.events.append(_Change(number, changed))
        self._seen = now

    def _look(self) -> _Seen:
        seen = _Seen({}, {})
        inodes: dict[int, int] = {}

        def number_of(inode: int) -> int:
            # The system gives the number of a file that is gone to another one.
            number = self._inodes.get(inode)
            if number is None:
                number = _number.__next__()
            inodes[inode] = number
            return number

        def look(path: Path, number: int) -> None:
            names = seen.folders[number] = {}
            for entry in os.scandir(path):
                status = entry.stat(follow_symlinks=False)
                names[entry.name] = child = number_of(status.st_ino)
                if stat.S_ISDIR(status.st_mode):
                    look(Path(entry.path), child)
                elif stat.S_ISREG(status.st_mode):
                    with io_open(entry.path, "rb") as file:
                        seen.files[child] = file.read()

        look(self.root, number_of(self.root.stat().st_ino))
        self._inodes = inodes
        return seen

    def after(self, cut: int, policy: str, choose: random.Random, into: Path) -> None:
        """Make in a new folder what may be on the disk if the power is cut after so many events.

        Args:
            cut: how many events were before it, less than :attr:`cuts`.
            policy: one of POLICIES.
            choose: what decides about a part.
            into: the folder.
        """
        names = {number: dict(each) for number, each in self._first.folders.items()}
        safe = dict(self._first.files)
        written = dict(self._first.files)
        pending: list[_Change] = []
        for event in self.events[:cut]:
            if isinstance(event, _Change):
                pending.append(event)
            elif isinstance(event, _Written):
                written[event.file] = event.content
            elif isinstance(event, _Synced):
                if self.deaf_to == ("file" if event.number in written else "folder"):
                    continue
                if event.number in written:
                    safe[event.number] = written[event.number]
                else:
                    for change in [each for each in pending if each.folder == event.number]:
                        _apply(names, change)
                        pending.remove(change)
        share = {
            "nothing": 0.0,
            "contents": 0.0,
            "all": 1.0,
            "names": 1.0,
            "part": choose.choice((0.2, 0.5, 0.8)),
        }
        for change in pending:
            if choose.random() < share[policy]:
                _apply(names, change)

        folders = {event.folder for event in self.events if isinstance(event, _Change)} | set(names)

        def content(number: int) -> bytes:
            old, new = safe.get(number, b""), written.get(number, b"")
            if policy == "part":
                return _torn(old, new, choose)
            return old if policy in ("nothing", "names") else new

        def make(number: int, path: Path) -> None:
            path.mkdir()
            for name, child in names.get(number, {}).items():
                if child in folders:
                    make(child, path / name)
                else:
                    (path / name).write_bytes(content(child))

        make(next(iter(self._first.folders)), into)


def _counted() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_number = _counted()
io_open = open


def _apply(names: dict[int, dict[str, int]], change: _Change) -> None:
    there = names.setdefault(change.folder, {})
    for name, child in change.names.items():
        if child is None:
            there.pop(name, None)
        else:
            there[name] = child


def _torn(old: bytes, new: bytes, choose: random.Random) -> bytes:
    """Some sectors of the new content of a file, the rest as it was."""
    if old == new:
        return old
    length = choose.choice((len(old), len(new), choose.randint(*sorted((len(old), len(new))))))
    before = old[:length].ljust(length, b"\0")
    share = choose.choice((0.1, 0.5, 0.9))
    parts = []
    for begin in range(0, length, _SECTOR):
        whole = new if choose.random() < share else before
        end = min(begin + _SECTOR, length)
        parts.append(whole[begin:end].ljust(end - begin, b"\0"))
    return b"".join(parts)
