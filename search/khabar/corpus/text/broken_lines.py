"""Rejoin the lines of a paragraph that a program broke at a width.

A program breaks a line where the next word would not have fitted. Lines that a person ended, such as verses
and lists, do so only by chance, and hardly contain marks or end with a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["STOPS", "is_broken", "rejoined", "unbroken_text"]

STOPS = (".", "!", "؟", "?", ":", "…", "»", '"')
"""Ends of lines at which a paragraph may end."""
_NARROW, _WIDE = 30, 100
"""Range of the longest line of a text whose lines a program broke."""
_FEWEST = 6
"""Minimum number of breaks that show that a program made them."""
_FEWEST_LENGTHS = 3
"""Minimum number of different lengths of such lines: those of a list may all be alike."""
_LINES_OF_MARK = 4
"""Maximum number of lines of a paragraph for each mark within it."""
_MARK = re.compile(r"[.،؛؟!,:…](?=\s)")
_ITEM = re.compile(r"\s|[-*•–—]|[(\[]?(?:\d{1,3}|[\u0621-\u064aA-Za-z])[.)\]/-](?!\d)")
"""The beginning of an item of a list, or of an indented line."""
_COLUMNS = re.compile(r"\S(?: {3,}|\t|\s\*{1,3}\s)\S")
"""The gap between the halves of a verse, or between columns."""


def is_broken(line: str, following: str, width: int) -> bool:
    """Whether a program may have broken a text between two lines.

    Args:
        line: a line, without spaces at its end.
        following: the next line.
        width: the length of the longest line.
    """
    words = following.split(maxsplit=1)
    if _ITEM.match(following):
        return False
    return bool(line and words) and len(line) + 1 + len(words[0]) > width


def rejoined(lines: list[str]) -> list[str]:
    """Lines between which a program may have broken a paragraph, as one line if they read like a paragraph:
    the last ends with a sentence, and there are marks within. Items of a list do not: they stay as they are.
    """
    marks = len(_MARK.findall("\n".join(lines)))
    if not lines[-1].endswith(STOPS) or marks < len(lines) // _LINES_OF_MARK:
        return lines
    return [" ".join([lines[0].rstrip(), *(line.strip() for line in lines[1:])])]


def unbroken_text(text: str) -> str:
    """A plain text with its paragraphs in one line each, if a program broke nearly all of its lines; else the
    same text. Where no empty line separates paragraphs, one also ends with a sentence at the end of a line.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    width = max(map(len, lines), default=0)
    if not _NARROW <= width <= _WIDE:
        return text
    pairs = [(line, after) for line, after in pairwise(lines) if line and after and not line.endswith(STOPS)]
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    # The first line may be a headline, and end where its author ended it.
    is_headline = len(lines) < first + 3 or not all(line.strip() for line in lines[first : first + 3])
    broken = [len(line) for line, after in pairs if is_broken(line, after, width)]
    if len(broken) < max(_FEWEST, len(pairs) - 1 - is_headline) or len(set(broken)) < _FEWEST_LENGTHS:
        return text
    if any(map(_COLUMNS.search, lines)):
        return text
    separated = any(not line for line in lines[first + 2 : -1])
    runs: list[list[str]] = []
    last = ""
    for index, line in enumerate(lines):
        ends = last.endswith(STOPS) and not separated
        after_headline = index == first + 1 and is_headline
        if is_broken(last, line, width) and not ends and not after_headline:
            runs[-1].append(line)
        else:
            runs.append([line])
        last = line
    return "\n".join(line for run in runs for line in rejoined(run))
