"""The pages as markup: what a browser gets, in both languages, whatever the articles and the address hold."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args, get_type_hints
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from asgi import Answer, Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import khabar
from khabar.alerts import Alert
from khabar.errors import IndexDamaged
from khabar.explore.alignment import Kind
from khabar.explore.quotations import Quotation
from khabar.query.interpret import QueryWord
from khabar.query.results import GROUPS
from khabar.query.tree import MATCHES
from khabar.ranking.answers import SORTS
from khabar.web import pages, texts
from khabar.web.layout import article_address
from khabar.web.pages import downloads, saved
from khabar.web.pages.building import BuilderFields, built
from khabar.web.pages.lists import ASKED_AS
from khabar.web.pages.page import MENU
from khabar.web.pages.quotes import pieces
from khabar.web.pages.searching import Search

HOSTILE = khabar.Article(
    'a/b ?#"<x>',
    '<script>alert(1)</script> زرافة \u202e" onload="alert(1)\' \x1b[31m',
    "<img src=x onerror=alert(1)> زرافة & </p></article><style>*{display:none}</style>\n{{ 7*7 }} {% raw %}",
    "</title><i>مصدر</i>",
    '"><svg/onload=alert(2)>',
    "2020-01-05T10:00:00+03:00",
    "javascript:alert(3)",
)
FORM = {"content_type": "application/x-www-form-urlencoded", "origin": "http://127.0.0.1:8765"}


class Markup(HTMLParser):
    """The tags and the texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def text(answer: Answer) -> str:
    return answer.body.decode()


@pytest.fixture
def own(tmp_path: Path, make_client: Callable[..., Client]) -> Iterator[tuple[khabar.Index, Client]]:
    """An index with a hostile article, and a server of it that may be written to."""
    with khabar.open_index(tmp_path / "own", create=True) as index:
        index.add([HOSTILE, khabar.Article("plain", "هدنة في الإقليم", "أُعلنت الهدنة أمس.", "الوادي")])
        yield index, make_client(index=index, problem_page=pages.problem_page)


PATHS = (
    "/",
    "/?q=هدنة",
    "/article/gulf-01?q=النفط",
    "/related/gulf-01",
    "/values?field=source",
    "/names?q=هدنة",
    "/why?word=رئيس",
    "/build?every=نفط",
    "/alerts",
    "/desk",
    "/lists",
    "/quote",
    "/help",
    "/api",
)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_and_has_nothing_inline(client: Client, path: str, language: str) -> None:
    answer = client.get(path.split("?")[0], parse_qsl(urlsplit(path).query), accept_language=language)
    assert answer.status == 200
    page = Markup(text(answer))
    assert page.all("html") == [{"lang": language, "dir": "rtl" if language == "ar" else "ltr"}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.all("style") == []
    assert [each["src"] for each in page.all("script")] == ["/static/khabar.js"]
    for _, attrs in page.tags:
        assert "style" not in attrs and not any(name.startswith("on") for name in attrs)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for attrs in page.all("label"):
        assert "for" not in attrs or attrs["for"] in ids
    for _, attrs in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            assert set((attrs.get(name) or "").split()) <= set(ids), attrs


def test_links_of_a_result_lead_somewhere(client: Client) -> None:
    page = Markup(text(client.get("/", {"q": "أسعار النفط", "sort": "newest"}, accept_language="en")))
    addresses = {str(each["href"]) for each in page.all("a")}
    inside = {
        each.split("#")[0] for each in addresses if each.startswith("/") and not each.startswith("/feed")
    }
    assert len(inside) > 20
    for address in sorted(inside):
        assert client.ask("GET", address, b"").status == 200, address


def test_a_search_has_one_address(client: Client) -> None:
    untidy = {"until": "", "sort": "relevance", "source": ["الخليج"], "q": "هدنة", "page": "1"}
    answer = client.get("/", untidy)
    assert answer.status == 303
    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {"q": "هدنة", "source": "الخليج"}
    assert client.ask("GET", answer.headers["location"], b"").status == 200


names = st.text(min_size=1, max_size=12).map(str.strip).filter(bool)


@given(
    st.builds(
        Search,
        q=st.text(max_size=20).filter(lambda each: not each or each.strip()),
        source=st.lists(names, unique=True, max_size=3).map(tuple),
        since=st.sampled_from(["", "2024", "أمس"]),
        sort=st.sampled_from(["relevance", "newest", "oldest"]),
        match=st.sampled_from(["", "any", "all"]),
        page=st.integers(1, 5),
    )
)
def test_an_address_says_the_whole_search(search: Search) -> None:
    # A lone surrogate is no text of an address.
    if any("\ud800" <= letter <= "\udfff" for letter in search.q + "".join(search.source)):
        return
    query = urlsplit(search.address()).query
    assert Search.of(parse_qsl(query, keep_blank_values=True)) == search


def test_what_is_not_a_parameter_is_told_with_the_nearest(client: Client) -> None:
    answer = client.get("/", {"sourse": "x"}, accept_language="en")
    assert answer.status == 400 and "source" in text(answer)


def test_a_condition_without_a_value_is_told(client: Client) -> None:
    answer = client.get("/", {"q": "هدنة", "where": "desk"}, accept_language="en")
    assert answer.status == 400 and "NAME=VALUE" in text(answer)


def test_a_date_that_is_none_is_told_beside_its_field(client: Client) -> None:
    answer = client.get("/", {"q": "هدنة", "since": "junk"}, accept_language="en")
    page = Markup(text(answer))
    assert answer.status == 400
    (field,) = [each for each in page.all("input") if each.get("name") == "since"]
    assert field["aria-invalid"] == "true" and field["value"] == "junk"
    assert "alert" in [attrs.get("role") for _, attrs in page.tags]


def test_an_empty_result_says_why_and_what_would_find_something(client: Client) -> None:
    said = text(client.get("/", {"q": "النفط", "since": "2001", "until": "2001"}, accept_language="en"))
    assert "Without" in said and "How your query was understood" in said
    assert "stop word" in text(client.get("/", {"q": "زعنفة لا"}, accept_language="en"))
    said = text(client.get("/", {"q": "رئيس البركان", "match": "all"}, accept_language="en"))
    assert "with any of them" in said and "match=any" in said
    assert "of these results" in text(client.get("/", {"q": "هدنة", "page": "50"}, accept_language="en"))


def test_an_index_without_articles_says_what_to_do(
    tmp_path: Path, make_client: Callable[..., Client]
) -> None:
    with khabar.create_index(tmp_path / "empty") as index:
        said = text(make_client(index=index).get("/", accept_language="en"))
    assert "holds no article yet" in said and "khabar index" in said


def test_a_hostile_article_is_text(own: tuple[khabar.Index, Client]) -> None:
    _, client = own
    address = article_address(HOSTILE.id)
    for path in (f"/?{urlencode({'q': 'زرافة'})}", address, f"{address}?q=%D8%B2%D8%B1%D8%A7%D9%81%D8%A9",
                 article_address(HOSTILE.id, "/related/")):  # fmt: skip
        answer = client.ask("GET", path, b"")
        assert answer.status == 200, path
        page = Markup(text(answer))
        assert [each.get("src") for each in page.all("script")] == ["/static/khabar.js"]
        assert not page.all("img") and not page.all("style") and not page.all("i")
        assert not [tag for tag, _ in page.tags if tag == "svg" and "onload" in dict(page.tags)[tag]]
        assert "javascript:" not in {str(each["href"])[:11] for each in page.all("a")}
        assert "\u202e" not in text(answer) and "\x1b" not in text(answer)
        assert "{{ 7*7 }}" in text(answer) or "article" not in path


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=30))
def test_no_query_breaks_a_page(client: Client, query: str) -> None:
    answer = client.ask("GET", f"/?{urlencode({'q': query}, errors='replace')}", b"")
    assert answer.status in (200, 303)
    if answer.status == 200:
        assert len(Markup(text(answer)).all("main")) == 1


def test_problems_wear_the_same_dress(make_client: Callable[..., Client], sample_index: khabar.Index) -> None:
    client = make_client(problem_page=pages.problem_page)
    for path, status in (("/nothing", 404), ("/article/nosuch", 404), ("/static/../x", 404)):
        answer = client.ask("GET", path, b"", accept_language="ar")
        assert answer.status == status
        page = Markup(text(answer))
        assert page.all("html")[0]["dir"] == "rtl" and len(page.all("nav")) == 1

    class Damaged:
        path = sample_index.path
        version = "1"
        archives: dict[str, int] = {}  # noqa: RUF012

        def __len__(self) -> int:
            return 0

        def meaning_problems(self) -> tuple[()]:
            return ()

        def search(self, *_: Any, **__: Any) -> None:
            raise IndexDamaged("/index/segment", "it is cut off")

    answer = make_client(index=Damaged(), problem_page=pages.problem_page).get("/", accept_language="en")
    assert answer.status == 503
    assert "khabar rebuild" in text(answer) and "Traceback" not in text(answer)


def send(client: Client, path: str, fields: dict[str, str], **headers: str | None) -> Answer:
    return client.post(path, body=urlencode(fields).encode(), **{**FORM, **headers})


def test_stars_notes_and_lists(own: tuple[khabar.Index, Client]) -> None:
    index, client = own
    back = "/article/plain?q=x"
    answer = send(client, "/desk/star", {"id": "plain", "on": "1", "back": back})
    assert (answer.status, answer.headers["location"]) == (303, back)
    send(client, "/desk/note", {"id": "plain", "text": "سطر\r\nوسطر", "back": back})
    send(client, "/desk/list", {"id": "plain", "name": "ملف", "on": "1", "back": back})
    (kept,) = khabar.Desk(index).all()
    assert kept.starred and kept.note == "سطر\nوسطر" and kept.lists == ("ملف",)
    assert "سطر" in text(client.get("/desk"))
    index.remove("plain")
    said = text(client.get("/desk", accept_language="en"))
    assert "no longer in the index" in said
    assert "TY  - NEWS" in text(client.get("/desk/export", {"list": "ملف", "format": "ris"}))
    assert send(client, "/desk/list", {"id": "plain", "name": "ملف", "on": "0"}).status == 303
    send(client, "/desk/star", {"id": "plain", "on": "0"})
    send(client, "/desk/note", {"id": "plain", "text": ""})
    assert khabar.Desk(index).all() == ()


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nX: y"]
)
def test_nobody_is_sent_elsewhere(own: tuple[khabar.Index, Client], back: str) -> None:
    answer = send(own[1], "/desk/star", {"id": "plain", "on": "1", "back": back})
    assert answer.headers["location"] == "/"


def test_changes_come_from_this_page_only(own: tuple[khabar.Index, Client], make_client: Any) -> None:
    index, client = own
    fields = {"id": "plain", "on": "1"}
    assert send(client, "/desk/star", fields, origin="http://evil.example").status == 403
    assert send(client, "/desk/star", fields, origin="null").status == 403
    assert send(client, "/desk/star", fields, sec_fetch_site="cross-site").status == 403
    assert send(client, "/desk/star", fields, content_type="text/plain").status == 415
    assert send(client, "/desk/star", {**fields, "more": "1"}).status == 400
    assert send(client, "/desk/star", {**fields, "id": "nosuch"}).status == 404
    assert send(make_client(index=index, write=False), "/desk/star", fields).status == 403
    assert client.get("/desk/star", fields).status == 405
    assert khabar.Desk(index).all() == ()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("was read as: 1990-", "the articles of this index are from 2020-01-05")),
        ("ar", ("هكذا: ", "ومقالات هذا الفهرس من ")),
    ],
)
def test_days_that_the_index_does_not_have_are_reported(
    own: tuple[khabar.Index, Client], language: str, told: tuple[str, ...]
) -> None:
    client = own[1]
    send(client, "/alerts/add", {"name": "قديم", "query": "date:1990 هدنة", "match": "all"})
    for path, asked in (
        ("/", {"q": "date:1990 هدنة"}),
        ("/", {"q": "هدنة", "until": "1990-02"}),
        ("/alerts", {}),
    ):
        said = re.sub("<[^>]*>|\u200e", "", text(client.get(path, asked, accept_language=language)))
        assert all(each in said for each in told), (path, asked, said)
    answer = client.get("/api/v1/search", {"q": "هدنة", "until": "1990"})
    assert [each["code"] for each in json.loads(answer.body)["problems"]] == ["outside-days"]


def test_what_was_typed_is_no_markup_in_a_problem(own: tuple[khabar.Index, Client]) -> None:
    client = own[1]
    query = "date:>1990..<xss>1990</xss> <xss>:x source:-<xss>أ</xss> هدنة before:1990 after:2024"
    send(client, "/alerts/add", {"name": "<xss>", "query": query, "match": "all"})
    for path, asked in (("/", {"q": query}), ("/alerts", {})):
        for language in ("en", "ar"):
            answer = client.get(path, asked, accept_language=language)
            assert answer.status == 200
            assert "<xss>" not in text(answer) and "&lt;xss&gt;" in text(answer)


def test_a_failure_while_a_saved_search_says_why_it_found_nothing_hides_no_other() -> None:
    def search(*_: object, **__: object) -> None:
        raise IndexDamaged("x", "y")

    shown = saved._news(
        cast(Any, SimpleNamespace(search=search)),
        cast(Any, SimpleNamespace(news=lambda *_: iter(()))),
        Alert("قديم", "date:1990", "index"),
        cast(Any, SimpleNamespace(language="en", asked_language="en")),
    )
    assert shown["fault"] and not shown["hits"]


def test_a_saved_search_keeps_its_conditions(own: tuple[khabar.Index, Client]) -> None:
    index, client = own
    page = Markup(text(client.get("/", {"q": "هدنة", "source": "الوادي"}, accept_language="ar")))
    fields = {
        str(each["name"]): str(each["value"]) for each in page.all("input") if each.get("name") == "query"
    }
    assert fields == {"query": "هدنة مصدر:الوادي"}
    answer = send(client, "/alerts/add", {**fields, "name": "هدنة الوادي", "match": "all"})
    assert answer.headers["location"] == "/alerts"
    index.add(khabar.Article("two", "هدنة أخرى", "تجددت الهدنة.", "الوادي"))
    said = text(client.get("/alerts", accept_language="en"))
    assert "1 new article" in said and "هدنة أخرى" in said
    send(client, "/alerts/seen", {"name": "هدنة الوادي", "most": "1"})
    assert "Nothing new" in text(client.get("/alerts", accept_language="en"))
    assert send(client, "/alerts/add", {"name": "", "query": "x", "match": "all"}).status == 400
    send(client, "/alerts/remove", {"name": "هدنة الوادي"})
    assert "no saved searches yet" in text(client.get("/alerts", accept_language="en"))


def test_a_choice_tells_what_it_includes(tmp_path: Path, make_client: Callable[..., Client]) -> None:
    sources = ("الخليج", "الخليج اليومي", "الوادي")
    with khabar.create_index(tmp_path / "several") as index:
        index.add([khabar.Article(each, f"هدنة {each}", "نص الهدنة.", each) for each in sources])
        said = text(
            make_client(index=index).get("/", {"q": "هدنة", "source": "الخليج"}, accept_language="en")
        )
    facet = said.partition('id="facet-source"')[2].partition("</ul>")[0]
    lines = [re.sub("<[^>]+>", "", each) for each in facet.split("<li")[1:]]
    assert ["included" in line for line in lines] == [False, True, False]
    assert "الخليج اليومي" in lines[1] and "2 articles" in said


def test_a_link_of_the_column_finds_what_it_counts(
    tmp_path: Path, make_client: Callable[..., Client]
) -> None:
    with khabar.create_index(tmp_path / "parts") as index:
        sources = ("الوطن", "الوطن", "الوطن أونلاين")
        index.add(khabar.Article(str(n), "هدنة", "نص الهدنة.", each) for n, each in enumerate(sources))
        client = make_client(index=index)
        page = Markup(text(client.get("/", {"q": "هدنة"}, accept_language="en")))
        links = [str(each["href"]) for each in page.all("a") if "source=" in str(each["href"])]
        counts = sorted(
            int(re.findall(r'data-count="(\d+)', text(client.ask("GET", link, b"", accept_language="en")))[0])
            for link in links
        )
        assert counts == [1, 2]


def test_downloads_have_all_hits(client: Client, sample_index: khabar.Index) -> None:
    total = sample_index.search("في", match="all").total
    assert total > 10
    asked = {"q": "في"}
    table = client.get("/export", {**asked, "format": "csv"})
    assert table.body.startswith(b"\xef\xbb\xbf") and len(text(table).splitlines()) == total + 1
    lines = text(client.get("/export", {**asked, "format": "jsonl"})).splitlines()
    assert len(lines) == total and json.loads(lines[0])["rank"] == 1
    ris = client.get("/export", {**asked, "format": "ris"})
    assert text(ris).count("ER  - ") == total
    assert len(client.get("/export", {**asked, "format": "csl-json"}).json) == total
    assert "attachment" in ris.headers["content-disposition"]
    assert client.get("/export", {**asked, "format": "doc"}).status == 400
    assert client.get("/export", {**asked, "since": "junk"}).status == 400
    assert text(client.get("/cite/gulf-01", {"format": "ris"})).startswith("TY  - NEWS")
    assert client.get("/cite/nosuch").status == 404


def test_a_list_of_names_comes_from_a_field_or_a_file(client: Client) -> None:
    sent = (
        b'--x\r\nContent-Disposition: form-data; name="names"\r\n\r\n\xd9\x87\xd8\xaf\xd9\x86\xd8\xa9\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="n.csv"\r\n\r\nname,x\n'
        + "النفط,1\n".encode()
        + b"\r\n--x--\r\n"
    )
    head = {**FORM, "content_type": "multipart/form-data; boundary=x", "accept_language": "en"}
    answer = client.post("/lists", body=sent, **head)
    assert answer.status == 200
    assert "2 of 2 occur" in text(answer)
    empty = send(client, "/lists", {"names": "  \n"}, accept_language="en")
    assert empty.status == 400 and "Write at least one name" in text(empty)
    sheet = send(client, "/lists", {"names": "هدنة\nالنفط", "format": "xlsx"})
    assert sheet.body[:2] == b"PK" and "names.xlsx" in sheet.headers["content-disposition"]
    table = send(client, "/lists", {"names": "هدنة\nالنفط", "format": "csv"})
    assert len(text(table).splitlines()) == 3


def test_a_hostile_spreadsheet_is_a_fault_of_the_form(client: Client) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string("A1", "هدنة")
        sheet.write_string("XFD1048576", "x")
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="far.xlsx"\r\n\r\n'
    head = {**FORM, "content_type": "multipart/form-data; boundary=x"}
    body = part + content.getvalue() + b"\r\n--x--\r\n"
    english = client.post("/lists", body=body, **head, accept_language="en")
    assert english.status == 400 and "span more than 500000 cells" in text(english)
    arabic = client.post("/lists", body=body, **head, accept_language="ar")
    assert arabic.status == 400 and "تمتد خلاياه على أكثر من" in text(arabic)


def test_a_quotation_is_marked(client: Client) -> None:
    quotation = "السوق تحتاج إلى الصبر لا إلى المفاجآت"
    answer = client.get("/quote", {"text": quotation}, accept_language="en")
    assert answer.status == 200 and '<mark class="exact">' in text(answer)


@given(st.text(max_size=40), st.data())
def test_pieces_are_the_whole_window(whole: str, data: st.DataObject) -> None:
    place = st.integers(0, len(whole))
    low, start, end, high = sorted(data.draw(st.tuples(place, place, place, place)))
    ranges = data.draw(st.lists(st.tuples(place, place), max_size=4))
    made = list(pieces(whole, start, end, ranges, (low, high)))
    assert "".join(piece.text for piece in made) == whole[low:high]


@given(
    st.builds(
        BuilderFields, every=st.text(max_size=15), phrase=st.text(max_size=15), none=st.text(max_size=15)
    )
)
def test_the_builder_writes_what_the_parser_understands(fields: BuilderFields) -> None:
    from khabar.query.parser import parse

    query = built(fields, "ar")
    codes = {problem.code for problem in parse(query).problems}
    assert not codes & {"unclosed-quote", "stray-quote", "unclosed-parenthesis", "stray-parenthesis"}


def test_the_language_is_chosen(client: Client) -> None:
    def spoken(path: str = "/help", **headers: str) -> str:
        return str(Markup(text(client.ask("GET", path, b"", **headers))).all("html")[0]["lang"])

    assert spoken(accept_language="fr, en-GB;q=0.4, ar-EG;q=0.9") == "ar"
    assert spoken(accept_language="fr") == "en"
    assert spoken(cookie="x=1; khabar-lang=ar", accept_language="en") == "ar"
    assert spoken(cookie="khabar-lang=arabic", accept_language="en") == "en"
    assert spoken("/help?lang=en", cookie="khabar-lang=ar") == "en"
    assert "khabar-lang=en" in client.get("/help", {"lang": "en"}).headers["set-cookie"]


def test_every_text_is_in_both_languages() -> None:
    for key, (english, arabic) in texts.TEXTS.items():
        assert english and arabic, key
        places = re.findall(r"\{(\w*)\}", english)
        assert sorted(places) == sorted(re.findall(r"\{(\w*)\}", arabic)), key
        bare = re.sub("[\u064b-\u0652]", "", arabic)
        assert not re.search(r"[\u0620-\u064a][,;?]", bare) and "اً" not in arabic, key
        assert not re.search(r"(?<!\w)[وفبل]?(?:ال)?(?:خبر|مادة|مواد|وثيقة|وثائق)(?!\w)", bare), key


def test_every_text_of_the_templates_is_there() -> None:
    folder = Path(pages.__file__).parents[1]
    sources = [*folder.glob("templates/*.html"), *folder.glob("pages/*.py")]
    used = {
        key
        for source in sources
        for key in re.findall(r"(?:\bt|phrased|told)\(['\"]([^'\"]+)['\"](?! ~)", source.read_text("utf-8"))
    }
    # Those whose name ends with a value.
    families = {
        "nav": [name for name, _ in MENU],
        "sort": SORTS,
        "group": GROUPS,
        "match": ["default", *MATCHES],
        "by": ["source", "author", "section", "tag", "month"],
        "role": get_args(get_type_hints(QueryWord)["role"]),
        "as": ASKED_AS,
        "differs": [kind for kind in get_args(Kind) if kind != "spelling"],
        "saved": ["note", "list"],
        "quote": [status for status in get_args(get_type_hints(Quotation)["status"]) if status != "found"],
    }
    used |= {f"{family} {value}" for family, values in families.items() for value in values}
    assert len(used) > 150
    assert used <= set(texts.TEXTS)
    whole = "".join(source.read_text("utf-8") for source in sources)
    named = {key for key in texts.TEXTS if f"'{key}'" in whole or f'"{key}"' in whole}
    assert used | named == set(texts.TEXTS)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_index_that_is_overwritten_under_the_server_is_told_as_damage(
    tmp_path: Path, make_client: Callable[..., Client], language: str
) -> None:
    folder = tmp_path / "overwritten"
    moments = ("2024-03-01T00:00:00+00:00", "2024-04-01T00:00:00+00:00")
    with khabar.create_index(folder) as index:
        index.add([khabar.Article(each, "هدنة", "خبر.", published=each) for each in moments])
    with khabar.open_index(folder) as index:
        client = make_client(index=index, problem_page=pages.problem_page)
        assert client.get("/api/v1/articles/" + moments[0]).status == 200
        (file,) = folder.glob("*.articles")
        seconds = (1_709_251_200).to_bytes(8, "little")
        place = file.read_bytes().index(seconds)
        with file.open("r+b") as opened:
            opened.seek(place)
            opened.write(b"Z" * 8)
        for path in ("/", "/api/v1/timeline"):
            answer = client.get(path, {"q": "هدنة"}, accept_language=language)
            said = text(answer)
            assert answer.status == 503
            assert f"khabar rebuild --index {folder}" in said
            assert ("The index is damaged" if language == "en" else "الفهرس تالف") in said


def test_of_several_archives_each_hit_names_its_own(
    tmp_path: Path, make_client: Callable[..., Client]
) -> None:
    for name, source in (("east", "الشرق"), ("west", "الغرب")):
        with khabar.create_index(tmp_path / name) as index:
            index.add(khabar.Article("same", f"هدنة {source}", f"أُعلنت الهدنة في {source}.", source))
    with khabar.open_index({"east": tmp_path / "east", "west": tmp_path / "west"}) as joined:
        client = make_client(index=joined)
        page = Markup(text(client.get("/", {"q": "هدنة"}, accept_language="en")))
        links = {str(each["href"]) for each in page.all("a") if each.get("class") == "go"}
        assert {dict(parse_qsl(urlsplit(each).query))["archive"] for each in links} == {"east", "west"}
        for link in links:
            archive = dict(parse_qsl(urlsplit(link).query))["archive"]
            said = text(client.ask("GET", link, b"", accept_language="en"))
            assert ("هدنة الشرق" if archive == "east" else "هدنة الغرب") in re.sub("<[^>]+>", "", said)
        send(client, "/desk/star", {"id": "same", "archive": "west", "on": "1"})
        (kept,) = khabar.Desk(joined).starred()
        assert (kept.archive, kept.title) == ("west", "هدنة الغرب")


def test_links_from_an_article_lead_into_the_archives_of_the_others(
    tmp_path: Path, make_client: Callable[..., Client]
) -> None:
    report = (
        "قال وزير الزراعة أمس إن محصول القمح في سهول الشمال وفير هذا العام رغم الجفاف الذي أصاب المنطقة",
        "وأضاف الوزير أن المزارعين باعوا ثلثي الحصاد إلى المخازن العامة بأسعار أعلى من أسعار الموسم الماضي",
    )
    with khabar.create_index(tmp_path / "east") as index:
        index.add(khabar.Article(number, "سفينة", "رست سفينة في الميناء.") for number in "123")
    with khabar.create_index(tmp_path / "west") as index:
        index.add(
            [
                khabar.Article("1", "محصول وفير", report, "الغرب"),
                khabar.Article("2", "محصول وفير", (*report, "وكالات"), "الوادي"),
                khabar.Article("3", "محصول القمح", "ينتظر المزارعون حصاد القمح بعد الجفاف في الجنوب."),
            ]
        )
    with khabar.open_index({"east": tmp_path / "east", "west": tmp_path / "west"}) as joined:
        client = make_client(index=joined)
        for path, asked, others in (
            ("/article/1", {"archive": "west"}, {"2", "3"}),
            ("/related/1", {"archive": "west"}, {"1", "3"}),
            ("/", {"q": "المزارعين المخازن", "group": "story"}, {"1", "2"}),
            ("/quote", {"text": "باعوا ثلثي الحصاد إلى المخازن العامة"}, {"1"}),
        ):
            page = Markup(text(client.get(path, asked, accept_language="en")))
            links = [urlsplit(str(each.get("href"))) for each in page.all("a")]
            to_articles = [
                (link.path.removeprefix("/article/"), dict(parse_qsl(link.query)).get("archive"))
                for link in links
                if link.path.startswith("/article/")
            ]
            assert others <= {other for other, _ in to_articles}, (path, to_articles)
            assert {archive for _, archive in to_articles} == {"west"}, (path, to_articles)
        # The article itself is not a link in its story, though another archive has one of its id.
        said = text(client.get("/article/1", {"archive": "west"}, accept_language="en"))
        assert said.count('aria-current="true"') == 1


@pytest.fixture
def two_archives(tmp_path: Path, make_client: Callable[..., Client]) -> Iterator[tuple[khabar.Index, Client]]:
    """Two archives with different articles of one id."""
    for name, said in (("east", "النفط في الرياض"), ("west", "النفط في القاهرة")):
        with khabar.create_index(tmp_path / name) as index:
            own = khabar.Article(f"only-{name}", f"النفط والغاز {name}", "أسعار النفط.")
            index.add([khabar.Article("1", said, f"ارتفع {said}."), own])
    with khabar.open_index({"east": tmp_path / "east", "west": tmp_path / "west"}) as joined:
        yield joined, make_client(index=joined)


def sheet_of(answer: Answer) -> tuple[str, list[str]]:
    """The first sheet of a spreadsheet, and its texts."""
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    return sheet, re.findall(r"<t[^>]*>([^<]*)</t>", texts)


def test_a_spreadsheet_has_all_hits(
    client: Client, sample_index: khabar.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("xlsxwriter")
    total = sample_index.search("في", match="all").total
    answer = client.get("/export", {"q": "في", "format": "xlsx"}, accept_language="ar")
    sheet, texts = sheet_of(answer)
    assert sheet.count("<row ") == total + 1 and 'rightToLeft="1"' in sheet
    assert {hit.article.title for hit in sample_index.search("في", match="all", limit=100).hits} <= set(texts)
    widths = {float(each) for each in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)}
    assert len(widths) > 3 and max(widths) < 65
    assert (
        'rightToLeft="1"'
        not in sheet_of(client.get("/export", {"q": "في", "format": "xlsx", "lang": "en"}))[0]
    )
    monkeypatch.setattr(downloads, "_MOST_ROWS", total - 1)
    refused = client.get("/export", {"q": "في", "format": "xlsx"})
    assert refused.status == 400 and "take CSV" in text(refused)
    refused = client.get("/export", {"q": "في", "format": "xlsx"}, accept_language="ar")
    assert refused.status == 400 and "أقصى ما في ملف XLSX" in text(refused)
    assert client.get("/export", {"q": "في", "format": "csv"}).status == 200


def test_a_text_that_no_cell_holds_is_not_cut(make_client: Callable[..., Client], tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    with khabar.create_index(tmp_path / "index") as index:
        index.add([khabar.Article("a", "هدنة", ("نص الهدنة",), fields={"note": "هدنة " * 7_000})])
        client = make_client(index=index)
        refused = client.get("/export", {"q": "هدنة", "format": "xlsx"}, accept_language="ar")
        assert refused.status == 400 and "أطول مما تسعه خلية" in text(refused)
        assert client.get("/export", {"q": "هدنة", "format": "csv"}).body.count("هدنة".encode()) > 7_000


def test_the_stars_as_a_spreadsheet(own: tuple[khabar.Index, Client]) -> None:
    pytest.importorskip("xlsxwriter")
    _, client = own
    send(client, "/desk/star", {"id": "plain", "on": "1", "back": "/desk"})
    sheet, texts = sheet_of(client.get("/desk/export", {"format": "xlsx"}))
    assert sheet.count("<row ") == 2 and "plain" in texts


def test_addresses_run_from_left_to_right_on_the_arabic_page(
    client: Client, sample_index: khabar.Index
) -> None:
    article = sample_index.article("gulf-01")
    assert article is not None
    page = text(client.get("/article/gulf-01", accept_language="ar"))
    values = list(filter(None, (article.url, article.path, article.id)))
    assert len(values) > 1 and all(f'<bdi dir="ltr">{escape(value)}</bdi>' in page for value in values)


def test_examples_of_queries_run_in_their_own_direction(client: Client) -> None:
    shown = text(client.get("/", accept_language="en"))
    examples = shown.partition('class="faint examples"')[2].partition("</p>")[0]
    links = re.findall("<a [^>]*>(?=<bdi>)", examples)
    assert links and all('lang="ar" dir="rtl"' in link for link in links)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "ris", "bibtex", "csl-json"])
def test_an_export_of_several_archives_has_all_their_articles(
    two_archives: tuple[khabar.Index, Client], kind: str
) -> None:
    _, client = two_archives
    exported = text(client.get("/export", {"q": "النفط", "format": kind}))
    titles = ("النفط في الرياض", "النفط في القاهرة", "النفط والغاز east", "النفط والغاز west")
    assert all(title in exported for title in titles)


def test_a_citation_names_the_archive_as_an_export_does(two_archives: tuple[khabar.Index, Client]) -> None:
    _, client = two_archives
    asked = client.get("/cite/1", {"archive": "west", "format": "ris"})
    assert "AN  - west:1\r" in text(asked)
    assert "AN  - east:1\r" in text(client.get("/cite/1", {"format": "ris"}))
    exported = text(client.get("/export", {"q": "القاهرة", "format": "ris"}))
    assert exported == text(asked)


def list_links(client: Client, lines: str, asked_as: str) -> list[str]:
    """The links in the table of a list."""
    table = text(send(client, "/lists", {"names": lines, "as": asked_as}, accept_language="en"))
    return [str(each["href"]) for each in Markup(table.partition("<tbody")[2]).all("a")]


def test_a_list_of_several_archives_links_the_article_that_it_shows(
    two_archives: tuple[khabar.Index, Client],
) -> None:
    _, client = two_archives
    best = list_links(client, "القاهرة", "name")[1]
    assert dict(parse_qsl(urlsplit(best).query))["archive"] == "west"
    shown = re.sub("<[^>]+>", "", text(client.ask("GET", best, b"", accept_language="en")))
    assert "النفط في القاهرة – khabar" in shown and "النفط في الرياض – khabar" not in shown


@pytest.mark.parametrize("asked_as", ASKED_AS)
@pytest.mark.parametrize(
    "line",
    [
        "غزة",
        "محمد سعيد",
        'محمد "سعيد',
        "غزة -رفح",
        "غزة أو رفح",
        "ليس محمد",
        "غزة OR رفح",
        "title:غزة",
        "+ رفح*",
    ],
)
def test_the_link_of_a_line_finds_what_its_row_counts(
    tmp_path: Path, make_client: Callable[..., Client], asked_as: str, line: str
) -> None:
    titles = (
        *("محمد سعيد في غزة", "ومحمد سعيد", "محمد السعيد", "سعيد محمد", "غزة", "رفح", "غزة أو رفح", "وغزة"),
        *("غزة رفح", "ليس محمد هنا", "OR غزة رفح"),
    )
    with khabar.create_index(tmp_path / "named") as index:
        index.add([khabar.Article(str(n), title, "خبر قصير.") for n, title in enumerate(titles)])
        client = make_client(index=index)
        (row,) = index.batch([line], asked_as=asked_as)  # type: ignore[arg-type]
        found = text(client.ask("GET", list_links(client, line, asked_as)[0], b"", accept_language="en"))
        assert len(Markup(found).all("article")) + found.count('<li class="hit"') == row.articles


def test_sections_and_tags_narrow_a_search(tmp_path: Path, make_client: Callable[..., Client]) -> None:
    made = [
        khabar.Article(str(number), f"هدنة {number}", "نص الهدنة.", section=section, tags=tags)
        for number, (section, tags) in enumerate(
            [("سياسة", ("غزة", "الأمم المتحدة")), ("سياسة", ()), ("اقتصاد", ("نفط",))]
        )
    ]
    with khabar.create_index(tmp_path / "sections") as index:
        index.add(made)
        client = make_client(index=index)
        page = Markup(text(client.get("/", {"q": "هدنة"}, accept_language="en")))
        asked = [dict(parse_qsl(urlsplit(str(each["href"])).query)) for each in page.all("a")]
        assert {each["section"] for each in asked if "section" in each} == {"=سياسة", "=اقتصاد"}
        assert {each["tag"] for each in asked if "tag" in each} == {"=غزة", "=الأمم المتحدة", "=نفط"}
        said = text(client.get("/", {"q": "هدنة", "section": "سياسة", "tag": "غزة"}, accept_language="en"))
        assert "1 article" in said and "هدنة 0" in re.sub("<[^>]+>", "", said)
        assert "سياسة" in text(client.get("/article/0", accept_language="en"))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "search",
    [
        Search(q="النفط", source=("=الخليج اليومي",)),
        Search(q="النفط", source=("الخليج اليومي",)),
        Search(source=("الخليج اليومي", "وكالة المغارب"), since="2023-11"),
        Search(q="في", since="2024", until="2024-06"),
        Search(q="قطار", author=("عبد الرحمن الزهراني",)),
    ],
)
def test_conditions_written_as_a_query_find_the_same(
    sample_index: khabar.Index, search: Search, language: str
) -> None:
    asked = sample_index.search(search.q, sort="newest", limit=100, **search.asked())
    written = sample_index.search(search.as_query(language), sort="newest", limit=100)
    assert written.problems == ()
    assert [hit.id for hit in written] == [hit.id for hit in asked] != []


@pytest.mark.parametrize(
    "body",
    [
        # Parts in parts, for ever; a head without end; a head that continues itself; too many parts.
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 4000,
        b"--b\r\nContent-Disposition: form-data; name=names" + b"; a=b" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nContent-Disposition: form-data"
        + b"".join(b"; name*%d*=x" % number for number in range(50_000))
        + b"\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="names"\r\n\r\nx\r\n' * 5000 + b"--b--\r\n",
        b"no part at all",
        b"",
    ],
)
def test_a_hostile_form_takes_no_time(client: Client, body: bytes) -> None:
    import time

    began = time.process_time()
    head = {**FORM, "content_type": "multipart/form-data; boundary=b", "accept_language": "en"}
    answer = client.post("/lists", body=body, **head)
    assert answer.status == 400
    assert time.process_time() - began < 3


def test_what_is_sent_is_bounded(own: tuple[khabar.Index, Client]) -> None:
    index, client = own
    long = {"id": "plain", "name": "ا" * 300, "on": "1"}
    assert send(client, "/desk/list", long).status == 400
    assert send(client, "/desk/note", {"id": "plain", "text": "ا" * 60_000}).status == 400
    assert send(client, "/alerts/add", {"name": "ا" * 300, "query": "x", "match": "all"}).status == 400
    send(client, "/alerts/add", {"name": "x", "query": "x", "match": "all"})
    assert send(client, "/alerts/add", {"name": "x", "query": "x", "match": "all"}).status == 400
    assert send(client, "/alerts/remove", {"name": "nosuch"}).status == 404
    assert khabar.Desk(index).all() == ()
    assert client.get("/desk/export", {"list": "nosuch"}).status == 400


@pytest.mark.parametrize("article_id", [".", "..", "a/../b", "%2e", "x?y#z"])
def test_every_id_has_a_page(tmp_path: Path, make_client: Callable[..., Client], article_id: str) -> None:
    with khabar.create_index(tmp_path / "ids") as index:
        index.add(khabar.Article(article_id, "عنوان وحيد", "نص وحيد."))
        client = make_client(index=index)
        page = Markup(text(client.get("/", {"q": "وحيد"})))
        (link,) = [str(each["href"]) for each in page.all("a") if each.get("class") == "go"]
        assert not re.search(r"/\.{1,2}(?:[/?#]|$)", link)
        assert client.ask("GET", link, b"").status == 200


def test_all_values_of_a_field_can_be_reached(tmp_path: Path, make_client: Callable[..., Client]) -> None:
    with khabar.create_index(tmp_path / "values") as index:
        index.add(
            khabar.Article(str(number), "هدنة", "نص الهدنة.", f"مصدر {number}", "", f"2020-{number:02}-01")
            for number in range(1, 13)
        )
        client = make_client(index=index)
        page = Markup(text(client.get("/", {"q": "هدنة"}, accept_language="en")))
        (more,) = [str(each["href"]) for each in page.all("a") if "field=source" in str(each["href"])]
        values = Markup(text(client.ask("GET", more, b"")))
        asked = [dict(parse_qsl(urlsplit(str(each["href"])).query)) for each in values.all("a")]
        assert len({each["source"] for each in asked if "source" in each}) == 12
        assert client.get("/values", {"field": "nosuch"}).status == 400


def test_a_word_that_no_article_has_is_told(client: Client) -> None:
    said = text(client.get("/", {"q": "هدنة بطريققق"}, accept_language="en"))
    assert "in no article as written" in said and "«بطريققق»" in re.sub("<[^>]+>", "", said)
