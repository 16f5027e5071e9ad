"""Texts that an editor keeps as a tree of blocks, as content management systems export them.

Known are ProseMirror and Tiptap, Contentful, Portable Text (Sanity), Slate and Strapi, Lexical (Ghost),
Draft.js, Editor.js and Quill. A block is a paragraph; the pieces of a line, such as a word in bold or a link,
are joined as they stand, since the white space between them is in them. A text that is itself written as JSON
(a column of a database) is read in the same way, and so is a list of paragraphs as Python writes it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

__all__ = ["rich_text", "unwritten"]

_CHILDREN = ("content", "children")
_TEXTS = ("text", "value")
_INLINE = frozenset(
    {
        *("link", "hyperlink", "autolink", "a", "span", "mention", "inline", "hashtag"),
        *("entry-hyperlink", "asset-hyperlink", "entity", "mark", "wikilink"),
    }
)
"""Types of what is within a line and has children of its own."""
_BREAKS = frozenset({"hardBreak", "hard_break", "linebreak", "break", "br"})
_BLOCK_TEXTS = ("text", "title", "message", "items", "content", "caption", "html")
"""Keys of the data of a block of Editor.js that hold what a reader sees, in the order of the page."""
_DEEPEST = 60
_LONGEST = 1 << 24
"""characters of a text that may be JSON"""


def rich_text(value: object) -> str | None:
    """The paragraphs of an editor's tree, one a line, or None for any other value.

    >>> line = {"type": "paragraph", "content": [{"text": "عن "}, {"text": "مصر"}]}
    >>> rich_text({"type": "doc", "content": [line]})
    'عن مصر'
    """
    parts = _tree(value)
    if parts is None:
        return None
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def unwritten(text: str) -> object:
    """The list or object that a text is, as JSON or as Python writes it; the text itself if it is prose.

    Only what can be a text is taken: an editor's tree, or a list of strings and of objects.
    """
    bare = text.strip()
    if len(bare) > _LONGEST or (bare[:1], bare[-1:]) not in (("[", "]"), ("{", "}")):
        return text
    try:
        value: object = json.loads(bare)
    except (ValueError, RecursionError):
        value = _python_list(bare)
    if isinstance(value, list) and value and all(isinstance(each, str | dict) for each in value):
        return value
    return value if isinstance(value, dict) and _tree(value) is not None else text


def _python_list(text: str) -> object:
    if text[1:2] not in "'\"":
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _tree(value: object) -> Iterator[str] | None:
    """The pieces of an editor's text, with the ends of its lines between them; None for any other value."""
    if isinstance(value, dict):
        ops = _objects(value.get("ops"))
        if any("insert" in op for op in ops):
            return (op["insert"] for op in ops if isinstance(op.get("insert"), str))
        if blocks := _objects(value.get("blocks")):
            if all("data" in block and "type" in block and "text" not in block for block in blocks):
                return (piece for block in blocks for piece in _shown(block["data"], 0))
            if all("text" in block for block in blocks):
                return (f"{block['text']}\n" for block in blocks if isinstance(block["text"], str))
        if isinstance(root := value.get("root"), dict) and _objects(root.get("children")):
            return _pieces(root, 0)
        whole = value.get("type") == "doc" or value.get("nodeType") == "document"
        return _pieces(value, 0) if whole and isinstance(value.get("content"), list) else None
    # Blocks with a list of pieces each, and perhaps pictures without one between them.
    nodes = _objects(value)
    typed = all("type" in each or "_type" in each or "children" in each for each in nodes)
    if typed and any(map(_has_leaf, nodes)):
        return (piece for each in nodes for piece in _pieces(each, 0))
    return None


def _objects(value: object) -> list[dict[str, Any]]:
    """A list of nothing but objects; [] for any other value."""
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else []


def _has_leaf(block: dict[str, Any]) -> bool:
    children = block.get("children")
    return isinstance(children, list) and any(
        isinstance(each, dict) and (isinstance(each.get("text"), str) or _has_leaf(each)) for each in children
    )


def _pieces(node: object, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth == _DEEPEST:
        return
    kind = node.get("type") or node.get("_type") or node.get("nodeType")
    children = next((node[key] for key in _CHILDREN if isinstance(node.get(key), list)), None)
    if children is None:
        if kind in _BREAKS:
            yield "\n"
        yield next((text for key in _TEXTS if isinstance(text := node.get(key), str)), "")
        return
    end = "" if kind in _INLINE else "\n"
    yield end
    for child in children:
        yield from _pieces(child, depth + 1)
    yield end


def _shown(data: object, depth: int) -> Iterator[str]:
    """What a reader sees of a block of Editor.js."""
    if isinstance(data, str):
        yield f"{data}\n"
    elif isinstance(data, list) and depth < _DEEPEST:
        for each in data:
            yield from _shown(each, depth + 1)
    elif isinstance(data, dict) and depth < _DEEPEST:
        for key in _BLOCK_TEXTS:
            yield from _shown(data.get(key), depth + 1)
