"""A hit in every format: its fields, snippet and story, the contribution of each word, and the legend of the
colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.corpus.article import at_page
from khabar.highlight.markup import marked as marked_up
from khabar.highlight.markup import plain
from khabar.render.html import address_of, directed, faint, link
from khabar.render.html import apart as apart_markup
from khabar.render.look import Look
from khabar.render.messages import (
    DEPTH_NAMES,
    NOT_FOUND,
    TOGETHER,
    counted,
    depth_name,
    joined,
    language_name,
    say,
)
from khabar.render.text import date, isolated, near, percent
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.corpus.article import Article
    from khabar.highlight.snippet import Snippet
    from khabar.query.explain import WordShare, WordsTogether
    from khabar.query.results import Closeness, Hit
    from khabar.render.messages import Tallied
    from khabar.render.terminal import Text
    from khabar.stories.story import Story, Telling

__all__ = [
    "all_depths",
    "archives_of",
    "archives_text",
    "closeness_line",
    "closeness_text",
    "day_of",
    "depths",
    "further_fields",
    "further_lines",
    "hit_lines",
    "hit_markup",
    "hits_view",
    "legend",
    "legend_markup",
    "outlet_line",
    "outlet_markup",
    "share_lines",
    "snippet_text",
    "story_line",
    "story_markup",
    "tags_markup",
    "tally_lines",
    "where_line",
    "where_markup",
]


def hit_lines(hit: Hit) -> Iterator[str]:
    """A hit as plain lines: its fields, and the other articles of its story."""
    article = hit.article
    number = hit.paragraph.number
    fields = (
        ("rank", str(hit.rank)),
        ("id", article.id),
        ("title", article.title),
        ("source", article.source),
        ("author", article.author),
        ("section", article.section),
        ("tags", "، ".join(article.tags)),
        *further_lines(article),
        ("date", date(article.published)),
        ("date from", "file" if article.published_from == "file" else ""),
        ("snippet", snippet_text(hit.snippet) if number else ""),
        ("paragraph", str(number) if number else ""),
        ("page", str(hit.page) if hit.page else ""),
        ("more", str(hit.more) if hit.more else ""),
        ("url", hit.url),
        ("path", article.path),
        ("archive", hit.archive),
        ("also in", "; ".join(hit.also_in)),
    )
    yield from (f"{name}: {printable(value).strip()}" for name, value in fields if value.strip())
    for telling in hit.story.tellings if hit.story else ():
        other = telling.article
        columns = (other.id, date(other.published), other.source, percent(telling.alike))
        yield "told: " + "\t".join(map(printable, columns))


def further_lines(article: Article) -> Iterator[tuple[str, str]]:
    """The language, place and kept fields of an article for plain lines: ``field:desk`` for the field «desk».
    The language is "" if it is Arabic, the usual one."""
    yield "language", "" if article.language == "ar" else article.language
    yield "place", article.place
    for name, values in article.fields.items():
        yield f"field:{name}", "، ".join(values)


def further_fields(article: Article, language: str) -> Iterator[tuple[str, str]]:
    """The language, place and kept fields of an article for people, without the language if it is Arabic."""
    if article.place:
        yield say("place", language), article.place
    if article.language not in ("", "ar"):
        yield say("language", language), language_name(article.language, language)
    for name, values in article.fields.items():
        yield name, joined(values, language)


def share_lines(share: WordShare) -> Iterator[str]:
    """The contribution of a word to a hit, one line per form: word, share, form, count, depth, and the name
    of the depth in English and in Arabic, separated by tabs.
    """
    forms = [(form.term, str(form.count), form.depth, *DEPTH_NAMES[form.depth]) for form in share.forms]
    for columns in forms or [("", "0", "", *NOT_FOUND)]:
        yield "explain: " + "\t".join(map(printable, (share.word, percent(share.share), *columns)))


def together_line(together: WordsTogether) -> str:
    """The contribution of words that are close together: the words, their share, how close they are, and the
    meaning of that in English and in Arabic, separated by tabs."""
    columns = (
        " ".join(together.words),
        percent(together.share),
        together.how,
        *TOGETHER[together.how],
    )
    return "together: " + "\t".join(map(printable, columns))


def closeness_line(close: Closeness) -> str:
    """The contribution of closeness in meaning: its share of the score, z, cosine and number of the closest
    passage, and a description in English and in Arabic, separated by tabs."""
    known = close.z is not None and close.cosine is not None
    columns = (
        percent(close.share),
        f"{close.z:.2f}" if known else "",
        f"{close.cosine:.3f}" if known else "",
        "" if close.passage is None else str(close.passage),
        closeness_text(close, "en"),
        closeness_text(close, "ar"),
    )
    return "meaning: " + "\t".join(columns)


def closeness_text(close: Closeness, language: str) -> str:
    """The passage that is closest in meaning, and how close it is, in words."""
    if close.z is None or close.cosine is None:
        return say("closeness unknown", language)
    key = "closest paragraph" if close.passage else "closest title"
    return say(key, language, number=close.passage, z=f"{close.z:.2f}", cosine=f"{close.cosine:.3f}")


def snippet_text(snippet: Snippet) -> str:
    """The snippet with «…» where the paragraph continues."""
    return ("… " if snippet.cut_before else "") + snippet.text + (" …" if snippet.cut_after else "")


def tally_lines(tally: Tallied) -> Iterator[str]:
    """Plain lines that say whether any or all of the words had to match, if that makes a difference."""
    if tally.with_all is not None:
        yield f"words: {tally.match}"
        if tally.match == "any":
            yield f"with all: {tally.with_all}"


def hits_view(hits: Iterable[Hit], look: Look) -> RenderableType:
    """Hits for a terminal, each followed by an empty line."""
    from khabar.render.terminal import Group, Text

    listed = list(hits)
    indent = len(str(listed[-1].rank)) + 2 if listed else 0
    parts: list[RenderableType] = []
    for hit in listed:
        parts += [*_hit_view(hit, indent, look), Text()]
    return Group(*parts)


def _hit_view(hit: Hit, indent: int, look: Look) -> Iterable[RenderableType]:
    from khabar.render.links import linked
    from khabar.render.terminal import Hanging, Text, marked, page

    article, style = hit.article, look.style
    side = page(article.title, look)
    rank = Text(f"{hit.rank:>{indent - 2}}.", style=style.faint)
    title = marked(article.title, hit.title_highlights, look, style.title)
    title = linked(title, article, look, hit.page)
    yield Hanging(title, indent, rank, side)
    if outlet := outlet_line(article, look):
        yield Hanging(outlet, indent, page=side)
    if hit.story:
        yield Hanging(story_line(hit.story, look), indent, page=side)
    if hit.paragraph.number:
        snippet = hit.snippet
        text = marked(snippet.text, snippet.highlights, look)
        if snippet.cut_before:
            text = Text.assemble(("…", style.faint), text)
        if snippet.cut_after:
            # Without a space, so that it is never alone on a line.
            text.append("…", style=style.faint)
        yield Hanging(text, indent, page=side)
    if hit.more:
        more = say("more", look.language, count=counted(hit.more, "more paragraph", look.language))
        yield Hanging(Text(more, style=style.faint), indent, page=side)
    yield Hanging(where_line(article, look, archives_of(hit), hit.page), indent, page=side)
    if hit.explanation and hit.recency != 1:
        lead = Text(f"{' ' * indent}{f'×{hit.recency:.2f}':>5}")
        yield Hanging(Text(say("age", look.language), style=style.faint), indent + 7, lead, side)

    # The percentage first, like the date above; 7 columns hold «100 %» and a gap.
    def explained(share: float, text: Text) -> Hanging:
        percentage = f"{percent(share):>5}"
        lead = Text(" " * indent + (isolated(percentage) if look.visual else percentage))
        return Hanging(text, indent + 7, lead, side)

    for share in hit.explanation:
        yield explained(share.share, _share_text(share, look))
    for together in hit.together:
        yield explained(together.share, _together_text(together, look))
    if hit.explanation and hit.meaning:
        summary = Text.assemble(
            (say("in meaning", look.language), "bold"),
            " ",
            (closeness_text(hit.meaning, look.language), style.faint),
        )
        yield explained(hit.meaning.share, summary)


def day_of(article: Article, language: str) -> str:
    """The date of an article for people; if only the date of its file is known, a text that says so."""
    moment = date(article.published)
    return say("file made", language, day=moment[:10]) if article.published_from == "file" else moment


def outlet_line(article: Article, look: Look) -> Text:
    """The date, source and section of an article. The date comes first, because after Arabic text its digits
    would be reordered."""
    from khabar.render.terminal import Text

    moment = day_of(article, look.language)
    parts = [
        isolated(moment) if look.visual and moment else moment,
        printable(article.source).strip(),
        printable(article.section).strip(),
    ]
    return Text(" · ".join(part for part in parts if part), style=look.style.outlet)


def archives_of(hit: Hit) -> tuple[str, ...]:
    """The archives that have the article of a hit, its own first; empty for a single index."""
    return (hit.archive, *hit.also_in) if hit.archive else ()


def archives_text(archives: Sequence[str], language: str) -> str:
    """The names of archives, as one text."""
    return joined(map(printable, archives), language)


def where_line(article: Article, look: Look, archives: Sequence[str] = (), page: int | None = None) -> Text:
    """The id of an article for ``khabar show``, its archives if there are several, and its address or file,
    with the page."""
    from khabar.render.links import linked
    from khabar.render.terminal import Text

    where = printable(article.url).strip() or printable(near(article.path))
    names = archives_text(archives, look.language)
    parts = [printable(article.id), isolated(names) if look.visual and names else names]
    line = Text(" · ".join(part for part in parts if part), style=look.style.faint)
    if where:
        line.append(" · ")
        line.append_text(linked(Text(at_page(where, page)), article, look, page))
    return line


def story_line(story: Story, look: Look) -> Text:
    """The number of articles of a story, its first source, and the others in order of publication."""
    from khabar.render.terminal import Text, apart

    language = look.language
    first = story.first
    lead = f"{date(first.published)[:10]} {apart(first.source or first.id, look)}".strip()
    line = say("same story", language, count=counted(len(story.tellings), "article", language), first=lead)
    others = [source for source in story.sources if source != first.source]
    also = joined((apart(source, look) for source in others), language)
    return Text(f"{line} · {also}" if also else line, style=look.style.faint)


def _share_text(share: WordShare, look: Look) -> Text:
    """A word of the query and its forms in a hit, by depth."""
    from khabar.render.terminal import Text, apart

    arabic = look.language == "ar"
    comma, semicolon = ("، ", "؛ ") if arabic else (", ", "; ")
    text = Text.assemble((apart(share.word, look), "bold"), " ")
    if not share.forms:
        return text.append(NOT_FOUND[arabic], style=look.style.faint)
    for number, depth in enumerate(dict.fromkeys(form.depth for form in share.forms)):
        forms = comma.join(
            f"{apart(form.term, look)} ×{form.count}" for form in share.forms if form.depth == depth
        )
        text.append(semicolon if number else "")
        text.append(f"{DEPTH_NAMES[depth][arabic]}: ", style=look.style.calm(depth))
        text.append(forms)
    return text


def _together_text(together: WordsTogether, look: Look) -> Text:
    """Words that are close together, and how close."""
    from khabar.render.terminal import Text, apart

    words = apart(" ".join(together.words), look)
    how = TOGETHER[together.how][look.language == "ar"]
    return Text.assemble((words, "bold"), " ", (how, look.style.faint))


def legend(depths: Iterable[str], missing: bool, look: Look) -> list[RenderableType]:
    """The legend of the colours, for a terminal.

    Args:
        depths: the depths to explain.
        missing: whether to explain «not found», too.
        look: the look.
    """
    from khabar.render.terminal import Hanging, both_languages, page

    used = set(depths)
    side = page("", look)
    lines: list[RenderableType] = [
        Hanging(both_languages(*names, look.style.depth(depth), look), 2, page=side)
        for depth, names in DEPTH_NAMES.items()
        if depth in used
    ]
    if missing:
        lines.append(Hanging(both_languages(*NOT_FOUND, look.style.faint, look), 2, page=side))
    return lines


def depths(hits: Iterable[Hit]) -> list[str]:
    """The depths of the highlights in hits, the strictest first."""
    used = {mark.depth for hit in hits for mark in (*hit.title_highlights, *hit.snippet.highlights)}
    return [depth for depth in DEPTH_NAMES if depth in used]


def hit_markup(hit: Hit, look: Look, *, numbered: bool = True) -> str:
    """A hit for a page.

    Args:
        hit: the hit.
        look: gives the language of the page.
        numbered: whether it has an anchor with its rank.
    """
    article = hit.article
    title = link(hit.url, marked_up(article.title, hit.title_highlights))
    parts = [
        f'<li id="hit-{hit.rank}">' if numbered else "<li>",
        f"<h2{directed(article.title, look)}>{title}</h2>",
        outlet_markup(article, look.language),
    ]
    if hit.story:
        parts.append(story_markup(hit.story, look))
    if hit.paragraph.number:
        snippet = hit.snippet
        before, after = "…" if snippet.cut_before else "", "…" if snippet.cut_after else ""
        text = marked_up(snippet.text, snippet.highlights)
        parts.append(f"<p{directed(snippet.text, look)}>{before}{text}{after}</p>")
    if hit.more:
        more = say("more", look.language, count=counted(hit.more, "more paragraph", look.language))
        parts.append(faint(apart_markup(more)))
    if hit.explanation and hit.recency != 1:
        parts.append(faint(f"<bdi>×{hit.recency:.2f}</bdi> {apart_markup(say('age', look.language))}"))
    parts += [_share_markup(share, look) for share in hit.explanation]
    parts += [_together_markup(together, look) for together in hit.together]
    if hit.explanation and hit.meaning:
        summary = apart_markup(closeness_text(hit.meaning, look.language))
        share = apart_markup(percent(hit.meaning.share))
        parts.append(faint(f"{share} <b>{plain(say('in meaning', look.language))}</b>: {summary}"))
    return "\n".join((*parts, where_markup(article, archives_of(hit), hit.page), "</li>"))


def story_markup(story: Story, look: Look) -> str:
    """A story for a page: its first article, and below it the others, each with its time and similarity."""
    language = look.language
    first = story.first
    lead = apart_markup(f"{date(first.published)} {first.source or first.id}".strip())
    count = counted(len(story.tellings), "article", language)
    line = plain(say("same story", language, count=count, first="\0")).replace(plain("\0"), lead)
    if len(story.tellings) < 2:
        return faint(line)
    rest = "".join(f"<li>{_telling(telling, look)}</li>" for telling in story.tellings[1:])
    return f'<details class="faint" open><summary>{line}</summary><ul>{rest}</ul></details>'


def _telling(telling: Telling, look: Look) -> str:
    article = telling.article
    alike = say("alike", look.language, share=percent(telling.alike))
    parts = (date(article.published), article.source or article.id, alike)
    return " · ".join(link(article.url, apart_markup(part)) for part in parts if part.strip())


def outlet_markup(article: Article, language: str) -> str:
    """The date, source, section and author of an article, for a page."""
    parts = [
        apart_markup(part)
        for part in (day_of(article, language), article.source, article.section, article.author)
        if part.strip()
    ]
    return faint(" · ".join(parts))


def tags_markup(article: Article, look: Look) -> str:
    """The tags, place, language and kept fields of an article, for a page."""
    tags = joined(map(apart_markup, article.tags), look.language)
    summary = [faint(f"{apart_markup(say('tags', look.language))}: {tags}")] if tags else []
    summary += [
        faint(f"{apart_markup(name)}: {apart_markup(value)}")
        for name, value in further_fields(article, look.language)
    ]
    return "\n".join(summary)


def where_markup(article: Article, archives: Sequence[str] = (), page: int | None = None) -> str:
    """The id of an article, its archives if there are several, and its address or file with the page, for a
    page."""
    where = at_page(article.url.strip() or article.path, page)
    address = at_page(article.url, page)
    linked = link(address, apart_markup(where)) if address_of(address) else where and apart_markup(where)
    names = [apart_markup(name) for name in archives]
    return faint(" · ".join(part for part in (apart_markup(article.id), *names, linked) if part))


def _share_markup(share: WordShare, look: Look) -> str:
    """The contribution of a word of the query to a hit, for a page."""
    arabic = look.language == "ar"
    comma = "، " if arabic else ", "
    forms = comma.join(
        f'<mark class="{plain(form.depth)}">{apart_markup(form.term)}</mark> <bdi>×{form.count}</bdi>'
        for form in share.forms
    )
    return faint(
        f"{apart_markup(percent(share.share))} <b>{apart_markup(share.word)}</b>: "
        f"{forms or plain(NOT_FOUND[arabic])}"
    )


def _together_markup(together: WordsTogether, look: Look) -> str:
    """Words that are close together, and how close."""
    how = plain(TOGETHER[together.how][look.language == "ar"])
    words = apart_markup(" ".join(together.words))
    return faint(f"{apart_markup(percent(together.share))} <b>{words}</b>: {how}")


def all_depths(hits: Iterable[Hit]) -> set[str]:
    """The depths in the highlights and explanations of hits."""
    marks = {mark.depth for hit in hits for mark in (*hit.title_highlights, *hit.snippet.highlights)}
    return marks | {form.depth for hit in hits for share in hit.explanation for form in share.forms}


def legend_markup(depths: Iterable[str], look: Look) -> str:
    """The legend of the colours of some depths, for a page."""
    arabic = look.language == "ar"
    used = set(depths)
    keys = " ".join(
        f'<span class="key"><mark class="{depth}">{apart_markup(depth_name(depth, look.language))}</mark> '
        f"{apart_markup(names[arabic])}</span>"
        for depth, names in DEPTH_NAMES.items()
        if depth in used
    )
    return faint(f"{apart_markup(say('the colours', look.language))}: {keys}") if keys else ""
