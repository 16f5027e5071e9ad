"""Reading collections: both layouts, and clear messages about errors in one."""

import gzip
import json

import pytest

from khabar.errors import CollectionError
from khabar.evaluation import read_collection

DOCUMENTS = [
    {"id": "d1", "title": "أسعار النفط", "text": "ارتفعت أسعار النفط.\n\nوقال الوزير.\r\nانتهى."},
    {"id": "d2", "title": None, "text": "فاز المنتخب بالكأس."},
    {"id": 3, "text": "افتتح المعرض\u0085السنوي."},
]


@pytest.fixture
def folder(tmp_path):
    lines = (json.dumps(each, ensure_ascii=False) for each in DOCUMENTS)
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("\ufeffq1\tالنفط\r\nq2\tكأس\tالعالم\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 d1 2\nq1 0 d2 0\nq2 0 d2 1\n\n", encoding="utf-8")
    return tmp_path


def test_documents_queries_and_judgements(folder):
    collection = read_collection(folder)
    assert collection.queries == {"q1": "النفط", "q2": "كأس\tالعالم"}
    assert collection.judgements == {"q1": {"d1": 2, "d2": 0}, "q2": {"d2": 1}}
    first, second, third = collection.documents()
    assert (first.id, first.title) == ("d1", "أسعار النفط")
    assert first.paragraphs == ("ارتفعت أسعار النفط.", "وقال الوزير.", "انتهى.")
    assert (second.title, third.id) == ("", "3")
    assert third.paragraphs == ("افتتح المعرض\u0085السنوي.",)
    assert len(list(collection.documents())) == 3, "documents can be read again"


def test_compressed_documents(folder):
    plain = folder / "corpus.jsonl"
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert [each.id for each in read_collection(str(folder)).documents()] == ["d1", "d2", "3"]


def test_articles_are_judged_by_id_or_by_file_name(tmp_path):
    articles = tmp_path / "articles"
    (articles / "sub").mkdir(parents=True)
    (articles / "01-oil.txt").write_text("أسعار النفط\n\nارتفعت أسعار النفط اليوم.", encoding="utf-8")
    (articles / "sub" / "02-cup.txt").write_text("الكأس\n\nفاز المنتخب بالكأس.", encoding="utf-8")
    record = {"id": "w-1", "title": "معرض", "text": "افتتح المعرض السنوي."}
    (articles / "wire.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("q1\tالنفط\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 01-oil 1\nq1 0 02-cup 0\nq1 0 w-1 0\n", encoding="utf-8")
    found = {each.id for each in read_collection(tmp_path).documents()}
    assert found == {"01-oil", "02-cup", "w-1"}


def test_an_unreadable_article_is_an_error(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "empty.txt").write_bytes(b"")
    (tmp_path / "queries.tsv").write_text("q1\tالنفط\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 d 1\n", encoding="utf-8")
    with pytest.raises(CollectionError, match=r"empty\.txt"):
        list(read_collection(tmp_path).documents())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("queries.tsv", "q1\tأ\nq2 بلا فاصل\n", r"queries\.tsv, line 2: a query is an id, a tab and a text"),
        ("queries.tsv", "q1\tأ\nq1\tب\n", r"queries\.tsv, line 2: the query «q1» occurs twice"),
        ("queries.tsv", "\n", r"queries\.tsv holds no query"),
        ("queries.tsv", "q1\tأ\n", r"judges the query «q2», which is not in"),
        ("qrels.txt", "q1 0 d1 1\nq1 d1 1\n", r"qrels\.txt, line 2: a judgement is four words"),
        ("qrels.txt", "q1 0 d1 نعم\n", r"qrels\.txt, line 1: the grade «نعم» is not a whole number"),
        ("qrels.txt", "q1 0 d1 1\n\nq1 0 d1 2\n", r"line 3: «d1» is judged 1 and 2 for the query «q1»"),
        ("qrels.txt", "", r"qrels\.txt holds no judgement"),
    ],
)
def test_malformed_queries_and_judgements(folder, name, content, message):
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(CollectionError, match=message):
        read_collection(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a", "text": "أ"}\n{"id": \n', r"line 2: this is not JSON"),
        ("[]\n", r"line 1: a document is an object"),
        ('{"id": "a"}\n', r"line 1: a document has a text «id» and a text «text»"),
        ('{"id": "", "text": "أ"}\n', r"line 1: a document has"),
        ('{"id": "a", "text": "أ", "title": 3}\n', r"line 1: a document has"),
        ('{"id": "a", "text": "أ"}\n{"id": "a", "text": "ب"}\n', r"line 2: the document «a» occurs twice"),
    ],
)
def test_malformed_documents(folder, content, message):
    (folder / "corpus.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(CollectionError, match=message):
        list(read_collection(folder).documents())


def test_bytes_that_are_not_utf8_and_a_truncated_archive(folder):
    (folder / "queries.tsv").write_bytes("q1\tالنفط".encode("windows-1256"))
    with pytest.raises(CollectionError, match=r"queries\.tsv, near line 1: this is not UTF-8"):
        read_collection(folder)
    (folder / "queries.tsv").write_text("q1\tأ\nq2\tب\n", encoding="utf-8")
    whole = gzip.compress((folder / "corpus.jsonl").read_bytes())
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CollectionError, match=r"corpus\.jsonl\.gz"):
        list(read_collection(folder).documents())


@pytest.mark.parametrize("name", ["queries.tsv", "qrels.txt"])
def test_a_missing_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(CollectionError, match=f"{name} is missing"):
        read_collection(folder)


def test_no_documents_and_no_folder(folder):
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(CollectionError, match=r"neither corpus\.jsonl nor"):
        read_collection(folder)
    with pytest.raises(CollectionError, match="is not a folder"):
        read_collection(folder / "nowhere")
