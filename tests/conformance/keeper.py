"""Puts an index in step with a folder and says what each commit holds: the process that the crash tests kill.

python keeper.py FOLDER ENGINE NEWS
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from adder import opened

from khabar.index.transaction import Transaction
from khabar.library import Index
from khabar.upkeep.plan import UpdateOptions
from khabar.upkeep.update import UpdateReport

BATCH = 4


def digest(fingerprints: Iterable[str]) -> str:
    """What names a set of articles."""
    return hashlib.blake2b(" ".join(sorted(fingerprints)).encode(), digest_size=8).hexdigest()


def keep(index: Index, news: Path) -> UpdateReport:
    return index.update(news, options=UpdateOptions(prune=True), batch=BATCH)


if __name__ == "__main__":
    folder, engine, news = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    commit = Transaction.commit

    def told(self: Transaction) -> None:
        held = digest(self.known.values())
        print("begin", held, flush=True)
        commit(self)
        print("done", held, flush=True)

    Transaction.commit = told  # type: ignore[method-assign]
    with opened(folder, engine) as index:
        print("ready", flush=True)
        keep(index, news)
        print("finished", flush=True)
