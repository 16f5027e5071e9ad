"""Lucene 8 as a peer: our own small classes, compiled on the fly where a JDK and Debian's ``liblucene8-java``
are found."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SOURCES = sorted((Path(__file__).parent / "lucene").glob("*.java"))
JARS = Path("/usr/share/java")
PARTS = ("core", "analyzers-common", "highlighter", "memory", "queries")
#: The virtual machine's heap.
HEAP = "-Xmx2g"
#: How long the warm-up queries are asked again and again, in seconds.
WARM_SECONDS = 5.0


@cache
def compiled(folder: Path) -> str | None:
    """The class path with our class compiled in a folder, or None, with a line on stderr saying what is
    missing."""
    jars = [next(iter(sorted(JARS.glob(f"lucene-{part}-8*.jar"))), None) for part in PARTS]
    missing = [part for part, jar in zip(PARTS, jars, strict=True) if jar is None]
    missing += [tool for tool in ("java", "javac") if not shutil.which(tool)]
    if missing:
        print(
            f"Lucene: skipped, for {', '.join(missing)} is not there"
            " (Debian: apt-get install liblucene8-java default-jdk-headless)",
            file=sys.stderr,
        )
        return None
    path = ":".join(map(str, jars))
    classes = folder / "classes"
    done = subprocess.run(
        ["javac", "-nowarn", "-encoding", "UTF-8", "-cp", path, "-d", str(classes), *map(str, SOURCES)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        print(f"Lucene: skipped, for javac failed: {done.stderr.decode()}", file=sys.stderr)
        return None
    return f"{path}:{classes}"


def analysed(classpath: str, lines: Sequence[str]) -> list[str]:
    """What ArabicAnalyzer makes of each line: its terms."""
    done = subprocess.run(
        ["java", HEAP, "-cp", classpath, "Analyzed"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def version() -> str:
    """Lucene's version, from the name of its jar."""
    jar = next(JARS.glob("lucene-core-8*.jar"), None)
    return "" if jar is None else re.sub(r"lucene-core-|\.jar", "", jar.name)


def index_command(classpath: str, paragraphs: Path, folder: Path) -> list[str]:
    """Makes an index of JSON Lines with ``id`` and ``paragraphs``."""
    return ["java", HEAP, "-cp", classpath, "Paragraphs", "index", str(paragraphs), str(folder)]


def ask_command(classpath: str, folder: Path, queries: Path, *, snippets: bool, warm: bool) -> list[str]:
    """Answers queries, a time a line."""
    seconds = str(WARM_SECONDS if warm else 0)
    what = "snippets" if snippets else "ids"
    return ["java", HEAP, "-cp", classpath, "Paragraphs", "ask", str(folder), str(queries), what, seconds]
