"""Recognise exports of messengers, social networks and press databases by their beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, pairwise
from typing import Literal

__all__ = [
    "CUE_TIME",
    "FACTIVA_LABEL",
    "IS_TWEETS",
    "LEXIS_HEAD",
    "MESSAGE_HEAD",
    "PROQUEST_RULE",
    "SENT",
    "TIME_LINE",
    "is_subtitles",
    "is_transcript",
    "is_whatsapp",
    "press_database",
]

_MARK = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
MESSAGE_HEAD = re.compile(
    rf"{_MARK}(?P<bracket>\[?){_MARK}(?P<one>\d{{1,4}}){_MARK}(?P<sep>[/.-]){_MARK}(?P<two>\d{{1,2}}){_MARK}(?P=sep)"
    rf"{_MARK}(?P<three>\d{{1,4}}){_MARK}\s?(?:[,،]|à|at|في)?\s{{0,2}}{_MARK}(?P<hour>\d{{1,2}}){_MARK}[:.]{_MARK}"
    rf"(?P<minute>\d\d)(?:{_MARK}[:.]{_MARK}(?P<second>\d\d))?{_MARK}\s?"
    rf"(?P<half>[ap]\.?\s?m\.?|ص|م|صباح[اً]+|مساء[ًا]*|ق\.ظ\.|ب\.ظ\.)?{_MARK}"
    rf"(?P<end>\]\s?|\s-\s)",
    re.I,
)
"""The beginning of a WhatsApp message, up to its sender."""
SENT = re.compile(r"(?P<name>[^:\n]{1,100}):(?:[ \u200e\u200f]|$)(?P<text>.*)", re.S)
"""The sender of a message, and its text."""
CUE_TIME = re.compile(
    r"(?P<first>(?:\d{1,3}:)?\d\d:\d\d[,.]\d{1,3})\s*-->\s*(?P<last>(?:\d{1,3}:)?\d\d:\d\d[,.]\d{1,3})"
    r"|(?P<first_sbv>\d{1,2}:\d\d:\d\d\.\d{1,3}),(?P<last_sbv>\d{1,2}:\d\d:\d\d\.\d{1,3})$",
    re.A,
)
"""The line above a cue of subtitles: from when to when it is shown."""
TIME_LINE = re.compile(r"[\[(]?(?P<first>(?:\d{1,2}:)?\d{1,2}:\d\d)[\])]?", re.A)
"""A line of a transcript that is only a time."""
_FIRST_SECONDS = re.compile(r"0:[0-5]\d|00?:00:[0-5]\d|[\[(](?:00?:)?00?:[0-5]\d[\])]", re.A)
"""A time in the first minute of a recording, as no hour of the day is written."""
_LONGEST_STEP = 20
"""Usual number of seconds between two times of a transcript, at most."""
IS_TWEETS = re.compile(r"window\.YTD\.(?:tweets?|community_tweets?|note_tweet)\.part\d+\s*=\s*(?=\[)", re.A)
"""The beginning of the files in an archive of X that contain tweets."""


FACTIVA_LABEL = re.compile(
    r"(SE|HD|BY|CR|WC|PD|ET|SN|SC|PG|VOL|ED|LA|CY|LP|TD|CO|IN|NS|RE|IPC|IPD|PUB|AN|CLM|ART|RF|CT|DLN)"
    r"(?:\t[ \t]*|[ ]{2,}| \| |\s*$)(.*)"
)
"""The beginning of a field of Factiva: its name on a line of its own, followed by white space, or in a
cell."""
_FACTIVA_NEEDS = frozenset({"HD", "PD", "SN", "LP"})
LEXIS_HEAD = re.compile(r"^[ \t]*\d{1,5} of \d{1,5} DOCUMENTS?[ \t]*\r?$", re.M)
"""The line above each document of LexisNexis."""
_NEXIS_LENGTH = re.compile(r"^[ \t]*Length:[ \t]*\d+ words?[ \t]*\r?$", re.M)
_NEXIS_END = re.compile(r"^[ \t]*End of Document[ \t]*\r?$", re.M)
PROQUEST_RULE = re.compile(r"^_{20,}[ \t]*\r?$", re.M)
"""The line between documents of ProQuest."""
_IS_PROQUEST = re.compile(r"^(?:ProQuest document ID|Full text|Publication title|Document URL):", re.M)


def press_database(start: str) -> Literal["factiva", "lexis", "proquest"] | None:
    """The press database that exported a text, by its beginning; None for other texts."""
    labels = {label[1] for line in start.splitlines()[:400] if (label := FACTIVA_LABEL.match(line))}
    if labels >= _FACTIVA_NEEDS:
        return "factiva"
    if (head := LEXIS_HEAD.search(start)) and not start[: head.start()].strip("\ufeff \t\r\n\f"):
        return "lexis"
    if (length := _NEXIS_LENGTH.search(start)) and _NEXIS_END.search(start, length.end()):
        return "lexis"
    if PROQUEST_RULE.search(start[:2000]) and len(set(_IS_PROQUEST.findall(start))) > 1:
        return "proquest"
    return None


def is_subtitles(start: str) -> bool:
    """Whether a text begins with subtitles, or with a transcript that has times in lines of their own."""
    lines = [line for line in map(str.strip, start.splitlines()[:40]) if line]
    if lines and lines[0].startswith("WEBVTT"):
        return any(map(CUE_TIME.match, lines))
    return any(map(CUE_TIME.match, lines[:2])) or is_transcript(lines)


def is_transcript(lines: Iterable[str]) -> bool:
    """Whether some lines begin as a transcript: with the first seconds («0:03», «00:00:03», «[00:03]»), then
    a time every few seconds. A chronology has hours of the day («08:30», «00:15»)."""
    first = list(islice(filter(None, lines), 40))
    times = [time for time in map(TIME_LINE.fullmatch, first) if time]
    if len(first) < 4 or not TIME_LINE.fullmatch(first[0]) or len(times) * 5 < len(first) * 2:
        return False
    if not _FIRST_SECONDS.fullmatch(first[0]):
        return False
    seconds = [_seconds(time["first"]) for time in times]
    steps = [later - earlier for earlier, later in pairwise(seconds)]
    return bool(steps) and min(steps) >= 0 and sorted(steps)[len(steps) // 2] <= _LONGEST_STEP


def _seconds(time: str) -> int:
    total = 0
    for part in time.split(":"):
        total = total * 60 + int(part)
    return total


def is_whatsapp(start: str) -> bool:
    """Whether a text begins as an export of WhatsApp: with the beginning of a message, and at least one
    message that has a sender."""
    first = MESSAGE_HEAD.match(start)
    if not first:
        return False
    lines = start.split("\n")
    sent = [line for line in lines if (head := MESSAGE_HEAD.match(line)) and SENT.match(line, head.end())]
    # A single line that begins with a date may be a diary entry.
    return bool(sent) and (len(sent) > 1 or bool(first["bracket"]) or len(lines) < 3)
