"""How long indexing takes: whole processes, from the source to a finished index.

``python benchmarks/index.py [--articles 1000] [--rounds 3] [--index-cache DIR]``
"""

from __future__ import annotations

from common import Setting, Table, main, median
from processes import Cost
from systems import build, folder_mb, index_folder, prepare, words_file


def measure(setting: Setting) -> list[Table]:
    """Wall time, processor time, peak memory and size."""
    texts = setting.texts
    prepared: list[Cost] = []
    costs: dict[str, list[Cost]] = {system.name: [] for system in setting.distinct}
    # What a system reads is made before its clock starts; the prepared words have a row of their own.
    _ = texts.count, texts.paragraphs_file
    needs_words = any(system.words for system in setting.distinct)
    for _ in setting.alternating():
        if needs_words:
            prepared.append(prepare(texts))
        for system in setting.distinct:
            costs[system.name].append(build(system, texts))
    rows = [
        (
            system.name,
            (*_figures(costs[system.name]), folder_mb(index_folder(system, texts))),
        )
        for system in setting.distinct
    ]
    tables = [
        Table(
            "Indexing, whole processes.",
            ("", "wall, s", "processor, s", "peak memory, MB", "index, MB"),
            tuple(rows),
            setting.base,
            "khabar reads its source (all of SaudiNewsNet: the zips; else JSON Lines), decodes, cleans, "
            "analyses. Lucene"
            " reads JSON Lines of the same paragraphs. Stock Whoosh and SQLite read words that were "
            "analysed before.",
        )
    ]
    if prepared:
        tables.append(_against_stock(costs, prepared))
        words_file(texts)
    return tables


def _figures(costs: list[Cost]) -> tuple[float, float, float]:
    return (
        median([each.wall for each in costs]),
        median([each.cpu for each in costs]),
        median([each.peak_mb for each in costs]),
    )


def _against_stock(costs: dict[str, list[Cost]], prepared: list[Cost]) -> Table:
    """Analysis included on both sides: what a peer took, and what it took to prepare its words."""
    preparing = _figures(prepared)[:2]
    whole: dict[str, tuple[float, float]] = {}
    for name, found in costs.items():
        wall, cpu, _ = _figures(found)
        if name.startswith("khabar"):
            whole[name] = wall, cpu
        elif not name.startswith("Lucene"):
            whole[name] = wall + preparing[0], cpu + preparing[1]
    rows: list[tuple[str, tuple[float | str | None, ...]]] = [
        ("reading and analysing alone", (*preparing, None)),
    ]
    stock = whole.get("stock Whoosh")
    for name, (wall, cpu) in whole.items():
        rows.append((name, (wall, cpu, f"{stock[0] / wall:.2f}" if stock else None)))
    return Table(
        "The same source and terms, reading and analysis counted on every side.",
        ("", "wall, s", "processor, s", "times as fast as stock Whoosh"),
        tuple(rows),
        notes="khabar's figure has the lexicon in it, the peers' have none.",
    )


if __name__ == "__main__":
    main(__doc__, measure)
