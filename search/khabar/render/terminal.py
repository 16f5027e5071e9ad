"""The parts of views for terminals: paragraphs with a hanging indent, marked texts, cells and bars.

Views import this module only when they are shown on a terminal, because importing rich takes a tenth of a
second.

Texts from outside become :class:`rich.text.Text`, cleaned and never parsed as markup. Arabic has no boxes
around it: on a terminal that reorders right-to-left text, a border would be reordered with the line. For the
same reason, a line that mixes directions begins with its Latin part, and Arabic table cells are fenced.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.style import Style
from rich.text import Text

from khabar.render.look import Look, right_to_left
from khabar.render.messages import say
from khabar.render.text import fenced, isolated
from khabar.spelling import printable

if TYPE_CHECKING:
    from khabar.highlight.matcher import Highlight

__all__ = ["Group", "Hanging", "Text", "apart", "bar", "both_languages", "cell", "footer", "marked", "page"]

_EIGHTHS = " ▏▎▍▌▋▊▉"


class Hanging:
    """A text with a hanging indent: the first line begins with a lead, and the others are indented.

    Unlike rich's padding, it leaves no spaces at the ends of lines, which would be copied with the text.

    Args:
        body: the text.
        indent: the number of columns before the text.
        first: the lead of the first line.
        page: "" for lines in logical order; ``ltr`` or ``rtl`` for lines in visual order, aligned with the
            left or right edge, with the indent on that side.
    """

    def __init__(self, body: Text, indent: int = 0, first: Text | None = None, page: str = "") -> None:
        self.body = body
        self.indent = indent
        self.first = first or Text()
        self.page = page

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(10, options.max_width - self.indent)
        base = right_to_left(self.body.plain, default=self.page == "rtl")
        for number, line in enumerate(self.body.wrap(console, width, overflow="fold")):
            line.rstrip()
            lead = self.first.copy() if number == 0 else Text()
            if self.page:
                line = _in_visual_order(line, base, console)
            if self.page == "rtl":
                gap = Text(" " * max(0, width - line.cell_len))
                lead = _in_visual_order(lead, True, console) if lead else lead
                lead = Text.assemble(" " * max(0, self.indent - lead.cell_len), lead)
                lead.rstrip()
                parts = [gap, line, lead]
            else:
                lead.pad_right(max(0, self.indent - lead.cell_len))
                parts = [lead, line]
            yield Text.assemble(*parts, no_wrap=True, overflow="ignore")


def _in_visual_order(line: Text, base: bool, console: Console) -> Text:
    """A wrapped line in visual order; each letter keeps its style."""
    from khabar.render.bidi import visual

    letters: list[tuple[str, Style | None]] = [
        (char, segment.style) for segment in line.render(console) for char in segment.text
    ]
    shown = Text(style=line.style)
    for style, run in groupby(visual(letters, base=base), key=lambda letter: letter[1]):
        shown.append("".join(char for char, _ in run), style=style)
    return shown


def page(text: str, look: Look) -> str:
    """The direction that sets the alignment of a text, ``ltr`` or ``rtl``; "" if the terminal aligns it."""
    if not look.visual:
        return ""
    return "rtl" if right_to_left(text, default=look.language == "ar") else "ltr"


def cell(text: str, look: Look) -> str:
    """A text from outside, for a column of a table."""
    if look.visual:
        from khabar.render.bidi import visual_text

        return visual_text(printable(text))
    return fenced(printable(text))


def apart(text: str, look: Look) -> str:
    """A text from outside, for a line that may have another direction."""
    if look.visual:
        return isolated(printable(text))
    return fenced(printable(text)) if look.language == "en" else printable(text)


def marked(text: str, highlights: Iterable[Highlight], look: Look, style: str = "") -> Text:
    """A text from outside, cleaned, with its matched words coloured by depth."""
    result = Text(style=style)
    position = 0
    for mark in highlights:
        result.append(printable(text[position : mark.start]))
        result.append(printable(text[mark.start : mark.end]), style=look.style.depth(mark.depth))
        position = mark.end
    result.append(printable(text[position:]))
    return result


def bar(value: float, most: float, width: int) -> str:
    """A bar for a value, in eighths of a column. Only 0 has no bar.

    Args:
        value: the value.
        most: the value of a full bar.
        width: the columns of a full bar.

    >>> bar(10, 10, 4), bar(5, 10, 4), bar(0.01, 10, 4), bar(0, 10, 4)
    ('████', '██', '▏', '')
    """
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(min(1.0, value / most) * width * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def both_languages(english: str, arabic: str, style: str, look: Look) -> Text:
    """A text in English and in Arabic; only in Arabic if that is the language of the look."""
    if look.language == "ar":
        return Text(arabic, style=style)
    return Text.assemble((english, style), " · ", apart(arabic, look))


def footer(text: str, took: float, look: Look) -> RenderableType:
    """The last line: a text, and the time that the search took, in milliseconds."""
    line = Text(text, style="bold")
    line.append(say("took", look.language, ms=took), style=f"not bold {look.style.faint}")
    return Hanging(line, page=page("", look))
