"""The command line of a module with one kind of trouble: so many of it at random, and how they ended."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

__all__ = ["run"]


def run(
    parser: argparse.ArgumentParser,
    name: str,
    campaign: Callable[..., Iterable[Any]],
    *,
    ended: str,
    wrong: str,
) -> int:
    """Make so many troubles as the command line asks for, and print how many ended how.

    Args:
        parser: with the arguments that the module has besides ``count`` and ``--seed``.
        name: what they are called.
        campaign: makes them in an empty folder; all arguments of the command line are its own.
        ended: how one ended, as a format of it; what ended alike is counted.
        wrong: what to print of one that ended wrong, likewise.

    Returns:
        The exit status.
    """
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = vars(parser.parse_args())
    print(f"seed {options['seed']}")
    outcomes: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory(prefix=f"khabar-{name}-") as folder:
        for each in campaign(Path(folder), **options):
            outcomes[ended.format(each)] += 1
            if each.wrong:
                faults += 1
                print(f"WRONG: {wrong.format(each)}", flush=True)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:6} {outcome}")
    print(f"{options['count']} {name}, {faults} ended wrong")
    return 1 if faults else 0
