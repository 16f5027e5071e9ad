"""How far a long job is, on stderr: a bar with rate and time left on a terminal, else a line every few
seconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from khabar.render.output import complain, is_terminal

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

__all__ = ["Progress", "progress"]

#: Seconds between two lines where no bar can be shown, and between two updates of a bar.
LINE_EVERY = 5.0
BAR_EVERY = 0.1


class Progress(Protocol):
    """Something that shows how far a job is. Both numbers only ever grow."""

    def update(self, items: int, share: float) -> None:
        """So many items are done, which is about this share of the whole, from 0 to 1."""
        ...

    def stage(self, name: str) -> None:
        """What is being done from now on."""
        ...


@contextmanager
def progress(name: str, noun: str, *, terminal: bool | None = None) -> Iterator[Progress]:
    """Show progress of a job while the context lasts; on a terminal nothing is left of it afterwards.

    Args:
        name: what is being done.
        noun: what the items are, in the plural.
        terminal: whether a bar can be shown; by default whether stderr is a terminal that can move its
            cursor.
    """
    if terminal is None:
        terminal = is_terminal(sys.stderr) and os.environ.get("TERM") not in ("dumb", "unknown")
    if not terminal:
        yield _Lines(name, noun)
        return
    with _Bar(name, noun) as bar:
        yield bar


class _Throttle:
    """Lets through one of many calls, by the clock."""

    def __init__(self, every: float) -> None:
        self.began = time.monotonic()
        self._every = every
        self._next = self.began + every

    def ready(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._every
        return True

    @property
    def elapsed(self) -> float:
        return max(time.monotonic() - self.began, 1e-6)


class _Lines:
    def __init__(self, name: str, noun: str) -> None:
        self._name = name
        self._noun = noun
        self._throttle = _Throttle(LINE_EVERY)

    def update(self, items: int, share: float) -> None:
        if self._throttle.ready():
            rate = items / self._throttle.elapsed
            complain(f"{self._name}: {items:,} {self._noun}, {rate:,.0f}/s, about {min(share, 1):.0%}")

    def stage(self, name: str) -> None:
        self._name = name


class _Bar:
    def __init__(self, name: str, noun: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns: tuple[ProgressColumn, ...] = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            TimeRemainingColumn(compact=True),
        )
        console = Console(stderr=True, highlight=False)
        self._noun = noun
        self._bar = RichProgress(*columns, console=console, transient=True, expand=True)
        self._task = self._bar.add_task(name, total=1.0, count="")
        self._throttle = _Throttle(BAR_EVERY)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def update(self, items: int, share: float) -> None:
        if self._throttle.ready():
            # Shy of the end until it is there: what is left to write is work, too.
            self._bar.update(
                self._task,
                completed=min(share, 0.999),
                count=f"{items:,} {self._noun}, {items / self._throttle.elapsed:,.0f}/s",
            )

    def stage(self, name: str) -> None:
        self._bar.update(self._task, description=name)
