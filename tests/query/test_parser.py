"""The query parser: each sign of the grammar, and text outside the grammar."""

from __future__ import annotations

import pytest

from khabar.index.plan import Occur
from khabar.query.parser import parse
from khabar.query.plain import plain
from khabar.query.tree import Phrase, Term

SHOULD, MUST, MUST_NOT = Occur.SHOULD, Occur.MUST, Occur.MUST_NOT


def items(text: str) -> list[tuple[str, str, Occur]]:
    return [(type(item).__name__, item.text, item.occur) for item in parse(text).items]


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse(text).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("غزة لافروف", [("Term", "غزة", SHOULD), ("Term", "لافروف", SHOULD)]),
        ("  غزة\t\nلافروف\u00a0", [("Term", "غزة", SHOULD), ("Term", "لافروف", SHOULD)]),
        ("+غزة -لافروف", [("Term", "غزة", MUST), ("Term", "لافروف", MUST_NOT)]),
        ("−غزة –لافروف", [("Term", "غزة", MUST_NOT), ("Term", "لافروف", MUST_NOT)]),
        ('"وقف إطلاق"', [("Phrase", "وقف إطلاق", MUST)]),
        ("“وقف إطلاق”", [("Phrase", "وقف إطلاق", MUST)]),
        ("„وقف إطلاق“", [("Phrase", "وقف إطلاق", MUST)]),
        ("”وقف إطلاق”", [("Phrase", "وقف إطلاق", MUST)]),
        ("«وقف إطلاق»", [("Phrase", "وقف إطلاق", MUST)]),
        ('+"وقف إطلاق"', [("Phrase", "وقف إطلاق", MUST)]),
        ('-"وقف إطلاق"', [("Phrase", "وقف إطلاق", MUST_NOT)]),
        (
            'غزة"وقف إطلاق"لافروف',
            [("Term", "غزة", SHOULD), ("Phrase", "وقف إطلاق", MUST), ("Term", "لافروف", SHOULD)],
        ),
        # A sign counts only after a space and directly before a word.
        ("كوفيد-19", [("Term", "كوفيد-19", SHOULD)]),
        ("لا- غزة", [("Term", "لا-", SHOULD), ("Term", "غزة", SHOULD)]),
        ("غزة - لافروف", [("Term", "غزة", SHOULD), ("Term", "-", SHOULD), ("Term", "لافروف", SHOULD)]),
        ('"وقف إطلاق"-النار', [("Phrase", "وقف إطلاق", MUST), ("Term", "-النار", SHOULD)]),
        ("--غزة", [("Term", "-غزة", MUST_NOT)]),
        ("+-غزة", [("Term", "-غزة", MUST)]),
        ("غزة +", [("Term", "غزة", SHOULD), ("Term", "+", SHOULD)]),
        ("", []),
        ("   ", []),
    ],
)
def test_grammar(text: str, expected: list[tuple[str, str, Occur]]) -> None:
    assert items(text) == expected
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('غزة "وقف إطلاق', [("Term", "غزة", SHOULD), ("Term", "وقف", SHOULD), ("Term", "إطلاق", SHOULD)]),
        ('غزة"', [("Term", "غزة", SHOULD)]),
        ("«غزة", [("Term", "غزة", SHOULD)]),
        # The sign before a quotation mark that is not closed applies to the word after it.
        ('-"وقف إطلاق', [("Term", "وقف", MUST_NOT), ("Term", "إطلاق", SHOULD)]),
        ('+"وقف', [("Term", "وقف", MUST)]),
        ('-" وقف', [("Term", "وقف", SHOULD)]),
    ],
)
def test_a_quotation_mark_that_is_not_closed(text: str, expected: list[tuple[str, str, Occur]]) -> None:
    assert items(text) == expected
    assert codes(text) == ["unclosed-quote"]


@pytest.mark.parametrize("text", ['""', "«»", '" "', '"!؟"', '"ـًٌ"', "“—”"])
def test_a_phrase_without_words_is_left_out_and_named(text: str) -> None:
    query = parse(f"غزة {text} لافروف")
    assert [item.text for item in query.items] == ["غزة", "لافروف"]
    [problem] = query.problems
    assert problem.code == "empty-phrase"
    assert query.text[problem.start : problem.end] == text
    assert problem.message


def test_a_closing_mark_alone_is_nothing() -> None:
    assert items("» غزة »لافروف") == [("Term", "غزة", SHOULD), ("Term", "لافروف", SHOULD)]


def test_items_have_their_positions() -> None:
    query = parse(' +غزة -"وقف إطلاق" لافروف')
    assert query.items == (
        Term("غزة", 2, 5, MUST),
        Phrase("وقف إطلاق", 8, 17, MUST_NOT),
        Term("لافروف", 19, 25),
    )


def test_signs_have_no_meaning_in_a_plain_query() -> None:
    text = '+غزة "وقف -إطلاق'
    assert plain(text).items == (Term(text, 0, len(text)),)
    assert plain(text).problems == ()
    assert plain("").items == ()
