"""The parts of BM25, compared with values computed by hand."""

import math

import numpy as np
import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from khabar.index import bm25


@pytest.mark.parametrize(("frequency", "total"), [(0, 0), (0, 10), (1, 1), (1, 100), (99.5, 100), (100, 100)])
def test_idf_is_never_negative_and_falls_with_frequency(frequency: float, total: int) -> None:
    assert bm25.idf(frequency, total) == pytest.approx(math.log((total + 1) / (frequency + 0.5)))
    assert bm25.idf(frequency, total) > 0


def test_length_norms_of_no_texts_and_of_empty_ones() -> None:
    assert bm25.length_norms(np.empty(0), 1.2, 0.75, 0.0).tolist() == []
    assert bm25.length_norms(np.zeros(2), 1.2, 0.75, 0.0).tolist() == [1.2, 1.2]


def test_a_text_of_average_length_is_neither_favoured_nor_punished() -> None:
    assert bm25.length_norms(np.array([5.0, 10.0, 15.0]), 1.2, 0.75, 10.0) == pytest.approx([0.75, 1.2, 1.65])


def test_lengths_are_rounded_as_whoosh_rounds_them() -> None:
    assert bm25.LENGTHS.tolist() == [byte_to_length(step) for step in range(256)]
    lengths = [0, 1, 9, 10, 11, 57, 100, 5_000, 106_374, 200_000]
    steps = [length_to_byte(length) for length in lengths]
    assert bm25.encode_lengths(np.array(lengths)).tolist() == steps
    # If there are more texts than distinct lengths, a table is used.
    assert bm25.encode_lengths(np.array(lengths[:7] * 20)).tolist() == steps[:7] * 20
