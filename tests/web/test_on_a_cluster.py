"""The server of an index on a cluster: as of one in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from asgi import Client
from nodes import Nodes

import khabar

BASE = "/api/v1/"


@pytest.mark.cluster
def test_an_index_on_a_cluster_is_served(address: str, make_client: Callable[..., Client]) -> None:
    with khabar.create_index(address) as index:
        index.add(khabar.Article(f"a{number}", f"خبر {number}", "نص عن أسعار النفط") for number in range(5))
        client = make_client(index=index)
        first = client.get(BASE + "search", {"q": "النفط", "limit": 2})
        assert first.status == 200 and first.json["total"] == 5
        etag = first.headers["etag"]
        assert client.get(BASE + "search", {"q": "النفط", "limit": 2}, if_none_match=etag).status == 304
        found = re.search(r"cursor=([\w-]+)", first.headers["link"])
        assert found
        second = client.get(BASE + "search", {"q": "النفط", "limit": 2, "cursor": found[1]})
        assert [hit["rank"] for hit in second.json["hits"]] == [3, 4]
        for name in (
            "info",
            "facets",
            "timeline",
            "articles/a1",
            "related/a1",
            "why?word=نفط",
            "complete?prefix=نف",
        ):
            assert client.get(BASE + name).status == 200, name
        assert client.get("/feed.atom", {"q": "النفط"}).status == 200
        with khabar.open_index(address) as other:
            other.add(khabar.Article("new", "خبر جديد", "نص آخر عن النفط"))
        assert client.get(BASE + "search", {"q": "النفط"}).json["total"] == 6
        again = client.get(BASE + "search", {"q": "النفط", "limit": 2}, if_none_match=etag)
        assert again.status == 200 and again.headers["etag"] != etag
        changed = client.get(BASE + "search", {"q": "النفط", "limit": 2, "cursor": found[1]})
        assert (changed.status, changed.json["code"]) == (409, "index-changed")


@pytest.mark.cluster
def test_an_index_that_is_gone_is_a_problem(
    cluster: Nodes, address: str, make_client: Callable[..., Client]
) -> None:
    with khabar.create_index(address) as index:
        index.add(khabar.Article("a", "خبر", "نص عن النفط"))
        client = make_client(index=index)
        assert client.get(BASE + "search").status == 200
        cluster.request("DELETE", f"/{address.rpartition('/')[2]}.*?expand_wildcards=all")
        answer = client.get(BASE + "search")
        assert answer.status == 503 and answer.json["detail"]
