"""Parts of an index on a cluster are lost or wrong: this is reported as damage, found by a check, and
repaired from the articles."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from nodes import Nodes

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.errors import (
    ClusterUnavailable,
    IndexDamaged,
    IndexFolderError,
    IndexLocked,
    IndexNotFound,
    KhabarError,
)
from khabar.folders import existing_or_new, rebuilt
from khabar.library import create_index, open_index
from khabar.places import Address
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

pytestmark = pytest.mark.cluster


#: An article with words that the others do not have.
ANOTHER = Article("another", "زلزال يضرب الجزيرة", ("لا خسائر حتى الآن.",))


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


@pytest.fixture
def filled(address: str, quick_analyzer: Analyzer, articles: list[Article]) -> str:
    """The address of an index with six articles."""
    with create_index(address, analyzer=quick_analyzer) as index:
        index.add(articles)
    return address


#: What is lost: how to lose it, and the name in the list of a check.
LOST = {
    "state": ("DELETE", "/{}.1.records/_doc/state?refresh=true", "{}.1.records/_doc/state"),
    "words": ("DELETE", "/{}.1.words", "{}.1.words"),
    "records": ("DELETE", "/{}.1.records", "{}.1.records"),
    "alias of the records": ("DELETE", "/_all/_alias/{}.records", "{}.records"),
    "alias for writing": ("DELETE", "/_all/_alias/{}.1.records.write", "{}.1.records.write"),
}


@pytest.mark.parametrize("which", LOST)
def test_what_is_lost_is_told_and_mended(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article], which: str
) -> None:
    method, path, listed = LOST[which]
    name = name_of(filled)
    cluster.request(method, path.format(name))
    for way in (open_index, create_index):
        with pytest.raises(IndexDamaged) as caught:
            way(filled, analyzer=quick_analyzer).search("القمح")
        assert f"khabar rebuild --index {filled}" in str(caught.value)
    with pytest.raises(IndexDamaged), existing_or_new(Address.parse(filled)):
        pass
    begun = time.monotonic()
    report = check_index(filled, analyzer=quick_analyzer)
    assert time.monotonic() - begun < 5
    assert [(each.file, each.remedy) for each in report.damages] == [(listed.format(name), "rebuild")]

    told = rebuild_index(filled, analyzer=quick_analyzer)
    assert told.articles == len(articles) and told.lost == 0
    assert told.losses == [(listed.format(name), "it is not there")]
    assert check_index(filled, analyzer=quick_analyzer).whole
    with open_index(filled, analyzer=quick_analyzer) as index:
        assert index.search("القمح").total
        index.add(articles)
        assert len(index) == len(articles)


@pytest.mark.parametrize("which", LOST)
def test_what_is_lost_is_built_anew(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article], which: str
) -> None:
    method, path, _ = LOST[which]
    cluster.request(method, path.format(name_of(filled)))
    with rebuilt(Address.parse(filled), quick_analyzer) as index:
        index.add(articles[:2])
    assert check_index(filled, analyzer=quick_analyzer).whole
    with open_index(filled, analyzer=quick_analyzer) as index:
        assert len(index) == 2


def test_all_aliases_are_lost(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """The articles are still there, so no empty index is created."""
    name = name_of(filled)
    for alias in (name, f"{name}.words", f"{name}.records"):
        cluster.request("DELETE", f"/_all/_alias/{alias}")
    with pytest.raises(IndexDamaged):
        open_index(filled, create=True, analyzer=quick_analyzer)
    assert rebuild_index(filled, analyzer=quick_analyzer).articles == len(articles)
    assert check_index(filled, analyzer=quick_analyzer).whole


def test_the_aliases_for_people_are_lost(cluster: Nodes, filled: str, quick_analyzer: Analyzer) -> None:
    """A check lists them; khabar itself does not need them."""
    name = name_of(filled)
    cluster.request("DELETE", f"/_all/_alias/{name}")
    with open_index(filled, analyzer=quick_analyzer) as index:
        assert index.search("القمح").total
    assert [each.file for each in check_index(filled, analyzer=quick_analyzer).damages] == [name]


def test_the_articles_are_lost(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """Then only the sources help, and khabar advises nothing else."""
    cluster.request("DELETE", f"/{name_of(filled)}.1.articles")
    for way in (open_index, rebuild_index):
        with pytest.raises(IndexDamaged) as caught:
            way(filled, analyzer=quick_analyzer)
        assert "khabar rebuild" not in str(caught.value) and "--new" in str(caught.value)
    [damage] = check_index(filled, analyzer=quick_analyzer).damages
    assert damage.remedy == "anew"
    with rebuilt(Address.parse(filled), quick_analyzer) as index:
        index.add(articles)
    assert check_index(filled, analyzer=quick_analyzer).whole


def test_lost_while_it_is_open(cluster: Nodes, filled: str, quick_analyzer: Analyzer) -> None:
    name = name_of(filled)
    with open_index(filled, analyzer=quick_analyzer) as index:
        cluster.request("DELETE", f"/{name}.1.articles,{name}.1.words")
        for ask in (
            lambda: index.search("القمح"),
            lambda: list(index.articles()),
            lambda: index.info(),
            lambda: index.complete("الق"),
        ):
            with pytest.raises(IndexDamaged):
                ask()


def test_replaced_while_it_is_read(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """A rebuild removes the edition that somebody is reading; this is not damage."""
    with open_index(filled, analyzer=quick_analyzer) as index:
        answers = index._current().answers
        rebuild_index(filled, analyzer=quick_analyzer)
        with pytest.raises(IndexLocked):
            answers.article("harvest")
        assert index.search("القمح").total


@pytest.mark.parametrize("what", ["records", ""])
def test_something_else_has_the_name(
    cluster: Nodes, address: str, quick_analyzer: Analyzer, what: str
) -> None:
    name = f"{name_of(address)}.{what}" if what else name_of(address)
    cluster.request("PUT", f"/{name}")
    cluster.request("PUT", f"/{name}/_doc/state?refresh=true", {"record": "theirs"})
    try:
        for way in (open_index, create_index, rebuild_index, check_index):
            with pytest.raises(IndexFolderError) as caught:
                way(address, analyzer=quick_analyzer)
            assert not isinstance(caught.value, IndexNotFound | IndexDamaged)
            assert f"the name {name}" in str(caught.value)
        with pytest.raises(IndexFolderError), rebuilt(Address.parse(address), quick_analyzer):
            pass
        assert cluster.request("GET", f"/{name}/_count")["count"] == 1
    finally:
        cluster.request("DELETE", f"/{name}")


def test_a_state_of_another_edition(cluster: Nodes, filled: str, quick_analyzer: Analyzer) -> None:
    name = name_of(filled)
    found = cluster.request("GET", f"/{name}.records/_doc/state")["_source"]
    found["record"] = found["record"].replace('"edition":1', '"edition":7')
    cluster.request("PUT", f"/{name}.records/_doc/state?refresh=true", found)
    with pytest.raises(IndexDamaged):
        open_index(filled, analyzer=quick_analyzer)
    [damage] = check_index(filled, analyzer=quick_analyzer).damages
    assert "edition 7" in damage.what
    rebuild_index(filled, analyzer=quick_analyzer)
    assert check_index(filled, analyzer=quick_analyzer).whole


@pytest.mark.parametrize("which", ["articles", "words"])
def test_a_closed_index(cluster: Nodes, filled: str, quick_analyzer: Analyzer, which: str) -> None:
    name = f"{name_of(filled)}.1.{which}"
    with open_index(filled, analyzer=quick_analyzer) as index:
        cluster.request("POST", f"/{name}/_close")
        begun = time.monotonic()
        for ask in (lambda: index.search("القمح"), lambda: index.add([ANOTHER])):
            with pytest.raises(ClusterUnavailable) as caught:
                ask()
            assert caught.value.code == "closed" and name in str(caught.value)
        [damage] = check_index(filled, analyzer=quick_analyzer).damages
        assert (damage.file, damage.what, damage.remedy) == (name, "it is closed", "cluster")
        assert time.monotonic() - begun < 10
        cluster.request("POST", f"/{name}/_open?wait_for_active_shards=1")
        assert index.search("القمح").total


def test_a_block_of_an_administrator_is_no_rebuild(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer
) -> None:
    cluster.request("PUT", f"/{name_of(filled)}.1.articles/_block/write")
    with open_index(filled, analyzer=quick_analyzer) as index:
        for write in (lambda: index.remove("harvest"), lambda: index.add([ANOTHER])):
            with pytest.raises(ClusterUnavailable) as caught:
                write()
            assert caught.value.code == "blocked"
        assert index.search("القمح").total


def test_a_killed_rebuild_of_a_damaged_index_leaves_it_damaged(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """Parts that were already repaired must not make it look intact."""
    cluster.request("DELETE", f"/{name_of(filled)}.1.records")

    class Killed(Exception):
        pass

    with pytest.raises(Killed), rebuilt(Address.parse(filled), quick_analyzer) as index:
        index.add(articles[:1])
        raise Killed
    with pytest.raises(IndexDamaged):
        open_index(filled, analyzer=quick_analyzer)
    assert rebuild_index(filled, analyzer=quick_analyzer).articles == len(articles)


def test_what_the_cluster_refuses_unexpectedly(cluster: Nodes, filled: str, quick_analyzer: Analyzer) -> None:
    """Another index is in the place of the articles: there is no answer, and the error says where to look."""
    name = name_of(filled)
    cluster.request("DELETE", f"/{name}.1.articles")
    aliases: dict[str, object] = {name: {}, f"{name}.1.articles.write": {}}
    cluster.request("PUT", f"/{name}.1.articles", {"aliases": aliases})
    with open_index(filled, analyzer=quick_analyzer) as index, pytest.raises(KhabarError):
        list(index.articles())
        raise KhabarError
    assert not check_index(filled, analyzer=quick_analyzer).whole


def changed(cluster: Nodes, index: str, article: str, script: str = "") -> None:
    """Change an article as an administrator might."""
    body: dict[str, object] = {"query": {"term": {"id": article}}}
    if script:
        body["script"] = {"source": script}
    cluster.request("POST", f"/{index}/_update_by_query?refresh=true", body)


def test_an_article_that_cannot_be_read(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """It is reported and listed, and a rebuild keeps the others."""
    changed(cluster, f"{name_of(filled)}.1.articles", "harvest", "ctx._source.article = '{broken'")
    with open_index(filled, analyzer=quick_analyzer) as index:
        for ask in (lambda: index.article("harvest"), lambda: list(index.articles())):
            with pytest.raises(IndexDamaged):
                ask()
        assert index.article("plain") is not None
    damages = check_index(filled, analyzer=quick_analyzer).damages
    assert ("sources", 1) in [(each.remedy, each.articles) for each in damages]
    report = rebuild_index(filled, analyzer=quick_analyzer)
    assert (report.articles, report.lost, len(report.losses)) == (len(articles) - 1, 1, 1)
    assert check_index(filled, analyzer=quick_analyzer).whole


def test_an_article_that_something_else_wrote(
    cluster: Nodes, filled: str, quick_analyzer: Analyzer, articles: list[Article]
) -> None:
    """Only what is derived from its words is lost, not the article."""
    changed(cluster, f"{name_of(filled)}.1.articles", "harvest")
    found = check_index(filled, analyzer=quick_analyzer).damages
    assert found and {each.remedy for each in found} == {"rebuild"}
    report = rebuild_index(filled, analyzer=quick_analyzer)
    assert (report.articles, report.lost) == (len(articles), 0)
    assert check_index(filled, analyzer=quick_analyzer).whole
    with open_index(filled, analyzer=quick_analyzer) as index:
        assert "harvest" in [hit.article.id for hit in index.search("القمح")]


def test_an_article_of_a_file_is_gone(
    cluster: Nodes, address: str, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    """After a rebuild its file is read again."""
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(
            f"خبر {number}\n\nنص رقم{number} من الوادي.\n", encoding="utf-8"
        )
    with create_index(address, analyzer=quick_analyzer) as index:
        index.update([tmp_path])
        gone = next(index.articles())
    path = f"/{name_of(address)}.1.articles/_delete_by_query?refresh=true"
    cluster.request("POST", path, {"query": {"term": {"id": gone.id}}})
    [damage] = check_index(address, analyzer=quick_analyzer).damages
    assert (damage.remedy, damage.articles) == ("sources", 1)
    report = rebuild_index(address, analyzer=quick_analyzer)
    assert (report.articles, report.lost, len(report.files)) == (2, 1, 1)
    assert check_index(address, analyzer=quick_analyzer).whole
    with open_index(address, analyzer=quick_analyzer) as index:
        assert index.update([tmp_path]).added == 1
        assert gone.id in index


def test_a_word_is_gone(cluster: Nodes, filled: str, quick_analyzer: Analyzer) -> None:
    path = f"/{name_of(filled)}.1.words/_delete_by_query?refresh=true"
    cluster.request("POST", path, {"query": {"term": {"term": "القمح"}}})
    with pytest.raises(IndexDamaged, match="words that are gone: 1"):
        open_index(filled, analyzer=quick_analyzer)
    for damage in check_index(filled, analyzer=quick_analyzer).damages:
        assert damage.file.endswith(".words") and damage.remedy == "rebuild"
    rebuild_index(filled, analyzer=quick_analyzer)
    assert check_index(filled, analyzer=quick_analyzer).whole
