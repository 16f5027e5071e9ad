"""What houses with a cluster use without khabar: OpenSearch's own ``arabic`` analyzer, by opensearch-py.

``python benchmarks/arabic.py ARTICLES ADDRESS SHARDS`` fills an index from JSON Lines of articles.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from opensearchpy import OpenSearch, helpers

from khabar.corpus.article import Article
from khabar.places import Address

_ARABIC = {"type": "text", "analyzer": "arabic"}
_KEYWORD = {"type": "keyword"}
MAPPING = {
    "dynamic": "strict",
    "properties": {
        "title": {**_ARABIC, "copy_to": "all"},
        "text": {**_ARABIC, "copy_to": "all"},
        # What is asked: one field is the fastest, and the best of those that were tried.
        "all": _ARABIC,
        "source": _KEYWORD,
        "author": _KEYWORD,
        "url": _KEYWORD,
        "published": {"type": "date"},
    },
}


def opened(place: str) -> tuple[OpenSearch, str]:
    """A client, and the name of the index."""
    address = Address.parse(place)
    hosts = [{"host": host, "port": port} for host, port in address.hosts]
    return OpenSearch(hosts, timeout=60, pool_maxsize=32), address.name


def documents(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """A write for each article."""
    with path.open("rb") as file:
        for line in file:
            article = msgspec.json.decode(line, type=Article)
            yield {
                "_index": name,
                "_id": article.id,
                "title": article.title,
                "text": "\n".join(article.paragraphs),
                "source": article.source,
                "author": article.author,
                "url": article.url,
                "published": article.published.isoformat() if article.published else None,
            }


def fill(path: Path, place: str, shards: int) -> None:
    """Make the index as the manual advises for much at once: no refresh before the end, writes side by
    side."""
    client, name = opened(place)
    settings = {"number_of_shards": shards, "number_of_replicas": 0, "refresh_interval": "-1"}
    client.indices.create(index=name, body={"settings": settings, "mappings": MAPPING})
    for done, answer in helpers.parallel_bulk(client, documents(path, name), thread_count=2):
        assert done, answer
    client.indices.refresh(index=name)


def asker(place: str, *, marked: bool) -> Callable[[str], int]:
    """Ten hits of a plain ``match``, whole articles; ``marked``: with highlights too."""
    client, name = opened(place)
    marks = {"highlight": {"fields": {"title": {}, "text": {}}, "require_field_match": False}}

    def ask(text: str) -> int:
        body = {"query": {"match": {"all": text}}, "size": 10, **(marks if marked else {})}
        return len(client.search(index=name, body=body)["hits"]["hits"])

    return ask


if __name__ == "__main__":
    fill(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
