"""The key terms of a query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.render.hit import tally_lines
from khabar.render.look import Look
from khabar.render.messages import found, nothing, say
from khabar.render.text import percent
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.terms import KeyTerms

__all__ = ["KeyTermsView"]

#: Maximum number of columns of a bar.
_WIDTH = 12


class KeyTermsView(View, frozen=True):
    """The key terms of a query."""

    terms: KeyTerms
    title = "khabar terms"

    def record(self) -> Record:
        return self.terms.to_dict()

    def rows(self) -> Iterator[Record]:
        return iter(self.terms.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        yield f"articles: {self.terms.total}"
        yield from tally_lines(self.terms)
        yield f"looked at: {self.terms.looked_at}"
        for term in self.terms.terms:
            yield f"term: {printable(term.text)}\t{term.articles}\t{term.all}\t{term.score:.1f}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, bar, cell, footer

        terms = self.terms
        language, style = look.language, look.style
        most = max((term.score for term in terms.terms), default=0.0)
        digits = max((len(f"{term.articles:,}") for term in terms.terms), default=1)
        lines: list[RenderableType] = []
        for term in terms.terms:
            lead = Text.assemble(
                f"{term.articles:>{digits},}  ",
                (f"{percent(term.articles / term.all):>5} {say('of all', language)}  ", style.faint),
                (f"{bar(term.score, most, _WIDTH):<{_WIDTH}}  ", style.calm("lemma")),
            )
            lines.append(Hanging(Text(cell(term.text, look), style="bold"), lead.cell_len, lead))
        return Group(*lines, Text(), footer(self._looked_at(language), terms.took_ms, look))

    def page(self, look: Look) -> str:
        from khabar.render.html import bars, headed, page_of, subject

        terms = self.terms
        note = self.complaint(look) or self._looked_at(look.language)
        of_all = say("of all", look.language)
        shares = [f"{percent(term.articles / term.all)} {of_all}" for term in terms.terms]
        counts = [(term.text, term.articles) for term in terms.terms]
        title = subject(terms.query, look)
        parts = [
            *headed(title, note, [terms.query], terms.problems, look),
            bars("", counts, notes=shares, lengths=[term.score for term in terms.terms]) if counts else "",
        ]
        return page_of(title, parts, look)

    def complaint(self, look: Look) -> str:
        terms = self.terms
        if not terms.total:
            return nothing(terms.query, terms, look.language)
        if terms.terms:
            return ""
        return say("no terms", look.language, query=terms.query or say("everything", look.language))

    def _looked_at(self, language: str) -> str:
        """The number of articles analysed for key terms, of those found."""
        terms = self.terms
        total = found(terms.total, terms, language)
        return say("looked at", language, count=f"{terms.looked_at:,}", total=total)
