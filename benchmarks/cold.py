"""How long a whole process takes, from the shell's call to its end.

``python benchmarks/cold.py [--articles 1000] [--runs 15] [--index-cache DIR]``
"""

from __future__ import annotations

import sys
from pathlib import Path

from common import Setting, Table, main, median
from processes import Cost, run
from systems import built, khabar_command


def measure(setting: Setting) -> list[Table]:
    """Wall and processor time of processes, run in turn."""
    commands = _commands(setting)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(setting.runs + 1):
        for name, command in commands.items():
            cost = run(command, allowed=(0, 1))
            # The first run brings the files into memory.
            if number:
                costs[name].append(cost)
    return [
        Table(
            "Whole processes.",
            ("", "wall, ms", "processor, ms", "wall, the slowest, ms", "peak memory, MB"),
            tuple(
                (
                    name,
                    (
                        median([each.wall for each in found]) * 1000,
                        median([each.cpu for each in found]) * 1000,
                        max(each.wall for each in found) * 1000,
                        median([each.peak_mb for each in found]),
                    ),
                )
                for name, found in costs.items()
            ),
            notes=f"Files in the page cache; medians of {setting.runs} runs in turn.",
        )
    ]


def _commands(setting: Setting) -> dict[str, list[str]]:
    """The processes by name. A peer answers one query in the same process that opens its index."""
    queries = setting.asked()
    short, headline = queries.short[0], queries.headlines[0]
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`python -c 'import khabar'`": [sys.executable, "-c", "import khabar"],
        "`khabar --help`": [*khabar_command(), "--help"],
    }
    for system in setting.systems:
        folder = built(system, setting.texts)
        for kind, query in (("2–3 words", short), ("headline", headline)):
            if system.kind.startswith("khabar"):
                search = [*khabar_command(), "search", "--index", str(folder), "--words", "--", query]
                commands[f"`khabar search`, {kind}"] = search
            elif not system.name.endswith("ids alone"):
                path = _one_query(folder, kind, query)
                commands[f"{system.name}, {kind}"] = system.ask(folder, path, False)
    return commands


def _one_query(folder: Path, kind: str, query: str) -> Path:
    path = folder.with_name(f"{folder.name}.{'short' if kind[0] == '2' else 'headline'}.tsv")
    path.write_text(f"{kind}\t{query}\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main(__doc__, measure)
