"""JSON and JSON Lines, whole and broken."""

import json
from typing import Any

import pytest
from reading_helpers import Result, jsonl, record

from khabar.corpus import json_records
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
    return outcome(list(json_records.document(text)))


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
    assert reason.startswith("broken JSON: Unterminated string")
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
    assert [(n, r if n != 2 else r[:12]) for n, r in lines(A, '{"title": "B', C)] == [
        (1, "A"),
        (2, "broken JSON:"),
        (3, "C"),
    ]


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
