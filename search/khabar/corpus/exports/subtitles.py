"""Read subtitles and transcripts: SubRip (SRT), WebVTT, SubViewer (SBV), Advanced SubStation Alpha (ASS), and
texts with a line of time before each line, as YouTube shows them.

A file is one article. Times, numbers, positions and styles are left out, and so is a line that the next cue
repeats, as automatic captions do. The lines of a sentence become one paragraph; so do those without a full
stop, up to a pause of some seconds or a maximum length. Lines before the first cue are a headline or
paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from khabar.corpus.formats.export_kinds import CUE_TIME, TIME_LINE, is_transcript
from khabar.corpus.pieces.content import Draft
from khabar.corpus.report import Unreadable
from khabar.corpus.text.markup import unescaped
from khabar.corpus.text.paragraphs import draft_of_text, headline_place, is_headline, title_from
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_subtitles"]

_PAUSE = 4.0
"""Seconds without a cue after which a paragraph ends."""
_LONGEST_PARAGRAPH = 500
"""Number of characters after which a paragraph ends with a cue."""
_STOPS = (".", "!", "؟", "?", "…", ".»", '."', "؟»", '؟"')
# Only the tags of subtitles: other words in brackets are text.
_TAG = re.compile(
    r"</?(?:[bius]|em|strong|font|span|c|v|lang|ruby|rt)(?:[\s.][^<>\n]{0,200})?>"
    r"|<(?:\d{1,3}:)?\d\d:\d\d\.\d{3}>|\{\\[^{}\n]{1,200}\}|\{/?[bius]\}",
    re.I | re.A,
)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.I)
_NUMBER = re.compile(r"\d{1,6}", re.A)
_VTT_ASIDE = re.compile(r"NOTE(?:\s.*)?|STYLE|REGION")
"""The first line of a block of WebVTT that is not shown."""
_VTT_HEAD = re.compile(r"WEBVTT(?:\s.*)?|[A-Za-z-]{1,40}\s?[:=].*")
"""A line in the first block of WebVTT, such as «Kind: captions»."""
_SETTING = re.compile(r"(?:vertical|line|position|size|align|region|[XY][12]):\S+")
"""The place of a cue, behind its time."""
_ASS_SECTION = re.compile(r"\[(?:Script Info|V4\+? Styles|Events)\]", re.I)
_ASS_TIME = re.compile(r"\d{1,3}:\d\d:\d\d(?:\.\d{1,3})?", re.A)
_ASS_FIELDS = 10
"""Number of fields of a dialogue of ASS. The second and third are its times; the last is its text, which may
contain commas."""
_ASS_BREAK = re.compile(r"\\[Nnh]")


class _Cue(NamedTuple):
    """The lines shown from one second to another."""

    first: float
    last: float
    lines: Sequence[str]


def read_subtitles(content: Content) -> Iterator[Found]:
    """Read the text of a file of subtitles."""
    text = storable(content.one_article())
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    before, cues = _dialogues(lines) if _is_ass(lines) else _cues(lines)
    first = [shown for line in before if has_words(shown := _shown(line))]
    paragraphs = [*first, *_paragraphs(cues)]
    if not cues:
        # It is only called so.
        yield None, draft_of_text(text)
    elif not paragraphs:
        raise Unreadable("no-word")
    elif (place := headline_place(paragraphs)) < len(first) and is_headline(paragraphs[place]):
        headline = paragraphs[place]
        rest = (*paragraphs[:place], *paragraphs[place + 1 :])
        yield None, Draft(headline, rest or (headline,))
    else:
        yield None, Draft(title_from(paragraphs[place if first else 0]), tuple(paragraphs))


def _cues(lines: Sequence[str]) -> tuple[list[str], list[_Cue]]:
    """The lines before the first cue, and the cues, of SRT, WebVTT, SBV and transcripts."""
    if any(map(CUE_TIME.match, lines)):
        time_of = CUE_TIME.match
        if next(filter(None, lines)).startswith("WEBVTT"):
            lines = list(_without_asides(lines))
    elif is_transcript(lines):
        time_of = TIME_LINE.fullmatch
    else:
        return [], []
    lines = list(filter(None, lines))
    above = [previous for previous, line in pairwise(["", *lines]) if time_of(line)]
    numbers = sum(_NUMBER.fullmatch(line) is not None for line in above)
    # In a file whose cues have no numbers, a number is text.
    numbered = time_of == CUE_TIME.match and numbers * 2 > len(above)
    before: list[str] = []
    cues: list[_Cue] = []
    shown = before
    for line in lines:
        found = time_of(line)
        if not found:
            shown.append(line)
            continue
        if numbered and shown and _NUMBER.fullmatch(shown[-1]):
            shown.pop()
        times = [_seconds(value) for value in found.groups() if value]
        behind = line[found.end() :].strip()
        shown = [] if all(map(_SETTING.fullmatch, behind.split())) else [behind]
        cues.append(_Cue(times[0], times[-1], shown))
    return before, cues


def _without_asides(lines: Iterable[str]) -> Iterator[str]:
    """The lines of WebVTT without its head, comments, styles and names of cues.

    An empty line ends a block: a comment, or a cue with its name above its time.
    """
    blocks = [list(block) for filled, block in groupby(lines, bool) if filled]
    for number, block in enumerate(blocks):
        above = next((place for place, line in enumerate(block) if CUE_TIME.match(line)), len(block))
        if not number:
            yield from (line for line in block[:above] if not _VTT_HEAD.fullmatch(line))
        elif above < len(block):
            # The last line above the time is the name.
            yield from block[: max(above - 1, 0)]
        elif not _VTT_ASIDE.fullmatch(block[0]):
            yield from block
        yield from block[above:]


def _is_ass(lines: Iterable[str]) -> bool:
    """Whether some lines are those of ASS."""
    return any(
        _ASS_SECTION.fullmatch(line) or any(map(_ASS_TIME.fullmatch, _fields(line)[1:3])) for line in lines
    )


def _fields(line: str) -> list[str]:
    """The fields of a dialogue of ASS; an empty list for other lines."""
    if not line.startswith("Dialogue:"):
        return []
    fields = line.removeprefix("Dialogue:").split(",", _ASS_FIELDS - 1)
    return [field.strip() for field in fields]


def _dialogues(lines: Iterable[str]) -> tuple[list[str], list[_Cue]]:
    """The cues of ASS. One without a time that is understood is shown after the one before it; one without
    all fields is text as a whole."""
    cues: list[_Cue] = []
    end = 0.0
    for fields in filter(None, map(_fields, lines)):
        whole = len(fields) == _ASS_FIELDS
        times = [_seconds(field) for field in fields[1:3] if whole and _ASS_TIME.fullmatch(field)]
        first, end = (times[0], times[-1]) if times else (end, end)
        cues.append(_Cue(first, end, _ASS_BREAK.split(fields[-1] if whole else ", ".join(fields))))
    return [], cues


def _seconds(time: str) -> float:
    """The seconds of «00:01:02,500», «01:02.500» or «1:02»."""
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _shown(line: str) -> str:
    """A line without tags."""
    return " ".join(unescaped(_TAG.sub("", _BREAK.sub(" ", line))).split())


def _paragraphs(cues: Iterable[_Cue]) -> list[str]:
    """The text of some cues."""
    paragraphs: list[str] = []
    last_line, end, ended = "", 0.0, True
    for cue in cues:
        if cue.first - end > _PAUSE:
            ended = True
        for line in cue.lines:
            shown = _shown(line)
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
