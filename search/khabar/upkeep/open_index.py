"""An index that is open for reading, in a folder or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from khabar.query.forms import WordIndex
    from khabar.query.vocabulary import LetterIndex
    from khabar.ranking.answers import Answers

__all__ = ["Opened", "State"]

#: The state of an index: it is ``whole``; its first writer is filling it (``being built``); or that one
#: failed (``half built``).
State = Literal["whole", "being built", "half built"]


class Opened(msgspec.Struct, frozen=True):
    """One committed state of an index, open for reading.

    Attributes:
        answers: answers plans and other questions.
        lexicon: finds the forms of words.
        vocabulary: finds words by their letters.
        edition: distinguishes it from a rebuilt index, which may have the same generation.
    """

    answers: Answers
    lexicon: WordIndex
    vocabulary: LetterIndex
    edition: str = ""
