"""Quotation marks: every pair that keyboards and word processors make, mixed and nested ones, and
apostrophes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.query.parser import parse
from khabar.query.quotes import QUOTES, quotes
from khabar.query.tree import Field, Phrase, Term

PAIRS = [
    *(
        '""',
        "“”",
        "„“",
        "„”",
        "‟”",
        "””",
        "““",
        "«»",
        "»«",
        "»»",
        "‹›",
        "›‹",
        "＂＂",
        "″″",
        "「」",
        "『』",
        "《》",
    ),
    *("⹂“", "ʺʺ", "˝˝", "״״"),
    *("‘’", "‚‘", "’’", "''", "`'", "❝❞", "〝〞"),
]
LONG_PAIRS = [("''", "''"), ("``", "''"), ("‘‘", "’’"), ("<<", ">>")]
MIXED = ['«"', '"»', '“"', '"”', '„"', "«”", "“»", "‹»", "»”", "″”"]


def phrases(text: str) -> list[str]:
    return [item.text for item in parse(text).items if isinstance(item, Phrase)]


def reported(text: str) -> list[tuple[str, str]]:
    return [(each.code, text[each.start : each.end]) for each in parse(text).problems]


def test_an_apostrophe_ends_no_quotation() -> None:
    assert phrases("'جائزة d'Or هذا العام' غزة") == ["جائزة d'Or هذا العام"]
    # A lone one does.
    assert phrases("'جائزة هذا العام ' غزة") == ["جائزة هذا العام "]


@pytest.mark.parametrize(("opening", "closing"), [*PAIRS, *LONG_PAIRS, *MIXED])
def test_every_pair_makes_a_phrase(opening: str, closing: str) -> None:
    quoted = f"{opening}وقف إطلاق النار{closing}"
    for text in (quoted, f"هدنة {quoted} غزة", f"({quoted})", f"هدنة {quoted}، غزة", f"+{quoted} هدنة"):
        assert phrases(text) == ["وقف إطلاق النار"], text
        assert reported(text) == []
    assert parse(f"-{quoted}").items[0].occur.value == "must not"
    [phrase] = parse(f"{quoted}~3").items
    assert isinstance(phrase, Phrase) and phrase.slop == 3
    [field] = parse(f"source:{quoted}").items
    assert isinstance(field, Field) and field.values == ("وقف إطلاق النار",)
    [titled] = parse(f"title:{quoted}").items
    assert isinstance(titled, Phrase) and titled.title
    # Two of them are two.
    assert phrases(f"{quoted} أو {quoted}") == ["وقف إطلاق النار"] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('«قال "نعم للسلام" أمس»', ['قال "نعم للسلام" أمس']),
        ('"قال “نعم للسلام” أمس"', ["قال “نعم للسلام” أمس"]),
        ("«قال «نعم» أمس» هدنة", ["قال «نعم» أمس"]),
        ("“قال ‘نعم’ أمس”", ["قال ‘نعم’ أمس"]),
        ('«"وقف إطلاق"»', ['"وقف إطلاق"']),
        # An open mark inside ends with the marks around it.
        ('«قال "نعم» هدنة', ['قال "نعم']),
        ('"وقف إطلاق” النار "الهضاب"', ["وقف إطلاق", "الهضاب"]),
        ('«وقف إطلاق" و«هدنة»', ["وقف إطلاق", "هدنة"]),
        ('غزة"وقف إطلاق"رفح', ["وقف إطلاق"]),
        ("« وقف إطلاق »", [" وقف إطلاق "]),
        ('"غزة "رفح', ["غزة "]),
        ('"وقف""إطلاق"', ["وقف", "إطلاق"]),
        ("بـ«الجيش الحر»", ["الجيش الحر"]),
        ("قال:«نعم للسلام»", ["نعم للسلام"]),
    ],
)
def test_nested_and_mixed(text: str, found: list[str]) -> None:
    assert phrases(text) == found
    assert reported(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "l'Aube",
        "O’Brien",
        "players' union",
        "'iraq war",
        "rock 'n roll",
        "3'aza",
        "‘Abbas",
        "Dès l'Aube d'Alger",
    ],
)
def test_an_apostrophe_is_no_quotation_mark(text: str) -> None:
    assert [item.text for item in parse(text).items if isinstance(item, Term)] == text.split()
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("«غزة هدنة", ("unclosed-quote", "«")),
        ("هدنة “غزة", ("unclosed-quote", "“")),
        ('غزة"', ("unclosed-quote", '"')),
        ("‘غزة هدنة", ("unclosed-quote", "‘")),
        ("''غزة", ("unclosed-quote", "''")),
        ("»غزة", ("unclosed-quote", "»")),
        ("غزة» هدنة", ("stray-quote", "»")),
        ("source:«الوادي", ("unclosed-quote", "«")),
    ],
)
def test_a_lone_mark_is_reported_with_its_position(text: str, problem: tuple[str, str]) -> None:
    assert phrases(text) == []
    assert reported(text) == [problem]


@given(st.text(st.sampled_from([*QUOTES, *"ابa1 (،:-"]), max_size=30))
def test_marks_are_paired_in_order_and_none_across_another(text: str) -> None:
    found = quotes(text)
    ends: list[int] = []
    place = 0
    for start, quote in found.items():
        assert place <= start < quote.end <= len(text)
        place = quote.end
        while ends and ends[-1] <= start:
            ends.pop()
        if quote.closing is not None:
            assert quote.closing in found and found[quote.closing].closing is None
            assert not ends or quote.closing < ends[-1]
            ends.append(quote.closing)
