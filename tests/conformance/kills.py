"""The disk stands still at a chosen step, as when a process is killed there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from unittest import mock

#: What changes names on the disk, or makes them and contents durable.
STEPS = ("replace", "rename", "unlink", "rmdir", "mkdir", "fsync")


class Killed(BaseException):
    """Raised in place of the step, and of all that follow."""


@contextmanager
def killed_at(
    moment: int, steps: Sequence[str] = STEPS, error: Callable[[], BaseException] = Killed
) -> Iterator[list[int]]:
    """Let so many steps less one happen, and none after that. Gives a list whose length is the number of
    steps that were asked for. What the lock of a killed process does is done: the system lets go of it."""
    asked: list[int] = []

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            if str(args[0]).endswith(("writer.json", "embedder.json", "vectors.json")):
                return function(*args, **kwargs)
            asked.append(len(asked))
            if len(asked) >= moment:
                raise error()
            return function(*args, **kwargs)

        return call

    with ExitStack() as stack:
        for name in steps:
            stack.enter_context(mock.patch(f"os.{name}", counted(getattr(os, name))))
        with suppress(Killed):
            yield asked
