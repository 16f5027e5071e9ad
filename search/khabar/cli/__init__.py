"""The cli room: thin commands. Each reads its arguments, calls the library, and hands the result to the
render room.

Exit statuses: 0 success; 1 some input was skipped, a search found nothing, there is no such article or form,
or (with ``--status``) there is no news; 2 wrong usage, also a name that is not there or that is taken; 3
nothing could be done, for example because the index is empty; 70 an internal error; 130 stopped with Ctrl-C;
141 the reader of a pipe went away; 143 stopped with SIGTERM.
"""

import os

# Ctrl-C during the imports ends the program with one line, without a traceback.
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
    # A short command needs its objects until it ends, and a long one hardly suffers from rarer collections.
    gc.set_threshold(100_000, 20, 20)
    _open_streams()
    from khabar.cli.group import khabar

    try:
        khabar()
    except SystemExit as done:
        stopping.at_once()
        _leave(int(done.code or 0))


def _open_streams() -> None:
    """Open those of stdin, stdout and stderr that are closed, so that no file of an index gets one of their
    descriptors.

    Reading stdin and writing to stdout then fail, since data would be lost; messages to stderr are discarded.
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
    """End the process without tearing down the imported modules, which takes a tenth of the time of a search.

    Every command has closed what it opened. With other threads or processes, Python exits in its usual way.
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
