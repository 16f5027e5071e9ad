"""Read rich text that an editor stores as a tree of blocks, as content management systems export it.

The trees of ProseMirror and Tiptap, Contentful, Portable Text (Sanity), Slate and Strapi, Lexical (Ghost),
Draft.js, Editor.js and Quill are understood. A block is a paragraph; the pieces of a line, such as a word in
bold or a link, contain the white space between them, and are concatenated. A text that is itself JSON (in a
column of a database) is read in the same way, and so is a list of paragraphs in Python's notation.
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
"""Types of nodes within a line that have children."""
_BREAKS = frozenset({"hardBreak", "hard_break", "linebreak", "break", "br"})
_BLOCK_TEXTS = ("text", "title", "message", "items", "content", "caption", "html")
"""Keys of visible text in the data of an Editor.js block, in the order of the page."""
_DEEPEST = 60
_LONGEST = 1 << 24
"""Maximum number of characters of a text that is parsed as JSON."""


def rich_text(value: object) -> str | None:
    """The paragraphs of an editor's tree, one per line; None for any other value.

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
    """Parse a text that is JSON or a Python list; return the text itself if it is prose.

    Only values that can be a text are returned: an editor's tree, or a list of strings and objects.
    """
    stripped = text.strip()
    if len(stripped) > _LONGEST or (stripped[:1], stripped[-1:]) not in (("[", "]"), ("{", "}")):
        return text
    try:
        value: object = json.loads(stripped)
    except (ValueError, RecursionError):
        value = _python_list(stripped)
    if isinstance(value, list) and value and all(isinstance(item, str | dict) for item in value):
        return value
    return value if isinstance(value, dict) and _tree(value) is not None else text


def _python_list(text: str) -> object:
    if text[1:2] not in "'\"":
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _tree(value: object) -> Iterator[str] | None:
    """The pieces of an editor's text, with line ends between its lines; None for any other value."""
    if isinstance(value, dict):
        ops = _objects(value.get("ops"))
        if any("insert" in op for op in ops):
            return (op["insert"] for op in ops if isinstance(op.get("insert"), str))
        if blocks := _objects(value.get("blocks")):
            if all("data" in block and "type" in block and "text" not in block for block in blocks):
                return (piece for block in blocks for piece in _visible(block["data"], 0))
            if all("text" in block for block in blocks):
                return (f"{block['text']}\n" for block in blocks if isinstance(block["text"], str))
        if isinstance(root := value.get("root"), dict) and _objects(root.get("children")):
            return _pieces(root, 0)
        whole = value.get("type") == "doc" or value.get("nodeType") == "document"
        return _pieces(value, 0) if whole and isinstance(value.get("content"), list) else None
    # A list of blocks with children; some, such as pictures, may have none.
    nodes = _objects(value)
    typed = all("type" in node or "_type" in node or "children" in node for node in nodes)
    if typed and any(map(_has_leaf, nodes)):
        return (piece for node in nodes for piece in _pieces(node, 0))
    return None


def _objects(value: object) -> list[dict[str, Any]]:
    """A list of objects only; [] for any other value."""
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else []


def _has_leaf(block: dict[str, Any]) -> bool:
    """Whether a block contains text."""
    children = block.get("children")
    return isinstance(children, list) and any(
        isinstance(child, dict) and (isinstance(child.get("text"), str) or _has_leaf(child))
        for child in children
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


def _visible(data: object, depth: int) -> Iterator[str]:
    """The visible text of an Editor.js block."""
    if isinstance(data, str):
        yield f"{data}\n"
    elif isinstance(data, list) and depth < _DEEPEST:
        for item in data:
            yield from _visible(item, depth + 1)
    elif isinstance(data, dict) and depth < _DEEPEST:
        for key in _BLOCK_TEXTS:
            yield from _visible(data.get(key), depth + 1)
