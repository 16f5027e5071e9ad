"""The manifest's log in an index folder: ``sources.jsonl``, a line of JSON behind its checksum for each
record. Now and then it is written anew.

A line that is cut or damaged counts as not there; but for articles that nobody knows the origin of, nothing
is lost with it but the time to read files again.

Lines that are written together stand behind a line with their number. If the power was cut while they were
written, any of them may be missing or damaged. As long as the writer's mark is there
(:func:`khabar.index.checksums.is_unfinished`), that counts as not written, and is no damage.
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
from khabar.replacing import open_file, read_file, replace_file, sync_file

__all__ = ["MANIFEST", "FileLog"]

MANIFEST = "sources.jsonl"

_HEADER = {"khabar sources": 2}
#: Reasons were texts then.
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
        #: whether there are lines of which the writer did not come to the end
        self._torn = False
        #: whether lines may be appended to the file
        self._whole = False

    def read(self, take: Callable[[dict[str, Any]], None]) -> None:
        """Hand over each record that can be read, in order.

        Raises:
            IndexUnavailable: if the system does not let the file be read.
            IndexDamaged: if a folder is in its place.
        """
        try:
            content = read_file(self._path)
        except FileNotFoundError:
            if not self._folder.exists():
                raise gone(self._folder) from None
            return
        except (OSError, MemoryError) as error:
            raise unreadable(self._path, error) from error
        *lines, tail = content.split(b"\n")
        self._lines = len(lines)
        self._long = 0
        self._long_of.clear()
        # Whether what is in the file was written by an earlier version.
        earlier = False
        # Where the last lines that were written together begin, as far as that can be read, and how many they
        # are.
        begin = together = 0
        for number, line in enumerate(lines, 1):
            try:
                record = _decoded(line)
                self._weigh(record, len(line))
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
        # An unfinished line comes from a writer that was killed: nothing may be appended to it.
        self._whole = not tail and not self.damaged and bool(lines) and not earlier
        if begin and self.damaged and is_unfinished(self._folder):
            # If more lines follow, they were written together after these, and their number is not to be
            # read.
            written = begin if len(lines) <= begin + together else begin + together
            self._torn = True
            self.damaged = [number for number in self.damaged if number <= written]

    def held_elsewhere(self, ids: Collection[str]) -> set[str]:
        """None: one machine writes to a folder."""
        return set()

    def write(
        self, new: Sequence[dict[str, Any]], everything: Callable[[], Iterator[dict[str, Any]]], size: int
    ) -> None:
        """Append records, or write all anew where the file has become long or damaged.

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
    """A record as it is noted now. What an earlier version knew of what was left out of a file is found anew:
    the file is read again."""
    if "path" not in record:
        return record
    kept = {name: value for name, value in record.items() if name not in ("skipped", "left_out", "failed")}
    return {**kept, "how": ""}


def _line(record: dict[str, Any]) -> bytes:
    # ASCII, because paths may contain invalid characters.
    content = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _decoded(line: bytes) -> dict[str, Any]:
    checksum, _, content = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(content):
        raise ValueError("it is damaged")
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError("it is no record")
    return record
