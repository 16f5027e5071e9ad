"""Addresses as arguments: whatever comes, it is understood or refused by name."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.errors import InvalidArgument, MissingDependency
from khabar.web.config import hosts_of
from khabar.web.cursor import Cursor, question_of, read_cursor, written
from khabar.web.endpoints import ENDPOINTS
from khabar.web.guard import host_name
from khabar.web.parameters import LANG, language_asked, read
from khabar.web.problems import Refused, problem_of

SEARCH = next(each for each in ENDPOINTS if each.name == "search").parameters
NAMES = [each.name for each in (*SEARCH, LANG)]
#: Any text that an address can hold.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


def test_what_is_understood() -> None:
    asked = read(
        urlencode(
            [("q", "أسعار النفط"), ("source", "a"), ("source", "ب"), ("limit", "3"), ("explain", "true")]
        ),
        SEARCH,
    )
    assert (asked["query"], asked["source"], asked["limit"], asked["explain"]) == (
        "أسعار النفط",
        ("a", "ب"),
        3,
        True,
    )
    assert (asked["sort"], asked["offset"], asked["syntax"]) == ("relevance", 0, True)
    # What has no default of the API is left to the call.
    assert not {"since", "match", "lang", "author"} & set(asked)
    assert read("q=&source=&since=+&limit=", SEARCH, blanks=True) == read("", SEARCH)
    assert read("tz=%2B03:00", SEARCH)["today"]


@given(st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), TEXTS), TEXTS), max_size=5))
def test_whatever_is_given_is_understood_or_named(pairs: list[tuple[str, str]]) -> None:
    try:
        asked = read(urlencode(pairs), SEARCH)
    except InvalidArgument as error:
        assert error.name in (name for name, _ in pairs)
        for language in ("en", "ar"):
            problem = problem_of(error, language)
            assert problem.status == 400 and problem.detail and problem.name == error.name
    else:
        assert {name for name, _ in pairs} <= set(NAMES)
        assert asked.keys() <= {"today", *(each.key for each in SEARCH)}


@given(st.binary(max_size=60))
def test_any_bytes(query: bytes) -> None:
    try:
        read(query, SEARCH)
    except InvalidArgument:
        pass
    except MissingDependency:
        pytest.skip("this system has no list of time zones")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_language_is_always_found(query: bytes, accepted: bytes) -> None:
    assert language_asked(query, [(b"accept-language", accepted)]) in ("en", "ar")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ar", "ar"),
        ("ar-SA,ar;q=0.9,en;q=0.8", "ar"),
        ("en-GB,en;q=0.9,ar;q=0.8", "en"),
        ("fr,de", "en"),
        ("", "en"),
        ("en;q=0.2, ar;q=0.3", "ar"),
        ("ar;q=0, en;q=0.1", "en"),
        ("ar;q=x", "en"),
    ],
)
def test_the_language_that_a_client_likes(accepted: str, language: str) -> None:
    assert language_asked(b"", [(b"accept-language", accepted.encode())]) == language
    assert language_asked(b"q=lang&lang=ar", [(b"accept-language", b"en")]) == "ar"
    assert language_asked(b"", [(b"accept-language", accepted.encode())], "ar") == "ar"


# cursors


@given(st.integers(0, 10**6), TEXTS, TEXTS)
def test_a_cursor_comes_back(offset: int, question: str, version: str) -> None:
    asked = question_of({"query": question})
    text = written(Cursor(offset, asked, version[:8]))
    assert quote(text, safe="") == text
    assert read_cursor(text, asked, version[:8]) == offset
    with pytest.raises(InvalidArgument):
        read_cursor(text, question_of({"query": f"{question}."}), version[:8])
    with pytest.raises(Refused, match="index-changed"):
        read_cursor(text, asked, "another")


@given(TEXTS)
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidArgument):
        read_cursor(text, "q", "v")


def test_a_question_is_what_is_asked_for() -> None:
    asked: dict[str, Any] = {"query": "a", "source": ("x",), "limit": 3}
    assert question_of(asked) == question_of({"source": ("x",), "query": "a", "limit": 9, "offset": 4})
    assert question_of(asked) != question_of({**asked, "source": ("y",)})


# names of the server


@given(st.text(max_size=20))
def test_a_host_is_one_name_or_none(host: str) -> None:
    name = host_name(host)
    assert name == name.lower() and not any(char.isspace() or char in "/@?#" for char in name)
    assert name in host.lower()


def test_names_of_the_server() -> None:
    assert hosts_of("127.0.0.1") == {"localhost", "127.0.0.1", "::1"}
    assert {"desk.example", "a.b", "::2"} <= hosts_of("Desk.Example.", ["http://a.b:80/", "[::2]:8000"])
    import socket

    assert socket.gethostname().lower() in hosts_of("0.0.0.0", outside=True)
