"""Whether the file of lemmas is worth a format of its own.

    python benchmarks/lemma_table.py [--words 100000]

`khabar.analysis.lemma.tablefile` is compared with what could take its place: a table in SQLite, a mapped file
of sorted hashes (`khabar.index.arrayfile`), and a pickled dict. Half of the words that are looked up have a
lemma. *Open* is the time to the first answer in a process that has imported all modules already.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from common import Table

from khabar.analysis.lemma import tablefile
from khabar.analysis.lemma.build import build_table
from khabar.index.arrayfile import open_arrays, write_arrays

Get = Callable[[str], str | None]
_MAGIC = b"lemmas of a test"


def _tablefile(folder: Path, table: Mapping[str, str]) -> Callable[[], Get]:
    tablefile.write(folder / "tablefile", table)
    return lambda: tablefile.TableFile(folder / "tablefile").get


def _arrays(folder: Path, table: Mapping[str, str]) -> Callable[[], Get]:
    rows = sorted((zlib.crc32(key.encode()), key.encode(), value.encode()) for key, value in table.items())
    texts = [key + b"\t" + value for _, key, value in rows]
    arrays = {
        "hashes": np.array([row[0] for row in rows], np.uint32),
        "starts": np.cumsum([0, *map(len, texts)]).astype(np.uint32),
        "texts": np.frombuffer(b"".join(texts), np.uint8),
    }
    write_arrays(folder / "arrays", _MAGIC, arrays)

    def opened() -> Get:
        _, read = open_arrays(folder / "arrays", _MAGIC)
        hashes, starts, letters = read["hashes"], read["starts"], read["texts"]

        def get(key: str) -> str | None:
            encoded = key.encode()
            wanted = np.uint32(zlib.crc32(encoded))
            place = int(hashes.places(wanted))
            while place < len(hashes) and hashes[place] == wanted:
                found, _, value = letters[starts[place] : starts[place + 1]].tobytes().partition(b"\t")
                if found == encoded:
                    return value.decode()
                place += 1
            return None

        return get

    return opened


def _sqlite(folder: Path, table: Mapping[str, str]) -> Callable[[], Get]:
    with sqlite3.connect(folder / "sqlite") as database:
        database.execute("create table lemmas (word text primary key, lemma text) without rowid")
        database.executemany("insert into lemmas values (?, ?)", table.items())
    database.close()

    def opened() -> Get:
        database = sqlite3.connect(folder / "sqlite")

        def get(key: str) -> str | None:
            row = database.execute("select lemma from lemmas where word = ?", (key,)).fetchone()
            return row and row[0]

        return get

    return opened


def _pickle(folder: Path, table: Mapping[str, str]) -> Callable[[], Get]:
    (folder / "pickle").write_bytes(pickle.dumps(dict(table)))
    return lambda: pickle.loads((folder / "pickle").read_bytes()).get


def measure(words: int) -> Table:
    """Times and sizes of all kinds of file."""
    table = dict(build_table())
    chosen = random.Random(1).sample(sorted(table), words // 2)
    asked = [*chosen, *("ظ" + word for word in chosen)]
    with tempfile.TemporaryDirectory() as name:
        rows = [
            _row(made.__name__[1:], Path(name), made(Path(name), table), table, asked)
            for made in (_tablefile, _arrays, _sqlite, _pickle)
        ]
    columns = ("", "open, ms", "look-up, µs", "size, kB")
    return Table(f"{len(table):,} lemmas, {len(asked):,} look-ups.", columns, tuple(rows))


def _row(
    name: str, folder: Path, opened: Callable[[], Get], table: Mapping[str, str], asked: Sequence[str]
) -> tuple[str, tuple[float, float, float]]:
    begin = time.perf_counter()
    get = opened()
    get(asked[0])
    open_time = time.perf_counter() - begin
    begin = time.perf_counter()
    answers = [get(word) for word in asked]
    taken = time.perf_counter() - begin
    if answers != [table.get(word) for word in asked]:
        raise AssertionError(f"{name} answers wrongly")
    return name, (open_time * 1e3, taken / len(asked) * 1e6, (folder / name).stat().st_size / 1e3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=100_000, help="words to look up (default: 100000)")
    print(measure(parser.parse_args().words).markdown())
