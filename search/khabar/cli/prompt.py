"""The lines of a session: typed at a prompt, with history and completion; or from a file or pipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from khabar import stopping
from khabar.errors import KhabarError
from khabar.render.output import write
from khabar.user_folders import user_folder

__all__ = ["history_path", "lines_of", "typed_lines"]

PROMPT = "khabar> "


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a file or pipe."""
    yield from stream


def history_path() -> Path:
    """The path of the history: $KHABAR_HISTORY, else a file in the user's state folder."""
    named = os.environ.get("KHABAR_HISTORY")
    return Path(named) if named else user_folder("state") / "history"


def typed_lines(completions: Callable[[str], list[str]]) -> Iterator[str]:
    """The lines typed at a prompt, with history and completion if Python has readline.

    Args:
        completions: returns the completions of the beginning of a word.
    """
    try:
        import readline
    except ImportError:
        readline = None  # type: ignore[assignment]
    path = history_path()
    if readline is not None:
        _prepare(readline, completions, path)
    try:
        while True:
            try:
                yield input(PROMPT)
            except KeyboardInterrupt:
                if not stopping.carry_on():
                    raise
                # As in a shell, this discards the line but does not end the session.
                write([""])
            except EOFError:
                write([""])
                return
    finally:
        if readline is not None:
            # The session works without a history that can be saved.
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                readline.write_history_file(path)


def _prepare(readline: Any, completions: Callable[[str], list[str]], path: Path) -> None:
    """Load the history, and set up completion."""
    with suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(1000)
    offered: list[str] = []

    def complete(text: str, state: int) -> str | None:
        nonlocal offered
        if state == 0:
            with suppress(KhabarError):
                offered = completions(text)
        return offered[state] if state < len(offered) else None

    readline.set_completer(complete)
    readline.set_completer_delims(' \t\n"()+')
    # The readline of macOS is another program with its own syntax.
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
