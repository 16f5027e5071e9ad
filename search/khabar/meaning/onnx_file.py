"""Writes ONNX files: a graph of operators and its constants.

The format is a few messages of protocol buffers (https://onnx.ai/onnx/repo-docs/IR.html). The package onnx
writes them too, but takes 18 MB and C++, and this module needs only two of their five kinds of fields.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Graph"]

#: The version of the format: the first with four-bit numbers.
_FORMAT = 10
#: The versions of the operator sets: ONNX's own, and that of onnxruntime.
_OPERATORS = {"": 20, "com.microsoft": 1}
_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "float16": 10}
_INT4 = 22


class Graph:
    """A graph, built operator by operator; adding one returns the name of its output.

    >>> graph = Graph()
    >>> doubled = graph.add("Add", "x", "x")
    >>> graph.add("Mul", doubled, graph.constant("half", np.float32([0.5])), output="y")
    'y'
    >>> graph.file({"x": ("float32", ("count",))}, {"y": ("float32", ("count",))})[:2]
    b'\\x08\\n'
    """

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, name: str, numbers: NDArray[np.generic]) -> str:
        """Add a constant array; returns its name."""
        return self._constant(name, numbers.shape, _TYPES[numbers.dtype.name], numbers)

    def four_bits(self, name: str, numbers: NDArray[np.int8]) -> str:
        """Add a constant array of integers from -8 to 7 in four bits each; the last axis has an even
        length."""
        low, high = numbers[..., 0::2].view(np.uint8) & 15, numbers[..., 1::2].view(np.uint8) & 15
        return self._constant(name, numbers.shape, _INT4, low | high << 4)

    def _constant(self, name: str, shape: Sequence[int], kind: int, data: NDArray[np.generic]) -> str:
        little = np.ascontiguousarray(data, data.dtype.newbyteorder("<"))
        fields = [_number(1, length) for length in shape]
        fields += [_number(2, kind), _text(8, name), _bytes(9, little.tobytes())]
        self._constants.append(b"".join(fields))
        return name

    def add(
        self,
        operator: str,
        *inputs: str,
        output: str = "",
        others: Sequence[str] = (),
        domain: str = "",
        **attributes: int | float | Sequence[int],
    ) -> str:
        """Add an operator.

        Args:
            operator: its type.
            inputs: the names of its inputs, "" for an omitted one.
            output: the name of its first output; by default a new one.
            others: the names of its other outputs.
            domain: its operator set.
            attributes: its attributes.

        Returns:
            The name of its first output.
        """
        output = output or f"{operator}.{len(self._nodes)}"
        fields = [*(_text(1, each) for each in inputs), *(_text(2, each) for each in (output, *others))]
        fields.append(_text(4, operator))
        fields += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join((*fields, _text(7, domain))))
        return output

    def file(
        self,
        inputs: dict[str, tuple[str, Sequence[int | str]]],
        outputs: dict[str, tuple[str, Sequence[int | str]]],
    ) -> bytes:
        """The content of the file.

        Args:
            inputs: the type and shape of each input; a variable length has a name.
            outputs: the type and shape of each output.
        """
        graph = [_bytes(1, node) for node in self._nodes]
        graph.append(_text(2, "graph"))
        graph += [_bytes(5, constant) for constant in self._constants]
        graph += [_bytes(11, _value(name, *described)) for name, described in inputs.items()]
        graph += [_bytes(12, _value(name, *described)) for name, described in outputs.items()]
        sets = [_bytes(8, _text(1, name) + _number(2, version)) for name, version in _OPERATORS.items()]
        return b"".join((_number(1, _FORMAT), _text(2, "khabar"), _bytes(7, b"".join(graph)), *sets))


def _attribute(name: str, value: int | float | Sequence[int]) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + b"\x15" + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7)


def _value(name: str, kind: str, shape: Sequence[int | str]) -> bytes:
    lengths = (_number(1, each) if isinstance(each, int) else _text(2, each) for each in shape)
    tensor = _number(1, _TYPES[kind]) + _bytes(2, b"".join(_bytes(1, each) for each in lengths))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    """A field with an integer. Negative ones have 64 bits."""
    return bytes((*_varint(field << 3), *_varint(value & (1 << 64) - 1)))


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return bytes((*_varint(field << 3 | 2), *_varint(len(value)))) + value


def _varint(value: int) -> Iterator[int]:
    """Seven bits in each byte, the lowest first."""
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value
