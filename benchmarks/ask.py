"""Answers queries with one system in a process of its own: ``python benchmarks/ask.py KIND INDEX QUERIES``.
The kinds are khabar, whoosh, sqlite, and arabic and arabic-marked, on a cluster.

Lines of QUERIES are ``phase TAB query``. For each, but those of the phase «warm-up», a line ``phase TAB
milliseconds TAB hits`` is printed at the end. khabar answers by ``Index.search`` with all depths, one hit an
article and marked snippets.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from khabar.places import place_of


def khabar_asker(place: Path | str) -> Callable[[str], int]:
    """Ten hits of the library."""
    import khabar

    index = khabar.open_index(place)
    return lambda text: len(index.search(text, syntax=False, limit=10))


def asker(kind: str, place: Path | str) -> Callable[[str], int]:
    """What answers a query with the number of its hits."""
    if kind == "khabar":
        return khabar_asker(place)
    if kind.startswith("arabic"):
        import arabic

        return arabic.asker(str(place), marked=kind == "arabic-marked")
    import peers

    return {"whoosh": peers.whoosh_asker, "sqlite": peers.sqlite_asker}[kind](Path(place))


def main(kind: str, place: Path | str, queries: Path) -> None:
    """Ask all, then print the times."""
    ask = asker(kind, place)
    lines = []
    for line in queries.read_text("utf-8").splitlines():
        phase, query = line.split("\t", 1)
        began = time.perf_counter()
        hits = ask(query)
        took = (time.perf_counter() - began) * 1000
        if phase != "warm-up":
            lines.append(f"{phase}\t{took:.4f}\t{hits}")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1], place_of(sys.argv[2]), Path(sys.argv[3]))
