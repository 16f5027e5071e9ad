"""Downloads: all results of a search, the citation of an article, the desk. They are sent while they are
made, so that a large download takes little memory."""

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
from khabar.web.layout import look_of
from khabar.web.pages.responses import parameters_of
from khabar.web.pages.searching import Search
from khabar.web.parameters import pairs_of
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from khabar.desk.values import DeskArticle
    from khabar.query.results import Hit
    from khabar.web.config import Config

__all__ = ["attachment", "cite", "desk_export", "export", "streamed"]

#: The formats, with the media type and suffix of each.
_FORMATS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "jsonl": ("application/x-ndjson", "jsonl"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "csl-json": ("application/vnd.citationstyles.csl+json; charset=utf-8", "csl.json"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
}
#: The number of lines that are made in one call.
_LINES = 200
#: Maximum number of rows of a spreadsheet, which take two seconds and fifty megabytes of memory.
_MOST_ROWS = 2_000


async def export(request: Request, config: Config) -> Response:
    """All hits of a search. They must contain all words, as in every complete list, unless the address has
    ``match=any``."""
    items = pairs_of(request.url.query)
    kind = _format(dict(items), ("csv", "xlsx", "jsonl", *CITATIONS))
    search = Search.of(items, also=("format",))
    options = search.asked()
    match = options.pop("match", None)
    name = search.q.strip() or "khabar"

    def begin() -> Iterator[Hit]:
        # Problems with the conditions are reported before the answer begins.
        results = config.index.search(
            search.q,
            limit=0,
            group=search.group,  # type: ignore[arg-type]
            match=match or "all",
            **options,
        )
        if kind == "xlsx":
            _check_sheet(results.total)
        return all_hits(config.index, search.q, match=match, sort=search.sort, group=search.group, **options)

    hits = await config.serving.call(begin)
    if kind == "xlsx":
        rows = (hit.row(fields=config.index.fields) for hit in hits)
        return await _sheet(config, rows, language_of(request.scope, config), name)
    return streamed(config, _lines(hits, kind, config.index.fields), kind, name)


async def cite(request: Request, config: Config) -> Response:
    """The citation of an article."""
    parameters = parameters_of(request, ("format", "archive", "id", "lang"))
    kind = _format(parameters, CITATIONS)
    article_id = request.path_params["id"] or parameters.get("id", "")
    archive = parameters.get("archive", "")
    # Unlike an article, a highlighted article names its archive.
    article = await config.serving.call(config.index.highlight, article_id, archive=archive)
    if article is None:
        raise Refused("article-not-found", "id", article_id)
    title = article.article.title.strip()[:60]
    return streamed(config, citation_lines(article, kind), kind, title or article_id)


async def desk_export(request: Request, config: Config) -> Response:
    """The whole desk as JSONL; or a list, or the starred articles, as a table or citations."""
    parameters = parameters_of(request, ("format", "list", "lang"))
    kind = _format(parameters, ("jsonl", "csv", "xlsx", *CITATIONS))
    name = parameters.get("list", "")

    def articles() -> Sequence[DeskArticle]:
        desk = Desk(config.index)
        return desk.articles(name) if name else desk.starred()

    def rows() -> Iterator[dict[str, Any]]:
        return (article.to_dict() | {"lists": "; ".join(article.lists)} for article in articles())

    def lines() -> Iterator[str]:
        if kind == "jsonl" and not name:
            return (escaped_json(entry) for entry in Desk(config.index).export())
        if kind == "jsonl":
            return (escaped_json(article.to_dict()) for article in articles())
        return csv_lines(rows()) if kind == "csv" else citation_lines(articles(), kind)

    if kind == "xlsx":
        language = language_of(request.scope, config)
        return await _sheet(config, await config.serving.call(rows), language, name or "desk")
    return streamed(config, await config.serving.call(lines), kind, name or "desk")


def _format(parameters: Mapping[str, str], known: tuple[str, ...]) -> str:
    """The format in the parameters of an address; the first known one if there is none.

    Raises:
        InvalidArgument: if it is not known.
    """
    kind = parameters.get("format", known[0])
    if kind not in known:
        raise InvalidArgument("format", kind, f"it is one of: {', '.join(known)}", "choice", known)
    return kind


def _check_sheet(total: int) -> None:
    """Check that a number of rows is not too large for a spreadsheet, which is made in memory.

    Raises:
        InvalidArgument: if it is.
        MissingDependency: if the package for spreadsheets is not installed.
    """
    from khabar.render.spreadsheet import require

    require(Path("khabar.xlsx"), "khabar")
    if total > _MOST_ROWS:
        reason = (
            f"an XLSX file from here has at most {_MOST_ROWS:,} rows, and these are {total:,}: take CSV, "
            "which spreadsheets open as well, or run: khabar export -o FILE.xlsx"
        )
        raise InvalidArgument("format", "xlsx", reason)


async def _sheet(config: Config, rows: Iterator[Mapping[str, Any]], language: str, name: str) -> Response:
    """A spreadsheet as an answer. Its rows are made in several calls, so that others do not wait long.

    Raises:
        InvalidArgument: if a text does not fit into a cell.
        MissingDependency: if the package for spreadsheets is not installed.
    """
    from khabar.render.spreadsheet import require, workbook

    require(Path("khabar.xlsx"), "khabar")
    all_rows: list[Mapping[str, Any]] = []
    while piece := await config.serving.call(lambda: list(islice(rows, _LINES))):
        all_rows += piece
    content, notes = await config.serving.call(workbook, all_rows, look_of(language))
    if notes:
        # A download cannot show notes. All rows fit into a sheet, but a title or field may be longer than a
        # cell.
        reason = "a text of these is longer than a spreadsheet cell can hold, and would be cut: take CSV"
        raise InvalidArgument("format", "xlsx", reason)
    return attachment(content, "xlsx", name)


def _lines(hits: Iterable[Hit], kind: str, fields: Sequence[str]) -> Iterator[str]:
    """The lines of a download, without line ends; ``fields`` are the kept fields that become columns."""
    if kind == "csv":
        return csv_lines(hit.row(fields=fields) for hit in hits)
    if kind == "jsonl":
        return (escaped_json(hit.to_dict()) for hit in hits)
    return citation_lines(_one_per_article(hits), kind)


def _one_per_article(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The first hit of each article: several paragraphs may be of one article, and archives may share ids."""
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        key = (hit.archive, hit.article.id)
        if key not in seen:
            seen.add(key)
            yield hit


def streamed(config: Config, lines: Iterator[str], kind: str, name: str) -> Response:
    """An answer that is sent while its lines are made.

    Args:
        config: the configuration of the server.
        lines: the lines, without line ends.
        kind: the format.
        name: the name of the file, without a suffix.
    """
    from starlette.responses import StreamingResponse

    # The mark tells spreadsheets that a table is in UTF-8.
    mark = "\ufeff" if kind == "csv" else ""

    def next_piece() -> str:
        return "".join(f"{line}\n" for line in islice(lines, _LINES))

    async def body() -> AsyncIterator[bytes]:
        if mark:
            yield mark.encode()
        while piece := await config.serving.call(next_piece):
            yield piece.encode("utf-8", "replace")

    media, suffix = _FORMATS[kind]
    return StreamingResponse(
        body(), media_type=media, headers={"Content-Disposition": _disposition(name, suffix)}
    )


def attachment(content: bytes, kind: str, name: str) -> Response:
    """A file as an answer."""
    from starlette.responses import Response

    media, suffix = _FORMATS[kind]
    return Response(content, media_type=media, headers={"Content-Disposition": _disposition(name, suffix)})


def _disposition(name: str, suffix: str) -> str:
    """The ``Content-Disposition`` header with the name of a file: in ASCII, and as it is (RFC 6266)."""
    stem = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in name)
    stem = "-".join(stem.split())[:80] or "khabar"
    encoded = quote(f"{stem}.{suffix}", errors="replace")
    return f"attachment; filename=\"khabar.{suffix}\"; filename*=UTF-8''{encoded}"
