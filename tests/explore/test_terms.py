from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus import read
from khabar.corpus.article import Article
from khabar.explore.terms import log_likelihood
from khabar.library import Index

from .conftest import NEWS


def by_hand(inside: int, size: int, everywhere: int, total: int) -> float:
    """Dunning's ratio as in the paper: binomial likelihoods under one rate and under two."""

    def likelihood(seen: int, of: int, rate: float) -> float:
        return sum(
            count * math.log(chance) for count, chance in ((seen, rate), (of - seen, 1 - rate)) if count
        )

    rest, outside = total - size, everywhere - inside
    one = everywhere / total
    return 2 * (
        likelihood(inside, size, inside / size)
        + likelihood(outside, rest, outside / rest)
        - likelihood(inside, size, one)
        - likelihood(outside, rest, one)
    )


@given(st.data())
def test_the_ratio_is_that_of_the_paper(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    rest = data.draw(st.integers(1, 3000))
    inside = data.draw(st.integers(0, size))
    outside = data.draw(st.integers(0, rest))
    (found,) = log_likelihood(np.array([inside]), size, np.array([inside + outside]), size + rest)
    if inside * rest > outside * size:
        assert found == pytest.approx(by_hand(inside, size, inside + outside, size + rest), abs=1e-6)
    else:
        assert found == 0


def test_names_come_whole_and_the_query_is_left_out(news: Index) -> None:
    found = news.terms("لافروف")
    texts = [term.text for term in found.terms]
    assert "وزير الخارجية الروسي" in texts
    assert "لافروف" not in texts
    assert "الروسي" not in texts
    # Two papers printed one story, which is examined once.
    assert (found.total, found.looked_at) == (3, 2)


def test_inflections_count_as_one_word(new_index: Callable[..., Index]) -> None:
    index = new_index()
    index.add(
        [
            *(
                Article(f"talks-{number}", "محادثات القمة", (text,))
                for number, text in enumerate(
                    (
                        "اجتمع الوزراء في القمة اليوم.",
                        "غادر وزير القمة مبكرا.",
                        "قال الوزير إن القمة نجحت، وشكر الوزراء جميعا. الوزراء راضون.",
                    )
                )
            ),
            *(Article(f"other-{number}", "خبر آخر", (f"نص عن شيء آخر {number}",)) for number in range(20)),
        ]
    )
    (minister,) = [term for term in index.terms("القمة").terms if "وز" in term.text]
    assert (minister.text, minister.articles, minister.all) == ("الوزراء", 3, 3)


def test_stop_words_and_numbers_are_no_terms(news: Index) -> None:
    words = {word for term in news.terms("لافروف", limit=100).terms for word in term.text.split()}
    assert words
    assert not words & {"في", "إن", "إلى", "عن", "الذي", "2024"}


def test_limits(news: Index) -> None:
    assert len(news.terms("لافروف", limit=2).terms) == 2
    assert news.terms("لافروف", limit=0).terms == ()
    assert news.terms("لافروف", best=1).looked_at == 1
    assert news.terms("بطاريق").terms == ()


def test_what_is_said_everywhere_is_not_telling(news: Index) -> None:
    everything = " ".join(word for article in NEWS for word in article.title.split())
    assert news.terms(everything, match="any").looked_at == 5
    assert all(term.score > 0 for term in news.terms(everything, match="any").terms)


def test_the_sample_corpus(new_index: Callable[..., Index]) -> None:
    index = new_index()
    index.add(read("corpus/articles"))
    texts = [term.text for term in index.terms("هدنة", limit=10).terms]
    assert {"إقليم الهضاب", "مجلس الأمن", "وقف إطلاق النار"} <= set(texts)
    oil = [term.text for term in index.terms("النفط", limit=10).terms]
    assert {"البرميل", "المنتجين"} <= set(oil)
