"""Forms that a browser sends: fields, and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from khabar.errors import InvalidArgument
from khabar.web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Form", "form_of"]

_PLAIN, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
#: Number of fields of a form.
_MOST = 50


class Form(NamedTuple):
    """A form.

    Attributes:
        fields: values by name; "" for those that were not sent.
        file: content of a file that was sent with it; b"" for none.
        file_name: its name.
    """

    fields: dict[str, str]
    file: bytes = b""
    file_name: str = ""


async def form_of(request: Request, names: tuple[str, ...], file: str = "") -> Form:
    """The form in the body of a request.

    Args:
        request: with the body, whose length is bounded before.
        names: the fields that the form may have.
        file: the name of the field for a file; "" for none.

    Raises:
        Refused: if the body is of another type.
        InvalidArgument: if it is not in UTF-8, or has other fields.
    """
    kind = request.headers.get("content-type", "")
    name_of_kind = kind.partition(";")[0].strip().lower()
    if name_of_kind not in (_PLAIN, _PARTS):
        raise Refused("unsupported-media-type", type=_PLAIN)
    body = await request.body()
    try:
        form = _plain(body) if name_of_kind == _PLAIN else _parted(kind, body, file)
    except ValueError:
        raise InvalidArgument("form", "", "it is no form in UTF-8", "encoding") from None
    fields = dict.fromkeys(names, "")
    for name, value in form.fields.items():
        if name not in fields:
            raise InvalidArgument(name, value, "there is no such field", "unknown-parameter", names)
        # Browsers send line ends of both kinds.
        fields[name] = value.replace("\r\n", "\n")
    return form._replace(fields=fields)


def _plain(body: bytes) -> Form:
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    return Form(dict(pairs))


def _parted(kind: str, body: bytes, file: str) -> Form:
    """A form in parts, which are laid out like those of a message (RFC 7578)."""
    from email import policy
    from email.parser import BytesParser

    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("no parts")
    form = Form({})
    for part in list(message.iter_parts())[:_MOST]:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if name == file and file:
            form = form._replace(file=content, file_name=str(part.get_filename() or ""))
        elif isinstance(name, str):
            form.fields[name] = content.decode("utf-8")
    return form
