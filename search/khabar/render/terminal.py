"""Results for people at a terminal, as rich renderables: hits, and whole articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from khabar.query.explain import DEPTH_NAMES, NOT_FOUND
from khabar.render.hanging import Hanging, apart, marked, page
from khabar.render.look import Look
from khabar.render.messages import counted, depth_name, found, say, shown_span
from khabar.render.text import date, isolated, near, percent
from khabar.spelling import printable

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.highlight.whole import MarkedArticle
    from khabar.query.explain import WordShare
    from khabar.query.results import Hit, Results
    from khabar.stories.story import Story

__all__ = [
    "article_view",
    "both_languages",
    "hits_view",
    "news_view",
    "outlet_line",
    "results_view",
    "where_line",
]

_PLAIN = Look()


def results_view(results: Results, look: Look = _PLAIN) -> RenderableType:
    """A whole search: hits with an empty line behind each, and a line that sums up."""
    side = page("", look)
    explained = [share for hit in results.hits for share in hit.explanation]
    depths = {form.depth for share in explained for form in share.forms}
    if look.legend:
        depths |= set(_depths(results.hits))
    missing = bool(explained) and not all(share.forms for share in explained)
    legend = _legend(depths, missing, look)
    return Group(hits_view(results.hits, look), Hanging(_footer(results, look), page=side), *legend)


def hits_view(hits: Iterable[Hit], look: Look = _PLAIN) -> RenderableType:
    """Hits with an empty line behind each."""
    shown = list(hits)
    indent = len(str(shown[-1].rank)) + 2 if shown else 0
    parts: list[RenderableType] = []
    for hit in shown:
        parts += [*_hit_view(hit, indent, look), Text()]
    return Group(*parts)


def _hit_view(hit: Hit, indent: int, look: Look) -> Iterable[RenderableType]:
    article, style = hit.article, look.style
    side = page(article.title, look)
    rank = Text(f"{hit.rank:>{indent - 2}}.", style=style.faint)
    yield Hanging(marked(article.title, hit.title_highlights, look, style.title), indent, rank, side)
    if outlet := outlet_line(article, look):
        yield Hanging(outlet, indent, page=side)
    if hit.story:
        yield Hanging(_story_line(hit.story, look), indent, page=side)
    if hit.paragraph.number:
        snippet = hit.snippet
        text = marked(snippet.text, snippet.highlights, look)
        if snippet.cut_before:
            text = Text.assemble(("…", style.faint), text)
        if snippet.cut_after:
            # Without a space, so that it never stands on a line alone.
            text.append("…", style=style.faint)
        yield Hanging(text, indent, page=side)
    if hit.more:
        more = say("more", look.language, count=counted(hit.more, "more paragraph", look.language))
        yield Hanging(Text(more, style=style.faint), indent, page=side)
    yield Hanging(where_line(article, look), indent, page=side)
    if hit.explanation and hit.recency != 1:
        lead = Text(f"{' ' * indent}{f'×{hit.recency:.2f}':>5}")
        yield Hanging(Text(say("age", look.language), style=style.faint), indent + 7, lead, side)
    for share in hit.explanation:
        # The percentage first, as the date above; 7 columns hold «100 %» and a gap.
        percentage = f"{percent(share.share):>5}"
        lead = Text(" " * indent + (isolated(percentage) if look.visual else percentage))
        yield Hanging(_share_text(share, look), indent + 7, lead, side)


def outlet_line(article: Article, look: Look) -> Text:
    """Date and source; the date first: behind Arabic its digits would be taken into the Arabic's direction."""
    moment = date(article.published)
    parts = [isolated(moment) if look.visual and moment else moment, printable(article.source).strip()]
    return Text(" · ".join(part for part in parts if part), style=look.style.outlet)


def where_line(article: Article, look: Look) -> Text:
    """The id, by which the article is shown whole, and where it is from."""
    where = printable(article.url).strip() or printable(near(article.path))
    parts = [printable(article.id), where]
    return Text(" · ".join(part for part in parts if part), style=look.style.faint)


def _story_line(story: Story, look: Look) -> Text:
    """How many tell it, who was first, and who else in order of publication."""
    language = look.language
    first = story.first
    lead = f"{date(first.published)[:10]} {apart(first.source or first.id, look)}".strip()
    line = say("same story", language, count=counted(len(story.tellings), "article", language), first=lead)
    others = [each for each in story.sources if each != first.source]
    also = ("، " if language == "ar" else ", ").join(apart(each, look) for each in others)
    return Text(f"{line} · {also}" if also else line, style=look.style.faint)


def _share_text(share: WordShare, look: Look) -> Text:
    """What a word does for a hit: its forms there, by depth."""
    arabic = look.language == "ar"
    comma, semicolon = ("، ", "؛ ") if arabic else (", ", "; ")
    shown = Text.assemble((apart(share.word, look), "bold"), " ")
    if not share.forms:
        return shown.append(NOT_FOUND[arabic], style=look.style.faint)
    for number, depth in enumerate(dict.fromkeys(form.depth for form in share.forms)):
        forms = comma.join(
            f"{apart(form.term, look)} ×{form.count}" for form in share.forms if form.depth == depth
        )
        shown.append(semicolon if number else "")
        shown.append(f"{DEPTH_NAMES[depth][arabic]}: ", style=look.style.calm(depth))
        shown.append(forms)
    return shown


def _legend(depths: Iterable[str], missing: bool, look: Look) -> list[RenderableType]:
    """What the depths that occur mean, in English and in Arabic."""
    found = set(depths)
    side = page("", look)
    lines: list[RenderableType] = [
        Hanging(both_languages(*names, look.style.depth(depth), look), 2, page=side)
        for depth, names in DEPTH_NAMES.items()
        if depth in found
    ]
    if missing:
        lines.append(Hanging(both_languages(*NOT_FOUND, look.style.faint, look), 2, page=side))
    return lines


def both_languages(english: str, arabic: str, style: str, look: Look = _PLAIN) -> Text:
    """The same in English and in Arabic; to those who asked for Arabic in Arabic alone."""
    if look.language == "ar":
        return Text(arabic, style=style)
    return Text.assemble((english, style), " · ", apart(arabic, look))


def _depths(hits: Iterable[Hit]) -> list[str]:
    """The depths of the highlights of some hits, the strictest first."""
    used = {mark.depth for hit in hits for mark in (*hit.title_highlights, *hit.snippet.highlights)}
    return [depth for depth in DEPTH_NAMES if depth in used]


def _footer(results: Results, look: Look) -> Text:
    language = look.language
    noun = {"story": "story", "none": "paragraph"}.get(results.group, "article")
    footer = Text(found(results.total, results, language, noun), style="bold")
    rest = Text(style=f"not bold {look.style.faint}")
    if results.hits and results.total > len(results.hits):
        rest.append(shown_span(results.hits[0].rank, results.hits[-1].rank, language))
    rest.append(say("took", language, ms=results.took_ms))
    footer.append_text(rest)
    if used := _depths(results.hits):
        footer.append("   ")
        for depth in used:
            footer.append(f" {depth_name(depth, language)}", style=look.style.depth(depth))
    return footer


def article_view(shown: MarkedArticle, look: Look = _PLAIN) -> RenderableType:
    """A whole article with a query's words marked."""
    article = shown.article
    side = page(article.title, look)
    parts: list[RenderableType] = [
        Hanging(marked(article.title, shown.title_highlights, look, look.style.title), page=side)
    ]
    if outlet := outlet_line(article, look):
        parts.append(Hanging(outlet, page=side))
    if author := printable(article.author).strip():
        parts.append(Hanging(Text(author, style=look.style.outlet), page=side))
    for text, marks in zip(article.paragraphs, shown.paragraph_highlights, strict=True):
        parts += [Text(), Hanging(marked(text, marks, look), page=side)]
    parts += [Text(), Hanging(where_line(article, look), page=side)]
    if look.legend:
        found = {
            mark.depth for each in (shown.title_highlights, *shown.paragraph_highlights) for mark in each
        }
        parts += _legend(found, False, look)
    return Group(*parts)


def news_view(news: Sequence[tuple[str, str, Sequence[Hit]]], look: Look = _PLAIN) -> RenderableType:
    """What saved searches found that is new: a heading for each, and its hits."""
    parts: list[RenderableType] = []
    for name, query, hits in news:
        # The count first, since name and query are Arabic.
        heading = Text(counted(len(hits), "new article", look.language), style="bold reverse")
        heading.append(f"  {apart(name, look)}", style="bold not reverse")
        heading.append(f"  {apart(query, look)}", style="not bold not reverse")
        parts += [Hanging(heading, page=page("", look)), Text(), hits_view(hits, look)]
    return Group(*parts)
