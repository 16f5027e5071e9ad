"""A real Chromium, and a server of the sample corpus for it.

The browser is the system's; Playwright only drives it, and downloads nothing. Without one these tests are
skipped (:mod:`browsers`), unless $KHABAR_REQUIRE_BROWSER is 1, as in .ci/run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import chromium

import khabar

SAMPLE = Path(__file__).parents[3] / "corpus" / "articles"
#: Articles that tell one story twice, so that it has a first teller, and a hostile one.
TOLD = (
    khabar.Article(
        "told-1",
        "افتتاح جسر النهر الجديد",
        "افتتح وزير النقل صباح اليوم جسر النهر الجديد الذي يربط ضفتي المدينة بعد أربع سنوات من العمل.\n"
        "ويمتد الجسر على طول كيلومترين ويتسع لست حارات، وتتوقع الوزارة أن يخفف الزحام إلى النصف في الصيف.",
        "صحيفة النهر",
        "ليلى منصور",
        "2024-03-02T08:00:00+03:00",
        "https://example.org/bridge",
    ),
    khabar.Article(
        "told-2",
        "وزير النقل يفتتح جسر النهر الجديد",
        "افتتح وزير النقل صباح اليوم جسر النهر الجديد الذي يربط ضفتي المدينة بعد أربع سنوات من العمل.\n"
        "ويمتد الجسر على طول كيلومترين ويتسع لست حارات، وتتوقع الوزارة أن يخفف الزحام إلى النصف في الصيف.",
        "وكالة الوادي",
        "",
        "2024-03-02T11:30:00+03:00",
        "https://example.net/bridge",
    ),
    khabar.Article(
        'hostile/"><script>alert(1)</script>?#',
        "<script>document.title='taken'</script> زرافة \u202eمقلوبة\" onmouseover=\"alert(1)",
        "<img src=x onerror=alert(1)> زرافة & <b>كبيرة</b> javascript:alert(1)\nسطر ثانٍ \u2067 مفتوح",
        "<i>مصدر</i>",
        "</title><script>alert(2)</script>",
        "2020-01-05",
        "javascript:alert(3)",
    ),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One browser for all: with `--dist loadgroup` one process runs them.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Its event loop runs in this thread until the end of a module: other tests want one of their own.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The sandbox of Chromium takes rights that a container does not give; it opens our own pages only.
        made = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[khabar.Index]:
    """The index that is served."""
    with khabar.open_index(tmp_path_factory.mktemp("browser") / "index", create=True) as index:
        index.update([SAMPLE])
        index.add(TOLD)
        yield index


@pytest.fixture(scope="session")
def base(served: khabar.Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of this index."""
    yield from _running(served, tmp_path_factory.mktemp("alerts") / "alerts.json", write=True)


@pytest.fixture(scope="session")
def read_only(served: khabar.Index, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one where nothing can be saved."""
    yield from _running(served, tmp_path_factory.mktemp("none") / "alerts.json", write=False)


def _running(index: khabar.Index, alerts: Path, *, write: bool) -> Iterator[str]:
    import uvicorn

    from khabar.web import pages
    from khabar.web.app import make_app
    from khabar.web.config import Config
    from khabar.web.serving import Serving

    serving = Serving(2, 32)
    config = Config(index, khabar.Alerts(alerts), serving, write=write, problem_page=pages.problem_page)
    server = uvicorn.Server(uvicorn.Config(make_app(config), port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(600):
        if server.started:
            break
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    serving.close()


@pytest.fixture
def open_page(browser: Any, base: str) -> Iterator[Callable[..., Any]]:
    """Opens a path in a fresh page. At the end of the test nothing was said on the console, nothing was asked
    of another server, and no script of an article ran.
    """
    contexts: list[Any] = []
    wrong: list[str] = []

    def make(path: str = "/", language: str = "ar", server: str = "", **settings: Any) -> Any:
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(
            base_url=server or base,
            locale="ar-EG" if language == "ar" else "en-GB",
            reduced_motion="reduce",
            accept_downloads=True,
            **settings,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda message: _noted(wrong, message))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append("a dialog"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(server or base) else wrong.append(f"asked {request.url}")
            ),
        )
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def _noted(wrong: list[str], message: Any) -> None:
    # The browser itself reports answers of 400 and 404, which some tests ask for.
    if "Failed to load resource: the server responded with a status of 4" not in message.text:
        wrong.append(f"console: {message.text}")
