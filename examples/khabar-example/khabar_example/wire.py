"""Reads the despatches of an agency: lines ``NAME: value``, an empty line, the text; ``NNNN`` ends each.

::

    WIRE/1
    عنوان: افتتاح السد
    تاريخ: 2024-10-09

    افتتح الوزير السد أمس.
    NNNN
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.corpus.plugged import PluggedFile

api = 1
suffixes = frozenset({".wire"})
marks = (b"WIRE/1\n", b"WIRE/1\r\n")

_END = "NNNN"
_NAMES = {"عنوان": "title", "تاريخ": "published", "مراسل": "author", "مكان": "place"}


def read(file: PluggedFile) -> Iterator[dict[str, object] | Exception]:
    """The despatches in a file, as records."""
    lines = file.text().removeprefix("WIRE/1").splitlines()
    despatch: list[str] = []
    for line in lines:
        if line.strip() != _END:
            despatch.append(line)
            continue
        yield _record(despatch)
        despatch = []
    if any(line.strip() for line in despatch):
        yield ValueError(f"the last despatch has no {_END}: it may be cut")


def _record(lines: list[str]) -> dict[str, object] | Exception:
    head, _, text = "\n".join(lines).strip("\n").partition("\n\n")
    record: dict[str, object] = {"text": text, "source": "وكالة المثال"}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.strip() not in _NAMES:
            return ValueError(f"«{line}» is no line of a head")
        record[_NAMES[name.strip()]] = value.strip()
    return record
