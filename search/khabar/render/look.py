"""The appearance of a result: theme, language of the interface, and order of the letters.

A theme says what each part of a result looks like on a terminal, as rich writes styles. A depth is told by
colour, so every theme but ``mono`` gives the depths four colours (another spelling has that of the word
itself); all are bold or underlined too, so
that a match stands out where there are no colours (``NO_COLOR``). ``safe`` keeps to colours that stay apart
for people who do not see red and green as two, after Okabe and Ito, *Color Universal Design* (2008).
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
        faint: what is there to be found, not to be read: ranks, addresses, counts.
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
        # In another spelling it is the word itself; what the reader joins is one entry of a dictionary.
        return styles.get({"spelling": "exact", "words": "lemma"}.get(name, name), "bold")

    def calm(self, name: str) -> str:
        """The colour of a depth alone."""
        return self.depth(name).removeprefix("bold ")


THEMES = {
    # The terminal's own palette: fits whatever colours somebody has chosen for it.
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
        language: of what khabar itself says: ``en`` or ``ar``.
        visual: whether lines are put into visual order here, for a terminal that does not do it.
        legend: whether to say what the colours mean.
        links: whether articles are links, on a terminal that shows them (:mod:`khabar.render.links`).
        colours: whether there are colours, to tell the depths by. Without them the words are named.
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
    """Whether the first letter that has a direction, outside isolates, runs from right to left (UAX #9, P2
    and P3).

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
