"""One writer at a time, and the second one is told who the first is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from adder import numbered

from khabar.corpus.article import Article
from khabar.errors import IndexLocked
from khabar.index.lock import WriteLock
from khabar.library import Index, open_index

HOLDER = """
import sys, time
from pathlib import Path
from khabar.index.lock import WriteLock
with WriteLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.folder
def test_a_second_writer_waits_and_is_told_who_holds_the_lock(index: Index) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(index.path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    try:
        with holder.stdout as output:
            assert output.readline() == "held\n"
            for write in (
                lambda: index.add(numbered(1), timeout=0.2),
                lambda: index.remove(["n0"], timeout=0.2),
            ):
                began = time.monotonic()
                with pytest.raises(IndexLocked, match=rf"process {holder.pid} .*waited 0\.2 s"):
                    write()
                assert 0.2 <= time.monotonic() - began < 10
            # Searching works meanwhile, also where the index is opened anew.
            assert index.search("القمح").total == 2
            with open_index(index.path) as other:
                assert other.search("القمح").total == 2
            holder.kill()
    finally:
        holder.kill()
        holder.wait()
    assert index.add(numbered(1), timeout=5).added == 1


@pytest.mark.folder
def test_a_second_writer_in_the_same_process(index: Index) -> None:
    with WriteLock(index.path), pytest.raises(IndexLocked, match=rf"process {os.getpid()} "):
        index.add(numbered(1), timeout=0)
    assert index.add(numbered(1), timeout=0).added == 1


def test_waiting_is_rewarded(index: Index) -> None:
    started = threading.Event()

    def slow() -> Iterator[Article]:
        started.set()
        time.sleep(0.3)
        yield from numbered(2)

    with open_index(index.path) as other:
        thread = threading.Thread(target=index.add, args=(slow(),))
        thread.start()
        assert started.wait(10)
        report = other.add(numbered(4), timeout=30)
        thread.join()
    assert (report.added, report.unchanged) == (2, 2)


@pytest.mark.folder
def test_an_unreadable_note_of_the_holder_does_no_harm(index: Index) -> None:
    for note in (b"", b"{}", b"[1]", b"\xff", b'{"pid": 1'):
        with WriteLock(index.path):
            (index.path / "writer.json").write_bytes(note)
            with pytest.raises(IndexLocked, match="another process"):
                index.add([], timeout=0)
    with WriteLock(index.path):
        (index.path / "writer.json").unlink()
        with pytest.raises(IndexLocked, match="another process"):
            index.add([], timeout=0)


@pytest.mark.folder
def test_the_note_goes_with_the_holder(index: Index) -> None:
    assert not (index.path / "writer.json").exists()
    index.add(numbered(1))
    assert not (index.path / "writer.json").exists()
