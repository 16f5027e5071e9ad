"""``khabar words``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.settings import read_settings, settings_path, words_files, words_in_use
from khabar.render.output import Output, complain, write
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.query.own_words import WordMistake, WordRule

__all__ = ["command"]

MISTAKES = 1


@click.group(
    "words",
    cls=Group,
    epilog="""\b
Examples:
  khabar words add 'غوغل = جوجل = قوقل'
  khabar words add 'جنين ≠ الأجنة'
  khabar words add 'حرب ~ قتال ~ معركة'
  khabar words add 'stop: قال أكد'
  khabar words show
  khabar words show غوغل
  khabar words check""",
)
@only_lang_option
def command() -> None:
    """Show and change your own dictionary of words.

    Each line is one statement. A = B: the same word; each finds the other at full weight. A ≠ B (or A != B):
    different words; neither finds the other. A ~ B: synonyms; each also finds the other, at half the weight.
    stop: A: a stop word, which weighs less and matches nothing by itself. A # begins a comment.

    Each word stands for all its inflections. The statements apply to the next search; no index is rebuilt.
    The files are those of $KHABAR_WORDS_FILE, else of the setting words (khabar config set words FILE), else
    words.txt beside the settings file.
    """


def _files() -> list[Path]:
    """The user's own files, without those of packages, which are not for editing."""
    return [path for path in words_files(read_settings(settings_path())) if isinstance(path, Path)]


def _used() -> list[Path]:
    """The files that a search reads: those that are named, or the default one if it exists."""
    from khabar.query.dictionaries import words_file

    return [words_file(file) for file in words_in_use(read_settings(settings_path()))]


@command.command("path")
@only_lang_option
def path_command() -> int:
    """Print the paths of the files, whether or not they exist."""
    from khabar.query.dictionaries import words_file

    write(str(words_file(file)) for file in words_files(read_settings(settings_path())))
    return 0


@command.command("show")
@click.argument("word", required=False, type=click.UNPROCESSED)
@output_options()
def show_command(word: str | None, out: Output) -> int:
    """List the statements; with WORD, those that name it or a form of it.

    \b
    Exit status: 0 every line is understood, 1 some are not, 3 a file could not be read.
    """
    from khabar.render.view import TableView

    rules: list[WordRule] = []
    understood = True
    for path in _used():
        rules_of_file, mistakes = _understood(_read(path, needed=True), path)
        rules += rules_of_file
        understood = understood and not mistakes
    none = "your dictionary is empty. Add to it: khabar words add 'A = B'"
    if word is not None and rules:
        rules = _about(word, rules)
        none = f"no statement names «{word}»"
    rows = [{"kind": rule.kind, "words": _text(rule), "file": rule.file, "line": rule.line} for rule in rules]
    out.put(TableView("words", rows, none, heading="own dictionary"))
    return 0 if understood else MISTAKES


def _text(rule: WordRule) -> str:
    from khabar.query.own_words import said

    return said(rule.kind, rule.words)


def _about(word: str, rules: list[WordRule]) -> list[WordRule]:
    """The statements that name a word or a form of it."""
    from khabar.analysis.analyzer import Analyzer, make_word
    from khabar.query.own_words import OwnWords

    return list(OwnWords(rules, Analyzer()).about(make_word(word).exact[0]))


@command.command("add")
@click.argument("statement", nargs=-1, required=True, type=click.UNPROCESSED)
@only_lang_option
def add_command(statement: tuple[str, ...]) -> int:
    """Add a statement to the first file, creating it if necessary. The rest of the file stays unchanged."""
    from khabar.locking import changing

    line = " ".join(statement).strip()
    typed = _parsed(line)
    if not typed:
        raise click.UsageError("say what to add: khabar words add 'A = B'")
    files = _files()
    if not files:
        raise click.UsageError("no file of your own is named: name one beside «plugin:…», as in words.txt")
    path = files[0]
    others = [file for file in _used() if file != path]

    with changing(path, f"the file of words {path}"):
        text = _read(path)
        rules = [*_understood(text, path)[0]]
        for other in others:
            rules += _understood(_read(other), other)[0]
        existing = set(map(_meaning, rules))
        duplicates = {rule.line: rule for rule in typed if _meaning(rule) in existing}
        for rule in duplicates.values():
            complain(f"«{_text(rule)}» is there already")
        added = [text for number, text in enumerate(line.splitlines(), 1) if number not in duplicates]
        if len(duplicates) < len(typed):
            _refuse_contradictions(rules, [rule for rule in typed if rule.line not in duplicates])
            text += "" if not text or text.endswith("\n") else "\n"
            _write(path, text + "".join(f"{new_line}\n" for new_line in added))
            _report("words added", len(typed) - len(duplicates), path)
    return 0


def _refuse_contradictions(rules: list[WordRule], added: list[WordRule]) -> None:
    """Refuse statements that contradict those in the files."""
    from khabar.analysis.analyzer import Analyzer
    from khabar.query.own_words import OwnWords, contradictions

    # A mistake with a file is a contradiction between the files, which this command does not report.
    for mistake in contradictions(OwnWords([*rules, *added], Analyzer())):
        if not mistake.file:
            raise click.UsageError(mistake.wrong)


def _meaning(rule: WordRule) -> tuple[str, frozenset[str]]:
    """A value that is equal for statements that mean the same: vowel marks, letter forms and order do not
    matter."""
    from khabar.analysis.fold import fold

    return rule.kind, frozenset(map(fold, rule.words))


@command.command("remove")
@click.argument("statement", nargs=-1, required=True, type=click.UNPROCESSED)
@only_lang_option
def remove_command(statement: tuple[str, ...]) -> int:
    """Remove a statement, or a line that is not understood, from the files. The order of its words does not
    matter."""
    from khabar.locking import changing
    from khabar.query.own_words import examine_text

    line = " ".join(statement).strip()
    typed, wrong = examine_text(line)
    targets = set(map(_meaning, typed))
    target_lines = {_bare(line.splitlines()[mistake.line - 1]) for mistake in wrong}
    removed = False
    for path in _files():
        with changing(path, f"the file of words {path}"):
            text = _read(path)
            lines = text.splitlines(keepends=True)
            rules, mistakes = _understood(text, path)
            gone = {rule.line for rule in rules if _meaning(rule) in targets}
            gone |= {mistake.line for mistake in mistakes if _bare(lines[mistake.line - 1]) in target_lines}
            if gone:
                _write(path, "".join(text for number, text in enumerate(lines, 1) if number not in gone))
                removed = True
                _report("words removed", len(gone), path)
    if not removed:
        raise click.UsageError(wrong[0].wrong if wrong else f"«{line}» is in no file. See: khabar words show")
    return 0


def _report(key: str, count: int, path: Path) -> None:
    """Report how many lines of a file were changed."""
    from khabar.render.messages import counted, say

    complain(say(key, spoken(), path=path, count=counted(count, "line", spoken())))


def _bare(line: str) -> str:
    """A line without its comment."""
    return line.removeprefix("\ufeff").partition("#")[0].strip()


@command.command("check")
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@output_options()
def check_command(paths: tuple[Path, ...], out: Output) -> int:
    """Check the files, or FILE: list every line that is not understood or contradicts others.

    \b
    Exit status: 0 every line is understood, 1 some are not, 3 a file could not be read.
    """
    from khabar.analysis.analyzer import Analyzer
    from khabar.query.own_words import OwnWords, contradictions, examine
    from khabar.render.view import TableView

    files = paths or _used()
    rules, mistakes = examine(files)
    order = {str(path): number for number, path in enumerate(files)}
    mistakes += contradictions(OwnWords(rules, Analyzer()))
    rows = [
        {"file": mistake.file, "line": mistake.line or None, "mistake": mistake.wrong}
        for mistake in sorted(mistakes, key=lambda mistake: (order[mistake.file], mistake.line))
    ]
    out.put(
        TableView("mistakes", rows, "every line is understood", said=("mistake",), heading="own mistakes")
    )
    return MISTAKES if rows else 0


def _parsed(statement: str) -> tuple[WordRule, ...]:
    """A statement that was typed; a mistake in it is wrong usage."""
    from khabar.errors import WordsError
    from khabar.query.own_words import parse_words

    try:
        return parse_words(statement)
    except WordsError as error:
        raise click.UsageError(error.mistakes[0][1]) from error


def _understood(text: str, path: Path) -> tuple[tuple[WordRule, ...], tuple[WordMistake, ...]]:
    """The statements in a file, and the lines that are not understood, which are reported on stderr."""
    from khabar.errors import WordsError
    from khabar.query.own_words import examine_text

    rules, mistakes = examine_text(text, str(path))
    if mistakes:
        complain(str(WordsError(str(path), [(mistake.line, mistake.wrong) for mistake in mistakes])))
    return rules, mistakes


def _read(path: Path, *, needed: bool = False) -> str:
    """The text of a file; "" if there is none, unless it is needed."""
    from khabar.errors import SettingsUnavailable, WordsError

    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        if needed:
            raise SettingsUnavailable(path, error) from error
        return ""
    except UnicodeDecodeError as error:
        raise WordsError(str(path), [(0, "it is not UTF-8")]) from error
    except OSError as error:
        raise SettingsUnavailable(path, error) from error


def _write(path: Path, text: str) -> None:
    from khabar.cli.settings import write_settings

    write_settings(path, text)
