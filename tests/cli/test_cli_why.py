"""``khabar why``, and what it is for: ``khabar search --explain`` and ``--without``."""

import json

import pytest


@pytest.fixture
def why(run, built):
    return lambda *args: run("why", "--index", built, *args)


@pytest.fixture
def search(run, built):
    return lambda *args: run("search", "--index", built, *args)


def forms(result):
    return {form["term"]: form for form in json.loads(result.stdout)["forms"]}


def test_why(why):
    result = why("وزير")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "word: وزير"
    assert "form: وزير\texact\t1\t1\t1.00\t" in lines
    assert any(line.startswith("form: وزراء\tlemma\t1\t1\t0.") for line in lines)
    assert lines[-1].startswith("leave out: khabar search وزير --without ")
    assert lines[-1].rpartition(" ")[2] in forms(why("وزير", "--format", "json"))
    rich = why("وزير", "--format", "rich").stdout
    assert "the same dictionary word" in rich and "المدخل المعجمي نفسه" in rich
    assert "To leave one out: khabar search وزير --without " in rich


def test_why_json(why):
    record = json.loads(why("وُزراء،", "--format", "json").stdout)
    assert record["word"] == "وُزراء", "without what stands around it"
    assert list(record) == ["word", "forms", "more", "own_words"]
    assert record["forms"][0] == {
        "term": "وزراء",
        "depth": "exact",
        "weight": 1.0,
        "matches": True,
        "paragraphs": 1,
        "occurrences": 1,
    }


def test_a_name_over_two_words(why):
    for words in (["عبد", "الله"], ["عبد الله"], ["عبدالله"]):
        assert forms(why(*words, "--format", "json"))["عبدالله"]["depth"] == "exact"
    # It is the only form, and nobody leaves out what he looks for.
    assert "--without" not in why("عبد", "الله").stdout


def test_forms_that_only_add_to_scores_are_shown_on_request(run, tmp_path):
    texts = ["جمهورية غواتيمالا.", "سيارة جواتيمالا.", "بلاد غواديلوب.", "خطوط غواتيمو."]
    records = [{"id": str(n), "title": "خبر", "text": text} for n, text in enumerate(texts)]
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    assert run("index", "a.jsonl", "--index", "ix").exit_code == 0
    few = json.loads(run("why", "غواتيمال", "--index", "ix", "--format", "json").stdout)
    every = json.loads(run("why", "غواتيمال", "--index", "ix", "--format", "json", "--all").stdout)
    assert all(form["matches"] for form in few["forms"]) and every["more"] == 0
    assert few["more"] == len(every["forms"]) - len(few["forms"]) > 0
    shown = run("why", "غواتيمال", "--index", "ix", "--all")
    assert shown.stdout.count("only adds to scores") == few["more"]
    assert f"more: {few['more']}\n" in run("why", "غواتيمال", "--index", "ix").stdout


@pytest.mark.parametrize("style", ["rich", "plain"])
@pytest.mark.parametrize("word", ["قظلمنش", "؟!", "", "-", "\udcff"])
def test_a_word_that_the_index_has_not_is_status_1(why, style, word):
    result = why(word, "--format", style)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("khabar: the index has no form of «")


def test_no_form_as_json(why):
    result = why("قظلمنش", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"word": "قظلمنش", "forms": [], "more": 0, "own_words": []}


def test_several_words_are_wrong_usage(why):
    result = why("أسعار", "النفط")
    assert result.exit_code == 2
    assert "«أسعار النفط» is 2 words" in result.stderr and "khabar why أسعار" in result.stderr
    assert why("زار", "عبد", "الله").exit_code == 2
    assert why().exit_code == 2


def test_no_index_is_status_3(run, tmp_path):
    result = run("why", "وزير", "--index", tmp_path / "nowhere")
    assert (result.exit_code, result.stdout) == (3, "")


def test_explain_is_there_only_when_asked_for(search):
    hits = json.loads(search("وزراء", "بيروت", "--explain", "--format", "json").stdout)["hits"]
    assert all([each["word"] for each in hit["explanation"]] == ["وزراء", "بيروت"] for hit in hits)
    assert all(
        sum(each["share"] for each in hit["explanation"]) == pytest.approx(1, abs=1e-3) for hit in hits
    )
    by_id = {hit["article"]["id"]: hit["explanation"] for hit in hits}
    assert by_id["visit"] == [
        {"word": "وزراء", "share": 0.0, "forms": []},
        {"word": "بيروت", "share": 1.0, "forms": [{"term": "بيروت", "depth": "exact", "count": 2}]},
    ]
    line = search("وزراء", "--explain", "--format", "jsonl").stdout.splitlines()[0]
    assert "explanation" in json.loads(line)
    for style in ("json", "jsonl", "plain", "rich"):
        assert "expla" not in search("وزراء", "--format", style).stdout


def test_explain_in_lines(search):
    lines = search("لافروف", "قطار", "--explain", "-n", "1").stdout.splitlines()
    assert [line for line in lines if line.startswith("explain: ")] == [
        "explain: لافروف\t100 %\tلافروف\t2\texact\tthe word itself\tالكلمة نفسها",
        "explain: قطار\t0 %\t\t0\t\tnot found\tغير موجودة",
    ]


def test_without_takes_forms_out(search):
    def found(*args):
        return {hit["article"]["id"] for hit in json.loads(search("--format", "json", *args).stdout)["hits"]}

    assert found("وزير") == {"oil", "lavrov"}
    assert found("وزير", "--without", "وزراء") == {"lavrov"}
    assert found("وزير", "--without", "وُزَراء") == {"lavrov"}, "in any spelling"
    assert found("وزير", "--without", "وزراء", "--without=وزير") == set()
    assert found("عبد الله") == {"visit"}
    assert found("عبد الله", "--without", "عبد الله") == set()
    assert search("وزير", "--without", " ").exit_code == 2
    assert search("وزير", "--without").exit_code == 2


def test_a_sign_is_one_of_the_query_language(run, tmp_path):
    texts = ["زار سلمان الوادي.", "عاد وسلمان الوادي.", "سلم وسلمان والسلم سلمى."]
    records = [{"id": str(n), "title": "خبر", "text": text} for n, text in enumerate(texts)]
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in records)
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    assert run("index", "a.jsonl", "--index", "ix").exit_code == 0

    def matching(word):
        found = run("why", word, "--index", "ix", "--format", "json")
        return {form["term"] for form in json.loads(found.stdout)["forms"]}

    assert matching("=سلمان") == {"سلمان"} < matching("سلمان")
    assert matching("سلم*") == {"سلم", "سلمان", "سلمي"}
    assert matching("*سلم*") == {"سلم", "سلمان", "سلمي", "وسلمان", "والسلم"}
    assert "سلمي" in matching("سلمان~2") - matching("سلمان~0")
    assert run("why", "=قظلمنش", "--index", "ix").exit_code == 1
    assert run("why", "=سلم سلمان", "--index", "ix").exit_code == 2
    assert json.loads(run("why", "=سلمان", "--index", "ix", "--format", "json").stdout)["word"] == "=سلمان"


def test_why_says_what_a_search_leaves_out(run, tmp_path):
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    words = [f"مدر{one}{other}{last}" for one in letters for other in letters for last in "سنم"]
    (tmp_path / "a.txt").write_text("خبر\n\n" + " ".join(words), encoding="utf-8")
    assert run("index", "a.txt", "--index", "ix").exit_code == 0
    found = run("why", "مدر*", "--index", "ix", "--format", "plain")
    said = run("search", "مدر*", "--index", "ix").stderr
    assert "words of the index" in said and said in found.stderr


def test_a_dictionary_is_named_where_it_applies(run, built, tmp_path, monkeypatch):
    (tmp_path / "words.txt").write_text("وزير = قطار\n", encoding="utf-8")
    monkeypatch.setenv("KHABAR_WORDS_FILE", str(tmp_path / "words.txt"))

    def named(word):
        return json.loads(run("why", word, "--index", built, "--format", "json").stdout)["own_words"]

    assert len(named("وزير")) == len(named("وزير~1")) == 1
    assert named("=وزير") == named("وزي*") == []
