"""Where a text was said: its quotations, their places, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from khabar.render.hit import outlet_line, outlet_markup, where_line, where_markup
from khabar.render.look import Look
from khabar.render.messages import ALTERS, DIFFERENCES, counted, say
from khabar.render.text import date, percent
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.quotations import Difference, Quotation, Quotations, QuotedPlace
    from khabar.render.terminal import Text

__all__ = ["QuotationsView", "quotation_markup"]

#: The depth whose colour each kind of difference has; what is missing on the other side stands out most.
_COLOURS = {"swapped": "similar", "respelled": "light", "moved": "lemma", "spelling": "exact"}
#: Similarity from which differences are listed for people: below it, nearly everything differs.
_COMPARED = 0.4
#: What is said of a quotation without a place, by its status.
_NOWHERE = {"too-short": "quote too short", "stop-words": "quote strict", "no-words": "no word"}


class Mark(NamedTuple):
    """A range of a text that differs."""

    start: int
    end: int
    kind: str


class QuotationsView(View, frozen=True):
    """Where a text was said."""

    quotations: Quotations
    title = "khabar quote"

    def record(self) -> Record:
        return self.quotations.to_dict()

    def rows(self) -> Iterator[Record]:
        return (part.to_dict() for part in self.quotations)

    def table(self) -> Iterator[Record]:
        return iter(self.quotations.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        """The parts of the text, their places, and the differences: kind, quoted and found words, parted by
        tabs."""
        for part in self.quotations:
            yield f"quotation: {printable(part.text)}"
            yield f"status: {part.status}"
            if part.articles:
                yield f"articles: {part.articles}"
            for place in part.places:
                yield from _lines(place, "similarity")
            if part.nearest is not None:
                yield from _lines(part.nearest, "nearest")
            if part.undated:
                yield f"undated: {part.undated}"
            if part.cut:
                yield "more: there may be more places"
            yield ""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, footer

        parts: list[RenderableType] = []
        for number, part in enumerate(self.quotations, 1):
            parts += _part_view(part, number, len(self.quotations), look)
        took = self.quotations.took_ms
        return Group(*parts, footer(_summary(self.quotations, look.language), took, look))

    def page(self, look: Look) -> str:
        from khabar.render.html import apart, faint, page_of

        title = say("quoted", look.language)
        parts = [
            f"<h1>{apart(title)}</h1>",
            faint(apart(_summary(self.quotations, look.language))),
            *(
                quotation_markup(part, look, number, len(self.quotations))
                for number, part in enumerate(self.quotations, 1)
            ),
        ]
        return page_of(title, parts, look)

    def complaint(self, look: Look) -> str:
        shown = any(part.places or part.nearest for part in self.quotations)
        return "" if shown else _nowhere(self.quotations[0], look.language)


def _summary(quotations: Quotations, language: str) -> str:
    """How much was found, and where first."""
    parts = quotations.parts
    if len(parts) > 1:
        return f"{quotations.found}/{len(parts)}"
    return _found(parts[0], language)


def _found(part: Quotation, language: str) -> str:
    """What was found of a quotation."""
    if part.status != "found":
        return _nowhere(part, language)
    comma = "، " if language == "ar" else ", "
    said = [counted(len(part.places), "place", language)]
    if part.articles > len(part.places):
        said.append(say("quoted in", language, count=counted(part.articles, "article", language)))
    if (first := part.first) is not None:
        article = first.first
        lead = f"{date(article.published)[:10]} {article.source or article.id}".strip()
        said.append(say("quoted first", language, first=printable(lead)))
    if part.undated:
        said.append(say("quote undated", language, count=counted(part.undated, "article", language)))
    return comma.join(said)


def _nowhere(part: Quotation, language: str) -> str:
    if part.status in _NOWHERE:
        return say(_NOWHERE[part.status], language)
    comma = "، " if language == "ar" else ", "
    if part.short:
        return say("quote short", language)
    near = () if part.nearest else (say("quote nothing near", language),)
    return comma.join((say("quote nowhere", language), *near))


def _likeness(place: QuotedPlace, language: str) -> str:
    if place.same:
        return say("quoted same", language)
    return say("quoted alike", language, share=percent(place.similarity))


def _lines(place: QuotedPlace, name: str) -> Iterator[str]:
    article = place.article
    fields = (
        ("rank", str(place.rank)),
        (name, percent(place.similarity)),
        ("id", article.id),
        ("title", article.title),
        ("source", article.source),
        ("author", article.author),
        ("date", date(article.published)),
        ("paragraph", str(place.paragraph)),
        ("said", place.said),
        ("context", place.text[slice(*place.extract())]),
        ("page", str(place.page or "")),
        ("url", place.url),
        ("path", article.path),
        ("archive", place.archive),
    )
    yield from (f"{key}: {printable(value).strip()}" for key, value in fields if value.strip())
    for each in place.differences:
        columns = (each.kind, each.said, each.there, *([each.alters] if each.alters else []))
        yield "difference: " + "\t".join(map(printable, columns))
    for telling in place.copies:
        other = telling.article
        columns = (other.id, date(other.published), other.source, percent(telling.alike))
        yield "told: " + "\t".join(map(printable, columns))


# marks


def _marks(differences: Iterable[Difference], *, there: bool) -> list[Mark]:
    """The differences on one side, in order; without those that have nothing there."""
    marks = [
        Mark(each.there_start, each.there_end, each.kind) if there else Mark(each.start, each.end, each.kind)
        for each in differences
    ]
    return sorted(mark for mark in marks if mark.start < mark.end)


def _runs(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    """A part of a text as runs, each with the kind of its difference, "" for none."""
    for low, high, kind in marks:
        low, high = max(low, start), min(high, end)
        if low >= high:
            continue
        if start < low:
            yield text[start:low], ""
        yield text[low:high], kind
        start = high
    if start < end:
        yield text[start:end], ""


def _there(place: QuotedPlace) -> Iterator[tuple[str, str]]:
    """The extract of an article as runs; around the quotation ``around``."""
    start, end = place.extract()
    text = place.text
    if start:
        yield "…", "around"
    yield from ((text[start : place.start], "around"),) if start < place.start else ()
    yield from _runs(text, place.start, place.end, _marks(place.differences, there=True))
    yield from ((text[place.end : end], "around"),) if place.end < end else ()
    if end < len(text):
        yield "…", "around"


def _here(part: Quotation, place: QuotedPlace) -> Iterator[tuple[str, str]]:
    """The quotation as runs."""
    marks = [
        mark._replace(start=mark.start - part.start, end=mark.end - part.start)
        for mark in _marks(place.differences, there=False)
    ]
    return _runs(part.text, 0, len(part.text), marks)


def _differs(place: QuotedPlace) -> bool:
    """Whether to show the quotation again, with what differs."""
    return place.similarity >= _COMPARED and any(each.start < each.end for each in place.differences)


def _said(place: QuotedPlace, language: str) -> Iterator[tuple[str, str, str, str]]:
    """Each difference for people: what it is, the words on both sides, and what it does to what is said."""
    arabic = language == "ar"
    for each in place.differences if place.similarity >= _COMPARED else ():
        yield DIFFERENCES[each.kind][arabic], each.said, each.there, ALTERS[each.alters][arabic]


# terminal


def _part_view(part: Quotation, number: int, count: int, look: Look) -> Iterator[RenderableType]:
    from khabar.render.terminal import Hanging, Text, apart, page

    side = page(part.text, look)
    if count > 1:
        heading = say("quoted part", look.language, number=number, count=count)
        yield Hanging(Text(heading, style="bold"), page=page("", look))
    yield Hanging(Text(f"«{apart(part.text, look)}»", style=look.style.title), page=side)
    if count > 1 or part.status != "found":
        yield Hanging(Text(_found(part, look.language), style=look.style.faint), page=page("", look))
    yield Text()
    for place in part.places:
        yield from _place_view(part, place, look)
    if part.nearest is not None:
        share = percent(part.nearest.similarity)
        yield Hanging(Text(say("quote nearest", look.language, share=share)), page=page("", look))
        yield from _place_view(part, part.nearest, look)
    if part.cut:
        more = say("quote more", look.language)
        yield Hanging(Text(more, style=look.style.faint), page=page("", look))
        yield Text()


def _place_view(part: Quotation, place: QuotedPlace, look: Look) -> Iterator[RenderableType]:
    from khabar.render.hit import story_line
    from khabar.render.links import linked
    from khabar.render.terminal import Hanging, Text, page
    from khabar.stories.story import Story

    article, style, indent = place.article, look.style, 4
    side = page(article.title, look)
    rank = Text(f"{place.rank:>2}.", style=style.faint)
    title = linked(Text(printable(article.title), style=style.title), article, look, place.page)
    yield Hanging(title, indent, rank, side)
    outlet = outlet_line(article, look)
    outlet.append(f"{' · ' if outlet else ''}{_likeness(place, look.language)}", style=style.faint)
    yield Hanging(outlet, indent, page=side)
    if place.copies:
        yield Hanging(story_line(Story(place.copies), look), indent, page=side)
    yield Hanging(_coloured(_there(place), look), indent, page=side)
    if _differs(place):
        yield Hanging(_coloured(_here(part, place), look), indent, Text("   «", style=style.faint), side)
    for kind, said, there, alters in _said(place, look.language):
        line = _difference_text(kind, said, there, look)
        if alters:
            line.append(f" – {alters}", style="bold red")
        yield Hanging(line, indent, page=side)
    yield Hanging(where_line(article, look, _archives(place)), indent, page=side)
    yield Text()


def _archives(place: QuotedPlace) -> tuple[str, ...]:
    """The archive of a place, if there are several."""
    return (place.archive,) if place.archive else ()


def _coloured(runs: Iterable[tuple[str, str]], look: Look) -> Text:
    from khabar.render.terminal import Text

    shown = Text()
    for text, kind in runs:
        style = look.style.faint if kind == "around" else "bold red" if kind else ""
        if kind in _COLOURS:
            style = look.style.depth(_COLOURS[kind])
        shown.append(printable(text), style=style)
    return shown


def _difference_text(kind: str, said: str, there: str, look: Look) -> Text:
    from khabar.render.terminal import Text, apart

    arrow = " ← " if look.language == "ar" else " → "
    words = arrow.join(f"«{apart(each, look)}»" for each in (there, said) if each)
    return Text.assemble((f"{kind}: ", look.style.faint), words)


# pages


def quotation_markup(part: Quotation, look: Look, number: int = 1, count: int = 1) -> str:
    """A quotation and its places as a piece of a page: what differs is marked ``ins``, ``del`` or ``mark``.

    Args:
        part: the quotation.
        look: its language is that of the page's own words.
        number, count: which part of the text it is, and of how many.
    """
    from khabar.render.html import apart, directed, faint

    language = look.language
    heading = apart(say("quoted part", language, number=number, count=count)) if count > 1 else ""
    places = [_place_markup(part, place, look) for place in part.places]
    if part.nearest is not None:
        share = percent(part.nearest.similarity)
        places = [faint(apart(say("quote nearest", language, share=share)))]
        places.append(_place_markup(part, part.nearest, look))
    said = faint(apart(_found(part, language))) if count > 1 or part.status != "found" else ""
    more = faint(apart(say("quote more", language))) if part.cut else ""
    return "\n".join(
        (
            "<section>",
            f"<h3>{heading}</h3>" if heading else "",
            f"<blockquote{directed(part.text, look)}>{apart(part.text)}</blockquote>",
            said,
            '<ol class="hits">',
            *places,
            "</ol>",
            more,
            "</section>",
        )
    )


def _place_markup(part: Quotation, place: QuotedPlace, look: Look) -> str:
    from khabar.highlight.markup import plain
    from khabar.render.hit import story_markup
    from khabar.render.html import apart, directed, faint, link
    from khabar.stories.story import Story

    article = place.article
    title = link(place.url, plain(article.title))
    arrow = " ← " if look.language == "ar" else " → "
    listed = "".join(
        f"<li>{apart(kind)}: {arrow.join(f'«{apart(each)}»' for each in (there, said) if each)}"
        f"{f' – <strong class=bad>{apart(alters)}</strong>' if alters else ''}</li>"
        for kind, said, there, alters in _said(place, look.language)
    )
    differs = _differs(place)
    return "\n".join(
        (
            f"<li><h2{directed(article.title, look)}>{title}</h2>",
            outlet_markup(article, look.language),
            faint(apart(_likeness(place, look.language))),
            story_markup(Story(place.copies), look) if place.copies else "",
            f"<p{directed(place.text, look)}>{_marked(_there(place), there=True)}</p>",
            f"<p{directed(part.text, look)}>«{_marked(_here(part, place), there=False)}»</p>"
            if differs
            else "",
            f'<ul class="faint">{listed}</ul>' if listed else "",
            where_markup(article, _archives(place)),
            "</li>",
        )
    )


def _marked(runs: Iterable[tuple[str, str]], *, there: bool) -> str:
    from khabar.highlight.markup import plain

    parts = []
    for text, kind in runs:
        shown = plain(text)
        if kind == "around":
            shown = f'<span class="faint">{shown}</span>'
        elif kind in _COLOURS:
            shown = f'<mark class="{_COLOURS[kind]}">{shown}</mark>'
        elif kind:
            tag = "del" if there else "ins"
            shown = f"<{tag}>{shown}</{tag}>"
        parts.append(shown)
    return "".join(parts)
