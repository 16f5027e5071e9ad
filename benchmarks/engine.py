"""The engine alone, beside Whoosh's own searcher and writer: reading and scoring on the very same index
folder, and writing.

    python benchmarks/engine.py [--articles 1000] [--queries 200] [--index-cache DIR]

The query is the folded words of a headline, each as it is: one form a word, no depths, the best paragraph of
an article alone. Stock Whoosh runs with a weighting model that has khabar's BM25 in it, gets paragraphs
without their texts, and folds nothing; khabar folds to articles; it is measured with and without reading the
ten. Both answers are compared, to a millionth of the score.

Writing is measured in one process, in processor time, from articles in memory to a committed index: both
analyse every text with khabar's analyzer and write the same terms, positions and stored articles with the
same schema. khabar's encoder of words is counted as its analysis; reading files, other processes, the
lexicon, dates and stories are no part of it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from common import Setting, Table, main, median, percentile
from peers import folded
from systems import KHABAR, built, folder_mb
from whoosh import index, query, scoring

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index import bm25
from khabar.index.embedded import fields as places
from khabar.index.embedded.schema import SCHEMA
from khabar.index.encoder import Encoder
from khabar.index.engines import DEFAULT_ENGINE, engine_class
from khabar.index.plan import Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.index.records import article_to_json, offset_of, seconds_of
from khabar.ranking.searcher import Searcher

RANKING = Ranking(article=0.0, title=0.0, lead=0.0, near=0.0, whole=0.0)
FIELD = "text"
TOLERANCE = 1e-6
STOCK, OURS = "stock Whoosh", "khabar"
PHASES = ("headline, index opened for it", "2–3 words", "headline", "2–3 words again", "headline again")


class Bm25(scoring.WeightingModel):  # type: ignore[misc, unused-ignore]
    """khabar's formula as a weighting model of Whoosh: its idf, k1 and b, and an average of lengths as they
    are stored."""

    def __init__(self, average: float) -> None:
        self.average = average

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        parent = searcher.get_parent()
        rarity = bm25.idf(parent.doc_frequency(fieldname, text), parent.doc_count())
        return _Scorer(searcher, fieldname, text, rarity, self.average)


class _Scorer(scoring.WeightLengthScorer):  # type: ignore[misc, unused-ignore]
    def __init__(self, searcher: Any, fieldname: str, text: bytes, rarity: float, average: float) -> None:
        self._factor = rarity * (RANKING.k1 + 1)
        self._least = RANKING.k1 * (1 - RANKING.b)
        self._slope = RANKING.k1 * RANKING.b / average
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        return self._factor * weight / (weight + self._least + self._slope * length)


def our_searcher(folder: Path) -> Searcher:
    """The index opened by khabar's engine."""
    return Searcher(engine_class(DEFAULT_ENGINE).open(folder).reader())


def plan(terms: Sequence[str]) -> Plan:
    """Terms that stand for nothing but themselves."""
    return Plan(tuple(WordClause((WeightedForm(term, 1.0, "exact"),)) for term in terms))


def stock_query(terms: Sequence[str]) -> Any:
    """The same for stock Whoosh."""
    return query.Or([query.Term(FIELD, term) for term in terms])


def timed(opened: Callable[[], Any], answer: Callable[[Any, list[str]], Any], terms: list[str]) -> float:
    """Milliseconds of an answer, those of opening the searcher among them."""
    began = time.perf_counter()
    answer(opened(), terms)
    return (time.perf_counter() - began) * 1000


def measure(setting: Setting) -> list[Table]:
    """Times on an index opened for each query, on an open one, and of queries asked again; and whether
    answers are equal."""
    folder = built(KHABAR, setting.texts)
    analyzer = Analyzer()
    asked = setting.asked()
    warm_up, short, headlines = (
        [list(dict.fromkeys(folded(analyzer, text))) for text in texts]
        for texts in (asked.warm_up, asked.short, asked.headlines)
    )
    columns = our_searcher(folder).columns
    model = Bm25(float(columns.lengths[columns.alive].sum()) / columns.total_passages)

    def stock_searcher() -> Any:
        return index.open_dir(str(folder)).searcher(weighting=model)

    systems: dict[str, tuple[Callable[[], Any], Callable[[Any, list[str]], Any]]] = {
        STOCK: (stock_searcher, lambda searcher, terms: searcher.search(stock_query(terms), limit=10)),
        OURS: (
            lambda: our_searcher(folder),
            lambda searcher, terms: searcher.search(plan(terms), RANKING, limit=10),
        ),
        f"{OURS}, no texts read": (
            lambda: our_searcher(folder),
            lambda searcher, terms: searcher.select(plan(terms), RANKING, limit=10),
        ),
    }
    times: dict[str, dict[str, list[list[float]]]] = {name: {} for name in systems}
    # Opening takes stock Whoosh tens of milliseconds: fewer of these tell enough.
    few = headlines[: max(1, len(headlines) // 4)]
    phases = {"warm-up": warm_up, **dict(zip(PHASES[1:], (short, headlines) * 2, strict=True))}
    for _ in setting.alternating():
        for name, (opened, answer) in systems.items():
            found = times[name]
            found.setdefault(PHASES[0], []).append([timed(opened, answer, each) for each in few])
            held = partial(_same, opened())
            for phase, queries in phases.items():
                took = [timed(held, answer, each) for each in queries]
                found.setdefault(phase, []).append(took)
    stock, ours = stock_searcher(), our_searcher(folder)
    differing = sum(not agree(stock, ours, terms) for terms in (*short, *headlines))
    return [_table(times, len(short) + len(headlines), differing), writing(setting)]


def _same(searcher: Any) -> Any:
    return searcher


def agree(stock: Any, ours: Searcher, terms: Sequence[str]) -> bool:
    """Whether the best ten paragraphs of stock Whoosh belong to our best articles, with the same scores."""
    found = stock.search(stock_query(terms), limit=10)
    owners = ours.columns.article_of
    best: dict[int, float] = {}
    for score, passage in found.top_n:
        best.setdefault(int(owners[passage]), score)
    selected = ours.select(plan(terms), RANKING)
    scores = dict(zip(selected.articles.tolist(), selected.scores.tolist(), strict=True))
    same = all(abs(scores.get(article, 0.0) - score) <= TOLERANCE * score for article, score in best.items())
    # Equal scores may stand in any order: the scores in order must agree, not the articles.
    ordered = np.array(selected.scores[: len(best)])
    return same and np.allclose(ordered, list(best.values()), rtol=TOLERANCE)


def _table(times: dict[str, dict[str, list[list[float]]]], asked: int, differing: int) -> Table:
    rows: list[tuple[str, tuple[float | str | None, ...]]] = []
    for name, rounds in times.items():
        figures = [median([percentile(each, 0.5) for each in rounds[phase]]) for phase in PHASES]
        if name == STOCK:
            stock = figures
        rows.append((name, tuple(figures)))
        if name != STOCK:
            faster = tuple(f"{theirs / ours:.1f}" for theirs, ours in zip(stock, figures, strict=True))
            rows.append(("… times as fast as stock", faster))
    return Table(
        "The engine beside stock Whoosh, the same index folder and terms, p50 in milliseconds.",
        ("", *PHASES),
        tuple(rows),
        notes=(
            f"On {asked - differing} of {asked} queries stock Whoosh's best ten have the same scores, to "
            f"1e-6, and are of the"
            " same articles. khabar folds to articles and reads the ten; stock Whoosh gives paragraphs "
            "without their texts."
        ),
    )


def write_stock(articles: Sequence[Article], analyzer: Analyzer, folder: Path) -> None:
    """An index of the articles by stock Whoosh's own writer."""
    writer = index.create_in(folder, SCHEMA).writer(limitmb=256)
    for article in articles:
        for passage in article.passages():
            fields: dict[str, Any] = {
                FIELD: " ".join(folded(analyzer, passage.text)),
                places.NUMBER: passage.number,
            }
            if passage.number == 0:
                fields[places.ID] = article.id
                fields[places.STORED] = article_to_json(article)
                fields[places.PUBLISHED] = seconds_of(article.published)
                fields[places.OFFSET] = offset_of(article.published)
                if article.source:
                    fields[places.SOURCE] = article.source
            writer.add_document(**fields)
    writer.commit()


def write_ours(articles: Sequence[Article], analyzer: Analyzer, folder: Path) -> None:
    """The same by khabar's engine."""
    encoder = Encoder(analyzer)
    writer = engine_class(DEFAULT_ENGINE).create(folder).writer()
    for article in articles:
        words = encoder.encode([passage.text for passage in article.passages()])
        writer.add(article, article.fingerprint(), words)
    writer.commit()
    writer.close()


def writing(setting: Setting) -> Table:
    """Processor time and size of an index made by each."""
    articles = list(setting.texts.articles())
    analyzer = Analyzer()
    for article in articles:
        # Word types are kept once they are known: neither side shall be the one that meets them first.
        for passage in article.passages():
            folded(analyzer, passage.text)
    took: dict[str, list[float]] = {STOCK: [], OURS: []}
    sizes: dict[str, float] = {}
    for _ in setting.alternating():
        for name, write in ((STOCK, write_stock), (OURS, write_ours)):
            with tempfile.TemporaryDirectory(dir=setting.cache) as made:
                began = time.process_time()
                write(articles, analyzer, Path(made))
                took[name].append(time.process_time() - began)
                sizes[name] = folder_mb(Path(made))
    figures = {name: median(each) for name, each in took.items()}
    return Table(
        "Indexing the same terms, analysis included, one process.",
        ("", "processor, s", "times as fast as stock", "index, MB"),
        tuple(
            (name, (seconds, f"{figures[STOCK] / seconds:.2f}", sizes[name]))
            for name, seconds in figures.items()
        ),
    )


if __name__ == "__main__":
    main(__doc__, measure)
