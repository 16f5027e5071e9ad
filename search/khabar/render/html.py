"""The parts of every HTML page: the page, its style, and escaped pieces of text.

A page is self-contained: it has no script, loads nothing, and everything in it is escaped. Its content
security policy also forbids the browser to run or load anything, whatever an article contains. A page runs in
the direction of its language, and text from outside in its own direction: Arabic from right to left in an
English page, an English title from left to right in an Arabic page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from khabar._version import __version__
from khabar.highlight.markup import plain
from khabar.patterns import lazy_pattern
from khabar.render.faults import problem
from khabar.render.look import Look, right_to_left
from khabar.render.messages import heading, say
from khabar.spelling import printable

if TYPE_CHECKING:
    from khabar.query.tree import Problem

__all__ = [
    "PLAIN",
    "STYLE",
    "address_of",
    "apart",
    "bars",
    "directed",
    "faint",
    "headed",
    "is_web",
    "link",
    "page_of",
    "problems_markup",
    "sentence",
    "subject",
]

_ARABIC = lazy_pattern("[\u0621-\u064a]")

#: The style sheet of every page, with a light and a dark palette.
STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fdfdfb; --faint: #5c5c5c; --rule: #ddd;
  --bar: #5b93bd;
  --gap: #e9e7e1; --good: #14602f; --bad: #a01c1c; --warn: #7a5200;
  --exact: #c9efd3; --light: #c8e6f5; --lemma: #f3d3ea; --similar: #f7e3b5;
  --line-1: #0b6aa8; --line-2: #b3336f; --line-3: #1d7a3a; --line-4: #8f6200; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e3; --paper: #1b1c1e; --faint: #a8a8a8;
  --rule: #3a3b3d;
  --bar: #4f86ad; --gap: #2a2b2e; --good: #7fd79a; --bad: #ff9d92; --warn: #e6bd62;
  --exact: #1d5130; --light: #1b4a63; --lemma: #5f2a51; --similar: #5f4a12;
  --line-1: #6db7e8; --line-2: #ee8fbd; --line-3: #7fd79a; --line-4: #e6bd62; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; background: var(--paper);
  color: var(--ink);
  font: 1.05rem/1.7 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Geeza Pro", Tahoma, sans-serif; }
:lang(ar), :dir(rtl) { font-family: "Noto Naskh Arabic", "Noto Sans Arabic", "Geeza Pro", "Segoe UI", Tahoma,
  sans-serif; line-height: 1.9; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 0; line-height: 1.7; }
h3 { font-size: .95rem; margin: 1.4rem 0 .3rem; }
h1, h2, h3, p, li, td, dd { overflow-wrap: anywhere; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .25em; }
.faint { color: var(--faint); font-size: .85rem; } .good { color: var(--good); } .bad { color: var(--bad); }
.warn { color: var(--warn); }
ol.hits { list-style: none; margin: 1rem 0; padding: 0; }
ol.hits > li { border-top: 1px solid var(--rule); padding: .9rem 0; }
figure { margin: 0; } ul { margin: .2rem 0; padding-inline-start: 1.3rem; }
p { margin: .3rem 0; } article p { margin: 0 0 .9rem; }
mark { color: var(--ink); border-radius: .2em; padding: 0 .12em; }
mark.exact, mark.spelling { background: var(--exact); } mark.light { background: var(--light); }
mark.lemma, mark.words { background: var(--lemma); } mark.similar { background: var(--similar); }
.columns { display: flex; flex-wrap: wrap; gap: 0 2rem; } .columns > * { flex: 1 1 18rem; min-width: 0; }
.bars { display: grid; grid-template-columns: fit-content(45%) max-content minmax(3rem, 1fr);
  gap: .15rem .7rem;
  align-items: center; font-size: .9rem; line-height: 1.5; }
.bars > :nth-child(3n+2) { text-align: end; font-variant-numeric: tabular-nums; }
.bars i { display: block; height: .8em; min-width: 2px; background: var(--bar); border-radius: .15em; }
.bars i.none { min-width: 0; }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .1rem 1.2rem; margin: .2rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
.table { overflow-x: auto; } table { border-collapse: collapse; }
th, td { text-align: start; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; } :dir(rtl) > * > th, :dir(rtl) > * > td { padding: .25rem 0 .25rem .9rem; }
th { color: var(--faint); font-weight: normal; } td.number { text-align: end;
  font-variant-numeric: tabular-nums; }
.key { display: inline-block; margin-inline-end: 1.2em; }
.plot { direction: ltr; display: grid; grid-template-columns: max-content 1fr; gap: .2rem .5rem;
  margin: .6rem 0;
  font-size: .8rem; line-height: 1.2; color: var(--faint); }
.plot .up { display: flex; flex-direction: column; justify-content: space-between; text-align: end;
  height: 12rem; }
.plot .up > * { height: 0; line-height: 0; } .plot svg { width: 100%; height: 12rem; overflow: visible; }
.plot .along { grid-column: 2; position: relative; height: 1.4em; }
.plot .along > * { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.plot .along > .first { transform: translateX(max(-50%, -1.5rem)); }
.plot .along > .last { transform: translateX(min(-50%, -100% + 1.5rem)); }
.plot path, .plot line { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke;
  stroke-linejoin: round; }
.plot .dot { stroke-width: 6; stroke-linecap: round; } .plot line { stroke: var(--rule); stroke-width: 1; }
.plot rect { fill: var(--gap); } .swatch { width: 2.2em; height: .7em; vertical-align: baseline; }
.swatch path { fill: none; stroke-width: 3; } .swatch rect { fill: var(--gap); }
.s1 { stroke: var(--line-1); } .s2 { stroke: var(--line-2); stroke-dasharray: 7 4; }
.s3 { stroke: var(--line-3); stroke-dasharray: 2 4; } .s4 { stroke: var(--line-4);
  stroke-dasharray: 10 3 2 3; }
.dot { stroke-dasharray: none; }
summary { cursor: pointer; }
""".strip()

PLAIN = Look()


def page_of(title: str, parts: Iterable[str], look: Look = PLAIN) -> str:
    """A whole page.

    Args:
        title: the title, as text.
        parts: the parts of the body, as markup; empty ones are left out.
        look: gives the language of the page, which sets its direction.
    """
    from html import escape

    language = look.language
    side = "rtl" if language == "ar" else "ltr"
    footer = escape(say("made by", language, version=__version__))
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{language}" dir="{side}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{plain(title)}</title>",
            f"<style>\n{STYLE}\n</style>",
            "</head>",
            "<body>",
            *(part for part in parts if part),
            f'<p class="faint">{footer}</p>',
            "</body>",
            "</html>",
        )
    )


def apart(text: str) -> str:
    """A text whose direction does not affect its neighbours, as markup."""
    return f"<bdi>{plain(text)}</bdi>"


def sentence(text: str, look: Look) -> str:
    """A text of khabar, as markup. It runs in the direction of the page, even if it begins with a path or
    name.

    >>> sentence("a.txt: الملف فارغ", Look(language="ar")), sentence("a.txt", Look(language="ar"))
    ('<bdi dir="rtl">a.txt: الملف فارغ</bdi>', '<bdi>a.txt</bdi>')
    """
    arabic = look.language == "ar" and _ARABIC.search(text)
    return f'<bdi dir="rtl">{plain(text)}</bdi>' if arabic else apart(text)


def faint(markup: str) -> str:
    """A line with secondary details."""
    return f'<p class="faint">{markup}</p>' if markup else ""


def directed(text: str, look: Look) -> str:
    """The attributes of a block with a text from outside: its direction, and its language if that is not the
    language of the page.

    >>> directed("غزة", Look()), directed("غزة", Look(language="ar")), directed("Brent", Look(language="ar"))
    (' lang="ar" dir="rtl"', ' dir="rtl"', ' lang="en" dir="ltr"')
    """
    arabic = right_to_left(text, default=look.language == "ar")
    side = ' dir="rtl"' if arabic else ' dir="ltr"'
    spoken = "ar" if arabic else "en"
    return side if spoken == look.language else f' lang="{spoken}"{side}'


def is_web(url: str) -> bool:
    """Whether an address is a web address: http or https, with a host."""
    try:
        parts = urlsplit(printable(url).strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def address_of(url: str) -> str:
    """A web address, escaped for a link; "" if it is not http or https."""
    return plain(printable(url).strip()) if is_web(url) else ""


def link(url: str, markup: str) -> str:
    """The markup, as a link if the address is a web address."""
    address = address_of(url)
    return f'<a href="{address}" rel="noopener noreferrer">{markup}</a>' if address else markup


def bars(
    heading: str,
    counts: Sequence[tuple[str, int]],
    note: str = "",
    *,
    notes: Sequence[str] = (),
    lengths: Sequence[float] = (),
) -> str:
    """A bar chart of names with their counts, on one scale.

    Args:
        heading: the heading; "" for none.
        counts: the names and counts.
        note: a line below the chart.
        notes: a text after each count.
        lengths: the lengths of the bars, if they do not show the counts.
    """
    lengths = lengths or [count for _, count in counts]
    longest = max(lengths, default=0) or 1
    rows = "".join(
        f"<span>{apart(name)}</span>"
        f"<span>{count:,}{f' · {apart(notes[number])}' if notes else ''}</span>"
        f"<span><i{'' if lengths[number] else ' class=none'} "
        f'style="width:{100 * lengths[number] / longest:.1f}%"></i></span>'
        for number, (name, count) in enumerate(counts)
    )
    head = f"<h3>{plain(heading)}</h3>" if heading else ""
    return f'<section>{head}<div class="bars">{rows}</div>{faint(apart(note)) if note else ""}</section>'


def subject(query: str, look: Look) -> str:
    """The subject of a page of counts: the query, or all articles if there is none."""
    return heading(query, look.language) if query.strip() else say("everything", look.language)


def headed(
    title: str, note: str, queries: Sequence[str], problems: Iterable[Problem], look: Look
) -> Iterator[str]:
    """The heading of a page, a note below it, and the problems of the queries."""
    # Each query runs in its own direction; the quotation marks around it belong to the title.
    markup = plain(title)
    for query in dict.fromkeys(query for query in queries if query.strip()):
        markup = markup.replace(f"«{plain(query)}»", f"«{apart(query)}»")
    yield f"<h1>{markup}</h1>"
    if note:
        yield faint(apart(note))
    yield from problems_markup(problems, queries[0], look)


def problems_markup(problems: Iterable[Problem], query: str, look: Look) -> Iterator[str]:
    """The problems of a query, as markup."""
    for found in problems:
        yield f'<p class="warn">{apart(problem(found, query, look.language))}</p>'
