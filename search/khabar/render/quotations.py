"""The places where a text appeared: its quotations, their places, and the differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from khabar.render.hit import outlet_line, outlet_markup, where_line, where_markup
from khabar.render.look import Look
from khabar.render.messages import ALTERS, DIFFERENCES, counted, joined, say
from khabar.render.text import date, percent
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.quotations import Quotation, Quotations, QuotedPlace
    from khabar.render.terminal import Text

__all__ = ["QuotationsView", "quotation_markup"]

#: The depth whose colour each kind of difference has. The other kinds, words on one side only, are red.
_COLOURS = {"swapped": "similar", "respelled": "light", "moved": "lemma", "spelling": "exact"}
#: Minimum similarity for which differences are listed for people; below it, nearly everything differs.
_COMPARED = 0.4
#: The message about a quotation without a place, by its status.
_NOWHERE = {"too-short": "quote too short", "stop-words": "quote strict", "no-words": "no word"}


class Mark(NamedTuple):
    """A range of a text that differs, with the kind of the difference."""

    start: int
    end: int
    kind: str


class QuotationsView(View, frozen=True):
    """The places where a text appeared."""

    quotations: Quotations
    title = "khabar quote"

    def record(self) -> Record:
        return self.quotations.to_dict()

    def rows(self) -> Iterator[Record]:
        return (part.to_dict() for part in self.quotations)

    def table(self) -> Iterator[Record]:
        return iter(self.quotations.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        """The parts of the text, their places, and the differences: kind, quoted words and found words,
        separated by tabs."""
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
    """The number of parts that were found; for a single part, what was found of it."""
    parts = quotations.parts
    if len(parts) > 1:
        return f"{quotations.found}/{len(parts)}"
    return _found(parts[0], language)


def _found(part: Quotation, language: str) -> str:
    """What was found of a quotation: the number of its places, and the first."""
    if part.status != "found":
        return _nowhere(part, language)
    texts = [counted(len(part.places), "place", language)]
    if part.articles > len(part.places):
        texts.append(say("quoted in", language, count=counted(part.articles, "article", language)))
    if (first := part.first) is not None:
        article = first.first
        lead = f"{date(article.published)[:10]} {article.source or article.id}".strip()
        texts.append(say("quoted first", language, first=printable(lead)))
    if part.undated:
        texts.append(say("quote undated", language, count=counted(part.undated, "article", language)))
    return joined(texts, language)


def _nowhere(part: Quotation, language: str) -> str:
    """Why nothing was found of a quotation."""
    if part.status in _NOWHERE:
        return say(_NOWHERE[part.status], language)
    if part.short:
        return say("quote short", language)
    nothing_near = () if part.nearest else (say("quote nothing near", language),)
    return joined((say("quote nowhere", language), *nothing_near), language)


def _similarity(place: QuotedPlace, language: str) -> str:
    """The similarity of a place to the quotation, in words."""
    if place.same:
        return say("quoted same", language)
    return say("quoted alike", language, share=percent(place.similarity))


def _lines(place: QuotedPlace, name: str) -> Iterator[str]:
    """A place as plain lines; ``name`` is that of the field with its similarity."""
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
    for difference in place.differences:
        alters = (difference.alters,) if difference.alters else ()
        columns = (difference.kind, difference.said, difference.there, *alters)
        yield "difference: " + "\t".join(map(printable, columns))
    for telling in place.copies:
        other = telling.article
        columns = (other.id, date(other.published), other.source, percent(telling.alike))
        yield "told: " + "\t".join(map(printable, columns))


# marks


def _marks_in_article(place: QuotedPlace) -> list[Mark]:
    """The differences that have words in the article, in order."""
    return _marks(
        Mark(difference.there_start, difference.there_end, difference.kind)
        for difference in place.differences
    )


def _marks_in_quotation(place: QuotedPlace) -> list[Mark]:
    """The differences that have words in the quotation, in order."""
    return _marks(Mark(difference.start, difference.end, difference.kind) for difference in place.differences)


def _marks(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(mark for mark in marks if mark.start < mark.end)


def _runs(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    """A part of a text as runs, each with the kind of its difference; "" for none."""
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


def _article_runs(place: QuotedPlace) -> Iterator[tuple[str, str]]:
    """The extract of the article as runs; the kind of those around the quotation is ``around``."""
    start, end = place.extract()
    text = place.text
    if start:
        yield "…", "around"
    yield from ((text[start : place.start], "around"),) if start < place.start else ()
    yield from _runs(text, place.start, place.end, _marks_in_article(place))
    yield from ((text[place.end : end], "around"),) if place.end < end else ()
    if end < len(text):
        yield "…", "around"


def _quotation_runs(part: Quotation, place: QuotedPlace) -> Iterator[tuple[str, str]]:
    """The quotation as runs."""
    marks = [
        mark._replace(start=mark.start - part.start, end=mark.end - part.start)
        for mark in _marks_in_quotation(place)
    ]
    return _runs(part.text, 0, len(part.text), marks)


def _differs(place: QuotedPlace) -> bool:
    """Whether to show the quotation again, with its differences."""
    return place.similarity >= _COMPARED and bool(_marks_in_quotation(place))


def _differences(place: QuotedPlace, language: str) -> Iterator[tuple[str, str, str, str]]:
    """The differences for people: the kind, the words of the quotation and of the article, and how the
    meaning changes."""
    arabic = language == "ar"
    for difference in place.differences if place.similarity >= _COMPARED else ():
        kind, alters = DIFFERENCES[difference.kind][arabic], ALTERS[difference.alters][arabic]
        yield kind, difference.said, difference.there, alters


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
    outlet.append(f"{' · ' if outlet else ''}{_similarity(place, look.language)}", style=style.faint)
    yield Hanging(outlet, indent, page=side)
    if place.copies:
        yield Hanging(story_line(Story(place.copies), look), indent, page=side)
    yield Hanging(_coloured(_article_runs(place), look), indent, page=side)
    if _differs(place):
        quotation = _coloured(_quotation_runs(part, place), look)
        yield Hanging(quotation, indent, Text("   «", style=style.faint), side)
    for kind, quoted, found, alters in _differences(place, look.language):
        line = _difference_text(kind, quoted, found, look)
        if alters:
            line.append(f" – {alters}", style="bold red")
        yield Hanging(line, indent, page=side)
    yield Hanging(where_line(article, look, _archives(place)), indent, page=side)
    yield Text()


def _archives(place: QuotedPlace) -> tuple[str, ...]:
    """The archive of a place; empty for a single index."""
    return (place.archive,) if place.archive else ()


def _coloured(runs: Iterable[tuple[str, str]], look: Look) -> Text:
    """Runs in the colours of their kinds."""
    from khabar.render.terminal import Text

    result = Text()
    for text, kind in runs:
        style = look.style.faint if kind == "around" else "bold red" if kind else ""
        if kind in _COLOURS:
            style = look.style.depth(_COLOURS[kind])
        result.append(printable(text), style=style)
    return result


def _difference_text(kind: str, quoted: str, found: str, look: Look) -> Text:
    """A difference: its kind, and the words of the article and of the quotation."""
    from khabar.render.terminal import Text, apart

    arrow = " ← " if look.language == "ar" else " → "
    words = arrow.join(f"«{apart(side, look)}»" for side in (found, quoted) if side)
    return Text.assemble((f"{kind}: ", look.style.faint), words)


# pages


def quotation_markup(part: Quotation, look: Look, number: int = 1, count: int = 1) -> str:
    """A quotation and its places, for a page. Differences are marked by ``ins``, ``del`` and ``mark``.

    Args:
        part: the quotation.
        look: gives the language of the page.
        number, count: the number of this part of the text, and of all parts.
    """
    from khabar.render.html import apart, directed, faint

    language = look.language
    heading = apart(say("quoted part", language, number=number, count=count)) if count > 1 else ""
    places = [_place_markup(part, place, look) for place in part.places]
    if part.nearest is not None:
        share = percent(part.nearest.similarity)
        places = [faint(apart(say("quote nearest", language, share=share)))]
        places.append(_place_markup(part, part.nearest, look))
    note = faint(apart(_found(part, language))) if count > 1 or part.status != "found" else ""
    more = faint(apart(say("quote more", language))) if part.cut else ""
    return "\n".join(
        (
            "<section>",
            f"<h3>{heading}</h3>" if heading else "",
            f"<blockquote{directed(part.text, look)}>{apart(part.text)}</blockquote>",
            note,
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
        f"<li>{apart(kind)}: {arrow.join(f'«{apart(side)}»' for side in (found, quoted) if side)}"
        f"{f' – <strong class=bad>{apart(alters)}</strong>' if alters else ''}</li>"
        for kind, quoted, found, alters in _differences(place, look.language)
    )
    return "\n".join(
        (
            f"<li><h2{directed(article.title, look)}>{title}</h2>",
            outlet_markup(article, look.language),
            faint(apart(_similarity(place, look.language))),
            story_markup(Story(place.copies), look) if place.copies else "",
            f"<p{directed(place.text, look)}>{_marked(_article_runs(place), 'del')}</p>",
            f"<p{directed(part.text, look)}>«{_marked(_quotation_runs(part, place), 'ins')}»</p>"
            if _differs(place)
            else "",
            f'<ul class="faint">{listed}</ul>' if listed else "",
            where_markup(article, _archives(place)),
            "</li>",
        )
    )


def _marked(runs: Iterable[tuple[str, str]], tag: str) -> str:
    """Runs as markup; ``tag`` marks words that only this side has."""
    from khabar.highlight.markup import plain

    parts = []
    for text, kind in runs:
        markup = plain(text)
        if kind == "around":
            markup = f'<span class="faint">{markup}</span>'
        elif kind in _COLOURS:
            markup = f'<mark class="{_COLOURS[kind]}">{markup}</mark>'
        elif kind:
            markup = f"<{tag}>{markup}</{tag}>"
        parts.append(markup)
    return "".join(parts)
