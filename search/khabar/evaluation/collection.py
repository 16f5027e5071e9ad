"""A retrieval collection: documents, queries, and judgements of which documents answer which query.

A collection is a folder::

    corpus.jsonl or corpus.jsonl.gz   one document per line: {"id": …, "title": …, "text": …},
                                      paragraphs separated by line ends
      or articles/                    news articles in any form that khabar.read understands
    queries.tsv                       one query per line: id TAB text
    qrels.txt                         one judgement per line, as in TREC: query id, 0, document id, grade

Files are UTF-8, with or without a byte order mark. Judgements name a document of ``articles/`` by the id of
its article, or by the name of its file without the suffix.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec.structs import replace

from khabar.arguments import folder as folder_path
from khabar.arguments import takes
from khabar.corpus.article import Article
from khabar.errors import CollectionError

__all__ = ["Collection", "read_collection"]

#: query id → document id → grade
Judgements = dict[str, dict[str, int]]

_LINE_ENDS = re.compile(r"[\r\n]+")


class Collection(msgspec.Struct, frozen=True):
    """A collection with its queries and judgements. Documents are read on demand.

    Attributes:
        folder: its folder.
        queries: query id → text, in the order of the file.
        judgements: query id → document id → grade; 1 or more is relevant.
        documents: a function that yields the documents as articles, with the ids of the documents.
    """

    folder: Path
    queries: dict[str, str]
    judgements: Judgements
    documents: Callable[[], Iterator[Article]]


@takes(folder=folder_path)
def read_collection(folder: str | Path) -> Collection:
    """Read the queries and judgements of a collection, and find its documents.

    Args:
        folder: its folder.

    Raises:
        CollectionError: if a file is missing or malformed, with the file and the line. Malformed documents
            raise it when they are read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CollectionError(
            f"{folder} is not a folder: a collection is a folder with queries.tsv and qrels.txt"
        )
    queries = _queries(folder / "queries.tsv")
    judgements = _judgements(folder / "qrels.txt")
    for query in judgements:
        if query not in queries:
            raise CollectionError(
                f"{folder / 'qrels.txt'} judges the query «{query}», which is not in {folder / 'queries.tsv'}"
            )
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        path = folder / name
        if path.is_file():
            return Collection(folder, queries, judgements, partial(_json_documents, path))
    articles = folder / "articles"
    if articles.is_dir():
        judged = {document for grades in judgements.values() for document in grades}
        return Collection(folder, queries, judgements, lambda: _article_documents(articles, judged))
    raise CollectionError(
        f"{folder} has no documents: neither corpus.jsonl nor corpus.jsonl.gz nor articles/"
    )


def _queries(path: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for number, line in _lines(path):
        query, tab, text = line.partition("\t")
        query = query.strip()
        if not tab or not query:
            raise _bad(path, number, "a query is an id, a tab and a text")
        if query in queries:
            raise _bad(path, number, f"the query «{query}» occurs twice")
        queries[query] = text.strip()
    if not queries:
        raise CollectionError(f"{path} holds no query")
    return queries


def _judgements(path: Path) -> Judgements:
    judgements: Judgements = {}
    for number, line in _lines(path):
        parts = line.split()
        if len(parts) != 4:
            raise _bad(path, number, "a judgement is four words: query id, 0, document id, grade")
        query, _, document, grade = parts
        try:
            value = int(grade)
        except ValueError:
            raise _bad(path, number, f"the grade «{grade}» is not a whole number") from None
        grades = judgements.setdefault(query, {})
        if grades.get(document, value) != value:
            raise _bad(
                path, number, f"«{document}» is judged {grades[document]} and {value} for the query «{query}»"
            )
        grades[document] = value
    if not judgements:
        raise CollectionError(f"{path} holds no judgement")
    return judgements


def _json_documents(path: Path) -> Iterator[Article]:
    seen: set[str] = set()
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise _bad(path, number, f"this is not JSON ({error})") from error
        if not isinstance(record, dict):
            raise _bad(path, number, "a document is an object with id, title and text")
        document = record.get("id")
        if isinstance(document, int):
            document = str(document)
        text = record.get("text")
        title = record.get("title") or ""
        if (
            not isinstance(document, str)
            or not document
            or not isinstance(text, str)
            or not isinstance(title, str)
        ):
            raise _bad(
                path, number, "a document has a text «id» and a text «text», and may have a text «title»"
            )
        if document in seen:
            raise _bad(path, number, f"the document «{document}» occurs twice")
        seen.add(document)
        paragraphs = tuple(part for part in _LINE_ENDS.split(text) if part.strip())
        yield Article(id=document, title=title, paragraphs=paragraphs, path=f"{path}#{number}")


def _article_documents(folder: Path, judged: set[str]) -> Iterator[Article]:
    from khabar.corpus import ReadReport, read

    report = ReadReport()
    seen: dict[str, str] = {}
    for article in read(folder, report=report, root=folder):
        document = _document_id(article, judged)
        if document in seen:
            raise CollectionError(f"{article.path} and {seen[document]} are both the document «{document}»")
        seen[document] = article.path
        yield replace(article, id=document)
    if report.skipped:
        raise CollectionError(f"a document in {folder} cannot be read: {report.skipped[0]}")


def _document_id(article: Article, judged: set[str]) -> str:
    """The id under which an article is judged: the name of its file without the suffix, if that is judged and
    its own id is not; else its own id."""
    if article.id in judged or not article.path:
        return article.id
    file = article.path.rsplit("!", 1)[-1]
    name = Path(file).stem
    return name if name in judged else article.id


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not empty, numbered from 1."""
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                text = line.rstrip("\r\n")
                if text.strip():
                    yield number, text
    except FileNotFoundError:
        raise CollectionError(f"{path} is missing: a collection has {path.name}") from None
    except UnicodeDecodeError as error:
        raise CollectionError(
            f"{path}, near line {number + 1}: this is not UTF-8 ({error.reason})"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise CollectionError(f"{path} cannot be read after line {number}: {error}") from error


def _opened(path: Path) -> TextIO:
    # utf-8-sig reads files with and without a byte order mark; newline="\n" keeps a lone \r inside a line.
    options: dict[str, Any] = {"encoding": "utf-8-sig", "newline": "\n"}
    if path.suffix == ".gz":
        return gzip.open(path, "rt", **options)  # type: ignore[no-any-return]
    return path.open(**options)  # type: ignore[no-any-return]


def _bad(path: Path, number: int, what: str) -> CollectionError:
    return CollectionError(f"{path}, line {number}: {what}")
