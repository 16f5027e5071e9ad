"""Ends a process on Ctrl-C or SIGTERM with one line, and with 128 plus the signal's number as its status.

While a command runs, a signal raises :exc:`KeyboardInterrupt` in it, so that everything is closed. Before and
after that there is nothing to close, and the process ends at once, as an exception during the first imports
or during Python's shutdown would show a traceback.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

__all__ = ["at_once", "carry_on", "install", "raising", "status"]

#: The third signal ends the process at once.
_PATIENCE = 3

_raises = False
_asked = 0
_number = 0


def install() -> None:
    """Handle Ctrl-C and SIGTERM for the rest of the process. A signal that the parent process made this one
    ignore, as ``nohup`` does, or a shell for background jobs, stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _ask)
    sys.unraisablehook = _not_lost


def raising() -> None:
    """From now on, raise an exception on a signal."""
    global _raises
    _raises = True


def at_once() -> None:
    """From now on, end the process at once on a signal."""
    global _raises
    _raises = False


def carry_on() -> bool:
    """Whether to continue after an interruption, as a prompt does after Ctrl-C; False after SIGTERM."""
    global _asked
    if _number not in (0, signal.SIGINT):
        return False
    _asked = 0
    return True


def status() -> int:
    """The exit status of a process that was asked to end."""
    return 128 + (_number or signal.SIGINT)


def _ask(number: int, frame: FrameType | None) -> None:
    global _asked, _number
    _asked += 1
    _number = number
    if not _raises or _asked >= _PATIENCE:
        said = sys.modules.get("khabar.speaking")
        line = "khabar: توقف\n" if said is not None and said.spoken() == "ar" else "khabar: interrupted\n"
        try:
            os.write(2, line.encode())
        finally:
            os._exit(status())
    # A second signal does not interrupt the closing.
    if _asked == 1:
        raise KeyboardInterrupt


def _not_lost(lost: sys.UnraisableHookArgs) -> None:
    """Raise an interrupt again that was raised where Python can only drop it, such as in a finalizer."""
    if not issubclass(lost.exc_type, KeyboardInterrupt) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(lost)
        return

    def again(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, again)
    signal.setitimer(signal.ITIMER_REAL, 0.001)
