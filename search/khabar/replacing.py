"""Replaces a file in one step: at any moment it has its complete old or its complete new content."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from khabar.serialize import read_json

__all__ = ["json_with_checksum", "read_json_with_checksum", "replace_file"]


def replace_file(path: Path, parts: Iterable[Any]) -> None:
    """Write a new file beside the old one, and rename it over the old one when it is on the disk.

    Args:
        path: the file. The new file has the suffix ``.new``; a killed process may leave it behind.
        parts: its content, as bytes or objects with the buffer protocol.

    Raises:
        OSError: if it cannot be written.
    """
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def json_with_checksum(record: object) -> bytes:
    """A record as JSON, preceded by its checksum, so that a flipped bit is detected."""
    import json

    content = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x\n" % zlib.crc32(content) + content


def read_json_with_checksum(path: Path) -> Any:
    """The record in a file of :func:`json_with_checksum`.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it was changed.
    """
    crc, _, content = path.read_bytes().partition(b"\n")
    if crc != b"%08x" % zlib.crc32(content):
        raise ValueError("it is not as it was written")
    return read_json(content)
