"""The people, places and organisations named in the articles that match a query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.entities.values import KINDS
from khabar.render.hit import tally_lines
from khabar.render.look import Look
from khabar.render.messages import found, joined, nothing, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.entities.values import NameKind
    from khabar.explore.names import Name, Names

__all__ = ["NamesView", "evidence_of", "names_by_kind"]

#: Maximum number of columns of a bar.
_WIDTH = 16
_HEADINGS: dict[NameKind, str] = {
    "person": "named people",
    "place": "named places",
    "organisation": "named organisations",
}


def names_by_kind(names: Names, language: str) -> Iterator[tuple[str, list[Name]]]:
    """The heading and the names of each kind that has names."""
    for kind in KINDS:
        if listed := [name for name in names.names if name.kind == kind]:
            yield say(_HEADINGS[kind], language), listed


def evidence_of(name: Name, language: str) -> str:
    """The evidence by which a name was recognised, in words."""
    texts = (
        f"«{evidence.text}»" if evidence.text else say(f"evidence {evidence.sort}", language)
        for evidence in name.evidence[:2]
    )
    return joined(texts, language)


class NamesView(View, frozen=True):
    """The people, places and organisations named in the articles that match a query."""

    names: Names
    title = "khabar names"

    def record(self) -> Record:
        return self.names.to_dict()

    def rows(self) -> Iterator[Record]:
        return (name.to_dict() for name in self.names.names)

    def table(self) -> Iterator[Record]:
        return iter(self.names.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        names = self.names
        yield f"articles: {names.total}"
        yield from tally_lines(names)
        yield f"looked at: {names.looked_at}"
        for name in names.names:
            spellings = (spelling.text for spelling in name.spellings)
            others = "، ".join(text for text in spellings if text != name.text)
            yield "\t".join(
                [f"{name.kind}: {name.articles}", printable(name.text), printable(others)]
            ).rstrip()
        if names.more:
            yield f"more: {names.more}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, bar, cell, footer, page

        names, style, language = self.names, look.style, look.language
        lines: list[RenderableType] = []
        digits = max((len(f"{name.articles:,}") for name in names.names), default=1)
        for heading, listed in names_by_kind(names, language):
            most = max(name.articles for name in listed)
            lines.append(Hanging(Text(heading, style="bold"), page=page("", look)))
            for name in listed:
                lead = Text.assemble(
                    f"  {name.articles:>{digits},}  ",
                    (f"{bar(name.articles, most, _WIDTH):<{_WIDTH}}  ", style.calm("lemma")),
                )
                text = Text(cell(name.text, look), style="bold")
                text.append(f"  {cell(evidence_of(name, language), look)}", style=style.faint)
                lines.append(Hanging(text, lead.cell_len, lead))
            lines.append(Text())
        return Group(*lines, footer(self._looked_at(language), names.took_ms, look))

    def page(self, look: Look) -> str:
        from khabar.render.html import bars, headed, page_of, subject

        names = self.names
        title = subject(names.query, look)
        note = self.complaint(look) or self._looked_at(look.language)
        blocks = "".join(
            bars(
                heading,
                [(name.text, name.articles) for name in listed],
                notes=[evidence_of(name, look.language) for name in listed],
            )
            for heading, listed in names_by_kind(names, look.language)
        )
        parts = [*headed(title, note, [names.query], names.problems, look)]
        return page_of(title, [*parts, f'<div class="columns">{blocks}</div>' if blocks else ""], look)

    def complaint(self, look: Look) -> str:
        names = self.names
        if not names.total:
            return nothing(names.query, names, look.language)
        if names.names:
            return ""
        return say("no names", look.language, query=names.query or say("everything", look.language))

    def _looked_at(self, language: str) -> str:
        """The number of articles examined for names, of those found."""
        names = self.names
        total = found(names.total, names, language)
        key = "looked at" if names.looked_at < names.total else "looked at all"
        text = say(key, language, count=f"{names.looked_at:,}", total=total)
        return text + (say("more names", language, count=f"{names.more:,}") if names.more else "")
