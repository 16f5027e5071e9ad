"""Makes a model folder from weights: calibrates, writes, and compares the result with the weights."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.meaning.e5 import kept_pieces, network, tokenizer
from khabar.meaning.encoder import Encoder
from khabar.meaning.model_folder import CONFIG, NETWORK, TOKENIZER, ModelConfig, files_of, sum_of
from khabar.meaning.reference import Reference
from khabar.meaning.sentences import CALIBRATION, HELD_OUT
from khabar.meaning.unigram import Unigram
from khabar.meaning.weights import Weights

__all__ = ["LEAST", "compared", "largest_of", "write_config", "write_model"]

Floats = NDArray[np.float32]

#: The minimum cosine, for any text, between the vectors of the written model and of the weights.
LEAST = 0.999
#: The number of values in a state that are multiplied without rounding. Without any, the minimum cosine is
#: .994, with one .9994, with two .9995, with eight .9996; each costs about a hundredth of the time.
_LARGEST = 2
#: The ends of the names of matrices that have such values; query, key and value have the same states.
_CALIBRATED = (".q", ".fi", ".fo")


def largest_of(weights: Weights, texts: tuple[str, ...] = CALIBRATION) -> dict[str, NDArray[np.int64]]:
    """The places of the largest values that each matrix is multiplied with, by the name of the matrix."""
    sizes: dict[str, Floats] = {}

    def watch(name: str, states: Floats) -> None:
        if name.endswith(_CALIBRATED):
            size = np.abs(states).max(axis=0)
            sizes[name] = np.maximum(sizes[name], size) if name in sizes else size

    unigram, reference = Unigram(weights.pieces), Reference(weights, watch)
    for text in texts:
        reference.encode(unigram.encode(text))
    return {name: np.sort(np.argsort(-size)[:_LARGEST]) for name, size in sizes.items()}


def write_model(weights: Weights, folder: Path, config: ModelConfig) -> None:
    """Write the files of a model into a folder."""
    kept = kept_pieces(weights.pieces)
    (folder / TOKENIZER).write_bytes(tokenizer(weights.pieces, kept))
    (folder / NETWORK).write_bytes(network(weights, kept, largest_of(weights)))
    write_config(folder, config)


def write_config(folder: Path, config: ModelConfig) -> None:
    """Write the settings of a model, with the checksums of its files."""
    sums = {name: sum_of(folder / name) for name in files_of(folder)}
    record = msgspec.json.encode(msgspec.structs.replace(config, files=sums))
    (folder / CONFIG).write_bytes(msgspec.json.format(record, indent=2) + b"\n")


def compared(weights: Weights, config: ModelConfig, encoder: Encoder) -> float:
    """The minimum cosine between the vectors of an encoder and of the weights for
    :data:`khabar.meaning.sentences.HELD_OUT`.

    Raises:
        EncoderFailed: if the encoder fails.
    """
    unigram, reference = Unigram(weights.pieces), Reference(weights)
    cosines = []
    for kind in ("query", "passage"):
        prefix = config.query if kind == "query" else config.passage
        texts = [each.removeprefix(prefix) for each in HELD_OUT if each.startswith(prefix)]
        for text, vector in zip(texts, encoder.encode(texts, kind), strict=True):
            cosines.append(float(vector @ reference.encode(unigram.encode(prefix + text))))
    return min(cosines)
