"""Results as one self-contained HTML page, right to left: no script, nothing loaded, everything escaped.

The page says so itself too: its content security policy lets a browser run and load nothing, whatever an
article holds. Addresses become links when they are http or https.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from khabar._version import __version__
from khabar.query.explain import DEPTH_NAMES, NOT_FOUND
from khabar.render.look import Look, right_to_left
from khabar.render.messages import counted, depth_name, found, heading, problem, say
from khabar.render.text import clean, date, percent

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.highlight.matcher import Highlight
    from khabar.highlight.whole import MarkedArticle
    from khabar.query.explain import WordShare
    from khabar.query.results import Hit, Results

__all__ = ["article_page", "charts_page", "results_page", "table_page"]

#: Names with how often each occurs.
Counts = Sequence[tuple[str, int]]

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fdfdfb; --faint: #666; --rule: #ddd; --bar: #b9d3e6;
  --exact: #c9efd3; --light: #c8e6f5; --lemma: #f3d3ea; --similar: #f7e3b5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e3; --paper: #1b1c1e; --faint: #a0a0a0; --rule: #3a3b3d;
  --bar: #2f5570; --exact: #1d5130; --light: #1b4a63; --lemma: #5f2a51; --similar: #5f4a12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.9 "Noto Naskh Arabic", "Noto Sans Arabic", "Geeza Pro", "Segoe UI", Tahoma, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 0; line-height: 1.7; }
h3 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .25em; }
.faint { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
ol { list-style: none; margin: 1rem 0; padding: 0; } ol > li { border-top: 1px solid var(--rule); padding: .9rem 0; }
p { margin: .3rem 0; } article p { margin: 0 0 .9rem; }
mark { color: inherit; border-radius: .2em; padding: 0 .12em; }
mark.exact { background: var(--exact); } mark.light { background: var(--light); }
mark.lemma { background: var(--lemma); } mark.similar { background: var(--similar); }
.columns { display: flex; flex-wrap: wrap; gap: 2rem; } .columns > * { flex: 1 1 16rem; min-width: 0; }
.bars { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .7rem; align-items: center;
  font-size: .9rem; }
.bars i { display: inline-block; height: .8em; background: var(--bar); border-radius: .15em; margin-inline-end: .4em; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: .25rem .6rem;
  border-bottom: 1px solid var(--rule); vertical-align: top; } th { color: var(--faint); font-weight: normal; }
.key { display: inline-block; margin-inline-end: 1.2em; }
.table { overflow-x: auto; }
""".strip()

_PLAIN = Look()


def results_page(
    results: Results,
    look: Look = _PLAIN,
    *,
    facets: Mapping[str, Counts] | None = None,
    timeline: Counts = (),
) -> str:
    """A whole search.

    Args:
        results: what was found.
        look: its language is that of the page's own words.
        facets: for each heading the names that occur and how many hits each has.
        timeline: spans of time in order, each with how many hits it has.
    """
    language = look.language
    said = found(results.total, results, language)
    if results.hits and results.total > len(results.hits):
        said += say("shown", language, first=results.hits[0].rank, last=results.hits[-1].rank)
    parts = [
        f"<h1>{_bdi(heading(results.query, language))}</h1>",
        f'<p class="faint">{_bdi(said)}</p>',
        *(
            f'<p class="faint">{_bdi(problem(each, results.query, language))}</p>'
            for each in results.problems
        ),
        _charts(facets or {}, timeline, look),
        "<ol>",
        *(_hit(hit, look) for hit in results.hits),
        "</ol>",
        _legend(look),
    ]
    return _page(heading(results.query, language), parts, look)


def article_page(shown: MarkedArticle, look: Look = _PLAIN) -> str:
    """A whole article with a query's words marked."""
    article = shown.article
    parts = [
        "<article>",
        f"<h1{_dir(article.title)}>{_marked(article.title, shown.title_highlights)}</h1>",
        _outlet(article),
        *(
            f"<p{_dir(text)}>{_marked(text, marks)}</p>"
            for text, marks in zip(article.paragraphs, shown.paragraph_highlights, strict=True)
        ),
        _where(article),
        "</article>",
        _legend(look) if any((shown.title_highlights, *shown.paragraph_highlights)) else "",
    ]
    return _page(article.title, parts, look)


def charts_page(query: str, note: str, blocks: Mapping[str, Counts], look: Look = _PLAIN) -> str:
    """Counts with bars, a block for each heading.

    Args:
        query: what was asked.
        note: what is to be said of all.
        blocks: for each heading the names and how often each occurs.
        look: its language is that of the page's own words.
    """
    title = heading(query, look.language) if query.strip() else say("everything", look.language)
    bars = "".join(_bars(name, counts) for name, counts in blocks.items() if counts)
    parts = [
        f"<h1>{_bdi(title)}</h1>",
        f'<p class="faint">{_bdi(note)}</p>' if note else "",
        f'<div class="columns">{bars}</div>',
    ]
    return _page(title, parts, look)


def table_page(title: str, rows: Iterable[Mapping[str, Any]], look: Look = _PLAIN) -> str:
    """Anything that is rows of named values."""
    parts = [f"<h1>{_bdi(title)}</h1>", '<div class="table"><table>']
    names: list[str] = []
    for row in rows:
        if not names:
            names = list(row)
            parts.append("<tr>" + "".join(f"<th>{_bdi(name)}</th>" for name in names) + "</tr>")
        cells = ("" if row.get(name) is None else str(row.get(name)) for name in names)
        parts.append("<tr>" + "".join(f"<td>{_bdi(cell)}</td>" for cell in cells) + "</tr>")
    return _page(title, [*parts, "</table></div>"], look)


def _page(title: str, parts: Iterable[str], look: Look) -> str:
    made = escape(say("made by", look.language, version=__version__))
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{look.language}" dir="rtl">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{_text(title)}</title>",
            f"<style>\n{_STYLE}\n</style>",
            "</head>",
            "<body>",
            *(part for part in parts if part),
            f'<p class="faint">{made}</p>',
            "</body>",
            "</html>",
        )
    )


def _hit(hit: Hit, look: Look) -> str:
    article = hit.article
    title = _marked(article.title, hit.title_highlights)
    if address := _address(article.url):
        title = f'<a href="{address}" rel="noopener noreferrer">{title}</a>'
    parts = [f'<li id="hit-{hit.rank}">', f"<h2{_dir(article.title)}>{title}</h2>", _outlet(article)]
    if hit.paragraph.number:
        snippet = hit.snippet
        before, after = "…" if snippet.cut_before else "", "…" if snippet.cut_after else ""
        parts.append(f"<p{_dir(snippet.text)}>{before}{_marked(snippet.text, snippet.highlights)}{after}</p>")
    if hit.more:
        more = say("more", look.language, count=counted(hit.more, "more paragraph", look.language))
        parts.append(f'<p class="faint">{_bdi(more)}</p>')
    parts += [_share(share, look) for share in hit.explanation]
    return "\n".join((*parts, _where(article), "</li>"))


def _outlet(article: Article) -> str:
    parts = [_bdi(part) for part in (date(article.published), article.source, article.author) if part.strip()]
    return f'<p class="faint">{" · ".join(parts)}</p>' if parts else ""


def _where(article: Article) -> str:
    address = _address(article.url)
    where = f'<a href="{address}" rel="noopener noreferrer">{_bdi(article.url)}</a>' if address else ""
    if not where:
        where = article.url.strip() or article.path
        where = where and _bdi(where)
    return f'<p class="faint">{" · ".join(part for part in (_bdi(article.id), where) if part)}</p>'


def _address(url: str) -> str:
    """An address fit for a link, escaped; "" for any other."""
    url = clean(url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return escape(url) if parts.scheme in ("http", "https") and parts.netloc else ""


def _share(share: WordShare, look: Look) -> str:
    """What a word of the query does for a hit."""
    arabic = look.language == "ar"
    forms = "، ".join(
        f'<mark class="{escape(form.depth)}">{_bdi(form.term)}</mark> ×{form.count}' for form in share.forms
    )
    return (
        f'<p class="faint">{_bdi(percent(share.share))} <b>{_bdi(share.word)}</b>: '
        f"{forms or escape(NOT_FOUND[arabic])}</p>"
    )


def _charts(facets: Mapping[str, Counts], timeline: Counts, look: Look) -> str:
    blocks = [_bars(heading, counts) for heading, counts in facets.items() if counts]
    if timeline:
        blocks.append(_bars(say("by date", look.language), timeline))
    return '<div class="columns">' + "".join(blocks) + "</div>" if blocks else ""


def _bars(heading: str, counts: Counts) -> str:
    most = max(1, *(count for _, count in counts))
    rows = "".join(
        f'<span>{_bdi(name)}</span><span><i style="width:{80 * count / most:.1f}%"></i>{count:,}</span>'
        for name, count in counts
    )
    return f'<section><h3>{_text(heading)}</h3><div class="bars">{rows}</div></section>'


def _legend(look: Look) -> str:
    arabic = look.language == "ar"
    marks = " ".join(
        f'<span class="key"><mark class="{depth}">{_bdi(depth_name(depth, look.language))}</mark> '
        f"{_bdi(names[arabic])}</span>"
        for depth, names in DEPTH_NAMES.items()
    )
    return f'<p class="faint">{_bdi(say("the colours", look.language))}: {marks}</p>'


def _marked(text: str, highlights: Iterable[Highlight]) -> str:
    parts = []
    place = 0
    for mark in highlights:
        depth = mark.depth if mark.depth in DEPTH_NAMES else "exact"
        parts += [
            _text(text[place : mark.start]),
            f'<mark class="{depth}">{_text(text[mark.start : mark.end])}</mark>',
        ]
        place = mark.end
    return "".join((*parts, _text(text[place:])))


def _text(text: str) -> str:
    return escape(clean(text))


def _bdi(text: str) -> str:
    """A text that does not draw its neighbours into its own direction."""
    return f"<bdi>{_text(text)}</bdi>"


def _dir(text: str) -> str:
    """The attribute of a paragraph that does not run as the page does."""
    return "" if right_to_left(text, default=True) else ' dir="ltr"'
