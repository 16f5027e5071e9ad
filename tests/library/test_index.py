"""An index as a Python object: closing, looking up, opening and creating."""

from __future__ import annotations

import gc
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import khabar
from encoders import HashedWords
from khabar import Article, ArticleNotFound, Index, IndexClosed, create_index, open_index
from khabar.analysis.analyzer import Analyzer
from khabar.ranking.searcher import Searcher

CALLS: dict[str, Callable[[Index], Any]] = {
    "fields": lambda index: index.fields,
    "languages": lambda index: index.languages(),
    "search": lambda index: index.search("القمح"),
    "facets": lambda index: index.facets("القمح"),
    "timeline": lambda index: index.timeline("القمح"),
    "terms": lambda index: index.terms("القمح"),
    "names": lambda index: index.names("القمح"),
    "related": lambda index: index.related("plain"),
    "quote": lambda index: index.quote("موسم القمح الجديد"),
    "batch": lambda index: index.batch(["القمح"]),
    "interpret": lambda index: index.interpret("القمح"),
    "suggest": lambda index: index.suggest("القمج"),
    "search and suggest": lambda index: index.search("القمج", suggest=True),
    "complete": lambda index: index.complete("ال"),
    "why": lambda index: index.why("القمح"),
    "own_words": lambda index: index.own_words("القمح"),
    "meaning_problems": lambda index: index.meaning_problems(),
    "vectors": lambda index: index.vectors(),
    "embed": lambda index: index.embed(HashedWords(), anew=True),
    "embed_estimate": lambda index: index.embed_estimate(HashedWords()),
    "clear_vectors": lambda index: index.clear_vectors(),
    "article": lambda index: index.article("plain"),
    "highlight": lambda index: index.highlight("plain", "القمح"),
    "articles": lambda index: index.articles(),
    "archives": lambda index: index.archives,
    "info": lambda index: index.info(),
    "state": lambda index: index.state(),
    "version": lambda index: index.version,
    "texts": lambda index: index.texts(),
    "left_out": lambda index: index.left_out(),
    "choose": lambda index: index.choose(query="القمح"),
    "add": lambda index: index.add([]),
    "update": lambda index: index.update(index.path.parent),
    "remove": lambda index: index.remove("a"),
    "len": len,
    "in": lambda index: "a" in index,
    "[]": lambda index: index["plain"],
    "iter": iter,
    "with": lambda index: index.__enter__(),
    "all_hits": lambda index: list(khabar.all_hits(index, "القمح")),
}


def told(result: object) -> str:
    """A result as text, without what differs between calls."""
    shown = repr(list(result) if isinstance(result, Iterator) else result)
    return re.sub(r"took_ms=[\d.]+|seconds=[\d.e-]+|^<Index.*", "", shown)


def test_every_call_is_tried() -> None:
    public = {name for name in dir(Index) if not name.startswith("_")}
    # A single index has no archives: tests/library/test_several_archives.py.
    assert public - set(CALLS) == {"close", "path", "archive", "patience"}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_closed_index_answers_nothing(index: Index, call: Callable[[Index], Any]) -> None:
    index.close()
    index.close()
    with pytest.raises(IndexClosed, match=r"was closed: open it again with khabar\.open_index"):
        call(index)
    assert repr(index) == f"<Index {str(index.path)!r}, closed>"


def test_closing_lets_go_of_every_file(index: Index) -> None:
    for name, call in CALLS.items():
        if name not in ("add", "update", "remove"):
            call(index)
    snapshot = index._snapshot
    assert snapshot is not None
    searcher = weakref.ref(snapshot.answers)
    del snapshot
    gc.disable()  # without garbage collection
    try:
        index.close()
        assert searcher() is None
    finally:
        gc.enable()
    opened = Path("/proc/self/fd")  # on Linux
    files = [each.resolve() for each in opened.iterdir() if each.exists()] if opened.exists() else []
    # The lexicon is mapped; its file is released with the mapping.
    files = [file for file in files if not file.name.startswith("lexicon-")]
    assert not [file for file in files if index.path.resolve() in file.parents]


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("add", "update", "remove")])
def test_every_call_ends_although_the_index_is_closed_meanwhile(
    index: Index, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The index is closed as soon as the call has begun: the call checks once whether the index is open, and
    then ends as usual."""

    expected = told(CALLS[name](index))
    begun = []
    check = Index._check_open

    def closing(self: Index) -> None:
        check(self)
        begun.append(name)
        self.close()

    with monkeypatch.context() as patch:
        patch.setattr(Index, "_check_open", closing)
        assert told(CALLS[name](index)) == expected
    assert begun == [name]
    with pytest.raises(IndexClosed):
        CALLS[name](index)


@pytest.mark.parametrize("closed_at", range(8))
def test_threads_that_search_while_the_index_is_closed(
    tmp_path: Path, articles: list[Article], quick_analyzer: Analyzer, closed_at: int
) -> None:
    """Each call returns its usual result, or raises IndexClosed."""
    with create_index(tmp_path / "ix", analyzer=quick_analyzer) as index:
        index.add(articles)
        names = [name for name in CALLS if name not in ("add", "update", "remove", "all_hits")]
        expected = {name: told(CALLS[name](index)) for name in names}
        found: list[tuple[str, str]] = []
        wrong: list[BaseException] = []
        busy = threading.Semaphore(0)

        def ask(first: int) -> None:
            try:
                while True:
                    for place in range(len(names)):
                        name = names[(first + place) % len(names)]
                        found.append((name, told(CALLS[name](index))))
                        busy.release()
            except IndexClosed:
                pass
            except BaseException as error:
                wrong.append(error)
                busy.release()

        threads = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3 * closed_at + 1):
            busy.acquire()
        index.close()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert {(name, result) for name, result in found} <= set(expected.items())


def test_open_files_do_not_grow_with_commits(
    tmp_path: Path, articles: list[Article], quick_analyzer: Analyzer
) -> None:
    """A writer commits 100 times, and a reader searches each commit, with a limit of 64 open files and
    without garbage collection."""
    resource = pytest.importorskip("resource")
    (tmp_path / "news").mkdir()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with (
        create_index(tmp_path / "ix", analyzer=quick_analyzer) as index,
        open_index(tmp_path / "ix", analyzer=quick_analyzer) as reader,
    ):
        index.add(articles)
        for name, call in CALLS.items():
            if name not in ("add", "update", "remove"):
                call(reader)
        gc.disable()
        # The files of pytest count too.
        others = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 40
        resource.setrlimit(resource.RLIMIT_NOFILE, (64 + others, before[1]))
        try:
            for number in range(100):
                (tmp_path / f"news/{number}.txt").write_text(f"خبر {number}\n\nالقمح في الوادي.\n", "utf-8")
                assert index.update(tmp_path / "news", timeout=0).added == 1
                assert reader.search("القمح").total == number + 3
                assert reader.search("القمح", group="story").total
        finally:
            gc.enable()
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_search_that_runs_while_the_index_is_closed_ends(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = index.search("القمح").hits
    entered, closed = threading.Event(), threading.Event()
    select = Searcher.search

    def slow(self: Searcher, *args: Any, **named: Any) -> Any:
        entered.set()
        assert closed.wait(30)
        return select(self, *args, **named)

    monkeypatch.setattr(Searcher, "search", slow)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(index.search("القمح").hits))
    thread.start()
    assert entered.wait(30)
    index.close()
    closed.set()
    thread.join(30)
    assert found == [expected]


def test_an_add_that_runs_while_the_index_is_closed_ends(empty: Index) -> None:
    def articles() -> Iterator[Article]:
        yield Article("1", "خبر", "نص")
        empty.close()
        yield Article("2", "خبر", "نص آخر")

    assert empty.add(articles()).added == 2
    with khabar.open_index(empty.path) as again:
        assert len(again) == again.info().meta.articles == 2


def test_articles_by_their_ids(index: Index) -> None:
    ids = [article.id for article in index]
    assert ids == [article.id for article in index.articles()] and len(ids) == len(index)
    for each in ids:
        assert each in index and index[each].id == each
    assert "none" not in index and 5 not in index and None not in index and ("a",) not in index
    with pytest.raises(ArticleNotFound, match=r"^there is no article 'none' in ") as told:
        index["none"]
    assert isinstance(told.value, KeyError) and isinstance(told.value, khabar.KhabarError)
    with pytest.raises(khabar.InvalidType):
        index[:3]  # type: ignore[index]


def test_ids_that_are_numbers(empty: Index) -> None:
    empty.add([Article(5, "خبر", "نص")])
    assert 5 in empty and "5" in empty and empty[5] is not None
    assert empty.article(5) == empty["5"] == empty.highlight(5).article  # type: ignore[union-attr]
    assert empty.related(5) is not None


def test_an_index_shows_itself(index: Index) -> None:
    assert repr(index) == f"<Index {str(index.path)!r}, {len(index)} articles>"


def test_open_or_make(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "index"
    with pytest.raises(khabar.IndexNotFound):
        khabar.open_index(folder)
    for count in (1, 0):
        with khabar.open_index(folder, create=True) as index:
            assert index.add(Article("1", "خبر", "نص")).added == count
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("رسالة", encoding="utf-8")
    with pytest.raises(khabar.IndexFolderError, match="not empty"):
        khabar.open_index(tmp_path / "other", create=True)


def test_the_script_of_the_readme_runs_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    text = (root / "README.md").read_text(encoding="utf-8")
    script = text.split("```python\n")[1].split("```")[0]
    (tmp_path / "corpus").symlink_to(root / "corpus")
    monkeypatch.chdir(tmp_path)
    printed = []
    for _ in range(2):
        exec(compile(script, "README.md", "exec"), {})
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != ""
