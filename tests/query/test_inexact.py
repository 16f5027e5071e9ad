"""Anything that is not exact in an answer is reported with the results."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from khabar import Index
from khabar.index.engine import Found, Inexact
from khabar.ranking.searcher import Searcher
from khabar.render.faults import problem


@pytest.mark.parametrize("code", get_args(Inexact))
@pytest.mark.parametrize(("group", "asked"), [("none", "paragraphs"), ("story", "search")])
def test_what_is_not_exact_is_a_problem(
    index: Index, monkeypatch: pytest.MonkeyPatch, code: Inexact, group: Any, asked: str
) -> None:
    exact = getattr(Searcher, asked)

    def about(*args: Any, **named: Any) -> Found:
        found: Found = exact(*args, **named)
        return replace(found, inexact=(code,))

    assert index.search("النفط", group=group).problems == ()
    monkeypatch.setattr(Searcher, asked, about)
    [found] = index.search("النفط", group=group).problems
    assert (found.start, found.end, found.code) == (0, 0, code)
    english, arabic = (problem(found, "النفط", language) for language in ("en", "ar"))
    assert english.startswith("too many articles match") and arabic.startswith("المقالات المطابقة أكثر")
