"""``khabar search``, ``info`` and ``analyze``: formats, statuses, and words that look like options."""

import json
import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden" / "cli"


@pytest.fixture
def search(run, built):
    return lambda *args: run("search", "--index", built, *args)


def titles(result):
    return [hit["article"]["id"] for hit in json.loads(result.stdout)["hits"]]


def check_golden(name, found):
    path = GOLDEN / name
    if os.environ.get("KHABAR_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_golden_plain(search, news):
    result = search("اسعار", "النفط")
    assert result.exit_code == 0
    check_golden("search.txt", result.stdout.replace(str(news.resolve()), "NEWS"))


def test_golden_json(search, news):
    record = json.loads(search("لافروف", "بيروت", "--format", "json").stdout)
    record["took_ms"] = 0
    for hit in record["hits"]:
        # What the ranking makes of it is not the business of this test.
        assert hit.pop("score") > 0
        hit["article"]["path"] = hit["article"]["path"].replace(str(news.resolve()), "NEWS")
    check_golden("search.json", json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def test_a_word_with_a_dash_is_excluded(search):
    assert sorted(titles(search("لافروف", "--format", "json"))) == ["lavrov", "visit"]
    assert titles(search("لافروف", "-موسكو", "--format", "json")) == ["visit"]
    assert titles(search("--format", "json", "-موسكو", "لافروف")) == ["visit"]
    assert titles(search("--format=json", "--", "-موسكو", "لافروف")) == ["visit"]
    assert titles(search("لافروف -موسكو", "--format", "json")) == ["visit"]


@pytest.mark.parametrize("option", ["-n", "--format", "--index", "--without"])
def test_an_option_without_its_value_is_wrong_usage(search, option):
    result = search("غزة", option)
    assert result.exit_code == 2
    assert f"Option '{option}' requires an argument." in result.stderr


def test_nothing_found_is_status_1_and_no_output(search):
    result = search("قطار")
    assert (result.exit_code, result.stdout) == (1, "")
    empty = search("قطار", "--format", "json")
    assert empty.exit_code == 1
    assert json.loads(empty.stdout)["hits"] == []
    assert search("قطار", "--format", "jsonl").stdout == ""


@pytest.mark.parametrize("query", ["؟!", '"', "-موسكو", "\x00", "\udcff", "a" * 10_000])
def test_no_query_fails(search, query):
    result = search(query)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr


def test_without_a_query_the_newest_are_shown(search):
    result = search("--format", "json")
    found = json.loads(result.stdout)
    dates = [hit["article"]["published"] for hit in found["hits"] if hit["article"]["published"]]
    assert result.exit_code == 0 and found["total"] == len(found["hits"])
    assert dates == sorted(dates, reverse=True) and dates


def test_problems_are_told_on_stderr_or_in_the_object(search):
    result = search('"لافروف')
    assert (result.exit_code, result.stderr) == (
        0,
        "khabar: the quotation mark is not closed: searched as words\n",
    )
    assert "title: " in result.stdout
    record = search('"لافروف', "--format", "json")
    assert record.stderr == ""
    assert [problem["code"] for problem in json.loads(record.stdout)["problems"]] == ["unclosed-quote"]


def test_words_alone(search):
    assert len(titles(search("لافروف -موسكو", "--words", "--format", "json"))) == 2


def test_limit_and_offset(search):
    first = search("لافروف", "-n", "1", "--format", "json")
    second = search("لافروف", "-n1", "--offset", "1", "--format", "json")
    assert sorted(titles(first) + titles(second)) == ["lavrov", "visit"]
    assert json.loads(second.stdout)["hits"][0]["rank"] == 2
    assert json.loads(second.stdout)["total"] == 2
    assert search("لافروف", "-n", "0").stdout == "articles: 2\n"
    assert search("لافروف", "-n", "-1").exit_code == 2


def test_jsonl(search):
    lines = search("لافروف", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["rank"] for line in lines] == [1, 2]


@pytest.mark.parametrize("style", ["rich", "plain", "json", "jsonl"])
def test_hostile_text_is_harmless_in_every_format(search, style):
    result = search("الميناء", "--format", style)
    assert result.exit_code == 0
    assert not set("\x1b\x9b\u202e") & set(result.stdout)
    assert "[bold]غزة[/bold]" in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
class TestOnATerminal:
    def test_it_is_coloured(self, built, on_terminal):
        shown = on_terminal("search", "لافروف", "--index", built)
        assert "\x1b[1;32mلافروف" in shown
        assert "2 articles" in shown

    def test_no_color_is_heeded(self, built, on_terminal):
        shown = on_terminal("search", "لافروف", "--index", built, NO_COLOR="1")
        assert "\x1b[1mلافروف" in shown and "32m" not in shown

    def test_a_dumb_terminal_gets_no_escapes(self, built, on_terminal):
        shown = on_terminal("search", "لافروف", "--index", built, TERM="dumb")
        assert "لافروف" in shown and "\x1b" not in shown

    def test_plain_on_request(self, built, on_terminal):
        shown = on_terminal("search", "لافروف", "--index", built, "--format", "plain")
        assert shown.startswith("rank: 1\nid: ") and "\x1b" not in shown

    def test_nothing_found_is_said(self, built, on_terminal):
        shown = on_terminal("search", "قطار", "--index", built, status=1)
        assert shown.strip() == "khabar: nothing found for «قطار»"

    def test_a_bar_while_indexing(self, news, tmp_path, on_terminal):
        shown = on_terminal("index", news, "--index", tmp_path / "ix")
        assert "Indexing" in shown and "━" in shown
        assert "4 added" in shown


def test_info(run, built):
    record = json.loads(run("info", "--index", built, "--format", "json").stdout)
    assert (record["articles"], record["undated"]) == (4, 3)
    assert record["sources"] == {"": 2, "الخليج اليومي": 1, "وكالة المغارب": 1}
    plain = run("info", "--index", built)
    assert plain.exit_code == 0 and "articles: 4\n" in plain.stdout


def test_the_index_is_found_by_the_environment_and_by_the_folder(run, built, monkeypatch, tmp_path):
    monkeypatch.setenv("KHABAR_INDEX", str(built))
    assert run("info").exit_code == 0
    monkeypatch.delenv("KHABAR_INDEX")
    (tmp_path / "indexes").mkdir()
    assert "indexes/news does not exist" in run("info").stderr
    (tmp_path / "indexes" / "news").symlink_to(built)
    assert run("info").exit_code == 0


def test_analyze_json(run):
    record = json.loads(run("analyze", "وبالمدارس", "-غزة", "--format", "json").stdout)
    assert record["text"] == "وبالمدارس -غزة"
    assert [token["text"] for token in record["tokens"]] == ["وبالمدارس", "غزة"]
    assert run("analyze", "؟").exit_code == 0
    assert run("analyze").exit_code == 2


def test_a_phrase_is_offered_for_words_and_not_for_one_name(run, tmp_path):
    texts = ["وصل إلى أبو ظبي مساء", *["رأى ظبي في الغابة"] * 3, *["في الغابة الكبيرة رأى ظبي"] * 3]
    records = [{"id": str(n), "title": f"خبر {n}", "text": text} for n, text in enumerate(texts)]
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    assert run("index", "a.jsonl", "--index", "ix").exit_code == 0
    words = run("search", "الغابة الكبيرة", "--index", "ix", "--format", "rich")
    assert "exact phrase" in words.stderr
    for name in ("أبو ظبي", " أبو ظبي،", "أبوظبي "):
        found = run("search", name, "--index", "ix", "--format", "rich")
        assert found.exit_code == 0 and "exact phrase" not in found.stderr
