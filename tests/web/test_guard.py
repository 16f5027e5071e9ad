"""Who may ask the server: names, sites, tokens, sizes; and what every answer says to a browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from asgi import Client

from khabar.web.config import Bounds, hosts_of
from khabar.web.guard import HEADERS, host_name

TOKEN = "a-token-of-this-test"
JUST_HERE = {"ids": ["gulf-01"]}


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "LOCALHOST:9", "[::1]:8765", "localhost."])
def test_own_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/api/v1/info", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8765",
        "",
        "a b",
        "localhost@evil.example",
        "192.168.1.5",
        "localhost/",
        "localhost:x",
        None,
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/info", "/static/khabar.css", "/nothing"])
def test_other_names_are_refused(client: Client, host: str | None, path: str) -> None:
    answer = client.get(path, host=host)
    assert answer.status == 421
    assert "--allow-host" in answer.body.decode()


def test_a_name_given_by_the_user_is_answered(make_client: Callable[..., Client]) -> None:
    hosts = hosts_of("0.0.0.0", ["Desk.Example.org:8080", "https://other.example/"], outside=True)
    client = make_client(hosts=hosts, any_address=True)
    for host in ("desk.example.org", "other.example:443", "10.0.0.7:8765", "[fe80::1]"):
        assert client.get("/api/v1/info", host=host).status == 200
    assert client.get("/api/v1/info", host="evil.example").status == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "cors"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}, 403),
        ({"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, 200),
        ({"sec_fetch_site": "none", "sec_fetch_mode": "navigate"}, 200),
        ({"sec_fetch_site": "same-origin", "sec_fetch_mode": "cors"}, 200),
        ({}, 200),
    ],
)
def test_pages_of_other_sites_read_nothing(client: Client, headers: dict[str, str], status: int) -> None:
    assert client.get("/api/v1/info", **headers).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}, 403),
        # There is no such saved search: the request itself was let in.
        ({"origin": "http://127.0.0.1:8765", "sec_fetch_site": "same-origin"}, 404),
        ({"origin": "http://127.0.0.1:8765"}, 404),
        ({}, 404),
    ],
)
def test_pages_of_other_sites_change_nothing(client: Client, headers: dict[str, str], status: int) -> None:
    assert client.post("/api/v1/alerts/oil/seen", JUST_HERE, **headers).status == status


def test_nothing_is_shared_across_origins(client: Client) -> None:
    for method in ("GET", "OPTIONS"):
        answer = client.get("/api/v1/info", method=method, origin="http://evil.example")
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/api/v1/info", "/api/v1/nothing", "/nothing", "/api/v1/search?no=1"])
def test_every_answer_protects_the_browser(client: Client, path: str) -> None:
    for host in ("localhost", "evil.example"):
        headers = client.get(path, host=host).headers
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert headers[name.lower()] == value
        assert "unsafe" not in headers["content-security-policy"]
        assert "no-store" in headers["cache-control"] or "private" in headers["cache-control"]
        assert "server" not in headers


def test_a_token_is_asked_for(make_client: Callable[..., Client]) -> None:
    client = make_client(token=TOKEN, port=8765)
    for path in ("/", "/api/v1/info", "/feed.atom", "/static/khabar.css", "/api/v1/search?token=wrong"):
        answer = client.get(path)
        assert answer.status == 401 and answer.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in answer.body.decode()
    assert client.get("/api/v1/info", authorization=f"Bearer {TOKEN}").status == 200
    for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer", "Bearer عربي", f"Basic {TOKEN}", ""):
        assert client.get("/api/v1/info", authorization=wrong.encode().decode("latin-1")).status == 401


def test_the_address_with_the_token_opens_the_page_once(make_client: Callable[..., Client]) -> None:
    client = make_client(token=TOKEN, port=8765)
    answer = client.get(f"/article/a?q=%D8%A3&token={TOKEN}&x=1")
    assert answer.status == 303 and answer.headers["location"] == "/article/a?q=%D8%A3&x=1"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"khabar-8765={TOKEN};")
    assert {"httponly", "samesite=strict", "path=/"} <= {each.strip().lower() for each in cookie.split(";")}
    assert client.get("/api/v1/info", cookie=f"other=1; khabar-8765={TOKEN}").status == 200
    for wrong in ("khabar-8765=wrong", f"khabar-1={TOKEN}", "khabar-8765", "\x00", f'khabar-8765="{TOKEN}'):
        assert client.get("/api/v1/info", cookie=wrong).status == 401


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
def test_the_way_with_the_token_leads_nowhere_else(make_client: Callable[..., Client], path: str) -> None:
    client = make_client(token=TOKEN)
    where = client.ask("GET", f"http://x{path}?token={TOKEN}", b"").headers["location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\"))


def test_a_token_is_left_out_however_it_is_written(make_client: Callable[..., Client]) -> None:
    client = make_client(token=TOKEN)
    answer = client.get(f"/?q=a&%74oken={TOKEN}")
    assert answer.status == 303 and answer.headers["location"] == "/?q=a"
    assert TOKEN not in client.get(f"/feed.atom?%74oken={TOKEN}&x=1").body.decode()


def test_an_address_with_a_token_leads_on_where_none_is_asked_for(client: Client) -> None:
    answer = client.get("/article/gulf-01?token=abc&q=x")
    assert answer.status == 303 and answer.headers["location"] == "/article/gulf-01?q=x"
    assert "set-cookie" not in answer.headers
    assert client.get("/feed.atom?token=abc").status == 200


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://localhost/api/v1/info", 200),
        ("http://127.0.0.1:8765/api/v1/search?q=a", 200),
        ("http://evil.example/api/v1/info", 421),
        ("https://localhost/api/v1/articles/a%2Fb", 404),
    ],
)
def test_a_whole_address_may_be_asked_for(client: Client, target: str, status: int) -> None:
    path, _, query = target.partition("?")
    scope = {"path": unquote(path), "raw_path": path.encode(), "query_string": query.encode()}
    assert client.ask("GET", "/", b"", scope=scope).status == status


def test_a_feed_reader_keeps_the_token_in_the_address(make_client: Callable[..., Client]) -> None:
    client = make_client(token=TOKEN)
    answer = client.get("/feed.atom", {"q": "النفط", "token": TOKEN})
    assert answer.status == 200
    assert TOKEN not in answer.body.decode() and "set-cookie" not in answer.headers


def test_too_much_is_refused(make_client: Callable[..., Client]) -> None:
    client = make_client(bounds=Bounds(url=300, parameters=5, body=1000))
    assert client.get("/api/v1/search", {"q": "ا" * 200}).status == 414
    assert client.get("/api/v1/search?" + "source=a&" * 6).status == 400
    answer = client.post("/api/v1/alerts/oil/seen", body=b"x" * 1001)
    assert answer.status == 413 and answer.json["code"] == "body-too-large"


def test_what_a_host_is() -> None:
    assert [
        host_name(each) for each in ("LOCALHOST:1", "[::1]:80", "a@b", "a/b", "a b", "[::1", "a:99999")
    ] == ["localhost", "::1", "", "", "", "", ""]


def test_what_is_said_to_a_client_of_another_language(client: Client) -> None:
    answer = client.get("/api/v1/info", host="evil.example", accept_language="ar-EG,ar;q=0.9,en;q=0.5")
    assert answer.headers["content-language"] == "ar" and "خوطب" in answer.json["detail"]
