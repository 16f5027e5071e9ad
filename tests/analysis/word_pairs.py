"""Lists of pairs of words, and by which depth one word finds another."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.index.lexicon import Lexicon, class_keys, create_lexicon, write_lexicon

PAIRS = Path(__file__).parent / "pairs"


def read_pairs(name: str) -> list[tuple[str, str]]:
    lines = (PAIRS / name).read_text("utf-8").splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines if line.strip() and line[0] != "#"]


def lexicon_of(folder: Path, words: Iterable[str], analyzer: Analyzer) -> Lexicon:
    create_lexicon(folder)
    terms = {fold(word) for word in words}
    return write_lexicon(folder, Lexicon.open(folder), terms, partial(class_keys, analyzer=analyzer))


def depth(lexicon: Lexicon, one: str, other: str, analyzer: Analyzer) -> str | None:
    """The depth on which a word finds another, without forms of similar letters."""
    for form in lexicon.forms(fold(one), analyzer, similar=40, threshold=0.5):
        if form.term == fold(other) and not form.apart and form.depth != "similar":
            return form.depth
    return None
