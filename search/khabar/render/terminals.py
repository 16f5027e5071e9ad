"""The terminals that are known to put right-to-left text into visual order, or known not to.

Text is written in logical order, the order in which it is read. A terminal of the first kind (``ITSELF``)
shows this correctly, and would reverse reordered text. One of the second kind (``NEVER``) shows the letters
from left to right and unjoined: for it, ``--bidi auto`` reorders. For all other terminals, nothing is
reordered, because reversing correct text is worse than leaving it unordered.

Sources, read in 2026:

- [wg] terminal-wg.pages.freedesktop.org/bidi/prior-work/terminals.html (Konsole, mlterm, PuTTY, Terminal.app
  tested)
- [vte] GNOME announcement of VTE 0.57.3 (2019-07); VTE's ``enable-bidi`` is on by default since 0.58
- [mintty] github.com/mintty/mintty/wiki/CtrlSeqs, "Bidirectional rendering"
- [wt] github.com/microsoft/terminal issues 538, 17904 (logical order, deliberately, since the Atlas engine)
- [xtermjs] github.com/xtermjs/xterm.js issue 701 (VS Code and others embed it)
- [alacritty] github.com/alacritty/alacritty issues 663, 8828
- [ghostty] github.com/ghostty-org/ghostty issue 1442
- [st] github.com/LukeSmithxyz/st issue 237 (screenshots of st and of gnome-terminal)
- [kitty] github.com/kovidgoyal/kitty issue 2109: orders the letters inside a word, but not the words
- [wezterm] ``bidi_enabled``, off by default, github.com/sxyazi/yazi issue 2852
- [iterm] github.com/fujiapple852/trippy pull request 1344 (not in 2024; newer versions have a setting)
- [here] tested for this project: xterm 379, mlterm 3.9.0, sakura 3.8.6 (VTE 0.70), tmux 3.3a
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["ITSELF", "NEVER", "TERMINALS", "UNKNOWN", "Terminal", "reorders"]

ITSELF, NEVER, UNKNOWN = "itself", "never", "unknown"

#: The first version of VTE that reorders, 0.58.0, as in VTE_VERSION.
_VTE = 5800


class Terminal(msgspec.Struct, frozen=True):
    """How a terminal is recognised by its environment, and whether it reorders text.

    Attributes:
        name: the name for people.
        variable: an environment variable that it sets.
        value: the beginning of the variable's value; "" for any value.
        order: ``itself``, ``never`` or ``unknown``.
        source: a source in the list of the module.
    """

    name: str
    variable: str
    value: str
    order: str
    source: str


#: In the order of checking: a terminal's own variables come before TERM, which many terminals copy.
TERMINALS = (
    # A multiplexer hides the real terminal, which can change during a session.
    Terminal("tmux", "TMUX", "", UNKNOWN, "here"),
    Terminal("GNU screen", "STY", "", UNKNOWN, "wg"),
    Terminal("VS Code", "TERM_PROGRAM", "vscode", NEVER, "xtermjs"),
    Terminal("Apple Terminal", "TERM_PROGRAM", "Apple_Terminal", ITSELF, "wg"),
    Terminal("iTerm2", "TERM_PROGRAM", "iTerm.app", UNKNOWN, "iterm"),
    Terminal("WezTerm", "TERM_PROGRAM", "WezTerm", UNKNOWN, "wezterm"),
    Terminal("Ghostty", "TERM_PROGRAM", "ghostty", NEVER, "ghostty"),
    Terminal("mintty", "TERM_PROGRAM", "mintty", ITSELF, "mintty"),
    Terminal("mlterm", "MLTERM", "", ITSELF, "here"),
    Terminal("Konsole", "KONSOLE_VERSION", "", ITSELF, "wg"),
    Terminal("Windows Terminal", "WT_SESSION", "", NEVER, "wt"),
    Terminal("kitty", "KITTY_WINDOW_ID", "", UNKNOWN, "kitty"),
    Terminal("kitty", "TERM", "xterm-kitty", UNKNOWN, "kitty"),
    Terminal("Alacritty", "ALACRITTY_WINDOW_ID", "", NEVER, "alacritty"),
    Terminal("Alacritty", "TERM", "alacritty", NEVER, "alacritty"),
    Terminal("xterm", "XTERM_VERSION", "", NEVER, "here"),
    Terminal("mlterm", "TERM", "mlterm", ITSELF, "here"),
    Terminal("Konsole", "TERM", "konsole", ITSELF, "wg"),
    Terminal("PuTTY", "TERM", "putty", ITSELF, "wg"),
    Terminal("st", "TERM", "st-", NEVER, "st"),
    Terminal("the Linux console", "TERM", "linux", NEVER, "wg"),
)


def reorders(environment: Mapping[str, str]) -> tuple[str, str]:
    """The terminal of an environment, and whether it reorders text: ``itself``, ``never`` or ``unknown``.

    >>> reorders({"TERM": "xterm-256color", "VTE_VERSION": "7600"})
    ('VTE', 'itself')
    >>> reorders({"TERM": "xterm-256color"})
    ('', 'unknown')
    """
    for terminal in TERMINALS:
        value = environment.get(terminal.variable, "")
        if value and value.startswith(terminal.value):
            return terminal.name, terminal.order
    version = environment.get("VTE_VERSION", "")
    if version.isascii() and version.isdigit():
        return "VTE", ITSELF if int(version) >= _VTE else NEVER
    return "", UNKNOWN
