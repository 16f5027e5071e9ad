"""The body of an HTTP response as a crawler kept it: out of its chunks (RFC 9112, 7.1) and uncompressed (RFC 9110, 8.4).

Crawlers often undo both and leave the headers as they were, so a header counts only where the bytes agree with it.
"""

from __future__ import annotations

import re
import zlib

from khabar.corpus.report import Unreadable
from khabar.corpus.streams import said

__all__ = ["body"]

_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_GZIP = b"\x1f\x8b"


def body(data: bytes, transfer: str, coding: str, limit: int) -> bytes:
    """The page in ``data``, given the headers Transfer-Encoding and Content-Encoding.

    Raises:
        Unreadable: it is compressed in an unknown way, or gives more than ``limit`` bytes.
    """
    if "chunked" in transfer.lower():
        data = _joined(data)
    for name in reversed(coding.lower().split(",")):
        name = name.strip()
        if name in ("", "identity"):
            continue
        if name in ("gzip", "x-gzip"):
            data = _inflated(data, zlib.MAX_WBITS | 16, limit) if data.startswith(_GZIP) else data
        elif name == "deflate":
            data = _deflated(data, limit)
        elif b"<" not in data[:1024]:
            raise Unreadable("unknown-compression", name=name[:20])
    return data


def _joined(data: bytes) -> bytes:
    """The chunks in one; ``data`` itself if it is not in chunks. What follows a broken chunk is left as it is."""
    pieces: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(data, position):
        length = int(size[1], 16)
        if not length:
            return b"".join(pieces)
        pieces.append(data[size.end() : size.end() + length])
        position = size.end() + length
        position += 2 if data[position : position + 2] == b"\r\n" else data[position : position + 1] == b"\n"
    pieces.append(data[position:])
    return b"".join(pieces)


def _deflated(data: bytes, limit: int) -> bytes:
    """Some servers send a zlib stream, as they should, and some a bare one."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflated(data, window, limit, strict=True)
        except zlib.error:
            continue
    return data


def _inflated(data: bytes, window: int, limit: int, *, strict: bool = False) -> bytes:
    decompressor = zlib.decompressobj(window)
    try:
        result = decompressor.decompress(data, limit + 1)
    except zlib.error as error:
        if strict:
            raise
        raise Unreadable("broken-compression", error=said(error)) from None
    if len(result) > limit:
        raise Unreadable("too-large", limit=limit)
    return result
