"""What the vectors of an index cost: room, opening, look-ups, the nearest; and what rounding them loses.

    python benchmarks/vectors.py --vectors FOLDER        # *.npz with an array «vec», rows of length 1
    python benchmarks/vectors.py --rows 100000           # random ones, in clusters

Nothing is embedded: the vectors are given, and are written as those of texts of a few paragraphs each.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from khabar.digests import blake2b
from khabar.meaning.segments import Entry, Owner, Rows
from khabar.meaning.vector_files import VectorFiles
from khabar.meaning.vectors import Vectors

PASSAGES = 12


def given(folder: Path, most: int) -> Any:
    found, count = [], 0
    for path in sorted(folder.glob("*.npz")):
        found.append(np.load(path)["vec"].astype(np.float32))
        count += len(found[-1])
        if count >= most:
            break
    vectors = np.concatenate(found)[:most]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def random(count: int, dimension: int) -> Any:
    draw = np.random.default_rng(1)
    centers = draw.standard_normal((200, dimension))
    vectors = 3 + centers[draw.integers(0, 200, count)] + draw.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def quickest(call: Callable[[], object], times: int = 7) -> float:
    """Milliseconds of the processor that the quickest call takes."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        call()
        taken.append(time.process_time() - began)
    return 1000 * min(taken)


def nearness(cosines: Any, starts: Any) -> Any:
    """Of each text, as :meth:`khabar.meaning.vectors.Vectors.nearest` has it."""
    sizes = np.diff(starts, append=len(cosines))
    return np.maximum.reduceat(cosines, starts) + np.add.reduceat(cosines, starts) / sizes


def digest(number: int) -> bytes:
    return blake2b(str(number).encode(), digest_size=16).digest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=2000, help="texts in a commit")
    asked = parser.parse_args()
    vectors = given(asked.vectors, asked.rows) if asked.vectors else random(asked.rows, 384)
    rows, wide = vectors.shape
    texts = [vectors[begin : begin + PASSAGES] for begin in range(0, rows, PASSAGES)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = VectorFiles(folder)
        files.begin(
            SimpleNamespace(name="given", version="", fingerprint="0" * 32, address="", dimension=wide)  # type: ignore[arg-type]
        )
        began = time.process_time()
        for begin in range(0, len(texts), asked.batch):
            numbers = range(begin, min(len(texts), begin + asked.batch))
            files.commit(
                [Entry(digest(each), Rows(np.arange(len(texts[each])), texts[each])) for each in numbers],
                [Owner(each, digest(each), f"article {each}") for each in numbers],
            )
        print(f"{rows:,} vectors of {len(texts):,} texts, written in {time.process_time() - began:.1f} s")
        paths = list(folder.iterdir())
        size = sum(path.stat().st_size for path in paths)
        print(f"{size / rows:.1f} bytes a vector, {len(paths)} files, {size / 1e6:.1f} MB")
        print(f"opening: {quickest(lambda: Vectors.open(folder)):.2f} ms")
        opened = Vectors.open(folder)
        assert opened is not None
        draw = np.random.default_rng(2)

        def look_up() -> None:
            for each in draw.integers(0, len(texts), 50).tolist():
                assert opened.of_digest(digest(each)) is not None

        print(f"vectors of 50 texts: {quickest(look_up):.2f} ms")
        print(f"mean and covariance: {quickest(lambda: Vectors.open(folder).covariance):.2f} ms")  # type: ignore[union-attr]
        queries = vectors[draw.choice(rows, 100, replace=False)]
        queries = queries + draw.normal(0, 0.02, queries.shape).astype(np.float32)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        print(f"nearest 200: {quickest(lambda: opened.nearest(queries[0], 200)):.2f} ms")
        print(f"brute force over floats in memory: {quickest(lambda: vectors @ queries[0]):.2f} ms")
        starts = np.arange(0, rows, PASSAGES)
        quantised = np.concatenate([opened.of_digest(digest(each)).vectors for each in range(len(texts))])  # type: ignore[union-attr]
        for count in (5, 20, 200):
            found = same = 0
            for query in queries:
                exact = nearness(vectors @ query, starts)
                best = {digest(each) for each in np.argsort(-exact)[:count].tolist()}
                found += len(best.intersection(near.digest for near in opened.nearest(query, count)[:count]))
                rounded = nearness(quantised @ query, starts)
                same += len(best.intersection(digest(each) for each in np.argsort(-rounded)[:count].tolist()))
            of = count * len(queries)
            print(f"of the nearest {count}: {found / of:.4f} found; rounding alone keeps {same / of:.4f}")
        # Of fifty candidates in the order of exact cosines: is that of rounded ones another?
        moved = []
        for query in queries:
            some = draw.choice(rows, 50, replace=False)
            exact, rounded = vectors[some] @ query, quantised[some] @ query
            moved.append(np.abs(exact - rounded).max())
        print(f"rounding changes a cosine by at most {max(moved):.5f}")


if __name__ == "__main__":
    main()
