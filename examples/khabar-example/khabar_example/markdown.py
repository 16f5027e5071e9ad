"""Shows hits as Markdown: ``khabar search هدنة --format markdown``. What is no search is a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.render.plugged import PluggedResult

api = 1


def render(result: PluggedResult) -> Iterator[str]:
    """The lines of a result."""
    if "hits" in result.record:
        yield from _hits(result)
    elif result.rows:
        names = list(result.rows[0])
        yield _row(names)
        yield _row("---" for _ in names)
        for row in result.rows:
            yield _row(row.get(name, "") for name in names)


def _hits(result: PluggedResult) -> Iterator[str]:
    for row in result.rows:
        article = row["article"]
        yield f"{row['rank']}. **{_escaped(article['title'])}** – {_escaped(article['source'])}"
        yield f"   {_escaped(row['snippet']['text'])}"


def _row(cells: object) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"  # type: ignore[attr-defined]


def _escaped(value: object) -> str:
    """A text in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(str(value).split()))
