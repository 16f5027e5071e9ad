"""How time, memory and size grow with the archive.

    python benchmarks/growth.py [--sizes 31000 62000 125000 250000] [--index-cache DIR]

Beyond the articles that there are, the corpus is repeated with other words changed in each copy (see
``texts.py``). Without ``--index-cache`` the files of one size are removed before the next is begun.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from common import Setting, Table, main, percentile
from systems import answers, build, folder_mb, index_folder, usual_phases
from texts import Texts


@dataclass(frozen=True)
class _Point:
    articles: int
    index_s: float
    cpu_s: float
    peak_mb: float
    size_mb: float
    short_ms: float
    headline_ms: float
    answering_mb: float


def measure(setting: Setting) -> list[Table]:
    """A table for khabar and for Lucene; each size is indexed and asked once."""
    measured = [each for each in setting.distinct if each.kind in ("khabar", "lucene")]
    points: dict[str, list[_Point]] = {system.name: [] for system in measured}
    queries = setting.asked()
    for size in setting.sizes:
        texts = Texts(setting.cache, size, sample=setting.sample)
        count = texts.count
        # Made before any clock starts.
        _ = texts.paragraphs_file
        for system in measured:
            cost = build(system, texts)
            folder = index_folder(system, texts)
            times, answering = answers(system, folder, usual_phases(queries))
            points[system.name].append(
                _Point(
                    count,
                    cost.wall,
                    cost.cpu,
                    cost.peak_mb,
                    folder_mb(folder),
                    percentile(times["short, first"], 0.5),
                    percentile(times["headline, first"], 0.5),
                    answering.peak_mb,
                )
            )
            if not setting.kept:
                shutil.rmtree(folder)
        if not setting.kept and texts.folder != setting.texts.folder:
            shutil.rmtree(texts.folder)
    return [_table(name, found) for name, found in points.items()]


def _table(name: str, points: list[_Point]) -> Table:
    first = points[0]
    pace = first.index_s / first.articles
    return Table(
        f"Growth: {name}.",
        (
            "articles",
            "index, s",
            "an article, against the first row",
            "processor, s",
            "peak memory, MB",
            "index, MB",
            "2–3 words p50, ms",
            "headline p50, ms",
            "memory answering, MB",
        ),
        tuple(
            (
                f"{each.articles:,}",
                (
                    each.index_s,
                    f"{each.index_s / each.articles / pace:.2f}×",
                    each.cpu_s,
                    each.peak_mb,
                    each.size_mb,
                    each.short_ms,
                    each.headline_ms,
                    each.answering_mb,
                ),
            )
            for each in points
        ),
        notes="One run a size, from JSON Lines; queries never asked before.",
    )


if __name__ == "__main__":
    main(__doc__, measure)
