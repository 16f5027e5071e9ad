"""How long a query takes in an open, warm index.

``python benchmarks/query.py [--articles 1000] [--queries 200] [--index-cache DIR]``
"""

from __future__ import annotations

from common import Setting, Table, main, median, percentile
from systems import answers, built, usual_phases

WHAT = (
    "khabar: `Index.search` with all depths, one hit an article, marked snippets. Lucene: the best ten "
    "paragraphs with"
    " UnifiedHighlighter, in a virtual machine that warmed up for seconds. The others give ids alone."
)


def measure(setting: Setting) -> list[Table]:
    """p50 and p95 of short queries and headlines, asked for the first time and again."""
    phases = usual_phases(setting.asked())
    times: dict[str, dict[str, list[list[float]]]] = {system.name: {} for system in setting.systems}
    folders = {system.name: built(system, setting.texts) for system in setting.systems}
    for _ in setting.alternating():
        for system in setting.systems:
            found, _ = answers(system, folders[system.name], phases)
            for phase, values in found.items():
                times[system.name].setdefault(phase, []).append(values)
    asked = {"first": "Queries never asked before", "again": "The same queries once more"}
    return [
        Table(
            f"{title}, warm process, milliseconds.",
            ("", "2–3 words p50", "p95", "headline p50", "p95"),
            tuple(
                (
                    name,
                    tuple(
                        median([percentile(each, share) for each in rounds[f"{kind}, {when}"]])
                        for kind in ("short", "headline")
                        for share in (0.5, 0.95)
                    ),
                )
                for name, rounds in times.items()
            ),
            setting.base,
            WHAT if when == "first" else "",
        )
        for when, title in asked.items()
    ]


if __name__ == "__main__":
    main(__doc__, measure)
