"""If memory does not suffice, everything before is committed, what was left out is named, and the next run
tries it again."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import khabar
from khabar.corpus.records import json_text
from khabar.index.embedded.writer import EmbeddedWriter
from khabar.stories.writer import StoriesWriter
from khabar.upkeep import transaction, workers

BOMB = "قنبلة"
REAL = workers.encode_articles


def record(name: str, text: str = "وصل الوفد إلى بيروت") -> str:
    return json.dumps({"id": name, "title": f"خبر {name}", "text": text}, ensure_ascii=False)


def encoding(encoder: Any, articles: Sequence[khabar.Article]) -> Any:
    if any(BOMB in article.paragraphs for article in articles):
        raise MemoryError
    return REAL(encoder, articles)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name, bomb in (("a", "a2"), ("b", ""), ("c", "c0"), ("d", "")):
        records = [record(f"{name}{n}", BOMB if bomb == f"{name}{n}" else "نص") for n in range(4)]
        (folder / f"{name}.jsonl").write_text("\n".join(records), encoding="utf-8")
    return folder


def told(report: khabar.UpdateReport) -> list[tuple[str, int | None, str]]:
    return [(Path(each.path).name, each.number, each.reason.kind) for each in report.skipped]


@pytest.mark.parametrize("count", [0, 1])
def test_an_article_that_cannot_be_encoded(
    news: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(workers, "_BEGIN", 3)
    monkeypatch.setattr(workers, "_CHUNK", 3)
    index = new_index()
    with monkeypatch.context() as patch:
        patch.setattr(workers, "encode_articles", encoding)
        if count:  # the helper process has its own limit, and dies at once
            patch.setattr(workers._Worker, "answer", lambda self: None)
        report = index.update(news, workers=count)
        assert told(report) == [("a.jsonl", 3, "no-memory"), ("c.jsonl", 1, "no-memory")]
        assert not report.ok and report.added == 14 == len(index)
        # It is tried again, and an unchanged result is not reported again.
        again = index.update(news, workers=count)
        assert (again.read, again.skipped, again.skipped_before) == (2, [], 2)
    report = index.update(news)
    assert (report.read, report.added, report.skipped, report.skipped_before) == (2, 2, [], 0)
    assert len(index) == 16 and index.update(news).read == 0


def test_a_file_that_cannot_be_read(
    news: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    (news / "b.json").write_text(f"[{record('e1')}, {record('e2', BOMB)}]", encoding="utf-8")
    real = json_text.JsonText.value

    def value(self: json_text.JsonText) -> object:
        if BOMB in str(found := real(self)):
            raise MemoryError
        return found

    index = new_index()
    with monkeypatch.context() as patch:
        patch.setattr(json_text.JsonText, "value", value)
        report = index.update(news)
        assert told(report) == [("b.json", None, "no-memory")]
        assert len(index) == 17 and "e1" in index
        assert index.update(news).read == 1
    report = index.update(news)
    assert (report.read, report.added, report.skipped_before) == (1, 1, 0) and "e2" in index


def test_a_stream_that_cannot_be_unpacked(
    news: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpacked(*_: Any) -> Any:
        raise MemoryError

    import gzip

    (news / "b.jsonl.gz").write_bytes(gzip.compress(record("e1").encode()))
    index = new_index()
    with monkeypatch.context() as patch:
        patch.setattr(gzip.GzipFile, "read1", unpacked)
        report = index.update(news)
        assert told(report) == [("b.jsonl.gz", None, "no-memory")] and len(index) == 16
    assert index.update(news).added == 1


def test_articles_of_a_script(
    new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "encode_articles", encoding)
    index = new_index()
    given = [khabar.Article(str(n), "خبر", (BOMB if n == 7 else "نص",)) for n in range(10)]
    with pytest.raises(MemoryError):
        index.add(given)
    assert len(index) == 7


#: What a commit writes, in order.
STEPS = [
    (EmbeddedWriter, "flush"),
    (StoriesWriter, "write"),
    (transaction, "write_lexicon"),
    (EmbeddedWriter, "commit"),
]


@pytest.mark.parametrize("told_as", ["an error of the index", "nothing: there is no memory for an error"])
@pytest.mark.parametrize("step", STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("way", ["update", "add"])
def test_in_the_commit(
    news: Path,
    new_index: Callable[..., khabar.Index],
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    step: tuple[Any, str],
    told_as: str,
) -> None:
    index = new_index()
    failed = False

    def failing(*args: Any) -> Any:
        nonlocal failed
        if len(index) == 5 and not failed:
            failed = True
            raise MemoryError
        return real(*args)

    def write(batch: int) -> None:
        if way == "update":
            index.update(news, batch=batch)
        else:
            index.add(khabar.read(news), batch=batch)

    owner, name = step
    real = getattr(owner, name)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing)
        if "nothing" in told_as:
            patch.setattr(transaction.Transaction, "writing", lambda self: nullcontext())
        with pytest.raises(khabar.IndexUnavailable) as told:
            write(5)
    assert (told.value.code, told.value.action, told.value.path) == ("ENOMEM", "written", index.path)
    # The previous commit stays, and nothing of the interrupted one.
    assert len(index) == 5 and not khabar.check_index(index.path).damages
    write(5)
    assert len(index) == 16 and not khabar.check_index(index.path).damages


def test_much_that_fails_ends_the_run(
    tmp_path: Path, new_index: Callable[..., khabar.Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [record(str(n), BOMB if n >= 5 else "نص") for n in range(100)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(workers, "encode_articles", encoding)
    index = new_index()
    with pytest.raises(MemoryError):
        index.update(tmp_path / "a.jsonl")
    assert len(index) == 5


def test_another_process_that_gets_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BEGIN", 3)
    monkeypatch.setattr(workers, "_CHUNK", 3)

    def begun(self: Any) -> list[Any]:
        made = real(self)
        for worker in made:

            class Full:
                def __getattr__(self, name: str, pipe: Any = worker._tasks_pipe) -> Any:
                    return getattr(pipe, name)

                def send(self, task: Any) -> None:
                    raise MemoryError

            worker._tasks_pipe = Full()
        return made

    real = workers.ArticleEncoder._begun
    monkeypatch.setattr(workers.ArticleEncoder, "_begun", begun)
    encoder = workers.ArticleEncoder(khabar.Analyzer(table={}), 1)
    given = [khabar.Article(str(n), "خبر", ("نص",)) for n in range(10)]
    try:
        assert [each.article.id for each in encoder.encoded(given)] == [str(n) for n in range(10)]
    finally:
        encoder.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits of address space")
@pytest.mark.parametrize("mebibytes", (400, 500, 600, 800))
def test_a_limit_of_memory(tmp_path: Path, mebibytes: int) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text(record("a"), encoding="utf-8")
    (folder / "b.json").write_bytes(b'[{"a":[' + b'"ab",' * 7_500_000 + b'""]}]')
    (folder / "c.jsonl").write_text(record("c"), encoding="utf-8")
    command = [sys.executable, "-m", "khabar", "index", "news", "--index", "ix", "--format", "json"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    size = mebibytes << 20
    job = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        env=environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )
    said = json.loads(job.stdout)
    assert job.returncode == 1 and b"Traceback" not in job.stderr
    [skipped] = said["skipped"]
    assert Path(skipped["path"]).name == "b.json"
    assert said["added"] == 2
    with khabar.open_index(tmp_path / "ix") as index:
        assert "a" in index and "c" in index
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment)
    # With enough memory the file is read: it has no article.
    found = [each["kind"] for each in json.loads(again.stdout)["skipped"]]
    if skipped["kind"] == "no-memory":
        assert found == ["no-title-or-text"]
    else:
        assert mebibytes > 400 and (skipped["kind"], found) == ("no-title-or-text", [])
