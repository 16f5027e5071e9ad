"""Detects keys typed at a terminal before khabar reads them."""

from __future__ import annotations

from typing import TextIO

__all__ = ["is_typed_ahead"]


def is_typed_ahead(stream: TextIO) -> bool:
    """Whether something typed, even less than a line, is waiting to be read. It is not consumed. False for a
    file or pipe, and on Windows.

    A pager, which reads the same terminal, would take text meant for the next prompt for its own commands.
    """
    try:
        import select
        import termios

        if not stream.isatty():
            return False
        number = stream.fileno()
        before = termios.tcgetattr(number)
    except (ImportError, OSError, ValueError):
        return False
    # By default, a terminal reports only whole lines; without ICANON, it also reports single letters.
    by_letter = [*before[:3], before[3] & ~termios.ICANON, *before[4:]]
    try:
        termios.tcsetattr(number, termios.TCSANOW, by_letter)
        return bool(select.select([number], [], [], 0)[0])
    except (OSError, ValueError):
        return False
    finally:
        termios.tcsetattr(number, termios.TCSANOW, before)
