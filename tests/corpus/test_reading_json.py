"""JSON and JSON Lines, whole and broken."""

import gzip
import json
from typing import Any

import pytest
from reading_helpers import Result, jsonl, record

from khabar.corpus.limits import ReadLimits
from khabar.corpus.records import json_records
from khabar.corpus.report import Unreadable


def outcome(numbered: list[json_records.Numbered]) -> list[Any]:
    """Numbers with titles, or with the beginnings of reasons."""
    return [
        (
            number,
            str(one.reason)
            if isinstance(one, Unreadable)
            else one["title"]
            if isinstance(one, dict)
            else one,
        )
        for number, one in numbered
    ]


def document(text: str) -> list[Any]:
    return outcome(list(json_records.document([text], 1 << 26)))


def lines(*texts: str) -> list[Any]:
    return outcome(list(json_records.lines(texts)))


A, B, C = (json.dumps({"title": title}) for title in "ABC")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (A, [(None, "A")]),
        (f"\ufeff \n{A}\n", [(None, "A")]),
        (f"[{A}, {B}]", [(1, "A"), (2, "B")]),
        (f"[\n {A},\n {B},\n]\n", [(1, "A"), (2, "B")]),
        (f'{{"status": "ok", "articles": [{A}, {B}]}}', [(1, "A"), (2, "B")]),
        (f'{{"Results": [{A}]}}', [(1, "A")]),
        (f"{A}\n{B}", [(1, "A"), (2, "B")]),
        (f"[{A}][{B}] {C}", [(1, "A"), (2, "B"), (3, "C")]),
        ("[]", []),
        ("", []),
        ('{"articles": []}', []),
        ("[1, null]", [(1, 1), (2, None)]),
    ],
)
def test_documents(text: str, expected: list[Any]) -> None:
    assert document(text) == expected


def test_an_array_is_read_up_to_its_break() -> None:
    *read, (number, reason) = document(f'[{A}, {B}, {{"title": "C')
    assert read == [(1, "A"), (2, "B")]
    assert number == 3
    assert reason.startswith("broken JSON: Unterminated string starting at line 1, ")
    assert reason.endswith("the rest of the array was not read")


def test_an_array_without_its_end_or_a_comma_is_reported() -> None:
    assert document(f"[{A}")[0] == (1, "A")
    assert document(f"[{A}")[1][0] == 2
    assert document(f"[{A} {B}]") == [
        (1, "A"),
        (2, "the JSON array is broken after the previous record"),
    ]


def test_a_broken_object_does_not_hide_the_next_one() -> None:
    assert [number for number, _ in document(f'{{"title": oops}}\n{A}\n{B}')] == [1, 2, 3]
    assert document(f'{{"title": oops}}\n{A}')[1] == (2, "A")


def test_lines() -> None:
    assert lines(A, "", "  \n", B + "\r\n") == [(1, "A"), (4, "B")]


def test_a_broken_line_does_not_hide_the_others() -> None:
    # The number is that of the line, so the reason does not name another one.
    assert lines(A, '{"a":', C) == [(1, "A"), (2, "broken JSON: Expecting value at column 6"), (3, "C")]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_million_levels(opening: str) -> None:
    deep = opening * 1_000_000
    for found in (document(deep), document(f"[{A}, {deep}")[1:], lines(deep)):
        assert len(found) == 1
        assert "nested too deeply" in found[0][1]
    assert lines(deep, A)[1] == (2, "A")


def test_a_number_of_ten_thousand_digits() -> None:
    number = "1" * 10_000
    assert [number for number, _ in lines(f'{{"title": {number}}}', A)] == [1, 2]


def test_hopeless_files_are_given_up() -> None:
    found = lines(*["oops"] * 5_000, A)
    assert len(found) == 1001
    assert found[-1] == (None, "1,000 in a row are not JSON objects; the rest was not read")
    assert len(document("[" + "1," * 5_000 + "1]")) == 1001


def test_scattered_breaks_are_not_hopeless() -> None:
    assert len(lines(*["oops", A] * 1_500)) == 3_000


# From here on as files.


def test_a_broken_line_in_the_middle(reading_bytes: Any) -> None:
    content = jsonl(record(1)) + '{"title": "مكسور\n' + "\n" + jsonl(record(2), [1], record(3, text={"a": 1}))
    result: Result = reading_bytes("a.jsonl", content)
    assert result.titles == ["خبر 1", "خبر 2"]
    assert [skipped.number for skipped in result.report.skipped] == [2, 5, 6]
    assert [article.path.rsplit("#")[-1] for article in result.articles] == ["1", "4"]


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("a.json", json.dumps([record(1), record(2)]), 2),
        ("a.JSON", json.dumps({"data": [record(1), record(2)]}), 2),
        ("a.json", json.dumps(record(1), indent=2), 1),
        ("a.json", jsonl(record(1), record(2)), 2),
        ("a.jsonl", jsonl(record(1), record(2)), 2),
        ("a.ndjson", jsonl(record(1)), 1),
        ("a.jsonl", json.dumps([record(1), record(2)], indent=1), 2),
        ("a.jsonl", json.dumps(record(1), indent=1), 1),
        ("a.txt", jsonl(record(1), record(2)), 2),
        ("a.txt", json.dumps([record(1)]), 1),
        ("dump", jsonl(record(1), record(2)), 2),
    ],
)
def test_the_content_corrects_the_suffix(reading_bytes: Any, name: str, content: str, count: int) -> None:
    result: Result = reading_bytes(name, content)
    assert len(result.articles) == count
    assert result.report.ok
    assert result.articles[0].paragraphs == ("هذا نص الخبر 1.",)


@pytest.mark.parametrize("text", ["[عاجل] انفجار في الميناء", "{هكذا} قال", '["نعم"]، أجاب الوزير'])
def test_brackets_alone_do_not_make_json_of_a_text(reading_bytes: Any, text: str) -> None:
    assert reading_bytes("a.txt", text).articles[0].paragraphs == (text,)


def test_only_a_record_of_several_is_numbered(reading_bytes: Any) -> None:
    assert reading_bytes("a.json", json.dumps(record(1))).articles[0].path.endswith("a.json")
    assert reading_bytes("a.json", json.dumps([record(1)])).articles[0].path.endswith("a.json#1")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.txt"])
def test_json_in_other_encodings(reading_bytes: Any, name: str, codec: str) -> None:
    result: Result = reading_bytes(name, jsonl(record(1), record(2)).encode(codec))
    assert result.titles == ["خبر 1", "خبر 2"]
    assert result.report.ok
    assert bool(result.report.guessed) == (codec in ("utf-16-le", "cp1256"))


def test_a_damaged_line_of_utf8_is_read_and_reported(reading_bytes: Any) -> None:
    data = jsonl(record(1), record(2)).encode().replace("نص".encode(), "نص".encode()[:-1])
    result: Result = reading_bytes("a.jsonl", data)
    assert result.titles == ["خبر 1", "خبر 2"]
    assert [encoding for _, encoding in result.report.guessed] == ["utf-8 (damaged)"]


def test_escapes_that_no_file_can_hold(reading_bytes: Any) -> None:
    result: Result = reading_bytes(
        "a.json", r'{"title": "خبر \ud83d\ude00 \ud800 \u0000", "text": "نص", "author": "\udfff"}'
    )
    assert result.titles == ["خبر 😀 \ufffd \ufffd"]
    assert result.articles[0].author == "\ufffd"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", "[]"), ("a.json", " \n"), ("a.jsonl", "\n\n"), ("a.json", '{"items": []}')],
)
def test_no_record_at_all(reading_bytes: Any, name: str, content: str) -> None:
    assert reading_bytes(name, content).reasons == ["it contains no records"]


# Texts of which only a part is in memory.

TEXTS = (
    A,
    f"[{A}, {B}]",
    f"\ufeff[\n {A},\n\n {B},\n]\n",
    f'{{"status": "ok", "articles": [{A}, {B}], "next": null}}',
    f"[{A}][{B}] {C}",
    "[1, -2.5e+3, 17, null, true, false, -Infinity]",
    "12",
    f'[{A}, {{"title": "\\u0628\\ud83d\\ude00 \\" ب"}}, [], "text"]',
    f'[{A}, {B}, {{"title": "C',
    f'{A}\n{{"title": oops}}\n{B}\n{{"title": "\n{C}',
    f"[\n{A},\n  {B} {C}]",
    f'[{A}, {{"a": "b" "c"}}, {B}]',
    f'[{A}, {{"a": "\\u00zz"}}, {B}]',
    f"[{A}, tru, {B}]",
    f"[{A}, {{'a': 1}}]",
    '{"a": "',
    "[" * 3000,
)


@pytest.mark.parametrize("text", TEXTS)
def test_chunks_give_the_same_as_the_whole(text: str) -> None:
    whole = document(text)
    for size in (1, 2, 3, 5, 7, 11, 30):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert outcome(list(json_records.document(pieces, 1 << 26))) == whole


MANY = [{"title": f"خبر {number}", "text": "نص " * (number + 1)} for number in range(30)]
CHAT = {"name": "الأولى", "type": "public_channel", "id": 7}
MESSAGES: list[Any] = [
    {"id": number, "type": "message", "date": "2023-10-07T10:00:00", "text": f"نص الرسالة {number}"}
    for number in range(30)
]


@pytest.mark.parametrize(
    "value",
    [
        MANY,
        {"status": "ok", "articles": MANY, "next": None},
        {"response": {"tags": ["ا", "ب"], "results": MANY}},
        {"data": MANY[:10], "a": {"b": [1]}, "items": MANY[10:]},
        {"الأخبار المحلية": MANY[:15], "الأخبار العالمية": MANY[15:]},
        {str(number): each for number, each in enumerate(MANY)},
        {**CHAT, "messages": MESSAGES},
        {"about": "x" * 200, "chats": {"about": "", "list": [{**CHAT, "messages": MESSAGES}]}},
    ],
)
def test_a_large_document_is_read_as_a_small_one(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    whole = [record for _, record in json_records.document([text], 1 << 26)]
    pieces = [text[at : at + 50] for at in range(0, len(text), 50)]
    longest = 700
    assert len(text.encode()) > 2 * longest and len(whole) == 30
    found = list(json_records.document(pieces, longest))
    assert [record for _, record in found] == whole
    assert [number for number, _ in found] == list(range(1, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # An element, an object without records, a text.
        (f'[{A}, "{"x" * 100}", {B}]', [(1, "A"), (2, "too-large"), (None, "rest-unread")]),
        (f'{{"a": "b", "c": "d", "n": {list(range(9))}, "e": "{"x" * 30}"}} {A}', [(1, "too-large"), (2, "A")]),
        (f'{{"a": "{"x" * 100}"}} {A}', [(None, "too-large")]),
        (f'{{"text": ["{"x" * 30}", "{"x" * 30}"]}} {A}', [(None, "too-large")]),
        (f'{{"a": ["{"x" * 30}", "{"x" * 30}"]}} {A}', [(None, "too-large")]),
        # What breaks in a large object.
        (f'{{"items": [{A}, {A}, {A}, {B}', [(n, "A") for n in (1, 2, 3)] + [(4, "B"), (5, "broken-array")]),
        (f'{{"items": [{A}, {A}, {A}, {B}]', [(n, "A") for n in (1, 2, 3)] + [(4, "B"), (5, "broken-json")]),
        (f'{{"items": [{A}, {A}, {A}, {B}] 7', [(n, "A") for n in (1, 2, 3)] + [(4, "B"), (5, "broken-json")]),
        (f'{{"items": [{A}, {A}, {A}, {B}], 7', [(n, "A") for n in (1, 2, 3)] + [(4, "B"), (5, "broken-json")]),
    ],
)  # fmt: skip
def test_values_that_are_too_large_and_the_rest_are_reported(text: str, expected: list[Any]) -> None:
    pieces = [text[at : at + 10] for at in range(0, len(text), 10)]
    found = [
        (number, each.reason.kind if isinstance(each, Unreadable) else dict(each)["title"])  # type: ignore[call-overload]
        for number, each in json_records.document(pieces, 50)
    ]
    assert found == expected


def test_errors_name_their_place_in_the_whole_text() -> None:
    text = f"[\n{A},\n" * 1 + f"{A},\n" * 100 + '  {"title": oops}]'
    pieces = [text[at : at + 9] for at in range(0, len(text), 9)]
    *_, (number, error) = json_records.document(pieces, 1 << 20)
    assert number == 102 and isinstance(error, Unreadable)
    assert "line 103, column 13" in str(error.reason) and str(error.reason) == document(text)[-1][1]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_a_large_array_as_a_file(reading_bytes: Any, codec: str) -> None:
    many = [record(number) for number in range(3000)]
    data = json.dumps(many, ensure_ascii=False).encode(codec)
    result: Result = reading_bytes("a.json", data, limits=ReadLimits(whole=100_000))
    if codec in ("utf-8", "utf-8-sig"):
        assert result.titles == [f"خبر {number}" for number in range(3000)] and result.report.ok
    else:  # these are decoded as a whole
        assert result.titles == [] and [each.reason.kind for each in result.report.skipped] == ["too-large"]


def test_characters_are_not_cut(reading_bytes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [record(number, text=f"نص 😀 é {number}") for number in range(50)]
    data = json.dumps(many, ensure_ascii=False).encode()
    for chunk in (4, 5, 6, 7, 13):
        monkeypatch.setattr("khabar.corpus.pieces.content._CHUNK", chunk)
        result: Result = reading_bytes("a.json", data)
        assert [article.paragraphs[0] for article in result.articles] == [each["text"] for each in many]
        assert not result.report.guessed


def test_an_array_that_is_cut_or_damaged(reading_bytes: Any) -> None:
    many = json.dumps([record(number) for number in range(100)], ensure_ascii=False).encode()
    result: Result = reading_bytes("a.json.gz", gzip.compress(many)[:-20])
    assert len(result.articles) > 50
    assert sorted(each.reason.kind for each in result.report.skipped) == ["broken-json-array", "cut-short"]
    damaged = many.replace("نص".encode(), "نص".encode()[:-1], 1)
    result = reading_bytes("b.json", damaged)
    assert len(result.articles) == 100
    assert [encoding for _, encoding in result.report.guessed] == ["utf-8 (damaged)"]


def test_a_record_with_very_many_keys(reading_bytes: Any) -> None:
    large = {"title": "a", **{f"k{number}": number for number in range(20_000)}}
    result: Result = reading_bytes("a.json", json.dumps([large, record(1)], ensure_ascii=False))
    assert result.titles == ["خبر 1"]
    assert [each.reason.kind for each in result.report.skipped] == ["too-many-keys"]
