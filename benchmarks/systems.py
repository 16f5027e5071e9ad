"""The systems that are measured: how each makes an index of the texts and answers queries, always as
processes of its own."""

from __future__ import annotations

import json
import shutil
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import lucene
from processes import Cost, Failed, run
from texts import ROOT, Queries, Texts

HERE = Path(__file__).parent


@dataclass(frozen=True)
class System:
    """One system.

    Attributes:
        name: as the tables name it.
        kind: the folder of its index; systems of one kind share it.
        index: the command that makes an index of texts in a folder.
        ask: the command that answers the queries of a file; the last argument says whether to warm up at
            length.
        words: whether it indexes the words that ``peers.py`` prepares.
        tag: what its index depends on besides the texts.
        allowed: the statuses with which ``index`` may end.
    """

    name: str
    kind: str
    index: Callable[[Texts, Path], list[str]]
    ask: Callable[[Path, Path, bool], list[str]]
    words: bool = False
    tag: str = ""
    allowed: tuple[int, ...] = (0,)


@cache
def khabar_command() -> tuple[str, ...]:
    """``khabar`` as users run it."""
    script = Path(sys.executable).with_name("khabar")
    return (str(script),) if script.exists() else (sys.executable, "-m", "khabar")


@cache
def code_tag() -> str:
    """Changes with the code that makes an index, so that an index of older code is not measured for the
    present one."""
    package = ROOT / "search" / "khabar"
    check = 0
    for file in sorted(
        file for room in ("analysis", "corpus", "index") for file in (package / room).rglob("*.py")
    ):
        check = zlib.crc32(file.read_bytes(), check)
    return f"-{zlib.crc32((package / 'library.py').read_bytes(), check):08x}"


KHABAR = System(
    "khabar",
    "khabar",
    index=lambda texts, folder: [*khabar_command(), "index", str(texts.sources), "--index", str(folder)],
    ask=lambda folder, queries, warm: _python("ask.py", "khabar", str(folder), str(queries)),
    tag=code_tag(),
    # Some input was skipped: SaudiNewsNet has articles without any text.
    allowed=(0, 1),
)


def _python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, str(HERE / script), *arguments]


def _peer(name: str, kind: str) -> System:
    return System(
        name,
        kind,
        index=lambda texts, folder: _python("peers.py", kind, str(words_file(texts)), str(folder)),
        ask=lambda folder, queries, warm: _python("ask.py", kind, str(folder), str(queries)),
        words=True,
    )


def _lucene(classpath: str, *, snippets: bool) -> System:
    return System(
        f"Lucene {lucene.version()}" + ("" if snippets else ", ids alone"),
        "lucene",
        index=lambda texts, folder: lucene.index_command(classpath, texts.paragraphs_file, folder),
        ask=lambda folder, queries, warm: lucene.ask_command(
            classpath, folder, queries, snippets=snippets, warm=warm
        ),
    )


def systems(folder: Path, *, without: Iterable[str] = ()) -> list[System]:
    """Every system that is installed, khabar first; ``folder`` is for what must be compiled."""
    left_out = set(without)
    found = [KHABAR]
    classpath = None if "lucene" in left_out else lucene.compiled(folder)
    if classpath is not None:
        found += [_lucene(classpath, snippets=True), _lucene(classpath, snippets=False)]
    found += [_peer("stock Whoosh", "whoosh"), _peer("SQLite FTS5", "sqlite")]
    return [each for each in found if each.kind not in left_out]


def words_file(texts: Texts) -> Path:
    """The analysed words of the texts; made if they are not there."""
    path = texts.folder / f"words{code_tag()}.jsonl"
    if not path.exists():
        prepare(texts)
    return path


def prepare(texts: Texts) -> Cost:
    """Read and analyse the texts' source for the systems that index prepared words."""
    path = texts.folder / f"words{code_tag()}.jsonl"
    for old in texts.folder.glob("words*"):
        old.unlink()
    begun = path.with_suffix(".begun")
    cost = run(_python("peers.py", "words", str(texts.sources), str(begun)))
    begun.replace(path)
    return cost


def index_folder(system: System, texts: Texts) -> Path:
    """Where a system's index of the texts is, if it was made."""
    return texts.folder / f"{system.kind}{system.tag}"


def build(system: System, texts: Texts) -> Cost:
    """Make a system's index anew. The files that it reads are there before the clock starts."""
    folder = index_folder(system, texts)
    begun = folder.with_name(folder.name + ".begun")
    # Those that older code made too: they will not be asked for again.
    for old in texts.folder.glob(f"{system.kind}*/"):
        shutil.rmtree(old)
    cost = run(system.index(texts, begun), allowed=system.allowed)
    begun.rename(folder)
    _cost_file(folder).write_text(json.dumps(asdict(replace(cost, output=""))), encoding="utf-8")
    return cost


def building_cost(system: System, texts: Texts) -> Cost:
    """What making the present index cost, the last time that it was made."""
    return Cost(**json.loads(_cost_file(built(system, texts)).read_text("utf-8")))


def _cost_file(folder: Path) -> Path:
    return folder.with_name(folder.name + ".cost.json")


def built(system: System, texts: Texts) -> Path:
    """The folder with a system's index, made if it is not there."""
    folder = index_folder(system, texts)
    if not folder.exists():
        print(f"indexing with {system.name}", file=sys.stderr, flush=True)
        build(system, texts)
    return folder


def folder_mb(folder: Path) -> float:
    """The size of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def answers(
    system: System, folder: Path, phases: Sequence[tuple[str, Sequence[str]]], *, warm: bool = True
) -> tuple[Mapping[str, list[float]], Cost]:
    """The milliseconds of each query by phase, asked in order in one process, and what that process cost."""
    path = folder.with_name(folder.name + ".queries.tsv")
    path.write_text(
        "".join(f"{name}\t{each}\n" for name, asked in phases for each in asked), encoding="utf-8"
    )
    cost = run(system.ask(folder, path, warm))
    times: dict[str, list[float]] = defaultdict(list)
    found = 0
    for line in cost.output.splitlines():
        phase, ms, hits = line.split("\t")
        times[phase].append(float(ms))
        found += int(hits)
    if not found:
        raise Failed(f"{system.name} found nothing at all: its times would mean nothing")
    return times, cost


def usual_phases(queries: Queries) -> list[tuple[str, Sequence[str]]]:
    """Warm-up, then short queries and headlines that were not asked before, then both again."""
    return [
        ("warm-up", queries.warm_up),
        ("short, first", queries.short),
        ("headline, first", queries.headlines),
        ("short, again", queries.short),
        ("headline, again", queries.headlines),
    ]
