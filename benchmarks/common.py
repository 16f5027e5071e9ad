"""What every question shares: options, rounds, tables and JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from processes import Failed
from systems import System, systems
from texts import Queries, Texts

import khabar
from khabar.analysis import lemma


@dataclass(frozen=True)
class Table:
    """One table of docs/performance.md.

    Attributes:
        title: what is compared.
        columns: their names; the first is that of the rows' names.
        rows: name and figures; None where a figure does not apply.
        base: the row whose figures are 1 in the ratios, or None for a table without ratios.
        notes: what must be known to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | str | None, ...]], ...]
    base: str | None = None
    notes: str = ""

    def markdown(self) -> str:
        """The table as Markdown."""
        base = dict(self.rows).get(self.base or "")
        lines = [f"**{self.title}**" + (f" {self.notes}" if self.notes else ""), ""]
        lines.append("| " + " | ".join(self.columns) + " |")
        lines.append("|---" * len(self.columns) + "|")
        for name, figures in self.rows:
            of = base if base is not None and len(self.rows) > 1 else (None,) * len(figures)
            cells = (_cell(value, against) for value, against in zip(figures, of, strict=True))
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def _cell(value: float | str | None, base: float | str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    figure = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{figure} ({value / base:.2f}×)" if isinstance(base, float | int) and base else figure


@dataclass(frozen=True)
class Setting:
    """What a question works with.

    Attributes:
        cache: the folder of corpora and indexes.
        texts: the articles.
        systems: what is compared, khabar first.
        rounds: how often everything is measured, the systems in turn.
        queries: how many of each kind.
        runs: how often a whole process is run.
        sizes: the numbers of articles for growth.
        sample: take the sample corpus even where real news is there.
        kept: whether the cache stays when the run is over.
    """

    cache: Path
    texts: Texts
    systems: list[System]
    rounds: int
    queries: int
    runs: int
    sizes: tuple[int, ...]
    sample: bool
    kept: bool

    @property
    def base(self) -> str:
        """The system that ratios are against: Lucene where there is one, else SQLite."""
        return next((each.name for each in self.systems if each.kind == "lucene"), "SQLite FTS5")

    @property
    def distinct(self) -> list[System]:
        """One system for each kind of index."""
        return list({each.kind: each for each in reversed(self.systems)}.values())[::-1]

    def asked(self) -> Queries:
        """The queries."""
        return self.texts.queries(self.queries)

    def alternating(self) -> Iterator[int]:
        """The rounds, each announced."""
        for number in range(self.rounds):
            print(f"round {number + 1} of {self.rounds}", file=sys.stderr, flush=True)
            yield number


Question = Callable[[Setting], Iterable[Table]]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them is not above."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def machine() -> str:
    """The machine, the Python, the day, and how much else was running."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return (
        f"{os.cpu_count()} × {model}, {platform.system()}, Python {platform.python_version()}, "
        f"khabar {khabar.__version__}, {time.strftime('%Y-%m-%d')}, load {os.getloadavg()[0]:.1f} before"
    )


def options(description: str) -> argparse.ArgumentParser:
    """The options that every question has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--articles", type=int, metavar="N", help="so many articles (default: all of SaudiNewsNet, or 3000)")
    add("--rounds", type=int, default=3, metavar="N", help="measure so many times, in turn (default: 3)")
    add("--queries", type=int, default=200, metavar="N", help="queries of each kind (default: 200)")
    add("--runs", type=int, default=15, metavar="N", help="runs of each whole process (default: 15)")
    sizes = [31_000, 62_000, 125_000, 250_000]
    add(
        "--sizes",
        type=int,
        nargs="+",
        default=sizes,
        metavar="N",
        help="articles, for growth (default: 31000 … 250000)",
    )
    add("--without", nargs="+", default=[], metavar="KIND", help="leave out: lucene, whoosh, sqlite, khabar")
    add("--sample", action="store_true", help="the sample corpus, even where SaudiNewsNet is there")
    add("--index-cache", type=Path, metavar="DIR", help="keep corpora and indexes here and use them again")
    add("--into", type=Path, metavar="FILE", help="put the tables into this Markdown file, between its marks")
    add("--json", type=Path, metavar="FILE", help="write the tables as JSON too")
    return parser


@contextmanager
def setting(chosen: argparse.Namespace) -> Iterator[Setting]:
    """The setting that the options ask for; without ``--index-cache`` its folder is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as temporary:
        cache = chosen.index_cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        # Made once an installation, which takes seconds: not what is measured.
        lemma.table()
        yield Setting(
            cache,
            Texts(cache, chosen.articles, sample=chosen.sample),
            systems(cache, without=chosen.without),
            chosen.rounds,
            chosen.queries,
            chosen.runs,
            tuple(chosen.sizes),
            chosen.sample,
            chosen.index_cache is not None,
        )


def run_questions(questions: Mapping[str, Question], chosen: argparse.Namespace) -> int:
    """Measure, print the tables, write them where the options say; 1 if a question could not be answered."""
    if chosen.into and not chosen.into.exists():
        print(f"{chosen.into} is not there", file=sys.stderr)
        return 2
    failures: dict[str, str] = {}
    with setting(chosen) as made:
        texts = made.texts
        size = f"{texts.count:,} articles of {texts.name}, {texts.paragraphs:,} titles and paragraphs"
        head = f"{machine()}. {size}."
        print(head + "\n", flush=True)
        answered: dict[str, list[Table]] = {}
        for name, question in questions.items():
            found = answered[name] = []
            try:
                for table in question(made):
                    # At once: a run that is broken off has shown what it had.
                    print(table.markdown() + "\n", flush=True)
                    found.append(table)
            except Failed as error:
                # The other questions may take an hour: they are answered all the same.
                failures[name] = str(error)
                print(f"{name}: {error}", file=sys.stderr)
                continue
            text = "\n\n".join(table.markdown() for table in found)
            if chosen.into:
                chosen.into.write_text(
                    put(chosen.into.read_text("utf-8"), name, f"{head}\n\n{text}"), encoding="utf-8"
                )
            if chosen.json:
                tables = {each: [asdict(table) for table in some] for each, some in answered.items()}
                data = {"machine": head, "rounds": chosen.rounds, "tables": tables, "failures": failures}
                chosen.json.write_text(
                    json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
                )
    return 1 if failures else 0


def put(document: str, name: str, text: str) -> str:
    """The document with a text between ``<!-- bench: NAME -->`` and the next ``<!-- end -->``, as it is if it
    has none."""
    place = re.compile(rf"(?<=<!-- bench: {re.escape(name)} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    return place.sub(lambda _: f"{text}\n", document)


def main(description: str | None, question: Question) -> NoReturn:
    """One question as a program."""
    chosen = options(description or "").parse_args()
    raise SystemExit(run_questions({Path(sys.argv[0]).stem: question}, chosen))
