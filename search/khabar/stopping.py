"""How a process ends on Ctrl-C or SIGTERM: with one line, and 128 plus the signal's number as its status.

While a command works, a signal raises :exc:`KeyboardInterrupt` in it, so that all that it opened is closed.
Before and after there is nothing to close, and the process ends at once: an exception amid the imports of the
start, or while Python takes itself apart, would show a traceback.
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

#: With a third signal somebody insists.
_PATIENCE = 3

_raises = False
_asked = 0
_number = 0


def install() -> None:
    """Answer Ctrl-C and SIGTERM, for the rest of the process. A signal that its parent had it ignore, as
    ``nohup`` does and a shell for what runs in the background, stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _ask)
    sys.unraisablehook = _not_lost


def raising() -> None:
    """From here on a signal raises an exception."""
    global _raises
    _raises = True


def at_once() -> None:
    """From here on a signal ends the process at once."""
    global _raises
    _raises = False


def carry_on() -> bool:
    """Whether what was interrupted goes on, as a prompt does after Ctrl-C; False after SIGTERM."""
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
    # While it is closing what it opened, it is not interrupted again.
    if _asked == 1:
        raise KeyboardInterrupt


def _not_lost(lost: sys.UnraisableHookArgs) -> None:
    """Raise again what was raised where Python can only drop it, as amid the end of an object."""
    if not issubclass(lost.exc_type, KeyboardInterrupt) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(lost)
        return

    def again(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, again)
    signal.setitimer(signal.ITIMER_REAL, 0.001)
