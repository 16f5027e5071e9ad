"""Downloads: all results of a search, an article's citation, the desk. Written as they are made, so that a
large download takes little memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from khabar.desk.desk import Desk
from khabar.errors import InvalidArgument
from khabar.paging import all_hits
from khabar.render.citations import citation_lines
from khabar.render.output import CITATIONS
from khabar.render.text import csv_lines, escaped_json
from khabar.web.answers import language_of
from khabar.web.asked import pairs_of
from khabar.web.dress import look_of
from khabar.web.pages.answering import given
from khabar.web.pages.searching import Search
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.query.results import Hit
    from khabar.web.config import Config

__all__ = ["attachment", "cite", "desk_export", "export", "streamed"]

#: The formats, with the type and the suffix of each.
_FORMATS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "jsonl": ("application/x-ndjson", "jsonl"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "csl-json": ("application/vnd.citationstyles.csl+json; charset=utf-8", "csl.json"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
}
#: Number of lines that are made at a time, in one call.
_LINES = 200
#: Number of rows of a spreadsheet: two seconds of work, and fifty megabytes while it lasts.
_MOST_ROWS = 2_000


async def export(request: Request, config: Config) -> Response:
    """All hits of a search. They must have all words, unless ``match=any`` is asked for, as in every list
    that is read to the end."""
    items = pairs_of(request.url.query)
    kind = _format(dict(items), ("csv", "xlsx", "jsonl", *CITATIONS))
    asked = Search.of(items, also=("format",))
    options = asked.asked()
    match = options.pop("match", None)
    name = asked.q.strip() or "khabar"

    def first() -> Iterator[Hit]:
        # What is wrong with the conditions is told before the answer begins.
        found = config.index.search(
            asked.q,
            limit=0,
            group=asked.group,  # type: ignore[arg-type]
            match=match or "all",
            **options,
        )
        if kind == "xlsx":
            _check_sheet(found.total)
        hits = all_hits(config.index, asked.q, match=match, sort=asked.sort, group=asked.group, **options)
        return hits

    hits = await config.serving.call(first)
    if kind == "xlsx":
        rows = (hit.row(fields=config.index.fields) for hit in hits)
        return await _sheet(config, rows, language_of(request.scope, config), name)
    return streamed(config, _lines(hits, kind, config.index.fields), kind, name)


async def cite(request: Request, config: Config) -> Response:
    """The citation of an article."""
    asked = given(request, ("format", "archive", "id", "lang"))
    kind = _format(asked, CITATIONS)
    article_id, archive = request.path_params["id"] or asked.get("id", ""), asked.get("archive", "")
    # Unlike the article alone, this names its archive.
    shown = await config.serving.call(config.index.highlight, article_id, archive=archive)
    if shown is None:
        raise Refused("article-not-found", "id", article_id)
    title = shown.article.title.strip()[:60]
    return streamed(config, citation_lines(shown, kind), kind, title or article_id)


async def desk_export(request: Request, config: Config) -> Response:
    """The whole desk as JSONL; or a list, or the stars, as a table or citations."""
    asked = given(request, ("format", "list", "lang"))
    kind = _format(asked, ("jsonl", "csv", "xlsx", *CITATIONS))
    name = asked.get("list", "")

    def rows() -> Iterator[dict[str, Any]]:
        desk = Desk(config.index)
        kept = desk.articles(name) if name else desk.starred()
        return (each.to_dict() | {"lists": "; ".join(each.lists)} for each in kept)

    def first() -> Iterator[str]:
        desk = Desk(config.index)
        if kind == "jsonl" and not name:
            return (escaped_json(each) for each in desk.export())
        kept = desk.articles(name) if name else desk.starred()
        if kind == "jsonl":
            return (escaped_json(each.to_dict()) for each in kept)
        if kind == "csv":
            return csv_lines(rows())
        return citation_lines(kept, kind)

    if kind == "xlsx":
        language = language_of(request.scope, config)
        return await _sheet(config, await config.serving.call(rows), language, name or "desk")
    lines = await config.serving.call(first)
    return streamed(config, lines, kind, name or "desk")


def _format(asked: Mapping[str, str], known: tuple[str, ...]) -> str:
    kind = asked.get("format", known[0])
    if kind not in known:
        raise InvalidArgument("format", kind, f"it is one of: {', '.join(known)}", "choice", known)
    return kind


def _check_sheet(total: int) -> None:
    """Check that so many rows fit into a spreadsheet, which is made as a whole, in memory.

    Raises:
        InvalidArgument: they do not.
        MissingDependency: the package for spreadsheets is not installed.
    """
    from khabar.render.spreadsheet import require

    require(Path("khabar.xlsx"))
    if total > _MOST_ROWS:
        reason = (
            f"an XLSX file from here has at most {_MOST_ROWS:,} rows, and these are {total:,}: take CSV, "
            "which spreadsheets open as well, or run: khabar export -o FILE.xlsx"
        )
        raise InvalidArgument("format", "xlsx", reason)


async def _sheet(config: Config, rows: Iterator[Mapping[str, Any]], language: str, name: str) -> Response:
    """An answer that is a spreadsheet. Its rows are made some at a time, as other readers wait, too.

    Raises:
        InvalidArgument: a text does not fit into a cell.
        MissingDependency: the package for spreadsheets is not installed.
    """
    from khabar.render.spreadsheet import require, workbook

    require(Path("khabar.xlsx"))
    made: list[Mapping[str, Any]] = []
    while piece := await config.serving.call(lambda: list(islice(rows, _LINES))):
        made += piece
    content, lost = await config.serving.call(workbook, made, look_of(language))
    if lost:
        # The file has no place for a note. No row is left out, since they are fewer than a sheet has; but a
        # title or a field may be longer than a cell.
        reason = "a text of these is longer than a spreadsheet cell can hold, and would be cut: take CSV"
        raise InvalidArgument("format", "xlsx", reason)
    return attachment(content, "xlsx", name)


def _lines(hits: Iterable[Hit], kind: str, fields: Sequence[str]) -> Iterator[str]:
    """The lines of a download, without their ends; ``fields`` are those that a table has columns of."""
    if kind == "csv":
        return csv_lines(hit.row(fields=fields) for hit in hits)
    if kind == "jsonl":
        return (escaped_json(hit.to_dict()) for hit in hits)
    return citation_lines(_each_once(hits), kind)


def _each_once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Hits of different articles; several paragraphs may be of one, and archives may share ids."""
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        key = (hit.archive, hit.article.id)
        if key not in seen:
            seen.add(key)
            yield hit


def streamed(config: Config, lines: Iterator[str], kind: str, name: str) -> Response:
    """An answer that is written as its lines are made, some at a time."""
    from starlette.responses import StreamingResponse

    # By the mark, spreadsheets know that a table is in UTF-8.
    mark = "\ufeff" if kind == "csv" else ""

    def some() -> str:
        return "".join(f"{line}\n" for line in islice(lines, _LINES))

    async def body() -> AsyncIterator[bytes]:
        if mark:
            yield mark.encode()
        while piece := await config.serving.call(some):
            yield piece.encode("utf-8", "replace")

    media, suffix = _FORMATS[kind]
    return StreamingResponse(
        body(), media_type=media, headers={"Content-Disposition": _attached(name, suffix)}
    )


def attachment(content: bytes, kind: str, name: str) -> Response:
    """An answer that is a file."""
    from starlette.responses import Response

    media, suffix = _FORMATS[kind]
    return Response(content, media_type=media, headers={"Content-Disposition": _attached(name, suffix)})


def _attached(name: str, suffix: str) -> str:
    """A header that names the file: in letters that every program knows, and in its own (RFC 6266)."""
    own = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in name)
    own = "-".join(own.split())[:80] or "khabar"
    encoded = quote(f"{own}.{suffix}", errors="replace")
    return f"attachment; filename=\"khabar.{suffix}\"; filename*=UTF-8''{encoded}"
