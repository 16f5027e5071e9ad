"""The cli room: thin commands. Each reads its arguments, calls the library, and hands the result to the
render room.

Exit statuses: 0 all well; 1 some input was skipped, a search found nothing, there is no such article or
form, or no news where that was asked for; 2 wrong usage; 3 nothing could be done, such as with an index
without an article; 70 a fault of khabar's own; 130 stopped with Ctrl-C; 141 the reader of a pipe went away;
143 stopped with SIGTERM.
"""

import os

# Whatever else is imported: Ctrl-C ends it in one line.
try:
    import gc
    import sys

    from khabar import stopping
except KeyboardInterrupt:
    os.write(2, b"khabar: interrupted\n")
    os._exit(130)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its status."""
    stopping.install()
    # What a short command makes it needs until its end, and a long one is seldom slowed by looking for
    # garbage less often.
    gc.set_threshold(100_000, 20, 20)
    _open_streams()
    from khabar.cli.group import khabar

    try:
        khabar()
    except SystemExit as done:
        stopping.at_once()
        _leave(int(done.code or 0))


def _open_streams() -> None:
    """Open what was closed of stdin, stdout and stderr, so that no file of an index gets one of their
    numbers.

    What would be lost is an error: stdout cannot be written to, and stdin not be read. Messages go nowhere.
    """
    for number, flags in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8")  # noqa: SIM115


def _leave(status: int) -> "NoReturn":
    """End the process.

    Python would first take apart all modules that were imported, object by object, which is a tenth of the
    time of a search. Every command has closed what it opened; other threads and processes end in Python's own
    way.
    """
    import threading

    if threading.active_count() > 1 or "multiprocessing" in sys.modules:
        sys.exit(status)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(status)
    os._exit(status)
