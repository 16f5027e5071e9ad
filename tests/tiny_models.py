"""Tiny models with random weights, for tests: the same files as real ones have, in a few kilobytes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

from khabar.meaning.model_folder import CONFIG, NETWORK, TOKENIZER
from khabar.meaning.onnx_file import Graph

__all__ = ["tiny_model", "tiny_weights"]

WORDS = (
    "قال",
    "الوزير",
    "في",
    "مياه",
    "أزمة",
    "العاصمة",
    "كتاب",
    "لا",
    "إله",
    "كرة",
    "سوق",
    "query",
    "passage",
    "the",
)
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئabcdefghijklmnopqrstuvwxyz0123456789:.,،؟«»()%/-"


def pieces() -> list[tuple[str, float]]:
    """A vocabulary: special pieces, words behind a space, letters, halves of words, and Chinese."""
    found = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
    found += [(f"▁{word}", -6.0 - number / 8) for number, word in enumerate(WORDS)]
    found += [("ال", -4.5), ("ات", -5.25), ("▁ال", -4.0), ("ون", -5.5), ("ing", -5.75), ("新聞", -7.0)]
    return found + [(letter, -8.0 - number / 16) for number, letter in enumerate(LETTERS)]


def tiny_weights(path: Path, seed: int = 7, width: int = 64, layers: int = 2) -> Path:
    """A file of the layout of ``e5-small-q4.bin`` (:mod:`khabar.meaning.weights`)."""
    random = np.random.default_rng(seed)
    known, inner, rows = pieces(), 2 * width, len(pieces()) + 3
    texts = [text.encode() for text, _ in known]
    places = np.cumsum([0, *map(len, texts)]).astype("<u4")
    replaced = {0x9: " ", 0xA: " ", 0x1: "", 0xFDFA: "صلى الله عليه وسلم", 0xA0: " ", 0x200F: " "}
    normal = b"".join(
        struct.pack("<IB", number, len(text)) + text.encode("utf-32-le") for number, text in replaced.items()
    )
    head = [b"E5S1", struct.pack("<I7ifi", 1, width, layers, 4, inner, rows, 512, 2, 1e-12, 32)]
    head += [struct.pack("<5iQ", len(known), 0, 2, 1, 3, sum(map(len, texts))), places.tobytes()]
    head += [np.array([score for _, score in known], "<f4").tobytes(), b"".join(texts)]
    head += [struct.pack("<iI", len(replaced), len(normal)), normal]
    arrays: dict[str, tuple[int, int, bytes]] = {}

    def floats(name: str, count: int, middle: float, spread: float) -> None:
        arrays[name] = 0, count, (middle + spread * random.standard_normal(count)).astype("<f4").tobytes()

    def blocks(name: str, count: int, size: float) -> None:
        scales = (size * random.uniform(0.5, 1, (count // 32, 1))).astype("<f2").view(np.uint8)
        halves = random.integers(0, 256, (count // 32, 16), dtype=np.uint8)
        arrays[name] = 1, count, np.hstack([scales, halves]).tobytes()

    blocks("emb.word", rows * width, 0.02)
    floats("emb.pos", 512 * width, 0, 0.02)
    floats("emb.type", 2 * width, 0, 0.02)
    norms = ["emb.ln", *(f"l{layer}.{each}" for layer in range(layers) for each in ("aln", "oln"))]
    for name in norms:
        floats(f"{name}.w", width, 1, 0.1)
        floats(f"{name}.b", width, 0, 0.1)
    for layer in range(layers):
        for name, outputs, inputs in (
            *((each, width, width) for each in ("q", "k", "v", "ao")),
            ("fi", inner, width),
            ("fo", width, inner),
        ):
            blocks(f"l{layer}.{name}.w", outputs * inputs, 0.02)
            floats(f"l{layer}.{name}.b", outputs, 0, 0.05)
    directory = sum(2 + len(name) + 21 for name in arrays) + 4
    place = sum(map(len, head)) + directory
    entries, contents = [struct.pack("<i", len(arrays))], []
    for name, (kind, count, raw) in arrays.items():
        entries.append(struct.pack("<H", len(name)) + name.encode())
        entries.append(struct.pack("<BIQQ", kind, count, place, len(raw)))
        contents.append(raw)
        place += len(raw)
    path.write_bytes(b"".join((*head, *entries, *contents)))
    return path


def tiny_model(folder: Path, dimension: int = 16, **config: object) -> Path:
    """A folder with a model as exporters write them: three inputs, a state for each token."""
    known = pieces()
    folder.mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(7).standard_normal((len(known), dimension)).astype(np.float32)
    graph = Graph()
    states: str = graph.add("Gather", graph.constant("table", table), "input_ids")
    for name in ("attention_mask", "token_type_ids"):
        axis = graph.constant(f"{name}.axis", np.array([2], np.int64))
        number = graph.add("Cast", graph.add("Unsqueeze", name, axis), to=1)
        # The mask changes nothing, and the types would.
        states = graph.add("Mul" if name == "attention_mask" else "Add", states, number)
    graph.add("Identity", states, output="last_hidden_state")
    shape: tuple[str, str] = ("batch_size", "sequence_length")
    inputs = dict.fromkeys(("input_ids", "attention_mask", "token_type_ids"), ("int64", shape))
    states_shape: tuple[str | int, ...] = (*shape, dimension)
    (folder / NETWORK).write_bytes(graph.file(inputs, {"last_hidden_state": ("float32", states_shape)}))
    (folder / TOKENIZER).write_text(json.dumps(_tokenizer(known)), encoding="utf-8")
    record = {"name": "tiny", "dimension": dimension, "pooling": "mean", "longest": 64, **config}
    (folder / CONFIG).write_text(json.dumps(record), encoding="utf-8")
    return folder


def _tokenizer(known: list[tuple[str, float]]) -> dict[str, object]:
    mark = {name: {"id": name, "ids": [place], "tokens": [name]} for place, name in ((0, "<s>"), (2, "</s>"))}
    whole = [
        {"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "</s>", "type_id": 0}},
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": {
            "strategy": {"Fixed": 9},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 1,
            "pad_type_id": 0,
            "pad_token": "<pad>",
        },
        "added_tokens": [],
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": whole,
            "pair": whole,
            "special_tokens": mark,
        },
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [list(each) for each in known],
            "byte_fallback": False,
        },
    }
