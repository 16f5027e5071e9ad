"""Decisions in writing to a cluster, without one: conditions, conflicts, logs, marks, stories."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from khabar.cluster import refusals as refusal_errors
from khabar.cluster.batch import _is_same
from khabar.cluster.client import Cluster
from khabar.cluster.marks import Mark, new_mark
from khabar.cluster.records import _Part, _valid
from khabar.cluster.refusals import BLOCKED, Missing
from khabar.cluster.state import EditionState, host, new_commit
from khabar.cluster.story_groups import Telling, stories
from khabar.cluster.writing import REBUILD, Version, Write, refusals
from khabar.corpus.article import Article
from khabar.errors import ClusterUnavailable, IndexDamaged, IndexFolderError, IndexLocked, KhabarError
from khabar.index.words import term_hashes
from khabar.places import Address
from khabar.stories.sketch import Sketch, sketches
from khabar.upkeep.manifest import Manifest, Source


def test_each_write_has_a_condition() -> None:
    version = Version(7, 2)
    assert Write("a", {"x": 1}, None).lines() == [{"create": {"_id": "a"}}, {"x": 1}]
    condition = {"_id": "a", "if_seq_no": 7, "if_primary_term": 2}
    assert Write("a", {"x": 1}, version).lines() == [{"index": condition}, {"x": 1}]
    assert Write("a", None, version).lines() == [{"delete": condition}]


class Here:
    """A cluster with an index in its second edition that nobody is rebuilding."""

    address = Address.parse("opensearch://127.0.0.1:9200/news")

    def request(self, method: str, path: str, **params: Any) -> Any:
        if path.endswith(f"/_doc/{REBUILD}"):
            raise Missing(self.address, 404, "")
        return {"news.2.records": {"aliases": {"news.records": {}}}}


def error(kind: str, index: str = "") -> dict[str, str]:
    return {"type": kind, "reason": "why", "index": index}


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (429, error(BLOCKED), "full"),
        (429, error("rejected_execution_exception"), "busy"),
        (403, error(BLOCKED), "blocked"),
        (400, error("index_closed_exception", "news.2.words"), "closed"),
        (404, error("index_not_found_exception", "news.1.articles"), IndexLocked),
        (404, error("index_not_found_exception", "news.2.words"), IndexDamaged),
        (400, error("mapper_parsing_exception"), IndexFolderError),
    ],
)
def test_what_the_cluster_refuses_is_told(status: int, error: dict[str, str], expected: Any) -> None:
    """Writers turn a refusal into an error of the index; where none is expected, it is an error by itself."""
    here: Any = Here()
    told = refusal_errors.with_edition(here, refusal_errors.refusal(here.address, status, error))
    kind = ClusterUnavailable if isinstance(expected, str) else expected
    with pytest.raises(kind) as caught, refusals(here):
        raise told
    if isinstance(expected, str):
        assert caught.value.code == expected
    for each in (caught.value, told):
        assert isinstance(each, KhabarError)
        assert "opensearch://127.0.0.1:9200/news" in str(each)


@pytest.mark.parametrize(
    ("name", "advised"),
    [("news.2.words", "khabar rebuild --index"), ("news.2.articles", "khabar index SOURCE... --index")],
)
def test_what_is_lost_is_told_with_what_mends_it(name: str, advised: str) -> None:
    lost = refusal_errors.refusal(Here.address, 404, error("index_not_found_exception", name))
    assert isinstance(lost, IndexDamaged)
    assert lost.cause == f"{name} is not there"
    assert lost.advice.partition(": ")[2].startswith(f"{advised} opensearch://127.0.0.1:9200/news")
    assert str(lost).startswith("opensearch://127.0.0.1:9200/news cannot be read")


def test_versions_of_one_article() -> None:
    article = Article("1", "حصاد القمح", ("نص",), "الوادي")
    assert _is_same(article, replace(article, paragraphs=("آخر",)))
    assert _is_same(article, replace(article, source=""))
    assert not _is_same(article, replace(article, source="البحر"))
    assert not _is_same(article, replace(article, title="سباق القوارب"))
    there = replace(article, url="https://example.org/1")
    assert _is_same(there, replace(there, source="البحر", title="سباق"))
    assert not _is_same(there, replace(there, url="https://example.org/2"))


def test_the_state_remembers_the_newest_commits() -> None:
    state = EditionState(1, 1, "0" * 16)
    for number in range(70):
        state = state.after(new_commit(f"c{number}", added=number, replaced=0, removed=0))
    assert state.generation == 71 and len(state.log) == 50
    assert [each.generation for each in state.log] == list(range(22, 72))
    assert state.log[-1].host == host() and state.updated == state.log[-1].at


def test_a_mark_of_a_process_that_is_no_more(dead_process: int) -> None:
    mark = new_mark()
    assert not mark.is_left and mark.process == os.getpid()
    assert mark._replace(process=0).is_left
    assert mark._replace(process=dead_process).is_left
    # For another machine this is known only from the age of the mark.
    far = Mark("m", "elsewhere", dead_process, time.time())
    assert not far.is_left and far._replace(at=time.time() - 7200).is_left


@pytest.fixture
def dead_process() -> int:
    """The number of a process that has ended."""
    process = os.posix_spawn("/bin/true", ["true"], {}) if os.name == "posix" else 0
    if process:
        os.waitpid(process, 0)
    return process


def part(name: str, begins: tuple[int, int] | None = None) -> _Part:
    return _Part(name, [], begins)


@pytest.mark.parametrize(
    ("log", "counts"),
    [
        ("a b c", "a b c"),
        ("a b 1/1 c", "1/1 c"),
        ("a 1/3 2/3 3/3 b", "1/3 2/3 3/3 b"),
        # An unfinished part does not count.
        ("a 1/3 2/3 b", "a b"),
        ("a 1/3 b 2/3 3/3 c", "a b c"),
        ("a 1/2 2/2 b 1/3 2/3 c", "1/2 2/2 b c"),
        ("a 1/2 2/2 b 1/3 1/1 c", "1/1 c"),
        # A slow process, while another one started the log anew.
        ("2/2 a", "a"),
        ("", ""),
    ],
)
def test_what_counts_of_a_log(log: str, counts: str) -> None:
    def made(text: str) -> _Part:
        number, slash, of = text.partition("/")
        return part(text, (int(number), int(of)) if slash else None)

    assert " ".join(each.name for each in _valid([made(each) for each in log.split()])) == counts


def test_a_removal_that_was_cut_off_in_the_middle() -> None:
    """On a cluster some of the articles may already be removed: these are recorded as removed, and the others
    stay."""

    class Nowhere:
        damaged: tuple[int, ...] = ()

        def read(self, take: Any) -> None: ...

        def write(self, new: Any, everything: Any, size: int) -> None: ...

    nowhere: Any = Nowhere()
    manifest = Manifest(nowhere)
    manifest.put(Source("/a", 1, 1, "", "", "", ids=("1", "2", "3")))
    manifest.put(Source("/b", 1, 1, "", "", "", ids=("4",)))
    manifest.begin_removal(["1", "2", "4"], ["/b"])
    manifest.settle(lambda each: each in ("2", "3"))
    assert manifest.sources["/a"].ids == ("2", "3") and not manifest.sources["/b"].ids
    assert manifest.removing is None
    manifest.begin_removal(["2"], ["/b"])
    manifest.settle(lambda each: each == "3")
    assert manifest.sources.keys() == {"/a"} and list(manifest.sources["/a"].ids) == ["3"]


def sketch(text: str) -> Sketch:
    bins, keys = sketches([term_hashes(text.split())])
    return bins[0], keys[0]


WORDS = " ".join(f"كلمة{number}" for number in range(60))
NEAR = WORDS.replace("كلمة30", "أخرى")


def test_stories_of_a_commit() -> None:
    """New articles join the story of the most similar one; orphans are grouped first."""
    version = Version(0, 1)
    leader = Telling("l", 1, "l", sketch(WORDS), version)
    member = Telling("m", 2, "l", sketch(NEAR), version)
    other = sketch(" ".join(f"شيء{number}" for number in range(60)))
    assert stories([("a", sketch(WORDS)), ("b", other), ("c", None)], [leader, member], []) == {
        "a": "l",
        "b": "b",
        "c": "c",
    }
    # The leader was removed.
    assert stories([("a", sketch(WORDS))], [], [member]) == {"m": "m", "a": "m"}
    # In one commit, in the order of indexing.
    assert stories([("a", sketch(WORDS)), ("d", sketch(NEAR))], [], []) == {"a": "a", "d": "a"}
    assert np.array_equal(sketch(WORDS)[0], sketch(WORDS)[0])


def test_an_address_says_how_many_shards_a_new_index_has() -> None:
    address = Address.parse("opensearch://127.0.0.1:9200/news?shards=3&replicas=2")
    assert (address.shards, address.replicas) == (3, 2)
    assert Address.parse(str(address)) == address
    cluster = Cluster(address)
    assert "shards=3" in repr(cluster)
