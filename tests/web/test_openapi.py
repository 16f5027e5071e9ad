"""The description of the API is true: real answers of every address agree with it, with nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    ("related", "related/gulf-01", {}),
    ("complete", "complete", {"prefix": "نف"}),
    ("suggest", "suggest", {"q": "riyadh"}),
    ("why", "why", {"word": "رئيس", "all": "true"}),
    ("alerts", "alerts", {}),
    ("news", "alerts/oil", {}),
    ("info", "info", {}),
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
    return make_client(alerts=alerts)


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
    done = asked.post(BASE + "alerts/oil/seen", {"ids": ["gulf-01"]})
    assert not list(validator(told, {"$ref": "#/components/schemas/Seen"}).iter_errors(done.json))


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
