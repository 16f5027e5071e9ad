"""Feeds: valid, escaped, with stable ids and pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from asgi import Answer, Client
from hypothesis import given
from hypothesis import strategies as st

import khabar
from khabar.alerts import Alerts
from khabar.corpus.article import Paragraph
from khabar.highlight.snippet import Snippet
from khabar.query.results import Hit
from khabar.web.feeds import Feed, atom, rss

feedparser = pytest.importorskip("feedparser")
etree = pytest.importorskip("lxml.etree")

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(answer: Answer) -> Any:
    assert answer.status == 200, answer.body.decode()
    etree.fromstring(answer.body)
    found = feedparser.parse(answer.body)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_query_can_be_followed(client: Client, sample_index: khabar.Index, kind: str) -> None:
    answer = client.get(f"/feed.{kind}", {"q": "رئيس", "limit": 2})
    assert answer.headers["content-type"] == f"application/{kind}+xml; charset=utf-8"
    found = parsed(answer)
    expected = sample_index.search("رئيس", sort="newest", limit=2)
    assert [entry.title for entry in found.entries] == [hit.title for hit in expected]
    assert [entry.id for entry in found.entries] == [
        f"tag:khabar.invalid,2026:article/{hit.id}" for hit in expected
    ]
    assert "<b>" in found.entries[0].summary
    assert found.entries[0].link.startswith("http://127.0.0.1:8765/article/")
    links = {link.rel: link.href for link in found.feed.links}
    assert links["self"] == "http://127.0.0.1:8765/feed." + kind + "?q=%D8%B1%D8%A6%D9%8A%D8%B3&limit=2"
    following = parsed(client.ask("GET", links["next"].removeprefix("http://127.0.0.1:8765"), b""))
    more = sample_index.search("رئيس", sort="newest", limit=2, offset=2)
    assert [entry.title for entry in following.entries] == [hit.title for hit in more]


def test_atom_has_what_the_standard_wants(client: Client) -> None:
    root = etree.fromstring(client.get("/feed.atom").body)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"{ATOM}{name}")
            assert found.text
        assert re.fullmatch(r"[^:]+:\S+", element.find(f"{ATOM}id").text)
        moment = datetime.fromisoformat(element.find(f"{ATOM}updated").text)
        assert moment.tzinfo is not None
    assert root.find(f"{ATOM}author/{ATOM}name").text
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) > 20


def test_a_saved_search_can_be_followed(
    make_client: Callable[..., Client], sample_index: khabar.Index, tmp_path: Path
) -> None:
    alerts = Alerts(tmp_path / "a.json")
    alerts.add("نفط", "اسعار النفط", sample_index.path, match="any")
    client = make_client(alerts=alerts)
    found = parsed(client.get("/feed.atom", {"alert": "نفط"}))
    assert found.feed.title == "نفط"
    assert len(found.entries) == min(50, sample_index.search("اسعار النفط", match="any").total)
    assert client.get("/feed.atom", {"alert": "other"}).json["code"] == "alert-not-found"
    assert client.get("/feed.atom", {"alert": "نفط", "q": "x"}).status == 400
    assert client.get("/feed.rss", {"soruce": "x"}).headers["content-type"] == "application/problem+json"


def test_what_is_known_is_not_sent_again(client: Client) -> None:
    answer = client.get("/feed.rss", {"q": "النفط"})
    again = client.get("/feed.rss", {"q": "النفط"}, if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def feed_of(*hits: Hit, **given: Any) -> Feed:
    usual: dict[str, Any] = {
        "title": "نفط",
        "name": "query/1",
        "language": "ar",
        "home": "http://h/",
        "base": "http://h",
        "query": "نفط",
        "here": "http://h/feed.atom",
        "following": "",
    }
    return Feed(**{**usual, **given}, hits=hits)


def hit_of(title: str, text: str = "", **fields: Any) -> Hit:
    article = khabar.Article(fields.pop("id", "1"), title, text, **fields)
    return Hit(1, 1.0, article, Paragraph("1", 1, text), Snippet(text, (), 0, len(text), False, False), (), 0)


#: Any text that an index can hold.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(TEXTS, TEXTS, TEXTS.filter(str.strip), TEXTS)
def test_any_text_gives_xml(title: str, text: str, name: str, query: str) -> None:
    hit = hit_of(title, text, id=name, source=name, author=text, url=title)
    for make in (atom, rss):
        written = make(feed_of(hit, title=title, query=query, name=f"alert/{name}"))
        root = etree.fromstring(written)
        assert not {"script", "mark"} & {str(each.tag).rpartition("}")[2] for each in root.iter()}


def test_what_strangers_wrote_is_text() -> None:
    hit = hit_of(
        "<script>alert(1)</script> & \x0b\x1b[31m\ufffe\u202e", "]]><b>x</b>", url="javascript:alert(1)"
    )
    for make in (atom, rss):
        written = make(feed_of(hit)).decode()
        root = etree.fromstring(written.encode())
        assert {str(each.tag).rpartition("}")[2] for each in root.iter()} & {"script", "b"} == set()
        assert "javascript" not in written and "\x0b" not in written and "\ufffe" not in written
        summary = next(
            each
            for each in root.iter()
            if str(each.tag).rpartition("}")[2] in ("summary", "description")
            and each.text
            and "x" in each.text
        )
        assert summary.text == "]]&gt;&lt;b&gt;x&lt;/b&gt;"


def test_moments_have_a_zone() -> None:
    hits = (
        hit_of("a", published=datetime(2024, 5, 1, 10, 30)),
        hit_of("b", published=datetime(2024, 5, 1, 10, 30, 5, 999, tzinfo=timezone(timedelta(hours=3)))),
        hit_of("c"),
    )
    root = etree.fromstring(atom(feed_of(*hits)))
    moments = [each.text for each in root.findall(f"{ATOM}entry/{ATOM}updated")]
    assert moments == ["2024-05-01T10:30:00+00:00", "2024-05-01T10:30:05+03:00", "1970-01-01T00:00:00+00:00"]
    assert root.find(f"{ATOM}updated").text == "2024-05-01T10:30:00+00:00"
