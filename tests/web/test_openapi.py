"""The description of the API is true: real answers of every address agree with it, with nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asgi import Client

import khabar
from khabar.alerts import Alerts
from khabar.web.endpoints import ENDPOINTS
from khabar.web.openapi import description
from khabar.web.schemas import SCHEMAS

jsonschema = pytest.importorskip("jsonschema")

BASE = "/api/v1/"

#: Requests of every address, chosen so that every schema is met.
ASKED: tuple[tuple[str, str, Any], ...] = (
    ("search", "search", {"q": "مجلس الأمن هدنة", "explain": "true", "group": "story", "limit": 30}),
    ("search", "search", {"q": '"هدنة (', "recency": "30"}),
    ("search", "search", {"q": "النفظ", "suggest": "true"}),
    ("search", "search", {"sort": "newest", "group": "none", "limit": 3}),
    ("search", "search", {"q": "حليب ثوم كرنب", "match": "all"}),
    ("article", "articles/gulf-01", {"q": "النفط"}),
    ("article", "articles/gulf-01", {}),
    ("facets", "facets", {"q": "هدنة"}),
    ("facets", "facets", {"by": ["year", "author"], "all_values": "true"}),
    ("timeline", "timeline", [("q", "أسعار"), ("q", "هدنة مصدر:مجهول")]),
    ("timeline", "timeline", {}),
    ("terms", "terms", {"q": "هدنة"}),
    ("names", "names", {"q": "هدنة"}),
    ("names", "names", {"beside": "لافروف", "kind": "place"}),
    ("related", "related/gulf-01", {}),
    ("complete", "complete", {"prefix": "نف"}),
    ("suggest", "suggest", {"q": "riyadh"}),
    ("why", "why", {"word": "رئيس", "all": "true"}),
    ("alerts", "alerts", {}),
    ("news", "alerts/oil", {}),
    ("info", "info", {}),
    ("interpret", "interpret", {"q": '+هدنة "وقف إطلاق النار" مصدر:مجهول'}),
    ("quote", "quote", {"text": "وقف إطلاق النار في غزة"}),
    ("quote", "quote", {"text": "بدأت أسعار النفط ترتفع كثيرا", "similarity": "0.3"}),
    ("desk", "desk", {}),
    ("desk", "desk", {"only": "noted"}),
    ("desk-lists", "desk/lists", {}),
)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(description()))
    return found


def validator(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    return jsonschema.Draft202012Validator({**schema, "components": told["components"]})


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].rpartition("/")[2]} if "$ref" in value else set()
        return own.union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


@pytest.fixture
def asked(make_client: Callable[..., Client], sample_index: khabar.Index, tmp_path: Path) -> Client:
    """A client of a server with a saved search and a dictionary of the reader's own."""
    alerts = Alerts(tmp_path / "alerts.json")
    alerts.add("oil", "النفط", sample_index.path)
    client = make_client(alerts=alerts)
    for path, body in (
        ("desk/stars", {"ids": ["gulf-01"]}),
        ("desk/notes", {"id": "gulf-01", "text": "يُراجع"}),
        ("desk/lists/طاقة", {"ids": ["gulf-01", "gulf-02"]}),
    ):
        assert client.post(BASE + quote(path), body).json["changed"] > 0
    return client


def test_answers_of_every_address_agree(asked: Client, told: dict[str, Any]) -> None:
    met: set[str] = set()
    for name, path, parameters in ASKED:
        operation = next(
            each["get"] for each in told["paths"].values() if each.get("get", {}).get("operationId") == name
        )
        answer = asked.get(BASE + path, parameters)
        assert answer.status == 200, (path, answer.body.decode())
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        wrong = [
            f"{list(each.path)}: {each.message[:200]}"
            for each in validator(told, schema).iter_errors(answer.json)
        ]
        assert not wrong, (path, wrong[:3])
        met.add(name)
    assert met == {each.name for each in ENDPOINTS}


def test_problems_and_changes_agree(asked: Client, told: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/HttpProblem"}
    for answer in (
        asked.get(BASE + "search", {"sort": "best"}),
        asked.get(BASE + "search", {"no": ""}),
        asked.get(BASE + "articles/none"),
        asked.get(BASE + "search", host="evil.example"),
    ):
        assert not list(validator(told, schema).iter_errors(answer.json)), answer.json
        assert str(answer.status) in told["paths"]["/search"]["get"]["responses"] or answer.status == 404
    rows = asked.post(
        BASE + "batch", {"lines": ["سالم أبو راشد", "", "لا أحد كهذا", "هدنة"], "asked_as": "words"}
    )
    assert len(rows.json["lines"]) == 4
    batch = validator(told, {"$ref": "#/components/schemas/Batch"})
    assert not list(batch.iter_errors(rows.json))
    assert asked.post(BASE + "batch", {"lines": ["ا"], "hits": 21}).json["name"] == "hits"
    done = asked.post(BASE + "alerts/oil/seen", {"ids": ["gulf-01"]})
    assert not list(validator(told, {"$ref": "#/components/schemas/Changed"}).iter_errors(done.json))


def test_answers_of_several_archives_agree(
    make_client: Callable[..., Client], sample_index: khabar.Index, tmp_path: Path, told: dict[str, Any]
) -> None:
    with khabar.create_index(tmp_path / "other") as other:
        other.add([sample_index["gulf-01"], khabar.Article("new", "النفط", "نص عن أسعار النفط")])
    with khabar.open_index({"first": sample_index.path, "second": tmp_path / "other"}) as joined:
        client = make_client(index=joined)
        for path, schema in (
            ("search?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7", "Results"),
            ("articles/gulf-01", "MarkedArticle"),
            ("related/gulf-01", "Related"),
            ("info", "Info"),
        ):
            answer = client.get(BASE + path)
            check = validator(told, {"$ref": f"#/components/schemas/{schema}"})
            assert answer.status == 200 and not [each.message for each in check.iter_errors(answer.json)]
        hits = client.get(BASE + "search?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7").json["hits"]
        assert {hit["archive"] for hit in hits} == {"first", "second"}
        assert client.get(BASE + "articles/new?archive=second").status == 200
        assert client.get(BASE + "articles/new?archive=first").status == 404
        assert client.get(BASE + "related/new?archive=third").json["name"] == "archive"
        starred = client.post(BASE + "desk/stars", {"ids": ["new"], "archive": "second"})
        assert starred.json["changed"] == 1
        assert client.get(BASE + "desk").json["articles"][0]["archive"] == "second"
        feed = client.get("/feed.atom?q=%D8%A7%D9%84%D9%86%D9%81%D8%B7").body.decode()
        assert "tag:khabar.invalid,2026:archive/second/article/new" in feed and "archive=second" in feed


def test_a_schema_notices_what_is_new_or_missing(asked: Client, told: dict[str, Any]) -> None:
    record = asked.get(BASE + "search", {"q": "هدنة"}).json
    check = validator(told, {"$ref": "#/components/schemas/Results"})
    assert check.is_valid(record)
    assert not check.is_valid({**record, "new": 1})
    assert not check.is_valid({key: each for key, each in record.items() if key != "total"})
    record["hits"][0]["article"]["colour"] = "red"
    assert not check.is_valid(record)


def test_the_description_is_whole(told: dict[str, Any]) -> None:
    schemas = told["components"]["schemas"]
    assert refs(told) == set(schemas) <= set(SCHEMAS)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
        for name, each in schema["properties"].items():
            assert name.isidentifier() and each
    # Attributes are described by their docstrings.
    assert schemas["Hit"]["properties"]["rank"]["description"] == "position among all results, from 1."
    assert "`" not in json.dumps([each.get("properties") for each in schemas.values()], ensure_ascii=False)


def test_it_is_served(client: Client, told: dict[str, Any]) -> None:
    answer = client.get(BASE + "openapi.json")
    assert answer.json == told and answer.json["openapi"].startswith("3.1")
