"""Read Markdown files, with front matter between ``---`` (YAML) or ``+++`` (TOML).

The part of YAML that front matter uses is understood: ``key: value``, quoted and folded texts, lists, and a
name inside an author. The signs of emphasis, links, headings and the like are removed, and so are lines that
are only the tag of a container; the lines of a paragraph become one line. The title is that of the front
matter, else the first heading, else found as in a plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.pieces.content import Draft
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.text.paragraphs import body_of, draft_of_text, headline_place, is_headline
from khabar.spelling import has_words

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["draft_of_markdown", "front_matter", "read_markdown"]

_KEY = re.compile(r"([^\s:#'\"\[\]{}-][^:\n]{0,60}?)\s*:(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-(?:\s+(.*))?$")
_COMMENT = re.compile(r"\s#.*$")
_LONGEST_MATTER = 1 << 16

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_START = re.compile(r"\s*(?:>\s?)*(?:[-*+]\s+)?")
_OWN_LINE = re.compile(r"\s*(?:[-*+]\s|\d{1,3}[.)]\s|>|\||#{1,6}\s)")
_REFERENCE = re.compile(r"\s{0,3}\[[^\]\n]{1,200}\]:\s*\S+.*$")
#: A line that is only the tag of a container, such as ``<div dir="rtl">`` around Arabic, or a comment.
_CONTAINER = re.compile(
    r"\s*(?:</?(?:div|p|center|section|article|details|br|hr)(?:\s[^<>]*+)?/?>|<!--(?:[^-]|-(?!->))*+-->)\s*$",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[([^\[\]]*+)\](?:\((?:[^()]|\([^()]*+\))*+\)|\[[^\[\]]*+\])"), ""),
    (re.compile(r"\[([^\[\]]*+)\](?:\((?:[^()]|\([^()]*+\))*+\)|\[[^\[\]]*+\])"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]*+)>"), r"\1"),
    (re.compile(r"(?<!\\)\*\*([^*\n]++)\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__([^_\n]++)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?!\s)([^*\n]++)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_([^_\n]++)_(?!\w)"), r"\1"),
    (re.compile(r"(?<!\\)`([^`\n]++)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>|~-])"), r"\1"),
)


def read_markdown(content: Content) -> Iterator[Found]:
    """Read the article in a Markdown file."""
    yield None, draft_of_markdown(content.one_article(), dict(content.fields), content.dates)


def draft_of_markdown(text: str, fields: dict[str, str] | None = None, dates: str = "") -> Draft:
    """The article in a Markdown text.

    Args:
        text: the text.
        fields: the keys of the front matter by the names of an article's fields.
        dates: the order of numeric dates, as for `khabar.corpus.dates.parse_timestamp`.

    Raises:
        Unreadable: it contains no text.
    """
    matter, body = front_matter(text)
    heading, lines = _lines(body)
    plain = "\n".join(lines)
    if not matter:
        return draft_of_text("\n".join([heading, plain]) if heading else plain)
    body_lines = body_of(plain).lines
    if heading:
        matter.setdefault("title", heading)
    elif (index := headline_place(body_lines)) + 1 < len(body_lines) and is_headline(body_lines[index]):
        matter.setdefault("title", body_lines[index])
    fields = {name: key for name, key in (fields or {}).items() if name not in ("text", "paragraphs")}
    return draft_of_record({**matter, "content": plain}, fields, dates=dates)


def front_matter(text: str) -> tuple[dict[str, object], str]:
    """The front matter of a text, and the text after it; ({}, text) without front matter."""
    text = text.lstrip("\ufeff")
    start = text[: _LONGEST_MATTER + 1]
    first, _, rest = start.partition("\n")
    mark = first.strip()
    if mark not in ("---", "+++"):
        return {}, text
    lines = rest.split("\n")
    ends = ("---", "...") if mark == "---" else ("+++",)
    for number, line in enumerate(lines):
        if line.rstrip() in ends:
            matter = "\n".join(lines[:number])
            values = _yaml(lines[:number]) if mark == "---" else _toml(matter)
            end = len(first) + 1 + len(matter) + (1 if number else 0) + len(line)
            return ({}, text) if values is None else (values, text[end:])
    return {}, text


def _toml(text: str) -> dict[str, object] | None:
    import tomllib
    from datetime import date

    try:
        values = tomllib.loads(text.replace("\r", ""))
    except (ValueError, RecursionError):
        return None
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _yaml(lines: list[str]) -> dict[str, object] | None:
    """The values of simple YAML; other lines are skipped. None if there is no key: then ``---`` is a rule."""
    values: dict[str, object] = {}
    index = 0
    while index < len(lines):
        key = _KEY.match(lines[index].rstrip())
        index += 1
        if not key:
            continue
        indented = []
        while index < len(lines) and (not lines[index].strip() or lines[index][0] in " \t-"):
            indented.append(lines[index].rstrip())
            index += 1
        values.setdefault(key[1].strip(), _value((key[2] or "").strip(), indented))
    return values or None


def _value(text: str, indented: list[str]) -> object:
    """A value, from the text after the colon and the indented lines below."""
    if text[:1] in ("|", ">"):
        return ("\n" if text[0] == "|" else " ").join(line.strip() for line in indented).strip()
    if text:
        if text.startswith("[") and text.endswith("]"):
            return [_scalar(item) for item in text[1:-1].split(",") if item.strip()]
        return _scalar(" ".join([text, *(line.strip() for line in indented if line.strip())]))
    items = [item for line in indented if (item := _ITEM.match(line))]
    if items:
        return [_list_item(item[1] or "") for item in items]
    pairs = [pair for line in indented if (pair := _KEY.match(line.strip()))]
    return {pair[1]: _scalar(pair[2] or "") for pair in pairs}


def _list_item(text: str) -> object:
    pair = _KEY.match(text)
    return {pair[1]: _scalar(pair[2] or "")} if pair and pair[2] is not None else _scalar(text)


def _scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] in "\"'" and (end := text.rfind(text[0])) > 0:
        inner = text[1:end]
        return inner.replace("''", "'") if text[0] == "'" else inner.replace('\\"', '"')
    return _COMMENT.sub("", text).strip()


def _lines(text: str) -> tuple[str, list[str]]:
    """The first heading, if it comes first, else ""; and the paragraphs without the signs of Markdown."""
    heading = ""
    paragraphs: list[str] = []
    open_lines: list[str] = []
    fenced = False

    def end_paragraph() -> None:
        if open_lines:
            paragraphs.append(_plain(" ".join(open_lines)))
            open_lines.clear()

    for line in text.splitlines():
        if _FENCE.match(line):
            end_paragraph()
            fenced = not fenced
        elif fenced:
            paragraphs.append(line)
        elif title := _HEADING.match(line):
            end_paragraph()
            if not heading and not paragraphs:
                heading = _plain(title[2] or "")
            else:
                paragraphs.append(_plain(title[2] or ""))
        elif _UNDERLINE.match(line) and open_lines:
            if not heading and not paragraphs and len(open_lines) == 1 and "=" in line:
                heading = _plain(open_lines.pop())
            end_paragraph()
        elif not has_words(line) or _REFERENCE.match(line) or _CONTAINER.match(line):
            end_paragraph()
        else:
            if _OWN_LINE.match(line):
                end_paragraph()
            start = _START.match(line)
            open_lines.append(line[start.end() if start else 0 :].strip().rstrip("\\"))
            if line.endswith(("  ", "\\")):
                end_paragraph()
    end_paragraph()
    return heading, [line for line in paragraphs if line.strip()]


def _plain(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
