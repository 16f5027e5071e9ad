"""Runs the tests with small thresholds: ``KHABAR_SMALL=1 pytest tests/index``.

Batches, buffers, caches and the points at which another way of computing begins have values that tests with
a few articles never reach. None of them may change a result. ``KHABAR_SMALL=1`` sets them to small values
before khabar is imported, in this process and in those that it starts, ``KHABAR_SMALL=2`` to others, mostly
odd ones. ``KHABAR_SMALL=1:index,upkeep/workers`` sets only those of these rooms and modules, to find the one
that matters.

Limits that are promised (of input, of queries, of what is shown) are not here: they are meant to change what
happens.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

VARIABLE = "KHABAR_SMALL"

#: module → constant → its value with KHABAR_SMALL=1 and with 2. "*" are the sizes of its ``lru_cache``.
SMALL: dict[str, dict[str, tuple[int, int]]] = {
    "analysis/lemma/tablefile": {"_MANY_MISSES": (1, 7), "_HASHES": (1 << 18, 5)},
    "corpus/exports/wxr": {"_CHUNK": (1, 7)},
    "corpus/formats/shapes": {"*": (1, 3)},
    "corpus/mail/mailboxes": {"_CHUNK": (1, 7)},
    "corpus/names": {"*": (1, 3)},
    "corpus/pdf/letters": {"*": (1, 3)},
    "corpus/pdf/order": {"*": (1, 3)},
    "corpus/pieces/containers": {"_IN_MEMORY": (1, 7), "_CHUNK": (1, 7)},
    "corpus/pieces/content": {"_CHUNK": (1, 7)},
    "corpus/pieces/packages": {"_CHUNK": (1, 7)},
    "corpus/pieces/tar_recovery": {"_CHUNK": (1, 7)},
    "corpus/pieces/zip_recovery": {"_CHUNK": (1, 7)},
    "corpus/reading/first_places": {"_SLOTS": (2, 8)},
    "corpus/records/json_text": {"_PIECE": (1, 7)},
    "corpus/tables/sqlite_tables": {"_STEPS": (1, 7), "_CACHE": (1, 7)},
    "corpus/tables/workbook_child": {"_CHUNK": (1, 7)},
    "corpus/web/warc": {"_CHUNK": (1, 7)},
    "corpus/xml/trees": {"_CHUNK": (1, 7)},
    "evaluation/significance": {"_BLOCK": (1, 7)},
    "explore/batch": {"_AT_ONCE": (1, 3)},
    "explore/classes": {"_KEPT": (1, 3)},
    "explore/names": {"_KEPT": (1, 3)},
    "index/checksums": {"_CHUNK": (1, 7)},
    "index/arrayfile": {"_CHUNK": (8, 56), "_FEW": (1, 3), "_TIMES": (0, 1), "_SMALL": (1, 7)},
    "index/embedded/build": {"_AT_ONCE": (64, 997), "_ARTICLES": (1, 3), "_WORDS": (7, 97)},
    "index/embedded/postings": {"_LARGE": (1, 3), "_AT_ONCE": (7, 97), "_SPARSE": (0, 3)},
    "index/embedded/recovery": {"_CHUNK": (1, 7), "_AT_ONCE": (1, 7)},
    "index/embedded/merging": {"MOST_SEGMENTS": (2, 3), "MOST_STORED": (1 << 30, 30_000)},
    "index/embedded/writer": {"FULL": (1, 3_700)},
    "index/encoder": {"_SLOTS": (3, 7), "KEPT": (1, 3)},
    "index/lexicon": {"_PAIRS": (1, 3), "KEPT_PAIRS": (1, 700)},
    "index/letter_pairs": {"_AT_ONCE": (1, 3)},
    "index/lexicon_files": {
        "_RATIO": (1, 3),
        "_AT_ONCE": (1, 97),
        "_MEMBERS": (1, 3),
        "_CODES": (1, 3),
        "_MANY": (1, 3),
    },
    "index/phrases": {"_AT_ONCE": (1, 3)},
    "index/word_list": {"_PROBES": (2, 7)},
    "joined/mixed": {"_KEPT": (2, 3)},
    "joined/numbers": {"_KEPT": (1, 3), "_KEPT_PHRASES": (1, 3)},
    "meaning/building": {"_KNOWN": (1, 3)},
    "meaning/embedding": {"BATCH": (1, 3)},
    "meaning/kept": {"_KEPT": (1, 3)},
    "meaning/matching": {"_AT_ONCE": (1, 3)},
    "meaning/onnx_encoder": {"_AT_ONCE": (1, 3)},
    "meaning/segments": {"AT_ONCE": (1, 3)},
    "meaning/server_encoder": {"_AT_ONCE": (1, 3)},
    "query/fields": {"*": (1, 3)},
    "query/forms": {"_KEPT": (1, 3), "_KEPT_SCANS": (1, 3)},
    "query/latin": {"*": (1, 3)},
    "query/own_words": {"*": (1, 3)},
    "query/snapshot": {"KEPT_PLANS": (1, 20_000)},
    "query/vocalisation": {"*": (1, 3)},
    "ranking/accumulators": {"_FEW": (0, 3), "_BATCH": (1, 7)},
    "ranking/matching": {"KEPT_MATCHING": (1, 1_500)},
    "ranking/occurrences": {
        "KEPT_POSTINGS": (1, 25_000),
        "KEPT_PLACES": (1, 25_000),
        "_FEW": (0, 3),
        "_KEPT_PHRASES": (1, 3),
    },
    "ranking/ranker": {"_KEPT_RECENCY": (1, 3)},
    "ranking/searcher": {"KEPT_RANKINGS": (1, 20_000), "_KEPT": (1, 3)},
    "ranking/term_scoring": {"KEPT_SCORES": (1, 2_000), "_SPARSE": (0, 3), "_AT_ONCE": (1, 7)},
    "stories/files": {"_READ": (1, 3), "_AT_ONCE": (1, 3)},
    "stories/grouping": {"_TABLE": (1, 7)},
    "stories/sketch": {"AT_ONCE": (1, 3), "AT_ONCE_WORDS": (1, 37)},
    "stories/writer": {"_WASTE": (1, 3)},
    "upkeep/adding": {"_MOST_KNOWN": (0, 3)},
    "upkeep/changes": {"_CHUNK": (1, 7)},
    "upkeep/manifest_file": {"_SLACK": (1, 3), "_LONG": (1, 370), "_LONG_SLACK": (1, 370)},
    "upkeep/update": {"_MOST_SEEN": (1, 3)},
    "upkeep/workers": {
        "_CHUNK": (1, 3),
        "_BEGIN": (1, 3),
        "_AHEAD": (1, 3),
        "_AHEAD_ENOUGH": (0, 3),
        "MOST_TERMS": (1, 370),
        "MOST_TOLD": (1, 37),
        "MOST_WAITING": (1 << 40, 3_700),
        "MOST_NEW_TERMS": (1 << 40, 370),
        "_CHUNK_LETTERS": (1, 370),
        "_AHEAD_LETTERS": (1, 370),
        "_PIPE": (4096, 4096),
    },
}  # fmt: skip


def _chosen() -> dict[str, dict[str, int]]:
    """What is to be set, by the name of the module."""
    number, _, rooms = os.environ.get(VARIABLE, "").partition(":")
    if not number:
        return {}
    if number not in ("1", "2"):
        raise ValueError(f"{VARIABLE}: {number}: there are 1 and 2")
    wanted = tuple(f"{room}/" for room in rooms.split(",") if room)
    unknown = [room for room in wanted if not any(f"{module}/".startswith(room) for module in SMALL)]
    if unknown:
        raise ValueError(f"{VARIABLE}: there are no thresholds in {', '.join(unknown)}")
    return {
        "khabar." + module.replace("/", "."): {name: pair[int(number) - 1] for name, pair in values.items()}
        for module, values in SMALL.items()
        if not wanted or f"{module}/".startswith(wanted)
    }


class _Shrinking(ast.NodeTransformer):
    """Puts the values into the assignments of a module.

    Args:
        values: of each constant the value; each must be assigned once.
    """

    def __init__(self, values: dict[str, int]) -> None:
        self.missing = dict(values)
        self._values = values

    def visit_Module(self, module: ast.Module) -> ast.Module:
        for step in module.body:
            if isinstance(step, ast.Assign):
                self._put(step.targets[0], step)
            elif isinstance(step, ast.AnnAssign):
                self._put(step.target, step)
        if "*" in self._values:
            self.generic_visit(module)
        return module

    def visit_Call(self, call: ast.Call) -> ast.Call:
        if isinstance(call.func, ast.Name) and call.func.id == "lru_cache":
            self.missing.pop("*", None)
            call.args, call.keywords = [ast.Constant(self._values["*"])], []
        self.generic_visit(call)
        return call

    def _put(self, target: ast.expr, step: ast.Assign | ast.AnnAssign) -> None:
        if isinstance(target, ast.Name) and target.id in self._values:
            del self.missing[target.id]
            step.value = ast.Constant(self._values[target.id])
        elif isinstance(target, ast.Tuple) and isinstance(step.value, ast.Tuple):
            for place, name in enumerate(target.elts):
                if isinstance(name, ast.Name) and name.id in self._values:
                    del self.missing[name.id]
                    step.value.elts[place] = ast.Constant(self._values[name.id])


class _Loader(SourceFileLoader):
    """Loads a module with other values, and leaves no compiled file behind."""

    values: dict[str, int]

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        shrinking = _Shrinking(self.values)
        tree = shrinking.visit(ast.parse(self.get_data(path), path))
        if shrinking.missing:
            raise ValueError(f"{fullname} does not assign {', '.join(shrinking.missing)}")
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, chosen: dict[str, dict[str, int]]) -> None:
        self._chosen = chosen

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        values = self._chosen.get(fullname)
        spec = PathFinder.find_spec(fullname, path) if values else None
        if spec is None or values is None or spec.origin is None:
            return None
        spec.loader = _Loader(fullname, spec.origin)
        spec.loader.values = values
        return spec


def _install(chosen: dict[str, dict[str, int]]) -> None:
    """Set values here and in the processes that this one starts."""
    early = sorted(chosen.keys() & sys.modules.keys())
    if early:
        raise ValueError(f"{VARIABLE}: imported before: {', '.join(early)}")
    sys.meta_path.insert(0, _Finder(chosen))
    folder = str(Path(__file__).resolve().parent)
    before = os.environ.get("PYTHONPATH", "")
    if folder not in before.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, before)))


#: What is set, by the name of the module.
CHOSEN = _chosen()
if CHOSEN:
    _install(CHOSEN)
