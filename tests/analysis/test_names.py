"""Compound names: the spellings that must meet, and words that are no names."""

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.names import compound, compound_head, joined_name


def exact_terms(text: str) -> set[str]:
    return {term for _, word in Analyzer(table={}).words(text) for term in word.exact}


@pytest.mark.parametrize(
    "text",
    [
        "عبد اللهيان",
        "عبداللهيان",
        "أميرعبد اللهيان",
        "امير عبد اللهيان",
        "وعبد اللهيان",
        "لعبداللهيان",
        "عبد اللّهيان",
    ],
)
def test_every_spelling_has_the_joined_term(text: str) -> None:
    assert "عبداللهيان" in exact_terms(text)


@pytest.mark.parametrize("text", ["أبو مرزوق", "ابو مرزوق", "أبا مرزوق", "أبي مرزوق", "وأبو مرزوق"])
def test_every_case_of_a_kunya_is_one(text: str) -> None:
    assert "ابومرزوق" in exact_terms(text)


def test_the_word_glued_before_the_name_is_found_too() -> None:
    assert "امير" in exact_terms("حسين أميرعبد اللهيان")


def test_no_name_where_there_is_none() -> None:
    assert compound_head("معبد") is None
    assert joined_name("عبدان") is None
    assert compound(("عبد", ""), "صالح") is None
    assert compound(("ابو", ""), "19") is None
