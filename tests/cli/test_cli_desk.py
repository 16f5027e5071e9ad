"""``khabar desk``."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import date, datetime

import pytest

from khabar.render.look import Look
from khabar.render.spreadsheet import workbook


@pytest.fixture
def desk(run, built, tmp_path, monkeypatch):
    """The command, over an index that may be changed."""
    index = tmp_path / "news"
    shutil.copytree(built, index)
    monkeypatch.setenv("KHABAR_INDEX", str(index))
    return lambda *args, stdin=None: run("desk", *args, stdin=stdin)


def listed(desk, *args):
    return json.loads(desk("list", "--format", "json", *args).stdout)["articles"]


def test_stars_notes_and_lists(desk, tmp_path):
    assert desk("star", "oil", "lavrov").exit_code == 0
    assert desk("note", "oil", "يُراجع", "الرقم").exit_code == 0
    assert desk("add", "ملف الطاقة", "visit", "oil").exit_code == 0
    rows = {row["id"]: row for row in listed(desk)}
    assert rows.keys() == {"oil", "lavrov", "visit"}
    assert (rows["oil"]["note"], rows["oil"]["lists"]) == ("يُراجع الرقم", ["ملف الطاقة"])
    assert all(row["in_index"] for row in rows.values())
    assert {row["id"] for row in listed(desk, "--starred")} == {"oil", "lavrov"}
    assert [row["id"] for row in listed(desk, "--noted")] == ["oil"]
    assert [row["id"] for row in listed(desk, "ملف الطاقة")] == ["visit", "oil"]
    assert desk("move", "ملف الطاقة", "oil", "1").exit_code == 0
    assert [row["id"] for row in listed(desk, "ملف الطاقة")] == ["oil", "visit"]
    assert json.loads(desk("lists", "--format", "json").stdout)["lists"][0]["articles"] == 2
    assert desk("path").stdout == f"{tmp_path / 'news.desk.sqlite'}\n"
    assert desk("unstar", "lavrov").exit_code == 0 and desk("unstar", "lavrov").exit_code == 1
    assert desk("note", "oil").exit_code == 0 and listed(desk, "--noted") == []
    assert desk("remove", "ملف الطاقة", "visit").exit_code == 0
    assert desk("remove", "ملف الطاقة", "visit").exit_code == 1
    assert desk("rename", "ملف الطاقة", "النفط").exit_code == 0
    assert (
        desk("delete", "النفط").stderr == "khabar: deleted the list «النفط»\n"
        and desk("delete", "النفط").exit_code == 2
    )


def test_what_is_not_there_is_told(desk, run, built):
    done = desk("star", "oil", "nosuch")
    assert done.exit_code == 1 and "nosuch" in done.stderr
    assert done.stderr.splitlines()[0].endswith("Search shows the ids: khabar search …")
    for command in (("desk", "star"), ("show",), ("related",)):
        for language in ("en", "ar"):
            done = run(*command, "nosuch", "--index", str(built), "--lang", language)
            assert done.exit_code == 1
            assert done.stderr.strip().endswith(f": khabar search … --index {built}")
    assert [row["id"] for row in listed(desk)] == ["oil"]
    done = desk("list", "قائمة")
    assert done.exit_code == 2 and "there is no list «قائمة» (there are: none)" in done.stderr
    assert "لا قائمة باسم «قائمة»" in desk("list", "قائمة", "--lang", "ar").stderr
    assert desk("add", "قائمة").exit_code == 0 and desk("add", "قائمة").exit_code == 2
    assert "the list is empty" in desk("list", "قائمة").stderr


@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_of_lists_and_saved_searches_have_the_same_statuses(desk, run, language):
    for listing in (("desk", "list"), ("desk", "lists"), ("alert", "list"), ("alert", "run")):
        assert run(*listing).exit_code == 0, listing
    assert desk("add", "ملف").exit_code == run("alert", "add", "ملف", "النفط").exit_code == 0
    missing, taken = ("there is no", "already") if language == "en" else ("لا ", "اسمًا آخر")
    for command, said in (
        (("desk", "list", "غائب"), missing),
        (("desk", "delete", "غائب"), missing),
        (("alert", "run", "غائب"), missing),
        (("alert", "remove", "غائب"), missing),
        (("desk", "add", "ملف"), taken),
        (("alert", "add", "ملف", "النفط"), taken),
    ):
        done = run(*command, "--lang", language)
        assert (done.exit_code, said in done.stderr, done.stdout) == (2, True, ""), (command, done.stderr)


def test_an_article_that_was_removed_stays_and_is_marked(desk, run):
    desk("star", "oil")
    desk("star", "lavrov")
    assert run("remove", "oil", "--yes").exit_code == 0
    rows = {row["id"]: row["in_index"] for row in listed(desk)}
    assert rows == {"oil": False, "lavrov": True}
    assert "لم يعد في الفهرس" in desk("list", "--format", "rich", "--lang", "ar").stdout
    assert "lost: yes" in desk("list").stdout
    assert "no longer in the index" in desk("list", "--format", "html").stdout
    assert desk("note", "oil", "بقي هنا").exit_code == 0
    assert desk("add", "ملف", "oil").exit_code == 1


def test_a_desk_without_its_index(desk, tmp_path):
    desk("star", "oil")
    shutil.rmtree(tmp_path / "news")
    done = desk("list", "--format", "json")
    assert json.loads(done.stdout)["articles"][0]["in_index"] is None and "news" in done.stderr
    assert json.loads(desk("export").stdout)["title"] == "أسعار النفط ترتفع"


def test_export_and_import(desk, tmp_path):
    desk("add", "ملف", "oil", "lavrov")
    desk("star", "oil")
    assert desk("export", "-o", "desk.jsonl").exit_code == 0
    text = (tmp_path / "desk.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["kind"] for line in text.splitlines()] == ["star", "list", "entry", "entry"]
    (tmp_path / "news.desk.sqlite").unlink()
    assert "imported: stars 1" in desk("import", "desk.jsonl").stderr
    assert "already there: 4" in desk("import", "-", stdin=text).stderr
    assert desk("export").stdout == text
    done = desk("import", "-", stdin='{"kind": "star"}\n')
    assert done.exit_code == 2 and "line 1 is not a line of a desk" in done.stderr
    assert desk("export", "--format", "csv").stdout.startswith("kind,")


def test_a_damaged_desk_is_named(desk, tmp_path):
    (tmp_path / "news.desk.sqlite").write_bytes(b"SQLite format 4" * 300)
    for line in (["list"], ["star", "oil"], ["export"]):
        done = desk(*line)
        assert done.exit_code == 3 and "news.desk.sqlite" in done.stderr
    assert "تعذّر استعمال المكتب" in desk("list", "--lang", "ar").stderr


def test_hostile_titles_are_data(desk):
    desk("star", "hostile")
    desk("note", "hostile", "\x1b[2J=SUM(A1)")
    for style in ("rich", "plain", "json", "jsonl", "csv", "html"):
        shown = desk("list", "--format", style).stdout
        assert "\x1b" not in shown and "\x9b" not in shown, style


def test_the_desk_as_citations(desk, tmp_path):
    desk("add", "ملف", "oil", "lavrov")
    assert desk("list", "ملف", "-o", "file.csl.json").exit_code == 0
    items = json.loads((tmp_path / "file.csl.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in items] == ["oil", "lavrov"]
    assert "TI  - أسعار النفط ترتفع" in desk("list", "--format", "ris").stdout


def test_results_as_citations(desk, run, tmp_path):
    for line in (["search", "لافروف"], ["export", "لافروف"], ["show", "lavrov"]):
        for name in ("x.ris", "x.csl.json", "x.bib", "x.CSL.JSON", "x.csl-json"):
            assert run(*line, "-o", name).exit_code == 0
        assert b"TY  - NEWS\r\n" in (tmp_path / "x.ris").read_bytes()
        assert json.loads((tmp_path / "x.csl.json").read_text("utf-8"))[0]["type"] == "article-newspaper"
        assert (tmp_path / "x.bib").read_text("utf-8").count("@article{lavrov,") == 1
    # Where there are no citations, it is JSON like any other.
    assert run("facets", "لافروف", "-o", "facets.csl.json").exit_code == 0
    assert "facets" in json.loads((tmp_path / "facets.csl.json").read_text("utf-8"))
    assert run("facets", "لافروف", "-o", "facets.ris").exit_code == 2
    assert run("export", "لافروف", "--text", "-o", "x.ris").exit_code == 2


def test_full_texts_in_a_spreadsheet_and_in_csv(desk, run, tmp_path):
    calamine = pytest.importorskip("python_calamine")
    pytest.importorskip("xlsxwriter")
    long = "\n\n".join(["ارتفعت أسعار النفط في الأسواق العالمية اليوم الخميس."] * 700)
    records = [
        {"id": "طويل", "title": "النفط", "text": long},
        {"id": "قصير", "title": "النفط", "text": "هبط."},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert run("index", tmp_path / "a.jsonl", "--index", tmp_path / "texts").exit_code == 0
    line = ("export", "النفط", "--text", "--index", tmp_path / "texts")
    done = run(*line, "-o", "x.xlsx")
    assert "1 text cut to the 32,767 characters" in done.stderr and done.exit_code == 0
    assert "نص واحد" in run(*line, "-o", "x.xlsx", "--lang", "ar").stderr
    sheet = calamine.CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    texts = {row[sheet[0].index("id")]: row[sheet[0].index("text")] for row in sheet[1:]}
    assert texts["قصير"] == "هبط." and len(texts["طويل"]) == 32_767
    rows = csv.DictReader(io.StringIO(run(*line, "--format", "csv").stdout))
    assert {row["id"]: row["text"] for row in rows} == {"قصير": "هبط.", "طويل": long.replace("\n\n", "\n")}
    assert "xlsx" in run(*line, "--format", "html").stderr
    # Whoever asks another command for it is sent to this one.
    for language in ("en", "ar"):
        refused = run("search", "النفط", "--text", "--lang", language)
        assert refused.exit_code == 2 and "khabar export --text" in refused.stderr


def test_results_as_a_spreadsheet(desk, run, tmp_path):
    calamine = pytest.importorskip("python_calamine")
    pytest.importorskip("xlsxwriter")
    assert run("export", "لافروف", "-o", "x.xlsx").exit_code == 0
    head, *rows = (
        calamine.CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    )
    assert {"id", "title", "section", "tags"} <= set(head) and len(rows) == 2
    assert run("export", "النفط", "-o", "oil.xlsx").exit_code == 0
    head, row = (
        calamine.CalamineWorkbook.from_path(str(tmp_path / "oil.xlsx")).get_sheet_by_index(0).to_python()
    )
    assert row[head.index("published")] == date(2024, 10, 9)
    for language in ("en", "ar"):
        nowhere = run("export", "لافروف", "--format", "xlsx", "--lang", language)
        assert nowhere.exit_code == 2
        assert "--output articles.xlsx" in nowhere.stderr.replace("\u200e", "")


def test_dates_in_a_spreadsheet_are_dates(tmp_path):
    calamine = pytest.importorskip("python_calamine")
    pytest.importorskip("xlsxwriter")
    rows = [
        {"title": "2015-08-07", "published": "2015-08-07T09:30:00+03:00", "first": "2015-08-07"},
        {"title": "أمس", "published": "2015-08-07T00:00:00", "first": "1899-05-01"},
        {"title": "اليوم", "published": None, "first": "2015-08"},
        {"title": "آخر", "published": "9999-12-31T23:59:59.999999-12:00", "first": "0001-01-01T00:00+14:00"},
    ]
    content, notes = workbook(rows, Look())
    (tmp_path / "x.xlsx").write_bytes(content)
    sheet = calamine.CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[1:] == [
        ["2015-08-07", datetime(2015, 8, 7, 9, 30), date(2015, 8, 7)],
        ["أمس", date(2015, 8, 7), "1899-05-01"],
        ["اليوم", "", "2015-08"],
        # Not rounded to a day that no spreadsheet has.
        ["آخر", datetime(9999, 12, 31, 23, 59, 59), "0001-01-01T00:00+14:00"],
    ]
    with zipfile.ZipFile(tmp_path / "x.xlsx") as packed:
        styles, cells = (packed.read(f"xl/{name}.xml").decode() for name in ("styles", "worksheets/sheet1"))
    assert 'formatCode="yyyy-mm-dd"' in styles and 'formatCode="yyyy-mm-dd hh:mm"' in styles
    # The number of the day, and of it and its part at half past nine.
    assert "<v>42223</v>" in cells and "<v>42223.39583333" in cells
    assert notes == []


@pytest.mark.parametrize(
    ("line", "english", "arabic"),
    [
        (("star", "oil"), "gave oil a star", "وُضعت النجمة على oil"),
        (("star", "lavrov"), "lavrov has a star already", "على lavrov نجمة من قبل"),
        (("star", "oil", "visit"), "gave 2 articles a star", "وُضعت النجمة، والعدد: مقالان"),
        (("unstar", "lavrov"), "removed the star of lavrov", "رُفعت النجمة عن lavrov"),
        (("note", "oil", "يُراجع"), "saved the note on oil", "حُفظت الملاحظة على oil"),
        (("note", "visit"), "removed the note on visit", "حُذفت الملاحظة على visit"),
        (("add", "جديدة"), "made the list «جديدة», which is empty", "أُنشئت القائمة «جديدة» فارغة"),
        (("add", "ملف", "oil"), "added to the list «ملف»: 1 article", "أُضيف إلى القائمة «ملف»: مقال"),
        (("add", "ملف", "visit"), "in the list «ملف» already: 1 article", "في القائمة «ملف» من قبل: مقال"),
        (("remove", "ملف", "visit"), "took out of the list «ملف»: 1 article", "أُخرج من القائمة «ملف»: مقال"),
        (
            ("move", "ملف", "visit", "9"),
            "moved visit to place 2 of the list «ملف»",
            "نُقل visit إلى الموضع 2 من القائمة «ملف»",
        ),
        (("rename", "ملف", "أرشيف"), "renamed the list «ملف»: «أرشيف»", "غُيّر اسم القائمة «ملف» إلى «أرشيف»"),
    ],
)
def test_what_was_done_is_said(desk, line, english, arabic):
    for language, said in (("en", english), ("ar", arabic)):
        for each in (("star", "lavrov"), ("note", "visit", "x"), ("add", "ملف", "visit", "lavrov")):
            desk(*each)
        done = desk(*line, "--lang", language)
        assert (done.exit_code, done.stdout) == (0, "")
        (told,) = done.stderr.replace("\u200e", "").splitlines()
        assert told.startswith(f"khabar: {said}")
        for each in (
            ("unstar", "oil", "visit"),
            ("note", "oil"),
            ("delete", "جديدة"),
            ("delete", "أرشيف"),
            ("delete", "ملف"),
        ):
            desk(*each)


def test_the_desk_finds_ids_as_their_records_have_them(desk, run, tmp_path):
    """A star could be given to «خبر 7», which the index has as «خبر_7», and not be removed."""
    (tmp_path / "a.jsonl").write_text('{"id": "خبر 7", "title": "خبر", "text": "نص الخبر."}', "utf-8")
    assert run("index", str(tmp_path / "a.jsonl")).exit_code == 0
    for line in (
        ("star", "خبر 7"),
        ("unstar", "خبر 7"),
        ("note", "خبر 7", "يُراجع"),
        ("note", "خبر 7"),
        ("add", "ملف", "خبر 7"),
        ("move", "ملف", "خبر 7", "1"),
        ("remove", "ملف", "خبر 7"),
    ):
        done = desk(*line)
        assert done.exit_code == 0, (line, done.stderr)


def test_lists_are_shown_with_times_as_elsewhere(desk):
    desk("add", "ملف غزة", "oil", "visit")
    written = json.loads(desk("lists", "--format", "json").stdout)["lists"][0]["added"]
    day, time = written[:10], written[11:16]
    for language, names in (("en", ("articles", "added")), ("ar", ("المقالات", "أُضيف في"))):
        shown = desk("lists", "--format", "rich", "--lang", language, "--bidi", "never").stdout
        lines = [line for line in shown.replace("\u200e", "").replace("\u200f", "").splitlines() if line]
        assert lines[0].strip() == "ملف غزة"
        assert lines[1].split() == [names[0], "2"]
        assert lines[2].strip().startswith(names[1]) and lines[2].endswith(f"{day} {time} +00:00")
    assert f"{day} {time} +00:00" in desk("lists", "--format", "html").stdout


def test_a_saved_search_that_never_ran_says_so(run, built):
    run("alert", "add", "وزير", "لافروف", "--index", str(built))
    for language, said in (("en", "never"), ("ar", "لم يُشغَّل بعد")):
        assert said in run("alert", "list", "--format", "rich", "--lang", language, "--bidi", "never").stdout


def test_lists_within_a_line_have_the_commas_of_the_language(desk, run):
    desk("add", "mylist", "oil")
    desk("add", "ملف غزة", "oil")
    for language, names, quoted in (
        ("en", "mylist, ملف غزة", "(there are: «mylist», «ملف غزة»)"),
        ("ar", "mylist، ملف غزة", "(القوائم: «mylist»، «ملف غزة»)"),
    ):
        options = ("--lang", language)
        shown = desk("list", "--format", "rich", "--bidi", "never", *options).stdout
        assert names in shown.replace("\u200e", "").replace("\u200f", "")
        assert quoted in desk("list", "nosuch", *options).stderr.replace("\u200e", "")
    assert "(القوائم: لا شيء)" in run("desk", "list", "nosuch", "--index", "empty", "--lang", "ar").stderr
