"""Shows the progress of a long job on stderr: on a terminal a bar with rate and remaining time, else a line
every few seconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from khabar.render.arabic import translated
from khabar.render.output import complain, is_terminal
from khabar.speaking import spoken

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

__all__ = ["Progress", "busy", "progress"]

#: Seconds between two lines if no bar can be shown, and between two updates of a bar.
LINE_EVERY = 5.0
BAR_EVERY = 0.1


class Progress(Protocol):
    """A display of the progress of a job."""

    def update(self, items: int, share: float | None) -> None:
        """Show how far the stage is.

        Args:
            items: the number of items that are done.
            share: the approximate share that is done, from 0 to 1; None if unknown.
        """
        ...

    def stage(self, name: str, noun: str | None = None) -> None:
        """Begin a stage.

        Args:
            name: the name of the stage.
            noun: what its items are, in the plural; None if they are those of the stage before.
        """
        ...


@contextmanager
def progress(name: str, noun: str, *, terminal: bool | None = None) -> Iterator[Progress]:
    """Show the progress of a job while the context lasts. On a terminal, it is erased afterwards.

    Args:
        name: the name of the first stage.
        noun: what its items are, in the plural.
        terminal: whether a bar can be shown; by default, whether stderr is a terminal that can move its
            cursor.
    """
    if terminal is None:
        terminal = _can_erase()
    if not terminal:
        yield _Lines(name, noun)
        return
    with _Bar(name, noun) as bar:
        yield bar


@contextmanager
def busy(doing: str, *, terminal: bool | None = None) -> Iterator[None]:
    """Show a text while the context lasts, for a job of a few seconds. It is shown only on a terminal, and
    erased afterwards.

    Args:
        doing: the text, in English; it is translated.
        terminal: as for :func:`progress`.
    """
    if not (_can_erase() if terminal is None else terminal):
        yield
        return
    sys.stderr.write(f"khabar: {translated(doing, spoken())} …")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


def _can_erase() -> bool:
    return is_terminal(sys.stderr) and os.environ.get("TERM") not in ("dumb", "unknown")


class _Shown:
    """The base of both displays: the stage, its rate, and a clock that limits the number of updates."""

    def __init__(self, name: str, noun: str, every: float) -> None:
        self.name = name
        self._noun = noun
        self._every = every
        self._began = time.monotonic()
        self._next = self._began + every

    def stage(self, name: str, noun: str | None = None) -> None:
        self.name = name
        if noun is not None and noun != self._noun:
            self._noun = noun
            self._began = time.monotonic()
            self._next = self._began + self._every

    def _due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._every
        return True

    def _count(self, items: int) -> str:
        rate = items / max(time.monotonic() - self._began, 1e-6)
        return f"{items:,} {self._noun}, {rate:,.0f}/s"


class _Lines(_Shown):
    def __init__(self, name: str, noun: str) -> None:
        super().__init__(name, noun, LINE_EVERY)

    def update(self, items: int, share: float | None) -> None:
        if self._due():
            about = "" if share is None else f", about {min(share, 1):.0%}"
            complain(f"{self.name}: {self._count(items)}{about}")


class _Bar(_Shown):
    def __init__(self, name: str, noun: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        super().__init__(name, noun, BAR_EVERY)
        columns: tuple[ProgressColumn, ...] = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            TimeRemainingColumn(compact=True),
        )
        console = Console(stderr=True, highlight=False)
        self._bar = RichProgress(*columns, console=console, transient=True, expand=True)
        self._task = self._bar.add_task(translated(name, spoken()), total=None, count="")

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def update(self, items: int, share: float | None) -> None:
        if self._due():
            self._bar.update(
                self._task,
                total=None if share is None else 1.0,
                completed=share or 0.0,
                count=translated(self._count(items), spoken()),
            )

    def stage(self, name: str, noun: str | None = None) -> None:
        if name != self.name:
            super().stage(name, noun)
            # The bar pulses until the next update.
            self._bar.update(self._task, description=translated(name, spoken()), total=None)
