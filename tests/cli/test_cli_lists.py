"""``khabar quote`` and ``khabar batch``: what comes in, what goes out, exit statuses."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time

import pytest

SAID = "ارتفعت اسعار النفط اليوم وقال وزراء الطاقة إن السوق متوازنة"


def test_a_quotation_from_the_line_a_file_and_standard_input(run, built, tmp_path):
    (tmp_path / "said.txt").write_bytes(SAID.encode("windows-1256"))
    for args, stdin in (([*SAID.split()], None), (["--file", "said.txt"], None), (["-"], SAID)):
        result = run("quote", *args, "--index", built, "--format", "json", stdin=stdin)
        assert result.exit_code == 0, result.output
        (part,) = json.loads(result.stdout)["parts"]
        assert part["places"][0]["article"]["id"] == "oil"
        assert part["places"][0]["last_paragraph"] == 2


def test_what_is_nowhere_is_told_by_the_status(run, built):
    result = run("quote", "هبطت مركبة فضائية فوق سطح المريخ", "--index", built, "--format", "rich")
    assert result.exit_code == 1
    assert "no article says this, nothing similar was found either" in result.stderr
    near = run(
        "quote", "ارتفعت أسعار الذهب أمس وقال تجار إن السوق راكدة", "--index", built, "--format", "rich"
    )
    assert near.exit_code == 1
    assert "the nearest, " in near.stdout
    assert run("quote", "النفط", "--index", built).exit_code == 1


@pytest.mark.parametrize("args", [[], ["نص", "--file", "said.txt"]])
def test_exactly_one_text_is_wanted(run, built, tmp_path, args):
    (tmp_path / "said.txt").write_text(SAID, encoding="utf-8")
    result = run("quote", *args, "--index", built)
    assert result.exit_code == 2
    assert "say what to look for" in result.stderr


@pytest.mark.parametrize("style", ["rich", "plain", "json", "jsonl", "csv", "html"])
def test_differences_are_in_every_format(run, built, style):
    result = run("quote", SAID.replace("اليوم", "أمس"), "--index", built, "--format", style)
    assert result.exit_code == 0
    assert "أمس" in result.stdout
    assert "اليوم" in result.stdout


def test_a_list_in_and_a_table_out(run, built, tmp_path):
    (tmp_path / "names.txt").write_text("لافروف\n\nالنفط\nلافروفُ\nمجهول\n؟\n", encoding="utf-8")
    result = run("batch", "names.txt", "--index", built, "--format", "csv")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["status"] for row in rows] == [
        "found",
        "empty",
        "found",
        "repeated",
        "nothing",
        "not-understood",
    ]
    assert [row["articles"] for row in rows] == ["2", "0", "1", "2", "0", "0"]
    assert (rows[3]["line"], rows[3]["same_as"]) == ("4", "1")
    for said in (
        "1 line empty: line 2",
        "1 line repeated, looked up once: line 4",
        "line 6: there is no word",
    ):
        assert said in result.stderr
    assert (
        run("batch", "names.txt", "--index", built, "--since", "2024-10", "--format", "plain").exit_code == 1
    )
    (tmp_path / "good.txt").write_text("لافروف\nمجهول\n", encoding="utf-8")
    assert run("batch", "good.txt", "--index", built).exit_code == 0
    assert run("batch", "-", "--index", built, stdin="مجهول\n").exit_code == 1


def test_a_column_of_a_table_is_named(run, built, tmp_path):
    (tmp_path / "people.csv").write_text("id;الاسم\n1;لافروف\n2;\n", encoding="utf-8")
    result = run("batch", "people.csv", "--index", built, "--format", "plain")
    assert result.exit_code == 0
    assert "2 lines from the column «الاسم»" in result.stderr
    assert result.stdout.splitlines()[0].split("\t")[:4] == ["2", "لافروف", "found", "2"]
    missing = run("batch", "people.csv", "--column", "المهنة", "--index", built)
    assert missing.exit_code == 2
    assert "الاسم" in missing.stderr
    assert run("batch", "none.txt", "--index", built).exit_code == 3


def test_a_row_for_every_article(run, built, tmp_path):
    (tmp_path / "names.txt").write_text("النفط\nلافروف\n", encoding="utf-8")
    result = run("batch", "names.txt", "--articles", "--index", built, "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["line"] for row in rows] == [1, 2, 2]
    assert {row["article"]["id"] for row in rows} == {"oil", "lavrov", "visit"}
    fewer = run("batch", "names.txt", "--articles", "-n", "1", "--index", built, "--format", "csv")
    assert len(fewer.stdout.splitlines()) == 3


def test_the_list_is_not_replaced_by_the_output(run, built, tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("لافروف\n", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("names.txt")
    for name in ("names.txt", "./names.txt", "link.txt", str(path)):
        result = run("batch", "names.txt", "-o", name, "--index", built)
        assert result.exit_code == 2
        assert "would overwrite the list" in result.stderr
    assert path.read_text(encoding="utf-8") == "لافروف\n"


def test_numbers_are_those_of_the_search_without_articles_too(run, built, tmp_path):
    (tmp_path / "names.txt").write_text("النفط\nمجهول\n", encoding="utf-8")
    for more in (["--articles"], []):
        result = run("batch", "names.txt", "-n", "0", *more, "--index", built, "--format", "jsonl")
        assert result.exit_code == 0
        assert "1 line without any article: line 2" in result.stderr


def test_lines_are_named_as_lines(run, built, tmp_path):
    (tmp_path / "names.txt").write_text("النفط\n\nمجهول\n\nغريب\nبعيد\n", encoding="utf-8")
    said = run("batch", "names.txt", "--index", built, "--lang", "en").stderr
    assert "2 lines empty: lines 2, 4" in said and "3 lines without any article: lines 3, 5, 6" in said
    said = run("batch", "names.txt", "--index", built, "--lang", "ar").stderr
    assert "(السطران 2، 4)" in said and "(الأسطر 3، 5، 6)" in said


def test_rows_that_cannot_be_read_are_told_by_the_status(run, built, tmp_path):
    (tmp_path / "w.csv").write_text('الاسم\nلافروف\n"مفتوح\nالنفط\n', encoding="utf-8")
    result = run("batch", "w.csv", "--index", built, "--format", "csv")
    assert "row 3 cannot be read" in result.stderr
    assert result.exit_code == 1


def test_a_list_without_lines_is_told(run, built):
    result = run("batch", "-", "--index", built, "--format", "csv", stdin="")
    assert result.exit_code == 1
    assert "the list has no lines" in result.stderr
    assert result.stdout.splitlines()[0].startswith("line,text,asked_as,status,articles")


def test_a_spreadsheet_has_texts_and_no_formulas(run, built, tmp_path):
    calamine = pytest.importorskip("python_calamine")
    zipfile = pytest.importorskip("zipfile")
    pytest.importorskip("xlsxwriter")
    (tmp_path / "names.txt").write_text("=1+1\nhttps://x.example\nلافروف\n007\n", encoding="utf-8")
    result = run("batch", "names.txt", "-o", "out.xlsx", "--index", built)
    assert result.exit_code == 0, result.output
    rows = calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["text", "=1+1", "https://x.example", "لافروف", "007"]
    assert rows[3][4] == 2
    with zipfile.ZipFile(tmp_path / "out.xlsx") as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    again = run("batch", "out.xlsx", "--column", "text", "--index", built, "--format", "plain")
    assert again.stdout.splitlines()[2].split("\t")[1:4] == ["لافروف", "found", "2"]
    nowhere = run("batch", "names.txt", "--format", "xlsx", "--index", built)
    assert nowhere.exit_code == 2
    assert "--output names.xlsx" in nowhere.stderr


def test_a_list_that_is_interrupted_leaves_no_file(built, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("before", encoding="utf-8")
    job = subprocess.Popen(
        [sys.executable, "-m", "khabar", "batch", "-", "-o", str(target), "--index", str(built)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert job.stdin is not None
    job.stdin.write("لافروف\n".encode())
    job.stdin.flush()
    time.sleep(2)
    job.send_signal(signal.SIGINT)
    _, said = job.communicate(timeout=30)
    assert job.returncode == 130
    assert b"Traceback" not in said
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
