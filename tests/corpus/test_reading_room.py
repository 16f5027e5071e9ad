"""The package as a whole: its names, the cost of importing it, and real newspapers if they are available."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import khabar.corpus

SHARED = Path(__file__).parents[3] / "shared"
needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="../shared (articles that are not ours to ship) is absent"
)


def test_public_names() -> None:
    assert khabar.corpus.__all__ == [
        "Article",
        "FIELDS",
        "Note",
        "Paragraph",
        "ReadReport",
        "Skipped",
        "SkippedTogether",
        "make_id",
        "parse_timestamp",
        "read",
    ]
    assert all(getattr(khabar.corpus, name) for name in khabar.corpus.__all__)
    assert dir(khabar.corpus) == khabar.corpus.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        khabar.corpus.nothing  # noqa: B018


SLOW = ["charset_normalizer", "html", "zipfile", "gzip", "email", "tempfile", "shutil"]


def loaded(program: str) -> list[str]:
    """Which of the slow modules a program has imported at its end."""
    tail = f"; import sys; print(*[name for name in {SLOW} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program + tail], capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_slow_modules_are_imported_only_where_they_are_needed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس.", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"title": "a", "date": "2015-07-21"}', encoding="utf-8")
    assert loaded("import khabar.corpus") == []
    assert loaded("from khabar.corpus import *") == []
    assert loaded(f"from khabar.corpus import read; list(read({str(tmp_path)!r}))") == []


@needs_data
def test_the_two_seed_articles(reading: Any) -> None:
    result = reading(SHARED / "seeds")
    made, given = result.articles
    assert made.title.startswith("وفي هذا اللقاء أكد مساعد وزير الخارجية الايراني")
    assert made.title.endswith("…")
    assert len(made.paragraphs) == 14
    assert made.paragraphs[-1].endswith("للأطفال والنساء الفلسطينيين.")
    assert given.title.startswith("أمير عبد اللهيان مخاطباً لافروف: ")
    assert given.source == "وكالة أنباء فارس"
    assert len(given.paragraphs) == 11
    assert given.paragraphs[0].endswith('النتيجة النهائية". |')
    assert result.report.clutter == {"end mark": 1, "comments": 1, "publisher": 1, "rule": 1}
    assert result.report.ok


@needs_data
@pytest.mark.parametrize(
    ("name", "articles", "skipped"),
    [("saudinewsnet", 30_973, 57), ("almayadeen", 1_500, 0), ("jawharafm", 1_500, 0)],
)
def test_newspapers(reading: Any, name: str, articles: int, skipped: int) -> None:
    result = reading(SHARED / "data/news" / name)
    assert len(result.articles) == articles
    assert len(result.reasons) == skipped
    assert all(reason.startswith("the record has neither a title nor a text") for reason in result.reasons)
    assert len({article.id for article in result.articles}) == articles
    assert all(article.source for article in result.articles)
