"""Stock Whoosh and SQLite FTS5 as peers, and the words that they index.

    python benchmarks/peers.py words SOURCE WORDS       analyse SOURCE as khabar does, write a line of JSON an
    article python benchmarks/peers.py whoosh WORDS FOLDER      index these words with Whoosh's own writer
    python benchmarks/peers.py sqlite WORDS FOLDER      index these words with SQLite FTS5

Neither has an Arabic analysis of use, so both get the folded words that khabar's analyzer makes; making them
is a process of its own and is counted beside their own time. A document is a title or a paragraph, with its
text stored. The Whoosh that is installed is whoosh3, the maintained fork of 2.7.4: its stock writer, matchers
and scorer are those of 2.7.4.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from khabar.analysis.analyzer import Analyzer

Asker = Callable[[str], int]


def folded(analyzer: Analyzer, text: str) -> list[str]:
    """The words of a text as khabar indexes them."""
    return [term for _, word in analyzer.words(text) for term in word.exact if term]


def write_words(source: Path, target: Path) -> None:
    """Read and analyse a source."""
    import khabar

    analyzer = Analyzer()
    with target.open("w", encoding="utf-8") as file:
        for article in khabar.read(source):
            passages = [
                (passage.text, " ".join(folded(analyzer, passage.text))) for passage in article.passages()
            ]
            file.write(json.dumps([article.id, passages], ensure_ascii=False) + "\n")


def _passages(words: Path) -> Iterator[tuple[str, str, str]]:
    with words.open(encoding="utf-8") as lines:
        for line in lines:
            article, passages = json.loads(line)
            for text, folded_words in passages:
                yield article, text, folded_words


def _whoosh_schema() -> Any:
    from whoosh import fields
    from whoosh.analysis import SpaceSeparatedTokenizer

    words = fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True, stored=False)
    return fields.Schema(id=fields.STORED, text=fields.STORED, words=words)


def whoosh_index(words: Path, folder: Path) -> None:
    """A document a passage, positions kept as khabar keeps them."""
    from whoosh import index

    folder.mkdir(parents=True)
    writer = index.create_in(str(folder), _whoosh_schema()).writer(limitmb=256)
    for article, text, folded_words in _passages(words):
        writer.add_document(id=article, text=text, words=folded_words)
    writer.commit()


def whoosh_asker(folder: Path) -> Asker:
    """The ids of the best ten by Whoosh's own searcher."""
    from whoosh import index, query

    analyzer = Analyzer()
    searcher = index.open_dir(str(folder), schema=_whoosh_schema()).searcher()

    def ask(text: str) -> int:
        terms = query.Or([query.Term("words", word) for word in folded(analyzer, text)])
        return len([hit["id"] for hit in searcher.search(terms, limit=10)])

    return ask


def sqlite_index(words: Path, folder: Path) -> None:
    """The words in a contentless table, the texts once in one of their own."""
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / "fts.db")
    database.execute("create table units (id integer primary key, article text, text text)")
    database.execute("create virtual table terms using fts5(words, content='', tokenize='unicode61')")
    for number, (article, text, folded_words) in enumerate(_passages(words), 1):
        database.execute("insert into units values (?, ?, ?)", (number, article, text))
        database.execute("insert into terms(rowid, words) values (?, ?)", (number, folded_words))
    database.commit()
    database.close()


def sqlite_asker(folder: Path) -> Asker:
    """The ids of the best ten by SQLite's BM25."""
    analyzer = Analyzer()
    database = sqlite3.connect(folder / "fts.db")
    best = "select rowid from terms where terms match ? order by rank limit 10"

    def ask(text: str) -> int:
        match = " OR ".join('"' + word.replace('"', "") + '"' for word in folded(analyzer, text))
        found = database.execute(best, [match]).fetchall()
        return len(
            [database.execute("select article from units where id = ?", row).fetchone() for row in found]
        )

    return ask


if __name__ == "__main__":
    what = {"words": write_words, "whoosh": whoosh_index, "sqlite": sqlite_index}[sys.argv[1]]
    what(Path(sys.argv[2]), Path(sys.argv[3]))
