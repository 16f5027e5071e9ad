"""The server of OpenSearch, from its packages on Maven Central: what it requires, and where it is kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from khabar.user_folders import user_folder

__all__ = ["CACHE", "Unavailable", "java", "server"]

#: The environment variable with the folder for downloads; the user's cache if it is not set.
CACHE = "KHABAR_CACHE"
HERE = Path(__file__).resolve().parent / "node"
RECIPE = ("pom.xml", "TestNode.java")
#: The oldest Java that OpenSearch 2.19 and the recipe support.
OLDEST_JAVA = 17
#: The folder in which Linux distributions install Java.
INSTALLED = Path("/usr/lib/jvm")
#: With its version, so that every Maven uses the same one.
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
#: Seconds for downloading the packages.
_FETCHING = 300


class Unavailable(Exception):
    """This machine cannot run a cluster; the text says in one line what is missing."""


def java() -> Path:
    """A Java that is new enough and has a compiler beside it."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += [Path(found).resolve().parent.parent] if (found := shutil.which("java")) else []
    homes += sorted(INSTALLED.glob("*"))
    there = [home / "bin" / "java" for home in homes if (home / "bin" / "java").is_file()]
    new = [each for each in there if _version(each) >= OLDEST_JAVA]
    if not new:
        raise Unavailable(f"Java {OLDEST_JAVA} or newer is missing (apt-get install default-jdk-headless)")
    for each in new:
        if each.with_name("javac").is_file():
            return each
    raise Unavailable("javac, the compiler of Java, is missing (apt-get install default-jdk-headless)")


def _version(java: Path) -> int:
    """The major version of a Java, 0 if it is unknown."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', done.stderr)
    return int(match[1]) if match else 0


def server(java: Path) -> Path:
    """The folder with the packages and our class, created if it is missing or of another recipe."""
    version = re.search(r"<opensearch.version>(.+)</", (HERE / "pom.xml").read_text())
    assert version is not None
    cache = Path(os.environ.get(CACHE) or user_folder("cache"))
    place = cache / f"opensearch-{version[1]}"
    if _is_made(place):
        return place
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable("Maven is missing (apt-get install maven)")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Created beside it and renamed, so that an incomplete server is never used.
        made = Path(tempfile.mkdtemp(prefix="half-", dir=cache))
    except OSError as error:
        raise Unavailable(f"there is no room for the packages: {error}") from error
    try:
        fetch = [maven, "--quiet", "--batch-mode", "--strict-checksums", "-f", made / "pom.xml", _COPY]
        compile_ = [java.with_name("javac"), "-d", made / "classes", "-cp", f"{made / 'lib'}/*"]
        for name in RECIPE:
            shutil.copy(HERE / name, made)
        _run(
            [*fetch, f"-DoutputDirectory={made / 'lib'}", "-DincludeScope=runtime"],
            f"OpenSearch {version[1]}",
        )
        _run([*compile_, made / "TestNode.java"], "a node")
        if not _is_made(place):
            shutil.rmtree(place, ignore_errors=True)
            # Another process may have created it meanwhile.
            with suppress(OSError):
                made.rename(place)
        return place
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_made(place: Path) -> bool:
    """Whether a server was made by the current recipe."""
    return all(
        (place / name).is_file() and (place / name).read_bytes() == (HERE / name).read_bytes()
        for name in RECIPE
    )


def _run(command: Sequence[str | Path], what: str) -> None:
    """Run a command that makes a part of the server."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_FETCHING, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{what} cannot be had: {name} took longer than {_FETCHING} s") from error
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Unavailable(f"{what} cannot be had: {name}: {lines[0][:300] if lines else done.returncode}")
