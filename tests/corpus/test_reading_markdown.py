"""Markdown files: which of their lines are text."""

from __future__ import annotations

import pytest

from khabar.corpus.records.markdown import draft_of_markdown


@pytest.mark.parametrize(
    "tag",
    [
        '<div dir="rtl">',
        "</div>",
        "<p align=center>",
        "<br/>",
        "  <details>",
        "<!-- مسودة -->",
        "<!-- toc - 2 -->",
    ],
)
def test_a_line_that_is_only_a_container_tag_is_not_text(tag: str) -> None:
    draft = draft_of_markdown(f"{tag}\n\n# عنوان الخبر\n\nقال الوزير.\n{tag}\nثم غادر.\n")
    assert draft.title == "عنوان الخبر"
    assert list(draft.paragraphs) == ["قال الوزير.", "ثم غادر."]


@pytest.mark.parametrize(
    "line",
    ["<div>قال الوزير</div>", "الأعداد a < b و b > c", "<3", "<خبر>", "<!-- بداية --> نص <!-- نهاية -->"],
)
def test_other_lines_stay(line: str) -> None:
    draft = draft_of_markdown(f"# عنوان\n\nقال الوزير.\n\n{line} ثم غادر.\n")
    assert any("ثم غادر." in paragraph and line in paragraph for paragraph in draft.paragraphs)


def test_a_tag_in_a_block_of_code_stays() -> None:
    draft = draft_of_markdown("# عنوان\n\nقال:\n\n```\n<div>\n```\n")
    assert "<div>" in draft.paragraphs
