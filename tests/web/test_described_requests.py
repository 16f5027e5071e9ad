"""The API against requests that nobody thought of, made from its own description (schemathesis): what agrees
with it is answered as it says, what does not is refused, and nothing is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import khabar
from khabar.alerts import Alerts
from khabar.web.app import make_app
from khabar.web.config import Config
from khabar.web.openapi import description
from khabar.web.serving import Serving

schemathesis = pytest.importorskip("schemathesis")
#: The check that what a schema allows is not refused.
positive = pytest.importorskip("schemathesis.specs.openapi.checks").positive_data_acceptance

#: Filled in before a request is made: schemathesis wants the application when the tests are collected.
SERVED: list[Any] = []


async def app(scope: Any, receive: Any, send: Any) -> None:
    await SERVED[0](scope, receive, send)


@pytest.fixture(scope="module", autouse=True)
def server(sample_index: khabar.Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    serving = Serving(2, 8)
    alerts = Alerts(tmp_path_factory.mktemp("described") / "alerts.json")
    alerts.add("oil", "النفط", sample_index.path)
    SERVED.append(make_app(Config(sample_index, alerts, serving, hosts=frozenset({"testserver"}))))
    yield
    SERVED.clear()
    serving.close()


schema = schemathesis.openapi.from_dict(description())
schema.app = app


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_as_it_says(case: Any) -> None:
    answer = case.call(base_url="http://testserver/api/v1")
    assert answer.status_code < 500
    # That a text names a date or an outlet of the index is nothing that a schema can say.
    case.validate_response(answer, excluded_checks=[positive])
