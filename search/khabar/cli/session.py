"""A session of ``khabar shell``: the last search, and the effect of a line typed at the prompt."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from khabar import stopping
from khabar.cli.arguments import Kind, numeral, read_argument
from khabar.cli.common import NOTHING_FOUND, complain_of
from khabar.errors import KhabarError
from khabar.render.arabic import explained, translated
from khabar.render.messages import counted, say
from khabar.render.output import Output, complain, write
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from datetime import date

    from khabar.library import Index
    from khabar.query.results import Hit, Results

__all__ = ["Session", "history_path", "lines_of", "typed_lines"]

PROMPT = "khabar> "
#: Maximum number of completions.
_OFFERED = 30


#: Words that are commands at other prompts → the commands here.
_BARE = {"exit": ":quit", "quit": ":quit", "help": ":help"}

#: Invisible marks of direction.
_MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"

#: The equivalents at the prompt of options of ``khabar search``.
_INSTEAD = {
    "-n": ":limit {}",
    "--limit": ":limit {}",
    "--offset": ":next",
    "--page": ":next",
    "--since": "since:{}",
    "--until": "until:{}",
    "--source": "source:{}",
    "--author": "author:{}",
    "--explain": ":why رئيس",
}
#: Examples of their values.
_EXAMPLES = {
    ":limit {}": "10",
    "since:{}": "2024",
    "until:{}": "2024",
    "source:{}": "الخليج",
    "author:{}": "الزهراني",
}


def _instead(option: str, value: str) -> str:
    """The text to type at the prompt instead of an option with its value."""
    written = _INSTEAD.get(option, ":help")
    return written.format(value or _EXAMPLES.get(written, ""))


def _option_in(line: str) -> tuple[str, str]:
    """An option of ``khabar search`` in a typed line, and its value; "" for none. Otherwise it would be
    searched for: a dash before a Latin word excludes it here, as in any query.
    """
    if "-" not in line and line.isascii():
        return "", ""
    from khabar.cli.parsing import known_options
    from khabar.cli.search import command

    known = known_options(command)
    words = line.split()
    for word, following in zip(words, [*words[1:], ""], strict=True):
        read = read_argument(word, known)
        if read.kind is Kind.OPTION or (read.kind is Kind.WRONG and read.names[0].startswith("--")):
            return read.names[0], read.value if read.value is not None else following
    return "", ""


class Session:
    """An index, the output for its results, and the last search.

    Args:
        index: the open index.
        out: the output for results.
        limit: number of hits to show at a time.
        tz: the time zone for «أمس»; "" for that of this machine.
    """

    def __init__(self, index: Index, out: Output, limit: int, tz: str = "") -> None:
        self._index = index
        self._out = out
        self._limit = limit
        self._tz = tz
        self._results: Results | None = None
        self._shown: dict[int, Hit] = {}
        self._found = True
        #: The commands by their English and Arabic names: the function, and its line in the help.
        self.commands: dict[str, tuple[Callable[[str], None], str]] = {
            "next": (self._next, "the next results"),
            "prev": (self._previous, "the results before"),
            "open": (self._open, "N: the N-th article, whole, with highlights"),
            "related": (self._related, "N: articles like the N-th"),
            "facets": (self._facets, "the results by source, author and month"),
            "timeline": (self._timeline, "the results over time"),
            "why": (self._why, "WORD: the forms that a word stands for"),
            "limit": (self._set_limit, "N: number of results to show at a time"),
            "help": (self._help, "this list"),
            "quit": (self._quit, "leave; so does Ctrl-D"),
        }
        self._arabic = {
            "التالي": "next",
            "السابق": "prev",
            "افتح": "open",
            "مشابه": "related",
            "تصنيف": "facets",
            "زمن": "timeline",
            "لماذا": "why",
            "عدد": "limit",
            "مساعدة": "help",
            "خروج": "quit",
        }
        self._over = False

    @property
    def _language(self) -> str:
        return self._out.look.language

    def greet(self) -> None:
        """Describe the index."""
        count = counted(len(self._index), "article", self._language)
        complain(say("shell hello", self._language, count=count, index=self._index.path))

    def run(self, lines: Iterable[str]) -> int:
        """Execute lines, and return the exit status: 1 if the last search found nothing."""
        for line in lines:
            try:
                self.do(line.strip())
            except KhabarError as error:
                complain(explained(error, self._language))
            except KeyboardInterrupt:
                if not stopping.carry_on():
                    raise
                complain(say("interrupted", self._language))
            if self._over:
                break
        return 0 if self._found else NOTHING_FOUND

    def do(self, line: str) -> None:
        """Execute one line."""
        if not line:
            return
        # A copied direction mark is not part of a command.
        line = line.lstrip(_MARKS)
        if not line.startswith(":"):
            option, value = _option_in(line)
            if option:
                self._found = False
                instead = _instead(option, value)
                complain(say("option at the prompt", self._language, typed=option, instead=instead))
                return
            self._search(line, 0)
            if line in _BARE:
                complain(say("searched for a command", self._language, word=line, command=_BARE[line]))
            return
        name, _, rest = line[1:].strip().partition(" ")
        name = self._arabic.get(name, name)
        known = [each for each in self.commands if each.startswith(name)] if name else []
        if name in self.commands:
            known = [name]
        if len(known) != 1:
            names = [*self.commands, *self._arabic]
            close = known or difflib.get_close_matches(name, names, 1)
            near = ", ".join(f":{each}" for each in close) or ":help"
            complain(say("no such command", self._language, name=f":{name}", near=near))
            return
        self.commands[known[0]][0](rest.strip())

    def complete(self, beginning: str) -> list[str]:
        """The completions of the beginning of a word: commands or words of the index."""
        if beginning.startswith(":"):
            names = [*self.commands, *self._arabic] if not beginning[1:].isascii() else self.commands
            return [f":{name} " for name in names if f":{name}".startswith(beginning)]
        return [each.word for each in self._index.complete(beginning, limit=_OFFERED)] if beginning else []

    def _today(self) -> date | None:
        from khabar.zones import today_in

        return today_in(self._tz)

    def _search(self, query: str, offset: int) -> None:
        from khabar.render.results import ResultsView

        results = self._index.search(query, limit=self._limit, offset=offset, today=self._today())
        complain_of(results.problems, results.query, self._out)
        self._results = results
        self._found = bool(results.total)
        if not offset:
            self._shown = {}
        self._shown |= {hit.rank: hit for hit in results}
        self._out.put(ResultsView(results))

    def _next(self, rest: str) -> None:
        self._turn(+1)

    def _previous(self, rest: str) -> None:
        self._turn(-1)

    def _turn(self, pages: int) -> None:
        results = self._results
        if results is None or not results.hits:
            complain(say("search first", self._language))
            return
        offset = results.hits[0].rank - 1 + (len(results.hits) if pages > 0 else -self._limit)
        if offset >= results.total or offset <= -self._limit:
            complain(say("no more", self._language))
            return
        self._search(results.query, max(0, offset))

    def _chosen(self, number: str) -> Hit | None:
        """The hit with a typed number. If there is none, a message says so."""
        if self._results is None:
            complain(say("search first", self._language))
            return None
        number = numeral(number)
        hit = self._shown.get(int(number)) if number.isdecimal() else None
        if hit is None:
            complain(say("nothing here", self._language, number=number or "…"))
        return hit

    def _open(self, rest: str) -> None:
        from khabar.render.article import ArticleView

        hit = self._chosen(rest)
        if hit is not None and self._results is not None:
            shown = self._index.highlight(hit.article.id, self._results.query)
            if shown is not None:
                self._out.put(ArticleView(shown))

    def _related(self, rest: str) -> None:
        from khabar.render.related import RelatedView

        hit = self._chosen(rest)
        if hit is not None:
            found = self._index.related(hit.article.id, limit=self._limit)
            if found is not None:
                self._out.put(RelatedView(found))

    def _facets(self, rest: str) -> None:
        from khabar.render.facets import FacetsView

        if self._results is None:
            complain(say("search first", self._language))
            return
        self._out.put(
            FacetsView(
                self._index.facets(self._results.query, match=self._results.match, today=self._today())
            )
        )

    def _timeline(self, rest: str) -> None:
        from khabar.render.timeline import TimelineView

        if self._results is None:
            complain(say("search first", self._language))
            return
        self._out.put(
            TimelineView(
                self._index.timeline(self._results.query, match=self._results.match, today=self._today())
            )
        )

    def _why(self, rest: str) -> None:
        from khabar.render.why import Why, WhyView

        if not rest:
            complain(say("needs", self._language, command=":why", what="رئيس"))
        else:
            why = Why.of(rest, self._index.why(rest))
            self._out.put(WhyView(why, say("nothing found", self._language, query=rest)))

    def _set_limit(self, rest: str) -> None:
        number = numeral(rest)
        if number.isdecimal() and int(number):
            self._limit = int(number)
        else:
            complain(say("needs", self._language, command=":limit", what="10"))

    def _help(self, rest: str) -> None:
        arabic = {english: name for name, english in self._arabic.items()}
        write(
            f"  :{name:<8} {translated(about, self._language)}"
            + (f"  (:{arabic[name]})" if name in arabic else "")
            for name, (_, about) in self.commands.items()
        )

    def _quit(self, rest: str) -> None:
        self._over = True


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a file or pipe."""
    yield from stream


def history_path() -> Path:
    """The file of the history: $KHABAR_HISTORY, else a file in the user's state folder."""
    named = os.environ.get("KHABAR_HISTORY")
    return Path(named) if named else user_folder("state") / "history"


def typed_lines(session: Session) -> Iterator[str]:
    """The lines typed at a prompt, with history and completion if Python has readline."""
    try:
        import readline
    except ImportError:
        readline = None  # type: ignore[assignment]
    path = history_path()
    if readline is not None:
        _prepare(readline, session, path)
    try:
        while True:
            try:
                yield input(PROMPT)
            except KeyboardInterrupt:
                if not stopping.carry_on():
                    raise
                # As in a shell, this discards the line but does not end the session.
                write([""])
            except EOFError:
                write([""])
                return
    finally:
        if readline is not None:
            # If the history cannot be kept, this is not an error.
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                readline.write_history_file(path)


def _prepare(readline: Any, session: Session, path: Path) -> None:
    with suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(1000)
    offered: list[str] = []

    def complete(text: str, state: int) -> str | None:
        nonlocal offered
        if state == 0:
            with suppress(KhabarError):
                offered = session.complete(text)
        return offered[state] if state < len(offered) else None

    readline.set_completer(complete)
    readline.set_completer_delims(' \t\n"()+')
    # The readline of macOS is another program with its own syntax.
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
