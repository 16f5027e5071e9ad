"""An encoder that calls a server with OpenAI's interface for embeddings.

The address is that of the interface, such as ``http://127.0.0.1:8080/v1/embeddings``. Its query string may
have ``model`` (a name that the server knows), ``query`` and ``passage`` (the prefixes that the model needs),
as in ``?model=bge-m3`` or ``?model=e5&query=query:+&passage=passage:+``. If the server needs a key, it is in
``$KHABAR_MODEL_KEY``. The texts are sent to that server only.

https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from khabar.digests import blake2b
from khabar.errors import EncoderFailed, InvalidArgument
from khabar.meaning import parts
from khabar.meaning.encoder import Kind
from khabar.meaning.model_folder import MOST_NUMBERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KEY_VARIABLE", "ServerEncoder"]

KEY_VARIABLE = "KHABAR_MODEL_KEY"
_ASKED = ("model", "query", "passage")
_AT_ONCE = 32
_SECONDS = 60.0
_LONGEST_ANSWER = 64 << 20
_LONGEST_DETAIL = 200
#: The maximum characters of a text: more than most models read.
_CHARACTERS = 8192
_RULES = 1


class ServerEncoder:
    """An :class:`~khabar.meaning.encoder.Encoder` that sends texts to a server.

    Args:
        address: the address of the interface, with its options.
        seconds: the seconds to wait for an answer.

    Raises:
        InvalidArgument: if the address is invalid, or has a password or an unknown option.
    """

    version = ""

    def __init__(self, address: str, seconds: float = _SECONDS) -> None:
        wrong = "an address begins with http:// or https:// and a host"
        try:
            parted = urlsplit(address)
            # Raises ValueError if it is not a number.
            _ = parted.port
        except ValueError:
            raise InvalidArgument("model", address, wrong) from None
        if parted.scheme not in ("http", "https") or not parted.hostname:
            raise InvalidArgument("model", address, wrong)
        if parted.username or parted.password:
            raise InvalidArgument(
                "model", parted.hostname, f"a key belongs in ${KEY_VARIABLE}, not in the address"
            )
        asked = parse_qs(parted.query, keep_blank_values=True)
        if strange := sorted(asked.keys() - set(_ASKED)):
            raise InvalidArgument(
                "model", strange[0], "an address may contain: model, query, passage", choices=_ASKED
            )
        self._model, self._query, self._passage = (asked.get(name, [""])[-1] for name in _ASKED)
        self.address = urlunsplit((parted.scheme, parted.netloc, parted.path, "", ""))
        self.name = f"{self._model} ({self.address})" if self._model else self.address
        identity = (self.address, self._model, self._query, self._passage, _RULES, parts.RULES, parts.LONGEST)
        self.fingerprint = blake2b(
            repr(identity).encode("utf-8", "surrogatepass"), digest_size=16
        ).hexdigest()
        self._seconds = seconds
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """The number of components of a vector; sends a text to the server if that is not known yet."""
        if not self._dimension:
            self.encode(["خبر"], "query")
        return self._dimension

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        import numpy as np

        prefix = self._query if kind == "query" else self._passage
        prepared = [self._prepared(prefix, text) for text in texts]
        if not prepared:
            return np.empty((0, self.dimension), np.float32)
        answers = [
            self._rows(prepared[start : start + _AT_ONCE]) for start in range(0, len(prepared), _AT_ONCE)
        ]
        return np.concatenate(answers)

    def close(self) -> None:
        """Do nothing: no connection stays open."""

    @staticmethod
    def _prepared(prefix: str, text: str) -> str:
        whole = (prefix + parts.cleaned(text))[:_CHARACTERS].encode("utf-8", "replace").decode()
        # Servers refuse an empty text.
        return whole if whole.strip() else "."

    def _rows(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        body: dict[str, Any] = {"input": texts, "encoding_format": "float"}
        if self._model:
            body["model"] = self._model
        answer = self._asked(json.dumps(body).encode())
        try:
            listed = sorted(answer["data"], key=lambda each: each["index"])
            numbers = [each["index"] for each in listed]
            rows = np.array([each["embedding"] for each in listed], np.float32)
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            raise self._nonsense("it has no vectors") from error
        if numbers != list(range(len(texts))) or rows.ndim != 2 or not rows.shape[1]:
            raise self._nonsense("it has another number of vectors")
        if rows.shape[1] > MOST_NUMBERS:
            raise self._nonsense(f"its vectors have more than {MOST_NUMBERS} numbers")
        if self._dimension and rows.shape[1] != self._dimension:
            raise self._nonsense("its vectors have different lengths")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or not np.isfinite(lengths).all() or not (lengths > 0).all():
            raise self._nonsense("its vectors have no direction")
        self._dimension = rows.shape[1]
        unit: NDArray[np.float32] = rows / lengths
        return unit

    def _nonsense(self, what: str) -> EncoderFailed:
        return EncoderFailed("answer", self.name, what)

    def _asked(self, body: bytes) -> Any:
        """The server's answer as plain data."""
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import HTTPRedirectHandler, Request, build_opener

        class NoRedirect(HTTPRedirectHandler):
            """Refuses redirects, so that texts are sent only to the given address."""

            def redirect_request(self, *_: Any) -> None:
                return None

        headers = {"Content-Type": "application/json", "User-Agent": "khabar"}
        if key := os.environ.get(KEY_VARIABLE):
            headers["Authorization"] = f"Bearer {key}"
        try:
            request = Request(self.address, body, headers)
            with build_opener(NoRedirect).open(request, timeout=self._seconds) as answer:
                content = answer.read(_LONGEST_ANSWER + 1)
        except HTTPError as error:
            with error:
                raise EncoderFailed("status", self.address, f"{error.code} {error.reason}") from None
        except TimeoutError:
            raise EncoderFailed("time", self.name, f"{self._seconds:g}") from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise EncoderFailed("time", self.name, f"{self._seconds:g}") from None
            detail = " ".join(str(reason).split())[:_LONGEST_DETAIL]
            raise EncoderFailed("connection", self.address, detail) from None
        if len(content) > _LONGEST_ANSWER:
            raise self._nonsense("it is too long")
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self._nonsense("it is no JSON") from None
