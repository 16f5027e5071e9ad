"""Languages, places and kept fields on the pages and in the API; links to pages of documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from asgi import Client

import khabar
from khabar.web.pages.searching import Search

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def client(tmp_path: Path, make_client: Callable[..., Client]) -> Iterator[Client]:
    with khabar.create_index(tmp_path / "kept") as index:
        index.add(
            [
                khabar.Article(
                    "pdf",
                    "تقرير القمح",
                    ("مقدمة.", "ارتفع إنتاج القمح."),
                    url="https://wadi.example/report.pdf",
                    language="ar",
                    place="القاهرة",
                    pages=(1, 3),
                    fields={"desk": "اقتصاد", "ed": HOSTILE},
                ),
                khabar.Article("fa", "گندم و القمح", ("متن.",), language="fa", fields={"desk": "سياسة"}),
            ]
        )
        yield make_client(index=index)


def page(client: Client, **asked: str) -> str:
    answer = client.get("/", asked, accept_language="en")
    assert answer.status == 200
    return answer.body.decode()


def test_the_column_has_them(client: Client) -> None:
    said = page(client, q="القمح")
    for field in ("desk", "ed", "place", "language"):
        assert f'id="facet-{field}"' in said
    assert f"where={quote('desk==اقتصاد')}" in said and HOSTILE not in said
    assert "1 article" in page(client, q="القمح", where="desk==اقتصاد")
    assert "1 article" in page(client, q="القمح", language="fa")
    # All in one language is nothing to choose by.
    assert 'id="facet-language"' not in page(client, q="إنتاج")
    values = client.get("/values", {"q": "القمح", "field": "desk"}, accept_language="en")
    assert values.status == 200 and "سياسة" in values.body.decode()
    assert client.get("/values", {"field": "desq"}).status == 400
    assert client.get("/", {"where": "desq=x"}).status in (200, 400)


def test_links_lead_to_the_page(client: Client) -> None:
    assert 'href="https://wadi.example/report.pdf#page=3"' in page(client, q="إنتاج")
    rows = client.get("/export", {"q": "إنتاج", "format": "csv"}).body.decode()
    assert "report.pdf#page=3" in rows and "field:desk" in rows.splitlines()[0]
    assert "report.pdf#page=3" in client.get("/export", {"q": "إنتاج", "format": "ris"}).body.decode()


def test_the_article_shows_them(client: Client) -> None:
    said = client.get("/article/pdf", accept_language="en").body.decode()
    assert "page 1<" in said and "page 3<" in said
    assert "القاهرة" in said and "desk" in said and HOSTILE not in said


def test_the_api_takes_and_gives_them(client: Client) -> None:
    def asked(**given: str) -> list[str]:
        answer = client.get("/api/v1/search", given)
        assert answer.status == 200, answer.body.decode()
        return [hit["article"]["id"] for hit in json.loads(answer.body)["hits"]]

    assert asked(where="desk=اقتصاد") == asked(language="ar") == asked(place="القاهرة") == ["pdf"]
    assert asked(q="desk:سياسة") == ["fa"]
    answer = json.loads(client.get("/api/v1/search", {"q": "إنتاج"}).body)
    assert answer["hits"][0]["paragraph"]["page"] == 3 and answer["hits"][0]["link"].endswith("#page=3")
    facets = json.loads(client.get("/api/v1/facets", {"by": "desk"}).body)["facets"]
    assert [value["name"] for value in facets["desk"]["values"]] == ["اقتصاد", "سياسة"]
    for wrong in ({"where": "desk"}, {"where": "desq=x"}, {"language": "xx"}, {"by": "desq"}):
        path = "/api/v1/facets" if "by" in wrong else "/api/v1/search"
        assert client.get(path, wrong).status == 400


def test_a_search_is_written_as_a_query() -> None:
    search = Search(q="القمح", language=("fa",), where=("desk=سياسة", "desk=اقتصاد"))
    assert search.as_query("ar") == "القمح لغة:fa desk:(سياسة OR اقتصاد)"
    assert search.toggled("desk", "سياسة").where == ("desk=اقتصاد",)
