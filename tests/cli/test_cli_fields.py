"""Languages, places and kept fields at the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

RECORDS = [
    {"title": "أسعار النفط", "text": "صعدت أسعار النفط أمس في لندن.", "desk": "اقتصاد", "place": "لندن"},
    {
        "title": "اجتماع أوبك",
        "text": "يبحث الوزراء خفض إنتاج النفط.",
        "desk": "اقتصاد",
        "ed": {"name": "مساء"},
    },
    {"title": "قیمت نفت", "text": "وزیر نفت گفت که قیمت نفت در بازار بالا رفته است.", "desk": "سياسة"},
]


@pytest.fixture
def kept(run, tmp_path):
    (tmp_path / "news.jsonl").write_text(
        "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in RECORDS), encoding="utf-8"
    )
    place = str(tmp_path / "kept")
    done = run(
        "index", str(tmp_path / "news.jsonl"), "--keep", "desk", "--keep", "edition=ed.name", "--index", place
    )
    assert done.exit_code == 0, done.output
    return place


def titles(result):
    return [hit["article"]["title"] for hit in json.loads(result.stdout)["hits"]]


def test_conditions(run, kept):
    for options, found in (
        (["--language", "fa"], {"قیمت نفت"}),
        (["--language", "العربية"], {"أسعار النفط", "اجتماع أوبك"}),
        (["--place", "لندن"], {"أسعار النفط"}),
        (["--where", "desk=اقتصاد"], {"أسعار النفط", "اجتماع أوبك"}),
        (["--where", "desk=اقتصاد", "--where", "edition=مساء"], {"اجتماع أوبك"}),
        (["--where", "desk=سياسة", "--where", "desk=اقتصاد", "--place", "لندن"], {"أسعار النفط"}),
    ):
        result = run("search", "--index", kept, "--format", "json", *options)
        assert set(titles(result)) == found, options
    assert set(titles(run("search", "desk:سياسة", "--index", kept, "--format", "json"))) == {"قیمت نفت"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_wrong_conditions_are_told(run, kept, language, monkeypatch):
    monkeypatch.setenv("KHABAR_LANG", language)
    for options, said in (
        (["--where", "desq=اقتصاد"], "desq" if language == "en" else "لا حقل بهذا الاسم"),
        (["--where", "desk"], "NAME=VALUE" if language == "en" else "الاسم=القيمة"),
        (["--where", "desk=رياضة"], "رياضة"),
        (["--language", "ur"], "ur" if language == "en" else "لا مقال بهذه اللغة"),
    ):
        result = run("search", "النفط", "--index", kept, *options)
        assert result.exit_code == 2 and said in result.stderr, (options, result.stderr)


def test_tables_have_a_column_for_each_field(run, kept, tmp_path):
    rows = list(csv.DictReader(io.StringIO(run("export", "--index", kept, "--format", "csv").stdout)))
    assert {row["title"]: (row["field:desk"], row["field:edition"], row["language"]) for row in rows} == {
        "أسعار النفط": ("اقتصاد", "", "ar"),
        "اجتماع أوبك": ("اقتصاد", "مساء", "ar"),
        "قیمت نفت": ("سياسة", "", "fa"),
    }
    rows = list(csv.DictReader(io.StringIO(run("search", "--index", kept, "--format", "csv").stdout)))
    assert "field:edition" in rows[0]
    record = json.loads(run("search", "أوبك", "-n", "1", "--index", kept, "--format", "json").stdout)
    assert record["hits"][0]["article"]["fields"] == {"desk": ["اقتصاد"], "edition": ["مساء"]}


def test_they_are_counted_and_shown(run, kept):
    assert "edition: 1\tمساء" in run("facets", "--by", "edition", "--index", kept, "--format", "plain").stdout
    assert "By desk" in run("facets", "--by", "desk", "--index", kept, "--format", "rich").stdout
    assert run("facets", "--by", "desq", "--index", kept).exit_code == 2
    assert (
        run("facets", "--by", "اللغة", "--index", kept, "--format", "plain").stdout.count("language: ") == 2
    )
    assert run("search", "أوبك", "--where", "اللغة=fa", "--index", kept, "--count").output == "0\n"
    info = run("info", "--index", kept, "--format", "plain").stdout
    assert "field: desk\nfield: edition\n" in info and "language: 2\tar" in info and "warning" not in info
    found = json.loads(run("search", "نفت", "--index", kept, "--format", "json").stdout)
    shown = run("show", found["hits"][0]["article"]["id"], "--index", kept, "--format", "plain").stdout
    assert "language: fa\n" in shown and "field:desk: سياسة\n" in shown


def test_a_wrong_field_is_corrected_and_not_the_word_behind_it(run, kept):
    result = run("search", "dosk:اقتصاد", "--index", kept)
    assert "similar names: desk" in result.stderr and "«desk:اقتصاد»" in result.stderr
    assert "dosk:" not in result.stderr.partition("did you mean")[2]


def test_a_name_that_no_record_has_is_told(run, tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(RECORDS[0]), encoding="utf-8")
    result = run("read", str(tmp_path / "one.json"), "--keep", "desk", "--keep", "shift")
    assert result.exit_code == 1 and "shift=shift" in result.stderr and "desk=desk" not in result.stderr
    assert json.loads(result.stdout)["fields"] == {"desk": ["اقتصاد"]}
    result = run("read", str(tmp_path / "one.json"), "--keep", "title")
    assert result.exit_code == 2 and "«title»" in result.stderr


@pytest.mark.parametrize(
    ("language", "said"), [("en", "100 % of the articles are not in Arabic"), ("ar", "ليست بالعربية")]
)
def test_a_corpus_that_is_not_arabic_is_warned_of_once(run, tmp_path, language, said, monkeypatch):
    monkeypatch.setenv("KHABAR_LANG", language)
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"The talks of day {number}\nThe minister said that.\n")
    place = str(tmp_path / "english")
    files = [str(tmp_path / f"{number}.txt") for number in range(6)]
    result = run("index", *files, "--index", place, "--format", "rich")
    assert " ".join(result.stdout.split()).count(said) == 1
    assert run("index", *files, "--index", place, "--format", "plain").stdout.count("warning: ") == 1
    assert run("info", "--index", place, "--format", "plain").stdout.count("warning: ") == 1
