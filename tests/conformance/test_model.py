"""Every engine against a plain dictionary: articles are added, changed and removed at random.

Now and then the disk stands still in the middle of it, as when a process is killed. What is on it then is the
index that the next step goes on with. KHABAR_EXAMPLES and KHABAR_STEPS set how many runs of how many steps
there are (8 and 12 by default).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.library import Index, create_index, open_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.check import check_index

STEPS = int(os.environ.get("KHABAR_STEPS", "12"))
EXAMPLES = int(os.environ.get("KHABAR_EXAMPLES", "8"))

IDS = st.sampled_from([f"م{number}" for number in range(8)])
WORDS = st.sampled_from(["القمح", "الوادي", "مَكْتَبَة", "رئيس", "الجســـر", "سفينة", "2023-10-07", "كوفيد-19"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ARTICLES = st.builds(
    Article,
    id=IDS,
    title=TEXTS,
    paragraphs=st.lists(TEXTS, max_size=3).map(tuple),
    source=st.sampled_from(["", "صحيفة الوادي", "وكالة"]),
)


class Killed(BaseException):
    pass


class Machine(RuleBasedStateMachine):
    analyzer: Analyzer

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="khabar-model-"))
        self.folder = self.root / "0"
        self.index: Index = create_index(self.folder, analyzer=self.analyzer)
        #: id → article, in the order of indexing
        self.model: dict[str, Article] = {}

    def teardown(self) -> None:
        if hasattr(self, "index"):
            self.index.close()
            shutil.rmtree(self.root)

    @contextmanager
    def killed_at(self, moment: int | None) -> Iterator[None]:
        """The disk stands still when something is made durable or takes its name for the nth time."""
        if moment is None:
            yield
            return
        left = moment
        other = self.root / str(int(self.folder.name) + 1)

        def counted(function: Callable[..., object]) -> Callable[..., object]:
            def call(*args: object, **kwargs: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    shutil.copytree(self.folder, other)
                if left <= 0:
                    raise Killed
                return function(*args, **kwargs)

            return call

        try:
            with (
                mock.patch("os.fsync", counted(os.fsync)),
                mock.patch("os.rename", counted(os.rename)),
                mock.patch("os.replace", counted(os.replace)),
            ):
                yield
        except Killed:
            self.index.close()
            shutil.rmtree(self.folder)
            self.folder = other
            self.index = open_index(other, analyzer=self.analyzer)

    def change(self, moment: int | None, model: dict[str, Article], step: Callable[[], object]) -> None:
        """Take a step that is to lead from the model as it is to another one, or, killed, to either."""
        folder = self.folder
        with self.killed_at(moment):
            step()
        if self.folder == folder or list(self.index.articles()) == list(model.values()):
            self.model = model

    @rule(articles=st.lists(ARTICLES, min_size=1, max_size=5), moment=st.none() | st.integers(1, 9))
    def add(self, articles: list[Article], moment: int | None) -> None:
        model = dict(self.model)
        for article in articles:
            other = model.get(article.id)
            if other is not None and other.source and article.source not in ("", other.source):
                # The id of another outlet's article is not taken.
                continue
            if other != article:
                model.pop(article.id, None)
                model[article.id] = article
        self.change(moment, model, lambda: self.index.add(articles, batch=None))

    @rule(article_id=IDS, title=TEXTS)
    def retitle(self, article_id: str, title: str) -> None:
        if article_id in self.model:
            self.add([replace(self.model[article_id], title=title)], None)

    @rule(ids=st.lists(IDS, min_size=1, max_size=4), moment=st.none() | st.integers(1, 9))
    def remove(self, ids: list[str], moment: int | None) -> None:
        model = {key: article for key, article in self.model.items() if key not in ids}
        self.change(moment, model, lambda: self.index.remove(ids))

    @rule()
    def open_again(self) -> None:
        self.index.close()
        self.index = open_index(self.folder, analyzer=self.analyzer)

    @rule()
    def rebuild(self) -> None:
        self.index.close()
        if self.model:
            assert rebuild_index(self.folder, analyzer=self.analyzer).losses == []
        self.index = open_index(self.folder, analyzer=self.analyzer)

    @rule()
    def check(self) -> None:
        assert check_index(self.folder, analyzer=self.analyzer).damages == ()

    @invariant()
    def same(self) -> None:
        if not hasattr(self, "index"):
            return
        assert list(self.index.articles()) == list(self.model.values())
        assert len(self.index) == len(self.model)
        for word, folded in (("القمح", "القمح"), ("مكتبة", "مَكْتَبَة")):
            expected = {
                article.id
                for article in self.model.values()
                if any(folded in text.split() for text in (article.title, *article.paragraphs))
            }
            assert {hit.article.id for hit in self.index.search(f'"{word}"', limit=50)} == expected
        statistics = self.index.info().statistics
        assert sum(statistics.sources.values()) == len(self.model)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_the_index_is_what_the_model_is(quick_analyzer: Analyzer) -> None:
    made = type("Machine", (Machine,), {"analyzer": quick_analyzer})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
