"""Writing to an index made by somebody else changes no other file, even if files of the index are links."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import KhabarError
from khabar.library import Index, open_index
from khabar.rebuild import rebuild_index

#: Names that may be taken before a writer uses them, besides those of the existing files.
TAKEN = (
    "writer.json",
    "write.lock",
    "checksums.json.open",
    *(
        f"{name}.new"
        for name in ("meta.json", "lexicon.json", "stories.bin", "checksums.json", "edition.json")
    ),
    "edition.json",
    "sketches-2.bin",
)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_nothing_is_written_through_a_link(
    new_index: Callable[..., Index], tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    with new_index("sound", analyzer=quick_analyzer) as index:
        index.add([Article("a", "خبر", ("وصل القمح إلى الميناء أمس مع سفن أخرى",))])
        index.remove([])
    mine = tmp_path / "mine.txt"
    names = {path.name for path in index.path.iterdir()} | set(TAKEN)
    for name in sorted(names):
        folder = tmp_path / "stranger"
        shutil.copytree(index.path, folder)
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(mine)
        for write in (
            lambda index: index.add([Article("b", "خبر آخر", ("وصل الأرز إلى الميناء اليوم مع سفينة",))]),
            lambda index: index.remove(["a"]),
            lambda index: rebuild_index(index.path, analyzer=quick_analyzer),
        ):
            mine.write_bytes(b"mine\n" * 1000)
            try:
                with open_index(folder, analyzer=quick_analyzer) as opened:
                    write(opened)
            except KhabarError:
                pass
            assert mine.read_bytes() == b"mine\n" * 1000, name
        shutil.rmtree(folder)
