"""Themes: what each part of a result looks like on a terminal, as rich writes styles.

A depth is told by colour, so every theme but ``mono`` gives the four depths four colours; all are bold or
underlined too, so that a match stands out where there are no colours (``NO_COLOR``). ``safe`` keeps to colours
that stay apart for people who do not see red and green as two, after Okabe and Ito, *Color Universal Design*
(2008).
"""

from __future__ import annotations

import msgspec

__all__ = ["THEMES", "Theme"]


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
        return styles.get(name, "bold")

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
