"""Everything that khabar says, it says in Arabic too: no message without its translation, no command with a
line of English."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from khabar.cli.arabic import texts_of_help
from khabar.cli.group import COMMANDS, khabar
from khabar.render import faults, messages
from khabar.render.arabic import arabic
from khabar.render.arabic_help import HELP
from khabar.render.arabic_texts import TEXTS

PACKAGE = Path(__file__).parents[2] / "search" / "khabar"

#: Who says something: functions and classes whose texts people read.
_SAYING = re.compile(
    r"complain|fail|confirm|progress|stage|Damage|Loss|TableView|AlertsView|ListsView|_bad|UsageError|BadParameter|BadOptionUsage|KhabarError"
    r"|Index(?:Damaged|Mismatch|NotFound|Locked|FolderError)|MissingDependency|SettingsError|SourceError|CollectionError"
)
#: What is no text for people although it stands there: keys and names.
_NAMES = re.compile(r"[a-z_-]+|khabar[\w. -]*|[{}_/*.a-z]+")


def template(node: ast.expr) -> str | None:
    """The text that an expression makes, with {} where a value is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = template(node.left), template(node.right)
        if sides != (None, None):
            return "".join("{}" if side is None else side for side in sides)
    return None


def said(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can become, and those of the choices that are filled in."""
    if isinstance(node, ast.IfExp):
        yield from said(node.body)
        yield from said(node.orelse)
        return
    text = template(node)
    if text is None:
        return
    yield text
    for value in ast.walk(node):
        if isinstance(value, ast.FormattedValue) and isinstance(value.value, ast.IfExp):
            yield from said(value.value)


def messages_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _SAYING.fullmatch(ast.unparse(node.func).rpartition(".")[2]):
            for argument in node.args:
                for text in said(argument):
                    if re.search(r"[A-Za-z]{2}", text.replace("{}", "")) and not _NAMES.fullmatch(text):
                        yield text


MESSAGES = sorted({text for path in PACKAGE.rglob("*.py") for text in messages_of(path)})


def test_messages_are_found() -> None:
    assert len(MESSAGES) > 90
    assert "removed the saved search «{}»" in MESSAGES


@pytest.mark.parametrize("text", MESSAGES)
def test_every_message_of_the_program_is_in_the_table(text: str) -> None:
    """Filled in, it is found and translated into Arabic."""
    filled = text.replace("{}", "٧")
    assert arabic(filled) != filled, text
    assert re.search("[\u0600-\u06ff]", arabic(filled).replace("٧", "")), text


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, (*path, name))


def texts_of(command: click.Command) -> Iterator[str]:
    import inspect

    for text in (command.help, command.epilog):
        if text:
            yield from texts_of_help(inspect.cleandoc(text))
    for option in command.params:
        if isinstance(option, click.Option) and option.help and not option.hidden:
            yield " ".join(option.help.split())


HELPS = sorted(
    {text for _, command in commands(khabar) for text in texts_of(command)}
    | {about for _, about in COMMANDS.values()}
)


@pytest.mark.parametrize("text", HELPS)
def test_every_text_of_the_help_is_in_the_table(text: str) -> None:
    assert text in HELP


def test_the_table_of_help_has_nothing_more() -> None:
    assert HELP.keys() - set(HELPS) == {"Show this message and exit."}


@pytest.mark.parametrize("text", [*TEXTS, *HELP])
def test_a_translation_is_arabic_and_keeps_what_is_filled_in(text: str) -> None:
    said = {**TEXTS, **HELP}[text]
    if "{" in text and text in TEXTS:
        places = {int(number) for number in re.findall(r"\{(\d+)", said)}
        assert places <= set(range(text.count("{}"))), text
    assert re.search("[\u0600-\u06ff]", said) or re.fullmatch(r"\{0:\w+\}", said)
    # Latin words in it are names, which are in the English text as well.
    for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\d+:[\w ]+\}", "", said)):
        assert word in text or word in ("khabar", "MCP", "UTC", "info"), word
    # Arabic commas and question marks.
    assert not re.search(r"[\u0600-\u06ff][,;?]", said)
    # One word for an article, and no tanwin behind its alef.
    bare = re.sub("[\u064b-\u0652]", "", said)
    assert not re.search(r"(?<!\w)(?:ال)?(?:خبر|مادة|مواد)(?!\w)", bare)
    assert "اً" not in said


def test_arabic_has_one_word_for_each_thing() -> None:
    """What is found is «مقال» everywhere, in messages and in the README; tanwin stands before its alef,
    commas are Arabic."""
    from khabar.corpus.reason_texts import REASONS
    from khabar.render.messages import DEPTH_NAMES

    said = [arabic for _, arabic in (*messages._SAYINGS.values(), *REASONS.values(), *DEPTH_NAMES.values())]
    said += [*TEXTS.values(), *HELP.values(), *faults._PROBLEMS.values(), *faults._INVALID.values()]
    readme = (PACKAGE.parents[1] / "README.ar.md").read_text(encoding="utf-8")
    said.append(re.sub(r"```.*?```|`[^`]*`|«[^»]*»", "", readme, flags=re.DOTALL))
    for text in said:
        bare = re.sub("[\u064b-\u0652]", "", text)
        other = re.search(
            r"(?<!\w)[وفبل]?(?:ال)?(?:خبر|مادة|مواد|وثيقة|وثائق)(?!\w)", bare.replace("# خبر", "")
        )
        assert not other, (other, text[:200])
        assert not re.search(r"[\u0620-\u064a][,;?]", bare), text[:200]
        assert "اً" not in text.replace("برلماناً", ""), text[:200]


def test_nouns_are_in_the_catalogue() -> None:
    """Every noun that something is counted by has its six forms."""
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "counted" and len(call.args) > 1:
                for each in ast.walk(call.args[1]):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        assert each.value in messages._NOUNS, (path.name, each.value)


#: Command lines, with what of their output is not khabar's own words but data: ids, names, columns.
LINES = [
    "",
    "-h",
    "--nonsense",
    "serach غزة",
    "search --nonsense",
    "search غزة --limit many",
    "search غزة --limit -4",
    "search غزة -5",
    "search غزة --format xml",
    "search غزة --since yesterdayish",
    "search غزة --source nowhere",
    "search غزة --sort best",
    "search غزة --page 2 --offset 3",
    "search غزة --open --format json",
    "search غزة -o x.foo",
    "search 'النفط \"لافروف' --format plain",
    "search النفط --format rich --explain --legend",
    "search لافروف --format html",
    "search بطاريق",
    "search النفط --index nowhere",
    "search النفط --index nowhere --index nowhere",
    "search النفط --index . --index /",
    "show oil --archive press",
    "indexes --format rich",
    "indexes use nowhere",
    "config set archives. x",
    "config set archives.press nowhere",
    "search النفط --index press",
    "config unset archives.press",
    "search '+كلمات (غير مغلقة مصدر:مجهول بعد:شيء'",
    "search النفط --count --format rich",
    "search --format rich",
    "show oil --format rich",
    "show oil --format html",
    "show nosuch",
    "show",
    "show a b",
    "export بطاريق",
    "export لافروف -o out.csv",
    "export لافروف --text --format html",
    "alert add oil النفط",
    "alert add oil النفط",
    "alert list --format rich",
    "alert list --format html",
    "alert run --format rich",
    "alert run nosuch",
    "alert remove nosuch",
    "alert remove oil",
    "alert list",
    "alert",
    "alert nosuch",
    "desk",
    "desk star oil nosuch",
    "desk note oil ملاحظة",
    "desk add ملف oil",
    "desk add ملف",
    "desk list --format rich",
    "desk list --format html",
    "desk list nosuch",
    "desk lists --format rich",
    "desk lists --format html",
    "desk remove ملف lavrov",
    "desk unstar lavrov",
    "desk move ملف lavrov 1",
    "desk rename nosuch ملف",
    "desk export -o desk.jsonl",
    "desk import desk.jsonl",
    "facets لافروف --format rich",
    "facets لافروف",
    "facets لافروف --format html",
    "timeline النفط لافروف --format rich",
    "timeline النفط --by year --format html",
    "timeline بطاريق",
    "terms لافروف --format rich",
    "terms لافروف --format html",
    "related lavrov --format rich",
    "related lavrov --format html",
    "related nosuch",
    "complete نف --format rich",
    "complete نف --format html",
    "complete زززز",
    "why وزير --format rich",
    "why وزير --format html --all",
    "why بطريق",
    "why كلمات كثيرة هنا",
    "info",
    "info --texts --format rich",
    "info --texts --format html",
    "info --index nowhere",
    "remove nosuch",
    "remove",
    "remove oil --dry-run",
    "remove oil --dry-run --format rich",
    "remove oil --dry-run --format html",
    "remove --query لافروف",
    "check",
    "check --format rich",
    "check --format html",
    "check --index nowhere",
    "rebuild --index nowhere",
    "rebuild --engine nosuch",
    "index news --index mine --format rich",
    "index news broken --index mine --format rich",
    "index news broken --index mine",
    "index news broken --index mine --format html",
    "index nosuch --index mine",
    "index news --index mine --engine nosuch",
    "index news --index mine --field nonsense",
    "index news --index mine --max-bytes much",
    "index https://example.org/feed --index mine",
    "info --index mine --format rich",
    "info --index mine",
    "read broken",
    "read nosuch",
    "analyze زار عبد الله بيروت --format rich",
    "analyze زار عبد الله بيروت --format html",
    "analyze",
    "eval nosuch",
    "config show",
    "config set theme nosuch",
    "config set nosuch 1",
    "config set theme",
    "config show --format rich",
    "config nosuch",
    "completion tcsh",
    "help nosuch",
    "help search nosuch",
    "delete oil",
    *(f"help {' '.join(path)}" for path, _ in commands(khabar) if path),
]

#: Names that are the same in both languages: of formats, engines, options' values, programs and standards.
_KEPT = re.compile(
    r"(?:khabar|whoosh|tantivy|kB|MB|GB|json|jsonl|csv|xlsx|html|plain|rich|nDCG|Markdown|Lines|TREC|TOML|cron|"
    r"stdin|stderr|name|value|title|hed|text|story|headline|source|author|section|tags?|language|place|fa|published|url|id|article|none|"
    r"relevance|exact|light|lemma|similar|hits|total|took_ms|query|problems|theme|search|limit|format|"
    r"index|bidi|links|lang|no|pager|true|false|month|auto|news|Ctrl|PyPI|model|RSS|Atom|zip|tar|gz|xz|bz2|bash|zsh|fish|"
    r"eval|pip|install|ir|measures|qrels|tsv|corpus|articles|queries|wire|windows|utf|year|day|week|monday|"
    r"groff|links|grep|head|echo|terminal|took|ms|indexes|curl|wget|all|any|strange|ar|open|gzip|cut|form|aliases|okaz|tz)"
)


def foreign(output: str, line: str) -> set[str]:
    """The Latin words of an output that are neither names nor data, nor typed."""
    text = re.sub(r"<style>.*?</style>|<head>.*?</head>|<[^>]+>|&\w+;", " ", output, flags=re.DOTALL)
    text = re.sub("[\u200e\u200f\u2066-\u2069]", "", text)
    text = re.sub(r"^(?:whole|words): \w+$|'[\w|-]+'", "", text, flags=re.MULTILINE)
    text = re.sub(r"القيم المقبولة: (?:«[\w-]+»(?:، )?)+$", "", text, flags=re.MULTILINE)
    # Names of plain lines, commands to copy, options, names in capitals, paths and addresses, choices,
    # columns.
    text = re.sub(r"^[a-z_ ]+(?:\([^)]*\))?: ", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(?:explain|depth|form): .*$|^start\tend.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?:khabar|pip|crawler|0 \*) [^\u0600-\u06ff\n]*", " ", text)
    text = re.sub(r"(?<!\w)--?[A-Za-z][\w-]*(?:[= ]+[A-Za-z|\[\]=-]+)?", " ", text)
    text = re.sub(r"\[[a-zA-Z|]+\]|(?<![A-Za-z])[A-Z][A-Z_0-9|@]*(?![a-z])|\$\w+", " ", text)
    text = re.sub(r"\S*[/~.@:]\S*[A-Za-z]\S*|[0-9a-f]{8,}|\S*\d[A-Za-z]\w*", " ", text)
    typed = set(re.findall(r"[A-Za-z]+", line))
    ids = {"oil", "lavrov", "visit", "hostile", "bold"}
    known = {
        *COMMANDS,
        "add",
        "list",
        "run",
        "set",
        "unset",
        "path",
        "use",
        "build",
        "clear",
        "models",
        "status",
    }
    known |= {"delete", "import", "lists", "move", "note", "rename", "star", "unstar"}
    found = set(re.findall(r"[A-Za-z]{2,}", text)) - typed - ids - known
    return {word for word in found if not _KEPT.fullmatch(word)}


def test_no_line_is_english(run, built, news, tmp_path, monkeypatch) -> None:
    """Every command, right and wrong, in every way to show it."""
    monkeypatch.setenv("KHABAR_LANG", "ar")
    monkeypatch.setenv("KHABAR_INDEX", str(built))
    (tmp_path / "news").symlink_to(news)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "empty.txt").write_bytes(b"")
    (broken / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (broken / "torn.jsonl").write_text(
        '{"title": "عنوان", "text": "نص كامل هنا"}\n{"title": \n[1]\n', encoding="utf-8"
    )
    (broken / "odd.json").write_text(
        json.dumps([{"title": "عنوان بلا نص", "strange": 1}, {"x": 2}], ensure_ascii=False), encoding="utf-8"
    )
    (broken / "old.zip").write_bytes(b"PK\x03\x04 nothing of the kind")
    found = {}
    for line in LINES:
        result = run(*shlex.split(line))
        assert result.exception is None or isinstance(result.exception, SystemExit), line
        words = foreign(f"{result.stdout}\n{result.stderr}", line)
        if words:
            found[line] = (sorted(words), result.stdout[-800:], result.stderr[-800:])
    assert not found, "\n".join(f"{line}: {' '.join(words)}" for line, (words, _, _) in found.items())


def test_the_language_is_known_before_the_command_line_is_read(run, built, monkeypatch) -> None:
    for line in (
        ["search", "--nonsense", "--lang", "ar"],
        ["search", "--lang=ar", "--nonsense"],
        ["--lang", "ar", "search", "--nonsense"],
        ["serach", "غزة", "--lang", "ar"],
    ):
        assert "خطأ: " in run(*line).stderr
    assert run("--lang", "ar", "search", "بطاريق", "--index", built).stderr.startswith("khabar: لا نتائج")
    # What is nearer counts.
    assert "nothing found" in run("--lang", "ar", "search", "بطاريق", "--index", built, "--lang", "en").stderr
    run("config", "set", "lang", "ar")
    assert "خطأ: " in run("search", "--nonsense").stderr
    assert "الخيارات" in run("config", "--help").stdout
    assert "Error: " in run("search", "--nonsense", "--lang", "en").stderr
    monkeypatch.setenv("KHABAR_LANG", "en")
    assert "Error: " in run("search", "--nonsense").stderr


@pytest.mark.parametrize(
    "text", ['theme = "light"\n', "[search]\n", 'lang = "en"\n', '[search]\nlang = "en"\n']
)
@pytest.mark.parametrize("variable", [None, "en"])
def test_what_is_typed_before_the_command_counts_over_settings_and_variables(
    run, built, tmp_path, monkeypatch, text, variable
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KHABAR_CONFIG", str(settings))
    if variable:
        monkeypatch.setenv("KHABAR_LANG", variable)
    assert "الخيارات" in run("--lang", "ar", "search", "--help").stdout
    assert "لا نتائج" in run("--lang", "ar", "search", "بطاريق", "--index", built).stderr
    assert "خطأ: " in run("--lang", "ar", "search", "--nonsense").stderr
    for line in (["--lang", "ar", "alert", "list"], ["alert", "--lang", "ar", "list"]):
        assert "لا بحث محفوظ" in run(*line, "--format", "rich").stderr + run(*line).stderr
    # And «auto» is typed too: by the locale, whatever the settings say.
    settings.write_text('lang = "ar"\n', encoding="utf-8")
    assert "nothing found" in run("--lang", "auto", "search", "بطاريق", "--index", built).stderr


def test_lang_is_taken_by_every_command_and_group() -> None:
    def without(command: click.Command, path: str) -> Iterator[str]:
        if not any("--lang" in each.opts for each in command.params):
            yield path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from without(found, f"{path} {name}")

    assert list(without(khabar, "khabar")) == []


def test_lang_before_a_command_of_a_group(run) -> None:
    for place in (["alert", "--lang", "ar", "list"], ["alert", "list", "--lang", "ar"]):
        assert "لا بحث محفوظ" in run(*place, "--format", "rich").stderr + run(*place).stderr
    assert "الاستعمال" in run("config", "--lang", "ar", "--help").stdout


def test_a_refused_setting_is_named_once(run) -> None:
    assert run("config", "set", "lang", "fr").stderr.splitlines()[-1] == (
        "Error: Invalid value for the setting 'lang': 'fr' is not one of 'auto', 'en', 'ar'."
    )
    said = run("config", "set", "lang", "fr", "--lang", "ar").stderr.replace("\u200e", "")
    assert said.splitlines()[-1] == (
        "خطأ: قيمة الإعداد lang غير مقبولة: «fr» ليست من القيم المقبولة: «auto»، «en»، «ar»"
    )
    said = run("config", "set", "search.limit", "x", "--lang", "ar").stderr.replace("\u200e", "")
    assert said.splitlines()[-1] == "خطأ: قيمة الإعداد search.limit غير مقبولة: «x» ليس عددًا صحيحًا."


def test_a_search_says_where_spreadsheets_come_from(run) -> None:
    for command in ("search", "export"):  # export has them, and needs a file
        for language in ("en", "ar"):
            done = run(command, "غزة", "--format", "xlsx", "--lang", language)
            said = done.stderr.replace("\u200e", "")
            assert done.exit_code == 2
            assert ("khabar export -o FILE.xlsx" in said) == (command == "search"), said


def test_what_was_typed_is_not_translated(run) -> None:
    said = run("search", "غزة", "--sort", "date", "--lang", "ar").stderr.replace("\u200e", "")
    assert "«date» ليست من القيم المقبولة" in said
    assert "المقبولة: «relevance»، «newest»" in said
    assert "[الافتراضي: \u200ename\u200e]" in run("batch", "--help", "--lang", "ar").stdout


def test_a_file_says_how_many_articles_are_in_it(run, built) -> None:
    for name in ("x.csv", "x.html", "x.jsonl"):
        asked = ("export", "لافروف", "--index", built, "-o", name)
        assert re.search(rf"\d+ articles written to {name}", run(*asked).stderr)
        assert re.search(r"كُتب في .*: .*مقال", run(*asked, "--lang", "ar").stderr)
