"""``khabar words``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.settings import read_settings, settings_path, words_files
from khabar.render.output import Output, complain, write

if TYPE_CHECKING:
    from khabar.query.own_words import WordRule

__all__ = ["command"]

MISTAKES = 1


@click.group(
    "words",
    cls=Group,
    epilog="""\b
Examples:
  khabar words add 'غوغل = جوجل = قوقل'
  khabar words add 'سلمان ≠ الإسلام'
  khabar words add 'حرب ~ قتال ~ معركة'
  khabar words add 'stop: قال أكد'
  khabar words show
  khabar words show غوغل
  khabar words check""",
)
@only_lang_option
def command() -> None:
    """Show and change your own dictionary of words.

    A line of a file is one statement. A = B is one word: each finds the other, as itself. A ≠ B (or A != B)
    are two: neither finds the other. A ~ B are synonyms: each finds the other too, at half the weight.
    stop: A is a stop word, which weighs less and matches nothing by itself. A # begins a comment.

    Each word stands for all its inflections. The statements apply to the next search; no index is rebuilt.
    The files are those of $KHABAR_WORDS_FILE, else of the setting words (khabar config set words FILE), else
    words.txt beside the settings file.
    """


def _files() -> list[Path]:
    return words_files(read_settings(settings_path()))


@command.command("path")
@only_lang_option
def path_command() -> int:
    """Print the paths of the files, whether or not they exist."""
    write(map(str, _files()))
    return 0


@command.command("show")
@click.argument("word", required=False, type=click.UNPROCESSED)
@output_options()
def show_command(word: str | None, out: Output) -> int:
    """List the statements; with WORD, those that name it or a form of it."""
    from khabar.query.own_words import read_words
    from khabar.render.view import TableView

    rules = read_words(path for path in _files() if path.exists())
    if word is not None:
        rules = _about(word, rules)
    rows = [{"kind": rule.kind, "words": _text(rule), "file": rule.file, "line": rule.line} for rule in rules]
    out.put(TableView("words", rows, "your dictionary says nothing. Add to it: khabar words add 'A = B'"))
    return 0


def _text(rule: WordRule) -> str:
    from khabar.query.own_words import said

    return said(rule.kind, rule.words)


def _about(word: str, rules: tuple[WordRule, ...]) -> tuple[WordRule, ...]:
    from khabar.analysis.analyzer import Analyzer, make_word
    from khabar.query.own_words import OwnWords

    return OwnWords(rules, Analyzer()).about(make_word(word).exact[0])


@command.command("add")
@click.argument("statement", nargs=-1, required=True, type=click.UNPROCESSED)
@only_lang_option
def add_command(statement: tuple[str, ...]) -> int:
    """Add a statement to the first of the files, which is made if need be. What is there stays as it is."""
    from khabar.index.lock import changing
    from khabar.query.own_words import parse_words

    line = " ".join(statement).strip()
    if not _parsed(line):
        raise click.UsageError("say what to add: khabar words add 'A = B'")
    path = _files()[0]

    with changing(path, f"the file of words {path}"):
        text = _read(path)
        if line in text.splitlines():
            complain(f"«{line}» is there already")
            return 0
        text += "" if not text or text.endswith("\n") else "\n"
        text += f"{line}\n"
        parse_words(text, str(path))
        _write(path, text)
    return 0


@command.command("remove")
@click.argument("statement", nargs=-1, required=True, type=click.UNPROCESSED)
@only_lang_option
def remove_command(statement: tuple[str, ...]) -> int:
    """Remove a statement from the files. The order of its words does not matter."""
    from khabar.analysis.fold import fold
    from khabar.index.lock import changing
    from khabar.query.own_words import parse_words

    def meant(rule: WordRule) -> tuple[str, frozenset[str]]:
        return rule.kind, frozenset(map(fold, rule.words))

    line = " ".join(statement).strip()
    wanted = set(map(meant, _parsed(line)))
    removed = False
    for path in _files():
        with changing(path, f"the file of words {path}"):
            text = _read(path)
            gone = {rule.line for rule in parse_words(text, str(path)) if meant(rule) in wanted}
            if gone:
                lines = text.splitlines(keepends=True)
                _write(path, "".join(each for number, each in enumerate(lines, 1) if number not in gone))
                removed = True
    if not removed:
        raise click.UsageError(f"«{line}» is in no file. See: khabar words show")
    return 0


@command.command("check")
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@output_options()
def check_command(paths: tuple[Path, ...], out: Output) -> int:
    """Check the files, or FILE: list every line that is not understood.

    \b
    Exit status: 0 all is understood, 1 some lines are not, 3 a file could not be read.
    """
    from khabar.errors import WordsError
    from khabar.query.own_words import read_words
    from khabar.render.arabic import translated
    from khabar.render.view import TableView
    from khabar.speaking import spoken

    rows = []
    for path in paths or [each for each in _files() if each.exists()]:
        try:
            read_words([path])
        except WordsError as error:
            rows += [
                {"file": error.file, "line": number, "mistake": translated(wrong, spoken())}
                for number, wrong in error.mistakes
            ]
    out.put(TableView("mistakes", rows, "every line is understood"))
    return MISTAKES if rows else 0


def _parsed(statement: str) -> tuple[WordRule, ...]:
    """A statement that was typed; a mistake in it is wrong usage."""
    from khabar.errors import WordsError
    from khabar.query.own_words import parse_words

    try:
        return parse_words(statement)
    except WordsError as error:
        raise click.UsageError(error.mistakes[0][1]) from error


def _read(path: Path) -> str:
    from khabar.errors import SettingsUnavailable, WordsError

    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except UnicodeDecodeError as error:
        raise WordsError(str(path), [(0, "it is not UTF-8")]) from error
    except OSError as error:
        raise SettingsUnavailable(path, error) from error


def _write(path: Path, text: str) -> None:
    from khabar.cli.settings import write_settings

    write_settings(path, text)
