"""The API: the bodies are those of the library, parameters are strict, pages follow one another, errors are
problems."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asgi import Answer, Client
from click.testing import CliRunner

import khabar
from khabar.alerts import Alerts
from khabar.query.snapshot import Asked, Conditions
from khabar.web.endpoints import ENDPOINTS
from khabar.web.parameters import ASKED
from khabar.web.problem_texts import KINDS

BASE = "/api/v1/"


def fetched(client: Client, name: str, asked: Any = ()) -> Any:
    answer = client.get(BASE + name, asked)
    assert answer.status == 200, answer.body.decode()
    assert answer.headers["content-type"] == "application/json"
    return answer.json


def without_times(record: Any) -> Any:
    record.pop("took_ms", None)
    return record


def test_bodies_are_those_of_the_library(client: Client, sample_index: khabar.Index) -> None:
    index = sample_index
    same = {
        "search": (
            {"q": "أسعار النفط", "limit": 5, "since": "2023", "explain": "true", "suggest": "false"},
            index.search("أسعار النفط", limit=5, since="2023", explain=True),
        ),
        "facets": ({"q": "هدنة", "by": ["source", "year"]}, index.facets("هدنة", ("source", "year"))),
        "timeline": (
            [("q", "أسعار"), ("q", "هدنة"), ("by", "year")],
            index.timeline(["أسعار", "هدنة"], by="year"),
        ),
        "names": ({"q": "هدنة", "kind": "person"}, index.names("هدنة", "person", best=200)),
        "terms": ({"q": "هدنة", "limit": 4}, index.terms("هدنة", limit=4)),
        "related/gulf-01": ({"limit": 3}, index.related("gulf-01", limit=3)),
        "articles/gulf-01": ({"q": "النفط"}, index.highlight("gulf-01", "النفط")),
    }
    for name, (asked, value) in same.items():
        assert value is not None
        assert without_times(fetched(client, name, asked)) == without_times(value.to_dict()), name
    words = [each.to_dict() for each in index.complete("نف", limit=3)]
    assert fetched(client, "complete", {"prefix": "نف", "limit": 3}) == {"words": words}
    suggestions = [each.to_dict() for each in index.suggest("riyadh")]
    assert fetched(client, "suggest", {"q": "riyadh"}) == {"suggestions": suggestions}


@pytest.mark.parametrize(
    ("name", "asked", "command"),
    [
        ("search", {"q": "رئيس البرلمان"}, ["search", "رئيس البرلمان"]),
        ("facets", {"q": "هدنة"}, ["facets", "هدنة"]),
        ("why", {"word": "رئيس"}, ["why", "رئيس"]),
        ("why", {"word": "رئيس", "all": "true"}, ["why", "رئيس", "--all"]),
        ("complete", {"prefix": "نف"}, ["complete", "نف"]),
        ("info", {}, ["info"]),
        ("articles/gulf-01", {}, ["show", "gulf-01"]),
    ],
)
def test_bodies_are_those_of_the_command(
    client: Client,
    sample_index: khabar.Index,
    name: str,
    asked: dict[str, str],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from khabar.cli.group import khabar as cli

    for variable in ("KHABAR_INDEX", "KHABAR_LANG", "KHABAR_FORMAT"):
        monkeypatch.delenv(variable, raising=False)
    done = CliRunner().invoke(cli, [*command, "--index", str(sample_index.path), "--format", "json"])
    assert done.exit_code == 0, done.output
    assert without_times(fetched(client, name, asked)) == without_times(json.loads(done.stdout))


# parameters


def refused(answer: Answer, status: int, **expected: Any) -> dict[str, Any]:
    assert answer.status == status, answer.body.decode()
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json
    assert problem["status"] == status and problem["type"] == f"/api#{problem['type'].partition('#')[2]}"
    assert problem["title"] and problem["detail"]
    for key, value in expected.items():
        assert problem[key] == value
    return problem


@pytest.mark.parametrize(
    ("name", "asked", "expected"),
    [
        (
            "search",
            {"soruce": "a"},
            {"name": "soruce", "code": "unknown-parameter", "choices": ["source", "sort", "since"]},
        ),
        ("search", {"query": "a"}, {"name": "query", "code": "unknown-parameter"}),
        ("search", {"limit": "-1"}, {"name": "limit", "value": "-1", "code": "number"}),
        ("search", {"limit": "101"}, {"name": "limit", "code": "number"}),
        ("search", {"limit": "٥"}, {"name": "limit", "code": "number"}),
        ("search", {"limit": "1e1"}, {"name": "limit", "code": "number"}),
        ("search", {"limit": ""}, {"name": "limit", "code": "number"}),
        ("search", [("q", "a"), ("q", "b")], {"name": "q", "code": "repeated"}),
        (
            "search",
            {"sort": "best"},
            {"name": "sort", "code": "choice", "choices": ["relevance", "newest", "oldest"]},
        ),
        ("search", {"explain": "yes"}, {"name": "explain", "code": "choice", "choices": ["true", "false"]}),
        ("search", {"since": "yesterdayish"}, {"name": "since", "value": "yesterdayish", "code": "date"}),
        ("search", {"since": "2024", "until": "2023"}, {"code": "period"}),
        ("search", {"source": "nowhere"}, {"name": "source", "value": "nowhere", "code": "unknown-source"}),
        ("search", {"source": ""}, {"name": "source"}),
        ("search", {"tz": "Asia/Riyad"}, {"name": "tz", "code": "zone"}),
        ("search", {"lang": "fr"}, {"name": "lang", "code": "choice"}),
        ("search", {"cursor": "abc"}, {"name": "cursor", "code": "cursor"}),
        ("facets", {"by": "colour"}, {"name": "by", "code": "choice"}),
        ("timeline", {"by": "hour"}, {"name": "by", "code": "choice"}),
        ("complete", {}, {"name": "prefix", "code": "required"}),
        ("why", {"word": "رئيس البرلمان"}, {"name": "word", "value": "رئيس البرلمان"}),
    ],
)
def test_what_is_not_understood_is_named(
    client: Client, name: str, asked: Any, expected: dict[str, Any]
) -> None:
    problem = refused(client.get(BASE + name, asked), 400, **expected)
    arabic = client.get(BASE + name, asked, accept_language="ar").json
    assert re.search("[\u0600-\u06ff]", arabic["title"]) and re.search("[\u0600-\u06ff]", arabic["detail"])
    assert {key: arabic.get(key) for key in ("type", "code", "name", "value", "choices")} == {
        key: problem.get(key) for key in ("type", "code", "name", "value", "choices")
    }


def test_a_query_that_is_not_utf8_is_refused(client: Client) -> None:
    refused(client.get(BASE + "search?q=%ff%fe"), 400, code="encoding")


def test_what_is_not_there(client: Client) -> None:
    refused(client.get(BASE + "articles/nosuch"), 404, code="article-not-found", name="id", value="nosuch")
    refused(client.get(BASE + "related/a/b/c"), 404, value="a/b/c")
    refused(client.get(BASE + "alerts/nosuch"), 404, code="alert-not-found")
    problem = refused(client.get(BASE + "nothing"), 404, code="no-such-call")
    assert "search, articles/{id}" in problem["detail"]
    refused(client.get("/api/v2/search"), 404)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "POST", "TRACE"):
        answer = client.get(BASE + "search", method=method)
        refused(answer, 405, code="method-not-allowed")
        assert "GET" in answer.headers["allow"]


def test_head_is_get_without_a_body(client: Client) -> None:
    for name in ("search", "info", "openapi.json", "nothing"):
        got, head = client.get(BASE + name), client.get(BASE + name, method="HEAD")
        assert (head.status, head.body) == (got.status, b"")
        assert head.headers.get("etag") == got.headers.get("etag")


def test_what_is_said_of_a_query_is_in_the_language(client: Client, sample_index: khabar.Index) -> None:
    query = '"النفط بعد:كذا'
    said = fetched(client, "search", {"q": query, "lang": "ar"})
    assert said["problems"]
    for each, own in zip(said["problems"], sample_index.search(query).problems, strict=True):
        assert re.search("[\u0600-\u06ff]", each["message"]) and each["code"] == own.code
    compared = fetched(client, "timeline", {"q": query, "lang": "ar"})["queries"][0]["problems"]
    assert [each["message"] for each in compared] == [each["message"] for each in said["problems"]]
    english = fetched(client, "search", {"q": query})
    assert english["problems"] == [each.to_dict() for each in sample_index.search(query).problems]


# pages


def test_pages_follow_one_another(client: Client, sample_index: khabar.Index) -> None:
    path = BASE + "search?q=%D8%B1%D8%A6%D9%8A%D8%B3&limit=2&group=none&match=any"
    found: list[tuple[str, int]] = []
    for _ in range(100):
        answer = client.get(path)
        assert answer.status == 200
        found += [(hit["article"]["id"], hit["paragraph"]["number"]) for hit in answer.json["hits"]]
        if "link" not in answer.headers:
            break
        path = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers["link"])[1]  # type: ignore[index]
    whole = sample_index.search("رئيس", limit=1000, group="none", match="any")
    assert found == [(hit.id, hit.paragraph.number) for hit in whole] and len(found) > 6


def test_a_cursor_belongs_to_its_question(client: Client) -> None:
    link = client.get(BASE + "search", {"q": "رئيس", "limit": 2}).headers["link"]
    cursor = re.search(r"cursor=([\w-]+)", link)[1]  # type: ignore[index]
    refused(client.get(BASE + "search", {"q": "هدنة", "cursor": cursor}), 400, code="cursor", name="cursor")
    refused(client.get(BASE + "search", {"q": "رئيس", "cursor": cursor + "A"}), 400, code="cursor")
    # Another size of pages is the same question.
    assert (
        client.get(BASE + "search", {"q": "رئيس", "cursor": cursor, "limit": 3}).json["hits"][0]["rank"] == 3
    )


def test_a_new_commit_is_seen_and_told(make_client: Callable[..., Client], tmp_path: Path) -> None:
    with khabar.open_index(tmp_path / "index", create=True) as index:
        index.add(khabar.Article(f"a{number}", f"خبر {number}", "نص عن النفط") for number in range(5))
        client = make_client(index=index)
        first = client.get(BASE + "search", {"q": "النفط", "limit": 2})
        cursor = re.search(r"cursor=([\w-]+)", first.headers["link"])[1]  # type: ignore[index]
        etag = first.headers["etag"]
        same = client.get(BASE + "search", {"q": "النفط", "limit": 2}, if_none_match=etag)
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", etag)
        with khabar.open_index(tmp_path / "index") as other:
            other.add(khabar.Article("new", "خبر جديد", "نص آخر عن النفط"))
        assert client.get(BASE + "search", {"q": "النفط"}).json["total"] == 6
        again = client.get(BASE + "search", {"q": "النفط", "limit": 2}, if_none_match=etag)
        assert again.status == 200 and again.headers["etag"] != etag
        problem = refused(
            client.get(BASE + "search", {"q": "النفط", "limit": 2, "cursor": cursor}),
            409,
            code="index-changed",
        )
        assert "offset=2" in problem["detail"]


def test_etags_tell_answers_apart(client: Client) -> None:
    tags = {
        client.get(BASE + name, asked, **headers).headers["etag"]
        for name, asked, headers in (
            ("search", {}, {}),
            ("search", {"q": "a"}, {}),
            ("info", {}, {}),
            ("info", {}, {"accept_language": "ar"}),
        )
    }
    assert len(tags) == 4 and all(tag.startswith('W/"') for tag in tags)


# saved searches


@pytest.fixture
def alerts(tmp_path: Path, sample_index: khabar.Index) -> Alerts:
    made = Alerts(tmp_path / "alerts.json")
    made.add("نفط", "النفط", sample_index.path)
    made.add("elsewhere", "النفط", tmp_path / "other")
    return made


def test_saved_searches(client: Client, alerts: Alerts) -> None:
    listed = fetched(client, "alerts")["alerts"]
    assert [each["name"] for each in listed] == ["نفط", "elsewhere"] and listed[0]["last_run"] is None
    path = BASE + "alerts/%D9%86%D9%81%D8%B7"
    news = client.get(path).json["alerts"][0]
    assert news["new"] == len(news["hits"]) >= 2
    ids = [hit["article"]["id"] for hit in news["hits"][:1]]
    etag = client.get(path).headers["etag"]
    done = client.post(f"{path}/seen", {"ids": ids})
    assert (done.status, done.json) == (200, {"name": "نفط", "changed": 1})
    after = client.get(path, if_none_match=etag)
    assert after.status == 200 and after.json["alerts"][0]["new"] == news["new"] - 1
    refused(client.get(BASE + "alerts/elsewhere"), 409, code="alert-of-another-index")


def test_what_is_sent_to_mark_news_is_checked(
    client: Client, alerts: Alerts, make_client: Callable[..., Client]
) -> None:
    path = BASE + "alerts/%D9%86%D9%81%D8%B7/seen"
    for body in (
        b"",
        b"[]",
        b"{}",
        b'{"ids": "a"}',
        b'{"ids": [1]}',
        b'{"ids": [], "x": 1}',
        b"\xff",
        b'{"ids": ["a"',
    ):
        refused(client.post(path, body=body), 400, code="malformed-body")
    refused(client.post(path, {"ids": []}, content_type="text/plain"), 415)
    refused(client.post(path, {"ids": []}, content_type=None), 415)
    refused(client.get(path), 404)
    refused(make_client(write=False).post(path, {"ids": ["a"]}), 403, code="read-only")


# the desk


def test_the_desk(make_client: Callable[..., Client], desk_file: Path) -> None:
    client = make_client()
    path = BASE + "desk/lists/%D8%B7%D8%A7%D9%82%D8%A9"
    etag = client.get(BASE + "desk").headers["etag"]
    assert client.post(BASE + "desk/stars", {"ids": ["gulf-01", "gulf-02"]}).json == {
        "name": "",
        "changed": 2,
    }
    assert client.post(BASE + "desk/notes", {"id": "gulf-02", "text": "يُراجع"}).json["changed"] == 1
    assert client.post(path, {"ids": ["gulf-01"]}).json == {"name": "طاقة", "changed": 1}
    assert client.get(BASE + "desk", if_none_match=etag).status == 200
    starred = fetched(client, "desk", {"only": "starred"})["articles"]
    assert {each["id"] for each in starred} == {"gulf-01", "gulf-02"} and starred[0]["in_index"] is True
    assert [each["note"] for each in fetched(client, "desk", {"only": "noted"})["articles"]] == ["يُراجع"]
    assert fetched(client, "desk/lists")["lists"][0]["articles"] == 1
    assert [each["id"] for each in fetched(client, "desk", {"list": "طاقة"})["articles"]] == ["gulf-01"]
    assert client.post(path, {"ids": ["gulf-01"], "listed": False}).json["changed"] == 1
    assert client.post(BASE + "desk/stars", {"ids": ["gulf-01"], "starred": False}).json["changed"] == 1
    refused(
        client.post(BASE + "desk/stars", {"ids": ["nosuch"]}), 404, code="article-not-found", value="nosuch"
    )
    refused(client.get(BASE + "desk", {"list": "nosuch"}), 400, name="name")
    refused(make_client(write=False).post(BASE + "desk/stars", {"ids": ["gulf-01"]}), 403, code="read-only")
    assert desk_file.exists()


# errors


def test_errors_of_the_library_are_problems(
    make_client: Callable[..., Client], sample_index: khabar.Index
) -> None:
    class Broken:
        path = sample_index.path
        version = "1"

        def __init__(self, error: Exception) -> None:
            self.error = error

        def search(self, **asked: object) -> None:
            raise self.error

    def asked(error: Exception) -> Answer:
        return make_client(index=Broken(error)).get(BASE + "search")

    refused(asked(khabar.IndexDamaged("/x/y", "it is cut short")), 503, code="index-damaged")
    busy = asked(khabar.ClusterUnavailable("opensearch://h/n", "no answer", "timeout"))
    refused(busy, 503, code="index-unavailable")
    assert int(busy.headers["retry-after"]) > 0
    refused(asked(khabar.IndexClosed("closed")), 503)
    refused(asked(OSError(5, "Input/output error")), 503)
    refused(asked(MemoryError()), 503)


def test_a_fault_tells_its_name_alone(
    make_client: Callable[..., Client], sample_index: khabar.Index, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty:
        path = sample_index.path
        version = "1"

        def search(self, **asked: object) -> None:
            raise RuntimeError("a secret")

    answer = make_client(index=Faulty()).get(BASE + "search")
    problem = refused(answer, 500, code="internal")
    assert "RuntimeError" in problem["detail"] and "secret" not in answer.body.decode()
    assert "a secret" in caplog.text


def test_kinds_are_said_in_both_languages() -> None:
    for name, kind in KINDS.items():
        assert 400 <= kind.status < 600
        for english, arabic in (kind.title, kind.detail):
            assert bool(english) == bool(arabic), name
            if english:
                assert re.search("[\u0600-\u06ff]", arabic), name
                assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", arabic)), name


def test_what_accompanies_a_query_can_be_asked() -> None:
    """What the calls of an index take has its parameter."""
    taken = {*Asked.__annotations__, *Conditions.__annotations__} - {"today", "limits"}
    assert {each.key for each in ASKED} - {"query", "tz"} == taken


def test_every_address_has_its_own_name() -> None:
    names = [each.name for each in ENDPOINTS]
    assert len(names) == len(set(names))
