"""``make campaign``: all kinds of trouble at random, for an hour, and a table of what came of them.

    python tests/campaign/campaign.py [--seed 7] [--minutes 60]

Each kind has a module of its own (``damages``, ``cuts``, ``commands``) with a short form in the suite; kills
at random moments and random histories against a model are those of ``tests/conformance``, and inputs are
those of ``tests/fuzz``. The same seed draws the same troubles; how many of them depends on the time. What
ends wrong is printed with all that is needed to do it again, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

#: How something may have ended wrong; the first that is in its description counts.
ENDINGS = ("LOST", "RESURRECTED", "SILENT")
#: Kind → its share of the time.
SHARES = {"damages": 25, "cuts": 20, "faults": 25, "kills": 10, "histories": 5, "inputs": 15}


class Table:
    """How many troubles of each kind there were, and how they ended."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: Counter[tuple[str, str]] = Counter()

    def add(self, kind: str, wrong: Iterable[str], about: object = "", count: int = 1) -> None:
        self.counts[kind] += count
        faults = list(wrong)
        if faults:
            said = " ".join(faults)
            ending = next((each for each in ENDINGS if each in said), "WRONGLY TOLD")
            self.wrong[kind, ending] += 1
            print(f"WRONG: {kind}: {about}: {said}", flush=True)

    def lines(self) -> list[str]:
        endings = (*ENDINGS, "WRONGLY TOLD")
        head = f"{'':16}{'tried':>12}" + "".join(f"{each.lower():>14}" for each in endings)
        rows = [
            f"{kind:16}{count:>12,}" + "".join(f"{self.wrong[kind, each]:>14}" for each in endings)
            for kind, count in self.counts.items()
        ]
        return [head, *rows]


def _all(table: Table, kind: str, made: Iterable[Any], end: float) -> None:
    for each in made:
        table.add(kind, each.wrong, each)
        if time.monotonic() > end:
            return


def damages(table: Table, seed: int, end: float) -> None:
    """Damaged files, of an index that was never rebuilt and of one that was, in turn."""
    from damages import campaign

    begin = time.monotonic()
    for edition, until in ((False, begin + (end - begin) / 2), (True, end)):
        with tempfile.TemporaryDirectory(prefix="khabar-damages-") as folder:
            _all(table, "damages", campaign(Path(folder), 10**9, seed, edition=edition), until)


def cuts(table: Table, seed: int, end: float) -> None:
    """Power cuts."""
    from cuts import campaign

    with tempfile.TemporaryDirectory(prefix="khabar-cuts-") as folder:
        _all(table, "cuts", campaign(Path(folder), 10**9, seed), end)


def faults(table: Table, seed: int, end: float) -> None:
    """Commands that are killed, refused or interrupted at a step, and readers beside them."""
    from commands import campaign

    with tempfile.TemporaryDirectory(prefix="khabar-faults-") as folder:
        for each in campaign(Path(folder), 10**9, seed):
            table.add(f"fault: {each.kind}", each.wrong, each)
            if time.monotonic() > end:
                return


def _tests(seed: int, environment: dict[str, str], *paths: str) -> tuple[bool, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths],
        env={**os.environ, "KHABAR_SEED": str(seed), **environment},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
    )
    return done.returncode == 0, done.stdout[-3000:]


def kills(table: Table, seed: int, end: float) -> None:
    """Processes that are killed at random moments: the tests of the suite, with more of them."""
    number = 50
    while time.monotonic() < end:
        paths = ("tests/conformance/test_crashes.py", "tests/conformance/test_churn.py")
        well, said = _tests(seed, {"KHABAR_KILLS": str(number)}, *paths)
        table.add("kills", [] if well else [said], f"KHABAR_SEED={seed} KHABAR_KILLS={number}", 2 * number)
        seed += 1


def histories(table: Table, seed: int, end: float) -> None:
    """Random histories against a simple model."""
    number = 50
    while time.monotonic() < end:
        environment = {"KHABAR_EXAMPLES": str(number), "KHABAR_STEPS": "20"}
        well, said = _tests(seed, environment, "tests/conformance/test_model.py")
        table.add("histories", [] if well else [said], f"KHABAR_SEED={seed} {environment}", number)
        seed += 1


def inputs(table: Table, seed: int, end: float) -> None:
    """Fuzzed texts, queries and dates, and for a fifth of the time files of every format."""
    program = [sys.executable, str(HERE.parent / "fuzz" / "fuzz_run.py")]
    sys.path.insert(0, str(HERE.parent / "fuzz"))
    from fuzz_targets import READERS

    left = end - time.monotonic()
    runs = [("plain", ["tokenizer", "fold", "dates", "date", "query"], left * 0.8)]
    runs += [("hypothesis", list(READERS), left * 0.2)]
    for engine, targets, seconds in runs:
        each = max(1, int(seconds / len(targets)))
        asked = ["--engine", engine, "--seed", str(seed), "--seconds", str(each), *targets]
        done = subprocess.run([*program, *asked], capture_output=True, text=True)
        found = re.search(r"^in all +([\d,]+) inputs", done.stdout, re.MULTILINE)
        count = int(found[1].replace(",", "")) if found else 0
        said = [] if done.returncode == 0 else [done.stdout + done.stderr[-2000:]]
        table.add("inputs", said, " ".join(asked), count)


KINDS: dict[str, Callable[[Table, int, float], None]] = {
    "damages": damages,
    "cuts": cuts,
    "faults": faults,
    "kills": kills,
    "histories": histories,
    "inputs": inputs,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all without one")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10**6))
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    if unknown := set(options.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    chosen = options.kinds or list(KINDS)
    print(f"seed {options.seed}", flush=True)
    table = Table()
    whole = sum(SHARES[kind] for kind in chosen)
    for kind in chosen:
        KINDS[kind](table, options.seed, time.monotonic() + options.minutes * 60 * SHARES[kind] / whole)
        print(f"{kind}: {sum(table.wrong.values())} ended wrong so far", flush=True)
    print("\n".join(table.lines()))
    print(f"seed {options.seed}: {sum(table.wrong.values())} ended wrong")
    return 1 if table.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
