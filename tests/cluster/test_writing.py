"""Writing to an index on a cluster: a client that is killed at any step, two that write at once, and machines
with files of their own."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.editions import rebuilt
from khabar.cluster.inventory import inventory
from khabar.cluster.marks import REBUILD, put_mark, the_mark
from khabar.cluster.records import FilesLog
from khabar.cluster.store import ClusterStore
from khabar.cluster.transaction import ClusterTransaction
from khabar.corpus.article import Article
from khabar.errors import IndexLocked, IndexMismatch, IndexNotFound
from khabar.index.records import article_to_json
from khabar.library import Index, create_index, open_index
from khabar.places import Address, place_of
from khabar.rebuild import rebuild_index
from khabar.upkeep.changes import UpdateOptions
from khabar.upkeep.check import check_index
from khabar.upkeep.manifest import Manifest, Source

pytestmark = pytest.mark.cluster

WORDS = ("القمح", "الوادي", "مدينة", "رئيس", "الجسر", "المكتبة", "البحر", "سفينة", "طريق", "قرية", "مطر")


def numbered(first: int, count: int, title: str = "مشترك") -> list[Article]:
    return [
        Article(
            f"n{each}", f"{title} رقم{each}", (f"وصل {WORDS[each % 11]} إلى {WORDS[each % 7]}.",), "الوادي"
        )
        for each in range(first, first + count)
    ]


def held(index: Index) -> list[str]:
    return sorted(article.id for article in index.articles())


def ids(articles: list[Article]) -> list[str]:
    return sorted(article.id for article in articles)


def sound(address: str, analyzer: Analyzer) -> None:
    report = check_index(address, analyzer=analyzer)
    # A single node cannot hold copies.
    assert [each for each in report.damages if each.remedy != "cluster"] == []


@pytest.fixture
def filled(address: str, quick_analyzer: Analyzer) -> Iterator[Index]:
    """An index of six articles."""
    with create_index(address, analyzer=quick_analyzer) as index:
        index.add(numbered(0, 6))
        yield index


@pytest.fixture(scope="session")
def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


#: Paths of POST requests that change nothing.
READING = ("_search", "_msearch", "_mget", "_count")


class Killed(BaseException):
    """Raised instead of a request, and of all that follow."""


@contextmanager
def killed_at(moment: int, dead: int, *, answered: bool) -> Iterator[list[str]]:
    """Allow fewer than ``moment`` writing requests, and then no request at all. Yields the list of writing
    requests.

    Args:
        moment: the request at which the client is killed.
        dead: the process number that the client reports.
        answered: whether it is killed only after the cluster has carried out the request.
    """
    asked: list[str] = []
    lock = threading.Lock()
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *given: Any, **named: Any) -> Any:
        reads = method in ("GET", "HEAD") or path.rsplit("/", 1)[-1] in (
            "_search",
            "_msearch",
            "_mget",
            "_count",
        )
        with lock:
            if len(asked) >= moment:
                raise Killed
            if not reads:
                asked.append(f"{method} {path}")
            last = not reads and len(asked) == moment
        if last and not answered:
            raise Killed
        answer = request(self, method, path, *given, **named)
        if last:
            raise Killed
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "request", counted)
        patch.setattr("khabar.cluster.marks.os.getpid", lambda: dead)
        with suppress(Killed):
            yield asked


@pytest.mark.parametrize("answered", [False, True])
def test_a_client_is_killed_at_each_step(
    address: str, quick_analyzer: Analyzer, dead: int, answered: bool
) -> None:
    """Whatever the step, the next run completes the work, and nothing is duplicated."""
    articles = numbered(0, 9)
    changed = [replace(article, title=f"{article.title} آخر") for article in articles[:3]]
    with create_index(address, analyzer=quick_analyzer) as index:
        moment, through = 1 + answered, False
        while not through:
            index.remove([article.id for article in articles[3:]])
            index.add(articles[:3])
            with (
                killed_at(moment, dead, answered=answered),
                open_index(address, analyzer=quick_analyzer) as killed,
            ):
                killed.add([*changed, *articles[3:]], batch=4)
                killed.remove(["n8"])
                through = True
            # Whole articles, each once, in their old or new version.
            there = {article.id: article for article in index.articles()}
            assert all(
                there[each.id] in (each, other) for each, other in zip(articles, changed, strict=False)
            )
            index.add([*changed, *articles[3:]], batch=4)
            assert held(index) == ids(articles)
            assert index.search("آخر", match="all", limit=0).total == 3
            assert index.search("مشترك", limit=0).total == 9
            assert not index._store._marks(index._store.kept())  # type: ignore[attr-defined]
            moment += 2
    assert moment > 8
    sound(address, quick_analyzer)


def test_a_run_that_finds_all_there_makes_it_visible(
    filled: Index, address: str, quick_analyzer: Analyzer, dead: int
) -> None:
    """Articles of a killed client are in the index but not visible until the next run has compared them."""
    more = numbered(6, 3)
    with killed_at(5, dead, answered=True) as asked, open_index(address, analyzer=quick_analyzer) as killed:
        killed.add(more)
    assert asked[-1].endswith("_bulk")
    report = filled.add(more)
    assert report.unchanged + report.added == 3
    assert held(filled) == ids(numbered(0, 9)) and filled.search("مشترك", limit=0).total == 9


# Two at once


def transaction(index: Index) -> ClusterTransaction:
    store = index._store
    assert isinstance(store, ClusterStore)
    return store.transaction(1.0, 0)


def put(writer: ClusterTransaction, *articles: Article) -> None:
    for encoded in writer.encoded(articles):
        writer.add(encoded, encoded.article.fingerprint())


def test_two_write_other_articles(filled: Index, address: str, quick_analyzer: Analyzer) -> None:
    """Each commits at its own times, and the state says who did what."""
    failures: list[BaseException] = []

    def add(first: int) -> None:
        try:
            with open_index(address, analyzer=quick_analyzer) as index:
                index.add(numbered(first, 30), batch=7)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(first,)) for first in (100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert held(filled) == ids([*numbered(0, 6), *numbered(100, 30), *numbered(200, 30)])
    log = filled._store.kept().state.log  # type: ignore[attr-defined]
    assert [each.generation for each in log] == list(range(2, len(log) + 2))
    assert sum(each.added for each in log) == 66
    orders = [hit["sort"][0] for hit in _hits(filled)]
    assert len(set(orders)) == len(orders)
    sound(address, quick_analyzer)


def _hits(index: Index) -> list[dict[str, Any]]:
    store = index._store
    assert isinstance(store, ClusterStore)
    body = {"size": 1000, "sort": ["order"], "_source": ["id", "story"]}
    found: list[dict[str, Any]] = store.cluster.search(store.cluster.address.name, body)["hits"]["hits"]
    return found


def test_two_bring_the_same_article(filled: Index) -> None:
    """It is there once, whoever was first."""
    article = numbered(7, 1)[0]
    with transaction(filled) as one, transaction(filled) as other:
        assert one.fingerprint("n7") is other.fingerprint("n7") is None
        put(one, article)
        put(other, article)
        one.commit()
        other.commit()
        assert one.refused() == other.refused() == []
    assert held(filled) == ids([*numbered(0, 6), article])


def test_two_bring_versions_of_an_article(filled: Index) -> None:
    """The later one counts, as if they were written one after the other."""
    known = numbered(2, 1)[0]
    first, second = (replace(known, title=f"{known.title} {word}") for word in ("أول", "ثان"))
    first, second = (replace(each, url="https://example.org/2") for each in (first, second))
    with transaction(filled) as one, transaction(filled) as other:
        assert one.fingerprint("n2") == other.fingerprint("n2") is not None
        put(one, first)
        put(other, second)
        one.commit()
        other.commit()
        assert other.refused() == []
    assert filled["n2"] == second and len(filled) == 6
    assert filled.search("أول", match="all", limit=0).total == 0


def test_two_bring_other_articles_of_one_id(filled: Index) -> None:
    """The first one stays, and the other is reported."""
    mine = Article("same", "حصاد القمح", ("بدأ الحصاد.",), "الوادي")
    theirs = Article("same", "سباق القوارب", ("بدأ السباق.",), "البحر")
    with transaction(filled) as one, transaction(filled) as other:
        assert one.fingerprint("same") is other.fingerprint("same") is None
        put(one, mine)
        put(other, theirs, *numbered(8, 1))
        one.commit()
        other.commit()
        (refusal,) = other.refused()
    assert refusal.article == theirs and refusal.is_new and refusal.reason.kind == "id-of-another"
    assert filled["same"] == mine and "n8" in filled


def test_one_removes_what_another_changes(filled: Index) -> None:
    """A later removal removes the current version; a later change restores the article."""
    changed = replace(numbered(3, 1)[0], title="آخر")
    with transaction(filled) as one, transaction(filled) as other:
        assert one.fingerprint("n3") == other.fingerprint("n3")
        put(one, changed)
        assert other.delete("n3")
        one.commit()
        other.commit()
    assert "n3" not in filled
    with transaction(filled) as one, transaction(filled) as other:
        assert one.fingerprint("n4") == other.fingerprint("n4")
        assert other.delete("n4")
        put(one, replace(numbered(4, 1)[0], title="آخر"))
        other.commit()
        one.commit()
    assert filled["n4"].title == "آخر"


# Stories


def telling(number: int, words: int, changed: int, seed: int) -> Article:
    """An article of random words, a few of which differ from those of other tellings with the same seed."""
    choose = random.Random(seed)
    text = [choose.choice(WORDS) + str(choose.randrange(50)) for _ in range(words)]
    for place in range(changed):
        text[(place * 17 + number) % words] = f"كلمة{number}"
    return Article(f"s{number}", f"خبر {number}", (" ".join(text),), f"صحيفة {number}")


def told(index: Index) -> set[frozenset[str]]:
    """The articles of an index by story."""
    found = index.search("", group="story", limit=1000)
    stories = (hit.story.tellings if hit.story else () for hit in found.hits)
    several = {frozenset(each.article.id for each in story) for story in stories}
    return {story for story in several if len(story) > 1}


def test_stories_are_those_of_a_folder(
    address: str, tmp_path: Path, quick_analyzer: Analyzer, new_index: Callable[..., Index]
) -> None:
    """Also when leaders are replaced and removed, in batches of any size."""
    articles = [telling(10 * seed + number, 80, number, seed) for number in range(4) for seed in range(6)]
    local = create_index(tmp_path / "local", analyzer=quick_analyzer)
    with local, create_index(address, analyzer=quick_analyzer) as index:
        for each in (local, index):
            each.add(articles, batch=5)
        assert told(index) == told(local) != set()
        leaders = ["s0", "s10"]
        changed = telling(20, 80, 0, 99)
        for each in (local, index):
            each.remove(leaders)
            each.add(changed)
            # A folder forgets removed articles at the next commit.
            each.add(telling(500, 30, 0, 500))
        assert told(index) == told(local)
    sound(address, quick_analyzer)


# Machines with files of their own


@pytest.fixture
def on_machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Act as another machine from now on."""
    return lambda name: monkeypatch.setenv("KHABAR_HOST", name)


def files(folder: Path, **given: list[Article]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, articles in given.items():
        text = "\n".join(map(article_to_json, articles))
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_each_machine_prunes_what_only_its_files_had(
    filled: Index, tmp_path: Path, on_machine: Callable[[str], None]
) -> None:
    shared = numbered(20, 2)
    prune = UpdateOptions(prune=True)
    one = files(tmp_path / "one", a=[*numbered(10, 3), *shared], b=numbered(13, 2))
    other = files(tmp_path / "other", a=[*numbered(30, 3), *shared])
    on_machine("one")
    assert filled.update(one).added == 7
    on_machine("other")
    assert (report := filled.update(other, options=prune)).added == 3 and report.removed == 0
    assert filled.update(other, options=prune).unchanged == 5
    on_machine("one")
    (one / "a.jsonl").unlink()
    report = filled.update(one, options=prune)
    assert report.removed == 3
    assert held(filled) == ids([*numbered(0, 6), *numbered(13, 2), *numbered(30, 3), *shared])
    # The other machine does not know of it, and need not.
    on_machine("other")
    assert filled.update(other, options=prune).unchanged == 5


def test_a_rebuild_keeps_the_files_of_all_machines(
    filled: Index, address: str, quick_analyzer: Analyzer, tmp_path: Path, on_machine: Callable[[str], None]
) -> None:
    places = {
        name: files(tmp_path / name, a=numbered(start, 3)) for name, start in (("one", 10), ("two", 20))
    }
    for name, place in places.items():
        on_machine(name)
        assert filled.update(place).added == 3
    before = filled._store.kept().state  # type: ignore[attr-defined]
    assert rebuild_index(address, analyzer=quick_analyzer).articles == 12
    after = filled._store.kept().state  # type: ignore[attr-defined]
    assert after.edition == before.edition + 1 and after.generation > before.generation
    assert held(filled) == ids([*numbered(0, 6), *numbered(10, 3), *numbered(20, 3)])
    for name, place in places.items():
        on_machine(name)
        assert (report := filled.update(place)).read == 0 and report.unchanged == 3
    assert inventory(Cluster(_address(address))).editions == [after.edition]
    sound(address, quick_analyzer)


def _address(text: str) -> Address:
    place = place_of(text)
    assert isinstance(place, Address)
    return place


def test_closing_lines_are_left_out_wherever_they_were_found(
    filled: Index, tmp_path: Path, on_machine: Callable[[str], None]
) -> None:
    """A closing line that one machine found is removed from the articles of another."""
    closing = "رابط الخبر: في الموقع"

    def ended(first: int, count: int) -> list[Article]:
        return [replace(each, paragraphs=(*each.paragraphs, closing)) for each in numbered(first, count)]

    one = files(tmp_path / "one", a=ended(1000, 10))
    two = files(tmp_path / "two", a=ended(2000, 30))
    on_machine("one")
    filled.update(one)
    assert filled["n1000"].paragraphs[-1] == closing
    on_machine("two")
    filled.update(two)
    assert closing not in filled["n2000"].paragraphs
    on_machine("one")
    files(one, b=ended(1100, 1))
    filled.update(one)
    assert closing not in filled["n1100"].paragraphs and closing not in filled["n1000"].paragraphs


def test_the_log_of_files(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes of a machine append to it; it is rewritten when it is long; an unfinished rewrite does
    not count."""
    monkeypatch.setattr("khabar.cluster.records._SLACK", 20)
    monkeypatch.setattr("khabar.cluster.records._LETTERS", 2000)
    store = filled._store
    assert isinstance(store, ClusterStore)
    records = store._written(1)

    def opened() -> Manifest:
        return Manifest.open(FilesLog(store.cluster, records, "machine"))

    def note(manifest: Manifest, name: str, size: int = 1) -> None:
        manifest.put(Source(f"/{name}.txt", size, 1, "", "", "", ids=(name,)))

    one, other = opened(), opened()
    note(one, "a")
    one.write()
    note(other, "b")
    other.write()
    assert opened().sources.keys() == {"/a.txt", "/b.txt"} == other.sources.keys()
    for size in range(60):
        note(one, "a\udcff", size)
        one.write()
    kept = opened()
    assert kept.sources["/a\udcff.txt"].size == 59 and len(kept.sources) == 3
    documents = store.cluster.search(
        records, {"size": 0, "query": {"term": {"host": "machine"}}, "track_total_hits": True}
    )
    assert documents["hits"]["total"]["value"] < 40
    for number in range(30):
        note(kept, f"x{number}")
    kept.write()
    assert len(opened().sources) == 33
    # The client is killed while it rewrites the log.
    put, count = FilesLog._put, 0

    def killed(self: FilesLog, part: Any) -> bool:
        nonlocal count
        if part.begins is not None and part.begins[0] > 1:
            raise Killed
        count += part.begins is not None
        return put(self, part)

    monkeypatch.setattr(FilesLog, "_put", killed)
    with pytest.raises(Killed):
        for size in range(200):
            note(kept, "y", size)
            kept.write()
    monkeypatch.setattr(FilesLog, "_put", put)
    assert count == 1
    again = opened()
    assert len(again.sources) == 34 and again.sources.keys() == kept.sources.keys()
    note(again, "z")
    again.write()
    assert len(opened().sources) == 35


# Editions


def test_nobody_writes_while_it_is_rebuilt(
    filled: Index, address: str, quick_analyzer: Analyzer, dead: int
) -> None:
    """Searches continue. A killed rebuild leaves the index as it was, for the next writer or rebuild."""
    place = _address(address)
    with transaction(filled) as begun:
        put(begun, *numbered(6, 1))
        with pytest.raises(ZeroDivisionError), rebuilt(place, quick_analyzer, 0.1) as store:
            with store.transaction(0, 0) as writer:
                put(writer, *numbered(0, 2))
                writer.commit()
            for write in (lambda: filled.add(numbered(6, 1), timeout=0.1), begun.commit):
                with pytest.raises(IndexLocked):
                    write()
            with pytest.raises(IndexLocked), rebuilt(place, quick_analyzer, 0.1):
                pass
            assert filled.search("مشترك", limit=0).total == 6
            raise ZeroDivisionError
        begun.commit()
    assert held(filled) == ids(numbered(0, 7))
    for moment in (2, 4, 6, 9, 14):
        with killed_at(moment, dead, answered=True):
            rebuild_index(address, analyzer=quick_analyzer)
        assert filled.add(numbered(moment + 10, 1)).added == 1
        assert filled.search("مشترك", limit=0).total == len(filled)
    count = len(filled)
    assert rebuild_index(address, analyzer=quick_analyzer).articles == count
    assert len(inventory(Cluster(place)).editions) == 1
    sound(address, quick_analyzer)


def test_a_transaction_on_an_edition_that_is_gone(
    filled: Index, address: str, quick_analyzer: Analyzer
) -> None:
    """This is reported, and no index is created under the old name."""
    writer = transaction(filled)
    put(writer, *numbered(6, 1))
    rebuild_index(address, analyzer=quick_analyzer)
    with pytest.raises(IndexLocked), writer:
        writer.commit()
    assert inventory(Cluster(_address(address))).editions == [2]
    assert filled.add(numbered(6, 1)).added == 1


def test_another_analyzer(filled: Index, address: str, quick_analyzer: Analyzer) -> None:
    """An index made by other rules is refused, with the command that rebuilds it."""

    class Other(Analyzer):
        fingerprint = "0123456789abcdef"

    with pytest.raises(IndexMismatch, match=rf"khabar rebuild --index {address}"):
        open_index(address, analyzer=Other(table={}))
    rebuild_index(address, analyzer=Other(table={}))
    with open_index(address, analyzer=Other(table={})) as other:
        assert held(other) == ids(numbered(0, 6))
    with pytest.raises(IndexMismatch):
        filled.search("القمح")


def test_two_make_the_same_index(address: str, quick_analyzer: Analyzer) -> None:
    """Whoever is first creates it, and both can use it."""
    failures: list[BaseException] = []

    def make(first: int) -> None:
        try:
            with open_index(address, create=True, analyzer=quick_analyzer) as index:
                index.add(numbered(first, 3))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=make, args=(first,)) for first in (0, 3, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_index(address, analyzer=quick_analyzer) as index:
        assert held(index) == ids(numbered(0, 9))


def test_an_index_that_was_half_made(address: str, quick_analyzer: Analyzer, dead: int) -> None:
    """A client that is killed while it creates an index leaves nothing that another takes for an index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("khabar.cluster.create._WAIT", 0.3)
        for moment in (1, 2, 3, 4):
            with killed_at(moment, dead, answered=True):
                create_index(address, analyzer=quick_analyzer)
            with pytest.raises(IndexNotFound):
                open_index(address, analyzer=quick_analyzer)
        with create_index(address, analyzer=quick_analyzer) as index:
            assert index.add(numbered(0, 2)).added == 2


def test_a_rebuild_that_was_taken_for_broken_off(
    filled: Index, address: str, quick_analyzer: Analyzer
) -> None:
    """Another writer removed its mark and continued with the old edition, which stays."""
    place = _address(address)
    cluster = Cluster(place)
    records = filled._store._written(1)  # type: ignore[attr-defined]
    with pytest.raises(IndexLocked), rebuilt(place, quick_analyzer) as store:
        with store.transaction(0, 0) as writer:
            put(writer, *numbered(0, 2))
            writer.commit()
        mark = the_mark(cluster, records, REBUILD)
        assert mark is not None
        put_mark(cluster, records, mark._replace(process=0))
        assert filled.add(numbered(6, 1)).added == 1
    assert held(filled) == ids(numbered(0, 7))
    assert rebuild_index(address, analyzer=quick_analyzer).articles == 7
    assert len(inventory(cluster).editions) == 1
    sound(address, quick_analyzer)
