"""Tables of databases as articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from reading_helpers import Result, zipped

from khabar.corpus.report import Unreadable
from khabar.corpus.tables.sqlite_tables import opened

TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = (
    "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة.",
    "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار.",
)
NEWS = (
    "CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT, body TEXT, source TEXT, published_at TEXT, "
    "picture BLOB)",
    "CREATE TABLE users (id INTEGER, login TEXT)",
    "INSERT INTO users VALUES (1, 'salem')",
)
ROW = (1, TITLE, "\n".join(TEXT), "الوادي", "2024-05-21 10:15:00", b"\x89PNG\0")


def database(*statements: str, rows: tuple[tuple[object, ...], ...] = (ROW,), into: str = "news") -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements or NEWS:
        connection.execute(statement)
    for row in rows:
        connection.execute(f"INSERT INTO {into} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


@pytest.mark.parametrize("name", ["a.sqlite", "a.db", "a.sqlite3", "noname"])
def test_a_database(reading_bytes: Callable[..., Result], name: str) -> None:
    result = reading_bytes(name, database())
    (article,) = result.articles
    assert (article.title, article.paragraphs, article.source) == (TITLE, TEXT, "الوادي")
    assert (article.id, article.published) == ("1", datetime(2024, 5, 21, 10, 15))
    (note,) = result.report.notes
    assert note.reason.kind == "tables-left" and "users (id, login)" in str(note.reason)
    assert result.report.ok


def test_columns_are_mapped_and_tables_named(reading_bytes: Callable[..., Result]) -> None:
    data = database(
        "CREATE TABLE news (id, title, body, date)",
        'CREATE TABLE "odd.name" (k, h, s)',
        "INSERT INTO \"odd.name\" VALUES (7, 'عنوان آخر', 'نص آخر كامل.')",
        rows=((1, TITLE, TEXT[0], "2024-05-21"),),
    )
    assert reading_bytes("a.db", data).titles == [TITLE]
    mapped = reading_bytes("a.db", data, fields={"title": "h", "text": "s"})
    assert sorted(mapped.titles) == sorted([TITLE, "عنوان آخر"]) or mapped.titles == ["عنوان آخر"]
    named = reading_bytes("a.db", data, fields={"title": "odd.name.h", "text": "odd.name.s", "id": "k"})
    assert named.titles == ["عنوان آخر"] and named.articles[0].id == "7" and named.report.ok
    wrong = reading_bytes("a.db", data, fields={"title": "odd.name.h", "text": "odd.name.nothing"})
    assert not wrong.report.ok


def test_no_table_of_articles(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.db", database("CREATE TABLE t (a, b)", rows=((1, 2),), into="t"))
    assert [each.reason.kind for each in result.report.skipped] == ["no-table"]
    assert "t (a, b)" in result.reasons[0] and "--field text=TABLE.COLUMN" in result.reasons[0]


def test_numbers_and_bytes_as_values(reading_bytes: Callable[..., Result]) -> None:
    data = database(
        "CREATE TABLE news (id, title, body, created)",
        rows=(("x", TITLE, "\n".join(TEXT).encode(), 1716286530),),
    )
    (article,) = reading_bytes("a.db", data).articles
    assert article.paragraphs == TEXT and article.published is not None and article.published.year == 2024


def test_nothing_of_the_schema_runs(reading_bytes: Callable[..., Result]) -> None:
    data = database(
        "CREATE TABLE news (id, title, body)",
        f"INSERT INTO news VALUES (1, '{TITLE}', '{TEXT[0]}')",
        "CREATE VIEW articles AS SELECT id, upper(title) AS title, body FROM news",
        "CREATE VIEW bomb AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
        "SELECT sum(x) AS id, 'a' AS title, 'b' AS body FROM c",
        "CREATE VIRTUAL TABLE search USING fts5(title, body)",
        rows=(),
    )
    result = reading_bytes("a.db", data)
    assert len(result.articles) == 1 and "#1" in result.articles[0].path
    assert "articles (id, title, body)" in str(result.report.notes[0].reason)
    # A view is read if the user names it.
    assert reading_bytes("a.db", data, fields={"text": "articles.body"}).titles == [TITLE]


def test_a_view_without_end_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(
        database(
            "CREATE VIEW bomb AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT "
            "sum(x) AS text FROM c",
            rows=(),
        )
    )
    with opened(path, 1 << 20, 1) as found:
        (table,) = found.tables()
        with pytest.raises(Unreadable) as raised:
            list(found.rows(table))
    assert raised.value.reason.kind == "too-slow"


def test_only_reading_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(database())
    with opened(path, 1 << 20, 5) as found:
        for statement in (
            "DELETE FROM news",
            "ATTACH '/tmp/x.db' AS x",
            "PRAGMA journal_mode=WAL",
            "CREATE TABLE x (a)",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                found._connection.execute(statement)
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def test_a_log_beside_a_database_is_reported(reading: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE news (id, title, body)")
    connection.execute("INSERT INTO news VALUES (1, ?, ?)", (TITLE, TEXT[0]))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO news VALUES (2, ?, ?)", ("خبر لاحق", TEXT[1]))
    connection.commit()
    result = reading(tmp_path)
    connection.close()
    assert result.titles == [TITLE] and not result.report.ok
    kinds = [note.reason.kind for note in result.report.notes]
    assert "unmerged-log" in kinds and "part-of-database" in kinds and not result.report.skipped


def test_damaged_and_false_databases(reading_bytes: Callable[..., Result]) -> None:
    rows = tuple((number, f"{TITLE} {number}", TEXT[0] * 20) for number in range(500))
    whole = database("CREATE TABLE news (id INTEGER PRIMARY KEY, title, body)", rows=rows)
    assert len(reading_bytes("a.db", whole).articles) == 500
    broken = bytearray(whole)
    broken[len(whole) // 2 : len(whole) // 2 + 4096 * 3] = b"\xff" * 4096 * 3
    result = reading_bytes("b.db", bytes(broken))
    assert len(result.articles) < 500 and result.report.skipped
    assert reading_bytes("c.db", whole[:5000]).report.skipped
    assert [each.reason.kind for each in reading_bytes("d.sqlite", b"rubbish" * 100).report.skipped] == [
        "not-a-database"
    ]


def test_a_database_in_an_archive(reading_bytes: Callable[..., Result]) -> None:
    assert reading_bytes("a.zip", zipped({"x/a.db": database()})).titles == [TITLE]


def test_the_file_of_a_desk_is_not_an_archive(reading_bytes: Callable[..., Result]) -> None:
    from khabar.desk.file import _APPLICATION

    result = reading_bytes("ix.desk.sqlite", database(*NEWS, f"PRAGMA application_id = {_APPLICATION}"))
    assert not result.articles and [note.reason.kind for note in result.report.notes] == ["own-desk"]


@pytest.mark.parametrize(
    "columns",
    [
        "id, name, email",
        "id, name",
        "id, name, created_at",
        "id, name, description",
        "id, title, slug",
        "id, title, created_at, updated_at",
        "id, title, parent, section",
    ],
)
def test_tables_of_users_and_tags_are_not_articles(
    reading_bytes: Callable[..., Result], columns: str
) -> None:
    more = ", 'x'" * (columns.count(",") - 1)
    data = database(
        f"CREATE TABLE others ({columns})",
        f"INSERT INTO others VALUES (77, 'سياسة'{more})",
        *NEWS[:1],
    )
    result = reading_bytes("a.db", data)
    assert result.titles == [TITLE] and result.articles[0].id == "1"
    assert f"others ({columns})" in str(result.report.notes[0].reason)
    mapped = reading_bytes("a.db", data, fields={"title": "others." + columns.split(", ")[1]})
    assert mapped.titles == ["سياسة"]


@pytest.mark.parametrize("columns", ["العنوان, الرابط", "العنوان, التاريخ", "title, summary", "name, text"])
def test_tables_with_a_text_or_a_title_and_its_day_are(
    reading_bytes: Callable[..., Result], columns: str
) -> None:
    data = database(f"CREATE TABLE t ({columns})", rows=((TITLE, "2024-05-21"),), into="t")
    assert reading_bytes("a.db", data).titles == [TITLE]


def test_two_tables_with_the_same_row_numbers(reading_bytes: Callable[..., Result]) -> None:
    data = database(
        *NEWS,
        "CREATE TABLE opinion (id INTEGER PRIMARY KEY, title TEXT, body TEXT)",
        "INSERT INTO opinion VALUES (1, 'رأي في الجسر', 'تأخر الجسر عشر سنوات.')",
    )
    result = reading_bytes("a.db", data)
    assert [(each.id, each.title) for each in result.articles] == [
        ("news/1", TITLE),
        ("opinion/1", "رأي في الجسر"),
    ]
    assert result.report.ok
    both = reading_bytes("a.db", data, id_with_source=True, set={"source": "الوادي"})
    assert [each.id for each in both.articles] == ["الوادي/news/1", "الوادي/opinion/1"]
    alone = reading_bytes("a.db", data, fields={"text": "opinion.body"})
    assert [each.id for each in alone.articles] == ["1"]


def test_posts_of_wordpress(reading_bytes: Callable[..., Result]) -> None:
    names = "ID, post_author, post_date, post_date_gmt, post_content, post_title, post_status, post_type"
    text = f'[caption id="7"]صورة الجسر[/caption]\n{TEXT[0]}'

    def row(number: int, title: str, status: str = "publish", kind: str = "post") -> tuple[object, ...]:
        gmt = "2024-05-21 07:15:00" if status == "publish" else "0000-00-00 00:00:00"
        return (number, 3, "2024-05-21 10:15:00", gmt, text, title, status, kind)

    rows = (
        row(1, TITLE),
        row(2, "مسودة", "draft"),
        row(3, "مرفق", "inherit", "attachment"),
        row(4, "نسخة سابقة", "inherit", "revision"),
        row(5, "تقرير", kind="report"),
    )
    result = reading_bytes("a.db", database(f"CREATE TABLE wp_posts ({names})", rows=rows, into="wp_posts"))
    assert result.titles == [TITLE, "تقرير"] and result.report.ok
    article = result.articles[0]
    assert (article.paragraphs, article.author) == (("صورة الجسر", TEXT[0]), "")
    assert article.published is not None and article.published.utcoffset() is not None
    assert [note.reason.kind for note in result.report.notes] == [
        *("not-published", "other-type", "other-type"),
    ]
