"""All questions in one run, as the Markdown tables of docs/performance.md: ``make bench``.

::

    python benchmarks/run.py                                  everything, on all articles: an hour or two
    python benchmarks/run.py --articles 1000 --rounds 1 --sizes 1000 2000
    python benchmarks/run.py --only query cold --index-cache DIR --json out.json

The texts and indexes are made in a temporary folder, 5 GB at the most, or in that of ``--index-cache``, which
may be used again: an index is made anew when the code that makes it has changed.
"""

from __future__ import annotations

import cold
import engine
import growth
import memory
import serve
import size
from common import options, run_questions

import cluster
import index
import query

QUESTIONS = {
    "index": index.measure,
    "query": query.measure,
    "engine": engine.measure,
    "cold": cold.measure,
    "size": size.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "cluster": cluster.measure,
    "serve": serve.measure,
}


if __name__ == "__main__":
    parser = options(__doc__ or "")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=QUESTIONS,
        default=list(QUESTIONS),
        metavar="QUESTION",
        help=", ".join(QUESTIONS),
    )
    chosen = parser.parse_args()
    raise SystemExit(run_questions({name: QUESTIONS[name] for name in chosen.only}, chosen))
