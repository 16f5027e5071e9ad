"""An index of the sample corpus, and a server of it that is asked in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import khabar
from khabar.alerts import Alerts

pytest.importorskip("starlette", reason='the server needs pip install "khabar[web]"')

from asgi import Client

from khabar.web.app import make_app
from khabar.web.config import Config
from khabar.web.serving import Serving

SAMPLE = Path(__file__).parents[2] / "corpus" / "articles"


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[khabar.Index]:
    """An index of the sample corpus; not to be written to."""
    with khabar.open_index(tmp_path_factory.mktemp("web") / "index", create=True) as index:
        index.update([SAMPLE])
        yield index


@pytest.fixture(autouse=True)
def desk_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of each test's own desk."""
    path = tmp_path / "desk.sqlite"
    monkeypatch.setenv("KHABAR_DESK", str(path))
    return path


@pytest.fixture
def serving() -> Iterator[Serving]:
    made = Serving(2, 8)
    yield made
    made.close()


@pytest.fixture
def make_client(sample_index: khabar.Index, serving: Serving, tmp_path: Path) -> Callable[..., Client]:
    """Makes a client of a server with a configuration; without arguments, of a plain one."""

    def make(headers: dict[str, Any] | None = None, **settings: Any) -> Client:
        given = {"index": sample_index, "alerts": Alerts(tmp_path / "alerts.json"), "serving": serving}
        return Client(make_app(Config(**{**given, **settings})), **headers or {})

    return make


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    """A client of a server of the sample corpus."""
    return make_client()
