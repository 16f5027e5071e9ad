"""The evaluation room: measures the ranking on retrieval collections, with the usual methods of the field.

=================  ===========================================================================================
``collection``     a folder with documents, queries and judgements, read and checked
``evaluate``       indexes the documents, runs every query, scores the answers
``run``            the answers as a TREC run, and their scores by ir-measures (the extra ``eval``)
``significance``   tests whether the difference between two rankings is more than chance: paired bootstrap
=================  ===========================================================================================
"""

from __future__ import annotations

from khabar.evaluation.collection import Collection, read_collection
from khabar.evaluation.evaluate import Evaluation, evaluate
from khabar.evaluation.run import METRICS, Run, write_run
from khabar.evaluation.significance import Difference, paired_bootstrap

__all__ = [
    "METRICS",
    "Collection",
    "Difference",
    "Evaluation",
    "Run",
    "evaluate",
    "paired_bootstrap",
    "read_collection",
    "write_run",
]
