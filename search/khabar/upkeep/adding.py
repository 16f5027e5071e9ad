"""Adds articles to an index; skips unchanged ones, and different articles with an id that is taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from khabar.corpus.article import Article
from khabar.corpus.reasons import Reason
from khabar.index.records import short_fingerprint
from khabar.spelling import replace_surrogates
from khabar.upkeep.reports import AddReport
from khabar.upkeep.store import Transacting
from khabar.upkeep.workers import EncodedArticle

__all__ = ["add_articles", "without_surrogates"]

#: Articles whose sources are remembered, with 0.4 kB each, beyond the commit that they are in.
_MOST_KNOWN = 20_000


def add_articles(
    transaction: Transacting,
    articles: Iterable[Article],
    *,
    batch: int | None,
    committed: Callable[[], None],
    stored: Callable[[str], Article | None],
    progress: Callable[[AddReport], None] | None = None,
) -> AddReport:
    """Add articles, and commit.

    Args:
        transaction: a transaction on the index.
        articles: the articles; taken one at a time, or with worker processes a few hundred ahead.
        batch: the number of new or changed articles for each commit; None commits once, at the end.
        committed: called after each commit.
        stored: gives an article of the index by its id.
        progress: called after each article with the report so far.

    Raises:
        MemoryError: if there is not enough memory for an article; those before it are committed.
    """
    report = AddReport()
    pending = 0
    fingerprints: deque[str] = deque()
    #: the short fingerprints, by id, of articles that were taken ahead and are not in the transaction yet
    coming: dict[str, int] = {}
    #: id → source and address of the articles that were added in this call; after many, only of those since
    #: the last commit
    sources: dict[str, tuple[str, str]] = {}

    def changed() -> Iterator[Article]:
        for article in transaction.looked_up(map(without_surrogates, articles), attrgetter("id")):
            fingerprint = article.fingerprint()
            before = coming[article.id] if article.id in coming else transaction.fingerprint(article.id)
            if before != short_fingerprint(fingerprint):
                fingerprints.append(fingerprint)
                coming[article.id] = short_fingerprint(fingerprint)
                yield article
            else:
                report.unchanged += 1
                if progress is not None:
                    progress(report)

    def commit() -> None:
        nonlocal pending
        transaction.commit()
        for article, reason, is_new in transaction.refused():
            report.skipped.append((article.id, reason))
            if is_new:
                report.added -= 1
            else:
                report.updated -= 1
        committed()
        pending = 0
        if len(sources) > _MOST_KNOWN:
            # The index has them now, and is asked for the few that matter.
            sources.clear()

    def take(encoded: EncodedArticle) -> None:
        nonlocal pending
        article = encoded.article
        fingerprint = fingerprints.popleft()
        if coming.get(article.id) == short_fingerprint(fingerprint):
            del coming[article.id]
        before = transaction.fingerprint(article.id)
        if before == short_fingerprint(fingerprint):
            report.unchanged += 1
        elif before is not None and (other := _other_source(article, sources, stored)):
            reason = Reason.of("id-of-another", id=article.id, source=article.source, other=other)
            report.skipped.append((article.id, reason))
        elif not transaction.add(encoded, fingerprint):
            report.skipped.append((article.id, Reason.of("no-word")))
        else:
            pending += 1
            sources[article.id] = article.source, article.url
            if before is None:
                report.added += 1
            else:
                report.updated += 1
        if batch is not None and (pending >= batch or (pending and transaction.is_much)):
            commit()
        if progress is not None:
            progress(report)

    try:
        for encoded in transaction.encoded(changed()):
            take(encoded)
    except MemoryError:
        # Keep the articles before it.
        commit()
        raise
    commit()
    return report


def _other_source(
    article: Article, added: dict[str, tuple[str, str]], stored: Callable[[str], Article | None]
) -> str:
    """The source of a different article (another source and address) that already has the id; "" if none."""
    source, url = added.get(article.id, ("", ""))
    if article.id not in added and (indexed := stored(article.id)) is not None:
        source, url = indexed.source, indexed.url
    same = not source or not article.source or source == article.source or (url and url == article.url)
    return "" if same else source


def without_surrogates(article: Article) -> Article:
    """An article without lone surrogates."""
    values = {name: getattr(article, name) for name in article.__struct_fields__}
    changed = {name: new for name, value in values.items() if (new := _replaced(value)) != value}
    return replace(article, **changed) if changed else article


def _replaced(value: Any) -> Any:
    """A value of an article without lone surrogates, in its names and texts."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, tuple):
        return tuple(map(_replaced, value))
    if isinstance(value, Mapping):
        return {_replaced(name): _replaced(texts) for name, texts in value.items()}
    return value
