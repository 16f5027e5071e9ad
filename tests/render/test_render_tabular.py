"""CSV: what it holds can be read back, and does nothing in a spreadsheet."""

import csv
import doctest
import io

from hypothesis import given
from hypothesis import strategies as st

from khabar.render import text
from khabar.render.text import csv_lines


def read_back(rows):
    return list(csv.DictReader(io.StringIO("\n".join(csv_lines(rows)), newline="")))


def test_documented_examples():
    assert doctest.testmod(text).failed == 0


def test_rows():
    rows = [
        {"title": "قال: «نعم»، ثم", "n": 1, "none": None},
        {"title": 'سطر\nو"آخر",', "n": 2.5, "none": True},
    ]
    assert read_back(rows) == [
        {"title": "قال: «نعم»، ثم", "n": "1", "none": ""},
        {"title": 'سطر\nو"آخر",', "n": "2.5", "none": "true"},
    ]


def test_no_rows_are_no_lines():
    assert list(csv_lines([])) == []


def test_a_title_is_no_formula():
    signs = ("=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", " =1", "\t=1", "\u200e=1", "\ufeff=1", "\u3000＝1")
    for title in (*signs, "＝1+1", "＋1", "－1+2", "＠SUM(A1)"):
        (row,) = read_back([{"title": title, title: 1}])
        assert row["title"].startswith("'")
        assert list(row) == ["title", row["title"]]
    # Numbers stay numbers.
    assert read_back([{"score": -1.5}]) == [{"score": "-1.5"}]


def test_rows_are_made_one_at_a_time():
    def rows():
        yield {"a": 1}
        raise AssertionError("the second row was asked for too early")

    lines = csv_lines(rows())
    assert [next(lines), next(lines)] == ["a", "1"]


def test_a_name_of_a_column_is_cleaned_like_a_cell():
    name = "sources.\x1b]0;x\x07\x9b2J\u202eوكالة"
    assert list(csv_lines([{name: 1}])) == ["sources.␛]0;x␇\ufffd2Jوكالة", "1"]


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]))))
def test_any_text_stays_in_its_cell_and_no_control_character_gets_out(texts):
    rows = [{"before": "ا", "text": text, "after": "ب"} for text in texts]
    for row in read_back(rows):
        assert (row["before"], row["after"]) == ("ا", "ب")
        assert not any(char < " " and char != "\n" for char in row["text"])
        assert "\x1b" not in row["text"] and "\u202e" not in row["text"]
