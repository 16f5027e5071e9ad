"""Puts an index in step with a folder and says what each commit holds: the process that the crash tests kill.

python keeper.py FOLDER NEWS
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from adder import opened

from khabar.library import Index
from khabar.upkeep.changes import UpdateOptions
from khabar.upkeep.transaction import Transaction
from khabar.upkeep.update_report import UpdateReport
from khabar.upkeep.workers import EncodedArticle

BATCH = 4


def digest(fingerprints: Iterable[str]) -> str:
    """What names a set of articles."""
    return hashlib.blake2b(" ".join(sorted(fingerprints)).encode(), digest_size=8).hexdigest()


def keep(index: Index, news: Path) -> UpdateReport:
    return index.update(news, options=UpdateOptions(prune=True), batch=BATCH)


if __name__ == "__main__":
    folder, news = Path(sys.argv[1]), Path(sys.argv[2])
    add, delete, commit = Transaction.add, Transaction.delete, Transaction.commit
    #: id → fingerprint of every article, as the next commit will have them
    known: dict[str, str] = {}

    def added(self: Transaction, encoded: EncodedArticle, fingerprint: str) -> bool:
        done = add(self, encoded, fingerprint)
        if done:
            known[encoded.article.id] = fingerprint
        return done

    def deleted(self: Transaction, article_id: str) -> bool:
        known.pop(article_id, None)
        return delete(self, article_id)

    def told(self: Transaction) -> None:
        held = digest(known.values())
        print("begin", held, flush=True)
        commit(self)
        print("done", held, flush=True)

    Transaction.add, Transaction.delete = added, deleted  # type: ignore[method-assign]
    Transaction.commit = told  # type: ignore[method-assign]
    with opened(folder) as index:
        known.update({article.id: article.fingerprint() for article in index.articles()})
        print("ready", flush=True)
        keep(index, news)
        print("finished", flush=True)
