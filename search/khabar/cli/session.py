"""A session of ``khabar shell``: keeps the last search, and executes the lines typed at the prompt."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khabar import stopping
from khabar.cli.arguments import numeral
from khabar.cli.common import NOTHING_FOUND, complain_of
from khabar.cli.conditions import Conditions, choices_of
from khabar.cli.misplaced_options import instead, option_in
from khabar.errors import InvalidArgument, KhabarError
from khabar.render.arabic import explained, translated
from khabar.render.messages import counted, say
from khabar.render.output import Output, complain, write

if TYPE_CHECKING:
    from datetime import date

    from khabar.library import Index
    from khabar.query.results import Hit, Results

__all__ = ["Session"]

#: Maximum number of completions.
_OFFERED = 30


#: Words that end the session; in quotation marks they are searched for.
_LEAVING = ("exit", "quit", "خروج")
#: Commands of other prompts → the commands of this one.
_BARE = {"help": ":help"}

#: Invisible direction marks.
_MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"


class Session:
    """An index, the output for its results, and the last search.

    Args:
        index: the open index.
        out: the output for results.
        limit: the number of hits to show at a time.
        tz: the time zone for «أمس»; "" for that of this machine.

    Attributes:
        commands: the function of each command and its line in the help, by its English name.
    """

    def __init__(self, index: Index, out: Output, limit: int, tz: str = "") -> None:
        self._index = index
        self._out = out
        self._limit = limit
        self._tz = tz
        self._conditions = Conditions()
        self._results: Results | None = None
        self._shown: dict[int, Hit] = {}
        self._found = True
        self.commands: dict[str, tuple[Callable[[str], None], str]] = {
            "next": (self._next, "the next results"),
            "prev": (self._previous, "the previous results"),
            "open": (self._open, "N: the N-th article in full, with highlights"),
            "related": (self._related, "N: articles similar to the N-th"),
            "facets": (self._facets, "the results by source, author and month"),
            "timeline": (self._timeline, "the results over time"),
            "why": (self._why, "WORD: the forms that a word matches"),
            "limit": (self._set_limit, "N: number of results to show at a time"),
            "sort": (self._condition("sort"), "relevance, newest or oldest: the order from now on"),
            "group": (
                self._condition("group"),
                "article, story or none: what counts as a result from now on",
            ),
            "since": (
                self._condition("since"),
                "DATE: only articles from this day on; without DATE: from any day",
            ),
            "until": (
                self._condition("until"),
                "DATE: only articles up to this day; without DATE: from any day",
            ),
            "source": (
                self._condition("source"),
                "NAME: only articles from this outlet; without NAME: from any",
            ),
            "author": (self._condition("author"), "NAME: only articles by this author; without NAME: by any"),
            "section": (
                self._condition("section"),
                "NAME: only articles in this section; without NAME: in any",
            ),
            "tag": (self._condition("tag"), "NAME: only articles with this tag; without NAME: with any"),
            "language": (
                self._condition("language"),
                "LANGUAGE: only articles in this language; without LANGUAGE: in any",
            ),
            "place": (
                self._condition("place"),
                "NAME: only articles from this place; without NAME: from any",
            ),
            "count": (self._count, "how many articles have all the words"),
            "export": (self._export, "FILE: every article with all the words; the suffix sets the format"),
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
            "ترتيب": "sort",
            "تجميع": "group",
            "منذ": "since",
            "حتى": "until",
            "مصدر": "source",
            "كاتب": "author",
            "قسم": "section",
            "وسم": "tag",
            "لغة": "language",
            "مكان": "place",
            "كم": "count",
            "تصدير": "export",
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
                self._complain_of(error)
            except OSError as error:
                if isinstance(error, BrokenPipeError) or error.filename == "stdout":
                    raise
                # A file that cannot be written does not end the session.
                complain(explained(OSError(f"{error.strerror}: {error.filename}"), self._language))
            except KeyboardInterrupt:
                if not stopping.carry_on():
                    raise
                complain(say("interrupted", self._language))
            if self._over:
                break
        return 0 if self._found else NOTHING_FOUND

    def _complain_of(self, error: KhabarError) -> None:
        """Report an error. An argument is named as the command of this prompt that sets it."""
        if isinstance(error, InvalidArgument) and error.name in self.commands:
            from khabar.render.faults import invalid

            reason = translated(error.reason, self._language)
            complain(invalid(error, self._language, f":{error.name}", reason))
        else:
            complain(explained(error, self._language))

    def do(self, line: str) -> None:
        """Execute one line."""
        # A copied direction mark is not part of a command.
        line = line.strip(_MARKS).strip()
        if not line:
            return
        if line in _LEAVING:
            self._over = True
            if line == "خروج":
                # It is also an ordinary word of the news.
                complain(say("left by a word", self._language, word=line))
            return
        if not line.startswith(":"):
            option, value = option_in(line)
            if option:
                self._found = False
                command = instead(option, value)
                complain(say("option at the prompt", self._language, typed=option, instead=command))
                return
            self._search(line, 0)
            if line in _BARE:
                complain(say("searched for a command", self._language, word=line, command=_BARE[line]))
            return
        name, _, rest = line[1:].strip().partition(" ")
        name = self._arabic.get(name, name)
        matches = [command for command in self.commands if command.startswith(name)] if name else []
        if name in self.commands:
            matches = [name]
        if len(matches) != 1:
            names = [*self.commands, *self._arabic]
            close = matches or difflib.get_close_matches(name, names, 1)
            near = ", ".join(f":{command}" for command in close) or ":help"
            complain(say("no such command", self._language, name=f":{name}", near=near))
            return
        execute, _ = self.commands[matches[0]]
        execute(rest.strip())

    def complete(self, beginning: str) -> list[str]:
        """The completions of the beginning of a word: commands or words of the index."""
        if beginning.startswith(":"):
            names = [*self.commands, *self._arabic] if not beginning[1:].isascii() else self.commands
            return [f":{name} " for name in names if f":{name}".startswith(beginning)]
        return [word.word for word in self._index.complete(beginning, limit=_OFFERED)] if beginning else []

    def _today(self) -> date | None:
        from khabar.zones import today_in

        return today_in(self._tz)

    def _search(self, query: str, offset: int) -> None:
        from khabar.render.results import ResultsView

        conditions = self._conditions
        results = self._index.search(
            query,
            limit=self._limit,
            offset=offset,
            today=self._today(),
            sort=conditions.sort,
            group=conditions.group,
            **conditions.asked(),
        )
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
        """The hit with a typed number; None if there is none, which is reported."""
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
            shown = self._index.highlight(hit.article.id, self._results.query, archive=hit.archive)
            if shown is not None:
                self._out.put(ArticleView(shown))

    def _related(self, rest: str) -> None:
        from khabar.render.related import RelatedView

        hit = self._chosen(rest)
        if hit is not None:
            related = self._index.related(hit.article, limit=self._limit)
            if related is not None:
                self._out.put(RelatedView(related))

    def _facets(self, rest: str) -> None:
        from khabar.render.facets import FacetsView

        if self._results is None:
            complain(say("search first", self._language))
            return
        self._out.put(
            FacetsView(self._index.facets(self._results.query, today=self._today(), **self._asked()))
        )

    def _timeline(self, rest: str) -> None:
        from khabar.render.timeline import TimelineView

        if self._results is None:
            complain(say("search first", self._language))
            return
        self._out.put(
            TimelineView(self._index.timeline(self._results.query, today=self._today(), **self._asked()))
        )

    def _why(self, rest: str) -> None:
        from khabar.cli.why import own_words_of
        from khabar.render.why import Why, WhyView

        if not rest:
            complain(say("needs", self._language, command=":why", what="رئيس"))
        else:
            why = Why.of(rest, self._index.why(rest), own_words=own_words_of(self._index, rest))
            self._out.put(WhyView(why, say("nothing found", self._language, query=rest)))

    def _set_limit(self, rest: str) -> None:
        number = numeral(rest)
        if number.isdecimal() and int(number):
            self._limit = int(number)
        else:
            complain(say("needs", self._language, command=":limit", what="10"))

    def _asked(self) -> dict[str, Any]:
        """The arguments for exploring the last search: its conditions, and whether it matched any or all of
        the words."""
        assert self._results is not None
        return self._conditions.asked(self._results.match)

    def _condition(self, name: str) -> Callable[[str], None]:
        """The command that changes a condition and searches again."""

        def change(typed: str) -> None:
            previous = self._conditions
            changed = previous.changed(name, typed)
            if changed is None:
                what = choices_of(name, self._language)
                complain(say("needs", self._language, command=f":{name}", what=what))
                return
            self._conditions = changed
            try:
                if self._results is not None:
                    self._search(self._results.query, 0)
                else:
                    # Report a value that is not understood now, not with the next search.
                    self._index.search("", limit=0, today=self._today(), **changed.asked())
            except KhabarError:
                self._conditions = previous
                raise
            described = changed.described(self._language)
            key = "conditions" if described else "no conditions"
            complain(say(key, self._language, conditions=described))

        return change

    def _count(self, rest: str) -> None:
        from khabar.render.results import CountView

        if self._results is None:
            complain(say("search first", self._language))
            return
        self._out.put(CountView(self._all_words()))

    def _all_words(self) -> Results:
        """Count the articles with all the words of the last search. If there is none, a message says so."""
        from khabar.render.messages import nothing

        assert self._results is not None
        conditions = self._conditions
        results = self._index.search(
            self._results.query,
            limit=0,
            today=self._today(),
            group=conditions.group,
            **conditions.asked("all"),
        )
        if results.with_any:
            complain(nothing(results.query, results, self._language))
        return results

    def _export(self, rest: str) -> None:
        from khabar.cli.export import export_hits

        if self._results is None:
            complain(say("search first", self._language))
            return
        if not rest:
            complain(say("needs", self._language, command=":export", what="hits.csv"))
            return
        conditions = self._conditions
        asked = {**conditions.asked("all"), "today": self._today()}
        export_hits(
            self._index,
            self._results.query,
            Path(rest).expanduser(),
            self._out.look,
            sort=conditions.sort,
            group=conditions.group,
            **asked,
        )

    def _help(self, rest: str) -> None:
        arabic = {english: name for name, english in self._arabic.items()}
        write(
            f"  :{name:<8} {translated(about, self._language)}"
            + (f"  (:{arabic[name]})" if name in arabic else "")
            for name, (_, about) in self.commands.items()
        )

    def _quit(self, rest: str) -> None:
        self._over = True
