"""The cli room: thin commands. Each reads its arguments, calls the library, and hands the result to the
render room.

Exit statuses: 0 all well; 1 some input was skipped, a search found nothing, there is no such article or form,
or no news where that was asked for; 2 wrong usage; 3 nothing could be done; 70 a fault of khabar's own; 130
stopped with Ctrl-C; 141 the reader of a pipe went away.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its status."""
    from khabar.cli.group import khabar

    khabar()
