"""The tokenizer of the weights in plain Python, as the reference for the written one.

It splits each word in the most probable way (Kudo 2018, https://arxiv.org/abs/1804.10959); spaces belong to
the word after them.
"""

from __future__ import annotations

import re

from khabar.meaning.weights import Pieces

__all__ = ["Unigram"]

_SPACE = "▁"
_SPECIAL = 4
#: How much less probable an unknown character is than the least probable piece, as a logarithm.
_UNKNOWN_BELOW = 10.0


class Unigram:
    """Splits texts into pieces.

    Args:
        pieces: the vocabulary.
    """

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._numbers = {text: number for number, text in enumerate(pieces.texts) if number >= _SPECIAL}
        self._longest = max(map(len, self._numbers), default=1)
        self._least = min(pieces.scores) - _UNKNOWN_BELOW

    def encode(self, text: str) -> list[int]:
        """The numbers of a text's pieces, between those for begin and end."""
        replaced = re.sub(" {2,}", " ", text.translate(self._pieces.replaced)).replace(" ", _SPACE)
        spaced = replaced if replaced.startswith(_SPACE) else _SPACE + replaced
        found = [self._pieces.begin]
        for word in re.findall(f"{_SPACE}[^{_SPACE}]*", spaced):
            for number in self._word(word):
                # Consecutive unknown characters are one piece.
                if number != self._pieces.unknown or found[-1] != number:
                    found.append(number)
        return [*found, self._pieces.end]

    def _word(self, word: str) -> list[int]:
        best = [0.0, *[float("-inf")] * len(word)]
        last: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                number = self._numbers.get(word[start:end])
                if number is None:
                    if end > start + 1:
                        continue
                    number, score = self._pieces.unknown, self._least
                else:
                    score = self._pieces.scores[number]
                if best[start] + score > best[end]:
                    best[end], last[end] = best[start] + score, (start, number)
        found, place = [], len(word)
        while place:
            place, number = last[place]
            found.append(number)
        return found[::-1]
