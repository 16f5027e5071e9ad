"""Makes a golden index of the present format: `python tests/golden/make_index.py FOLDER`.

It has all that an index can have: two commits, an article that was removed, sections, tags, languages,
places, fields that were kept, and vectors of the encoder of the tests. It is made once for a version and
kept, so that later ones are tested with what earlier ones wrote.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import khabar
from encoders import HashedWords

ARTICLES = [
    khabar.Article(
        "harvest",
        "مزارعو الوادي يبدؤون حصاد القمح",
        ("بدأ مزارعو الوادي حصاد القمح قبل موعده.", "وقال سالم إن المحصول وفير."),
        source="صحيفة الوادي",
        author="سلمى نادر",
        published=datetime(2024, 5, 1, 9, 30),
        section="اقتصاد",
        tags=("القمح", "الزراعة"),
        place="الوادي",
        fields={"desk": ("الاقتصاد",), "edition": ("صباحية", "مسائية")},
    ),
    khabar.Article(
        "truce",
        "اتفاق على وقف إطلاق النار",
        ("أُعلن وقف إطلاق النار في ٧ أكتوبر ٢٠٢٣ بعد وساطة.",),
        source="الوكالة",
        published=datetime(2023, 10, 7),
        language="ar",
        place="جدة",
    ),
    khabar.Article("gone", "خبر يزول", ("هذا الخبر يُحذف بعد حين.",), source="الوكالة"),
    khabar.Article(
        "library",
        "افتتاح مكتبة القرية",
        ("تضم المكتبة ألف كتاب.",),
        source="صحيفة الوادي",
        tags=("كتب",),
        language="ar",
    ),
    khabar.Article(
        "persian",
        "کتابخانه روستا",
        ("کتابخانه هزار کتاب دارد و هر روز باز است.",),
        source="الوكالة",
        language="fa",
        fields={"desk": ("المنوعات",)},
    ),
]
#: Words that the encoder takes for one, so that a search by meaning finds what has none of its words.
SAME = {"الهدنة": "إطلاق"}


def make(folder: Path) -> None:
    """Write the index."""
    with khabar.create_index(folder) as index:
        index.add(ARTICLES[:3])
        index.add(ARTICLES[3:])
        index.remove(["gone"])
        index.embed(HashedWords(same=SAME))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
