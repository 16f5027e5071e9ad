"""How much memory indexing and answering take: ``python benchmarks/memory.py [--articles 1000] [--index-cache
DIR]``."""

from __future__ import annotations

from collections.abc import Sequence

from common import Setting, Table, main, median
from systems import answers, building_cost, built, usual_phases


def measure(setting: Setting) -> list[Table]:
    """Peak memory of a process that indexes, of one that answers one query, and of one that answers all."""
    queries = setting.asked()
    kinds: dict[str, list[tuple[str, Sequence[str]]]] = {
        "one": [("one", queries.headlines[:1])],
        "all": usual_phases(queries),
    }
    indexing = {system.kind: building_cost(system, setting.texts).peak_mb for system in setting.distinct}
    peaks: dict[str, dict[str, list[float]]] = {
        system.name: {"one": [], "all": []} for system in setting.distinct
    }
    for _ in setting.alternating():
        for system in setting.distinct:
            folder = built(system, setting.texts)
            for kind, phases in kinds.items():
                _, cost = answers(system, folder, phases, warm=False)
                peaks[system.name][kind].append(cost.peak_mb)
    asked = sum(len(each) for _, each in kinds["all"])
    return [
        Table(
            "Peak memory, MB.",
            ("", "indexing", "answering one headline", f"answering {asked:,} queries"),
            tuple(
                (
                    system.name,
                    (
                        indexing[system.kind],
                        median(peaks[system.name]["one"]),
                        median(peaks[system.name]["all"]),
                    ),
                )
                for system in setting.distinct
            ),
            notes="Whole processes with their children, interpreter or virtual machine included; mapped "
            "files count when"
            " they were touched. Java takes what its heap limit (2 GB) lets it.",
        )
    ]


if __name__ == "__main__":
    main(__doc__, measure)
