"""How exports of messengers and networks begin, by which they are known: WhatsApp and X."""

from __future__ import annotations

import re

__all__ = ["IS_TWEETS", "MESSAGE_HEAD", "SENT", "is_whatsapp"]

_MARK = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
MESSAGE_HEAD = re.compile(
    rf"{_MARK}(?P<bracket>\[?){_MARK}(?P<one>\d{{1,4}}){_MARK}(?P<sep>[/.-]){_MARK}(?P<two>\d{{1,2}}){_MARK}(?P=sep)"
    rf"{_MARK}(?P<three>\d{{1,4}}){_MARK}\s?(?:[,،]|à|at|في)?\s{{0,2}}{_MARK}(?P<hour>\d{{1,2}}){_MARK}[:.]{_MARK}"
    rf"(?P<minute>\d\d)(?:{_MARK}[:.]{_MARK}(?P<second>\d\d))?{_MARK}\s?"
    rf"(?P<half>[ap]\.?\s?m\.?|ص|م|صباح[اً]+|مساء[ًا]*|ق\.ظ\.|ب\.ظ\.)?{_MARK}"
    rf"(?P<end>\]\s?|\s-\s)",
    re.I,
)
"""How a message begins, up to its sender."""
SENT = re.compile(r"(?P<name>[^:\n]{1,100}):(?:[ \u200e\u200f]|$)(?P<text>.*)", re.S)
"""The sender of a message, and its text."""
IS_TWEETS = re.compile(r"window\.YTD\.(?:tweets?|community_tweets?|note_tweet)\.part\d+\s*=\s*(?=\[)", re.A)
"""How the files of an archive of X begin whose tweets are read."""


def is_whatsapp(start: str) -> bool:
    """Whether a text begins as an export: its first line, and at least one of two, begins a message."""
    first = MESSAGE_HEAD.match(start)
    if not first:
        return False
    lines = start.split("\n")
    sent = [line for line in lines if (head := MESSAGE_HEAD.match(line)) and SENT.match(line, head.end())]
    # A single line that begins with a date may be anybody's note.
    return bool(sent) and (len(sent) > 1 or bool(first["bracket"]) or len(lines) < 3)
