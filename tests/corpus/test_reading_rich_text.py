"""Texts that an editor stores as a tree: a block is a paragraph, and the pieces of a line stay together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from reading_helpers import jsonl

FIRST = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط."
SECOND = "أعلنت الحكومة أمس عن خطة جديدة لدعم المزارعين في الشمال."
HEAD, BOLD, TAIL = "قال وزير ", "الطاقة", " إن وقف إطلاق النار سيعيد أسعار النفط."

PROSEMIRROR = {
    "type": "doc",
    "content": [
        {
            "type": "paragraph",
            "content": [
                {"type": "text", "text": HEAD},
                {"type": "text", "marks": [{"type": "bold"}], "text": BOLD},
                {"type": "text", "text": TAIL},
            ],
        },
        {"type": "paragraph", "content": [{"type": "text", "text": SECOND}]},
    ],
}
LEXICAL = {
    "root": {
        "type": "root",
        "children": [
            {
                "type": "paragraph",
                "children": [
                    {"type": "text", "text": HEAD},
                    {"type": "link", "url": "/energy", "children": [{"type": "text", "text": BOLD}]},
                    {"type": "text", "text": TAIL},
                ],
            },
            {"type": "paragraph", "children": [{"type": "text", "text": SECOND}]},
        ],
    }
}
TREES: dict[str, Any] = {
    "ProseMirror": PROSEMIRROR,
    "Contentful": {
        "nodeType": "document",
        "content": [
            {
                "nodeType": "paragraph",
                "content": [
                    {"nodeType": "text", "value": HEAD},
                    {"nodeType": "hyperlink", "content": [{"nodeType": "text", "value": BOLD}]},
                    {"nodeType": "text", "value": TAIL},
                ],
            },
            {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": SECOND}]},
        ],
    },
    "Portable Text": [
        {"_type": "block", "children": [{"_type": "span", "text": part} for part in (HEAD, BOLD, TAIL)]},
        {"_type": "image", "asset": {"_ref": "image-1"}},
        {"_type": "block", "children": [{"_type": "span", "text": SECOND}]},
    ],
    "Slate": [
        {"type": "paragraph", "children": [{"text": HEAD}, {"text": BOLD, "bold": True}, {"text": TAIL}]},
        {"type": "list", "children": [{"type": "list-item", "children": [{"text": SECOND}]}]},
    ],
    "Lexical": LEXICAL,
    "Draft.js": {"blocks": [{"text": FIRST, "type": "unstyled"}, {"text": SECOND}], "entityMap": {}},
    "Editor.js": {
        "time": 1714986000000,
        "blocks": [
            {"type": "paragraph", "data": {"text": f"قال وزير <b>الطاقة</b>{TAIL}"}},
            {"type": "list", "data": {"style": "unordered", "items": [SECOND]}},
        ],
    },
    "Quill": {
        "ops": [
            {"insert": HEAD},
            {"insert": BOLD, "attributes": {"bold": True}},
            {"insert": f"{TAIL}\n"},
            {"insert": {"image": "a.jpg"}},
            {"insert": f"{SECOND}\n"},
        ]
    },
    "JSON in a string": json.dumps(PROSEMIRROR, ensure_ascii=False),
    "a list as Python writes it": repr([FIRST, SECOND]),
    "a list of paragraphs in a string": json.dumps(
        [{"type": "p", "text": FIRST}, {"type": "p", "text": SECOND}]
    ),
}


@pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
def test_a_tree_of_blocks(reading_bytes: Any, tree: Any) -> None:
    articles, report = reading_bytes("posts.jsonl", jsonl({"title": "هدنة جديدة", "body": tree}).encode())
    assert [article.paragraphs for article in articles] == [(FIRST, SECOND)]
    assert not report.notes


@pytest.mark.parametrize(
    "text",
    ["[عاجل] وقف إطلاق النار يدخل حيز التنفيذ [تحديث]", "{هدنة}", "['هدنة' و'سلام']", "[1, 2, 3]"],
)
def test_a_text_in_brackets_is_a_text(reading_bytes: Any, text: str) -> None:
    articles, _ = reading_bytes("posts.jsonl", jsonl({"title": "هدنة جديدة", "body": text}).encode())
    assert articles[0].paragraphs == (text,)


def test_a_deep_tree_ends_the_reading_of_nothing_else(reading_bytes: Any) -> None:
    node: dict[str, Any] = {"type": "text", "text": FIRST}
    for _ in range(300):
        node = {"type": "section", "content": [node]}
    records = [
        {"id": "1", "title": "عميق", "body": {"type": "doc", "content": [node]}},
        {"id": "2", "title": "هدنة جديدة", "body": PROSEMIRROR},
    ]
    articles, _ = reading_bytes("posts.jsonl", jsonl(*records).encode())
    assert [article.paragraphs for article in articles] == [(), (FIRST, SECOND)]
