"""What the tests share: one analyzer, a few short articles written for them, and a fresh index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from exceptions import EXCEPTIONS
from hypothesis import Phase, settings
from nodes import REQUIRED, Nodes, Unavailable, started
from small import CHOSEN  # before khabar, whose constants it sets

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.engines import ENGINES
from khabar.library import Index, create_index
from khabar.speaking import speak
from seeds import GIVEN, SEED
from split_index import MODULES, WITHOUT, SplitIndex

# A machine that is busy with something else must not fail a property, and neither must an input that nobody
# has tried before: the suite draws the same ones each time. KHABAR_SEED draws others (see tests/README.md).
settings.register_profile("khabar", deadline=None, derandomize=not GIVEN)
# For tests/campaign/mutants.py, which asks whether a test fails, and not by which smallest input.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile("khabar")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if GIVEN and config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = SEED


def pytest_report_header() -> list[str]:
    return [f"small thresholds in {len(CHOSEN)} modules"] if CHOSEN else []


#: What an index must do wherever it is: these tests run over folders and, with ``make cluster-test``, over a
#: cluster. What a cluster cannot do is in :mod:`exceptions`. Those that read run over two archives as well
#: (:mod:`split_index`).
BATTERY = ("conformance", "explore")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kept_in" in metafunc.fixturenames:
        places: list[object] = ["folder"]
        # Tests with ``engine`` are about what is below an index in a folder.
        ours = metafunc.definition.path.parent.name in BATTERY and "engine" not in metafunc.fixturenames
        if ours and not metafunc.definition.get_closest_marker("folder"):
            places.append(pytest.param("cluster", marks=pytest.mark.cluster))
        if ours and metafunc.definition.path.stem in MODULES:
            places.append("archives")
        metafunc.parametrize("kept_in", places, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = item.callspec.params if hasattr(item, "callspec") else {}
        if isinstance(item, pytest.Function) and asked.get("kept_in") == "cluster":
            reason = EXCEPTIONS.get(f"{item.path.stem}.{item.originalname}")
            if reason is not None:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
        if isinstance(item, pytest.Function) and asked.get("kept_in") == "archives":
            reason = WITHOUT.get(f"{item.path.stem}.{item.originalname}")
            if reason is not None:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture(scope="session", autouse=True)
def fast_disk() -> Iterator[None]:
    """Nothing here cuts the power: commits need not wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A test speaks English until it asks for another language, and leaves it to itself: the language belongs
    to the process."""
    speak("en")
    yield
    speak("en")


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The analyzer of this installation. Its dictionary is large: it is opened once."""
    return Analyzer()


@pytest.fixture(scope="session")
def quick_analyzer() -> Analyzer:
    """An analyzer without a dictionary, for tests that are not about lemmas. It has the fingerprint of the
    other."""
    return Analyzer(table={})


@pytest.fixture
def articles() -> list[Article]:
    """Six short articles, with the variety of spelling of real ones."""
    return [
        Article(
            "harvest",
            "مزارعو الوادي يبدؤون حصاد القمح",
            (
                "بدأ مزارعو الوادي الأخضر حصاد القمح هذا الأسبوع بعد موسم مطير.",
                "وقال رئيس الجمعية الزراعية إن المحصول يفوق محصول العام الماضي بالثلث.",
                "وتنتظر المطاحن القمح الجديد.",
            ),
            source="صحيفة الوادي",
            author="سلمى نادر",
            published=datetime(2023, 5, 4, 9, 30),
            url="https://example.org/harvest?id=1&x=قمح",
        ),
        Article(
            "visit",
            "أميرعبد اللهيان يصل إلى العاصمة",
            (
                "وصل الوزير أميرعبد اللهيان مساء اليوم إلى العاصمة للقاء رؤساء الأحزاب.",
                "ومن المقرر أن يلتقي عبد الله النائب صباح الغد.",
            ),
            source="وكالة الساحل",
            published=datetime(2023, 10, 7, 18, 0, tzinfo=timezone(timedelta(hours=3))),
            path="/news/visit.txt",
        ),
        Article(
            "library",
            "مكتبة جديدة في الميناء القديم",
            (
                "افْتُتِحَتْ في المينـــاء القديم مَكْتَبَةٌ عامَّةٌ تضم ثلاثين ألف كتاب.",
                "وقف الزوار في طابور طويل أمام المكتبة. إطلاق الموسم الثقافي يبدأ غدا.",
            ),
            source="صحيفة الوادي",
            published=datetime(2022, 1, 1, tzinfo=UTC),
        ),
        Article(
            "truce",
            "اتفاق على وقف إطلاق النار",
            (
                "أعلن الوسطاء التوصل إلى وقف إطلاق النار بين الجانبين اعتبارا من فجر الجمعة.",
                "ويشمل الاتفاق إطلاق سراح أسرى من الطرفين.",
            ),
        ),
        Article("plain", "سباق القوارب", ()),
        Article("unnamed", "", ("خبر قصير بلا عنوان عن القمح.",)),
    ]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine that is embedded: whoever asks for it runs once for each."""
    name: str = request.param
    return name


@pytest.fixture
def kept_in(request: pytest.FixtureRequest) -> str:
    """Where :func:`new_index` makes its indexes: in a ``folder``, or, where the battery asks for it, on a
    ``cluster``, or in two ``archives`` that are searched as one."""
    return str(getattr(request, "param", "folder"))


@pytest.fixture
def new_index(
    request: pytest.FixtureRequest, kept_in: str, tmp_path: Path, analyzer: Analyzer
) -> Iterator[Callable[..., Index]]:
    """Makes an empty index in a place of its own, and closes all of them at the end."""
    made: list[Index] = []
    with ExitStack() as places:

        def make(name: str = "", analyzer: Analyzer = analyzer) -> Index:
            if kept_in == "archives":
                made.append(SplitIndex(tmp_path / (name or f"index-{len(made)}"), analyzer))
                return made[-1]
            if kept_in == "cluster":
                nodes: Nodes = request.getfixturevalue("cluster")
                place: str | Path = places.enter_context(nodes.fresh())
            else:
                place = tmp_path / (name or f"index-{len(made)}")
            made.append(create_index(place, analyzer=analyzer))
            return made[-1]

        yield make
        for index in made:
            index.close()


@pytest.fixture
def empty(new_index: Callable[..., Index]) -> Index:
    """An index without articles."""
    return new_index("index")


@pytest.fixture
def index(empty: Index, articles: list[Article]) -> Index:
    """An index of the six articles."""
    empty.add(articles)
    return empty


@contextmanager
def _started(count: int) -> Iterator[Nodes]:
    """So many nodes; the tests are skipped, with the reason, where none can be had."""
    with ExitStack() as stack:
        try:
            nodes = stack.enter_context(started(count))
        except Unavailable as error:
            if os.environ.get(REQUIRED) == "1":
                raise
            pytest.skip(f"no cluster: {error}")
        yield nodes


@pytest.fixture(scope="session")
def cluster() -> Iterator[Nodes]:
    """A cluster of one node, for all tests that are marked ``cluster``."""
    with _started(1) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def three_nodes() -> Iterator[Nodes]:
    """A cluster of three nodes. A test that kills one starts it again."""
    with _started(3) as nodes:
        yield nodes


@pytest.fixture
def address(cluster: Nodes) -> Iterator[str]:
    """The address of an index on the node that is not there yet; what a test makes of it is removed."""
    with cluster.fresh() as fresh:
        yield fresh
