"""How a result is shown, apart from what it says: theme, language of the interface, and order of the letters."""

from __future__ import annotations

import unicodedata

import msgspec

from khabar.render.themes import THEMES, Theme

__all__ = ["Look", "right_to_left"]


class Look(msgspec.Struct, frozen=True):
    """How a result is shown.

    Attributes:
        theme: the name of one of :data:`~khabar.render.themes.THEMES`.
        language: of what khabar itself says: ``en`` or ``ar``.
        visual: whether lines are put into visual order here, for a terminal that does not do it.
        legend: whether to say what the colours mean.
    """

    theme: str = "terminal"
    language: str = "en"
    visual: bool = False
    legend: bool = False

    @property
    def style(self) -> Theme:
        """The theme itself."""
        return THEMES[self.theme]


def right_to_left(text: str, default: bool = False) -> bool:
    """Whether the first letter that has a direction, outside isolates, runs from right to left (UAX #9, P2 and P3).

    >>> right_to_left("«غزة» and Brent"), right_to_left("Brent في لندن"), right_to_left("2024")
    (True, False, False)
    """
    inside = 0
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("LRI", "RLI", "FSI"):
            inside += 1
        elif direction == "PDI":
            inside = max(0, inside - 1)
        elif inside:
            continue
        elif direction in ("R", "AL"):
            return True
        elif direction == "L":
            return False
    return default
