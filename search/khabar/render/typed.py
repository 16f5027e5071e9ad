"""Keys typed at a terminal before khabar reads them."""

from __future__ import annotations

from typing import TextIO

__all__ = ["is_typed_ahead"]


def is_typed_ahead(stream: TextIO) -> bool:
    """Whether something was typed that nobody has read yet, a whole line or its beginning. It stays there to
    be read. False where that cannot be known: for a file or pipe, and on Windows.

    A pager reads the same terminal: it would take for its own commands what was meant for the next prompt.
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
    # The terminal hands over whole lines. Asked to hand over single letters, it tells of the others too.
    by_letter = [*before[:3], before[3] & ~termios.ICANON, *before[4:]]
    try:
        termios.tcsetattr(number, termios.TCSANOW, by_letter)
        return bool(select.select([number], [], [], 0)[0])
    except (OSError, ValueError):
        return False
    finally:
        termios.tcsetattr(number, termios.TCSANOW, before)
