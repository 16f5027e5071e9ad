"""The command line as a whole: help, errors, statuses, pipes, start-up."""

import ast
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import khabar as package
from khabar.analysis.lemma.cache import cache_folder
from khabar.cli.group import COMMANDS, khabar
from tiny_models import tiny_model

ROOT = Path(__file__).parents[2]


def test_version(run):
    assert run("--version").output == f"khabar {package.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_with_examples_that_keep_their_lines(run, name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: khabar {name} " in result.output
    examples = result.output.partition("Example")[2]
    assert re.search(rf"^    khabar {name} ", examples, re.MULTILINE)
    assert "\b" not in result.output


def test_the_list_of_commands_says_what_the_commands_say_of_themselves(run):
    output = run("-h").output
    for name, (_, about) in COMMANDS.items():
        command = khabar.get_command(None, name)
        assert command.name == name
        assert (
            command.get_short_help_str(100)
            .rstrip(".")
            .startswith(about.rstrip(".").partition(",")[0].partition(":")[0])
        )
        assert about in output


def examples():
    for name in COMMANDS:
        epilog = khabar.get_command(None, name).epilog
        for line in epilog.splitlines():
            # What follows a folder never ends, nor does a server; tests/upkeep and tests/web do that.
            if line.startswith("  khabar ") and "--watch" not in line and name != "serve":
                yield line.strip()


#: Puts there what the examples name.
STAGE = """
ln -s {root}/corpus corpus
mkdir -p indexes home/news
cp corpus/articles/0*.txt home/news
cp corpus/articles/archive.zip 2015-07.zip
gzip -c corpus/articles/maghreb-wire.jsonl > feed.jsonl.gz
echo '[{{"hed": "غزة", "story": "نص عن غزة وخارجها."}}]' | tee dump.json > news.json
printf 'لافروف\nالنفط\n' > names.txt
printf 'الاسم\nلافروف\nالنفط\n' > people.csv
echo 'ارتفعت أسعار النفط اليوم وقال وزراء الطاقة إن السوق متوازنة' > speech.txt
export HOME=$PWD/home XDG_CONFIG_HOME=$PWD/home/config XDG_DATA_HOME=$PWD/home/data BROWSER=true
"""


@pytest.mark.parametrize("example", list(examples()))
def test_examples_in_the_help_run(example, tmp_path, built):
    # An example of another command than «index» needs an index to be there.
    stage = STAGE.format(root=shlex.quote(str(ROOT)))
    if not example.startswith("khabar index "):
        stage += f"cp -r {shlex.quote(str(built))} indexes/news;"
    if "agency" in example and "config" not in example:
        stage += f"cp -r {shlex.quote(str(built))} indexes/agency;"
    if example.startswith(("khabar alert run", "khabar alert remove")):
        stage += "khabar alert add oil النفط 2>/dev/null;"
    if example.startswith(("khabar desk list", "khabar desk import")):
        stage += "khabar desk add 'ملف الطاقة' oil; khabar desk export > desk.jsonl;"
    if "meaning" in example:
        # A model of a few random numbers, as the one that is installed.
        tiny_model(tmp_path / "home/data/khabar/models/tiny")
    script = f'set -e; khabar() {{ {shlex.quote(sys.executable)} -m khabar "$@"; }}; {stage} {example}'
    environment = {key: value for key, value in os.environ.items() if key != "KHABAR_INDEX"}
    # Another home has no lemma table, and each example would make one.
    environment["KHABAR_CACHE"] = str(cache_folder())
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
    )
    nothing_found = (
        example.startswith(("khabar search", "khabar alert run", "khabar remove", "khabar quote"))
        and done.returncode == 1
    )
    assert done.returncode == 0 or nothing_found, done.stderr
    assert "Traceback" not in done.stderr


def test_a_word_in_the_place_of_a_command(run):
    result = run("لافروف")
    assert result.exit_code == 2
    assert "khabar search لافروف" in result.stderr


def test_a_slip_in_a_command_keeps_the_rest_of_the_line(run):
    result = run("serach", "اسعار", "النفط اليوم", "-n", "3")
    assert result.exit_code == 2
    assert "Did you mean: khabar search اسعار 'النفط اليوم' -n 3" in result.stderr
    assert "khabar search لافروف -موسكو" in run("لافروف", "-موسكو").stderr


def test_an_unknown_option(run, built):
    result = run("search", "لافروف", "--fromat", "json", "--index", built)
    assert result.exit_code == 2
    assert "--fromat" in result.stderr and "--format" in result.stderr


@pytest.mark.parametrize("args", [["search", "غزة"], ["info"]])
def test_a_missing_index_is_one_line_and_status_3(run, args, tmp_path):
    result = run(*args, "--index", tmp_path / "nowhere")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"khabar: {tmp_path / 'nowhere'} does not exist.")
    assert "khabar index SOURCE..." in result.stderr and result.stderr.count("\n") == 1


def test_a_folder_that_is_no_index(run, news):
    result = run("search", "غزة", "--index", news)
    assert result.exit_code == 3 and "is not an index" in result.stderr


def test_debug_shows_where(run, tmp_path):
    result = run("--debug", "info", "--index", tmp_path / "nowhere")
    assert result.exit_code == 3
    assert "Traceback" in result.stderr and "IndexNotFound" in result.stderr


def broken(error):
    def fail(*_, **__):
        raise error

    return fail


def test_an_unexpected_error_is_one_line_and_status_70(run, monkeypatch, built):
    monkeypatch.setattr("khabar.library.open_index", broken(RuntimeError("over\nlines \x1b[31m")))
    result = run("info", "--index", built)
    assert (result.exit_code, result.stdout) == (70, "")
    assert "RuntimeError: over lines ␛[31m" in result.stderr and "khabar --debug" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" in run("--debug", "info", "--index", built).stderr


def test_an_error_of_the_system_names_the_file(run, monkeypatch, built):
    monkeypatch.setattr("khabar.library.open_index", broken(PermissionError(13, "Permission denied", "/x/y")))
    result = run("info", "--index", built)
    assert result.exit_code == 3
    assert result.stderr == "khabar: Permission denied: /x/y\n"


def test_ctrl_c(run, monkeypatch, built):
    monkeypatch.setattr("khabar.library.open_index", broken(KeyboardInterrupt()))
    result = run("info", "--index", built)
    assert (result.exit_code, result.stderr) == (130, "khabar: interrupted\n")


def test_a_reader_that_goes_away_is_no_error(built):
    command = f"{shlex.quote(sys.executable)} -m khabar read {shlex.quote(str(ROOT / 'corpus' / 'articles'))}"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"], capture_output=True, encoding="utf-8"
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert done.returncode in (141, 0)


def test_a_closed_pipe_has_the_status_of_sigpipe(built):
    # Stands for `| head`, where it is a matter of time whether the pipe is closed before all is written.
    for args in (
        ["search", "لافروف", "--format", "rich"],
        ["search", "لافروف"],
        ["info", "--format", "json"],
    ):
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-m", "khabar", *args, "--index", str(built)]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        assert (done.returncode, done.stderr) == (141, b"")


def test_output_is_utf8_whatever_the_locale(process, built):
    done = process("search", "لافروف", "--index", built, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "لافروف" in done.stdout


def test_python_m_khabar(process):
    done = process("--help")
    assert done.returncode == 0 and done.stdout.startswith("Usage: khabar [OPTIONS] COMMAND")


def imported(*args):
    """The modules and top-level packages that a command imports."""
    return imported_by("-m", "khabar", *args)


def imported_by(*args):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *map(str, args)],
        capture_output=True,
        # A settings file of the tester's own would be read.
        env={**os.environ, "XDG_CONFIG_HOME": str(Path("no-such-folder").resolve())},
        encoding="utf-8",
    )
    names = {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    return {name.partition(".")[0] for name in names} | names


@pytest.mark.parametrize("args", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_next_to_nothing(args):
    heavy = {
        "rich",
        "numpy",
        "whoosh",
        "simplemma",
        "khabar.library",
        "khabar.analysis",
        "khabar.corpus",
        "ir_measures",
    }
    assert not heavy & imported(*args)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_list_of_commands_imports_no_command(option):
    assert not {
        "khabar.cli.common",
        "khabar.cli.output_options",
        "khabar.render",
        "msgspec",
        "platformdirs",
    } & imported(option)


def test_import_khabar_imports_no_other_package():
    names = imported_by("-c", "import khabar")
    assert {name for name in names if name.startswith("khabar")} == {"khabar"}
    assert not {"numpy", "msgspec", "click"} & names


#: What a search does without: other commands, what only writing an index needs, and packages slow to import.
UNUSED = {
    "rich",
    "whoosh",
    "numpy.ma",
    "html",
    "random",
    "socket",
    "string",
    "tempfile",
    "khabar.corpus.languages",
    "khabar.highlight.whole",
    "khabar.index.embedded.codec",
    "khabar.index.embedded.schema",
    "khabar.index.embedded.storage",
    "khabar.index.embedded.writer",
    "khabar.index.words",
    "simplemma",
    "charset_normalizer",
    "email.message",
    "khabar.corpus.reading.reader",
    "khabar.dates",
    "khabar.analysis.lemma.rules",
    "khabar.explore.facets",
    "khabar.stories",
    "khabar.cluster",
    "khabar.meaning",
    "khabar.query.by_meaning",
    "khabar.query.field_drafts",
    "khabar.query.field_lexemes",
    "khabar.query.model_input",
    "khabar.query.near",
    "khabar.query.unknown_fields",
    "khabar.render.links",
    "khabar.render.meaning",
    "khabar.upkeep.closings",
    "khabar.upkeep.manifest",
    "khabar.upkeep.transaction",
    "khabar.upkeep.workers",
    "khabar.upkeep.store",
    "onnxruntime",
    "tokenizers",
    *({"platformdirs"} if sys.platform == "linux" else ()),
}


@pytest.mark.parametrize("style", ["plain", "json", "jsonl"])
def test_only_rich_output_imports_rich(style, built):
    found = imported("search", "لافروف", "--format", style, "--index", built)
    assert "khabar.index.embedded.reader" in found
    assert not UNUSED & found
    assert ("json" in found) == style.startswith("json")


@pytest.mark.parametrize("command", [["search", "لافروف", "--count"], ["complete", "لا"], ["info"]])
def test_what_only_reads_imports_nothing_that_writes(command, built):
    found = imported(*command, "--index", built)
    assert "khabar.index.embedded.reader" in found
    assert not {"whoosh", "khabar.index.embedded.writer", "khabar.index.embedded.codec"} & found


#: Patterns that a search for plain words has no use for.
UNCOMPILED = {
    "khabar.cli.arguments": ("_LETTERS", "_FIELD"),
    "khabar.corpus.article": ("_BETWEEN_TAGS",),
    "khabar.query.field_values": ("_ALTERNATIVES",),
    "khabar.query.lexer": ("_OPERATOR", "_SLOP"),
    "khabar.query.quotes": ("_MARK",),
    "khabar.query.runs": ("_GLUE",),
    "khabar.render.messages": ("_COMMAND",),
    "khabar.spelling": ("UNSAFE", "_SURROGATE"),
}


def test_a_search_for_words_compiles_no_pattern_that_it_does_not_use(built):
    """A pattern that was compiled has more than its source and its flags."""
    script = f"""
import importlib, sys
from khabar import cli
from khabar.cli.group import khabar
try:
    khabar(["search", "لافروف", "موسكو", "--format", "plain", "--index", {str(built)!r}])
except SystemExit as done:
    assert done.code == 0, done.code
names = {{(module, name) for module, names in {UNCOMPILED!r}.items() for name in names}}
used = [each for each in names if len(vars(getattr(importlib.import_module(each[0]), each[1]))) > 2]
print(sorted(used), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "title: " in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_query_of_words_alone_imports_no_parser(built):
    found = imported("search", "لافروف", "--words", "--count", "--index", built)
    assert "khabar.index.embedded.reader" in found
    assert not UNUSED & found
    parsing = {"parser", "lexer", "lexemes", "query_text", "word_lexemes", "word_operators"}
    assert not {f"khabar.query.{module}" for module in parsing} & found


def test_at_the_end_all_is_written_and_threads_are_waited_for():
    def ended(before: str) -> tuple[str, int]:
        script = f"import threading, time\nfrom khabar import cli\n{before}\ncli._leave(3)"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")
        assert not done.stderr
        return done.stdout, done.returncode

    assert ended("print('news', end='')") == ("news", 3)
    assert ended("threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()") == (
        "late\n",
        3,
    )


def test_printing_happens_in_the_render_room_alone():
    for path in (ROOT / "search" / "khabar").rglob("*.py"):
        names = {
            node.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name)
        }
        assert "print" not in names, path
        if path.parent.name != "render":
            assert "rich" not in re.findall(
                r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.M
            ), path


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="needs POSIX signals")
def test_interrupted_indexing_says_what_is_there(tmp_path):
    lines = "".join(
        f'{{"id": "{n}", "title": "خبر {n}", "text": "نص الخبر رقم {n} عن الميناء القديم."}}\n'
        for n in range(200_000)
    )
    (tmp_path / "big.jsonl").write_text(lines, encoding="utf-8")
    job = subprocess.Popen(
        [sys.executable, "-m", "khabar", "index", "big.jsonl", "--index", "ix"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        # A test that runs in the background may itself ignore Ctrl-C, and hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for line in job.stderr:
        if "articles" in line:
            break
    job.send_signal(signal.SIGINT)
    out, err = job.communicate(timeout=60)
    assert job.returncode == 130
    assert out == ""
    last = err.splitlines()[-1]
    some = "ix holds [0-9,]+ articles; the same command continues from there"
    assert re.fullmatch(f"khabar: interrupted: ({some}|nothing was indexed yet)", last)


@pytest.mark.parametrize("command", [[], ["alert"], ["meaning"], ["config"]])
def test_a_command_without_its_subcommand_shows_its_help(run, command):
    result = run(*command)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith(" ".join(["Usage: khabar", *command])) and "Commands:" in lines
    assert len(lines) > 8


def test_a_suggested_command_names_the_index_that_was_typed(run, built):
    result = run("search", "lavrov", "--index", str(built))
    assert f"khabar search 'لافروف' --index {built}" in result.stderr or "لافروف --index" in result.stderr


def test_a_changed_setting_is_said(run, tmp_path, monkeypatch) -> None:
    path = run("config", "path").stdout.strip()
    assert run("config", "set", "theme", "light").stderr == f"khabar: set theme to «light» in {path}\n"
    said = run("config", "set", "aliases.عكاظ", "okaz", "--lang", "ar").stderr.replace("\u200e", "")
    assert said.startswith("khabar: ضُبط aliases.عكاظ على «okaz» في ")
    assert run("config", "unset", "theme").stderr == f"khabar: deleted the setting theme from {path}\n"
    assert run("config", "unset", "theme").stderr == f"khabar: there is no setting theme in {path}\n"
    assert "لا إعداد" in run("config", "unset", "theme", "--lang", "ar").stderr
    secret = run("config", "set", "index", "opensearch://me:secret@host:9200/news").stderr
    assert "secret" not in secret
    monkeypatch.setenv("KHABAR_THEME", "dark")
    assert run("config", "set", "theme", "light").stderr.splitlines()[1] == (
        "khabar: $KHABAR_THEME is set, and takes precedence over that"
    )


def test_a_setting_that_names_something_missing_is_reported(run, built, tmp_path) -> None:
    said = run("config", "set", "words", "desk.txt").stderr.splitlines()
    assert said[1].endswith("desk.txt: until it is there, searches fail")
    assert "وإلى أن يوجد تفشل" in run("config", "set", "words", "desk.txt", "--lang", "ar").stderr
    said = run("config", "set", "index", tmp_path / "nowhere").stderr.splitlines()
    assert (
        said[1]
        == f"khabar: there is no index in {tmp_path / 'nowhere'} yet; to make one: khabar index SOURCE..."
    )
    assert "لا فهرس في" in run("config", "set", "index", tmp_path / "nowhere", "--lang", "ar").stderr
    assert len(run("config", "set", "index", built).stderr.splitlines()) == 1
