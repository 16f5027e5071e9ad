"""``khabar desk``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.common import complain_of_missing, filled_index, index_option, wrong_usage
from khabar.cli.output_options import lang_option, only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.render.messages import say
from khabar.render.output import CITATIONS, FORMATS, Output, complain, write
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.desk.desk import Desk
    from khabar.desk.values import DeskArticle, Key
    from khabar.places import Place

__all__ = ["command"]

NOT_THERE = 1


@click.group(
    "desk",
    cls=Group,
    epilog="""\b
Examples:
  khabar desk star oil lavrov
  khabar desk note oil 'يُراجع الرقم'
  khabar desk add 'ملف الطاقة' oil
  khabar desk list
  khabar desk list 'ملف الطاقة' --open
  khabar desk export -o desk.jsonl
  khabar desk import desk.jsonl""",
)
@only_lang_option
def command() -> None:
    """Put articles on your desk: stars, notes and lists.

    They are kept in a file beside the index, NAME.desk.sqlite for an index NAME; for an index on a cluster,
    or in a folder that you may not write to, in your data folder. $KHABAR_DESK names another file. Titles,
    sources, dates and addresses are kept too, so an article stays on the desk even if it is removed from the
    index.
    """


@command.command("path")
@index_option
@only_lang_option
def path_command(place: Place) -> int:
    """Print the path of the desk file, whether or not it exists."""
    write([str(_desk(place).path)])
    return 0


@command.command("list")
@click.argument("name", metavar="[LIST]", required=False, type=click.UNPROCESSED)
@click.option("--starred", is_flag=True, help="Show only articles with a star.")
@click.option("--noted", is_flag=True, help="Show only articles with a note.")
@index_option
@output_options(*FORMATS, *CITATIONS)
def list_command(name: str | None, starred: bool, noted: bool, place: Place, out: Output) -> int:
    """Show what is on the desk, the latest first; with LIST, the articles of a list in its order.

    Marks articles that have since been removed from the index.
    """
    from khabar.render.desk import DeskView

    desk = _desk(place)
    with wrong_usage():
        articles = desk.articles(name) if name is not None else desk.all()
    shown = [
        article for article in articles if (article.starred or not starred) and (article.note or not noted)
    ]
    lost = _lost(desk, shown, place, out.look.language)
    out.put(DeskView(shown, lost, name or ""), len(shown))
    return 0


@command.command("lists")
@index_option
@output_options()
def lists_command(place: Place, out: Output) -> int:
    """List the lists, with the number of articles in each."""
    from khabar.render.desk import ListsView

    rows = [entry.to_dict() for entry in _desk(place).lists()]
    out.put(ListsView("lists", rows, "there are no lists. Make one with: khabar desk add LIST ID"))
    return 0


@command.command("star")
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@lang_option
def star_command(ids: tuple[str, ...], place: Place, language: str) -> int:
    """Give articles a star. ID is the first word on the last line of each search hit."""
    with _found(ids, place, language) as articles:
        new = _desk(place).star(articles)
    _report_stars(language, ids, ("desk starred", new), ("desk starred before", len(articles) - new))
    return _status(articles, ids)


@command.command("unstar")
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@only_lang_option
def unstar_command(ids: tuple[str, ...], place: Place) -> int:
    """Remove the star from articles."""
    desk = _desk(place)
    gone = desk.unstar([_kept_id(desk, article_id) for article_id in ids])
    if not gone:
        complain("none of these articles has a star")
    _report_stars(spoken(), ids, ("desk unstarred", gone))
    return 0 if gone else NOT_THERE


@command.command("note")
@click.argument("article_id", metavar="ID", type=click.UNPROCESSED)
@click.argument("text", nargs=-1, type=click.UNPROCESSED)
@index_option
@lang_option
def note_command(article_id: str, text: tuple[str, ...], place: Place, language: str) -> int:
    """Write a note about an article, replacing the old one; without TEXT, remove it."""
    desk = _desk(place)
    known = desk.get(_kept_id(desk, article_id))
    if not text and known is not None:
        desk.note(known, "")
        complain(say("desk note removed", language, id=article_id))
        return 0
    with _found([article_id], place, language, known) as articles:
        for article in articles:
            desk.note(article, " ".join(text))
            complain(say("desk noted" if text else "desk note removed", language, id=article_id))
    return _status(articles, [article_id])


@command.command("add")
@click.argument("name", metavar="LIST", type=click.UNPROCESSED)
@click.argument("ids", metavar="[ID]...", nargs=-1, type=click.UNPROCESSED)
@index_option
@lang_option
def add_command(name: str, ids: tuple[str, ...], place: Place, language: str) -> int:
    """Add articles to the end of a list, creating it if necessary; without ID, create an empty list."""
    desk = _desk(place)
    with wrong_usage():
        if not ids:
            desk.add_list(name)
            complain(say("desk list made", language, name=name))
            return 0
        with _found(ids, place, language) as articles:
            new = desk.add_to(name, articles)
    _report(language, ("desk added", new), ("desk added before", len(articles) - new), name=name)
    return _status(articles, ids)


@command.command("remove")
@click.argument("name", metavar="LIST", type=click.UNPROCESSED)
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@only_lang_option
def remove_command(name: str, ids: tuple[str, ...], place: Place) -> int:
    """Remove articles from a list."""
    with wrong_usage():
        desk = _desk(place)
        gone = desk.remove_from(name, [_kept_id(desk, article_id) for article_id in ids])
    if not gone:
        complain("none of these articles is in the list")
    _report(spoken(), ("desk taken out", gone), name=name)
    return 0 if gone else NOT_THERE


@command.command("move")
@click.argument("name", metavar="LIST", type=click.UNPROCESSED)
@click.argument("article_id", metavar="ID", type=click.UNPROCESSED)
@click.argument("number", metavar="PLACE", type=click.IntRange(1))
@index_option
@only_lang_option
def move_command(name: str, article_id: str, number: int, place: Place) -> int:
    """Move an article to another place in its list, counted from 1."""
    with wrong_usage():
        desk = _desk(place)
        desk.move(name, _kept_id(desk, article_id), number)
        number = min(number, len(desk.articles(name)))
    complain(say("desk moved", spoken(), id=article_id, name=name, number=number))
    return 0


@command.command("rename")
@click.argument("name", metavar="LIST", type=click.UNPROCESSED)
@click.argument("new", metavar="NAME", type=click.UNPROCESSED)
@index_option
@only_lang_option
def rename_command(name: str, new: str, place: Place) -> int:
    """Rename a list."""
    with wrong_usage():
        _desk(place).rename_list(name, new)
    complain(say("desk renamed", spoken(), name=name, new=new))
    return 0


@command.command("delete")
@click.argument("name", metavar="LIST", type=click.UNPROCESSED)
@index_option
@only_lang_option
def delete_command(name: str, place: Place) -> int:
    """Delete a list. The stars and notes of its articles stay."""
    with wrong_usage():
        _desk(place).delete_list(name)
    complain(f"deleted the list «{name}»")
    return 0


@command.command("export")
@index_option
@output_options("jsonl", "json", "csv")
def export_command(place: Place, out: Output) -> int:
    """Write everything on the desk: a line for each star, note, list and article in a list."""
    from khabar.render.view import TableView

    rows = list(_desk(place).export())
    out.put(TableView("desk", rows, "the desk is empty. Put an article on it: khabar desk star ID"))
    return 0


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@index_option
@lang_option
def import_command(file: Path, place: Place, language: str) -> int:
    """Add to the desk what «khabar desk export» wrote: read it from FILE, or from standard input with -.

    Existing entries are not added again. If an article has two notes, the newer one stays.
    """
    desk = _desk(place)
    with wrong_usage(), click.open_file(str(file), encoding="utf-8", errors="replace") as lines:
        done = desk.import_(lines)
    complain(
        say(
            "desk imported",
            language,
            **{name: f"{getattr(done, name):,}" for name in ("stars", "notes", "lists", "entries", "known")},
        )
    )
    for entry in done.older:
        complain(f"the note about {entry.id} was kept: the one on the desk is newer")
    return 0


def _report_stars(language: str, ids: Sequence[str], *done: tuple[str, int]) -> None:
    """Report what was done with stars: with the id of the article if only one was named."""
    if len(ids) > 1:
        _report(language, *done)
    else:
        _report(language, *((f"{key} one", count) for key, count in done), id=ids[0])


def _report(language: str, *done: tuple[str, int], **values: str) -> None:
    """Report what was done, and with how many articles.

    Args:
        language: the language of messages.
        done: keys of messages, and numbers of articles; 0 is not reported.
        values: further values of the messages.
    """
    from khabar.render.messages import counted

    for key, count in done:
        if count:
            complain(say(key, language, count=counted(count, "article", language), **values))


def _desk(place: Place) -> Desk:
    """The desk of an index."""
    from khabar.desk.desk import Desk
    from khabar.places import Archives

    desk = Desk(place)
    if isinstance(place, Archives):
        # Each of the indexes has a desk of its own, with other content.
        complain(say("desk of several", spoken(), names=", ".join(place.names), path=desk.path))
    return desk


@contextmanager
def _found(
    ids: Sequence[str], place: Place, language: str, known: DeskArticle | None = None
) -> Iterator[list[Article | DeskArticle]]:
    """The articles of an index with some ids. Those that are missing are reported on stderr.

    Args:
        ids: the ids.
        place: the place of the index.
        language: the language of messages.
        known: the article as the desk knows it, in case the index no longer has it.
    """
    with filled_index(place, language) as index:
        found: list[Article | DeskArticle] = []
        for article_id in ids:
            article = index.article(article_id) or known
            if article is None:
                complain_of_missing(article_id, index, language)
            else:
                found.append(article)
        yield found


def _kept_id(desk: Desk, article_id: str) -> str:
    """An id as the desk has it: like an index, it finds the id that a record had before it was indexed."""
    from khabar.corpus.records.values import usable_id

    return article_id if desk.get(article_id) else usable_id(article_id) or article_id


def _status(found: Sequence[object], asked: Sequence[object]) -> int:
    return 0 if len(found) == len(asked) else NOT_THERE


def _lost(desk: Desk, articles: Iterable[DeskArticle], place: Place, language: str) -> frozenset[Key] | None:
    """The articles that are no longer in the index; None if it cannot be opened, which is reported."""
    from khabar.errors import IndexFolderError
    from khabar.library import open_index
    from khabar.render.arabic import explained

    listed = list(articles)
    if not listed:
        return frozenset()
    try:
        with open_index(place) as index:
            return desk.lost(listed, index)
    except IndexFolderError as error:
        complain(explained(error, spoken()))
        return None
