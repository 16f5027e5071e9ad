"""Results as HTML pages: a search, an article, what is like it, news of saved searches, charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from khabar.highlight.markup import marked, plain
from khabar.query.explain import DEPTH_NAMES, NOT_FOUND
from khabar.render.html import PLAIN, address_of, apart, directed, faint, link, page_of
from khabar.render.look import Look
from khabar.render.messages import counted, depth_name, found, heading, problem, say, shown_span
from khabar.render.plot import bars, plot
from khabar.render.text import date, percent

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.explore.related import Related, RelatedArticle
    from khabar.explore.terms import KeyTerms
    from khabar.explore.timeline import Timeline
    from khabar.highlight.whole import MarkedArticle
    from khabar.query.explain import WordShare
    from khabar.query.results import Hit, Results
    from khabar.query.tree import Problem
    from khabar.render.explored import FacetRow
    from khabar.stories.story import Story, Telling

__all__ = [
    "Block",
    "article_page",
    "facets_page",
    "news_page",
    "related_page",
    "results_page",
    "terms_page",
    "timeline_page",
]

#: A heading, and the lines below it.
Block: TypeAlias = "tuple[str, Sequence[FacetRow]]"


def results_page(
    results: Results,
    look: Look = PLAIN,
    *,
    facets: Sequence[Block] = (),
    timeline: Timeline | None = None,
) -> str:
    """A whole search: the hits, and below them what the colours mean and how all that match are spread.

    Args:
        results: what was found.
        look: its language is that of the page's own words.
        facets: counts of all that match.
        timeline: the same over time.
    """
    language = look.language
    noun = {"story": "story", "none": "paragraph"}.get(results.group, "article")
    said = found(results.total, results, language, noun)
    if results.hits and results.total > len(results.hits):
        said += shown_span(results.hits[0].rank, results.hits[-1].rank, language)
    parts = [
        *_heading(heading(results.query, language), said, [results.query], results.problems, look),
        '<ol class="hits">' if results.hits else "",
        *(_hit(hit, look) for hit in results.hits),
        "</ol>" if results.hits else "",
        _legend(_depths(results.hits), look),
        _columns(facets),
    ]
    if timeline is not None and timeline.buckets:
        parts += [f"<h3>{plain(say('by date', language))}</h3>", plot(timeline, look)]
    return page_of(heading(results.query, language), parts, look)


def article_page(shown: MarkedArticle, look: Look = PLAIN) -> str:
    """A whole article with a query's words marked."""
    article = shown.article
    parts = [
        "<article>",
        f"<h1{directed(article.title, look)}>{marked(article.title, shown.title_highlights)}</h1>",
        _outlet(article),
        *(
            f"<p{directed(text, look)}>{marked(text, marks)}</p>"
            for text, marks in zip(article.paragraphs, shown.paragraph_highlights, strict=True)
        ),
        _where(article),
        "</article>",
        _legend(
            {mark.depth for marks in (shown.title_highlights, *shown.paragraph_highlights) for mark in marks},
            look,
        ),
    ]
    return page_of(article.title, parts, look)


def facets_page(
    query: str, note: str, blocks: Sequence[Block], problems: Iterable[Problem], look: Look = PLAIN
) -> str:
    """Counts with bars, a block for each heading; a note that is to be said of all."""
    title = _about(query, look)
    return page_of(title, [*_heading(title, note, [query], problems, look), _columns(blocks)], look)


def terms_page(terms: KeyTerms, note: str, look: Look = PLAIN) -> str:
    """Key terms, each with how many of the articles have it, and what share these are of all that do."""
    of_all = say("of all", look.language)
    shares = [f"{percent(term.articles / term.all)} {of_all}" for term in terms.terms]
    counts = [(term.text, term.articles) for term in terms.terms]
    title = _about(terms.query, look)
    parts = [
        *_heading(title, note, [terms.query], terms.problems, look),
        bars("", counts, notes=shares, lengths=[term.score for term in terms.terms]) if counts else "",
    ]
    return page_of(title, parts, look)


def timeline_page(timeline: Timeline, note: str, look: Look = PLAIN) -> str:
    """Curves over time, those of several queries on one scale."""
    joint = "» و«" if look.language == "ar" else "» and «"
    title = _about(joint.join(timeline.queries), look)
    parts = [*_heading(title, note, timeline.queries, (), look)]
    for query, problems in zip(timeline.queries, timeline.problems, strict=False):
        parts += _problems(problems, query, look)
    return page_of(title, [*parts, plot(timeline, look)], look)


def related_page(related: Related, note: str, look: Look = PLAIN) -> str:
    """Articles like one, with the words that link each."""
    related_to = say("related to", look.language)
    title = related.article.title or related.article.id
    parts = [
        f"<h1>{apart(related_to)} {apart(title)}</h1>",
        faint(apart(note)) if note else "",
        '<ol class="hits">',
        *(_related(each, look) for each in related.articles),
        "</ol>",
    ]
    return page_of(f"{related_to} {title}", parts, look)


def news_page(news: Sequence[tuple[str, str, Sequence[Hit]]], title: str, look: Look = PLAIN) -> str:
    """What saved searches found that is new: a heading for each, and its hits."""
    language = look.language
    parts = [f"<h1>{apart(title)}</h1>"]
    if not news:
        parts.append(faint(apart(say("nothing new", language))))
    for name, query, hits in news:
        parts += [
            f"<section><h2>{apart(name)}</h2>",
            faint(f"{apart(query)} · {apart(counted(len(hits), 'new article', language))}"),
            '<ol class="hits">',
            *(_hit(hit, look, numbered=False) for hit in hits),
            "</ol></section>",
        ]
    parts.append(_legend({depth for _, _, hits in news for depth in _depths(hits)}, look))
    return page_of(title, parts, look)


def _about(query: str, look: Look) -> str:
    """What a page of counts is about; without a query all articles are counted."""
    return heading(query, look.language) if query.strip() else say("everything", look.language)


def _heading(
    title: str, note: str, queries: Sequence[str], problems: Iterable[Problem], look: Look
) -> Iterator[str]:
    # Each query runs in its own direction; the quotation marks around it belong to the title.
    shown = plain(title)
    for query in dict.fromkeys(each for each in queries if each.strip()):
        shown = shown.replace(f"«{plain(query)}»", f"«{apart(query)}»")
    yield f"<h1>{shown}</h1>"
    if note:
        yield faint(apart(note))
    yield from _problems(problems, queries[0], look)


def _problems(problems: Iterable[Problem], query: str, look: Look) -> Iterator[str]:
    for each in problems:
        yield f'<p class="warn">{apart(problem(each, query, look.language))}</p>'


def _columns(blocks: Iterable[Block]) -> str:
    shown = "".join(
        bars(
            heading,
            [(row.text, row.articles) for row in rows],
            lengths=[0 if row.kind == "unlisted" else row.articles for row in rows],
        )
        for heading, rows in blocks
        if rows
    )
    return f'<div class="columns">{shown}</div>' if shown else ""


def _hit(hit: Hit, look: Look, *, numbered: bool = True) -> str:
    article = hit.article
    title = link(article.url, marked(article.title, hit.title_highlights))
    parts = [
        f'<li id="hit-{hit.rank}">' if numbered else "<li>",
        f"<h2{directed(article.title, look)}>{title}</h2>",
        _outlet(article),
    ]
    if hit.story:
        parts.append(_story(hit.story, look))
    if hit.paragraph.number:
        snippet = hit.snippet
        before, after = "…" if snippet.cut_before else "", "…" if snippet.cut_after else ""
        shown = marked(snippet.text, snippet.highlights)
        parts.append(f"<p{directed(snippet.text, look)}>{before}{shown}{after}</p>")
    if hit.more:
        more = say("more", look.language, count=counted(hit.more, "more paragraph", look.language))
        parts.append(faint(apart(more)))
    if hit.explanation and hit.recency != 1:
        parts.append(faint(f"<bdi>×{hit.recency:.2f}</bdi> {apart(say('age', look.language))}"))
    parts += [_share(share, look) for share in hit.explanation]
    return "\n".join((*parts, _where(article), "</li>"))


def _related(each: RelatedArticle, look: Look) -> str:
    article = each.article
    comma = "، " if look.language == "ar" else ", "
    words = comma.join(f"<b>{apart(each.word)}</b>" for each in each.links)
    linked = f"{apart(percent(each.alike))} {apart(say('linked by', look.language))} {words}"
    title = link(article.url, plain(article.title))
    return "\n".join(
        (
            f"<li><h2{directed(article.title, look)}>{title}</h2>",
            _outlet(article),
            faint(linked),
            _where(article),
            "</li>",
        )
    )


def _story(story: Story, look: Look) -> str:
    """Who ran it: the first, and one below the other the rest, each with its time and how alike it is."""
    language = look.language
    first = story.first
    lead = apart(f"{date(first.published)} {first.source or first.id}".strip())
    count = counted(len(story.tellings), "article", language)
    line = plain(say("same story", language, count=count, first="\0")).replace(plain("\0"), lead)
    if len(story.tellings) < 2:
        return faint(line)
    rest = "".join(f"<li>{_telling(each, look)}</li>" for each in story.tellings[1:])
    return f'<details class="faint" open><summary>{line}</summary><ul>{rest}</ul></details>'


def _telling(telling: Telling, look: Look) -> str:
    article = telling.article
    alike = say("alike", look.language, share=percent(telling.alike))
    parts = (date(article.published), article.source or article.id, alike)
    return " · ".join(link(article.url, apart(part)) for part in parts if part.strip())


def _outlet(article: Article) -> str:
    parts = [
        apart(part) for part in (date(article.published), article.source, article.author) if part.strip()
    ]
    return faint(" · ".join(parts))


def _where(article: Article) -> str:
    where = article.url.strip() or article.path
    shown = link(article.url, apart(where)) if address_of(article.url) else where and apart(where)
    return faint(" · ".join(part for part in (apart(article.id), shown) if part))


def _share(share: WordShare, look: Look) -> str:
    """What a word of the query does for a hit."""
    arabic = look.language == "ar"
    comma = "، " if arabic else ", "
    forms = comma.join(
        f'<mark class="{plain(form.depth)}">{apart(form.term)}</mark> <bdi>×{form.count}</bdi>'
        for form in share.forms
    )
    return faint(
        f"{apart(percent(share.share))} <b>{apart(share.word)}</b>: {forms or plain(NOT_FOUND[arabic])}"
    )


def _depths(hits: Iterable[Hit]) -> set[str]:
    """The depths that a page shows, in highlights and in explanations."""
    marks = {mark.depth for hit in hits for mark in (*hit.title_highlights, *hit.snippet.highlights)}
    return marks | {form.depth for hit in hits for share in hit.explanation for form in share.forms}


def _legend(depths: Iterable[str], look: Look) -> str:
    """What the colours mean that occur."""
    arabic = look.language == "ar"
    found = set(depths)
    keys = " ".join(
        f'<span class="key"><mark class="{depth}">{apart(depth_name(depth, look.language))}</mark> '
        f"{apart(names[arabic])}</span>"
        for depth, names in DEPTH_NAMES.items()
        if depth in found
    )
    return faint(f"{apart(say('the colours', look.language))}: {keys}") if keys else ""
