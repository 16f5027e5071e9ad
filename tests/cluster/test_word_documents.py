"""Documents of words and queries for them, without a cluster."""

from __future__ import annotations

import numpy as np
import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.cluster import words as words_module
from khabar.cluster.word_search import QueryWord
from khabar.cluster.words import kept_term, letter_pairs, signed
from khabar.index.letter_pairs import codes_of, cosines, pair_of, pairs_of, sought, vector_lengths
from khabar.index.word_forms import class_keys, classes_of


def test_a_document_has_what_a_lexicon_keeps(quick_analyzer: Analyzer) -> None:
    term = "والوزراء"
    own = classes_of(term, quick_analyzer.stems(term))
    document = words_module._document(term, class_keys(term, quick_analyzer), 3.5)
    assert document == {
        "term": term,
        "size": 8,
        "light": signed(own.light),
        "lemma": signed(own.lemma),
        "loan": signed(own.loan),
        "read": own.read,
        "pairs": letter_pairs(term),
        "norm": 3.5,
    }
    # Keys without a value are left out.
    assert words_module._document("12.5", class_keys("12.5", quick_analyzer), 0.0).keys() <= {
        *("term", "size", "read", "light", "lemma")
    }


def test_every_term_can_be_kept() -> None:
    for term in ("", "وزير", "\ud800", "a\udfff", "😀" * 8000, "😀" * 9000):
        kept = kept_term(term)
        assert len(kept.encode()) <= 32_766 and kept_term(kept) == kept


def test_pairs_of_words_are_those_of_each() -> None:
    terms = ["وزير", "12.5", "", "واد", "الوزراء", "😀😀😀😀", "justice"]
    codes, starts, owners = pairs_of(terms)
    for place, term in enumerate(terms):
        own = [
            code
            for code, begin, end in zip(codes.tolist(), starts[:-1], starts[1:], strict=True)
            if place in owners[begin:end]
        ]
        assert own == codes_of(term)
        assert sorted(map(pair_of, own)) == letter_pairs(term)
    assert not len(pairs_of([]).codes)


def test_likeness_is_the_cosine_of_weighted_pairs() -> None:
    terms = ["الوزير", "الوزيره", "وزيران", "اللذيذ"]
    counts = {code: 1 + code % 7 for term in terms for code in codes_of(term)}
    total = 40

    def vector(term: str) -> dict[int, float]:
        return {code: np.log(1 + total / counts[code]) for code in codes_of(term)}

    def length(term: str) -> float:
        return float(np.sqrt(sum(value**2 for value in vector(term).values())))

    own = vector(terms[0])
    wanted = sought(total, [(counts[code], code) for code in codes_of(terms[0])], 0.5)
    assert wanted.squares == pytest.approx(length(terms[0]) ** 2)
    assert wanted.spared < 0.25 * wanted.squares
    pairs = pairs_of(terms)
    lengths = vector_lengths(total, [counts[code] for code in pairs.codes.tolist()], pairs, len(terms))
    assert lengths.tolist() == pytest.approx(list(map(length, terms)), rel=1e-6)
    expected = [
        sum(value * vector(term).get(code, 0) for code, value in own.items())
        / length(term)
        / length(terms[0])
        for term in terms
    ]
    assert cosines(wanted, lengths, pairs).tolist() == pytest.approx(expected, rel=1e-6)


def test_a_query_has_few_clauses(quick_analyzer: Analyzer) -> None:
    """A search may have 1,024; a word of ten thousand different letters must not make a query fail."""
    term = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    word = QueryWord(term, classes_of(term, quick_analyzer.stems(term)), 40, 0.5)
    wanted = word.sought(100_000, {code: 1 + code % 1000 for code in word.codes})
    body = word.candidates(wanted)
    assert body is not None and body["min_score"] == 0
    clauses = body["query"]["function_score"]["query"]["bool"]
    assert len(clauses["should"]) + len(clauses["must"]["bool"]["should"]) < 1_024
