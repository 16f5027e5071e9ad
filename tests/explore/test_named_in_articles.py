"""Who and what is named in the articles of a query, on every engine."""

from __future__ import annotations

import pytest

from khabar import Article, InvalidArgument
from khabar.library import Index


def test_names_of_a_query(news: Index) -> None:
    names = news.names("لافروف")
    assert names.total == names.looked_at == len({*news.search("لافروف", limit=50)}) > 0
    found = {name.text: name for name in names}
    person = found["سيرغي لافروف"]
    assert (person.kind, person.articles) == ("person", names.total)
    assert person.spellings[0].text == "سيرغي لافروف"
    assert "وزير الخارجية الروسي" in {each.text for each in person.evidence}
    assert found["بكين"].kind == "place"


def test_kinds_and_limits(news: Index) -> None:
    assert {name.kind for name in news.names("لافروف", "place")} == {"place"}
    one = news.names("لافروف", limit=1)
    assert len(one) == len({name.kind for name in one})
    assert one.more == len(news.names("لافروف", limit=None)) - len(one)
    assert news.names("لافروف", best=1).looked_at == 1
    with pytest.raises(InvalidArgument):
        news.names("", "thing")  # type: ignore[arg-type]


def test_who_else_is_named(news: Index) -> None:
    beside = news.names(beside="سيرغي لافروف")
    assert beside.total == news.search('names:"سيرغي لافروف"').total > 0
    assert not any("لافروف" in name.text for name in beside)
    assert any(name.text == "موسكو" for name in beside)
    assert news.names("بطاريق", beside="لافروف").total == 0
    with pytest.raises(InvalidArgument):
        news.names(beside="!!")


def test_the_field(news: Index) -> None:
    def ids(query: str) -> set[str]:
        return {hit.id for hit in news.search(query, limit=50)}

    assert ids("names:لافروف") == ids('"لافروف"') == ids("يذكر:لافروف") != set()
    assert ids('names:"سيرغي لافروف"') <= ids("names:لافروف")
    assert ids('names:("سيرغي لافروف" OR "نجيب محفوظ")') == ids('names:"سيرغي لافروف"')
    assert ids('موسكو -names:"سيرغي لافروف"') == ids("موسكو") - ids('names:"سيرغي لافروف"')
    assert ids('names:"نجيب محفوظ"') == set()


def test_another_language_has_no_names(news: Index) -> None:
    news.add([Article("fa", "بهای نفت", ("دکتر محمد احمدی گفت بهای نفت افزایش یافت.",), language="fa")])
    names = news.names("افزایش")
    assert (names.total, names.looked_at, len(names)) == (1, 1, 0)


def test_an_answer_is_of_its_commit(news: Index) -> None:
    assert news.names("لافروف").names == news.names("لافروف").names
