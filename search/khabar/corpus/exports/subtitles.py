"""Read subtitles and transcripts: SubRip (SRT), WebVTT, SubViewer (SBV), Advanced SubStation Alpha (ASS), and
texts with a line of time before each line, as YouTube shows them.

A file is one article. Times, numbers, positions and styles are left out, and so is a line that the next cue
repeats, as automatic captions do. The lines of a sentence become one paragraph; so do those without a full
stop, up to a pause of some seconds or a maximum length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from khabar.corpus.formats.export_kinds import CUE_TIME, TIME_LINE
from khabar.corpus.pieces.content import Draft
from khabar.corpus.report import Unreadable
from khabar.corpus.text.markup import unescaped
from khabar.corpus.text.paragraphs import draft_of_text, title_from
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_subtitles"]

_PAUSE = 4.0
"""Seconds without a cue after which a paragraph ends."""
_LONGEST_PARAGRAPH = 500
"""Number of characters after which a paragraph ends with a cue."""
_STOPS = (".", "!", "؟", "?", "…", ".»", '."', "؟»", '؟"')
_TAG = re.compile(r"<[^<>\n]{0,200}>|\{\\?[^{}\n]{1,200}\}")
_NUMBER = re.compile(r"\d{1,6}")
_ASIDE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b|\[(?:Script Info|V4\+? Styles|Events)\]", re.I)
_DIALOGUE = re.compile(r"Dialogue:\s*[^,]*,\s*([\d:.]+),\s*([\d:.]+),(?:[^,]*,){6}(.*)")
_ASS_BREAK = re.compile(r"\\[Nnh]")


class _Cue(NamedTuple):
    """The lines shown from one second to another."""

    first: float
    last: float
    lines: tuple[str, ...]


def read_subtitles(content: Content) -> Iterator[Found]:
    """Read the text of a file of subtitles."""
    text = storable(content.one_article())
    lines = text.splitlines()
    cues = list(_dialogues(lines) if any(map(_DIALOGUE.match, lines)) else _cues(lines))
    paragraphs = _paragraphs(cues)
    if paragraphs:
        yield None, Draft(title_from(paragraphs[0]), tuple(paragraphs))
    elif cues:
        raise Unreadable("no-word")
    else:
        # It is only called so.
        yield None, draft_of_text(text)


def _cues(lines: Iterable[str]) -> Iterator[_Cue]:
    """The cues of SRT, WebVTT, SBV and transcripts."""
    lines = list(lines)
    # Only in WebVTT does an empty line always end a cue; the name of the next one may follow.
    is_vtt = bool(lines) and lines[0].lstrip("\ufeff").startswith("WEBVTT")
    time: tuple[float, float] | None = None
    shown: list[str] = []
    aside = False
    for line in map(str.strip, lines):
        if found := CUE_TIME.match(line) or TIME_LINE.fullmatch(line):
            if time:
                # The number of the next cue.
                if shown and _NUMBER.fullmatch(shown[-1]):
                    shown.pop()
                yield _Cue(*time, tuple(shown))
            times = [_seconds(value) for value in found.groups() if value]
            time, shown, aside = (times[0], times[-1]), [], False
        elif not line:
            aside = False
            if is_vtt and time and shown:
                yield _Cue(*time, tuple(shown))
                time, shown = None, []
        elif _ASIDE.match(line):
            aside = True
        elif time and not aside:
            shown.append(line)
    if time:
        yield _Cue(*time, tuple(shown))


def _dialogues(lines: Iterable[str]) -> Iterator[_Cue]:
    """The cues of ASS."""
    for line in lines:
        if found := _DIALOGUE.match(line):
            yield _Cue(_seconds(found[1]), _seconds(found[2]), tuple(_ASS_BREAK.split(found[3])))


def _seconds(time: str) -> float:
    """The seconds of «00:01:02,500», «01:02.500» or «1:02»; 0 for ""."""
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part or 0)
    return total


def _paragraphs(cues: Iterable[_Cue]) -> list[str]:
    """The text of some cues."""
    paragraphs: list[str] = []
    last_line, end, ended = "", 0.0, True
    for cue in cues:
        if cue.first - end > _PAUSE:
            ended = True
        for line in cue.lines:
            shown = " ".join(unescaped(_TAG.sub("", line)).split())
            if not has_words(shown) or shown == last_line:
                continue
            last_line = shown
            if ended or shown.startswith(("-", "–", "—", ">>")):
                paragraphs.append(shown.lstrip("-–—> "))
            else:
                paragraphs[-1] += f" {shown}"
            ended = shown.endswith(_STOPS) or len(paragraphs[-1]) > _LONGEST_PARAGRAPH
        # A cue of a transcript has no end.
        end = max(cue.last, end) if cue.last > cue.first else cue.first + _PAUSE
    return paragraphs
