"""Follows files: repeats a step whenever something may have changed, until it is stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from khabar.errors import MissingDependency

__all__ = ["EVERY", "Stop", "follow", "stopping"]

#: The polling interval in seconds, if the system sends no notifications.
EVERY = 5.0
#: The polling interval if it does: not every file system reports every change.
_AT_LEAST_EVERY = 60.0


def follow(
    step: Callable[[], object],
    sources: Sequence[Path],
    stop: threading.Event,
    *,
    every: float | None = None,
    passed: Path | None = None,
) -> None:
    """Call ``step`` whenever something below the sources changed, until ``stop`` is set.

    Args:
        step: the step, which finds out by itself whether there is something to do.
        sources: files and folders.
        stop: checked between the steps.
        every: the polling interval in seconds. By default the system's notifications are used, if all sources
            are folders and the package watchfiles is installed (``pip install "khabar[watch]"``); otherwise
            the interval is :data:`EVERY`.
        passed: a folder whose changes are ignored: that of the index.
    """
    if every is None and all(source.is_dir() for source in sources):
        try:
            changes = _changes(sources, stop, passed)
        except MissingDependency:
            changes = None
        if changes is not None:
            for _ in changes:
                if stop.is_set():
                    return
                step()
            return
    while not stop.wait(EVERY if every is None else every):
        step()


def _changes(sources: Sequence[Path], stop: threading.Event, passed: Path | None) -> Iterator[Any]:
    """Yield whenever the system reports a change."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise MissingDependency(
            'watching folders without polling needs a package: pip install "khabar[watch]"'
        ) from error
    inside = "" if passed is None else str(passed.resolve()) + os.sep
    return watch(
        *sources,
        watch_filter=lambda _, path: not inside or not path.startswith(inside),
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=int(_AT_LEAST_EVERY * 1000),
        raise_interrupt=False,
    )


class Stop(threading.Event):
    """An event that is set when the process is asked to end.

    Attributes:
        number: the number of the signal; 0 before there was one.
    """

    number = 0


@contextmanager
def stopping() -> Iterator[Stop]:
    """An event that is set by the first Ctrl-C or SIGTERM, so that running work can end properly; the second
    one interrupts."""
    stop = Stop()

    def asked(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, before[number])
            signal.raise_signal(number)
        stop.number = number
        stop.set()

    # A signal that the parent process made this one ignore stays ignored.
    both = (signal.SIGINT, signal.SIGTERM)
    handled: list[int] = [number for number in both if signal.getsignal(number) is not signal.SIG_IGN]
    before: dict[int, Any] = {number: signal.signal(number, asked) for number in handled}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
