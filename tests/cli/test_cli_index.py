"""``khabar index``, ``read`` and ``eval``: reports, statuses, and folders that must not be touched."""

import inspect
import json
import os
import shutil
import threading
from pathlib import Path

import pytest

import khabar
from khabar import folders
from khabar.cli import inputs
from khabar.cli.inputs import Meter, sizes
from khabar.corpus.article import Article
from khabar.index.lock import WriteLock

SAMPLE = Path(__file__).parents[2] / "corpus"


def report(result):
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write_article(path, text="خبر عن الميناء\n\nنص الخبر عن الميناء القديم.\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_first_again_and_changed(run, tmp_path):
    article = write_article(tmp_path / "in" / "a.txt")
    write_article(tmp_path / "in" / "b.txt", "خبر آخر\n\nنص آخر.\n")
    first = run("index", "in", "--index", "ix")
    assert first.exit_code == 0 and first.stderr == ""
    assert (
        report(first).items()
        >= {"index": "ix", "articles": "2", "added": "2", "skipped": "0", "files": "2"}.items()
    )
    assert report(run("index", "in", "--index", "ix")).items() >= {"added": "0", "unchanged": "2"}.items()
    write_article(article, "خبر عن الميناء\n\nنص جديد تماما.\n")
    assert report(run("index", "in", "--index", "ix")).items() >= {"updated": "1", "unchanged": "1"}.items()


def test_added_articles_without_a_date_are_counted(run, tmp_path):
    write_article(tmp_path / "in" / "a.txt")
    write_article(tmp_path / "in" / "b.txt", "خبر آخر\n7 آب 2015\nنص آخر.\n")
    index = ("index", "in", "--index", "ix")
    assert report(run(*index, "--format", "plain"))["added without a date"] == "1"
    again = run(*index)
    assert report(again)["unchanged"] == "2" and "added without a date" not in again.stdout
    write_article(tmp_path / "in" / "c.txt", "خبر ثالث\n\nنص ثالث.\n")
    assert json.loads(run(*index, "--format", "json").stdout)["undated"] == 1
    said = run(*index, "--new", "--format", "rich", "--lang", "en").stdout
    assert "2 articles added without a date" in " ".join(said.split())
    said = run(*index, "--new", "--format", "rich", "--lang", "ar").stdout
    assert "أُضيفت بلا تاريخ" in " ".join(said.split())


def test_what_a_tightened_limit_leaves_in_the_index_is_told(run, tmp_path):
    write_article(tmp_path / "in" / "a.txt", "خبر طويل\n\n" + "كلمة " * 50 + "\n")
    run("index", "in", "--index", "ix")
    result = run("index", "in", "--index", "ix", "--max-words", "20")
    assert result.exit_code == 1
    assert report(result).items() >= {"articles": "1", "skipped": "1", "kept as read before": "1"}.items()
    assert "kept as read before: 1" in run("info", "--index", "ix").stdout
    shown = run("index", "in", "--index", "ix", "--max-words", "20", "--format", "json")
    assert json.loads(shown.stdout)["kept"] == 1
    for language, said in (("en", "1 article kept as read before"), ("ar", "كما قُرئت من قبل")):
        shown = run(
            "index", "in", "--index", "ix", "--max-words", "20", "--format", "rich", "--lang", language
        )
        assert said in shown.stdout


def test_an_index_among_the_sources_is_not_read(run, tmp_path):
    write_article(tmp_path / "in" / "a.txt")
    for _ in range(2):
        result = run("index", "in", "--index", "in/indexes/news")
        assert result.exit_code == 0
        assert report(result).items() >= {"articles": "1", "files": "1"}.items()
    assert report(run("index", "in", "--index", "in/indexes/news", "--new"))["files"] == "1"


def test_json_report(run, news):
    record = json.loads(run("index", news, "--index", "ix", "--format", "json").stdout)
    assert (record["articles"], record["added"], record["skipped"]) == (4, 4, [])


def test_what_is_skipped_is_listed_and_the_rest_indexed(run, tmp_path):
    write_article(tmp_path / "in" / "good.txt")
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    (tmp_path / "in" / "wire.jsonl").write_text(
        '{"id": "1", "title": "أول", "text": "نص أول."}\n{"id": \n{"id": "2", "title": "؟!", "text": "َُِ"}\n',
        encoding="utf-8",
    )
    result = run("index", "in", "--index", "ix")
    assert result.exit_code == 1
    assert report(result)["added"] == "2"
    skipped = [line for line in result.stdout.splitlines() if line.startswith("skip: ")]
    assert any("empty.txt: " in line for line in skipped)
    assert any("wire.jsonl, record 2: " in line for line in skipped)
    assert len(skipped) == int(report(result)["skipped"])


def test_an_article_without_a_word_is_named_by_its_file(run, tmp_path, monkeypatch):
    articles = [
        Article("a", "خبر", ("نص.",), path="/in/a.txt"),
        Article("b", "؟", (), path="/in/b.txt"),
        Article("c", "خبر", ("نص آخر.",), path="/in/c.txt"),
    ]
    write_article(tmp_path / "in" / "abc.txt")
    monkeypatch.setattr("khabar.upkeep.update.read_file", lambda *_, **__: iter(articles))
    result = run("index", tmp_path / "in", "--index", "ix")
    assert result.exit_code == 1
    assert "skip: /in/b.txt: it contains no words\n" in result.stdout


def test_a_source_that_does_not_exist_ends_it_before_anything_is_made(run, tmp_path):
    write_article(tmp_path / "a.txt")
    result = run("index", "a.txt", "nosuch", "--index", "ix")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "nosuch" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "ix").exists()


def test_no_article_at_all(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_bytes(bytes(range(256)) * 20)
    result = run("index", "in", "--index", "ix")
    assert result.exit_code == 3
    assert "there is no article in in" in result.stderr
    assert "skip: " in result.stdout
    assert not (tmp_path / "ix").exists(), "an index that was made in vain is gone again"


def test_an_empty_folder_that_was_there_stays(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "ix").mkdir()
    assert run("index", "in", "--index", "ix").exit_code == 3
    assert list((tmp_path / "ix").iterdir()) == []
    write_article(tmp_path / "in" / "a.txt")
    assert run("index", "in", "--index", "ix").exit_code == 0


def test_an_index_that_was_there_stays_when_nothing_comes(run, tmp_path, built):
    shutil.copytree(built, tmp_path / "ix")
    (tmp_path / "in").mkdir()
    for options in ([], ["--new"]):
        assert run("index", "in", "--index", "ix", *options).exit_code == 3
        assert "articles: 4" in run("info", "--index", "ix").stdout


def test_no_source_is_wrong_usage(run):
    assert run("index").exit_code == 2


@pytest.mark.parametrize("given", ["headline", "=x", "title=", "nosuch=x"])
def test_fields_that_are_none(run, given, tmp_path):
    result = run("index", tmp_path, "--field", given)
    assert result.exit_code == 2 and "NAME=KEY" in result.stderr and "title" in result.stderr


def test_mapped_fields(run, tmp_path):
    (tmp_path / "dump.json").write_text('[{"hed": "عنوان", "story": "نص القصة."}]', encoding="utf-8")
    for command in (["index", "--index", "ix"], ["read"]):
        result = run(*command, "dump.json", "--field", "title=hed", "--field", "text=story")
        assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["title"] == "عنوان"


def test_a_locked_index(run, tmp_path, built, news, monkeypatch):
    shutil.copytree(built, tmp_path / "ix")
    monkeypatch.setattr(WriteLock.__init__, "__defaults__", (0.1,))
    update = inspect.unwrap(khabar.Index.update)
    monkeypatch.setattr(update, "__kwdefaults__", {**update.__kwdefaults__, "timeout": 0.1})
    with WriteLock(tmp_path / "ix"):
        for options in (["--reread"], ["--new"]):
            result = run("index", news, "--index", "ix", *options)
            assert result.exit_code == 3
            assert f"process {os.getpid()}" in result.stderr
        assert run("search", "لافروف", "--index", "ix").exit_code == 0


# --new


def test_new_takes_the_place_of_the_old_one(run, tmp_path, built):
    shutil.copytree(built, tmp_path / "ix")
    write_article(tmp_path / "a.txt")
    result = run("index", "a.txt", "--index", "ix", "--new")
    assert result.exit_code == 0
    assert report(result)["articles"] == "1"
    assert "articles: 1\n" in run("info", "--index", "ix").stdout
    assert names(tmp_path) == ["a.txt", "ix"]


def test_new_where_there_is_nothing(run, tmp_path, news):
    assert run("index", news, "--index", "deep/ix", "--new").exit_code == 0
    assert names(tmp_path / "deep") == ["ix"]


@pytest.mark.parametrize("damage", ["meta.json", "_MAIN_*.toc", "lexicon-1.bin", "lexicon.json"])
def test_new_mends_a_damaged_index(run, tmp_path, built, news, damage):
    shutil.copytree(built, tmp_path / "ix")
    for path in (tmp_path / "ix").glob(damage):
        path.write_bytes(b"\x00nonsense")
    assert run("search", "لافروف", "--index", "ix").exit_code == 3
    assert run("index", news, "--index", "ix", "--new").exit_code == 0
    assert run("search", "لافروف", "--index", "ix").exit_code == 0


@pytest.mark.parametrize("name", ["notes.txt", "MAIN", ".hidden", "articles/"])
def test_new_never_deletes_what_is_not_ours(run, tmp_path, built, news, name):
    shutil.copytree(built, tmp_path / "ix")
    strange = tmp_path / "ix" / name
    strange.mkdir() if name.endswith("/") else strange.write_text("precious")
    before = names(tmp_path / "ix")
    result = run("index", news, "--index", "ix", "--new")
    assert result.exit_code == 3
    assert name.strip("/") in result.stderr and "nothing was deleted" in result.stderr
    assert set(before) <= set(names(tmp_path / "ix"))
    assert run("search", "لافروف", "--index", "ix").exit_code == 0


def test_new_leaves_a_strangers_meta_json_and_a_file_alone(run, tmp_path, news):
    (tmp_path / "ix").mkdir()
    (tmp_path / "ix" / "meta.json").write_text('{"name": "somebody else\'s"}')
    (tmp_path / "file").write_text("precious")
    for place in ("ix", "file"):
        for options in ([], ["--new"]):
            assert run("index", news, "--index", place, *options).exit_code == 3
    assert names(tmp_path / "ix") == ["meta.json"]
    assert (tmp_path / "file").read_text() == "precious"


def test_an_error_while_building_anew_leaves_the_old_one(tmp_path, built):
    shutil.copytree(built, tmp_path / "ix")
    with pytest.raises(ZeroDivisionError), folders.rebuilt(tmp_path / "ix", None) as index:
        index.add([Article("a", "خبر", ("نص.",))])
        assert len(khabar.open_index(tmp_path / "ix")) == 4, "the old one is searched meanwhile"
        raise ZeroDivisionError
    assert names(tmp_path) == ["ix"]
    assert len(khabar.open_index(tmp_path / "ix")) == 4


def test_a_link_to_an_index_stays_a_link(run, tmp_path, built, news):
    shutil.copytree(built, tmp_path / "real")
    (tmp_path / "ix").symlink_to(tmp_path / "real")
    assert run("index", news, "--index", "ix", "--new").exit_code == 0
    assert (tmp_path / "ix").is_symlink()
    assert run("search", "لافروف", "--index", "real").exit_code == 0


def test_searching_goes_on_while_an_index_is_built_anew(tmp_path, built):
    shutil.copytree(built, tmp_path / "ix")
    stop = threading.Event()
    failures = []

    def keep_searching():
        with khabar.open_index(tmp_path / "ix") as index:
            while not stop.is_set():
                try:
                    assert index.search("لافروف").total in (1, 2)
                except Exception as error:
                    failures.append(error)
                    return

    searcher = threading.Thread(target=keep_searching)
    searcher.start()
    try:
        with folders.rebuilt(tmp_path / "ix", None) as index:
            index.add([Article(f"n{n}", "لافروف", ("نص.",)) for n in range(1)])
    finally:
        stop.set()
        searcher.join()
    assert failures == []


# read


def test_read_prints_articles_that_can_be_indexed_again(run, news, tmp_path):
    result = run("read", news)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["oil", "lavrov", "visit", "hostile"]
    assert not set("\x1b\x9b\u202e") & set(result.stdout)
    (tmp_path / "again.jsonl").write_text(result.stdout, encoding="utf-8")
    again = [json.loads(line) for line in run("read", "again.jsonl").stdout.splitlines()]
    assert [each["paragraphs"] for each in again] == [json.loads(line)["paragraphs"] for line in lines]


def test_read_tells_what_it_left_out(run, tmp_path):
    write_article(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    result = run("read", "in")
    assert result.exit_code == 1
    assert "empty.txt" in result.stderr and result.stdout.count("\n") == 1
    assert run("read", "in/empty.txt").exit_code == 3
    assert run("read", "nosuch").exit_code == 3


# eval


def test_eval(run, tmp_path):
    result = run("eval", SAMPLE, "--run", "out.run", "--format", "json")
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert set(record["metrics"]) == {"nDCG@10", "RR@10", "R@100"}
    assert (record["documents"], record["queries"]) == (46, 46)
    lines = (tmp_path / "out.run").read_text(encoding="utf-8").splitlines()
    assert all(len(line.split()) == 6 for line in lines)


def test_eval_errors(run, tmp_path):
    result = run("eval", tmp_path)
    assert result.exit_code == 3 and "queries.tsv is missing" in result.stderr
    assert run("eval", SAMPLE, "--run", "no/such/folder/x.run").exit_code == 2
    assert run("eval").exit_code == 2


# how far it is


def test_sizes_are_those_of_what_is_inside(news, tmp_path):
    import gzip
    import zipfile

    raw = (news / "wire.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(raw)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(raw))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.jsonl", raw)
        archive.writestr("y.jsonl", raw)
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "e.gz").write_bytes(b"")
    found = {Path(path).name: size for path, size in sizes([tmp_path]).items()}
    assert found == {
        "a.jsonl": len(raw),
        "b.jsonl.gz": len(raw),
        "c.zip": 2 * len(raw),
        "d.zip": 0,
        "e.gz": 0,
    }


def test_the_meter_grows_and_ends_near_the_whole(tmp_path):
    meter = Meter({"/a.zip": 1000, "/b#1.txt": 500, "/c!.jsonl": 500})
    shares = [
        meter.saw(Article(f"{place}{n}", "", ("خ" * 80,), path=place.format(n=n)))
        for place in ("/a.zip!m.json#{n}", "/b#1.txt", "/c!.jsonl#{n}")
        for n in range(5)
    ]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= 0.1 and 0.8 < shares[-1] <= 1.0
    assert meter._file("/c!.jsonl#3") == "/c!.jsonl"


def test_the_meter_does_not_mind_unknown_paths():
    meter = Meter({})
    assert 0 <= meter.saw(Article("a", "", ("x",), path="")) <= 1
    assert inputs.sizes([]) == {}


def test_new_takes_the_place_of_an_index_of_an_earlier_version(run, tmp_path):
    (tmp_path / "a.txt").write_text("عنوان الخبر\n\nنص الخبر هنا.", encoding="utf-8")
    old = tmp_path / "ix"
    old.mkdir()
    (old / "lexicon.bin").write_text("{}")
    (old / "meta.json").write_text('{"format": 3, "engine": "other"}')
    told = run("search", "خبر", "--index", "ix")
    assert told.exit_code == 3 and "format 3" in told.stderr and "--new" in told.stderr
    told = run("rebuild", "--index", "ix")
    assert told.exit_code == 3 and "khabar index SOURCE... --new" in told.stderr
    assert run("index", "a.txt", "--index", "ix", "--new").exit_code == 0
    assert run("search", "خبر", "--index", "ix").exit_code == 0
    assert not (old / "lexicon.bin").exists()


def test_a_picture_beside_the_articles_does_not_end_a_cron_line(run, tmp_path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("عنوان الخبر\n\nنص الخبر كاملًا.", encoding="utf-8")
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe0")
    result = run("index", folder)
    assert result.exit_code == 0
    assert "a.jpg and 1 more: left out: a picture" in result.stdout
    (folder / "c.pdf").write_bytes(b"%PDF")
    assert run("index", folder).exit_code == 1
    assert run("index", folder / "a.jpg", "--index", "other").exit_code == 3
