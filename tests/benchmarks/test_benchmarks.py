"""The benchmarks run, and measure what they say. What the figures are is no matter of a test."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from khabar.corpus.article import Article

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

#: Some minutes' work made seconds'.
SMALL = [
    "--sample",
    "--articles",
    "12",
    "--rounds",
    "1",
    "--runs",
    "1",
    "--queries",
    "2",
    "--sizes",
    "12",
]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports a module of the benchmarks' folder."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def ran(tmp_path: Path, script: str, *options: str) -> dict[str, Any]:
    """What a benchmark wrote as JSON; its Markdown must have the same tables."""
    target = tmp_path / "out.json"
    command = [sys.executable, str(BENCHMARKS / script), *SMALL, *options, "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(target.read_text("utf-8"))
    assert not data["failures"]
    for table in (table for tables in data["tables"].values() for table in tables):
        assert f"**{table['title']}**" in done.stdout
        assert all(len(figures) == len(table["columns"]) - 1 for _, figures in table["rows"])
        numbers = [value for _, figures in table["rows"] for value in figures if isinstance(value, float)]
        assert all(value > 0 for value in numbers)
    return data


def test_every_system_is_compared(tmp_path: Path) -> None:
    tables = ran(tmp_path, "run.py", "--without", "lucene", "--only", "index", "query", "size")["tables"]
    systems = ["khabar", "stock Whoosh", "SQLite FTS5"]
    for table in (tables["index"][0], *tables["query"], *tables["size"]):
        assert [name for name, _ in table["rows"]] == systems


def test_processes_memory_and_growth(tmp_path: Path) -> None:
    alone = ["--without", "lucene", "whoosh", "sqlite"]
    tables = ran(tmp_path, "run.py", *alone, "--only", "cold", "memory", "growth", "engine")["tables"]
    [cold], [memory], [growth], [asking, writing] = tables.values()
    assert "`khabar --help`" in dict(cold["rows"])
    assert [name for name, _ in memory["rows"]] == ["khabar"]
    assert [name for name, _ in growth["rows"]] == ["12"]
    # Two short queries and two headlines.
    assert "On 4 of 4 queries" in asking["notes"]
    assert len(writing["rows"]) == 2


def test_a_server_and_its_clients(tmp_path: Path) -> None:
    pytest.importorskip("starlette")
    [asked, memory] = ran(tmp_path, "serve.py", "--clients", "3", "--seconds", "1")["tables"]["serve"]
    assert [name for name, _ in asked["rows"]][1] == "khabar serve" and len(asked["rows"]) == 7
    assert all(figures[-1] in (None, "0") for _, figures in asked["rows"])
    assert "was seen" in asked["notes"] and len(memory["rows"]) == 1


def test_tables_are_put_between_their_marks(module: Callable[[str], Any]) -> None:
    common = module("common")
    document = "# A\n<!-- bench: query -->\nold\n<!-- end -->\n<!-- bench: size -->\nkept\n<!-- end -->\n"
    put = common.put(document, "query", "| new |")
    assert put == document.replace("old", "| new |")
    assert common.put(document, "growth", "| new |") == document


def test_copies_have_new_words_as_a_larger_archive_has(module: Callable[[str], Any]) -> None:
    texts = module("texts")
    rare = [f"{a}{b}{c}" for a in "بتثجحخدذرز" for b in "سشصضطظعغفق" for c in "كلمنهويبتر"]
    common = [f"ال{a}{b}{c}" for a in "سشصضطظعغفق" for b in "كلمنهويبتر" for c in "بتثجحخدذرز"]
    article = Article("one", "عنوان", (" ".join([*common, *common, *rare]),))
    first, second, third = islice(texts.repeated([article]), 3)
    assert first == article
    assert len({first.id, second.id, third.id}) == 3
    new = [
        sum(a != b for a, b in zip(article.paragraphs[0].split(), other.paragraphs[0].split(), strict=True))
        for other in (second, third)
    ]
    # Common words stay; of the others 2 ** .45 − 1 change in the first copy, 3 ** .45 − 2 ** .45 in the
    # second.
    assert new[0] == pytest.approx(0.366 * len(rare), rel=0.15)
    assert new[1] == pytest.approx(0.273 * len(rare), rel=0.15)


def test_no_query_is_asked_before_its_time(module: Callable[[str], Any], tmp_path: Path) -> None:
    queries = module("texts").Texts(tmp_path, 40, sample=True).queries(8)
    asked = [*queries.warm_up, *queries.short, *queries.headlines]
    assert len(asked) == len(set(asked)) == 24
    assert {len(each.split()) for each in queries.short} == {2, 3}


def test_the_memory_of_worker_processes_is_added_up(module: Callable[[str], Any]) -> None:
    processes = module("processes")
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("there is no /proc here")
    hold = "import time; held = b'x' * 60_000_000; time.sleep(0.7)"
    start = f"import subprocess, sys; a = [subprocess.Popen([sys.executable, '-c', {hold!r}]) for _ in 'ab'];"
    cost = processes.run([sys.executable, "-c", start + "[each.wait() for each in a]"])
    assert 120 < cost.peak_mb < 250
    assert cost.wall > 0.7


def test_a_command_that_fails_is_named(module: Callable[[str], Any]) -> None:
    processes = module("processes")
    with pytest.raises(processes.Failed, match=r"status 3: .*لا"):
        processes.run(
            [sys.executable, "-X", "utf8", "-c", "import sys; print('لا', file=sys.stderr); sys.exit(3)"]
        )


def test_readers_beside_libraries(module: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trafilatura")
    readers = module("readers")
    monkeypatch.setattr(readers, "ARCHIVES", 4)
    found = {(row.damage, row.reader): row for row in readers.damaged()}
    assert found["none", "khabar"].right == found["none", "khabar"].members == 160
    assert all(row.silent == 0 for (_, reader), row in found.items() if reader == "khabar")
    assert found["two in one file", "tarfile"].silent == 4
    article = Article("one", "افتتاح الجسر", ("افتتح الوزير الجسر أمس.", "وحضر المهندسون."))
    page = readers.page(article, "inline tags", [article])
    assert readers.by_khabar(page.encode())[0] == list(article.paragraphs)


def test_quotations_and_lists_are_measured(tmp_path: Path) -> None:
    from khabar import open_index, read

    with open_index(tmp_path / "index", create=True) as index:
        index.add(read(BENCHMARKS.parent / "corpus" / "articles"))
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_text(json.dumps({"text": "هبطت مركبة فضائية فوق سطح المريخ بعد رحلة طويلة " * 5}) + "\n")
    target = tmp_path / "out.json"
    asked = {
        "quotes.py": ["--foreign", str(foreign), "--quotations", "1", "--json", str(target)],
        "batch.py": ["--names", "30"],
    }
    for script, options in asked.items():
        command = [sys.executable, str(BENCHMARKS / script), "--index", str(tmp_path / "index"), *options]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert ("recall" if script == "quotes.py" else "30 lines in") in done.stdout
    rows = json.loads(target.read_text("utf-8"))
    assert all(row["right"] == 1 for row in rows if row["kind"] == "as it is")
    assert all(row["best"] < 0.6 for row in rows if row["kind"] == "nowhere")


@pytest.mark.skipif(not shutil.which("recollq"), reason="Recoll is not installed")
def test_beside_recoll(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / "recoll.py"), "--sample", "--articles", "12"]
    done = subprocess.run(
        [*command, "--folder", str(tmp_path), "--parts", "words"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if re.match(r"\| \w.*\(\d+\)", line)]
    assert len(rows) == 5 and all(re.fullmatch(r"\d+%|–", row[1]) for row in rows)


def test_pairs_are_asked_from_either_side(module: Callable[[str], Any]) -> None:
    recoll = module("recoll")
    assert recoll.both_ways([["أسعار", "اسعار"]]) == [("أسعار", "اسعار"), ("اسعار", "أسعار")]
    assert all(len(pairs) > 20 for pairs in recoll.kinds().values())
    assert recoll.PHRASE.findall("قال وزيرُ الخارجية إن") == ["قال وزيرُ الخارجية"]
    assert not recoll.PHRASE.findall("قال وزير الخارجية إن")
