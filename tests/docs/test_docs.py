"""The documents tell the truth: what they show is run, what they list is compared with what there is.

Conventions of the documents:

- a ``console`` block is a terminal session: lines that begin with ``$ `` are run, in the order of the
  document, in a folder with the sample corpus and an empty ``indexes/``. ``# exit 1`` behind a command is its
  exit status, otherwise 0. The lines below a command, if there are any, are its output; ``...`` stands for
  anything in a line, alone for any lines, and times may differ;
- a ``python`` block is run too, in the same folder and in one namespace a document; with ``>>>`` its output
  is compared;
- ``sh`` blocks are not run: they install things. They hold no ``khabar`` command;
- of the page about the API, ``127.0.0.1:8765`` is a server that runs from ``khabar serve`` on;
- of the page about clusters, ``localhost:9200`` is a node that the tests start, and an ``http`` block is a
  request to it.
"""

from __future__ import annotations

import contextlib
import doctest
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import click
import pytest
from click.testing import CliRunner
from nodes import Nodes
from servers import served

import khabar as package
from khabar.cli.group import COMMANDS, khabar

ROOT = Path(__file__).parents[2]
#: Every page for people; what is only measured is checked for its links and run by nobody.
DOCUMENTS = [
    "README.md",
    "README.ar.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "corpus/README.md",
    "tests/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").rglob("*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
#: The page that takes a node, and how it names that.
ON_CLUSTER, NODE = "docs/howto/cluster.md", "localhost:9200"
#: The page that takes a server, and how it names that.
SERVED, SERVER = "docs/howto/api.md", "127.0.0.1:8765"
_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"\s+# exit (\d+)$")
_COMMAND = re.compile(r"(khabar (?:'[^']*'|[^|<>;&$'])*)([|>].*)?")
_INVISIBLE = re.compile("[\u200e\u2066-\u2069]")
#: Times and rates: any number will do.
_MEASURED = re.compile(r"\b[0-9.,]+(?= (?:m?s|articles/s)\b)")
_DOCTEST = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> Iterator[tuple[str, str, int]]:
    """The fenced blocks of a document: language, text, line."""
    text = text_of(name)
    for match in _BLOCK.finditer(text):
        yield match[1], match[2], text.count("\n", 0, match.start()) + 2


def section(name: str, heading: str) -> str:
    """A section of a document, up to the next heading of its level or a higher one."""
    level = heading.split()[0]
    found = re.search(
        rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", text_of(name), re.MULTILINE | re.DOTALL
    )
    assert found, f"{name} has no section «{heading}»"
    return found[1]


# what is run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder such as a reader has after cloning, and a terminal of 80 columns without colours."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "indexes").mkdir()
    for name in ("KHABAR_INDEX", "FORCE_COLOR", "PYTHONWARNINGS"):
        monkeypatch.delenv(name, raising=False)
    homes = {f"XDG_{each}_HOME": str(tmp_path / each.lower()) for each in ("DATA", "CONFIG", "STATE")}
    for name, value in {**homes, "COLUMNS": "80", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    with contextlib.chdir(tmp_path):
        yield tmp_path


def run(command: str) -> tuple[str, int]:
    """Run a line of a session: output and exit status. khabar runs in this process, what it is piped into
    does not."""
    match = _COMMAND.fullmatch(command)
    if not match:
        done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", timeout=60)
        return done.stdout + done.stderr, done.returncode
    called, sink = match.groups()
    # As on a terminal: the default is what a person sees. Progress is shown on stderr, which stays as it is.
    # Without a terminal, a slow machine prints lines of progress between those of the document.
    with (
        mock.patch("khabar.cli.output_options.is_terminal", lambda _: not sink),
        # The documents show what a terminal with colours does; where there are none, words are named instead.
        mock.patch("khabar.cli.output_options._uncoloured", lambda: False),
        mock.patch("khabar.render.progress.LINE_EVERY", math.inf),
    ):
        result = CliRunner().invoke(khabar, shlex.split(called)[1:])
    if not sink:
        return result.output, result.exit_code
    script = sink[1:] if sink[0] == "|" else f"cat {sink}"
    done = subprocess.run(
        ["bash", "-c", script], input=result.stdout, capture_output=True, encoding="utf-8", timeout=60
    )
    return done.stdout + result.stderr + done.stderr, result.exit_code or done.returncode


def session(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """The commands of a console block, each with the status and output it is documented with."""
    entries: list[tuple[str, int, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            status = _STATUS.search(line)
            entries.append((_STATUS.sub("", line[2:]), int(status[1]) if status else 0, []))
        else:
            assert entries, f"a console block begins with «$ », not with {line!r}"
            entries[-1][2].append(line)
    return iter(entries)


def tidy(lines: list[str]) -> str:
    shown = (_MEASURED.sub("0", _INVISIBLE.sub("", line)).rstrip() for line in lines)
    return "\n".join(shown).strip("\n") + "\n"


def pattern(expected: str) -> re.Pattern[str]:
    """What an output must match: «...» is anything in a line, alone on a line any lines."""
    parts = []
    for line in expected.splitlines():
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(re.escape(line).replace(re.escape("..."), r"[^\n]*?") + r"\n")
    return re.compile("".join(parts))


def check_session(text: str, where: str) -> None:
    for command, status, expected in session(text):
        output, found = run(command)
        assert found == status, f"{where}: `{command}` exits with {found}, not {status}:\n{output}"
        wanted = tidy(expected)
        if wanted.strip():
            shown = tidy(output.splitlines())
            assert pattern(wanted).fullmatch(shown), (
                f"{where}: `{command}` prints\n\n{shown}\nand not\n\n{wanted}"
            )


def check_python(text: str, names: dict[str, object], where: str, line: int) -> None:
    if ">>>" not in text:
        exec(compile(text, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(text, names, where, where, line)
    failures: list[str] = []
    doctest.DocTestRunner(optionflags=_DOCTEST, verbose=False).run(
        test, out=failures.append, clear_globs=False
    )
    names.update(test.globs)
    assert not failures, "".join(failures)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in (ON_CLUSTER, SERVED)])
def test_what_a_document_shows(name: str, folder: Path) -> None:
    check_document(name)


@pytest.mark.cluster
def test_what_the_page_about_clusters_shows(folder: Path, cluster: Nodes) -> None:
    try:
        check_document(ON_CLUSTER, cluster)
    finally:
        cluster.request("DELETE", "/news.*,moved.*?expand_wildcards=all")


def test_what_the_page_about_the_api_shows(folder: Path) -> None:
    pytest.importorskip("starlette")
    with contextlib.ExitStack() as stack:
        check_document(SERVED, stack=stack)


def check_document(name: str, nodes: Nodes | None = None, stack: contextlib.ExitStack | None = None) -> None:
    server = SERVER
    names: dict[str, object] = {"__name__": "__main__"}
    for language, text, line in blocks(name):
        where = f"{name}, line {line}"
        if nodes is not None:
            text = text.replace(NODE, nodes.hosts)
        if stack is not None and "$ khabar serve\n" in text:
            # It runs from here on to the end of the page.
            text, _, said = text.partition("$ khabar serve\n")
            check_session(text, where)
            started = stack.enter_context(served(Path("indexes/news"), Path.cwd()))
            assert pattern(tidy(said.splitlines())).fullmatch(
                tidy([started.line.replace(f":{started.port}", ":8765")])
            )
            server = f"127.0.0.1:{started.port}"
            continue
        text = text.replace(SERVER, server)
        if language == "http" and nodes is not None:
            request, _, body = text.partition("\n")
            method, path = request.split()
            nodes.request(method, path, body.strip() or None)
        elif language == "console":
            check_session(text, where)
        elif language == "python":
            check_python(text, names, where, line)
        elif language == "sh":
            assert not re.search(r"^khabar ", text, re.MULTILINE), (
                f"{where}: a khabar command that is not run"
            )


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_an_example_script_runs(example: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "KHABAR_INDEX"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 3 and not list(tmp_path.iterdir())


# what is listed


def options(command: click.Command) -> set[str]:
    inner = command.commands.values() if isinstance(command, click.Group) and command is not khabar else ()
    return set().union(*map(options, inner)) | {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


def command(name: str) -> click.Command:
    found = khabar.get_command(click.Context(khabar), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_stands_in_its_section(name: str) -> None:
    told = section("docs/terminal.md", f"## khabar {name}")
    missing = [each for each in options(command(name)) if f"`{each}" not in told]
    assert not missing, f"docs/terminal.md does not tell of these options of «khabar {name}»: {missing}"
    assert re.search(rf"^\$ khabar {name} ", told, re.MULTILINE), (
        f"docs/terminal.md has no example of «khabar {name}»"
    )


def test_every_subcommand_is_told_of() -> None:
    groups = {name: command(name) for name in COMMANDS if isinstance(command(name), click.Group)}
    assert groups
    for name, group in groups.items():
        told = section("docs/terminal.md", f"## khabar {name}")
        assert isinstance(group, click.Group)
        missing = [
            inner
            for inner in group.commands
            if not re.search(rf"(?:`|khabar {name} ){re.escape(inner)}\b", told)
        ]
        assert not missing, f"docs/terminal.md does not tell of «khabar {name}» {missing}"


def test_no_other_command_or_option_is_told_of() -> None:
    told = text_of("docs/terminal.md")
    assert set(re.findall(r"^## khabar (\w+)$", told, re.MULTILINE)) == set(COMMANDS)
    known = {"--help", "--", *options(khabar)}.union(*(options(command(name)) for name in COMMANDS))
    assert options(khabar) <= {each for each in known if f"`{each}" in told}
    assert not set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", told)) - known


@pytest.mark.parametrize(("name", "heading"), [("README.md", "## Commands"), ("README.ar.md", "## الأوامر")])
def test_the_table_of_commands(name: str, heading: str) -> None:
    table = section(name, heading)
    assert re.findall(r"^\| (?:`|<code[^>]*>)khabar (\w+)", table, re.MULTILINE) == list(COMMANDS)


def test_both_languages_have_the_same_examples() -> None:
    def examples(name: str) -> list[str]:
        shown = []
        for language, text, _ in blocks(name):
            lines = text.splitlines()
            if language == "console":  # the Arabic one shows what khabar says in Arabic
                lines = [line.replace(" --lang ar", "") for line in lines if line.startswith("$ ")]
            shown += [language, *(line.partition(" # ")[0].rstrip() for line in lines)]
        return shown

    assert examples("README.md") == examples("README.ar.md")


@pytest.mark.parametrize("name", [each for each in DOCUMENTS if each.endswith(".ar.md") or "/ar/" in each])
def test_arabic_runs_from_right_to_left_and_code_from_left_to_right(name: str) -> None:
    lines = text_of(name).splitlines()
    assert lines[0] == '<div dir="rtl">' and lines[-1] == "</div>"
    directions = ["rtl"]
    for number, line in enumerate(lines[1:], 2):
        if found := re.fullmatch(r'<div dir="(\w+)">', line):
            directions.append(found[1])
        elif line == "</div>":
            directions.pop()
        elif re.match(r"```\w", line):
            assert directions[-1] == "ltr", f"line {number}: the block is not left to right"
    assert not directions
    # A sign at either end of Latin code would go to its other end; <code dir="ltr"> keeps it where it is.
    for code in re.findall(r"`([^`\n]+)`", _BLOCK.sub("", text_of(name))):
        if re.search(r"[A-Za-z]", code) and not re.search(r"[ء-ي]", code):
            assert re.fullmatch(r"\w.*\w", code), f'`{code}` needs <code dir="ltr">'


@pytest.mark.parametrize(
    ("name", "heading"), [("README.md", "## What is recognised"), ("README.ar.md", "## مطابقة الكلمات")]
)
def test_spellings_that_count_as_one_word(name: str, heading: str, analyzer: package.Analyzer) -> None:
    table = "\n".join(re.findall(r"^\|.*", section(name, heading), re.MULTILINE))
    groups = re.findall(r"(?:^|[|,،])((?:[^|,،=]+=)+[^|,،=]+)", table, re.MULTILINE)
    assert len(groups) > 8
    for group in groups:
        terms = {analyzer.tokens(spelling)[0].word.exact[0] for spelling in group.split("=")}
        assert len(terms) == 1, f"{group} are different words: {terms}"


def test_the_list_of_public_names() -> None:
    table = section("docs/library.md", "## Public names")
    names = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)))
    assert len(names) == len(set(names))
    assert sorted(names) == sorted(package.__all__)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_named_is_there(name: str) -> None:
    text = _BLOCK.sub("", text_of(name))
    base = (ROOT / name).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path = target.partition("#")[0]
        if path and not re.match(r"https?://|mailto:", path):
            assert (base / path).resolve().exists(), f"{name} links to {target}, which is not there"
    for named in re.findall(r"`((?:search|tests|corpus|docs|examples|benchmarks)/[\w./*-]+)`", text):
        assert list(ROOT.glob(named)), f"{name} names {named}, which is not there"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_headings_linked_to_are_there(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)\s#]*)#([^)\s]+)\)", text_of(name)):
        if not target.startswith("http"):
            other = (ROOT / name).parent / target if target else ROOT / name
            headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w\- ]", "", heading.lower().strip()).replace(" ", "-") for heading in headings
            }
            assert anchor in slugs, f"{name} links to #{anchor}"


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z-]+)$", text_of("README.md"), re.MULTILINE))
    for name in DOCUMENTS:
        assert set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text_of(name), re.MULTILINE)) <= targets


def test_the_demo_is_the_one_that_the_readme_shows() -> None:
    recipe = re.search(r"^demo:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)
    assert recipe
    query = re.search(r"khabar search '([^']+)'", recipe[1])
    assert query and f"khabar search '{query[1]}'" in text_of("README.md")


def test_the_version_has_an_entry() -> None:
    assert re.search(rf"^## {re.escape(package.__version__)}(?: |$)", text_of("CHANGELOG.md"), re.MULTILINE)


@pytest.mark.parametrize(
    "name", [*DOCUMENTS, *(f"examples/{p.name}" for p in (ROOT / "examples").glob("*.py"))]
)
def test_no_path_of_somebodys_machine(name: str) -> None:
    assert not re.findall(r"/(?:work|tmp|root|home|Users)/[^\s`]*", text_of(name))
