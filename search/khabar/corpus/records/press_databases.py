"""Read text exports of the press databases Factiva, LexisNexis and ProQuest. Each document is an article.

Such a file contains many documents, each with labelled lines before and after its text. Its beginning tells
the database (`khabar.corpus.formats.export_kinds`). Lines that were broken to fit a page are joined: a
paragraph ends at an empty line. In exports of Factiva, every line is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.formats.export_kinds import FACTIVA_LABEL, LEXIS_HEAD, PROQUEST_RULE, press_database
from khabar.corpus.records.drafts import Records

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["press_documents", "read_press_database"]

_Record = dict[str, object]
_HEAD = 1 << 16
"""How many characters of a text are examined to recognise the database."""

_FACTIVA_ENDS = re.compile(r"^(?:Search Summary|ملخص البحث)\s*$", re.M)
_LEXIS_LABEL = re.compile(
    r"(BYLINE|SECTION|LENGTH|DATELINE|HIGHLIGHT|HEADLINE|BODY|LOAD-DATE|LANGUAGE|PUBLICATION-TYPE|JOURNAL-CODE"
    r"|GRAPHIC|DISTRIBUTION|SUBJECT|GEOGRAPHIC|COUNTRY|CITY|COMPANY|ORGANIZATION|PERSON|TICKER|INDUSTRY|ACC-NO"
    r"|URL|COPYRIGHT|CLASSIFICATION|NOTES|SERIES|TYPE|EDITION|DOCUMENT-TYPE)(?::[ \t]*|[ \t]*$)",
    re.I,
)
_LEXIS_HEADS = frozenset(
    {"byline", "section", "length", "dateline", "highlight", "headline", "body", "edition"}
)
"""Labels that may come before the text; the others follow it."""
_BEFORE_LABEL = re.compile(rf"\n(?={_LEXIS_LABEL.pattern})", re.I | re.M)
_LEXIS_END = re.compile(r"^[^\S\n]*End of Document[^\S\n]*$", re.M)
_COPYRIGHT = re.compile(r"(?:Copyright|©|All Rights Reserved)\b", re.I)
_DAY = re.compile(r".{0,80}\b(?:1[89]|20)\d\d\b.{0,40}$", re.S)
_WEEKDAY = re.compile(r"(.*\d)[\s,،]+([^\W\d]+)$")
"""A weekday after its date: «May 6, 2024 Monday»."""
_DIGITS = re.compile(r"\d")
_PROQUEST_LABEL = re.compile(
    r"(Title|Author|Publication title|Publication date|Publication year|Publication info|Publication subject"
    r"|Full text|Abstract|Document URL|ProQuest document ID|Language of publication|Section|Copyright|Links"
    r"|Database|Subject|Location|People|Company / organization|Identifier / keyword|Pages|Volume|Issue|ISSN"
    r"|Publisher|Place of publication|Country of publication|Source type|Document type|Last updated|Credit"
    r"|Dateline|First page|Column|Edition|Number of pages|Correspondence author|Classification"
    r"|Accession number|Document feature|Text Word Count|Publisher logo|Year|Date)"
    r":[ \t]*",
)
_PROQUEST_NUMBER = re.compile(r"Document \d+ of \d+\s*$", re.M)


def read_press_database(content: Content) -> Iterator[Found]:
    """Read the articles in a file, numbered in its order."""
    yield from press_documents(content.text(), content)


def press_documents(text: str, content: Content) -> Iterator[Found]:
    """The articles in a text, numbered in its order; none if it is no export of a press database.

    Args:
        text: the text of a file, or the paragraphs of a Word or RTF document with empty lines between them.
        content: the piece that contains it.
    """
    kind = press_database(text[:_HEAD])
    if kind:
        parse = {"factiva": _factiva, "lexis": _lexis, "proquest": _proquest}[kind]
        records = Records(content.fields, content.mapped, content.dates)
        yield from records.drafts(enumerate(parse(text), start=1))


def _factiva(text: str) -> Iterator[_Record]:
    text = _FACTIVA_ENDS.split(text.lstrip("\ufeff"))[0]
    fields: dict[str, list[str]] = {}
    label = ""
    for line in text.splitlines():
        if start := FACTIVA_LABEL.match(line):
            label = start[1]
            if fields and (label in ("HD", "SE", "CLM")) and ("AN" in fields or label in fields):
                yield _of_factiva(fields)
                fields = {}
            fields[label] = []
            line = start[2] or ""
        if label and line.strip():
            fields[label].append(line.strip())
    if fields:
        yield _of_factiva(fields)


def _of_factiva(fields: dict[str, list[str]]) -> _Record:
    def line(label: str) -> str:
        return " ".join(fields.get(label, ()))

    return {
        "id": line("AN").rpartition(" ")[2],
        "title": line("HD"),
        "paragraphs": [*fields.get("LP", ()), *fields.get("TD", ())],
        "source": line("SN"),
        "author": line("BY"),
        "published": " ".join(filter(None, (line("PD"), line("ET")))),
        "section": line("SE"),
        "language": line("LA"),
    }


def _lexis(text: str) -> Iterator[_Record]:
    numbered = LEXIS_HEAD.split(text)
    for document in numbered[1:] if len(numbered) > 1 else _LEXIS_END.split(text):
        blocks = _blocks(_LEXIS_END.sub("", document))
        if blocks:
            yield _of_lexis(blocks, title_first=len(numbered) == 1)


def _blocks(text: str) -> list[str]:
    """The paragraphs and labelled lines of a text, each as one line."""
    parts = re.split(r"\n[ \t\r]*\n", _BEFORE_LABEL.sub("\n\n", text))
    return [" ".join(block.split()) for block in parts if block.strip()]


def _of_lexis(blocks: list[str], title_first: bool) -> _Record:
    first = next((index for index, block in enumerate(blocks) if _LEXIS_LABEL.match(block)), len(blocks))
    front = [block for block in blocks[:first] if not _COPYRIGHT.match(block)]
    day = next((block for block in front if _DAY.match(block) and _DIGITS.search(block)), "")
    names = [block for block in front if block != day]
    fields: dict[str, str] = {}
    paragraphs: list[str] = []
    others: list[str] = []
    after_text = False
    for block in blocks[first:]:
        if label := _LEXIS_LABEL.match(block):
            name = label[1].lower()
            fields.setdefault(name, block[label.end() :])
            after_text = after_text or name not in _LEXIS_HEADS
        elif not _COPYRIGHT.match(block):
            (others if after_text else paragraphs).append(block)
    outlet, title = (names[1:2], names[:1]) if title_first else (names[:1], names[1:])
    if first == len(blocks):  # without labels, the text begins after the title
        paragraphs, title = title[1:], title[:1]
    paragraphs = paragraphs or others
    return {
        "title": fields.get("headline") or " ".join(title),
        "paragraphs": [*filter(None, [fields.get("highlight"), fields.get("body")]), *paragraphs],
        "source": " ".join(outlet),
        "author": fields.get("byline", ""),
        "published": _WEEKDAY.sub(r"\2, \1", day),
        "section": fields.get("section", "").partition(";")[0],
        "language": fields.get("language", "").partition(";")[0],
        "place": fields.get("dateline", ""),
        "url": fields.get("url", ""),
    }


def _proquest(text: str) -> Iterator[_Record]:
    for document in PROQUEST_RULE.split(text):
        fields: dict[str, list[str]] = {}
        label = ""
        for line in document.splitlines():
            if start := _PROQUEST_LABEL.match(line):
                label = start[1].lower()
                line = line[start.end() :]
            if line.strip():
                fields.setdefault(label, []).append(line.strip())
        if not fields.keys() & {"full text", "abstract", "title"}:
            continue  # the head of the export, or its list of sources

        def joined(name: str, fields: dict[str, list[str]] = fields) -> str:
            return " ".join(fields.get(name, ()))

        front = [line for line in fields.get("", ()) if not _PROQUEST_NUMBER.match(line)]
        yield {
            "id": joined("proquest document id"),
            "title": joined("title") or " ".join(front[:1]),
            "paragraphs": fields.get("full text") or fields.get("abstract", []),
            "source": joined("publication title") or joined("publication info").partition(";")[0].strip(),
            "author": joined("author"),
            "published": joined("publication date"),
            "section": joined("section"),
            "language": joined("language of publication"),
            "url": joined("document url"),
        }
