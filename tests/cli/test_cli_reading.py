"""``khabar show``, ``export``, ``alert``, ``shell`` and ``completion``."""

import contextlib
import csv
import json
import os
import subprocess
import sys

import pytest

import khabar as package
from khabar.alerts import Alerts
from khabar.cli.session import Session
from khabar.corpus.article import Article
from khabar.errors import SettingsError
from khabar.paging import all_hits
from khabar.render.output import Output


def article(number, text="نص الخبر عن الميناء القديم.", **fields):
    return Article(f"id-{number}", f"خبر {number} عن الميناء", (text,), **fields)


@pytest.fixture
def harbour(tmp_path):
    """An index of 25 articles that match «الميناء»."""
    folder = tmp_path / "harbour"
    with package.create_index(folder) as index:
        index.add(article(number) for number in range(25))
    return folder


# show


def test_show_marks_the_words_of_a_query(run, built):
    record = json.loads(
        run("show", "oil", "--query", "اسعار النفط", "--index", built, "--format", "json").stdout
    )
    assert record["article"]["id"] == "oil"
    first = record["paragraphs"][0]
    marked = [first["text"][each["start"] : each["end"]] for each in first["highlights"]]
    assert marked == ["أسعارُ", "النفط"]
    assert [each["number"] for each in record["paragraphs"]] == [1, 2, 3]


def test_show_without_a_query_marks_nothing(run, built):
    record = json.loads(run("show", "oil", "--index", built, "--format", "json").stdout)
    assert record["title_highlights"] == [] and not any(each["highlights"] for each in record["paragraphs"])


def test_show_plain_is_fields_and_paragraphs(run, built):
    lines = run("show", "oil", "--index", built).stdout.splitlines()
    fields, empty, *paragraphs = lines[: lines.index("")], "", *lines[lines.index("") + 1 :]
    assert fields[:2] == ["id: oil", "title: أسعار النفط ترتفع"]
    assert len(paragraphs) == 3 and not empty


def test_show_of_an_article_that_is_not_there(run, built):
    result = run("show", "nothing\x1b[31m", "--index", built)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing␛[31m" in result.stderr


def test_what_strangers_wrote_is_harmless_in_full_too(run, built):
    for style in ("rich", "plain", "html"):
        shown = run("show", "hostile", "--index", built, "--format", style).stdout
        assert "\x1b" not in shown and "\x9b" not in shown and "\u202e" not in shown


def test_the_id_of_a_hit_shows_it(run, built):
    shown = run("search", "لافروف", "--index", built).stdout
    ids = [line.removeprefix("id: ") for line in shown.splitlines() if line.startswith("id: ")]
    assert ids and all(run("show", each, "--index", built).exit_code == 0 for each in ids)


# export


def test_export_gives_every_hit_once(run, harbour):
    lines = run("export", "الميناء", "--index", harbour).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert sorted(each["article"]["id"] for each in records) == sorted(f"id-{n}" for n in range(25))
    assert [each["rank"] for each in records] == list(range(1, 26))
    assert "paragraphs" not in records[0]["article"]


def test_pages_are_put_together(harbour):
    with package.open_index(harbour) as index:
        whole = [hit.article.id for hit in index.search("الميناء", limit=100)]
        for page in (1, 7, 24, 25, 26, 200):
            assert [hit.article.id for hit in all_hits(index, "الميناء", page=page)] == whole
        assert list(all_hits(index, "بطاريق")) == []


def test_export_to_a_file_that_a_spreadsheet_opens(run, harbour, tmp_path):
    result = run(
        "export", "الميناء", "--index", harbour, "--format", "csv", "--text", "-o", tmp_path / "out.csv"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == 25 and rows[0]["text"] == "نص الخبر عن الميناء القديم."
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_export_of_nothing(run, harbour):
    result = run("export", "بطاريق", "--index", harbour)
    assert (result.exit_code, result.stdout) == (1, "") and "nothing found" in result.stderr


def test_export_streams(harbour):
    """Hits come while later pages are still to be asked for."""
    with package.open_index(harbour) as index:
        asked = []
        search = index.search
        index.search = lambda *args, **more: asked.append(more["offset"]) or search(*args, **more)
        hits = all_hits(index, "الميناء", page=10)
        for _ in range(10):
            next(hits)
        assert asked == [0]


# alerts


def test_an_alert_tells_only_what_is_new(run, harbour, tmp_path):
    assert run("alert", "add", "port", "الميناء", "--index", harbour).exit_code == 0
    assert run("alert", "run").stdout == ""
    with package.open_index(harbour) as index:
        index.add([article("new"), article(3, "نص جديد عن الميناء.")])
    first = run("alert", "run", "--format", "json")
    (alert,) = json.loads(first.stdout)["alerts"]
    # An article that was changed is no news.
    assert [hit["article"]["id"] for hit in alert["hits"]] == ["id-new"]
    assert (alert["name"], alert["new"], alert["hits"][0]["rank"]) == ("port", 1, 1)
    assert run("alert", "run").stdout == ""


def test_statuses_for_cron(run, harbour):
    run("alert", "add", "port", "الميناء", "--index", harbour)
    quiet = run("alert", "run")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    assert run("alert", "run", "--status").exit_code == 1
    with package.open_index(harbour) as index:
        index.add([article("new")])
    assert run("alert", "run", "--status", "--keep").exit_code == 0
    assert "id: id-new" in run("alert", "run", "--status").stdout


def test_all_and_limit(run, harbour):
    run("alert", "add", "port", "الميناء", "--index", harbour, "--current")
    seen = []
    for count in (10, 10, 5, 0):
        output = run("alert", "run", "port", "-n", "10").stdout
        ids = [line for line in output.splitlines() if line.startswith("id: ")]
        assert len(ids) == count
        seen += ids
    assert len(set(seen)) == 25


def test_listing_and_removing(run, harbour):
    run("alert", "add", "ميناء", "الميناء", "-القديم", "--index", harbour)
    (row,) = json.loads(run("alert", "list", "--format", "json").stdout)["alerts"]
    assert (row["name"], row["query"], row["index"]) == ("ميناء", "الميناء -القديم", str(harbour))
    assert row["last_run"] is None
    assert run("alert", "add", "ميناء", "x", "--index", harbour).exit_code == 2
    removed = run("alert", "remove", "ميناء")
    assert (removed.exit_code, removed.stdout) == (0, "")
    assert removed.stderr == "khabar: removed the saved search «ميناء»\n"
    assert run("alert", "remove", "ميناء").exit_code == 2
    assert run("alert", "run", "ميناء").exit_code == 2
    assert json.loads(run("alert", "list", "--format", "json").stdout) == {"alerts": []}


def test_an_index_that_is_gone_does_not_stop_the_others(run, harbour, built, tmp_path):
    run("alert", "add", "port", "الميناء", "--index", harbour, "--current")
    run("alert", "add", "lavrov", "لافروف", "--index", built, "--current")
    harbour.rename(tmp_path / "moved")
    result = run("alert", "run")
    assert result.exit_code == 3
    assert "port: " in result.stderr and "alert: lavrov" in result.stdout


def test_the_file_is_for_people_and_damage_is_named(run, harbour, tmp_path):
    run("alert", "add", "port", "الميناء", "--index", harbour)
    path = tmp_path / "data" / "khabar" / "alerts.json"
    assert '"query": "الميناء"' in path.read_text(encoding="utf-8")
    for broken in (
        "{",
        "[]",
        '{"alerts": {"x": {"query": 1, "index": "y"}}}',
        '{"alerts": {"x": 1}}',
        '{"version": 9}',
    ):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"alerts\.json"):
            list(Alerts(path))
        assert run("alert", "list").exit_code == 3


def test_news_that_could_not_be_shown_stay_news(harbour, tmp_path):
    alerts = Alerts(tmp_path / "alerts.json")
    alerts.add("port", "الميناء", harbour)
    with package.open_index(harbour) as index:
        assert len(list(alerts.news("port", index))) == len(list(alerts.news("port", index))) == 25
        alerts.mark_seen("port", [hit.article.id for hit in alerts.news("port", index)])
        assert list(alerts.news("port", index)) == []
    assert alerts.get("port").last_run


# shell


def test_a_session_from_a_pipe(run, harbour):
    typed = "الميناء\n:next\n:open 2\n:open 99\n:prev\n\n:مساعدة\n:quit\nلا يصل إلى هنا\n"
    result = run("shell", "--index", harbour, "-n", "2", stdin=typed)
    assert result.exit_code == 0
    ranks = [line for line in result.stdout.splitlines() if line.startswith("rank: ")]
    assert ranks == [f"rank: {n}" for n in (1, 2, 3, 4, 1, 2)]
    assert ":next" in result.stdout
    assert "99" in result.stderr and "khabar> " not in result.stdout


def test_a_session_looks_around(run, built):
    typed = "لافروف النفط\n:related 1\n:facets\n:timeline\n"
    result = run("shell", "--index", built, stdin=typed)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "source: 1\tوكالة المغارب" in result.stdout and "query: لافروف النفط" in result.stdout
    assert "alike: " in result.stdout
    lonely = run("shell", "--index", built, stdin=":related 1\n:facets\n:timeline\n")
    assert lonely.stderr.count("search for something first") == 3


def test_a_session_that_finds_nothing_or_cannot(run, harbour):
    assert run("shell", "--index", harbour, stdin="بطاريق\n").exit_code == 1
    result = run("shell", "--index", harbour, stdin=":next\n:open\n:open 1\n:nonsense\n:\n:why\n:limit x\n")
    assert result.exit_code == 0
    assert result.stderr.count("search for something first") == 3
    assert "no command :nonsense" in result.stderr


def test_a_session_ends_where_the_results_end(run, harbour):
    result = run("shell", "--index", harbour, "-n", "20", stdin="الميناء\n:n\n:n\n:prev\n:prev\n")
    assert result.stderr.count("no more results") == 2


def test_json_from_a_session(run, harbour):
    lines = run(
        "shell", "--index", harbour, "--format", "jsonl", "-n", "3", stdin="الميناء\n"
    ).stdout.splitlines()
    assert [json.loads(line)["rank"] for line in lines] == [1, 2, 3]


def test_completion_of_commands_in_a_session(harbour):
    with package.open_index(harbour) as index:
        session = Session(index, Output(), 5)
        assert session.complete(":ne") == [":next "]
        assert session.complete(":ال") == [":التالي ", ":السابق "]
        assert session.complete("") == []


def test_completion_of_words_in_a_session(harbour):
    with package.open_index(harbour) as index:
        session = Session(index, Output(), 5)
        assert session.complete("مين") == session.complete("المين") == ["الميناء"]
        assert session.complete("ظظ") == []


@pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")
def test_a_session_at_a_prompt_remembers(harbour, tmp_path):
    pytest.importorskip("readline")
    import pty

    history = tmp_path / "state" / "history"
    here, there = pty.openpty()
    environment = {**os.environ, "KHABAR_HISTORY": str(history), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    job = subprocess.Popen(
        [sys.executable, "-m", "khabar", "shell", "--index", str(harbour), "-n", "1", "--no-pager"],
        stdin=there,
        stdout=there,
        stderr=there,
        env=environment,
    )
    os.close(there)
    os.write(here, "الميناء\n:quit\n".encode())
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(here, 65536):
            shown += piece
    assert job.wait(timeout=60) == 0
    os.close(here)
    assert "25 articles" in shown.decode()
    assert "الميناء" in history.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="needs pseudo-terminals")
def test_a_pager_does_not_swallow_what_was_typed_ahead(harbour, tmp_path):
    pytest.importorskip("readline")
    import pty

    # It takes all that was typed for itself, as less would.
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\ncat\necho PAGED\nhead -c 100000 /dev/tty >/dev/null\n")
    pager.chmod(0o755)
    here, there = pty.openpty()
    environment = {
        **os.environ,
        "KHABAR_HISTORY": str(tmp_path / "history"),
        "KHABAR_PAGER": str(pager),
        "TERM": "xterm",
        "LINES": "3",
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
    }
    job = subprocess.Popen(
        [sys.executable, "-m", "khabar", "shell", "--index", str(harbour), "-n", "20"],
        stdin=there,
        stdout=there,
        stderr=there,
        env=environment,
        start_new_session=True,
    )
    os.close(there)
    # All before the first prompt is there; the last line is not finished.
    os.write(here, "الميناء\n:open 2\n:next\n:quit\n".encode())
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(here, 65536):
            shown += piece
    assert job.wait(timeout=60) == 0
    os.close(here)
    assert "21. " in shown.decode() and "PAGED" not in shown.decode()


def test_what_holds_for_the_searches_of_a_session(run, harbour, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    typed = "الميناء\n:sort oldest\n:since 2024-01-02\n:since\n:ترتيب الأحدث\n:ترتيب\n"
    result = run("shell", "--index", harbour, "-n", "1", stdin=typed)
    assert result.exit_code == 0
    told = [line.removeprefix("khabar: ") for line in result.stderr.splitlines()]
    assert told[0] == "from now on: :sort oldest"
    assert "from now on: :sort oldest, :since 2024-01-02" in told
    assert told[-2:] == ["from now on: :sort newest", "from now on: no conditions"]


def test_a_condition_that_is_not_understood_changes_nothing(run, built):
    typed = ":since بلا\n:source مجهول\n:sort best\nالنفط\n:group قصة\n"
    result = run("shell", "--index", built, stdin=typed)
    assert ":since «بلا»" in result.stderr and ":source «مجهول»" in result.stderr
    assert result.stderr.rstrip().endswith("from now on: :group story")
    assert "stories: 1" in result.stdout
    arabic = run("shell", "--index", built, "--lang", "ar", stdin=":sort best\n:منذ بلا\n")
    assert "الصلة | الأحدث | الأقدم" in arabic.stderr and ":since «بلا»" in arabic.stderr


def test_a_session_counts_and_exports(run, built, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    typed = (
        "لافروف بيروت\n:count\n:export hits.csv\n:تصدير hits.jsonl\n:export x.foo\n:export nowhere/x.csv\n"
    )
    result = run("shell", "--index", built, "-n", "1", stdin=typed + ":export\n:source المغارب\n:count\n")
    assert result.exit_code == 0 or result.stderr
    assert result.stdout.splitlines().count("1") == 1
    rows = (tmp_path / "hits.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 2 and rows[0].startswith("rank,")
    assert len((tmp_path / "hits.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert "«.foo» is not a known format here" in result.stderr and "nowhere/x.csv" in result.stderr
    assert ":export hits.csv" in result.stderr
    # No article of this source has both words.
    assert result.stdout.splitlines()[-1] == "0"
    lonely = run("shell", "--index", built, stdin=":count\n:export a.csv\n")
    assert lonely.stderr.count("search for something first") == 2


@pytest.mark.parametrize("word", ["exit", "quit", "خروج", "\u200fخروج\u200f", ":quit", ":خروج"])
def test_words_that_leave(run, built, word):
    result = run("shell", "--index", built, stdin=f"النفط\n{word}\nلافروف\n")
    assert result.exit_code == 0 and result.stdout.count("rank:") == 1
    assert ("to search for the word" in result.stderr) == ("خروج" in word and ":" not in word)
    # As a query in quotation marks it is a word.
    assert run("shell", "--index", built, stdin=f'"{word.strip(":")}"\nالنفط\n').stdout.count("rank:") == 1


def test_why_knows_the_own_words_in_a_session(run, built, tmp_path, monkeypatch):
    words = tmp_path / "words.txt"
    words.write_text("لافروف = الوزير", encoding="utf-8")
    monkeypatch.setenv("KHABAR_WORDS_FILE", str(words))
    told = run("shell", "--index", built, stdin=":why لافروف\n").stdout
    assert told == run("why", "لافروف", "--index", built, "--format", "plain").stdout
    assert "لافروف = الوزير" in told


def test_a_session_over_several_archives_opens_the_one_of_the_hit(run, tmp_path):
    for name, text in (("a", "نص أول عن المحصول."), ("b", "نص ثان عن المحصول.")):
        with package.create_index(tmp_path / name) as index:
            index.add(package.Article("same", "المحصول", text))
    both = ("--index", str(tmp_path / "a"), "--index", str(tmp_path / "b"))
    result = run("shell", *both, stdin="المحصول\n:open 1\n:open 2\n:related 2\n:facets\n")
    assert "archive: a\n\nنص أول" in result.stdout and "archive: b\n\nنص ثان" in result.stdout


# completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script(run, shell):
    script = run("completion", shell).stdout
    assert "_KHABAR_COMPLETE" in script and "khabar" in script


def completions(process, words, count):
    done = process(_KHABAR_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_what_a_shell_can_complete(process):
    assert completions(process, "khabar sea", 1) == ["search"]
    assert completions(process, "khabar se", 1) == ["search", "serve"]
    assert "--format" in completions(process, "khabar search --fo", 2)
    assert completions(process, "khabar search غزة --format js", 4) == ["json", "jsonl"]
    assert completions(process, "khabar search --theme da", 3) == ["dark"]
    assert completions(process, "khabar alert re", 2) == ["remove"]
    assert "--keep" in completions(process, "khabar alert run --k", 3)


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_the_bash_script_works_in_bash(run, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").stdout, encoding="utf-8")
    shim = tmp_path / "khabar"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m khabar "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    ask = f'. {script}; COMP_WORDS=(khabar sea); COMP_CWORD=1; _khabar_completion {shim}; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.strip() == "search", done.stderr


# what is given to all articles


def test_a_date_for_all_articles_is_read_in_the_order_of_dates(run, tmp_path):
    (tmp_path / "a.json").write_text('{"title": "خبر", "text": "نص الخبر."}', encoding="utf-8")
    given = ["read", tmp_path / "a.json", "--set", "published=05/03/2024"]
    refused = run(*given, "--lang", "ar")
    assert refused.exit_code == 2 and "لا يعيّن يومًا واحدًا" in refused.stderr
    days = {order: json.loads(run(*given, "--dates", order).stdout)["published"] for order in ("dmy", "mdy")}
    assert days == {"dmy": "2024-03-05T00:00:00", "mdy": "2024-05-03T00:00:00"}


# saved searches


def test_a_file_of_news_is_written_without_news_too(run, harbour, tmp_path, monkeypatch):
    monkeypatch.setenv("KHABAR_ALERTS", str(tmp_path / "alerts.json"))
    run("alert", "add", "port", "الميناء", "--index", harbour)
    for name in ("news.csv", "news.html", "news.jsonl", "news.txt"):
        assert run("alert", "run", "-o", tmp_path / name).exit_code == 0
        assert (tmp_path / name).exists()
    assert "nothing new" in (tmp_path / "news.html").read_text("utf-8")
    assert run("alert", "run").stdout == ""


def test_a_list_of_saved_searches_for_people(run, harbour, tmp_path, monkeypatch):
    monkeypatch.setenv("KHABAR_ALERTS", str(tmp_path / "alerts.json"))
    run("alert", "add", "port", "الميناء", "--index", harbour)
    alert = Alerts(tmp_path / "alerts.json").get("port")
    day, moment = alert.added[:10], alert.added[11:16]
    shown = run("alert", "list", "--format", "html", "--lang", "ar").stdout
    assert "كل الكلمات" in shown and f"{day} {moment} +00:00" in shown and alert.added not in shown
    assert run("alert", "list").stdout.split("\t")[2:5:2] == ["all", alert.added]
