"""The weights are read correctly or refused, and the model written from them computes the same."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
import pytest

from khabar.meaning.conversion import LEAST, compared, largest_of, write_model
from khabar.meaning.e5 import kept_pieces, network
from khabar.meaning.model_folder import TOKENIZER, ModelConfig
from khabar.meaning.onnx_encoder import OnnxEncoder
from khabar.meaning.reference import Reference
from khabar.meaning.unigram import Unigram
from khabar.meaning.weights import Stored, Weights, WeightsError, read_weights
from tiny_models import pieces, tiny_weights

CONFIG = ModelConfig("tiny", 64, query="query: ", passage="passage: ")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    return read_weights(tiny_weights(tmp_path_factory.mktemp("weights") / "tiny.bin"))


@pytest.fixture(scope="module")
def model(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    write_model(weights, folder, CONFIG)
    return folder


def test_what_is_in_the_file_is_read(weights: Weights) -> None:
    assert (weights.shape.width, weights.shape.layers, weights.shape.inner) == (64, 2, 128)
    assert list(zip(weights.pieces.texts, weights.pieces.scores, strict=True)) == [
        (text, pytest.approx(score)) for text, score in pieces()
    ]
    assert (weights.pieces.begin, weights.pieces.end, weights.pieces.unknown) == (0, 2, 3)
    assert weights.pieces.replaced[0xFDFA] == "صلى الله عليه وسلم"
    matrix = weights.matrix("l0.fi.w", 128, 64)
    assert matrix.shape == (64, 128) and 0.1 < np.abs(matrix).max() <= 0.161


def test_four_bits_are_unpacked_in_their_order(tmp_path: Path) -> None:
    """A block is a float16, then bytes whose low halves are the first sixteen numbers."""
    path = tiny_weights(tmp_path / "tiny.bin")
    before = read_weights(path)
    stored = before.arrays["l0.q.w"]
    block = np.frombuffer(stored.raw[:18].tobytes(), np.uint8)
    scale = float(block[:2].copy().view("<f2")[0])
    numbers = [(int(each) & 15) - 8 for each in block[2:]] + [(int(each) >> 4) - 8 for each in block[2:]]
    assert stored.numbers()[:32].tolist() == pytest.approx([number * scale for number in numbers])


def test_every_cut_and_most_changes_are_refused(tmp_path: Path) -> None:
    """A truncated or changed file raises WeightsError and nothing else."""
    whole = tiny_weights(tmp_path / "tiny.bin", layers=1).read_bytes()
    draw = random.Random(5)
    head = len(whole) - 4000
    for number in range(300):
        if number % 2:
            bad = whole[: draw.randrange(len(whole))]
        else:
            place = draw.randrange(head if number % 4 else 2500)
            bad = whole[:place] + draw.randbytes(draw.choice((1, 4, 8))) + whole[place + 8 :]
        path = tmp_path / "bad.bin"
        path.write_bytes(bad)
        try:
            found = read_weights(path)
            Reference(found).encode(Unigram(found.pieces).encode("query: أزمة")[:500])
        except WeightsError:
            continue
        assert not number % 2, "a file that is cut off was read"


@pytest.mark.parametrize("content", [b"", b"E5S1", b"PK\x03\x04", b"E5S1\x01\0\0\0" + b"\xff" * 4000])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(WeightsError):
        read_weights(path)


def test_the_written_model_computes_what_the_weights_say(weights: Weights, model: Path) -> None:
    encoder = OnnxEncoder(model)
    try:
        assert compared(weights, CONFIG, encoder) >= LEAST
    finally:
        encoder.close()


def test_another_model_is_told_from_the_weights(model: Path, tmp_path: Path) -> None:
    other = read_weights(tiny_weights(tmp_path / "other.bin", seed=8))
    encoder = OnnxEncoder(model)
    try:
        assert compared(other, CONFIG, encoder) < LEAST
    finally:
        encoder.close()


def test_the_largest_numbers_are_multiplied_as_they_are(weights: Weights) -> None:
    """A state with a number far larger than the others, which would use up all bits of the quantisation."""
    arrays = dict(weights.arrays)
    large = arrays["emb.ln.w"].numbers()
    large[5] = 30
    arrays["emb.ln.w"] = Stored(0, np.frombuffer(large.astype("<f4").tobytes(), np.uint8))
    odd = msgspec.structs.replace(weights, arrays=arrays)
    largest = largest_of(odd)
    assert 5 in largest["l0.q"] and len(largest["l0.q"]) == 2
    unigram, reference = Unigram(odd.pieces), Reference(odd)
    kept = kept_pieces(odd.pieces)
    numbers = unigram.encode("passage: قال الوزير")
    given = np.array([[kept.index(each) for each in numbers]], np.int64)
    wrong = []
    for places in (largest, {}):
        session = onnxruntime.InferenceSession(network(odd, kept, places), providers=["CPUExecutionProvider"])
        vector = session.run(None, {"input_ids": given})[0][0]
        wrong.append(1 - float(vector @ reference.encode(numbers)))
    assert wrong[0] < wrong[1] / 3


def test_pieces_of_other_scripts_are_left_out(weights: Weights, model: Path) -> None:
    kept = [weights.pieces.texts[each] for each in kept_pieces(weights.pieces)]
    assert "新聞" not in kept and {"▁الوزير", "؟", "z", "▁"} <= set(kept)
    vocabulary = json.loads((model / TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
    assert len(vocabulary) == len(kept)
