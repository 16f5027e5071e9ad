"""Relevance on public retrieval collections, beside Lucene: the figures of docs/relevance.md.

    python benchmarks/relevance.py                     the table: khabar, light10 alone, Lucene's yardstick
    python benchmarks/relevance.py --ablation          each part of the ranking switched off (--queries N: a
    sample) python benchmarks/relevance.py --json out.json     the same as data

Collections are folders with ``corpus.jsonl[.gz]``, ``queries.tsv`` and ``qrels.txt``; they lie beside the
checkout or where ``--collections`` says, and are measured with, never shipped. ``YARDSTICK.tsv`` there holds
Lucene's scores. A TREC run of Lucene for a collection, ``NAME.run`` in the folder ``--lucene-runs``, makes
the confidence interval one against Lucene itself; without it the interval is against light10 alone on
khabar's own engine.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from khabar.evaluation import Run, paired_bootstrap, read_collection
from khabar.evaluation.run import score
from khabar.index.ranking import Ranking
from khabar.library import Index, create_index

COLLECTIONS = Path(__file__).parents[2] / "shared" / "data" / "ir"

#: Documents asked for: what nDCG@10 and RR@10 look at. «khabar eval» goes 100 deep and gives R@100 too.
DEPTH = 10

#: Lucene's analysis on khabar's engine: light10 stems, no stop words, whole documents, BM25 with the usual
#: constants.
LIGHT10 = Ranking(
    exact=0.0,
    light=1.0,
    lemma=0.0,
    spelling=0.0,
    similar=0.0,
    similar_forms=0,
    stop=0.0,
    question=0.0,
    length=0.0,
    article=1e6,
    article_k1=1.2,
    article_b=0.75,
    title=0.0,
    title_occurrence=1.0,
    lead=0.0,
    near=0.0,
    whole=0.0,
)

KHABAR = Ranking()

#: One change each.
ABLATION = {
    "khabar": KHABAR,
    "without the exact depth": replace(KHABAR, exact=0.0, light=0.5, lemma=0.5),
    "without the light depth": replace(KHABAR, light=0.0, lemma=0.5),
    "without the lemma depth": replace(KHABAR, lemma=0.0, light=0.5),
    "without other spellings": replace(KHABAR, spelling=0.0),
    "without similar forms": replace(KHABAR, similar=0.0, similar_forms=0),
    "16 similar forms": replace(KHABAR, similar_forms=16),
    "stop words weigh 1": replace(KHABAR, stop=1.0),
    "stop words weigh 0": replace(KHABAR, stop=0.0),
    "question words as other stop words": replace(KHABAR, question=0.5),
    "all word lengths weigh 1": replace(KHABAR, length=0.0),
    "without the whole article": replace(KHABAR, article=0.0),
    "the whole article alone": replace(KHABAR, article=1e6),
    "without the title's bonus": replace(KHABAR, title=0.0, title_occurrence=1.0),
    "without the beginning's bonus": replace(KHABAR, lead=0.0),
    "without neighbouring words": replace(KHABAR, near=0.0),
    "without the whole query together": replace(KHABAR, whole=0.0),
    "without what stands together": replace(KHABAR, near=0.0, whole=0.0),
    "other spellings weigh 1": replace(KHABAR, spelling=1.0),
    "b = 0.4 for paragraphs": replace(KHABAR, b=0.4),
    "k1 = 1.2 for both": replace(KHABAR, k1=1.2, article_k1=1.2),
}


@dataclass(frozen=True)
class Answered:
    """One ranking on one collection."""

    metrics: dict[str, float]
    by_query: dict[str, float]
    ms: float


def ask(index: Index, queries: dict[str, str], judgements: Any, ranking: Ranking) -> Answered:
    """Ask every query as plain words and score the answers."""
    run: dict[str, list[tuple[str, float]]] = {}
    began = time.perf_counter()
    for query, text in queries.items():
        hits = index.search(text, limit=DEPTH, syntax=False, ranking=ranking)
        run[query] = [(hit.article.id, hit.score) for hit in hits]
    ms = (time.perf_counter() - began) * 1000 / max(1, len(queries))
    scored = score(run, judgements)
    return Answered(dict(scored.metrics), dict(scored.by_query), ms)


def read_run(path: Path) -> Run:
    """A TREC run."""
    run: dict[str, list[tuple[str, float]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, document, _, value, _ = line.split()
        run.setdefault(query, []).append((document, float(value)))
    return run


def yardstick(folder: Path) -> dict[str, float]:
    """Lucene's nDCG@10 by collection."""
    path = folder / "YARDSTICK.tsv"
    if not path.exists():
        return {}
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: float(row[1]) for row in rows}


def error_cut(value: float, base: float) -> float:
    """By how much of the base's error (1 − nDCG@10) a value is better."""
    return (value - base) / (1 - base)


def measure(folder: Path, rankings: dict[str, Ranking], most: int | None = None) -> dict[str, Answered]:
    """Index a collection once and answer it with each ranking; with ``most``, so many of its queries, evenly
    spread."""
    collection = read_collection(folder)
    queries = dict(collection.queries)
    if most is not None and most < len(queries):
        names = list(queries)
        queries = {
            names[at * len(names) // most]: queries[names[at * len(names) // most]] for at in range(most)
        }
    judgements = {query: collection.judgements[query] for query in queries if query in collection.judgements}
    with (
        tempfile.TemporaryDirectory() as temporary,
        create_index(Path(temporary) / "index") as index,
    ):
        index.add(collection.documents(), batch=None)
        return {name: ask(index, queries, judgements, ranking) for name, ranking in rankings.items()}


def table(folders: list[Path], base: dict[str, float], options: argparse.Namespace) -> dict[str, Any]:
    """khabar beside light10 alone and Lucene."""
    found: dict[str, Any] = {}
    print(
        f"{'collection':20} {'khabar':>8} {'light10':>8} {'Lucene':>8} {'error cut':>10}  95% interval",
        flush=True,
    )
    for folder in folders:
        answers = measure(folder, {"khabar": KHABAR, "light10": LIGHT10})
        khabar, light10 = answers["khabar"], answers["light10"]
        lucene = base.get(folder.name)
        run = options.lucene_runs and options.lucene_runs / f"{folder.name}.run"
        against, rival = "light10", light10.by_query
        if run and run.exists():
            against, rival = "Lucene", dict(score(read_run(run), read_collection(folder).judgements).by_query)
        queries = sorted(khabar.by_query)
        rivals = [rival.get(query, 0.0) for query in queries]
        difference = paired_bootstrap([khabar.by_query[query] for query in queries], rivals)
        error = 1 - sum(rivals) / len(rivals)
        low, high = (bound / error for bound in (difference.low, difference.high))
        value = khabar.metrics["nDCG@10"]
        cut = error_cut(value, lucene) if lucene is not None else None
        found[folder.name] = {
            "khabar": khabar.metrics,
            "light10": light10.metrics,
            "lucene_ndcg": lucene,
            "error_cut": cut,
            "interval_against": against,
            "interval": [low, high],
            "p": difference.p,
            "ms_per_query": khabar.ms,
        }
        print(
            f"{folder.name:20} {value:8.4f} {light10.metrics['nDCG@10']:8.4f} "
            f"{lucene if lucene is not None else float('nan'):8.4f} "
            f"{cut * 100 if cut is not None else float('nan'):9.1f}%  {low:+.1%} … {high:+.1%} against "
            f"{against}",
            flush=True,
        )
    cuts = [row["error_cut"] for row in found.values() if row["error_cut"] is not None]
    if cuts:
        print(f"{'mean error cut':20} {sum(cuts) / len(cuts):.1%}, least {min(cuts):.1%}")
    return found


def ablation(folders: list[Path], base: dict[str, float], options: argparse.Namespace) -> dict[str, Any]:
    """By how much khabar's own error falls (or, below 0, grows) with one part changed at a time."""
    cuts: dict[str, dict[str, float]] = {name: {} for name in ABLATION}
    for folder in folders:
        if folder.name in base:
            answers = measure(folder, ABLATION, options.queries)
            for name, answered in answers.items():
                # On a sample of the queries Lucene's score is not known: changes are against khabar as it is.
                cuts[name][folder.name] = error_cut(
                    answered.metrics["nDCG@10"], answers["khabar"].metrics["nDCG@10"]
                )
            print(f"measured {folder.name}", file=sys.stderr, flush=True)
    names = [folder.name for folder in folders if folder.name in base]
    print(f"{'':36}" + "".join(f"{name[:9]:>11}" for name in names) + f"{'mean':>8}")
    for name, row in cuts.items():
        mean = sum(row.values()) / max(1, len(row))
        print(f"{name:36}" + "".join(f"{row[each]:11.1%}" for each in names) + f"{mean:8.1%}")
    return cuts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collections", type=Path, default=COLLECTIONS, help="folder of collection folders")
    parser.add_argument("--lucene-runs", type=Path, help="folder with NAME.run for each collection")
    parser.add_argument("--ablation", action="store_true", help="each part of the ranking switched off")
    parser.add_argument(
        "--queries", type=int, help="with --ablation: so many queries of each collection (default: all)"
    )
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    folders = sorted(path.parent for path in options.collections.glob("*/qrels.txt"))
    if not folders:
        print(f"no collection under {options.collections}: nothing measured")
        return
    found = (ablation if options.ablation else table)(folders, yardstick(options.collections), options)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
