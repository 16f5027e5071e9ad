"""Reads the forms that a browser sends: fields, and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from khabar.errors import InvalidArgument
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Form", "form_of"]

_PLAIN, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
#: Maximum number of fields of a form.
_MOST = 50


class Form(NamedTuple):
    """A form.

    Attributes:
        fields: the values by name; "" for fields that were not sent.
        file: the content of the file; b"" for none.
        file_name: the name of the file.
    """

    fields: dict[str, str]
    file: bytes = b""
    file_name: str = ""


async def form_of(request: Request, names: tuple[str, ...], file: str = "") -> Form:
    """The form in the body of a request.

    Args:
        request: the request; the length of its body was checked before.
        names: the names of the fields that the form may have.
        file: the name of the field for a file; "" for none.

    Raises:
        Refused: if the body has another type.
        InvalidArgument: if the form is not in UTF-8, or has other fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_PLAIN, _PARTS):
        raise Refused("unsupported-media-type", type=_PLAIN)
    try:
        form = _plain(await request.body()) if kind == _PLAIN else await _multipart(request, file)
    except ValueError:
        raise InvalidArgument("form", "", "the form is not in UTF-8", "encoding") from None
    fields = dict.fromkeys(names, "")
    for name, value in form.fields.items():
        if name not in fields:
            raise InvalidArgument(name, value, "there is no such field", "unknown-parameter", names)
        # Browsers send CR LF as line ends.
        fields[name] = value.replace("\r\n", "\n")
    return form._replace(fields=fields)


def _plain(body: bytes) -> Form:
    """A form without files."""
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    return Form(dict(pairs))


async def _multipart(request: Request, file: str) -> Form:
    """A form in parts, perhaps with a file. The parser takes linear time for any body, and limits the heads
    and the number of parts."""
    from starlette.datastructures import UploadFile
    from starlette.exceptions import HTTPException

    form = Form({})
    try:
        async with request.form(max_files=1, max_fields=_MOST) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, str):
                    form.fields[name] = value
                elif isinstance(value, UploadFile) and name == file:
                    form = form._replace(file=await value.read(), file_name=value.filename or "")
    except HTTPException as error:
        raise ValueError(error.detail) from None
    return form
