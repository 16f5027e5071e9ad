"""Changes the code in small ways, one at a time, and asks the tests whether they notice.

``make mutants SEED=7 COUNT=300`` takes a random sample of all such changes in ``index``, ``query``,
``ranking``, ``analysis`` and ``upkeep``, from every module in proportion to its size, and prints which nobody
noticed.
``--only khabar/index/bm25.py:12`` tries all changes of a line.

A change ("mutant") is made in a copy of the project. The tests that run a line were written down once, with
coverage: they run, the quickest first, until one fails. A test is believed only if it passes on the code as
it is, and each that caught a mutant is asked once more at the end. A mutant that takes much longer than its
tests counts as caught: it would hang a user as well. ``EQUIVALENT`` names the mutants that change nothing
which can be seen, with the reason.

cosmic-ray runs one command for all mutants, and mutmut exchanges every function for a trampoline, which the
tests of worker processes, of start-up and of the documents notice. So this is a script.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any, NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
SOURCE = Path("search")
ROOMS = ("index", "query", "ranking", "analysis", "upkeep")
#: Tests that are asked. Those of the other rooms say little about these five.
TESTS = (
    *(
        "index",
        "query",
        "ranking",
        "analysis",
        "upkeep",
        "conformance",
        "library",
        "stories",
        "explore",
        "highlight",
    ),
    *("properties", "evaluation", "meaning"),
)
#: They kill processes at random: a mutant that they catch, they do not catch each time.
RANDOM = ("tests/conformance/test_crashes.py", "tests/conformance/test_churn.py")
#: They limit files and memory of their process, which coverage does not survive.
LIMITING = ("tests/upkeep/test_system_errors.py",)

#: Mutants that no test can catch: module, the line without spaces around it, what the mutant makes of a part
#: of it, and why nobody can see it.
EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "khabar/query/word_lexemes.py",
        'if tilde and len(digits) < 2 and fold_digits(digits).strip("0123456789") == "" and _has_word(head):',
        "(len(digits) < 2 and fold_digits(digits).strip('0123456789') == '' and _has_word(head))",
    ): "without a tilde there is no head, and so no word in it",
    (
        "khabar/query/word_operators.py",
        "if not plain[number] or len(lexeme.text) > 8:",
        "(len(lexeme.text) >= 8)",
    ): "no operator has eight letters; the length only spares folding",
    (
        "khabar/index/lexicon.py",
        "return dict(zip(terms[chosen].tolist(), np.minimum(1.0, cosines[chosen]).tolist(), strict=True))",
        "(2.0)",
    ): "only rounding takes a cosine above one",
    (
        "khabar/query/snapshot.py",
        "class Conditions(TypedDict, total=False):",
        "(True)",
    ): "for type checkers alone",
    (
        "khabar/ranking/occurrences.py",
        "class Occurrences(msgspec.Struct, frozen=True):",
        "(False)",
    ): "nobody assigns to it",
    (
        "khabar/index/words.py",
        "class Words(msgspec.Struct, frozen=True, eq=False):",
        "(True)",
    ): "nobody compares it",
    (
        "khabar/index/word_list.py",
        'if self.arrays["bytes"].size >= 1 << 32:',
        "(31)",
    ): "needs two thousand million bytes of words, and takes a wider type then",
    (
        "khabar/index/lexicon_files.py",
        "**{name: CLASSES[name] for name in CLASSES.names or ()},",
        "(CLASSES.names)",
    ): "a type with fields has names; the rest is for type checkers",
    (
        "khabar/index/letter_pairs.py",
        "while common < len(found) and spared + found[common][0] < threshold**2 * squares:",
        "(spared + found[common][0] <= threshold ** 2 * squares)",
    ): "of equal floats either may be; the candidates are compared exactly later",
    (
        "khabar/index/embedded/__init__.py",
        'found = ".".join(map(str, whoosh.__version__[:3]))',
        "(4)",
    ): "the version has three parts",
    (
        "khabar/query/search.py",
        'vocalised(planned.plan, planned.words) if sort == "relevance" and limit and offset < REACH else ()',
        "(offset <= REACH)",
    ): "behind REACH no place is changed; this only spares the work",
    (
        "khabar/query/search.py",
        'vocalised(planned.plan, planned.words) if sort == "relevance" and limit and offset < REACH else ()',
        "(sort == 'relevance' and limit)",
    ): "behind REACH no place is changed; this only spares the work",
    (
        "khabar/index/embedded/postings.py",
        "some = np.flatnonzero(same & (sizes > 0))",
        "(-1)",
    ): "a list without postings gives none",
    (
        "khabar/ranking/term_scoring.py",
        "row_bits, passage_bits = len(passages).bit_length() + 1, self._reader.columns.passages.bit_length()",
        "(2)",
    ): "one bit more than the rows need",
    ("khabar/index/encoder.py", "new.append(place)", "pass"): "what is not kept is analysed again",
    (
        "khabar/analysis/tokenizer.py",
        "while begin and not text[begin - 1].isspace():",
        "(begin)",
    ): "no word goes over a space, so that an earlier beginning finds the same word",
    (
        "khabar/upkeep/update.py",
        "if known is None or known == short_fingerprint(mine.fingerprint):",
        "(known == short_fingerprint(mine.fingerprint))",
    ): "what is not known is not stored either",
    (
        "khabar/upkeep/changes.py",
        "return status.st_mtime_ns if status.st_mtime_ns < time.time_ns() - _TICK else -1",
        "(status.st_mtime_ns <= time.time_ns() - _TICK)",
    ): "a nanosecond",
    (
        "khabar/upkeep/honesty.py",
        '"direction controls": _characters((0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),',
        "(8293)",
    ): "U+2065 is no character",
    (
        "khabar/upkeep/honesty.py",
        "table = np.zeros(1 << 16, np.uint8)",
        "(17)",
    ): "a table of which the second half is never asked",
    (
        "khabar/ranking/occurrences.py",
        "if len(self.weights) == 1 and len(articles) * _FEW < len(self.passages):",
        "(len(articles) // _FEW)",
    ): "both ways give the same; which is faster depends on how many there are",
    (
        "khabar/ranking/occurrences.py",
        "self._passages_of([terms for phrase in phrases for terms in phrase.words])",
        "pass",
    ): "what was not read together is read when it is asked for",
    (
        "khabar/ranking/accumulators.py",
        "most = max(_BATCH, done) if number is not None and remaining > _BATCH else remaining",
        "(remaining > _BATCH)",
    ): "where all are looked for, batches are scored one after the other, in the same order",
    (
        "khabar/query/field_lexemes.py",
        'while end > at and text[end - 1] in "،,؛;؟?!":',
        "(text[end - 1] in '،,؛;؟?!')",
    ): "before a value stands a colon, a quotation mark or a parenthesis, which ends it",
    (
        "khabar/index/embedded/postings.py",
        "some = np.flatnonzero(same & (sizes > 0))",
        "(1)",
    ): "two terms of one byte that have one hash would be needed",
    ("khabar/index/encoder.py", "_SLOTS = 20", "(19)"): "room; an encoder is given up for a new one earlier",
    (
        "khabar/index/embedded/build.py",
        "cuts = np.searchsorted(ends, np.arange(_WORDS, len(numbers), _WORDS)) + 1",
        "(0)",
    ): "a piece ends one term earlier; together they are the same",
    (
        "khabar/analysis/letters.py",
        '_PLAIN = "".join(map(chr, (*range(0x621, 0x63B), *range(0x641, 0x64B)))) + "ٱکی"',
        "(1594)",
    ): "a word with a letter that is not plain is read the slow way, with the same result",
    (
        "khabar/query/latin.py",
        "_RUN = 5",
        "(6)",
    ): "a pattern fits some words more or fewer; all are compared letter by letter afterwards",
    (
        "khabar/upkeep/versions.py",
        "class Version(msgspec.Struct, frozen=True):",
        "(False)",
    ): "nobody assigns to it",
    (
        "khabar/upkeep/select.py",
        "if paths and manifest is not None:",
        "(manifest is not None)",
    ): "without paths no article is below one; this spares reading them all",
    (
        "khabar/index/letter_pairs.py",
        "_OWNER = np.uint64(28)",
        "(29)",
    ): "Unicode has fewer letters than the pairs of which would need more bits than are left",
    (
        "khabar/index/arrayfile.py",
        "self._times = 0",
        "(-1)",
    ): "whether all blocks are compared at once is decided one reading later; all that is read is compared",
    (
        "khabar/upkeep/folder_store.py",
        "finalize(searcher, reader.close).atexit = False",
        "pass",
    ): "what is closed as the process ends is opened again by who still reads",
    ("khabar/index/arrayfile.py", "self._times += 1", "(0)"): "comparing all in one go only spares asking",
}


class Mutant(NamedTuple):
    """One change.

    Attributes:
        module: path below the source root.
        start, end: what is replaced, in bytes of the file.
        text: what it is replaced by.
        line: first line of it.
        lines: first and last line of the statement that it is in: whoever runs one of them runs it.
        kind: what was done.
        was: what is replaced.
    """

    module: str
    start: int
    end: int
    text: str
    line: int
    lines: tuple[int, int]
    kind: str
    was: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}"


class Outcome(NamedTuple):
    """What became of a mutant: ``caught`` (by which test), ``slow``, ``survived``, ``untested`` (no test runs
    the module) or ``failed`` (the tests could not be run)."""

    mutant: Mutant
    what: str
    by: str = ""
    seconds: float = 0.0


# what can be changed

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}


def mutants(module: str, source: str) -> list[Mutant]:
    """All changes to a module, in the order of the text."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    made: list[Mutant] = []

    def change(node: ast.stmt | ast.expr, text: str, kind: str, within: ast.stmt) -> None:
        assert node.end_lineno is not None and node.end_col_offset is not None
        # A statement with a body is run by who runs its head.
        body = getattr(within, "body", None)
        last = body[0].lineno - 1 if isinstance(body, list) and body else within.end_lineno
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        lines = within.lineno, max(within.lineno, last or 0)
        was = " ".join(data[start:end].decode().split())
        made.append(Mutant(module, start, end, text, node.lineno, lines, kind, was))

    for within, node in _code(ast.parse(source)):
        if isinstance(node, ast.expr):
            for changed, kind in _expressions(node):
                change(node, f"({changed})", kind, within)
        elif isinstance(node, ast.Return) and node.value is not None:
            # Who asks for a truth value takes None for False.
            if ast.unparse(node.value) not in ("None", "False"):
                change(node, "return None", "return None", within)
        elif isinstance(node, ast.If | ast.While):
            change(node.test, f"(not ({ast.unparse(node.test)}))", "condition turned round", within)
        elif isinstance(node, ast.AugAssign):
            if other := _CALCULATED.get(type(node.op)):
                changed = ast.unparse(ast.AugAssign(node.target, other(), node.value))
                change(node, changed, "operator", within)
            change(node, "pass", "statement left out", within)
        elif isinstance(node, ast.Break):
            change(node, "continue", "break", within)
        elif isinstance(node, ast.Continue):
            change(node, "break", "continue", within)
        elif _does_something(node):
            assert isinstance(node, ast.stmt)
            change(node, "pass", "statement left out", within)
    return sorted(set(made), key=lambda each: (each.start, each.end, each.text))


def _code(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.AST]]:
    """All nodes that do something, each with the innermost statement that it is in."""

    def walk(node: ast.AST, within: ast.stmt) -> Iterator[tuple[ast.stmt, ast.AST]]:
        for name, value in ast.iter_fields(node):
            # Annotations are never evaluated, and decorators seldom decide what a function gives.
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                # Literal strings have nothing that can be changed, and what is in an f-string has no place.
                if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                    continue
                if isinstance(child, ast.stmt):
                    if _is_said(child):
                        continue
                    yield child, child
                    yield from walk(child, child)
                else:
                    yield within, child
                    yield from walk(child, within)

    for statement in tree.body:
        if not _is_said(statement):
            yield statement, statement
            yield from walk(statement, statement)


def _does_something(node: ast.AST) -> bool:
    """Whether it is a statement that can be left out, and names of the function stay defined."""
    match node:
        case ast.Raise() | ast.Delete():
            return True
        case ast.Expr(value=ast.Constant() | ast.Yield() | ast.YieldFrom()):
            return False
        case ast.Expr():
            return True
        case ast.Assign(targets=targets):
            return all(isinstance(each, ast.Attribute | ast.Subscript) for each in targets)
    return False


def _is_said(node: ast.stmt) -> bool:
    """Imports, what is for type checkers, lists of names; and assertions, which only say what is true."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            types = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr) and name[0].isupper()
            return name.startswith("__") or types or ast.unparse(value).startswith("TypeVar")
    return False


def _expressions(node: ast.expr) -> Iterator[tuple[str, str]]:
    """What an expression may become."""
    match node:
        case ast.Compare(left, ops, comparators):
            for place, operator in enumerate(ops):
                changed = [*ops[:place], _COMPARED[type(operator)](), *ops[place + 1 :]]
                yield ast.unparse(ast.Compare(left, changed, comparators)), "comparison"
        case ast.BoolOp(op, values):
            yield (
                ast.unparse(ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)),
                "and, or",
            )
            for place in range(len(values)):
                left_over = [*values[:place], *values[place + 1 :]]
                yield (
                    ast.unparse(left_over[0] if len(left_over) == 1 else ast.BoolOp(op, left_over)),
                    "operand",
                )
        case ast.UnaryOp(ast.Not(), operand):
            yield ast.unparse(operand), "not"
        case ast.UnaryOp(ast.Invert(), operand):
            yield ast.unparse(operand), "~"
        case ast.UnaryOp(ast.USub(), operand) if not isinstance(operand, ast.Constant):
            yield ast.unparse(operand), "sign"
        case ast.IfExp(test, body, orelse):
            yield ast.unparse(ast.IfExp(test, orelse, body)), "branches"
        case ast.BinOp(left, op, right) if type(op) in _CALCULATED and not _of_text(left, right):
            yield ast.unparse(ast.BinOp(left, _CALCULATED[type(op)](), right)), "operator"
        case ast.Constant(value=bool() as value):
            yield repr(not value), "constant"
        case ast.Constant(value=int() | float() as number):
            yield repr(number + 1), "constant"
            yield repr(number - 1), "constant"


def _of_text(*operands: ast.expr) -> bool:
    return any(isinstance(each, ast.JoinedStr) or _is_text(each) for each in operands)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def everything(root: Path) -> dict[str, list[Mutant]]:
    """All mutants of each module of the four rooms."""
    found = {}
    for room in ROOMS:
        for path in sorted((root / SOURCE / "khabar" / room).rglob("*.py")):
            module = path.relative_to(root / SOURCE).as_posix()
            found[module] = mutants(module, path.read_text("utf-8"))
    return found


def sample(found: dict[str, list[Mutant]], count: int, seed: int) -> list[Mutant]:
    """A random sample: of every module a share in proportion to its mutants, rounded at random."""
    choose = random.Random(seed)
    total = sum(map(len, found.values()))
    chosen: list[Mutant] = []
    carried = choose.random()
    for each in found.values():
        carried += len(each) * count / total
        number = min(int(carried), len(each))
        carried -= number
        chosen += choose.sample(each, number)
    choose.shuffle(chosen)
    return chosen


# which tests run a line


class Map:
    """Which tests run which line, and how long each takes.

    Args:
        folder: of each room of tests a coverage file with the tests as contexts, and the JUnit file of the
            same run. Tests that did not pass are left out.
    """

    def __init__(self, folder: Path) -> None:
        from coverage import CoverageData

        self.seconds: dict[str, float] = {}
        self._lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for times in sorted(folder.glob("*.xml")):
            for case in ElementTree.parse(times).iter("testcase"):
                if not len([each for each in case if each.tag in ("failure", "error", "skipped")]):
                    name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
                    self.seconds[name] = float(case.get("time", "0"))
            coverage = CoverageData(str(times.with_suffix(".lines")))
            coverage.read()
            for file in coverage.measured_files():
                module = "khabar/" + file.replace(os.sep, "/").rpartition("/khabar/")[2]
                for line, names in coverage.contexts_by_lineno(file).items():
                    found = {name.partition("|")[0] for name in names}
                    self._lines[module][line] |= found & self.seconds.keys()
        self._breadth: Counter[str] = Counter()
        for lines in self._lines.values():
            for tests in lines.values():
                self._breadth.update(tests)

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that run a mutant, those first that are likely to catch it soon: those of its module and
        room, quick ones, and ones that run little else. Of what no test was seen to run, since that is
        when the module is imported or in another process, all tests of the module are asked."""
        lines = self._lines.get(mutant.module, {})
        first, last = mutant.lines
        found: set[str] = set().union(*(lines.get(line, set()) for line in range(first, last + 1)))
        if not found:
            found = set().union(*lines.values()) if lines else set()
        _, room, *_, stem = Path(mutant.module).with_suffix("").parts

        def late(test: str) -> tuple[float, str]:
            near = 0.2 if test.startswith(f"tests/{room}/") else 1.0
            near *= 0.1 if Path(test.partition("::")[0]).stem == f"test_{stem}" else 1.0
            return near * (self.seconds[test] + 0.05) * (self._breadth[test] + 50), test

        return sorted(found, key=late)


def write_map(folder: Path, root: Path, workers: str) -> None:
    """Run the tests of each room once, and write down which lines each runs. A room that is there already is
    left as it is: remove its ``NAME.xml`` if its tests or the code have changed."""
    configuration = folder / "map.cfg"
    packages = "".join(f"\n    khabar.{room}" for room in ROOMS)
    configuration.write_text(f"[run]\nsource_pkgs ={packages}\n")
    deselected = [part for each in (*RANDOM, *LIMITING) for part in ("--deselect", each)]
    for name in TESTS:
        if (folder / f"{name}.xml").exists():
            continue
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "no:cacheprovider"),
                *(f"tests/{name}", *deselected),
                *("--cov", f"--cov-config={configuration}", "--cov-context=test", "--cov-report="),
                f"--junit-xml={folder / f'{name}.xml'}",
            ],
            cwd=root,
            env={**os.environ, "COVERAGE_FILE": str(folder / f"{name}.lines")},
        )
        if done.returncode not in (0, 1):
            sys.exit(f"the tests of {name} could not be run: pytest ends with {done.returncode}")


# trying


class Place:
    """A copy of the project, in which one mutant at a time is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "indexes", "build", "dist")
        shutil.copytree(ROOT, folder, ignore=left_out)
        (folder / "indexes").mkdir()
        # Caches that are compared with the source's hash: a mutant may have the old size and time.
        compileall.compile_dir(
            folder / SOURCE, quiet=1, workers=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )
        self._process = 0
        self._began = 0.0
        self._mutant: Mutant | None = None
        self._source = b""
        self._report = folder.with_suffix(".json")
        self._log = folder.with_suffix(".log")
        self._limit = 0.0

    def start(self, mutant: Mutant | None, tests: Sequence[Sequence[str]], limit: float) -> None:
        """Run some tests in a process of their own until one fails, group by group."""
        self._mutant = mutant
        if mutant is not None:
            path = self.folder / SOURCE / mutant.module
            self._source = path.read_bytes()
            path.write_bytes(self._source[: mutant.start] + mutant.text.encode() + self._source[mutant.end :])
        self._report.unlink(missing_ok=True)
        self._began, self._limit = time.monotonic(), limit
        self._process = os.fork()
        if not self._process:
            try:
                os._exit(self._run(tests, all_of_them=mutant is None))
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(70)

    def _run(self, tests: Sequence[Sequence[str]], all_of_them: bool) -> int:
        import pytest

        os.setsid()
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(self.folder)
        sys.path.insert(0, str(self.folder / SOURCE))
        os.environ["PYTHONPATH"] = str(self.folder / SOURCE)
        # Half of the time of a quick test would go into other plug-ins, and into making its code anew.
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        # A mutant may ask for any amount of memory.
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))
        failures: list[str] = []

        class Chosen:
            """Runs some tests of the files that are collected, and notes which failed."""

            def __init__(self, group: Sequence[str]) -> None:
                self.places = {name: place for place, name in enumerate(group)}

            def pytest_collection_modifyitems(self, items: list[Any]) -> None:
                first: dict[Any, int] = {}
                found = [each for each in items if each.nodeid in self.places]
                for each in sorted(found, key=lambda each: self.places[each.nodeid]):
                    first.setdefault(each.path, self.places[each.nodeid])
                # File by file: what the tests of a file share is made once.
                found.sort(key=lambda each: (first[each.path], self.places[each.nodeid]))
                items[:] = found

            @staticmethod
            def pytest_runtest_logreport(report: Any) -> None:
                if report.failed:
                    failures.append(report.nodeid)

            @staticmethod
            def pytest_collectreport(report: Any) -> None:
                # A file that cannot be imported catches a mutant only if it can be without.
                if report.failed:
                    failures.append(report.nodeid)

        options = ["-q", "--tb=line", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
        # hypothesis is there already.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        options += ["--hypothesis-profile=mutants", *(() if all_of_them else ("-x",))]
        status = 0
        for group in tests:
            files = dict.fromkeys(name.partition("::")[0] for name in group)
            status = pytest.main([*options, *files], plugins=[Chosen(group)])
            # 5: the tests of this group are no longer there.
            if status not in (0, 5):
                break
            status = 0
        self._report.write_text(json.dumps(failures), "utf-8")
        sys.stdout.flush()
        sys.stderr.flush()
        return int(status)

    def ended(self) -> Outcome | list[str] | None:
        """What came of it, or None while it goes on; without a mutant, the tests that failed."""
        process, status = os.waitpid(self._process, os.WNOHANG)
        seconds = time.monotonic() - self._began
        slow = not process and seconds > self._limit
        if slow:
            os.killpg(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        elif not process:
            return None
        failures = json.loads(self._report.read_text("utf-8")) if self._report.exists() else []
        if self._mutant is None:
            return list(failures)
        path = self.folder / SOURCE / self._mutant.module
        path.write_bytes(self._source)
        code = os.waitstatus_to_exitcode(status) if not slow else 0
        mutant = self._mutant
        if slow:
            return Outcome(mutant, "slow", "", seconds)
        if code == 0:
            return Outcome(mutant, "survived", "", seconds)
        # The module, or one that needs it, could not be imported: by a test (2), or by conftest.py (4).
        if code in (1, 2, 4) or code < 0:
            return Outcome(mutant, "caught", failures[0] if failures else f"status {code}", seconds)
        return Outcome(mutant, "failed", self._log.read_text("utf-8", "replace")[-3000:], seconds)


def trying(
    chosen: Sequence[Mutant], tests: Map, places: Sequence[Place], *, most: float, pause: float = 0.05
) -> Iterator[Outcome]:
    """Try mutants, in several places at once."""
    waiting = list(reversed(chosen))
    busy: list[Place] = []
    free = list(places)
    while waiting or busy:
        while waiting and free:
            mutant = waiting.pop()
            asked = tests.tests(mutant)
            if not asked:
                yield Outcome(mutant, "untested")
                continue
            groups, expected = _grouped(asked, tests.seconds, most)
            place = free.pop()
            place.start(mutant, groups, 60 + 6 * expected)
            busy.append(place)
        for place in list(busy):
            outcome = place.ended()
            if isinstance(outcome, Outcome):
                busy.remove(place)
                free.append(place)
                yield outcome
        time.sleep(pause)


def _grouped(tests: Sequence[str], seconds: dict[str, float], most: float) -> tuple[list[list[str]], float]:
    """A few tests, and then the others as far as the time allows."""
    groups: list[list[str]] = [[], []]
    expected = 0.0
    for test in tests:
        if expected and expected + seconds[test] > most:
            continue
        expected += seconds[test]
        groups[len(groups[0]) >= 12 or expected > 4].append(test)
    return [group for group in groups if group], expected


def shown(mutant: Mutant) -> str:
    """A mutant as a person reads it."""
    if mutant.kind == "statement left out":
        return f"{mutant}: without «{mutant.was}»"
    return f"{mutant}: {mutant.kind}: «{mutant.was}» → «{mutant.text}»"


def equivalent(mutant: Mutant, root: Path) -> str:
    """Why nobody can see a mutant; empty if somebody should."""
    data = (root / SOURCE / mutant.module).read_bytes()
    line = data.splitlines()[mutant.line - 1].decode().strip()
    for (module, text, made), reason in EQUIVALENT.items():
        if module == mutant.module and text == line and made == mutant.text:
            return reason
    return ""


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument(
        "--only", action="append", default=[], help="MODULE, MODULE:LINE or MODULE:FIRST-LAST"
    )
    parser.add_argument("--room", action="append", choices=ROOMS, help="of the sample, this room alone")
    parser.add_argument("--again", type=Path, help="those of a file of results that were not caught")
    parser.add_argument("--work", type=Path, help="a folder that keeps the map of tests and lines")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--most", type=float, default=40.0, help="seconds of tests a mutant")
    parser.add_argument("--part", default="1/1", help="of the sample, the third of four parts: 3/4")
    parser.add_argument(
        "--results",
        type=Path,
        help="add the outcomes to this file, as lines of JSON; what was caught in it is not asked again",
    )
    parser.add_argument("--as-mapped", action="store_true", help="run no test that --work does not know")
    options = parser.parse_args()
    found = everything(ROOT)
    if options.again:
        notes = [json.loads(line) for line in options.again.read_text("utf-8").splitlines()]
        missed = [Mutant(**each["mutant"]) for each in notes if each["what"] not in ("caught", "slow")]
        chosen = list(filter(None, (_found_again(mutant, found) for mutant in missed)))
    elif options.only:
        chosen = [each for module in found.values() for each in module if _asked(each, options.only)]
    else:
        chosen = sample(found, options.count, options.seed)
        rooms = tuple(f"khabar/{each}/" for each in options.room or ROOMS)
        chosen = [each for each in chosen if each.module.startswith(rooms)]
        part, parts = map(int, options.part.split("/"))
        chosen = chosen[part - 1 :: parts]
    outcomes = [each for each in _caught_before(options.results) if each.mutant in chosen]
    known = {each.mutant for each in outcomes}
    reasons = {each: reason for each in chosen if (reason := equivalent(each, ROOT))}
    print(
        f"seed {options.seed}: {len(chosen)} of {sum(map(len, found.values()))} mutants of"
        f" {len(found)} modules, {len(reasons)} of them equivalent",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="khabar-mutants-") as folder:
        work = options.work or Path(folder)
        if not options.as_mapped:
            write_map(work, ROOT, str(options.jobs) if options.jobs > 1 else "0")
        tests = Map(work)
        # All that does not belong to the project, once for all processes.
        for name in ("pytest", "hypothesis", "numpy", "msgspec", "whoosh.index", "click", "rich.console"):
            __import__(name)
        places = [Place(Path(folder) / f"place-{number}") for number in range(options.jobs)]
        asked = [each for each in chosen if each not in reasons and each not in known]
        for outcome in trying(asked, tests, places, most=options.most):
            outcomes.append(outcome)
            _note(outcome, options.results)
            if outcome.what not in ("caught", "slow"):
                print(f"{outcome.what.upper()} {shown(outcome.mutant)} {outcome.by}", flush=True)
        unjust = _control(outcomes, places[0])
    counts = Counter(each.what for each in outcomes)
    wrongly = [each for each in outcomes if each.by in unjust]
    for each in wrongly:
        print(f"NOT COUNTED {shown(each.mutant)}: {each.by} fails without it too")
    caught = counts["caught"] + counts["slow"] - len(wrongly)
    total = len(outcomes) - len(wrongly)
    print(dict(counts), "equivalent:", len(reasons))
    print(f"caught {caught} of {total}: {100 * caught / max(1, total):.1f} %")
    return 0 if caught == total else 1


def _caught_before(results: Path | None) -> Iterator[Outcome]:
    """What an earlier run has caught. A module that has changed since has other mutants."""
    if results is None or not results.exists():
        return
    for line in results.read_text("utf-8").splitlines():
        note = json.loads(line)
        if note["what"] in ("caught", "slow"):
            mutant = note.pop("mutant")
            yield Outcome(Mutant(**{**mutant, "lines": tuple(mutant["lines"])}), **note)


def _control(outcomes: Sequence[Outcome], place: Place) -> set[str]:
    """The tests, and the files of tests, that caught something and fail on the code as it is."""
    used = defaultdict(list)
    for each in outcomes:
        if each.what == "caught" and each.by.startswith("tests/"):
            used[each.by].append(each)
    if not used:
        return set()
    place.start(None, [sorted(used)], 3600)
    while (failed := place.ended()) is None:
        time.sleep(0.2)
    assert isinstance(failed, list)
    return set(failed)


def _asked(mutant: Mutant, only: Sequence[str]) -> bool:
    for each in only:
        module, _, lines = each.partition(":")
        first, _, last = lines.partition("-")
        if mutant.module == module and (not lines or int(first) <= mutant.line <= int(last or first)):
            return True
    return False


def _found_again(mutant: Mutant, found: dict[str, list[Mutant]]) -> Mutant | None:
    """A mutant in the code as it is now: the same change, the nearest to its line; None if it is gone."""
    alike = [
        each
        for each in found.get(mutant.module, [])
        if (each.was, each.text, each.kind) == (mutant.was, mutant.text, mutant.kind)
    ]
    return min(
        alike, key=lambda each: (abs(each.line - mutant.line), abs(each.start - mutant.start)), default=None
    )


def _note(outcome: Outcome, results: Path | None) -> None:
    if results is not None:
        line = {**outcome._asdict(), "mutant": outcome.mutant._asdict()}
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(_main())
