"""Which format a stream is in, by its name's suffix and its first bytes.

A suffix is what stands behind the last dot if it is up to eight ASCII letters and digits with a letter
among them, so neither ``2023.10.07`` nor «تقرير.عاجل» has one. A suffix that is not in `SUFFIXES` is not
read, whatever the content: a table, a web page or a program would become an article of rubbish. Without a
suffix the content decides.

The content also corrects the suffix: JSON in a ``.txt`` is read as JSON, an array in a ``.jsonl`` as an
array, and records line by line in a ``.json`` as lines.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Literal

from .report import Unreadable

__all__ = ["SUFFIXES", "Format", "check_suffix", "format_of", "without_suffixes"]

Format = Literal["text", "document", "lines"]

_TEXT = frozenset({"", ".txt", ".text", ".md"})
_DOCUMENT = frozenset({".json"})
_LINES = frozenset({".jsonl", ".ndjson"})
_CONTAINERS = frozenset({".gz", ".zip"})
SUFFIXES = _TEXT | _DOCUMENT | _LINES | _CONTAINERS

_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[0-9a-z]{1,8}$")
_RECORD = re.compile(r'\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')


def check_suffix(name: str) -> None:
    """Pass a name that khabar reads.

    Raises:
        Unreadable: its suffix is that of another format.
    """
    if _suffix_of(name) not in SUFFIXES:
        raise Unreadable(
            "not a format that khabar reads (.txt, .md, .json, .jsonl; these also in .gz and .zip)"
        )


def without_suffixes(name: str) -> str:
    """The name without the suffixes that khabar knows: ``07-flood.txt.gz`` is ``07-flood``."""
    while (suffix := _suffix_of(name)) and suffix in SUFFIXES:
        name = name[: -len(suffix)]
    return name


def format_of(name: str, head: bytes) -> Format:
    """The format of a stream called ``name`` that begins with ``head`` and is no container.

    Raises:
        Unreadable: the name promises an archive.
    """
    suffix = _suffix_of(name)
    if suffix == ".zip":
        raise Unreadable("it is called a zip archive but is none")
    if suffix == ".gz":  # unpacked already, by a browser for instance
        suffix = _suffix_of(name[:-3])
    start = _opening(head)
    if suffix in _LINES:
        # An array, or an object that is written over several lines, needs the whole text.
        return "document" if start.startswith("[") or start.split("\n", 1)[0].strip() == "{" else "lines"
    if suffix in _DOCUMENT or _RECORD.match(start):
        return "lines" if _has_record_in_first_line(start) else "document"
    return "text"


def _suffix_of(name: str) -> str:
    """The suffix in lower case with its dot, or ""."""
    found = _SUFFIX.search(name.lower(), 1)
    return found[0] if found else ""


def _opening(head: bytes) -> str:
    """The first characters, as well as they can be told at this point: JSON's own are all ASCII."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace")
    elif b"\0" in head[:2]:
        text = head.decode("utf-16-be" if head[0] == 0 else "utf-16-le", "replace")
    else:
        text = head.decode("utf-8-sig", "replace")
    return text.lstrip().lstrip("\ufeff")


def _has_record_in_first_line(start: str) -> bool:
    line, _, rest = start.partition("\n")
    if not line.startswith("{") or not rest.strip():
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
