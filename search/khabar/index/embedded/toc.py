"""Reads Whoosh's tables of contents without Whoosh and without running code from them.

A table of contents contains a pickle, and a pickle names the functions to call when it is read. Here it may
name only a segment, its codec and a set, for which it gets plain records. The segments are made from these
records after they are validated.
"""

from __future__ import annotations

import io
import os
import pickle
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from khabar.errors import IndexDamaged, IndexUnavailable, KhabarError
from khabar.index.embedded.fields import INDEX_NAME
from khabar.index.recovery import gone, unreadable
from khabar.replacing import read_file

__all__ = ["SEAL", "Segment", "file_name", "latest_generation", "read_toc", "reading"]

_CODEC = ("khabar.index.embedded.codec", "ArrayCodec")
#: The codec of indexes of format 3: their articles can still be read.
_FORMER_CODEC = ("whoosh.codec.whoosh3", "W3Codec")
_SEGMENT = ("whoosh.codec.whoosh3", "W3Segment")
_SET = ("builtins", "set")
#: The attributes of a segment in a table of contents: those of :class:`Segment`, in order, and the others.
_READ = ("segid", "_doccount", "_deleted", "_fieldlengths", "khabar_files")
_OF_SEGMENT = {*_READ, "indexname", "_codec", "compound"}
#: Precedes the checksum at the end of a table of contents. Whoosh reads no further than its pickle.
SEAL = b"khabarT1"
#: The beginning of a table of contents: the sizes of Whoosh's numbers, a number that shows the byte order,
#: and the format version.
_HEAD = b"\x04\x08\x04" + (-12345).to_bytes(4, "big", signed=True) + (-111).to_bytes(4, "big", signed=True)
_BEGINNING, _ENDING = f"_{INDEX_NAME}_", ".toc"
_ID_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_ID_LENGTH = 32


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A segment as a table of contents describes it. Its methods are those of Whoosh's segment, which a
    writer uses instead.

    Attributes:
        segid: its name.
        count: the number of its passages, including those of deleted articles.
        deleted: the deleted passages; None if there never were any.
        lengths: the number of words in each field.
        khabar_files: its files, each as :func:`khabar.index.embedded.segment.describe` gives it.
    """

    segid: str
    count: int
    deleted: set[int] | None
    lengths: Mapping[str, int]
    khabar_files: Mapping[str, tuple[int, int]]

    def segment_id(self) -> str:
        return f"{INDEX_NAME}_{self.segid}"

    def make_filename(self, ending: str) -> str:
        return f"{self.segment_id()}{ending}"

    def doc_count_all(self) -> int:
        return self.count

    def doc_count(self) -> int:
        return self.count - len(self.deleted or ())

    def deleted_docs(self) -> Iterator[int]:
        return iter(self.deleted or ())

    def is_deleted(self, passage: int) -> bool:
        return self.deleted is not None and passage in self.deleted


def file_name(generation: int | str) -> str:
    """The name of the table of contents of a commit; with ``"*"`` a pattern for all of them."""
    return f"{_BEGINNING}{generation}{_ENDING}"


def read_toc(folder: str | os.PathLike[str], generation: int) -> list[Segment]:
    """The segments of a commit.

    Raises:
        IndexDamaged: if its table of contents cannot be read.
    """
    name = file_name(generation)
    with reading(folder, name):
        content, is_checked = _unsealed(read_file(Path(folder, name)))
        return [_segment_of(record) for record in _records(content, is_checked, generation)]


def _unsealed(content: bytes) -> tuple[bytes, bool]:
    """Split off the checksum at the end of a table of contents, and say whether there was one.

    One from before there were checksums ends with its pickle; so does one whose checksum alone is cut off or
    overwritten.

    Raises:
        ValueError: if the checksum is wrong.
    """
    seal, crc = content[-len(SEAL) - 4 : -4], content[-4:]
    if seal != SEAL:
        return content, False
    if zlib.crc32(content[: -len(SEAL) - 4]) != int.from_bytes(crc, "big"):
        raise ValueError("it is damaged")
    return content[: -len(SEAL) - 4], True


def _records(content: bytes, is_checked: bool, generation: int) -> Any:
    """The records of the segments. They follow the head, Whoosh's release, the schema, the number of the
    commit and a zero."""
    if not content.startswith(_HEAD):
        raise ValueError("it is damaged")
    place = len(_HEAD)
    for _ in range(3):
        _, place = _number(content, place)
    size, place = _number(content, place)
    place += size
    if int.from_bytes(content[place : place + 4], "big", signed=True) != generation:
        raise ValueError("it is damaged")
    return _unpickled(content[place + 8 :], is_checked)


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Read a variable-length integer; returns it and its end."""
    number = shift = 0
    while (byte := content[place]) & 0x80:
        if shift > 63:
            raise ValueError("it is damaged")
        number |= (byte & 0x7F) << shift
        shift += 7
        place += 1
    return number | byte << shift, place + 1


def _unpickled(content: bytes, is_checked: bool) -> Any:
    """Read a pickle.

    Args:
        content: the pickle.
        is_checked: whether it is known to be intact.
    """
    if not is_checked:
        _check_sizes(content)
    return _Unpickler(io.BytesIO(content)).load()


def _check_sizes(content: bytes) -> None:
    """Refuse a pickle that names a place beyond its end, for which unpickling would take any amount of
    memory.

    Raises:
        ValueError: if it does, or cannot be parsed.
    """
    import pickletools

    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > len(content):
            raise ValueError("it is damaged")


class _Unpickler(pickle.Unpickler):
    """Unpickles a list of segments as plain records."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        # New classes for each pickle, which may set any attribute in them.
        self._allowed: Mapping[tuple[str, str], type] = {
            _SEGMENT: type("Segment", (), {}),
            _CODEC: type("Codec", (), {}),
            _FORMER_CODEC: type("Codec", (), {}),
            _SET: set,
        }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no part of an index")
        return self._allowed[module, name]

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to something outside of it")


def _segment_of(record: Any) -> Segment:
    """Validate the record of a segment and make the segment."""
    attributes = vars(record)
    if attributes.keys() != _OF_SEGMENT or attributes["indexname"] != INDEX_NAME or attributes["compound"]:
        raise ValueError("it names a segment of another kind")
    try:
        segment = msgspec.convert([attributes[name] for name in _READ], Segment)
    except msgspec.ValidationError as error:
        raise ValueError("it names an invalid segment") from error
    count, deleted = segment.count, segment.deleted
    if not 0 < len(segment.segid) <= _ID_LENGTH or not _ID_LETTERS.issuperset(segment.segid):
        raise ValueError("it names an invalid segment")
    if count < 1 or (deleted and not 0 <= min(deleted) <= max(deleted) < count):
        raise ValueError("it names documents that are not there")
    prefix = f"{segment.segment_id()}."
    if not all(file.startswith(prefix) and "/" not in file for file in segment.khabar_files):
        raise ValueError("it names files that are not a segment's")
    return segment


def latest_generation(folder: str | os.PathLike[str]) -> int:
    """The number of the newest commit.

    Raises:
        IndexDamaged: if there is none.
        IndexNotFound: if the folder is gone.
        IndexUnavailable: if the folder may not be read.
    """
    for _ in range(5):
        # A listing made while one commit replaces another may show neither.
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise gone(Path(folder)) from error
        except OSError as error:
            raise IndexUnavailable(folder, error) from error
        generation = max(map(_generation_of, names), default=-1)
        if generation >= 0:
            return generation
        time.sleep(0.01)
    raise IndexDamaged(Path(folder) / file_name("*"), "the table of contents is lost")


def _generation_of(name: str) -> int:
    """The number of the commit in the name of a table of contents; -1 for another file."""
    number = name.removeprefix(_BEGINNING).removesuffix(_ENDING)
    return int(number) if number.isascii() and number.isdecimal() and name == file_name(number) else -1


@contextmanager
def reading(folder: str | os.PathLike[str], name: str) -> Iterator[None]:
    """Raise errors inside as damage to a file of an index folder, or as refused by the system.

    All exceptions count, as damaged files make pickle raise nearly any.
    """
    try:
        yield
    except KhabarError:
        raise
    except Exception as error:
        raise unreadable(Path(folder) / name, error) from error
