"""How a term's postings lie in Whoosh's files: pure functions from arrays to bytes and back.

Whoosh keeps a block of postings as a pickle of three tuples: documents, frequencies (None where all are 1) and positions, each
posting's positions as bytes that are again a pickle. Its own writer makes these pickles with protocol 2, which spells bytes as
calls of ``codecs.encode`` and memorises every tuple: ninety bytes for a word that stands once, and slow to read. Here the same
tuples are written with the fewest opcodes, numbers of a block all as wide as its greatest needs, so that a block is made, and
read, as arrays. Whoosh reads them as it reads its own.

A body: ``( J first number… t``, then ``N`` or ``( count… t``, then ``N`` or ``( positions… t``, then ``\\x87 .``
Positions: ``C length`` (or ``B length``), and in that the count in four bytes, ``( step… t``.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khabar.index.columns import Ints

__all__ = ["Block", "TermPostings", "beginning", "pack", "pieces", "positions_in", "unpack_blocks"]

#: Postings of so few documents stand in the term index itself, as Whoosh's format allows: one look-up gives them, and they
#: need no block of their own.
INLINED = 8
#: Postings in a block. Whoosh's own writer takes 128; it reads blocks of any length, and numpy likes them long.
BLOCK = 4096
#: zlib's level for blocks, and the size below which it makes them no smaller: both as in Whoosh.
_LEVEL = 3
_SMALL = 80

_MAGIC = b"W3Bl"
#: Opcodes of pickle for a number in one, two and four bytes, by the width of both, and how numpy reads a row of them.
_OPCODES = np.zeros(6, np.uint8)
_OPCODES[[2, 3, 5]] = list(b"KMJ")
ROWS = {
    ord(opcode): np.dtype([("opcode", "u1"), ("number", kind)])
    for opcode, kind in (("K", "u1"), ("M", "<u2"), ("J", "<i4"))
}
_WIDTHS = np.array([2, 3, 5])
#: Bytes of a posting's positions beside the numbers: their count, and the tuple's two opcodes.
_AROUND = 6
#: What the term index says of a term, as ``whoosh.codec.whoosh3.W3TermInfo`` packs it.
_INFORMATION = np.dtype(
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("frequency", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("most", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
    ]
)
INFORMATION = _INFORMATION.itemsize
EXTENT = struct.Struct(">qi")
#: What stands before a block: its size, negative for a term's last; then a pickle of how many postings, the last document, the
#: greatest frequency, the level of compression, the shortest and the longest text.
_SIZE = struct.Struct(">i")
_HEAD = struct.Struct("<2sicic8scBcBcB2s")
_HEAD_READ = struct.Struct("<2xixi10xB6x")
_FLOAT = struct.Struct(">d")


class TermPostings(NamedTuple):
    """The postings of some terms of a field, in order of the terms' bytes and of the documents.

    Attributes:
        names: the terms.
        sizes: of each in how many documents it stands.
        documents: of each entry the document, one term behind the other.
        counts: of each entry how often the term stands there.
        positions: those of all entries, one behind the other; None for a field that has none.
    """

    names: Sequence[bytes]
    sizes: Ints
    documents: Ints
    counts: Ints
    positions: Ints | None


class Block(NamedTuple):
    """Postings as they were read.

    Attributes:
        documents: in order.
        counts: of each how often; None for once each.
        body, level: what they were read from, compressed unless the level is 0.
        place: where in it the positions are.
    """

    documents: Ints
    counts: Ints | None
    body: bytes
    level: int
    place: int


def pack(terms: TermPostings, lengths: NDArray[np.uint8] | None, offset: int) -> tuple[list[bytes], bytes]:
    """What the term index is to say of each term, and the blocks of those that are not inlined.

    Args:
        terms: one or more.
        lengths: of each document of the segment its length as a byte; None for a field that has none.
        offset: where in the file the blocks will stand.
    """
    sizes = terms.sizes
    starts = np.cumsum(sizes) - sizes
    pieces = np.where(sizes <= INLINED, 1, -(-sizes // BLOCK))
    of_term = np.repeat(np.arange(len(sizes)), pieces)
    last_piece = np.cumsum(pieces)
    begins = starts[of_term] + BLOCK * (np.arange(len(of_term)) - (last_piece - pieces)[of_term])
    ends = np.minimum(begins + BLOCK, (starts + sizes)[of_term])
    inlined = sizes <= INLINED
    bodies, places = _bodies(terms, begins, ends, inlined[of_term])

    information = np.zeros(len(sizes), _INFORMATION)
    information["inlined"] = inlined
    information["weight"] = np.add.reduceat(terms.counts, starts)
    information["frequency"] = sizes
    information["most"] = np.maximum.reduceat(terms.counts, starts)
    information["first"] = terms.documents[starts]
    information["last"] = terms.documents[starts + sizes - 1]
    shortest = longest = np.zeros(len(begins), np.uint8)
    if lengths is not None:
        of_entries = lengths[terms.documents]
        shortest, longest = np.minimum.reduceat(of_entries, begins), np.maximum.reduceat(of_entries, begins)
        information["shortest"] = np.minimum.reduceat(of_entries, starts)
        information["longest"] = np.maximum.reduceat(of_entries, starts)
    told = information.tobytes()
    values = [told[at : at + INFORMATION] for at in range(0, len(told), INFORMATION)]
    first_piece = (last_piece - pieces).tolist()
    for at in np.flatnonzero(inlined).tolist():
        piece = first_piece[at]
        values[at] += bodies[places[piece] : places[piece + 1]]

    blocks: list[bytes] = []
    most = np.maximum.reduceat(terms.counts, begins)
    for at in np.flatnonzero(~inlined).tolist():
        began = offset
        first, last = first_piece[at], int(last_piece[at]) - 1
        blocks.append(_MAGIC)
        offset += len(_MAGIC)
        for piece in range(first, last + 1):
            body = bodies[places[piece] : places[piece + 1]]
            level = 0 if len(body) < _SMALL else _LEVEL
            packed = zlib.compress(body, level) if level else body
            end = int(ends[piece])
            head = _HEAD.pack(
                b"(J",
                end - int(begins[piece]),
                b"J",
                int(terms.documents[end - 1]),
                b"G",
                _FLOAT.pack(most[piece]),
                b"K",
                level,
                b"K",
                shortest[piece],
                b"K",
                longest[piece],
                b"t.",
            )
            size = len(head) + len(packed)
            blocks += (_SIZE.pack(-size if piece == last else size), head, packed)
            offset += _SIZE.size + size
        values[at] += EXTENT.pack(began, offset - began)
    return values, b"".join(blocks)


def _bodies(terms: TermPostings, begins: Ints, ends: Ints, inlined: Ints) -> tuple[bytes, list[int]]:
    """The bodies of some blocks, one behind the other, and where each begins, and the last one ends."""
    documents, counts, positions = terms.documents, terms.counts, terms.positions
    sizes = ends - begins
    block = np.repeat(np.arange(len(begins)), sizes)
    # Blocks have the steps from one document to the next, postings in the term index the documents themselves.
    numbers = np.where(inlined[block], documents, np.diff(documents, prepend=0))
    numbers[begins] = 0
    widths = _widths(np.maximum.reduceat(numbers, begins))
    most = np.maximum.reduceat(counts, begins)
    once = most == 1
    count_widths = _widths(most)
    count_sizes = np.where(once, 1, 2 + sizes * count_widths)
    position_sizes = np.ones(len(begins), np.int64)
    if positions is not None:
        starts = np.cumsum(counts) - counts
        entry = np.repeat(np.arange(len(counts)), counts)
        steps = np.diff(positions, prepend=0)
        steps[starts] = positions[starts]
        step_widths = _widths(np.maximum.reduceat(steps, starts[begins]))
        inner = _AROUND + counts * step_widths[block]
        heads = np.where(np.maximum.reduceat(inner, begins) < 256, 2, 5)
        outer = heads[block] + inner
        position_sizes = 2 + np.add.reduceat(outer, begins)

    documents_end = 6 + (sizes - 1) * widths
    body_sizes = documents_end + 1 + count_sizes + position_sizes + 2
    places = np.append(0, np.cumsum(body_sizes))
    at = places[:-1]
    buffer = np.empty(int(places[-1]), np.uint8)
    order = np.arange(len(documents)) - begins[block]

    buffer[at] = ord("(")
    _put(buffer, at + 1, documents[begins], np.full(len(begins), 5))
    rest = np.flatnonzero(order)
    wide = widths[block[rest]]
    _put(buffer, (at + 6)[block[rest]] + (order[rest] - 1) * wide, numbers[rest], wide)
    here = at + documents_end
    buffer[here] = ord("t")
    here += 1
    buffer[here] = np.where(once, ord("N"), ord("("))
    several = np.flatnonzero(~once[block])
    wide = count_widths[block[several]]
    _put(buffer, (here + 1)[block[several]] + order[several] * wide, counts[several], wide)
    here += count_sizes
    buffer[(here - 1)[~once]] = ord("t")
    if positions is None:
        buffer[here] = ord("N")
    else:
        buffer[here] = ord("(")
        buffer[here + position_sizes - 1] = ord("t")
        entries = np.cumsum(outer) - outer
        entries += (here + 1 - entries[begins])[block]
        long = heads[block] == 5
        buffer[entries] = np.where(long, ord("B"), ord("C"))
        _put_bytes(buffer, entries + 1, inner, np.where(long, 4, 1))
        entries += heads[block]
        for byte in range(4):
            buffer[entries + byte] = (counts >> (24 - 8 * byte)) & 255
        buffer[entries + 4] = ord("(")
        buffer[entries + inner - 1] = ord("t")
        each = step_widths[block[entry]]
        _put(buffer, entries[entry] + 5 + (np.arange(len(steps)) - starts[entry]) * each, steps, each)
    buffer[here + position_sizes] = 0x87
    buffer[here + position_sizes + 1] = ord(".")
    return buffer.tobytes(), places.tolist()


def _widths(most: Ints) -> Ints:
    """How many bytes numbers take, opcode included, of which the greatest is this."""
    found: Ints = _WIDTHS[np.searchsorted([256, 65536], most, side="right")]
    return found


def _put(buffer: Ints, places: Ints, numbers: Ints, widths: Ints) -> None:
    """Write numbers as pickle does."""
    buffer[places] = _OPCODES[widths]
    _put_bytes(buffer, places + 1, numbers, widths - 1)


def _put_bytes(buffer: Ints, places: Ints, numbers: Ints, sizes: Ints) -> None:
    """Write numbers in so many bytes each, the lowest first."""
    for byte in range(int(sizes.max(initial=0))):
        wide = np.flatnonzero(sizes > byte) if byte else slice(None)
        buffer[places[wide] + byte] = (numbers[wide] >> (8 * byte)) & 255


def unpack_blocks(data: bytes) -> list[Block]:
    """The blocks of a term that is not inlined.

    Raises:
        Exception: any, if they are not what :func:`pack` writes.
    """
    return [_unpacked(body, count, level, last) for count, last, body, level in pieces(data)]


def pieces(data: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Of each block of a term that is not inlined: its postings, its last document, its body, and how far that is compressed."""
    if data[:4] != _MAGIC:
        raise ValueError("no postings where they should be")
    place = 4
    more = True
    while more:
        [size] = _SIZE.unpack_from(data, place)
        more = size >= 0
        place += _SIZE.size
        count, last, level = _HEAD_READ.unpack_from(data, place)
        yield count, last, data[place + _HEAD.size : place + abs(size)], level
        place += abs(size)


def beginning(body: bytes, level: int, count: int) -> bytes:
    """The documents of a block's body, and mostly the counts. Most of a body are positions, which only phrases need: the rest of
    it is seldom longer than this."""
    return body if level == 0 else zlib.decompressobj().decompress(body, 12 + 5 * count)


def _unpacked(body: bytes, count: int, level: int, last: int) -> Block:
    whole = beginning(body, level, count)
    row = ROWS[whole[6]] if count > 1 else ROWS[ord("K")]
    place = 7 + (count - 1) * row.itemsize
    if len(whole) <= place + 1:
        whole = zlib.decompress(body)
    documents = np.empty(count, np.int64)
    documents[0] = int.from_bytes(whole[2:6], "little")
    documents[1:] = np.frombuffer(whole, row, count - 1, 6)["number"]
    np.cumsum(documents, out=documents)
    if documents[-1] != last:
        raise ValueError("the documents of a block are not those that it should have")
    if whole[place] == ord("N"):
        return Block(documents, None, body, level, place + 1)
    row = ROWS[whole[place + 1]]
    end = place + 2 + count * row.itemsize
    if len(whole) < end:
        whole = zlib.decompress(body)
    counts = np.frombuffer(whole, row, count, place + 1)["number"]
    return Block(documents, counts, body, level, end)


def positions_in(block: Block, wanted: Ints) -> tuple[Ints, Ints]:
    """The positions in some entries of a block, and of each of them the entry's place among the wanted."""
    body = zlib.decompress(block.body) if block.level else block.body
    place = block.place + 1
    head = 2 if body[place] == ord("C") else 5
    row = ROWS[body[place + head + 5]]
    sizes = np.ones(len(block.documents), np.int64) if block.counts is None else block.counts.astype(np.int64)
    outer = head + _AROUND + sizes * row.itemsize
    begins = (np.cumsum(outer) - outer + place + head + 5)[wanted]
    counts = sizes[wanted]
    which = np.repeat(np.arange(len(wanted)), counts)
    starts = np.cumsum(counts) - counts
    places = begins[which] + (np.arange(len(which)) - starts[which]) * row.itemsize + 1
    raw = np.frombuffer(body, np.uint8)
    steps = np.zeros(len(which), np.int64)
    for byte in range(row.itemsize - 1):
        steps |= raw[places + byte].astype(np.int64) << (8 * byte)
    summed = np.cumsum(steps)
    return summed - np.repeat((summed - steps)[starts], counts), which
