"""The appearance of a result: theme, language of the interface, and order of the letters.

A theme gives the style of each part of a result on a terminal, in the notation of rich. Colours show depths:
every theme except ``mono`` has four of them (another spelling has the colour of the word itself). Matches are
also bold or underlined, so that they stand out without colours (``NO_COLOR``). ``safe`` uses colours that
people with red-green colour blindness can tell apart, after Okabe and Ito, *Color Universal Design* (2008).
"""

from __future__ import annotations

import unicodedata

import msgspec

__all__ = ["THEMES", "Look", "Theme", "right_to_left"]


class Theme(msgspec.Struct, frozen=True):
    """The look of a result.

    Attributes:
        exact, light, lemma, similar: a matched word, by its depth.
        title, outlet: the title of a hit; its date and source.
        faint: secondary details: ranks, addresses, counts.
    """

    exact: str
    light: str
    lemma: str
    similar: str
    title: str = "bold"
    outlet: str = ""
    faint: str = "dim"

    def depth(self, name: str) -> str:
        """The style of a matched word."""
        styles = {"exact": self.exact, "light": self.light, "lemma": self.lemma, "similar": self.similar}
        # Another spelling counts as the word itself, and a word of the user's dictionary as the same lemma.
        return styles.get({"spelling": "exact", "words": "lemma"}.get(name, name), "bold")

    def calm(self, name: str) -> str:
        """The colour of a depth, without bold."""
        return self.depth(name).removeprefix("bold ")


THEMES = {
    # The palette of the terminal, which fits the colours that the user has chosen.
    "terminal": Theme("bold green", "bold cyan", "bold magenta", "bold yellow"),
    "dark": Theme("bold #87ff87", "bold #5fd7ff", "bold #ff87d7", "bold #ffd75f", faint="#8a8a8a"),
    "light": Theme("bold #006b2d", "bold #005f87", "bold #8b1a6b", "bold #8a5a00", faint="#626262"),
    "safe": Theme("bold #009e73", "bold #56b4e9", "bold #cc79a7", "bold #e69f00"),
    "mono": Theme("bold underline", "bold", "underline", "italic underline", faint=""),
}


class Look(msgspec.Struct, frozen=True):
    """How a result is shown.

    Attributes:
        theme: the name of one of :data:`THEMES`.
        language: the language of khabar's own texts: ``en`` or ``ar``.
        visual: whether khabar puts lines into visual order, for a terminal that does not.
        legend: whether to explain the colours.
        links: whether articles are links, on a terminal that shows them (:mod:`khabar.render.links`).
        colours: whether colours show the depths. Without them, the depths are named.
    """

    theme: str = "terminal"
    language: str = "en"
    visual: bool = False
    legend: bool = False
    links: bool = False
    colours: bool = True

    @property
    def style(self) -> Theme:
        """The theme itself."""
        return THEMES[self.theme]


def right_to_left(text: str, default: bool = False) -> bool:
    """Whether a text runs from right to left: the direction of its first strong character outside isolates
    (UAX #9, P2 and P3).

    Args:
        text: the text.
        default: the result for a text without such a character.

    >>> right_to_left("«غزة» and Brent"), right_to_left("Brent في لندن"), right_to_left("2024")
    (True, False, False)
    """
    isolates = 0
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("LRI", "RLI", "FSI"):
            isolates += 1
        elif direction == "PDI":
            isolates = max(0, isolates - 1)
        elif isolates:
            continue
        elif direction in ("R", "AL"):
            return True
        elif direction == "L":
            return False
    return default
