"""What is an option, what is a word, and what is said of a mistake."""

import json
import shlex

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.cli.arguments import DASHES, Kind, numeral, read_argument
from khabar.cli.group import COMMANDS, khabar
from khabar.cli.nearest import nearest_command, nearest_option, option_name
from khabar.render.arabic_help import HELP

KNOWN = {
    "-n": True,
    "--limit": True,
    "-o": True,
    "--output": True,
    "-v": False,
    "-y": False,
    "--words": False,
}


@pytest.mark.parametrize(
    ("argument", "names", "value"),
    [
        ("-n", ["-n"], None),
        ("-n5", ["-n"], "5"),
        ("-n=5", ["-n"], "5"),
        ("-n٥", ["-n"], "٥"),
        ("--limit", ["--limit"], None),
        ("--limit=5", ["--limit"], "5"),
        ("-vy", ["-v", "-y"], None),
        ("-vyn5", ["-v", "-y", "-n"], "5"),
        ("-onews.csv", ["-o"], "news.csv"),
        ("-oأخبار", ["-o"], "أخبار"),
        ("--output=أخبار اليوم.csv", ["--output"], "أخبار اليوم.csv"),
        # As word processors, copying and Arabic keyboards make them.
        ("–n", ["-n"], None),
        ("—limit", ["--limit"], None),
        ("–limit=5", ["--limit"], "5"),
        ("−n5", ["-n"], "5"),
        ("\u200f--limit", ["--limit"], None),
        ("-\u200en", ["-n"], None),
        ("\u2067--\u200flimit=7", ["--limit"], "7"),
        ("－－ｌｉｍｉｔ", ["--limit"], None),
    ],
)
def test_options(argument, names, value):
    assert read_argument(argument, KNOWN) == (Kind.OPTION, tuple(names), value)


@pytest.mark.parametrize(
    "argument",
    [
        *(
            "غزة",
            "-موسكو",
            "--موسكو",
            "–موسكو",
            "-5",
            "-5G",
            "-",
            "--",
            "---",
            "",
            "x",
            "x-y",
            '-"bbc"',
            "-(bbc)",
        ),
        *("-source:bbc", "-مصدر:bbc", "-bbc غزة", "غزة -bbc", "غزة -n 5", "\u200f-موسكو"),
    ],
)
def test_words(argument):
    assert read_argument(argument, KNOWN).kind is Kind.WORD


@pytest.mark.parametrize(
    "argument",
    [
        *("-bbc", "-x", "-limit", "-output", "-N", "--limt", "--Limit", "--limit5", "-vyx", "—limt", "–bbc"),
        *("-été", "\u200f-bbc", "-foo:bar", "-n 5", "--limit 5", "--foo bar", "-http://x.example"),
    ],
)
def test_mistakes(argument):
    assert read_argument(argument, KNOWN).kind is Kind.WRONG


@given(st.text(), st.sampled_from(sorted(DASHES)), st.sampled_from("abxyzABZ"))
def test_a_dash_before_a_latin_letter_is_a_word_in_a_whole_query_alone(rest, dash, letter):
    read = read_argument(f"{dash}{letter}{rest}", {})
    if read.kind is Kind.WORD:
        # Between quotation marks, or a field of the query language.
        assert len(f"{letter}{rest}".split()) > 1 or ":" in rest
    else:
        assert read.kind is Kind.WRONG


@given(st.text(alphabet="ابتثجحخ -:=", max_size=12))
def test_arabic_words_are_words_whatever_stands_before_them(text):
    assert read_argument(f"-ك{text}", KNOWN).kind is Kind.WORD


def test_numbers_in_any_digits():
    assert [numeral(each) for each in ("٥", "۵", "５", "\u200f٥", "٢٫٥", "١٬٠٠٠", "−٥", "5")] == [
        *("5", "5", "5", "5", "2.5", "1000", "-5", "5")
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("export غزة -n", "search غزة -l 3", "search غزة -bbc", "facets غزة -i DIR", "timeline غزة -l 3"),
        *("terms غزة -k 3", "related oil -k 3", "why غزة -x", "complete نف -x", "show oil -x", "info -x"),
        *("analyze غزة -x", "index . -x", "read . -x", "remove oil -x", "check -x", "rebuild -x", "shell -x"),
        *("eval . -x", "config show -x", "config set -x theme light", "completion bash -x", "help -x", "-x"),
        *("alert add a غزة -x", "alert list -x", "alert remove a -x", "alert run -x", "alert -x list"),
    ],
)
def test_an_unknown_option_is_wrong_usage_in_every_command(run, line):
    words = line.split()
    if words[0] == "export":
        words[-1] = "-z"
    wrong = next(word for word in words if word.startswith("-"))
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"«{wrong}»" in result.stderr and "--" in result.stderr


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("search غزة -l 3", "-n, --limit N (Number of articles to show)"),
        ("search غزة --limt 3", "--limit"),
        ("search غزة -limit 3", "--limit"),
        ("search غزة --LIMIT 3", "--limit"),
        ("search غزة --max_results 3", "--limit"),
        ("search غزة -i DIR", "--index"),
        ("search غزة --json", "--format json"),
        ("search غزة --newest", "--sort newest"),
        ("search غزة --from 2024", "--since"),
        ("search غزة --to 2024", "--until"),
        ("search غزة --exact", "=word"),
        ("facets غزة -i DIR", "--index"),
        ("export غزة --out f.csv", "--output"),
        ("export غزة --outfile f.csv", "--output"),
        ("export غزة --to a.ris", "--output FILE"),
        ("export غزة --to=a.ris", "--output FILE"),
        ("export غزة --to 2024-10-09", "--until"),
        ("rebuild --too x", "--to"),
        ("index . --force", "--new"),
        ("index . -r", "folders are read with everything in them"),
        ("remove oil --force", "--yes"),
        ("shell --dir DIR", "--index"),
        ("-V", "--version"),
        ("--verison", "--version"),
        ("search غزة '-n 5'", ": -n 5"),
    ],
)
def test_the_nearest_option_is_named(run, line, nearest):
    result = run(*shlex.split(line))
    assert result.exit_code == 2 and nearest in result.stderr


@pytest.mark.parametrize(
    "line", ["index . --quiet", "search غزة --quiet", "search غزة --strict", "index . --silent"]
)
def test_an_option_that_is_not_near_is_not_suggested(run, line):
    for language, nearest in (("en", "nearest"), ("ar", "أقرب")):
        result = run(*shlex.split(line), "--lang", language)
        assert result.exit_code == 2 and nearest not in result.stderr


def test_a_mistake_is_told_in_arabic_too(run):
    stderr = run("search", "غزة", "--limt", "3", "--lang", "ar").stderr.replace("\u200e", "")
    assert "لا خيار باسم «--limt»" in stderr and "-n, --limit N (" in stderr


def test_how_to_leave_out_a_latin_word(run, built):
    def titles(*args):
        return json.loads(run("search", *args, "--format", "json", "--index", built).stdout)["total"]

    said = run("search", "لافروف", "-bbc", "--limit", "3").stderr
    assert "khabar search لافروف --limit 3 -- -bbc" in said
    assert "khabar timeline 'لافروف -bbc'" in run("timeline", "لافروف", "-bbc").stderr
    assert titles("لافروف") == 2
    # What the message says to type does what it says.
    assert run("search", "--index", built, "--", "غزة", "-bold").exit_code == 1
    assert run("search", "--index", built, "غزة -bold").exit_code == 1
    assert run("search", "--index", built, "غزة", '-"bold"').exit_code == 1
    assert run("search", "--index", built, "غزة").exit_code == 0


def test_a_number_behind_a_dash_is_told_of(run, built):
    result = run("search", "لافروف", "-5", "--index", built)
    assert result.exit_code == 0
    assert result.stderr == "khabar: «-5» leaves out articles with the number 5; to show 5: -n 5\n"
    assert run("search", "--index", built, "--", "لافروف", "-5").stderr == ""


@pytest.mark.parametrize("args", [["–n", "١"], ["\u200f--limit", "١"], ["—limit=1"], ["-n١"], ["-n", "１"]])
def test_options_as_they_are_typed_elsewhere(run, built, args):
    result = run("search", "لافروف", *args, "--format", "jsonl", "--index", built)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)


def test_an_option_is_no_value_of_another(run):
    result = run("search", "غزة", "--source", "--author", "سالم")
    assert result.exit_code == 2 and "Option '--source' requires an argument." in result.stderr


def test_an_option_before_the_command(run):
    assert "khabar search --index X غزة" in run("--index", "X", "search", "غزة").stderr
    assert "khabar search --limit 5 غزة" in run("--limit", "5", "غزة").stderr
    assert "khabar alert list --format json" in run("alert", "--format", "json", "list").stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("delete oil", "khabar remove oil"),
        ("find غزة -n 3", "khabar search غزة -n 3"),
        ("grep غزة", "khabar search غزة"),
        ("list", "khabar info"),
        ("ls", "khabar info"),
        ("stats", "khabar info"),
        ("status", "khabar info"),
        ("version", "khabar --version"),
        ("add news", "khabar index news"),
        ("update news", "khabar index news"),
        ("open oil", "khabar show oil"),
        ("gui", "khabar serve"),
        ("html", "khabar search --open"),
        ("serch غزة", "khabar search غزة"),
        ("Search غزة", "khabar search غزة"),
        ("بحث غزة", "khabar search غزة"),
        ("حذف oil", "khabar remove oil"),
        ("فهرسة news", "khabar index news"),
        ("كلمة", "khabar search كلمة"),
        ("alert delete oil", "khabar alert remove oil"),
        ("alert lst", "khabar alert list"),
        ("config get", "khabar config show"),
        ("config قهوة", "Its commands: path, set, show, unset"),
    ],
)
def test_an_unknown_command_points_to_the_right_one(run, line, said):
    result = run(*line.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_mark_before_a_command_changes_nothing(run, built):
    assert run("\u200esearch", "لافروف", "--index", built).exit_code == 0
    assert run("alert", "\u200flist\u200e").exit_code == 0


def test_help_is_a_command(run):
    assert run("help").stdout == run("--help").stdout
    for path in (["search"], ["alert"], ["alert", "run"]):
        result = run("help", *path)
        assert result.exit_code == 0
        assert result.stdout == run(*path, "--help").stdout
    assert "khabar search" in run("help", "serch").stderr
    assert run("help", "search", "x").exit_code == 2


def every_option():
    def of(command, path):
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from of(inner, f"{path} {name}")
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield path, parameter

    for name in COMMANDS:
        yield from of(khabar.get_command(None, name), name)


def test_every_option_is_nearest_to_itself_and_is_told_of_in_arabic():
    for path, option in every_option():
        assert HELP.get(option.help), path
        assert nearest_option(f"--{option_name(option)}", [option]) is option


def test_words_of_other_tools_name_no_command_twice():
    assert nearest_command("delete", list(COMMANDS)) == ("remove", True)
    assert nearest_command("قهوة", list(COMMANDS)) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("لافروف -n 1", "«-n» is not available at this prompt; instead: :limit 1\n"),
        ("لافروف -n5", "instead: :limit 5\n"),
        ("لافروف --limit=7", "instead: :limit 7\n"),
        ("لافروف -n", "instead: :limit 10\n"),
        ("لافروف --since 2023-05", "instead: :since 2023-05\n"),
        ("لافروف --source okaz", "instead: :source okaz\n"),
        ("لافروف --author سلمى", "instead: :author سلمى\n"),
        ("لافروف --sort newest", "instead: :sort newest\n"),
        ("لافروف -o", "instead: :export hits.csv\n"),
        (":sort best", ":sort relevance | newest | oldest"),
        ("لافروف --limt 1", "«--limt» is not available"),
        (":nxt", "the nearest is :next"),
        (":limit x", ":limit 10"),
        (":why", ":why رئيس"),
        ("help", "the command is :help"),
    ],
)
def test_at_the_prompt_options_are_not_searched_for(run, built, typed, said):
    result = run("shell", "--index", built, stdin=f"{typed}\n")
    assert said in result.stderr and result.stdout == ""


def test_at_the_prompt_words_are_left_out_and_marks_do_no_harm(run, built):
    assert run("shell", "--index", built, stdin="لافروف -bbc\n").stdout.count("rank:") == 2
    assert run("shell", "--index", built, stdin="\u200f:limit ١\nلافروف\n").stdout.count("rank:") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("remove", "--path", ""),
        ("remove", "--source=", "-n"),
        ("export", "--source", ""),
        ("search", "--author", " \u200f"),
        ("search", "هدنة", "--index", ""),
        ("export", "-o", ""),
        ("index", ""),
        ("read", "corpus", " "),
    ],
)
def test_an_empty_value_is_none(run, built, words):
    """What a script gives that has nothing in a variable: it would be the current folder, or no condition at
    all."""
    result = run(*words)
    assert result.exit_code == 2 and result.stdout == ""
    assert "has no value" in result.stderr or "is empty" in result.stderr


def test_settings_that_there_are_not_are_told(run, built, tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("KHABAR_CONFIG", str(path))
    path.write_text(
        "limit = 1\n[serach]\nlimit = 1\n[search]\nlimitt = 1\nlimit = 3\nno_pager = true\n[alert]\nx = 1"
    )
    result = run("search", "--index", built)
    assert result.exit_code == 0
    told = [line for line in result.stderr.splitlines() if "no setting" in line]
    assert [
        name in line for name, line in zip(("«limit»", "«serach»", "«search.limitt»"), told, strict=True)
    ] == [True] * 3
    assert "«alert.x»" in run("alert", "list").stderr


def test_a_setting_is_checked_as_its_option_is(run, tmp_path, monkeypatch):
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "settings.toml"))
    assert run("config", "set", "tz", "Asia/Riyad").exit_code == 2
    assert not (tmp_path / "settings.toml").exists()
    assert run("config", "set", "search.source", "الخليج اليومي; الأولى").exit_code == 0
    assert 'source = ["الخليج اليومي", "الأولى"]' in (tmp_path / "settings.toml").read_text()


def test_names_in_the_environment_may_have_spaces(run, built, monkeypatch):
    monkeypatch.setenv("KHABAR_SEARCH_SOURCE", "الخليج اليومي")
    assert (
        run("search", "--count", "--index", built).stdout
        == run("search", "--count", "--source", "الخليج اليومي", "--index", built).stdout
    )


@pytest.mark.parametrize("style", ["csv", "jsonl", "html", "plain"])
@pytest.mark.parametrize("command", ["search", "export", "facets", "timeline", "terms", "names"])
def test_a_condition_that_is_left_out_is_told_in_every_format(run, built, command, style):
    result = run(command, "النفط after:قريبا", "--format", style, "--index", built)
    assert result.exit_code == 0 and "the condition is left out" in result.stderr


@pytest.mark.parametrize(
    ("variable", "value", "line", "wrong"),
    [
        ("KHABAR_INDEX_MAX_WORDS", "0", "index lim", "0"),
        ("KHABAR_INDEX_MAX_BYTES", "much", "index lim", "«much»"),
        ("KHABAR_SEARCH_SORT", "date", "search غزة", "'date'"),
        ("KHABAR_THEME", "pink", "search غزة", "'pink'"),
    ],
)
def test_a_wrong_variable_is_named(run, monkeypatch, variable, value, line, wrong):
    monkeypatch.setenv(variable, value)
    result = run(*line.split())
    assert result.exit_code == 2 and "'--" not in result.stderr
    assert f"Invalid value for the variable '{variable}': " in result.stderr and wrong in result.stderr
    said = run(*line.split(), "--lang", "ar").stderr
    assert f"قيمة المتغير ‎{variable}‎ غير مقبولة" in said


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ('[index]\nmax-words = "x"\n', "index lim", "index.max-words"),
        ("[index]\nmax_words = 0\n", "index lim", "index.max-words"),
        ('theme = "pink"\n[search]\nlimit = 5\n', "search غزة", "theme"),
        ('[search]\ntheme = "pink"\n', "search غزة", "search.theme"),
        ('[alert.run]\nlimit = "many"\n', "alert run", "alert.run.limit"),
    ],
)
def test_a_wrong_setting_is_named(run, monkeypatch, tmp_path, text, line, name):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KHABAR_CONFIG", str(path))
    result = run(*line.split())
    assert result.exit_code == 2
    assert f"Invalid value for the setting '{name}' in {path}: " in result.stderr
    said = run(*line.split(), "--lang", "ar").stderr
    assert f"قيمة الإعداد ‎{name}‎ في " in said and "غير مقبولة" in said
    # What is typed comes first, and is named as it was typed.
    option = f"--{name.rpartition('.')[2]}"
    assert f"'{option}': " in run(*line.split(), option, "\u00d7").stderr


@pytest.mark.parametrize(
    ("line", "said", "arabic"),
    [
        ("index in --max-words x", "'x' is not a valid integer.", "ليس عددًا صحيحًا."),
        ("search غزة -n x", "'x' is not a valid integer.", "ليس عددًا صحيحًا."),
        ("index in --every x", "'x' is not a valid number.", "ليس عددًا."),
        ("index in --max-words " + "9" * 23, "is too large; the most is 1000000000000000", "أكبر من الحد"),
    ],
)
def test_what_is_no_number_is_told_in_plain_words(run, line, said, arabic):
    result = run(*line.split())
    assert result.exit_code == 2 and result.stderr.endswith(f"{said}\n")
    assert arabic in run(*line.split(), "--lang", "ar").stderr


def test_a_wrong_variable_or_setting_that_only_the_library_refuses_is_named(
    run, built, monkeypatch, tmp_path
):
    path = tmp_path / "settings.toml"
    path.write_text('tz = "Mars"\n', encoding="utf-8")
    monkeypatch.setenv("KHABAR_INDEX", str(built))
    monkeypatch.setenv("KHABAR_SEARCH_SINCE", "never")
    result = run("search", "غزة")
    assert result.exit_code == 2
    assert result.stderr.startswith("khabar: the variable 'KHABAR_SEARCH_SINCE' «never»: ")
    assert "المتغير ‎KHABAR_SEARCH_SINCE‎ «never»" in run("search", "غزة", "--lang", "ar").stderr
    assert run("search", "غزة", "--since", "never").stderr.startswith("khabar: --since «never»: ")
    monkeypatch.delenv("KHABAR_SEARCH_SINCE")
    monkeypatch.setenv("KHABAR_CONFIG", str(path))
    assert run("search", "غزة").stderr.startswith(f"khabar: the setting 'tz' in {path} «Mars»: ")
    assert run("search", "غزة", "--tz", "Mars").stderr.startswith("khabar: --tz «Mars»: ")


@pytest.mark.parametrize(
    ("argv", "said"), [(["--lang", "ar"], "الاستعمال: khabar "), (["--debug"], "Usage: khabar ")]
)
def test_options_without_a_command_are_answered_with_the_help(process, argv, said):
    done = process(*argv)
    assert done.returncode == 2 and done.stderr.startswith(said)
    assert "timeline" in done.stderr and "الأمر ناقص" not in done.stderr


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_mistake_is_told_in_lines_that_break_between_words(on_terminal, language):
    typed = f"--indx={'/a/long/path' * 8}"
    shown = on_terminal("--lang", language, "search", typed, status=2)
    flat = [line for line in shown.splitlines() if line.strip()]
    (whole,) = [line for line in flat if "/a/long/path" in line]
    assert typed.partition("=")[2] in whole
    assert len([line for line in flat if len(line) > 84]) <= 1
    assert any("opensearch://host:9200/news" in line for line in flat)


@pytest.mark.parametrize(
    "line", ["alert run --index X", "alert list --index X", "alert run -i X", "alert --index X run"]
)
def test_a_saved_search_keeps_its_index(run, line) -> None:
    said = run(*line.split()).stderr
    assert "a saved search keeps its own index" in said and "nearest" not in said
    assert "لكل بحث محفوظ فهرسه" in run("--lang", "ar", *line.split()).stderr


def test_an_option_of_other_commands_is_no_slip_of_the_keys(run) -> None:
    assert "nearest" not in run("info", "--page", "3").stderr
    assert "--limit" in run("search", "غزة", "--limt", "3").stderr
