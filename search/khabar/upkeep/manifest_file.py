"""The manifest's log in an index folder: ``sources.jsonl``, with a checksum and a JSON object on each line.
It is rewritten now and then.

A line that is cut or damaged is ignored. That costs only the time to read files again, and the origin of some
articles.

Lines that are written together follow a line with their number. If the power was cut while they were written,
any of them may be missing or damaged. As long as the writer's mark exists
(:func:`khabar.index.checksums.is_unfinished`), they count as not written, and that is no damage.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from khabar.index.checksums import is_unfinished
from khabar.index.recovery import gone, unreadable
from khabar.replacing import open_file, replace_file, sync_file

__all__ = ["MANIFEST", "FileLog"]

MANIFEST = "sources.jsonl"

_HEADER = {"khabar sources": 2}
#: An earlier version, in which reasons were texts.
_HEADER_1 = {"khabar sources": 1}
#: The log is rewritten when its lines exceed twice the number of files by this many.
_SLACK = 1000
#: A file of many articles has a long line. The log is also rewritten when the bytes of its long lines exceed
#: twice those that still hold by this many: a file that grows each day is noted anew each day.
_LONG, _LONG_SLACK = 1 << 12, 1 << 20


class FileLog:
    """The log of an index folder (:class:`khabar.upkeep.manifest.Log`).

    Args:
        folder: the folder with the index's files.

    Attributes:
        damaged: the numbers of the lines that could not be parsed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / MANIFEST
        self.damaged: list[int] = []
        self._lines = 0
        #: bytes of all long lines, and of those of each file that are not out of date
        self._long = 0
        self._long_of: dict[str, int] = {}
        #: whether there are lines that a writer did not finish
        self._torn = False
        #: whether lines may be appended to the file
        self._whole = False

    def read(self, take: Callable[[dict[str, Any]], None]) -> None:
        """Call ``take`` with each record that can be read, in order.

        Raises:
            IndexUnavailable: if the system refuses to read the file.
            IndexDamaged: if a folder is in its place.
        """
        self._lines = 0
        self._long = 0
        self._long_of.clear()
        # Whether the file was written by an earlier version; whether it ends in the middle of a line.
        earlier = is_cut = False
        # The last known line with a number of lines written together, and that number.
        begin = together = 0
        for number, line in enumerate(self._read_lines(), 1):
            if not line.endswith(b"\n"):
                is_cut = True
                break
            self._lines = number
            try:
                record = _decoded(line)
                self._weigh(record, len(line) - 1)
                if "together" in record:
                    begin, together = number, int(record["together"])
                elif number > 1:
                    take(_as_now(record) if earlier else record)
                elif record == _HEADER_1:
                    earlier = True
                elif record != _HEADER:
                    raise ValueError("not a list of sources")
            except (ValueError, TypeError, KeyError, RecursionError):
                self.damaged.append(number)
        # A killed writer leaves an unfinished line, to which nothing may be appended.
        self._whole = not is_cut and not self.damaged and self._lines > 0 and not earlier
        if begin and self.damaged and is_unfinished(self._folder):
            # If more lines follow, they were written together later, and the line with their number is
            # damaged.
            written = begin if self._lines <= begin + together else begin + together
            self._torn = True
            self.damaged = [number for number in self.damaged if number <= written]

    def _read_lines(self) -> Iterator[bytes]:
        """The lines of the file; none if there is no file."""
        try:
            with open_file(self._path) as file:
                yield from file
        except FileNotFoundError:
            if not self._folder.exists():
                raise gone(self._folder) from None
        except (OSError, MemoryError) as error:
            raise unreadable(self._path, error) from error

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """None: one machine writes to a folder."""
        return set()

    def write(
        self, new: Sequence[dict[str, Any]], everything: Callable[[], Iterator[dict[str, Any]]], size: int
    ) -> None:
        """Append records, or rewrite the file if it has become long or is damaged.

        Raises:
            OSError: if it cannot be written.
        """
        if not new and not self.damaged and not self._torn:
            return
        is_long = self._long > 2 * sum(self._long_of.values()) + _LONG_SLACK
        if self._whole and self._lines + len(new) <= 2 * size + _SLACK and not is_long:
            with open_file(self._path, os.O_RDWR | os.O_APPEND) as file:
                file.writelines([_line({"together": len(new)}), *self._weighed(new)])
                file.flush()
                sync_file(file.fileno())
            self._lines += len(new) + 1
        else:
            begin = [_line(_HEADER), _line({"together": size})]
            self._long = 0
            self._long_of.clear()
            replace_file(self._path, chain(begin, self._weighed(everything())))
            self._lines = size + len(begin)
            self._whole, self._torn = True, False
            self.damaged.clear()

    def _weighed(self, records: Iterable[dict[str, Any]]) -> Iterator[bytes]:
        """The lines of records, which are counted."""
        for record in records:
            line = _line(record)
            self._weigh(record, len(line))
            yield line

    def _weigh(self, record: dict[str, Any], length: int) -> None:
        """Count a line if it is long, and note which lines it puts out of date."""
        path, more = record.get("path") or record.get("gone"), record.get("more")
        if path and self._long_of:
            self._long_of.pop(path, None)
        if length >= _LONG:
            self._long += length
            if name := record.get("path") or more:
                self._long_of[name] = self._long_of.get(name, 0) + length


def _as_now(record: dict[str, Any]) -> dict[str, Any]:
    """Convert a record of an earlier version: what was left out is dropped, and the file is read again."""
    if "path" not in record:
        return record
    kept = {name: value for name, value in record.items() if name not in ("skipped", "left_out", "failed")}
    return {**kept, "how": ""}


def _line(record: dict[str, Any]) -> bytes:
    # ASCII, because paths may contain invalid characters.
    content = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _decoded(line: bytes) -> dict[str, Any]:
    checksum, _, content = line.removesuffix(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(content):
        raise ValueError("it is damaged")
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError("it is not a record")
    return record
