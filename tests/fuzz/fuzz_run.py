"""``make fuzz``: every target for some time, with atheris where it is installed, else with hypothesis.

    python tests/fuzz/fuzz_run.py [--seconds 60] [--engine atheris|hypothesis|plain] [TARGET ...]

atheris follows which branches an input reaches and keeps what reaches new ones; it is a compiler's work to
install (wheels exist for Linux), so it is no part of the extra ``dev``: ``pip install atheris``. hypothesis
damages and mixes the seeds. The engine plain mixes texts for the tokenizer, the dates and the queries a
hundred times as fast, and shrinks nothing. A failing input is kept as a file, and its path is printed. The
exit status is 1 if there is any.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fuzz_targets import SEEDS, TARGETS

LONGEST = 1 << 14


def with_atheris(name: str, seconds: int, folder: Path) -> tuple[int, bool]:
    """Run a target in a process of its own, since libFuzzer ends its process: inputs tried, and whether all
    went well."""
    seeds = folder / f"{name}-seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS[name]):
        (seeds / str(number)).write_bytes(seed)
    arguments = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/{name}-",
        "-timeout=60",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    ]
    done = subprocess.run(
        [sys.executable, __file__, "--only", name, *arguments, str(seeds)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    tried = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr) or re.search(
        r"Done (\d+) runs", done.stderr
    )
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
    return int(tried[1]) if tried else 0, done.returncode == 0


def only(name: str, arguments: list[str]) -> None:
    """Hand a target to libFuzzer; never returns."""
    import atheris

    with atheris.instrument_imports(include=["khabar"]):
        from khabar.corpus.reading.readers import READERS

        readers = {place.rpartition(".")[0] for place in READERS.values()}
        others = ("web.page_blocks", "web.page_metadata", "pieces.zip_recovery", "pieces.tar_recovery")
        for module in [*readers, *others, "dates"]:
            importlib.import_module(f"khabar.corpus.{module}")
        importlib.import_module("khabar.analysis.tokenizer")
        importlib.import_module("khabar.query.parser")
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


def with_hypothesis(name: str, seconds: int, folder: Path) -> tuple[int, bool]:
    """Damage and mix the seeds for some time: inputs tried, and whether all went well."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    tried = 0
    end = time.monotonic() + seconds
    inputs = damaged(SEEDS[name])

    while time.monotonic() < end:

        @seed(random.randrange(1 << 32))
        @settings(
            max_examples=200,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.one_of(inputs, st.binary(max_size=400)))
        def run(data: bytes) -> None:
            nonlocal tried
            if time.monotonic() > end:
                return
            tried += 1
            try:
                TARGETS[name](data)
            except BaseException:
                (folder / f"{name}-crash").write_bytes(data)
                raise

        try:
            run()
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return tried, False
    return tried, True


#: What texts are mixed from, beside the words of the seeds.
_PIECES = (
    *'"()+-*~=:^/\\[]{}<>|&!?.,;_%#@\n\t\0\ufeff\u200f\u202e\u0640\u064b\u0651\u0670\ud7ff\ue000\ufffd',
    *(
        "ﷺ",
        "ﻻ",
        "٪",
        "٫",
        "٬",
        "١",
        "۲",
        "3",
        "12.5",
        "AND",
        "OR",
        "NOT",
        "أو",
        "و",
        "ليس",
        "بعد:",
        "قبل:",
        "\U0001f600",
    ),
    *(
        "title:",
        "source:",
        "after:",
        "before:",
        "2023",
        "٢٠٢٤",
        "1445",
        "هـ",
        "م",
        "رمضان",
        "شباط",
        "أمس",
        "غدا",
    ),
)


def with_plain(name: str, seconds: int, folder: Path, seed: int) -> tuple[int, bool]:
    """Mix texts from pieces, for targets that are fast: inputs tried, and whether all went well."""
    target = TARGETS[name]
    choose = random.Random(f"{name} {seed}")
    words = [word for each in SEEDS[name] for word in each.decode("utf-8", "replace").split()]
    pieces = [*words, *words, *_PIECES, *(" ",) * len(words)]
    encoded = [piece.encode("utf-8", "surrogatepass") for piece in pieces]
    tried = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(500):
            data = b"".join(choose.choices(encoded, k=choose.randrange(1, 12)))
            if tried % 8 == 0:
                # Bytes that are no letters, and letters of any script.
                at = choose.randrange(len(data) + 1)
                other = choose.choice((choose.randbytes(3), chr(choose.randrange(1, 0xD800)).encode()))
                data = data[:at] + other + data[at:]
            tried += 1
            try:
                target(data)
            except BaseException as error:
                (folder / f"{name}-crash").write_bytes(data)
                print(f"{type(error).__name__}: {error}: {data!r}", file=sys.stderr)
                return tried, False
    return tried, True


def damaged(seeds: list[bytes]):  # type: ignore[no-untyped-def]
    """A strategy: seeds with pieces cut out, doubled, moved from one to another, and bytes changed."""
    from hypothesis import strategies as st

    @st.composite
    def strategy(draw) -> bytes:  # type: ignore[no-untyped-def]
        data = bytearray(draw(st.sampled_from(seeds)))
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(data)))
            stop = min(len(data), start + draw(st.integers(0, 60)))
            kind = draw(st.sampled_from(["cut", "double", "bytes", "other", "end"]))
            if kind == "cut":
                del data[start:stop]
            elif kind == "double":
                data[start:start] = data[start:stop] * draw(st.integers(1, 20))
            elif kind == "bytes":
                data[start:stop] = draw(st.binary(max_size=8))
            elif kind == "other":
                other = draw(st.sampled_from(seeds))
                at = draw(st.integers(0, len(other)))
                data[start:stop] = other[at : at + 80]
            else:
                del data[start:]
        return bytes(data[:LONGEST])

    return strategy()


def main() -> int:
    if "--only" in sys.argv[:2]:
        only(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all without one"
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each target; 60 without it")
    parser.add_argument("--engine", choices=["atheris", "hypothesis", "plain"])
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the engine plain")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    engine = options.engine or ("atheris" if importlib.util.find_spec("atheris") else "hypothesis")
    if engine == "atheris" and not importlib.util.find_spec("atheris"):
        parser.error("atheris is not installed: pip install atheris, or take --engine hypothesis")
    if not options.engine and engine == "hypothesis":
        print("atheris is not installed (pip install atheris): fuzzing with hypothesis", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="khabar-fuzz-"))
    total, failed = 0, []
    for name in options.targets or TARGETS:
        began = time.monotonic()
        if engine == "plain":
            tried, well = with_plain(name, options.seconds, folder, options.seed)
        else:
            tried, well = (with_atheris if engine == "atheris" else with_hypothesis)(
                name, options.seconds, folder
            )
        total += tried
        print(
            f"{name:12}{tried:>10,} inputs  {time.monotonic() - began:5.0f} s  {'ok' if well else 'FAILED'}",
            flush=True,
        )
        if not well:
            failed.append(name)
    print(
        f"{'in all':12}{total:>10,} inputs with {engine}"
        + (f"; failing inputs are in {folder}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
