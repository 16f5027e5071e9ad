"""Patterns that are compiled on first use do the same as those that are compiled at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.patterns import lazy_pattern

SOURCE = r"(?P<word>[\u0621-\u064a]+)|(\d+)"


@given(st.text(alphabet="ابجد 12\n"))
def test_it_finds_what_the_pattern_finds(text: str) -> None:
    now, later = re.compile(SOURCE), lazy_pattern(SOURCE)
    assert later.findall(text) == now.findall(text)
    assert later.sub("_", text) == now.sub("_", text)
    assert later.split(text) == now.split(text)
    found = later.search(text)
    assert (found and found.span()) == ((same := now.search(text)) and same.span())


def test_it_has_the_attributes_and_flags_of_the_pattern() -> None:
    later = lazy_pattern(SOURCE, re.DOTALL)
    assert later.pattern == SOURCE
    assert later.flags & re.DOTALL
    assert later.groupindex == {"word": 1}


def test_nothing_is_compiled_before_the_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    compiled = re.compile

    def noted(source: str, flags: int = 0) -> re.Pattern[str]:
        asked.append(source)
        return compiled(source, flags)

    monkeypatch.setattr(re, "compile", noted)
    later = lazy_pattern("خبر")
    assert not asked
    assert later.search("هذا خبر") and later.search("لا شيء") is None
    assert asked == ["خبر"]


def test_a_wrong_pattern_is_told_at_its_first_use() -> None:
    wrong = lazy_pattern("(")
    with pytest.raises(re.error):
        wrong.search("")
