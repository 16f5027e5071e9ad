"""The place of an index: folders and addresses of clusters."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.errors import InvalidArgument
from khabar.places import Address, Archives, default_place, place_of, places


def test_an_address_says_hosts_name_and_options() -> None:
    address = Address.parse(
        "opensearch://desk:a%40b%2Fc@one:9201,two/news?tls=off&ca=/x.pem&shards=3&replicas=0"
    )
    assert address.hosts == (("one", 9201), ("two", 9200))
    assert (address.name, address.tls, address.ca, address.shards, address.replicas) == (
        "news",
        False,
        "/x.pem",
        3,
        0,
    )
    assert (address.user, address.password) == ("desk", "a@b/c")


def test_what_is_shown_has_no_password_and_is_the_address_again() -> None:
    address = Address.parse("opensearch://desk:secret@one:9201,[::1]:9202/news?tls=off&shards=3")
    assert "secret" not in str(address) + repr(address)
    again = Address.parse(str(address))
    assert (again.hosts, again.name, again.tls, again.user, again.shards) == (
        (("one", 9201), ("::1", 9202)),
        "news",
        False,
        "desk",
        3,
    )


@pytest.mark.parametrize(
    ("text", "tls"),
    [
        ("opensearch://news.example.org/x", True),
        ("opensearch://localhost/x", False),
        ("opensearch://127.0.0.9:9200/x", False),
        ("opensearch://[::1]:9200/x", False),
        ("opensearch://localhost/x?tls=on", True),
        ("opensearch://localhost,news.example.org/x", True),
        ("OpenSearch://localhost/x", False),
    ],
)
def test_connections_are_encrypted_unless_they_stay_here(text: str, tls: bool) -> None:
    place = place_of(text)
    assert isinstance(place, Address)
    assert place.tls is tls


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://",
        "opensearch://localhost",
        "opensearch:///news",
        "opensearch://localhost/news#x",
        "opensearch://localhost/news#",
        "opensearch://localhost/أخبار",
        "opensearch://localhost/News",
        "opensearch://localhost/a.1",
        "opensearch://localhost/a/b",
        "opensearch://localhost:99999/news",
        "opensearch://localhost:x/news",
        "opensearch://localhost/news?shard=3",
        "opensearch://localhost/news?tls=maybe",
        "opensearch://localhost/news?shards=0",
        "opensearch://localhost/news?shards=9999",
        "opensearch://localhost/news?replicas=-1",
        "http://localhost:9200/news",
        "elasticsearch://localhost:9200/news",
        "opensearch:/localhost:9200/news",
    ],
)
def test_a_wrong_address_is_refused_and_no_folder(text: str) -> None:
    with pytest.raises(InvalidArgument):
        place_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://u:secret/x@localhost/news",
        "opensearch://u:secret#x@localhost/news",
        "opensearch://u:secret?x@localhost/news",
        "opensearch://u:secret@h1:9200,u2:secret@h2/news",
        "Opensearch:/u:secret@localhost/news",
        "http://u:secret@localhost/news",
        "opensearch://u:secret@localhost/News",
    ],
)
def test_a_refusal_repeats_no_password(text: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        place_of(text)
    assert "secret" not in str(raised.value) + repr(raised.value)


@pytest.mark.parametrize(
    "text", ["indexes/news", "/srv/news", "C:/news", "./opensearch:/x", "news:1", "أخبار"]
)
def test_anything_else_is_a_folder(text: str) -> None:
    assert place_of(text) == Path(text)


def test_archives_of_one_name_are_told_apart() -> None:
    found = places("place", ["opensearch://one:9200/news", "opensearch://one:9201/news"])
    assert isinstance(found, Archives)
    assert [name for name, _ in found.members] == ["one-news-1", "one-news-2"]


def test_the_default_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KHABAR_INDEX", raising=False)
    assert default_place().name == "news" and default_place().is_absolute()
    (tmp_path / "indexes").mkdir()
    assert default_place() == Path("indexes/news")
    monkeypatch.setenv("KHABAR_INDEX", "elsewhere")
    assert default_place() == Path("elsewhere")
    monkeypatch.setenv("KHABAR_INDEX", "")
    assert default_place() == Path("indexes/news")
