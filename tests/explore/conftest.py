"""News of two newsrooms over three months, with a wire story in both and an article about something else; on
every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from khabar.corpus.article import Article
from khabar.library import Index

WIRE = (
    "قال وزير الخارجية الروسي سيرغي لافروف في مؤتمر صحفي عقده في موسكو مساء الاثنين إن بلاده مستعدة لاستئناف "
    "المفاوضات بشأن الملف النووي الإيراني في أي وقت يراه الطرفان مناسبا."
)


def dated(*day: int) -> datetime:
    return datetime(*day, tzinfo=UTC)  # type: ignore[arg-type]


NEWS = [
    Article(
        "wire-1", "لافروف: موسكو مستعدة للمفاوضات", (WIRE,), "وكالة الساحل", "سلمى نادر", dated(2024, 3, 4, 9)
    ),
    Article("wire-2", "لافروف: موسكو مستعدة للمفاوضات", (WIRE,), "صحيفة الوادي", "", dated(2024, 3, 5)),
    Article(
        "visit",
        "لافروف يزور بكين",
        (
            "وصل وزير الخارجية الروسي سيرغي لافروف إلى بكين في زيارة رسمية تستمر يومين.",
            "وعقد لافروف محادثات مع نظيره الصيني حول أمن الطاقة.",
        ),
        "وكالة الساحل",
        "سلمى نادر",
        dated(2024, 5, 20),
    ),
    Article(
        "wheat",
        "حصاد القمح يبدأ في الوادي",
        ("بدأ المزارعون حصاد القمح في الوادي الأخضر بعد موسم مطير.", "وتنتظر المطاحن القمح الجديد."),
        "صحيفة الوادي",
        published=dated(2024, 4, 10),
    ),
    Article(
        "undated",
        "عن القمح",
        ("أسعار القمح ترتفع في الأسواق، والمزارع الذي حصد قمحه ينتظر.",),
        author="سلمى نادر",
    ),
    Article(
        "team",
        "فوز فريق الميناء",
        ("فاز فريق الميناء على ضيفه بهدفين.",),
        "صحيفة الوادي",
        published=dated(2023, 12, 31),
    ),
]


@pytest.fixture
def news(new_index: Callable[..., Index]) -> Index:
    index = new_index("news")
    index.add(NEWS)
    return index
