"""How right and how fast dates are read in real news.

    python benchmarks/dates.py [--json] [--data ../shared/data/news] [--step N]

Nobody has marked the dates of these articles by hand. What is counted instead needs no marks:

- ``datelines``: an article of SaudiNewsNet has the time at which it was fetched. A dateline is taken as right
  if it is that day or the day before. An article is taken to have one if such a date stands in the first 90
  characters of its text, for the end of the text in the last 90: this counts dates that are none (events of
  that day) as missed.
- ``weekdays``: where a weekday stands beside a date («أمس السبت», «السبت 7 أكتوبر»), how often it agrees, to
  the day, with the day that was told without it. Al Mayadeen and Jawhara FM give the time of publication;
  SaudiNewsNet only when an article was fetched, often days later.
- ``calendars``: dates that are given in two calendars, and how many days these are apart.
- ``speed``: microseconds of CPU for a paragraph.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from khabar.corpus.text.paragraphs import body_of
from khabar.dates import DateSpan, dateline, find_dates, mentioned_days
from khabar.dates.finding import mentions_in
from khabar.dates.mention import Mention, resolve
from khabar.dates.prefilter import runs

DATA = Path(__file__).parents[2] / "shared" / "data" / "news"
EDGE = 90


def articles(data: Path) -> Iterator[tuple[str, date, tuple[str, ...]]]:
    """Collection, day, lines of every article that has a day."""
    for name in sorted((data / "saudinewsnet").glob("*.zip")):
        with zipfile.ZipFile(name) as archive:
            for member in archive.namelist():
                for record in json.loads(archive.read(member)):
                    if record["content"]:
                        day = date.fromisoformat(record["date_extracted"][:10])
                        yield "saudinewsnet", day, body_of(record["content"]).lines
    for name in ("almayadeen", "jawharafm"):
        path = data / name / "articles.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for line in file:
                    record = json.loads(line)
                    if "T" in record["date"]:
                        yield (
                            name,
                            date.fromisoformat(record["date"][:10]),
                            body_of(record["text"] or "").lines,
                        )


def count_datelines(day: date, lines: tuple[str, ...], counts: Counter[str]) -> None:
    said = dateline(lines)
    if said:
        counts[f"{said.place}: found"] += 1
        counts[f"{said.place}: right"] += (day - said.span.first).days in (0, 1)
    edges = (("dateline", " ".join(lines[:3])[:EDGE]), ("text end", lines[-1][-EDGE:] if lines else ""))
    for place, text in edges:
        spans = [found.span for found in find_dates(text)]
        if any(span.first == span.last and (day - span.first).days in (0, 1) for span in spans):
            counts[f"{place}: such dates"] += 1
            counts[f"{place}: such dates found"] += said is not None and said.place == place


def count_weekdays(name: str, day: date, text: str, counts: Counter[str], calendars: Counter[str]) -> None:
    for _, _, mention in (
        found for run in runs(text, True) for found in mentions_in(run.text, run.following)
    ):
        if not isinstance(mention, Mention):
            continue
        if mention.other and mention.readings[0].day is not None:
            both = resolve(mention, day)[0]
            alone = [
                resolve(replace(each, other=None, reason=""), day)[0] for each in (mention, mention.other)
            ]
            if not isinstance(both, DateSpan):
                calendars["refused"] += 1
            elif (
                mention.whole
                and mention.other.whole
                and isinstance(alone[0], DateSpan)
                and isinstance(alone[1], DateSpan)
            ):
                calendars[f"{abs((alone[0].first - alone[1].first).days)} days apart"] += 1
            else:
                calendars["one told by the other"] += 1
        elif mention.weekday is not None and (
            mention.readings or (mention.relative and mention.relative.unit == "day")
        ):
            told = resolve(replace(mention, weekday=None), day)[0]
            if isinstance(told, DateSpan) and told.first == told.last:
                kind = "relative" if mention.relative else "full date" if mention.whole else "year left out"
                off = (mention.weekday - told.first.weekday() + 3) % 7 - 3
                counts[
                    f"{name}, {kind}: "
                    f"{'agrees' if off == 0 else 'off by one' if abs(off) == 1 else 'differs'}"
                ] += 1


def speed(paragraphs: list[tuple[str, date]]) -> dict[str, float]:
    figures: dict[str, float] = {"paragraphs": len(paragraphs)}
    for label, known in (("with a reference", True), ("without", False)):
        dated = 0
        # Once only, in the order of the corpus: what recurs is remembered, as in indexing, and no more than
        # that.
        started = time.process_time()
        for text, day in paragraphs:
            dated += bool(mentioned_days(text, day if known else None))
        took = time.process_time() - started
        figures[f"{label}: share with a date"] = round(dated / max(1, len(paragraphs)), 3)
        figures[f"{label}: µs a paragraph"] = round(took / max(1, len(paragraphs)) * 1e6, 1)
    started = time.process_time()
    for text, _ in paragraphs:
        text.split()
    figures["for scale: µs of str.split"] = round(
        (time.process_time() - started) / max(1, len(paragraphs)) * 1e6, 1
    )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--step", type=int, default=1, help="take every N-th article only")
    given = parser.parse_args()
    if not given.data.is_dir():
        sys.exit(f"{given.data} is not there: give a folder with saudinewsnet/*.zip with --data")
    datelines, weekdays, calendars = Counter[str](), Counter[str](), Counter[str]()
    paragraphs: list[tuple[str, date]] = []
    for name, day, lines in islice(articles(given.data), 0, None, given.step):
        if name == "saudinewsnet":
            count_datelines(day, lines, datelines)
            paragraphs += [(line, day) for line in lines]
        for line in lines:
            count_weekdays(name, day, line, weekdays, calendars)
    figures = {
        "datelines": dict(sorted(datelines.items())),
        "weekdays": dict(sorted(weekdays.items())),
        "calendars": dict(sorted(calendars.items())),
        "speed": speed(paragraphs),
    }
    if given.json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for title, group in figures.items():
        print(title)
        for label, value in group.items():
            print(f"  {label:44} {value:>10,}")


if __name__ == "__main__":
    main()
