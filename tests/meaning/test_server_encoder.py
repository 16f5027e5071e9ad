"""A server for embeddings gets requests only at the given address, and its answers are checked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from khabar.errors import EncoderFailed, InvalidArgument
from khabar.meaning.models import found, open_encoder
from khabar.meaning.server_encoder import ServerEncoder

Asked = dict[str, Any]


def usual(asked: Asked) -> Any:
    """Distinct vectors for the texts, in another order than requested, and not of length 1."""
    rows = [[len(text), sum(map(ord, text)) % 97, 3.0] for text in asked["input"]]
    listed = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
    return {"object": "list", "data": listed[::-1], "model": "stub", "usage": {"prompt_tokens": 1}}


class Stub(ThreadingHTTPServer):
    """An embeddings server.

    Attributes:
        answer: its answer: a str is sent as it is, a number as a status.
        asked: the requests that it got, with path and headers.
    """

    def __init__(self) -> None:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.asked.append((self.path, dict(self.headers), body))
                answer = stub.answer(body)
                status = answer if isinstance(answer, int) else 200
                content = answer if isinstance(answer, str) else json.dumps(answer)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Callable[[Asked], Any] = usual
        self.asked: list[tuple[str, dict[str, str], Asked]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/embeddings"

    def handle_error(self, *_: object) -> None:
        """A client that does not wait is not an error here."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_texts_become_rows_in_their_order(stub: Stub) -> None:
    encoder = open_encoder(f"{stub.address}?model=e5&query=query:+&passage=passage:+")
    assert encoder.address == stub.address
    texts = [f"كتاب{'ا' * number}" for number in range(70)]
    rows = encoder.encode(texts, "passage")
    assert rows.shape == (70, 3) == (70, encoder.dimension) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert np.allclose(rows[:, 0] / rows[:, 2] * 3, [len(f"passage: {text}") for text in texts], rtol=1e-4)
    path, headers, body = stub.asked[0]
    assert path == "/v1/embeddings" and body["model"] == "e5" and "Authorization" not in headers
    assert body["input"][0] == "passage: كتاب" and len(stub.asked) == 3
    encoder.encode(["قَالَ"], "query")
    assert stub.asked[-1][2]["input"] == ["query: قال"]
    assert encoder.encode([], "query").shape == (0, 3)


def test_nothing_is_sent_before_it_is_asked(stub: Stub) -> None:
    known = found(stub.address)
    assert known.address == stub.address and len(known.fingerprint) == 32
    assert not stub.asked
    assert ServerEncoder(stub.address).dimension == 3 and len(stub.asked) == 1


def test_the_key_is_in_the_environment(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_MODEL_KEY", "secret")
    encoder = ServerEncoder(stub.address)
    encoder.encode(["كتاب"], "query")
    assert stub.asked[0][1]["Authorization"] == "Bearer secret"
    assert "secret" not in f"{encoder.name} {encoder.address}"


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "ﷺ" * 20, "ا" * 100_000], ids=range(5))
def test_any_text_can_be_sent(stub: Stub, text: str) -> None:
    assert ServerEncoder(stub.address).encode([text], "query").shape == (1, 3)
    (sent,) = stub.asked[0][2]["input"]
    assert sent.strip("\0") or text == "\0"
    assert len(sent) <= 8192


def one(*row: float) -> Callable[[Asked], Any]:
    return lambda _: {"data": [{"index": 0, "embedding": list(row)}]}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _: 500, "status"),
        (lambda _: 401, "status"),
        (lambda _: 302, "status"),
        (lambda _: "no json", "answer"),
        (lambda _: "[" * 100_000, "answer"),
        (lambda _: [], "answer"),
        (lambda _: {"data": []}, "answer"),
        (lambda _: {"data": [{"index": 1, "embedding": [1.0]}]}, "answer"),
        (lambda _: {"data": [{"index": 0, "embedding": "AAAA"}]}, "answer"),
        (lambda _: {"data": [{"index": 0, "embedding": []}]}, "answer"),
        (lambda _: {"data": [{"index": 0, "embedding": [[1.0]]}]}, "answer"),
        (one(0.0, 0.0), "answer"),
        (one(*[1.0] * 8193), "answer"),
        (one(float("nan"), 1.0), "answer"),
        (one(float("inf"), 1.0), "answer"),
        (one(1e39, 1.0), "answer"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_an_answer_that_makes_no_sense(stub: Stub, answer: Callable[[Asked], Any], code: str) -> None:
    stub.answer = answer
    with pytest.raises(EncoderFailed) as caught:
        ServerEncoder(stub.address).encode(["كتاب"], "query")
    assert caught.value.code == code
    # Redirects are never followed.
    assert [path for path, _, _ in stub.asked] == ["/v1/embeddings"]


def test_vectors_of_another_length_are_refused(stub: Stub) -> None:
    encoder = ServerEncoder(stub.address)
    encoder.encode(["كتاب"], "query")
    stub.answer = one(1.0, 2.0)
    with pytest.raises(EncoderFailed):
        encoder.encode(["كتاب"], "query")


def test_a_server_that_does_not_answer(stub: Stub) -> None:
    stub.answer = lambda _: time.sleep(2) or {}
    with pytest.raises(EncoderFailed) as caught:
        ServerEncoder(stub.address, seconds=0.2).encode(["كتاب"], "query")
    assert caught.value.code == "time"


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(EncoderFailed) as caught:
        ServerEncoder("http://127.0.0.1:9/v1/embeddings").encode(["كتاب"], "query")
    assert caught.value.code == "connection"


def test_the_fingerprint_is_of_address_model_and_prefixes() -> None:
    base = "http://127.0.0.1:9/v1/embeddings"
    asked = ("", "?model=a", "?model=b", "?model=a&query=q", "?model=a&passage=q", "?query=q")
    addresses = [*(base + each for each in asked), "http://127.0.0.1:8/v1/embeddings"]
    assert len({ServerEncoder(each).fingerprint for each in addresses}) == len(addresses)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/",
        "http://",
        "http://[::1",
        "http://x:port/v1",
        "http://user:secret@x/v1",
        "http://x/v1?modell=a",
        "http://x/v1?key=secret",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        ServerEncoder(address)
    assert "secret" not in str(caught.value)
