"""Arguments of public calls: values with one obvious meaning are accepted, all others raise an error that
names the argument."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

import khabar
from khabar import Article, Index, InvalidArgument, InvalidType, dates, evaluation

DAY = datetime(2024, 5, 1)


class Unfit:
    """A value that no call accepts."""


# articles


def made(**other: Any) -> Article:
    return Article(**{"id": "x", "title": "عنوان", "paragraphs": ("نص",), **other})


def test_a_text_stands_for_its_lines() -> None:
    text = "  الفقرة الأولى. \r\n\n \nالفقرة الثانية.\u2029الثالثة\n"
    assert made(paragraphs=text).paragraphs == ("الفقرة الأولى.", "الفقرة الثانية.", "الثالثة")
    assert made(paragraphs="").paragraphs == ()
    assert made(paragraphs="نص الخبر كله") == made(paragraphs=["نص الخبر كله"])


@pytest.mark.parametrize("several", [["أ", " ب "], ("أ", " ب "), iter(["أ", " ب "])])
def test_several_paragraphs_stay_as_they_are(several: Any) -> None:
    assert made(paragraphs=several).paragraphs == ("أ", " ب ")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2024-05-01", DAY),
        ("٢٠٢٤-٠٥-٠١", DAY),
        ("1 أيار/مايو 2024", DAY),
        ("2024-05-01T10:30:00Z", datetime(2024, 5, 1, 10, 30, tzinfo=UTC)),
        (date(2024, 5, 1), DAY),
        (DAY, DAY),
        (None, None),
        (float("nan"), None),
    ],
)
def test_a_moment_of_publication(given: Any, meant: datetime | None) -> None:
    assert made(published=given).published == meant


def test_what_is_unknown_is_empty() -> None:
    unknown = made(title=None, source=None, author=float("nan"), url=None, path=None, published_from=None)
    assert unknown == Article("x", "", ("نص",))


def test_numbers_and_paths_where_they_are_obvious(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    assert made(id=17).id == made(id=np.int64(17)).id == "17"
    assert made(path=tmp_path).path == str(tmp_path)


def test_subclasses_become_what_an_article_holds() -> None:
    class Text(str):
        pass

    class Moment(datetime):
        pass

    article = made(
        title=Text("عنوان"), paragraphs=(Text("نص"),), published=Moment(2024, 5, 1, 10, tzinfo=UTC)
    )
    assert type(article.title) is type(article.paragraphs[0]) is str
    assert type(article.published) is datetime and article.published.tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", None),
        ("id", True),
        ("id", 1.5),
        ("title", 5),
        ("title", b"x"),
        ("paragraphs", None),
        ("paragraphs", 5),
        ("paragraphs", b"x"),
        ("paragraphs", [1]),
        ("paragraphs", [None]),
        ("paragraphs", [["a"]]),
        ("paragraphs", {"a"}),
        ("paragraphs", {"a": "b"}),
        ("source", ["a"]),
        ("author", {"name": "a"}),
        ("published", 1714521600),
        ("published", [2024, 5, 1]),
        ("url", 5),
        ("path", 5),
        ("published_from", 5),
    ],
)
def test_another_type_is_an_error_that_names_the_attribute_and_the_article(name: str, value: Any) -> None:
    with pytest.raises(InvalidType) as told:
        made(**{name: value})
    assert told.value.name.split("[")[0] == name and told.value.code == "type"
    assert str(told.value).endswith(f"(article {value if name == 'id' else 'x'!r})")
    assert isinstance(told.value, TypeError) and isinstance(told.value, khabar.KhabarError)


@pytest.mark.parametrize("value", ["", "أمس", "03/04/2024", "2024-13-01", "1445-09-10", "nonsense"])
def test_a_date_that_is_not_understood_is_an_error(value: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^published=.*\(article 'x'\)$") as told:
        made(published=value)
    assert (told.value.name, told.value.value, told.value.code) == ("published", value, "date")
    again = pickle.loads(pickle.dumps(told.value))
    assert str(again) == str(told.value) and type(again) is type(told.value)


def test_a_long_value_is_not_told_whole() -> None:
    with pytest.raises(InvalidType) as told:
        made(title=["نص طويل جدا"] * 10_000)
    assert len(str(told.value)) < 300


# calls


def test_one_article_or_several(empty: Index) -> None:
    assert empty.add(made()).added == 1
    assert empty.add(made(id=str(number)) for number in range(3)).added == 3
    assert empty.remove("x") == empty.remove([0]) == empty.remove(1) == empty.remove(empty["2"]) == 1
    assert empty.remove("x") == 0 and len(empty) == 0
    empty.add([made(id=1), made(id="ab")])
    assert empty.remove("ab") == 1  # not «a» and «b»


def test_a_single_text_where_several_can_be_given(index: Index) -> None:
    one, several = index.search("رئيس", without="الرئيس"), index.search("رئيس", without=["الرئيس"])
    assert one.hits == several.hits
    assert index.facets("القمح", "source").facets == index.facets("القمح", ["source"]).facets
    assert index.search("القمح", source=None).total == index.search("القمح").total


def test_articles_that_are_none(empty: Index, tmp_path: Path) -> None:
    wrong: list[tuple[Any, str]] = [
        ("corpus", "khabar.read('corpus')"),
        (tmp_path, "khabar.read"),
        ({"title": "خبر"}, "Article(**record)"),
        ([{"title": "خبر"}], "articles[0]"),
        ([made(), "نص"], "articles[1]"),
        (5, "an Article or several"),
        (None, "not None"),
    ]
    for value, told in wrong:
        with pytest.raises(InvalidType) as error:
            empty.add(value, batch=None)
        assert told in str(error.value)
    assert len(empty) == 0


def test_what_is_empty_means_nothing_else(index: Index) -> None:
    """An empty path is not the current folder, an empty id is not that of an article, and two words are not
    the same as the first of them."""
    calls: list[Callable[[], object]] = [
        lambda: khabar.open_index(""),
        lambda: khabar.create_index(""),
        lambda: khabar.read(""),
        lambda: index.update([""]),
        lambda: index.choose(paths=""),
        lambda: index.choose(sources=""),
        lambda: index.add(made(id="")),
        lambda: index.why("القمح النفط"),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument):
            call()
    assert index.why("عبد الله") is not None


@pytest.mark.parametrize(
    ("named", "error"),
    [
        ({"limit": -1}, InvalidArgument),
        ({"offset": -1}, InvalidArgument),
        ({"width": 0}, InvalidArgument),
        ({"limit": "5"}, InvalidType),
        ({"limit": 5.0}, InvalidType),
        ({"limit": True}, InvalidType),
        ({"limit": None}, InvalidType),
        ({"query": None}, InvalidType),
        ({"query": ["القمح"]}, InvalidType),
        ({"since": 5}, InvalidType),
        ({"until": ["2024"]}, InvalidType),
        ({"source": [1]}, InvalidType),
        ({"source": ""}, InvalidArgument),
        ({"author": ["الوادي", " "]}, InvalidArgument),
        ({"source": {"name": "الوادي"}}, InvalidType),
        ({"without": [None]}, InvalidType),
        ({"explain": "yes"}, InvalidType),
        ({"sort": "best"}, InvalidArgument),
        ({"sort": None}, InvalidType),
        ({"group": "stories"}, InvalidArgument),
        ({"today": "2024-05-01"}, InvalidType),
        ({"ranking": {}}, InvalidType),
    ],
)
def test_a_search_says_which_argument(
    index: Index, named: dict[str, Any], error: type[InvalidArgument]
) -> None:
    with pytest.raises(error) as told:
        index.search(**{"query": "القمح", **named})
    (name,) = named
    assert told.value.name.split("[")[0] == name and str(told.value).startswith(name)


@pytest.mark.parametrize(
    ("method", "argument", "instead"),
    [
        ("facets", "by", "fields"),
        ("timeline", "period", "by"),
        ("terms", "number", "limit"),
        ("suggest", "n", "limit"),
    ],
)
def test_an_unknown_argument_is_that_of_the_public_method(
    index: Index, method: str, argument: str, instead: str
) -> None:
    with pytest.raises(
        TypeError, match=rf"^Index\.{method}\(\) got .*'{argument}'; it takes .*\b{instead}\b"
    ):
        getattr(index, method)("", **{argument: "month"})


def test_whole_numbers_of_other_libraries(index: Index) -> None:
    np = pytest.importorskip("numpy")
    assert len(index.search("القمح", limit=np.int32(1))) == 1


def test_a_moment_as_today(index: Index) -> None:
    morning = datetime(2024, 5, 1, 8)
    assert (
        index.search("date:أمس", today=morning).total == index.search("date:أمس", today=morning.date()).total
    )


def _calls(index: Index, tmp_path: Path) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function, and every public method of an index and of objects that users make."""
    alerts = khabar.Alerts(tmp_path / "alerts.json")
    alerts.add("قمح", "القمح", index.path)
    owners: list[tuple[str, Any]] = [
        ("khabar.", khabar),
        ("dates.", dates),
        ("evaluation.", evaluation),
        ("Index.", index),
        ("Alerts.", alerts),
        ("Analyzer.", khabar.Analyzer()),
    ]
    for prefix, owner in owners:
        names = owner.__all__ if inspect.ismodule(owner) else [each for each in dir(owner) if each[0] != "_"]
        for name in names:
            value = getattr(owner, name)
            if inspect.isfunction(value) or inspect.ismethod(value):
                yield prefix + name, value


#: Correct values for arguments without a default.
_RIGHT: dict[str, Any] = {
    "query": "القمح",
    "queries": "القمح",
    "word": "القمح",
    "prefix": "ال",
    "article_id": "x",
    "article": "x",
    "articles": (),
    "ids": (),
    "name": "قمح",
    "text": "2024-05-01",
    "today": DAY,
    "surface": "قمح",
    "term": "قمح",
    "lines": (),
    "run": {},
    "a": [1.0],
    "b": [1.0],
}
#: Values that the library makes and gets back, or that their names describe: scripts do not make them.
_NOT_ASKED = {"dates.terms_of", "Analyzer.tokens terms"}


def test_every_argument_of_every_public_call_is_checked(index: Index, tmp_path: Path) -> None:
    unchecked = []
    seen = 0
    for name, call in _calls(index, tmp_path):
        parameters = inspect.signature(call).parameters.values()
        for parameter in parameters:
            if name in _NOT_ASKED or f"{name} {parameter.name}" in _NOT_ASKED:
                continue
            of_call = tmp_path if name == "Alerts.add" else index
            given = {
                each.name: _RIGHT.get(each.name, tmp_path) if each.name != "index" else of_call
                for each in parameters
                if each.default is each.empty and each.kind is not each.VAR_KEYWORD
            }
            wrong = "since" if parameter.kind is parameter.VAR_KEYWORD else parameter.name
            given[wrong] = Unfit()
            seen += 1
            try:
                result = call(**given)
                if inspect.isgenerator(result):
                    list(result)
            except InvalidType as error:
                if error.name.split("[")[0] != wrong:
                    unchecked.append(f"{name}({wrong}): {error}")
            except Exception as error:
                unchecked.append(f"{name}({wrong}): {type(error).__name__} {error}")
            else:
                unchecked.append(f"{name}({wrong}): nothing was said")
    assert seen > 80
    assert not unchecked, "\n".join(unchecked)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("Sort", lambda index, word: index.search("القمح", sort=word)),
        ("Group", lambda index, word: index.search("القمح", group=word)),
        ("Match", lambda index, word: index.search("القمح", match=word)),
        ("FacetField", lambda index, word: index.facets("القمح", word)),
        ("Span", lambda index, word: index.timeline("القمح", by=word)),
        ("Weekday", lambda index, word: index.timeline("القمح", week_start=word)),
    ],
)
def test_the_words_of_a_type_are_those_that_are_taken(
    index: Index, name: str, argument: Callable[[Index, str], Any]
) -> None:
    words = get_args(getattr(khabar, name))
    assert words
    for word in words:
        argument(index, word)
    with pytest.raises(InvalidArgument) as told:
        argument(index, "other")
    assert set(words) <= set(told.value.choices)


@pytest.mark.parametrize("kind", [khabar.Ranking, khabar.Limits, khabar.UpdateOptions])
def test_options_are_checked_when_they_are_made(kind: type[Any]) -> None:
    for name in kind.__struct_fields__:
        with pytest.raises(InvalidType) as told:
            kind(**{name: Unfit()})
        assert told.value.name == name
    with pytest.raises(InvalidArgument, match="from"):
        kind(**{"max_bytes" if kind is khabar.UpdateOptions else kind.__struct_fields__[0]: -1})
    assert kind(**msgspec.structs.asdict(kind())) == kind()
