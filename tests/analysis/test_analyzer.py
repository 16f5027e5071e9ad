"""What an analyzer keeps of the words that it has seen."""

from __future__ import annotations

import pytest

from khabar.analysis import analyzer as module
from khabar.analysis.analyzer import Analyzer


def test_a_full_cache_of_words_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words stay the same, and the memory for them does not grow."""
    text = "زار عبد الله مدينة الرياض اليوم وعاد منها بعد يومين"
    expected = Analyzer().tokens(text)
    monkeypatch.setattr(module, "KEPT_WORDS", 3)
    small = Analyzer()
    assert small.tokens(text) == expected
    assert small.words(text) == Analyzer().words(text)
    assert len(small._words) <= 3
