"""Results as plain dictionaries: what every JSON output holds. The keys are a promise to other people's
scripts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render.reasons import reason_text, where_text

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer, Token
    from khabar.corpus.article import Article
    from khabar.corpus.report import Note, Skipped, SkippedTogether
    from khabar.evaluation import Evaluation
    from khabar.highlight.matcher import Highlight
    from khabar.highlight.whole import MarkedArticle
    from khabar.library import Info
    from khabar.query.explain import WordForm, WordShare
    from khabar.query.results import Hit, Results
    from khabar.query.tree import Problem
    from khabar.render.messages import Tallied

__all__ = [
    "AnalysedWord",
    "Indexed",
    "Record",
    "Why",
    "analysis_record",
    "article_fields",
    "article_record",
    "evaluation_record",
    "hit_record",
    "hit_row",
    "indexed_record",
    "info_record",
    "note_record",
    "problem_records",
    "results_record",
    "skipped_record",
    "sources_by_count",
    "tally_record",
    "together_record",
    "why_record",
]

Record = dict[str, Any]


class Indexed(msgspec.Struct, frozen=True):
    """What a run of ``khabar index`` came to.

    Attributes:
        folder: the index.
        total: how many articles it holds now.
        added, updated, unchanged: articles of this run.
        files: how many files were read.
        skipped: what could not be indexed in this run.
        closings: articles without the line that ends every article of their source, by source.
        clutter: lines of page clutter left out, by kind.
        guessed: files whose encoding is a guess, with the encoding.
        seconds: how long it took.
        removed: articles whose file is gone, or that are gone from it.
        moved: files that were recognised in another place.
        vanished: files that are gone and whose articles are in the index still.
        replaced: of the updated those that were there from another file.
        superseded: articles that are in the index from another file that was changed later.
        skipped_before: how much was skipped in an earlier run and is as it was.
        notes: what was guessed of articles, what of them may be lost, and what was left out on purpose.
        unmapped: mapped fields, as ``NAME=KEY``, whose key no record had.
        ok: whether nothing was skipped, and nothing may be lost.
    """

    folder: Path
    total: int
    added: int
    updated: int
    unchanged: int
    files: int
    skipped: Sequence[Skipped]
    clutter: Sequence[tuple[str, int]]
    guessed: Sequence[tuple[str, str]]
    seconds: float
    removed: int = 0
    moved: int = 0
    vanished: int = 0
    skipped_before: int = 0
    closings: Sequence[tuple[str, int]] = ()
    replaced: int = 0
    superseded: int = 0
    notes: Sequence[Note] = ()
    unmapped: Sequence[str] = ()
    ok: bool = True


class AnalysedWord(msgspec.Struct, frozen=True):
    """A word of a text with its terms on each depth, for ``khabar analyze``."""

    token: Token
    exact: tuple[str, ...]
    light: tuple[str, ...]
    lemma: tuple[str, ...]

    @classmethod
    def of(cls, token: Token, analyzer: Analyzer) -> AnalysedWord:
        """The terms of a token."""
        stems = [analyzer.stems(term) for term in token.word.exact]
        return cls(
            token,
            token.word.exact,
            tuple(dict.fromkeys(each.light for each in stems if each.light)),
            tuple(dict.fromkeys(lemma for each in stems for lemma in each.lemma)),
        )


class Why(msgspec.Struct, frozen=True):
    """The forms that a word stands for, for ``khabar why``.

    Attributes:
        word: as typed, without what stands around it.
        forms: those to show, the strictest depth first.
        more: how many are not shown, since they only add to scores.
    """

    word: str
    forms: Sequence[WordForm]
    more: int

    @classmethod
    def of(cls, word: str, forms: Sequence[WordForm], *, everything: bool = False) -> Why:
        """The forms that make an article match, or all."""
        shown = [form for form in forms if everything or form.matches]
        return cls(word, shown, len(forms) - len(shown))

    @property
    def remedy(self) -> str:
        """The command that leaves a form out."""
        word = self.word if re.fullmatch(r"\w[\w ]*", self.word) else shlex.quote(self.word)
        return f"khabar search {word} --without FORM"


def results_record(results: Results) -> Record:
    """A whole search."""
    return {
        "query": results.query,
        "total": results.total,
        **tally_record(results),
        "took_ms": results.took_ms,
        "hits": [hit_record(hit) for hit in results.hits],
        "problems": problem_records(results.problems),
        "suggestions": [
            {
                "query": other.query,
                "total": other.total,
                "kind": other.kind,
                "changes": [{"typed": typed, "meant": meant} for typed, meant in other.changes],
            }
            for other in results.suggestions
        ],
    }


def tally_record(tally: Tallied) -> Record:
    """With how many of the words articles were found."""
    return {"match": tally.match, "with_all": tally.with_all, "with_any": tally.with_any}


def problem_records(problems: Iterable[Problem]) -> list[Record]:
    """What of a query was not understood."""
    return [
        {"start": problem.start, "end": problem.end, "code": problem.code, "message": problem.message}
        for problem in problems
    ]


def hit_record(hit: Hit, *, text: bool = False) -> Record:
    """One hit; also a line of ``jsonl``. It has an explanation if the search was asked for one.

    Args:
        hit: the hit.
        text: whether the article comes with its paragraphs.
    """
    record: Record = {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "article": article_fields(hit.article),
        "title_highlights": _highlight_records(hit.title_highlights),
        "paragraph": {"number": hit.paragraph.number, "text": hit.paragraph.text},
        "snippet": {
            "text": hit.snippet.text,
            "highlights": _highlight_records(hit.snippet.highlights),
            "cut_before": hit.snippet.cut_before,
            "cut_after": hit.snippet.cut_after,
        },
        "more": hit.more,
    }
    if text:
        record["article"]["paragraphs"] = list(hit.article.paragraphs)
    if hit.explanation:
        record["explanation"] = [_share_record(share) for share in hit.explanation]
        record["recency"] = round(hit.recency, 4)
    if hit.story:
        record["story"] = [
            {**article_fields(telling.article), "alike": round(telling.alike, 4)}
            for telling in hit.story.tellings
        ]
    return record


def _share_record(share: WordShare) -> Record:
    """What a word of the query does for a hit."""
    return {
        "word": share.word,
        "share": round(share.share, 4),
        "forms": [{"term": form.term, "depth": form.depth, "count": form.count} for form in share.forms],
    }


def article_fields(article: Article) -> Record:
    """An article without its paragraphs; "" stands for what is unknown, null for no date."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "path": article.path,
    }


def _highlight_records(highlights: Iterable[Highlight]) -> list[Record]:
    return [
        {"start": mark.start, "end": mark.end, "depth": mark.depth, "term": mark.term, "word": mark.word}
        for mark in highlights
    ]


def article_record(shown: MarkedArticle) -> Record:
    """A whole article with its marks."""
    return {
        "article": article_fields(shown.article),
        "title_highlights": _highlight_records(shown.title_highlights),
        "paragraphs": [
            {"number": number, "text": text, "highlights": _highlight_records(marks)}
            for number, (text, marks) in enumerate(
                zip(shown.article.paragraphs, shown.paragraph_highlights, strict=True), 1
            )
        ],
    }


def hit_row(hit: Hit, *, text: bool = False) -> Record:
    """One hit as a row of a table: a value a column, nothing nested.

    Args:
        hit: the hit.
        text: whether the last column is the text of the whole article.
    """
    article = article_fields(hit.article)
    row: Record = {"rank": hit.rank, "score": round(hit.score, 4), **article}
    row["paragraph"] = hit.paragraph.number
    row["snippet"] = hit.snippet.text if hit.paragraph.number else ""
    row["more"] = hit.more
    if text:
        row["text"] = "\n".join(hit.article.paragraphs)
    return row


def skipped_record(skipped: Skipped) -> Record:
    """Something that was left out: where, what kind of reason, and the reason in words."""
    where = where_text(skipped.path, skipped.number)
    return {"where": where, "kind": skipped.reason.kind, "reason": reason_text(skipped.reason)}


def together_record(group: SkippedTogether) -> Record:
    """What was left out for the same reason: records of a file, or files."""
    return {
        "paths": list(group.paths),
        "records": list(group.numbers),
        "count": group.count,
        "kind": group.reason.kind,
        "reason": reason_text(group.reason),
    }


def note_record(note: Note) -> Record:
    """What is to be said of articles: where the first is, how many, what kind of note, and the note in words."""
    where = where_text(note.path, note.number)
    return {
        "where": where,
        "count": note.count,
        "kind": note.reason.kind,
        "lost": note.lost,
        "reason": reason_text(note.reason),
    }


def indexed_record(indexed: Indexed) -> Record:
    """A run of ``khabar index``."""
    return {
        "index": str(indexed.folder),
        "articles": indexed.total,
        "added": indexed.added,
        "updated": indexed.updated,
        "unchanged": indexed.unchanged,
        "removed": indexed.removed,
        "skipped": list(map(skipped_record, indexed.skipped)),
        "skipped_before": indexed.skipped_before,
        "replaced": indexed.replaced,
        "superseded": indexed.superseded,
        "notes": list(map(note_record, indexed.notes)),
        "unmapped": list(indexed.unmapped),
        "files": indexed.files,
        "moved": indexed.moved,
        "vanished": indexed.vanished,
        "clutter": dict(indexed.clutter),
        "closings": dict(indexed.closings),
        "guessed": [{"path": path, "encoding": encoding} for path, encoding in indexed.guessed],
        "seconds": round(indexed.seconds, 2),
    }


def why_record(why: Why) -> Record:
    """The forms that a word stands for."""
    return {
        "word": why.word,
        "forms": [
            {
                "term": form.term,
                "depth": form.depth,
                "weight": round(form.weight, 4),
                "matches": form.matches,
                "paragraphs": form.paragraphs,
                "occurrences": form.occurrences,
            }
            for form in why.forms
        ],
        "more": why.more,
    }


def info_record(info: Info) -> Record:
    """What an index holds."""
    statistics, meta = info.statistics, info.meta
    return {
        "index": str(info.path),
        "format": meta.format,
        "analyzer": meta.analyzer,
        "articles": statistics.articles,
        "paragraphs": statistics.paragraphs,
        "sources": dict(sources_by_count(info)),
        "first": statistics.first.isoformat() if statistics.first else None,
        "last": statistics.last.isoformat() if statistics.last else None,
        "undated": statistics.undated,
        "size": info.size,
        "created": meta.created,
        "updated": meta.updated,
        "written_by": meta.khabar,
        "version": info.version,
    }


def sources_by_count(info: Info) -> list[tuple[str, int]]:
    """The sources of an index, those with most articles first; "" for unknown."""
    return sorted(info.statistics.sources.items(), key=lambda item: (-item[1], item[0]))


def analysis_record(text: str, words: Iterable[AnalysedWord]) -> Record:
    """A text's words on every depth."""
    return {
        "text": text,
        "tokens": [
            {
                "text": text[word.token.start : word.token.end],
                "start": word.token.start,
                "end": word.token.end,
                "position": word.token.position,
                "exact": list(word.exact),
                "light": list(word.light),
                "lemma": list(word.lemma),
                "stop": word.token.word.stop,
                "compound": word.token.compound,
            }
            for word in words
        ],
    }


def evaluation_record(evaluation: Evaluation) -> Record:
    """A run of ``khabar eval``."""
    return {
        "collection": str(evaluation.folder),
        "documents": evaluation.documents,
        "queries": evaluation.queries,
        "metrics": {name: round(value, 4) for name, value in evaluation.metrics.items()},
        "index_seconds": round(evaluation.index_seconds, 2),
        "query_p50_ms": round(evaluation.p50_ms, 2),
        "query_p95_ms": round(evaluation.p95_ms, 2),
    }
