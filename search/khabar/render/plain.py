"""Results as lines of plain text, for pipes: no colour, no marks inside texts, nothing that differs from run
to run.

A hit is a record of ``name: value`` lines, as in a mail's head, with an empty line behind it. A field is
always one line, so that ``khabar search غزة | grep '^title:'`` is a list of titles. What is unknown is left
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.corpus.report import together, typical_reason
from khabar.query.explain import DEPTH_NAMES, NOT_FOUND
from khabar.render.data import AnalysedWord, Indexed, Why
from khabar.render.messages import counted, say, translated
from khabar.render.reasons import note_text, reason_text, together_text
from khabar.render.text import date, percent, size
from khabar.spelling import printable

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Token
    from khabar.evaluation import Evaluation
    from khabar.highlight.snippet import Snippet
    from khabar.highlight.whole import MarkedArticle
    from khabar.library import Info
    from khabar.query.explain import WordShare
    from khabar.query.results import Hit, Results
    from khabar.render.messages import Tallied
    from khabar.upkeep.honesty import LeftOut, Texts

__all__ = [
    "analysis_lines",
    "article_lines",
    "evaluation_lines",
    "indexed_lines",
    "info_lines",
    "left_out_lines",
    "news_lines",
    "results_lines",
    "snippet_text",
    "tally_lines",
    "texts_lines",
    "why_lines",
]

#: So many skipped inputs are listed when nobody asks for all.
FEW = 20
#: What is counted in the end, by what a hit is.
_TOTALS = {"story": "stories", "none": "paragraphs"}
#: Said of a form that does not make an article match by itself.
ONLY_ADDS = "only adds to scores"


def results_lines(results: Results) -> Iterator[str]:
    """A whole search: its hits, then how many articles match in all."""
    for hit in results.hits:
        yield from _hit_lines(hit)
        if hit.explanation and hit.recency != 1:
            yield f"recency: {hit.recency:.4f}"
        for share in hit.explanation:
            yield from _share_lines(share)
        yield ""
    if results.total:
        yield f"{_TOTALS.get(results.group, 'articles')}: {results.total}"
        yield from tally_lines(results)


def tally_lines(tally: Tallied) -> Iterator[str]:
    """With how many of the words, where that makes a difference."""
    if tally.with_all is not None:
        yield f"words: {tally.match}"
        if tally.match == "any":
            yield f"with all: {tally.with_all}"


def news_lines(news: Sequence[tuple[str, str, Sequence[Hit]]]) -> Iterator[str]:
    """What saved searches found: the records of a search, each with the name of its saved search."""
    for name, _, hits in news:
        for hit in hits:
            yield f"alert: {printable(name)}"
            yield from _hit_lines(hit)
            yield ""


def _hit_lines(hit: Hit) -> Iterator[str]:
    article = hit.article
    number = hit.paragraph.number
    fields = (
        ("rank", str(hit.rank)),
        ("id", article.id),
        ("title", article.title),
        ("source", article.source),
        ("author", article.author),
        ("date", date(article.published)),
        ("snippet", snippet_text(hit.snippet) if number else ""),
        ("paragraph", str(number) if number else ""),
        ("more", str(hit.more) if hit.more else ""),
        ("url", article.url),
        ("path", article.path),
    )
    yield from (f"{name}: {printable(value).strip()}" for name, value in fields if value.strip())
    for telling in hit.story.tellings if hit.story else ():
        other = telling.article
        columns = (other.id, date(other.published), other.source, percent(telling.alike))
        yield "told: " + "\t".join(map(printable, columns))


def article_lines(shown: MarkedArticle) -> Iterator[str]:
    """A whole article: its fields, an empty line, and a paragraph a line."""
    article = shown.article
    fields = (
        ("id", article.id),
        ("title", article.title),
        ("source", article.source),
        ("author", article.author),
        ("date", date(article.published)),
        ("url", article.url),
        ("path", article.path),
    )
    yield from (f"{name}: {printable(value).strip()}" for name, value in fields if value.strip())
    yield ""
    yield from (printable(text).strip() for text in article.paragraphs)


def _share_lines(share: WordShare) -> Iterator[str]:
    """What a word does for a hit, a line for each form: word, share, form, count, depth, and what that means
    in English and in Arabic, parted by tabs.
    """
    found = [(form.term, str(form.count), form.depth, *DEPTH_NAMES[form.depth]) for form in share.forms]
    for columns in found or [("", "0", "", *NOT_FOUND)]:
        yield "explain: " + "\t".join(map(printable, (share.word, percent(share.share), *columns)))


def snippet_text(snippet: Snippet) -> str:
    """The snippet with «…» where the paragraph goes on."""
    return ("… " if snippet.cut_before else "") + snippet.text + (" …" if snippet.cut_after else "")


def indexed_lines(indexed: Indexed, language: str = "en", *, verbose: bool = False) -> Iterator[str]:
    """A run of ``khabar index``."""
    yield f"index: {printable(str(indexed.folder))}"
    yield f"articles: {indexed.total}"
    yield f"added: {indexed.added}"
    yield f"updated: {indexed.updated}"
    yield f"unchanged: {indexed.unchanged}"
    if indexed.removed:
        yield f"removed: {indexed.removed}"
    yield f"skipped: {len(indexed.skipped)}"
    if indexed.skipped_before:
        yield f"skipped before: {indexed.skipped_before}"
    yield f"files: {indexed.files}"
    if indexed.replaced:
        yield f"updated from another file: {indexed.replaced}"
    if indexed.superseded:
        yield f"newer in another file: {indexed.superseded}"
    if indexed.moved:
        yield f"moved: {indexed.moved}"
    if indexed.vanished:
        yield f"vanished: {indexed.vanished}"
    if indexed.dropped:
        yield f"no longer in their file: {indexed.dropped} (--prune)"
    yield f"seconds: {indexed.seconds:.1f}"
    for kind, count in indexed.clutter:
        yield f"clutter: {printable(translated(kind, language))}: {count}"
    for source, count in indexed.closings:
        yield f"closing lines: {printable(source)}: {count}"
    for path, encoding in indexed.guessed if verbose else indexed.guessed[:FEW]:
        yield f"guessed: {printable(path)}: {printable(encoding)}"
    if len(indexed.guessed) > FEW and not verbose:
        yield f"guessed: {_and_more(len(indexed.guessed) - FEW, language)}"
    groups = together(indexed.skipped)
    for group in groups if verbose else groups[:FEW]:
        yield f"skip: {printable(together_text(group, language, verbose=verbose))}"
    if len(groups) > FEW and not verbose:
        yield f"skip: {_and_more(sum(group.count for group in groups[FEW:]), language)}"
    for note in indexed.notes:
        yield f"{'not understood' if note.lost else 'note'}: {printable(note_text(note, language))}"
    for given in indexed.unmapped:
        yield f"not understood: {printable(say('no such key', language, given=given))}"


def _and_more(count: int, language: str) -> str:
    more = say("and more", language, count=count)
    return f"{more} ({say('all by', language, option='--verbose')})"


def why_lines(why: Why, language: str = "en") -> Iterator[str]:
    """The forms that a word stands for, one a line: form, depth, paragraphs, occurrences, weight and note, parted
    by tabs.
    """
    yield f"word: {printable(why.word)}"
    for depth, (english, arabic) in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            yield f"depth: {depth}\t{english}\t{arabic}"
        for form in forms:
            columns = (
                form.term,
                depth,
                str(form.paragraphs),
                str(form.occurrences),
                f"{form.weight:.2f}",
                "" if form.matches else translated(ONLY_ADDS, language),
            )
            yield "form: " + "\t".join(map(printable, columns))
    if why.more:
        yield f"more: {why.more}"
    if remedy := why.remedy:
        yield f"leave out: {printable(remedy)}"


def info_lines(info: Info, language: str = "en") -> Iterator[str]:
    """What an index holds."""
    statistics, meta = info.statistics, info.meta
    yield f"index: {printable(str(info.path))}"
    yield f"articles: {statistics.articles}"
    yield f"paragraphs: {statistics.paragraphs}"
    if statistics.first and statistics.last:
        span = {"first": date(statistics.first)[:10], "last": date(statistics.last)[:10]}
        yield f"dates: {say('span', language, **span)}"
    yield f"undated: {statistics.undated}"
    yield f"size: {size(info.size)}"
    yield f"format: {meta.format}"
    yield f"analyzer: {printable(meta.analyzer)}"
    yield f"created: {printable(meta.created)}"
    yield f"updated: {printable(meta.updated)}"
    yield f"version: {info.version}"
    unknown = f"({say('unknown', language)})"
    for source, count in info.sources:
        yield f"source: {count}\t{printable(source) or unknown}"


def texts_lines(texts: Texts) -> Iterator[str]:
    """The quality of an index's texts."""
    total = max(1, texts.articles)
    for name, count in texts.signs.items():
        yield f"with {name}: {count:,} ({percent(count / total)})"
    for name, count in texts.without.items():
        yield f"without {name}: {count:,} ({percent(count / total)})"
    for name, count in texts.dated.items():
        yield f"dated by {name}: {count:,}"


def left_out_lines(left: LeftOut, language: str = "en") -> Iterator[str]:
    """What was left out of an index."""
    if left.files:
        comma = "، " if language == "ar" else ", "
        partial = say("not whole", language, count=counted(left.partial, "file", language))
        yield f"read files: {left.files:,}" + (f"{comma}{partial}" if left.partial else "")
    if left.dropped:
        yield f"no longer in their file: {left.dropped:,} (khabar index --prune)"
    for encoding, count in left.guessed.items():
        yield f"guessed encoding: {printable(encoding)} ({counted(count, 'file', language)})"
    for kind, count in left.clutter.items():
        yield f"page clutter: {printable(translated(kind, language))} ({counted(count, 'line', language)})"
    for closing in left.closings:
        total = counted(closing.articles, "article", language)
        yield f"closing line: {printable(closing.source)}: {printable(closing.line)} ({total})"
    for kind, count in left.skipped.items():
        yield f"left out: {count:,}: {printable(reason_text(typical_reason(kind, left.named), language))}"
    for each in left.named:
        yield f"skip: {printable(together_text(each, language))}"
    for note in left.notes:
        yield f"{'not understood' if note.lost else 'note'}: {printable(note_text(note, language))}"


def analysis_lines(text: str, words: Iterable[AnalysedWord], language: str = "en") -> Iterator[str]:
    """A text's words, one a line: start, end, word, exact, light, lemma and note, parted by tabs.

    Several terms are parted by «|».
    """
    yield "start\tend\tword\texact\tlight\tlemma\tnote"
    for word in words:
        token = word.token
        columns = (
            str(token.start),
            str(token.end),
            text[token.start : token.end],
            "|".join(word.exact),
            "|".join(word.light),
            "|".join(word.lemma),
            translated(note(token), language),
        )
        yield "\t".join(map(printable, columns))


def note(token: Token) -> str:
    """What is special about a token."""
    if token.compound:
        return "compound"
    return "stop word" if token.word.stop else ""


def evaluation_lines(evaluation: Evaluation) -> Iterator[str]:
    """A run of ``khabar eval``."""
    yield f"collection: {printable(str(evaluation.folder))}"
    yield f"documents: {evaluation.documents}"
    yield f"queries: {evaluation.queries}"
    for name, value in evaluation.metrics.items():
        yield f"{name}: {value:.4f}"
    yield f"index_seconds: {evaluation.index_seconds:.2f}"
    yield f"query_p50_ms: {evaluation.p50_ms:.2f}"
    yield f"query_p95_ms: {evaluation.p95_ms:.2f}"
