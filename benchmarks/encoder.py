#!/usr/bin/env python3
"""How fast a model embeds: passages and tokens a second of processor time on one thread, and a query.

    python benchmarks/encoder.py FILE [--model NAME] [--count 200]

FILE has articles that khabar reads. Texts go through the model in this process, without the messages of the
child process, and processor time is measured, which is nearly the same on a machine that is busy with other
things. With --against GRAPH another graph of the same inputs is measured in turn with it, text by text.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from khabar import read
from khabar.meaning.child import Network
from khabar.meaning.models import folder_of
from khabar.meaning.parts import parts_of

QUERIES = ("أزمة المياه في العاصمة", "من فاز بجائزة الرواية العربية؟", "أسعار النفط")


def passages(path: Path, count: int) -> list[str]:
    """Parts of the paragraphs of articles."""
    found: list[str] = []
    for article in read(path):
        for text in (article.title, *article.paragraphs):
            found += parts_of(text)
        if len(found) >= count:
            break
    return found[:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--against", type=Path, help="another graph of the same inputs and output")
    options = parser.parse_args()
    folder = folder_of(options.model)
    if folder is None:
        parser.error("the model is in no folder")
    began = time.perf_counter()
    network = Network(folder, 1)
    loading = time.perf_counter() - began
    texts = [f"passage: {text}" for text in passages(options.file, options.count)]
    if not texts:
        parser.error("no text was read")
    others = None
    if options.against:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        others = onnxruntime.InferenceSession(options.against, settings, providers=["CPUExecutionProvider"])
    network.vector(texts[0])
    spent, against, cosines, tokens, characters = 0.0, 0.0, [], 0, 0
    for text in texts:
        tokens += len(network.pieces(text))
        characters += len(text)
        start = time.process_time()
        vector = network.vector(text)
        spent += time.process_time() - start
        if others:
            given = np.array([network.pieces(text)], np.int64)
            given_as = {
                each.name: np.ones_like(given) if "mask" in each.name else given
                for each in others.get_inputs()
            }
            start = time.process_time()
            other = others.run(None, given_as)[0][0]
            against += time.process_time() - start
            cosines.append(float(vector @ other))
    queries = []
    for query in QUERIES * 10:
        start = time.process_time()
        network.vector(f"query: {query}")
        queries.append(time.process_time() - start)
    record = {
        "passages": len(texts),
        "characters_each": round(characters / len(texts)),
        "tokens_each": round(tokens / len(texts), 1),
        "tokens_per_second": round(tokens / spent),
        "passages_per_second": round(len(texts) / spent, 1),
        "query_ms": round(1000 * float(np.median(queries)), 1),
        "loading_s": round(loading, 2),
    }
    if others:
        record |= {
            "against_tokens_per_second": round(tokens / against),
            "least_cosine": round(min(cosines), 5),
            "mean_cosine": round(float(np.mean(cosines)), 5),
        }
    print(json.dumps(record, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
