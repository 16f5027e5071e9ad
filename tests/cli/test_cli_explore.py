"""``khabar facets``, ``timeline``, ``terms``, ``related`` and ``complete``, and what ``search`` has of the
same kind."""

import csv
import json

import pytest


@pytest.fixture
def ask(run, built):
    return lambda command, *args, stdin=None: run(command, *args, "--index", built, stdin=stdin)


def test_facets(ask):
    result = ask("facets", "لافروف", "اسعار", "--any", "--by", "source", "--format", "json")
    facets = json.loads(result.stdout)
    assert (result.exit_code, facets["total"]) == (0, 3)
    assert {value["name"] for value in facets["facets"]["source"]["values"]} == {
        "الخليج اليومي",
        "وكالة المغارب",
        "",
    }
    limited = ask("facets", "لافروف OR اسعار", "-n", "1", "--by", "source", "--format", "jsonl")
    assert len(limited.stdout.splitlines()) == 1
    whole = ask("facets", "لافروف OR اسعار", "-n", "1", "--all-values", "--by", "source", "--format", "jsonl")
    assert len(whole.stdout.splitlines()) == 3


def test_a_word_may_begin_with_a_dash(ask):
    assert "articles: 1" in ask("facets", "لافروف", "-موسكو").stdout
    assert "articles: 1" in ask("timeline", "لافروف -موسكو").stdout


def test_timeline_of_several_queries(ask):
    result = ask("timeline", "النفط", "لافروف", "--by", "month", "--format", "csv")
    rows = list(csv.reader(result.stdout.splitlines()))
    assert rows == [
        ["first", "last", "النفط", "لافروف", "articles"],
        ["2024-10-01", "2024-10-31", "1", "0", "1"],
    ]
    timeline = json.loads(ask("timeline", "النفط", "لافروف", "--format", "json").stdout)
    assert [query["undated"] for query in timeline["queries"]] == [0, 2]


def test_what_is_not_understood_is_told_for_each_query(ask):
    result = ask("timeline", '"النفط', "لافروف")
    assert "quotation mark is not closed" in result.stderr


def test_terms(ask):
    result = ask("terms", "لافروف", "--format", "jsonl")
    assert result.exit_code == 0
    assert {"text", "articles", "all", "score"} == json.loads(result.stdout.splitlines()[0]).keys()


def test_related_by_id_and_by_file(ask, tmp_path):
    # A name alone is no relation.
    assert "no article is similar to «لافروف يصل إلى موسكو»" in ask("related", "lavrov").stderr
    draft = tmp_path / "draft.txt"
    draft.write_text("زيارة لافروف\nيزور وزير الخارجية لافروف موسكو.", encoding="utf-8")
    assert "id: lavrov" in ask("related", str(draft)).stdout
    missing = ask("related", "nobody")
    assert missing.exit_code == 1
    assert "there is no article «nobody»" in missing.stderr
    alone = ask("related", "hostile")
    assert alone.exit_code == 1
    assert "\x1b" not in alone.stderr


def test_complete(ask):
    result = ask("complete", "نف")
    assert result.stdout.split("\t")[0] == "النفط"
    nothing = ask("complete", "ظظظ")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "ظظظ" in nothing.stderr


@pytest.mark.parametrize("command", ["facets", "timeline", "terms", "names"])
@pytest.mark.parametrize("style", ["rich", "plain", "json", "jsonl", "csv", "html"])
def test_every_format(ask, command, style):
    # What this one is about is dated, or a timeline would have nothing to show.
    found = ask(command, "لافروف" if command == "names" else "النفط", "--format", style)
    assert found.exit_code == 0
    assert found.stdout.strip()
    nothing = ask(command, "بطاريق", "--format", style)
    assert nothing.exit_code == 1
    assert "something went wrong" not in nothing.stderr


def test_search_counts(ask):
    assert ask("search", "لافروف", "--count").stdout == "2\n"
    assert ask("search", "لافروف", "--count", "--group", "none").stdout == "2\n"
    counted = json.loads(ask("search", "لافروف", "--count", "--format", "json").stdout)
    assert counted == {
        "query": "لافروف",
        "total": 2,
        "match": "all",
        "with_all": None,
        "with_any": None,
        "problems": [],
    }
    nothing = ask("search", "بطاريق", "--count")
    assert (nothing.stdout, nothing.exit_code) == ("0\n", 1)


def test_search_pages(ask):
    def ids(*args):
        return [
            json.loads(line)["article"]["id"]
            for line in ask("search", "لافروف", "اسعار", "--format", "jsonl", *args).stdout.splitlines()
        ]

    whole = ids()
    assert [*ids("-n", "2", "--page", "1"), *ids("-n", "2", "--page", "2")] == whole
    both = ask("search", "لافروف", "--page", "2", "--offset", "1")
    assert both.exit_code == 2


@pytest.mark.parametrize(
    ("argv", "english", "arabic"),
    [
        (["--page", "9"], "there is no page 9 of these results: the last is page 2", "آخرها الصفحة 2"),
        (["--offset", "7"], "--offset 7 skips all of the results: their number is 2", "وعددها 2"),
    ],
)
@pytest.mark.parametrize("style", ["plain", "rich", "jsonl", "csv"])
def test_a_page_behind_the_last_is_said(ask, argv, english, arabic, style) -> None:
    line = ["search", "لافروف", "-n", "1", "--format", style, *argv]
    result = ask(*line)
    assert english in result.stderr and result.exit_code == 1
    assert arabic in ask(*line, "--lang", "ar").stderr
    # A count, or the last page, is there.
    for other in (["--count"], ["-n", "0"], ["--page", "2"] if argv[0] == "--page" else ["--offset", "1"]):
        there = ask(
            *line[:2], "-n", "1", *(argv if "--page" not in other and "--offset" not in other else []), *other
        )
        assert there.exit_code == 0 and not there.stderr


def test_search_order_and_age(ask):
    first = json.loads(
        ask("search", "لافروف", "اسعار", "--sort", "newest", "--any", "--format", "json").stdout
    )
    assert first["hits"][0]["article"]["id"] == "oil"
    aged = ask("search", "لافروف", "--recency", "30", "--explain", "--format", "json")
    assert json.loads(aged.stdout)["hits"][0]["recency"] == 0.5
    assert "recency: 0.5000" in ask("search", "لافروف", "--recency", "30", "--explain").stdout
    assert ask("search", "لافروف", "--recency", "0").exit_code == 2


def test_search_says_what_may_be_meant(ask):
    result = ask("search", "lavrov")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "did you mean «لافروف»? It finds 2 articles: khabar search 'لافروف'" in result.stderr
    record = json.loads(ask("search", "lavrov", "--format", "json").stdout)
    assert record["suggestions"] == [
        {
            "query": "لافروف",
            "total": 2,
            "kind": "letters",
            "changes": [{"typed": "lavrov", "meant": "لافروف"}],
        }
    ]
    arabic = ask("search", "lavrov", "--lang", "ar")
    assert "هل تقصد «لافروف»" in arabic.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--since", "nonsense"), ("--until", "31/31/2024"), ("--source", "okaz"), ("--author", "سلمى")],
)
@pytest.mark.parametrize("command", ["search", "facets", "timeline", "terms", "names", "export"])
def test_a_condition_that_is_not_understood_is_wrong_usage(ask, command, option, value):
    for language in ("en", "ar"):
        result = ask(command, "النفط", option, value, "--lang", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert option in result.stderr and value in result.stderr


def test_an_alias_of_a_source(ask, run, monkeypatch, tmp_path):
    monkeypatch.setenv("KHABAR_CONFIG", str(tmp_path / "config.toml"))
    assert run("config", "set", "aliases.alkhalij.ae", "الخليج اليومي").exit_code == 0
    assert run("config", "set", "aliases.عكاظ", "الخليج").exit_code == 0
    assert "aliases.alkhalij.ae\tالخليج اليومي" in run("config", "show", "--format", "plain").stdout
    for name in ("alkhalij.ae", "عكاظ"):
        assert ask("search", "النفط", "--source", name, "--count").stdout == "1\n"
    assert run("config", "unset", "aliases.عكاظ").exit_code == 0
    assert ask("search", "النفط", "--source", "عكاظ").exit_code == 2
    assert run("config", "set", "aliases", "x").exit_code == 2
    (tmp_path / "config.toml").write_text("[aliases]\nokaz = 5\n", encoding="utf-8")
    assert ask("search", "النفط").exit_code == 3


def test_marks_that_the_shell_took_away_are_told_of(run, tmp_path):
    news = tmp_path / "truce.jsonl"
    lines = ["وقف إطلاق النار في المدينة", "إطلاق حملة في الشتاء", "النار في الغابة", "وقف البناء"]
    records = ({"id": str(n), "title": line, "text": line} for n, line in enumerate(lines))
    news.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    index = str(tmp_path / "truce")
    run("index", news, "--index", index)

    def told(*args):
        return run("search", *args, "--index", index).stderr

    assert "khabar search '\"وقف إطلاق النار\"'" in told("وقف إطلاق النار")
    assert "1 article" in told("وقف إطلاق النار") and "عبارة" in told("وقف إطلاق النار", "--lang", "ar")
    for args in (
        ["وقف", "إطلاق", "النار"],
        ["وقف إطلاق النار", "--words"],
        ['"وقف إطلاق النار"'],
        ["+وقف إطلاق النار"],
        ["وقف إطلاق النار", "--format", "json"],
        ["النار الشتاء"],
        ["وقف إطلاق النار", "--all"],
    ):
        assert "quotation marks" not in told(*args), args


def test_a_zone_is_an_option_and_a_setting(ask, monkeypatch):
    wrong = ask("search", "النفط", "--tz", "Asia/Riad")
    assert wrong.exit_code == 2 and "--tz" in wrong.stderr and "Asia/Riyadh" in wrong.stderr
    assert ask("search", "النفط", "--since", "7d", "--tz", "Asia/Riyadh").exit_code == 1
    monkeypatch.setenv("KHABAR_TZ", "nowhere")
    assert ask("search", "النفط").exit_code == 2


@pytest.mark.parametrize(
    "line",
    [
        ("search", "date:2016 النفط"),
        ("search", "النفط", "--until", "2016"),
        ("search", "النفط", "--until", "2016", "--count"),
        ("export", "النفط", "--until", "2016", "--format", "csv"),
        ("facets", "date:2016 النفط"),
        ("terms", "date:2016 النفط"),
        ("names", "النفط", "--until", "2016"),
        ("timeline", "date:2016 النفط"),
        ("batch", "names.txt", "--until", "2016"),
        ("batch", "queries2016.txt", "--as", "query"),
        ("alert", "add", "قديم", "date:2016 النفط"),
    ],
)
def test_days_outside_the_index_are_said(ask, run, tmp_path, line) -> None:
    (tmp_path / "names.txt").write_text("النفط\nلافروف\n", encoding="utf-8")
    for year in ("2016", "2024"):
        path = tmp_path / f"queries{year}.txt"
        path.write_text(f"date:{year} النفط\n", encoding="utf-8")
    english = ask(*line).stderr
    assert "«2016» was read as: 2016-" in english and "are from 2024-10-09 to 2024-10-09" in english
    assert english.count("was read as") == 1
    if line[0] == "alert":
        run("alert", "remove", "قديم")
    said = ask(*line, "--lang", "ar").stderr.replace("\u200e", "")
    assert "فُهم «2016» هكذا:" in said and "ومقالات هذا الفهرس من " in said
    if line[0] == "alert":
        run("alert", "remove", "قديم")
    inside = ask(*(each.replace("2016", "2024") for each in line)).stderr
    assert "was read as" not in inside


def test_days_outside_the_index_are_said_at_the_prompt_and_of_saved_searches(ask, run) -> None:
    assert "«2016» was read as: 2016-01-01" in ask("shell", stdin="date:2016 النفط\n").stderr
    said = ask("shell", "--lang", "ar", stdin="النفط\n:until 2016\n").stderr.replace("\u200e", "")
    assert "فُهم «2016» هكذا: 2016-12-31 وما قبله؛ ومقالات هذا الفهرس من 2024-10-09" in said
    ask("alert", "add", "قديم", "date:2016 النفط")
    assert "قديم: «2016» was read as: 2016-01-01" in run("alert", "run", "--format", "rich").stderr
    # From cron nothing means no mail.
    assert run("alert", "run").output == ""


def test_a_form_to_leave_out_that_no_word_has_is_reported(ask) -> None:
    done = ask("search", "وزير", "--without", "وزارات")
    assert done.exit_code == 0
    assert "«وزارات» is no form of a word of this query in this index" in done.stderr
    arabic = ask("search", "وزير", "--without", "وزارات", "--lang", "ar").stderr
    assert "«وزارات» ليست من صيغ كلمات هذا الاستعلام في الفهرس، فاستبعادها لا يغيّر شيئًا" in arabic
    assert "is no form" not in ask("search", "وزير", "--without", "وزراء").stderr


def test_a_name_that_no_article_has_is_reported(ask) -> None:
    done = ask("names", "النفط", "--with", "زرياب")
    assert done.exit_code == 1
    assert "no article that matches the query contains the name «زرياب» (--with)" in done.stderr
    assert (
        "لا مقال من نتائج الاستعلام يرد فيه الاسم «زرياب»"
        in ask("names", "النفط", "--with", "زرياب", "--lang", "ar").stderr
    )
    assert "--with" not in ask("names", "زرافة").stderr


def test_a_list_with_days_outside_is_understood(ask, tmp_path) -> None:
    (tmp_path / "queries.txt").write_text("date:2016 النفط\nالنفط\n", encoding="utf-8")
    done = ask("batch", "queries.txt", "--as", "query")
    assert done.exit_code == 0 and "line 1: «2016» was read as" in done.stderr


def test_several_fields_to_count_by_are_given_one_by_one(ask) -> None:
    for typed in ("month,source", "month، source"):
        english, arabic = (ask("facets", "النفط", "--by", typed, "--lang", each) for each in ("en", "ar"))
        assert english.exit_code == arabic.exit_code == 2
        assert "may be repeated: --by month --by source" in english.stderr
        assert "ويُكرَّر" in arabic.stderr and "--by month --by source" in arabic.stderr
    assert ask("facets", "النفط", "--by", "month", "--by", "source").exit_code == 0
    assert "it is one of: source" in ask("facets", "النفط", "--by", "mnth").stderr


@pytest.mark.parametrize(
    "command",
    [
        ["search", "--count"],
        ["search", "--sort", "newest"],
        ["facets"],
        ["timeline"],
        ["terms"],
        ["names"],
        ["export"],
        ["alert", "add", "a name"],
    ],
)
def test_every_command_says_what_may_be_meant(ask, command):
    result = ask(*command, "lavrov")
    assert "did you mean «لافروف»? It finds 2 articles: khabar search 'لافروف'" in result.stderr
    assert result.exit_code == (0 if command[0] == "alert" else 1)
    # Nothing is offered where something was found.
    assert "did you mean" not in ask(*command, "لافروف").stderr


def test_programs_get_no_offers(ask):
    for command in (["search", "--count"], ["facets"], ["timeline"], ["terms"], ["names"]):
        assert ask(*command, "lavrov", "--format", "json").stderr == ""


def test_a_saved_search_needs_a_name(ask):
    result = ask("alert", "add", " ", "لافروف")
    assert result.exit_code == 2 and "a saved search needs a name" in result.stderr
