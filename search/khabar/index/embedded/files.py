"""The names of the engine's files, for code that copies, compares and removes them. Does not import the
engine."""

from __future__ import annotations

import re

from khabar.index.engine_files import EngineFiles

__all__ = ["FILES"]

FILES = EngineFiles(
    ours=("MAIN_*", "_MAIN_*.toc*"),
    fixed=re.compile(r"MAIN_.*|_MAIN_\d+\.toc"),
    vital=re.compile(r"_MAIN_\d+\.toc"),
    texts=re.compile(r"MAIN_.*\.articles"),
)
