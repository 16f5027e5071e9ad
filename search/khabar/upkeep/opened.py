"""An index that is open for reading, wherever it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from khabar.query.forms import WordIndex
    from khabar.query.vocabulary import LetterIndex
    from khabar.ranking.answers import Answers

__all__ = ["Opened", "State"]

#: What a store has to say of the index as a whole: it is ``whole``; a writer is about to fill it for the
#: first time (``being built``); or the first one broke off (``half built``).
State = Literal["whole", "being built", "half built"]


class Opened(msgspec.Struct, frozen=True):
    """One committed state of an index, open for reading.

    Attributes:
        answers: what it answers.
        lexicon: its words, and what they can stand for.
        vocabulary: finds its words by their letters.
        edition: tells it from what was made in its place by a rebuild, which may reach the same generation.
    """

    answers: Answers
    lexicon: WordIndex
    vocabulary: LetterIndex
    edition: str = ""
