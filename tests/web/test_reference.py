"""The page that describes the API: everything is in it, in both languages, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from asgi import Client

from khabar.web.changes import CHANGES
from khabar.web.described import ABOUT, WORDS
from khabar.web.endpoints import ENDPOINTS
from khabar.web.following import PARAMETERS
from khabar.web.openapi import CURSOR, description
from khabar.web.parameters import LANG
from khabar.web.problem_texts import KINDS


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_is_described(client: Client, language: str) -> None:
    answer = client.get("/api", accept_language=language)
    page = answer.body.decode()
    assert answer.status == 200 and f'<html lang="{language}"' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    # Where the type of a problem leads to.
    assert set(KINDS) <= set(ids)
    assert set(description()["components"]["schemas"]) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    for each in (*ENDPOINTS, *CHANGES):
        assert f"/api/v1/{each.path}</code>" in page
    for address in re.findall(r'href="((?:/api/v1|/feed)[^"]*)"', page):
        answer = client.get(address.replace("&amp;", "&").replace(" ", "+"))
        assert answer.status == 200, (address, answer.body)


def test_a_page_loads_nothing_of_others(client: Client) -> None:
    page = client.get("/api").body.decode()
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "style=" not in page and "<script>" not in page


def test_what_addresses_are_for_is_said_in_arabic() -> None:
    said = {each.about for each in (*ENDPOINTS, *CHANGES, LANG, CURSOR, *PARAMETERS)}
    said |= {one.about for each in ENDPOINTS for one in each.parameters}
    assert said <= set(ABOUT)
    for english, arabic in (*ABOUT.items(), *WORDS.values()):
        assert re.search("[\u0600-\u06ff]", arabic), english
        assert not re.search(r"[\u0620-\u064a][,;?]", arabic) and "اً" not in arabic


def test_an_arabic_page_keeps_the_order_of_dates_and_options(client: Client) -> None:
    page = client.get("/api", accept_language="ar").body.decode()
    for each in ("2024-10-09", "2024-10", "7d", "--format json", "Asia/Riyadh", "+03:00", "/api/v1/why"):
        assert f'<bdi dir="ltr">{each}</bdi>' in page, each
    told = " ".join(re.findall(r'<bdi dir="rtl">(.*?)</bdi>(?=</p>|</td>| <span|</a>)', page))
    bare = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", told)
    assert not re.search(r"\d-\d|\u200e|--|/", bare)
    assert '<bdi dir="ltr">' not in client.get("/api", accept_language="en").body.decode()
