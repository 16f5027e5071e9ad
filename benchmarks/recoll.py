"""khabar beside Recoll, on the same text files: time, size, and what a word finds that was written otherwise.

    python benchmarks/recoll.py                    all of SaudiNewsNet, a text file an article
    python benchmarks/recoll.py --articles 1500
    python benchmarks/recoll.py --parts words
    python benchmarks/recoll.py --parts collections --collections ../shared/data/ir/saudi-headlines
    python benchmarks/recoll.py --folder DIR       keep files and indexes there and use them again

It takes ``recollindex`` and ``recollq`` (Debian's ``recollcmd``). Recoll stems Arabic with Xapian's Snowball
stemmer, which is switched on here (``indexstemminglanguages = arabic``); it asks for all words, as its
program does by default, or for any of them where that is said.

What a word finds: of a pair of words that mean the same, such as «رئيس» and «رؤساء», one is asked, and the
articles are counted that have the other and not the first. Which articles these are is told by comparing
letters, without either program's analysis; harakat and tatweel are left out on both sides. The pairs are
those of ``tests/analysis/pairs`` and of this file. khabar's lists were made with the first half of the
former in view, so they favour khabar; those of this file are of spelling alone.
"""

from __future__ import annotations

import argparse
import base64
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lucene
from common import Table, machine, median, percentile
from processes import run
from systems import khabar_command
from texts import ROOT, Texts

import khabar
from khabar.evaluation import read_collection
from khabar.evaluation.run import score

#: How many documents of a collection are asked for; nDCG@10 looks at ten.
DEPTH = 10
PAIRS = ROOT / "tests" / "analysis" / "pairs"
#: What is written above and below letters, and between them.
MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
WORD = re.compile("[\u0621-\u064a]+")
#: Three words of a text, the second with a mark that is not only that of a doubled letter or of an ending.
PHRASE = re.compile(
    "(?<![\u0621-\u0652])[\u0621-\u064a]{3,} (?=[^ ]*[\u064b\u064d-\u0650\u0652])[\u0621-\u0652]{4,} "
    "[\u0621-\u064a]{3,}(?![\u0621-\u0652])"
)

#: Spellings that newsrooms mix: hamza, final ya, ta marbuta.
LETTERS = (
    *("أسعار اسعار", "إسرائيل اسرائيل", "الأمن الامن", "إيران ايران", "أحمد احمد", "الإرهاب الارهاب"),
    *("الآن الان", "القرآن القران", "السعودي السعودى", "العربي العربى", "الوطني الوطنى", "التي التى"),
    *("المملكة المملكه", "الجامعة الجامعه", "مكة مكه", "جدة جده", "الحكومة الحكومه", "أميركا اميركا"),
)
#: Names that are written in one piece or in two.
NAMES = tuple(
    f"عبد{name} عبد {name}"
    for name in (
        *("الله", "الرحمن", "العزيز", "الكريم", "اللطيف", "المحسن", "الحميد", "الرحيم"),
        *("الملك", "الوهاب", "القادر", "السلام", "الرزاق", "الفتاح", "الهادي", "المجيد"),
    )
)


@dataclass
class Asked:
    """One program: how it is asked for all articles with a word or phrase, and in order."""

    name: str
    every: Callable[[str], set[str]]


def main() -> int:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, metavar="N", help="so many articles (default: all)")
    parser.add_argument("--collections", type=Path, nargs="+", default=[], metavar="DIR", help="score these")
    parser.add_argument(
        "--parts", nargs="+", choices=list(MEASURED), default=list(MEASURED), help="only these"
    )
    parser.add_argument("--sample", action="store_true", help="the sample corpus, even where news is there")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep files and indexes here")
    chosen = parser.parse_args()
    if not shutil.which("recollq") or not shutil.which("recollindex"):
        print("recollindex and recollq are not there: apt-get install recollcmd", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="khabar-recoll-") as temporary:
        folder = (chosen.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        print(machine() + "\n", flush=True)
        texts = Texts(folder, chosen.articles, sample=chosen.sample)
        for part in chosen.parts:
            for table in MEASURED[part](folder, texts, chosen.collections):
                print(table.markdown() + "\n", flush=True)
    return 0


def indexed(folder: Path, texts: Texts, _: list[Path]) -> Iterator[Table]:
    """Indexing and searching."""
    files, ours, theirs = places(texts)
    rows = []
    for name, index, command in (
        ("khabar", ours, [*khabar_command(), "index", str(files), "--index", str(ours)]),
        ("Recoll", theirs, recoll_command(theirs)),
    ):
        if index.exists():
            shutil.rmtree(index)
        if name == "Recoll":
            configured(theirs, files)
        cost = run(command, allowed=(0, 1))
        size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6
        rows.append((name, (cost.wall, cost.cpu, cost.peak_mb, size)))
    columns = ("", "seconds", "of processor", "peak memory, MB", "index, MB")
    yield Table(f"Indexing {texts.count:,} text files", columns, tuple(rows))
    yield Table(
        "One query, a process each, milliseconds",
        ("", "p50", "p95", "of processor, p50"),
        tuple(
            (name, timed(ask, texts.queries(20).short))
            for name, ask in (
                ("khabar", lambda q: [*khabar_command(), "search", q, "--index", str(ours), "-n", "10"]),
                ("Recoll", lambda q: ["recollq", "-c", str(theirs), "-n", "10", "-A", q]),
            )
        ),
    )


def places(texts: Texts) -> tuple[Path, Path, Path]:
    """The text files, khabar's index of them, and Recoll's."""
    articles = ((each.id, each.title, each.paragraphs) for each in texts.articles())
    files = written(texts.folder / "files", articles)
    return files, texts.folder / "khabar-of-files", texts.folder / "recoll"


def words(folder: Path, texts: Texts, _: list[Path]) -> Iterator[Table]:
    """What a word finds that is written otherwise."""
    files, ours, theirs = places(texts)
    if not ours.exists():
        run([*khabar_command(), "index", str(files), "--index", str(ours)], allowed=(0, 1))
    if not theirs.exists():
        configured(theirs, files)
        run(recoll_command(theirs))
    marked, named = written_words(texts)
    with khabar.open_index(ours) as index:
        programs = [
            Asked("khabar", lambda query: {name_of(each.path) for each in index.choose(query=query)}),
            Asked("Recoll", lambda query: set(recoll_answer(theirs, query, any_word=False))),
        ]
        if classpath := lucene.compiled(folder):
            programs.append(Asked(f"Lucene {lucene.version()}", by_terms(classpath, marked, named)))
        yield found(marked, named, programs)


def by_terms(classpath: str, marked: dict[str, str], named: dict[str, set[str]]) -> Callable[[str], set[str]]:
    """Lucene's ArabicAnalyzer: the articles with a word, or a phrase, of the same terms."""
    asked = [word for pairs in kinds().values() for pair in pairs for word in pair]
    texts = [*named, *marked, *asked, *(MARKS.sub("", phrase) for phrase in marked)]
    # A line of its own each, in one go: starting Java takes half a second.
    terms = dict(zip(texts, lucene.analysed(classpath, texts), strict=True))
    articles: dict[str, set[str]] = {}
    for text in (*named, *marked):
        articles.setdefault(terms[text], set()).update(named.get(text) or {marked[text]})
    return lambda query: articles.get(terms[query.strip('"')], set())


def kinds() -> dict[str, list[tuple[str, str]]]:
    """What is written otherwise: pairs of the word that is asked and the one that articles have."""
    return {
        "hamza, final ya, ta marbuta": both_ways(each.split(" ", 1) for each in LETTERS),
        "names in one piece and in two": both_ways(each.split(" ", 1) for each in NAMES),
        "spellings of foreign names": both_ways(read_pairs("spellings.txt")),
        "singular and broken plural": both_ways(read_pairs("plurals.txt")),
    }


def written_words(texts: Texts) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Phrases with harakat and the article of each; words, and names of two, without marks, and the articles
    of each."""
    marked: dict[str, str] = {}
    named: dict[str, set[str]] = {}
    for article in texts.articles():
        whole = " \n ".join((article.title, *article.paragraphs))
        name = file_name(article.id)
        bare = WORD.findall(MARKS.sub("", whole))
        for word in {*bare, *(" ".join(pair) for pair in pairwise(bare) if pair[0] == "عبد")}:
            named.setdefault(word, set()).add(name)
        for phrase in PHRASE.findall(whole)[:1]:
            marked.setdefault(phrase, name)
    chosen = list(marked.items())[:: max(1, len(marked) // 100)][:100]
    return dict(chosen), named


def found(marked: dict[str, str], named: dict[str, set[str]], programs: list[Asked]) -> Table:
    """What a word finds that is written otherwise: of the articles that have the other word of a pair."""
    rows = []
    for kind, pairs in kinds().items():
        wanted = [(asked, named[other] - named.get(asked, set())) for asked, other in pairs if other in named]
        wanted = [(asked, names) for asked, names in wanted if names]
        figures = [
            share(len(names & program.every(quoted(asked))) / len(names) for asked, names in wanted)
            for program in programs
        ]
        rows.append((f"{kind} ({len(wanted)})", tuple(figures)))
    figures = [
        share(float(name in program.every(f'"{MARKS.sub("", phrase)}"')) for phrase, name in marked.items())
        for program in programs
    ]
    rows.append((f"a phrase without its harakat ({len(marked)})", tuple(figures)))
    return Table(
        "What is found of what is written otherwise",
        ("the query has one, the article the other", *(program.name for program in programs)),
        tuple(rows),
    )


def share(values: Iterable[float]) -> str:
    """Their mean; of none there is none."""
    found = list(values)
    return f"{statistics.fmean(found):.0%}" if found else "–"


def quoted(words: str) -> str:
    """Two words as what they are for both programs: a name, next to one another."""
    return f'"{words}"' if " " in words else words


def both_ways(pairs: Iterable[list[str]]) -> list[tuple[str, str]]:
    """Each pair, asked from either side."""
    return [way for one, other in pairs for way in ((one, other), (other, one))]


def read_pairs(name: str) -> Iterator[list[str]]:
    """The pairs of a list of the tests."""
    for line in (PAIRS / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split()[:2]


def scored(folder: Path, _: Texts, collections: list[Path]) -> Iterator[Table]:
    """nDCG@10 of khabar and of Recoll, asked for any word, on retrieval collections."""
    rows = []
    for place in collections:
        collection = read_collection(place)
        documents = list(collection.documents())
        files = written(
            folder / place.name / "files", ((each.id, each.title, each.paragraphs) for each in documents)
        )
        names = {file_name(each.id): each.id for each in documents}
        theirs = folder / place.name / "recoll"
        if not theirs.exists():
            configured(theirs, files)
            run(recoll_command(theirs))
        run_of = {
            query: [
                (names[name], float(DEPTH - at))
                for at, name in enumerate(recoll_answer(theirs, plain(text), any_word=True))
            ]
            for query, text in collection.queries.items()
        }
        with tempfile.TemporaryDirectory() as temporary, khabar.create_index(temporary + "/index") as index:
            index.add(documents, batch=None)
            answers = {
                query: [(hit.article.id, hit.score) for hit in index.search(text, limit=DEPTH, syntax=False)]
                for query, text in collection.queries.items()
            }
        figures = [score(each, collection.judgements).metrics["nDCG@10"] for each in (answers, run_of)]
        rows.append((f"{place.name} ({len(collection.queries)})", tuple(f"{each:.3f}" for each in figures)))
    yield Table("nDCG@10", ("collection (queries)", "khabar", "Recoll, any word"), tuple(rows))


def plain(text: str) -> str:
    """A text without signs that Recoll's language knows."""
    return " ".join(re.findall(r"\w+", MARKS.sub("", text)))


# files


def file_name(identity: str) -> str:
    """The name of an article's file: what is not a letter or digit would be escaped in addresses."""
    return re.sub(r"[^A-Za-z0-9]", "-", identity) + ".txt"


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def written(folder: Path, articles: Iterable[tuple[str, str, Iterable[str]]]) -> Path:
    """A text file an article, a thousand a folder: the title, then the paragraphs."""
    if not folder.exists():
        begun = folder.with_name(folder.name + ".begun")
        shutil.rmtree(begun, ignore_errors=True)
        for at, (identity, title, paragraphs) in enumerate(articles):
            place = begun / f"{at // 1000:03}"
            place.mkdir(parents=True, exist_ok=True)
            text = "\n\n".join((title, *paragraphs)) if title else "\n\n".join(paragraphs)
            (place / file_name(identity)).write_text(text + "\n", encoding="utf-8")
        begun.rename(folder)
    return folder


# Recoll


def configured(place: Path, files: Path) -> None:
    """A folder of settings for Recoll, which also keeps its index there."""
    place.mkdir(parents=True)
    (place / "recoll.conf").write_text(
        f"topdirs = {files}\nindexstemminglanguages = arabic\nfollowLinks = 1\n", encoding="utf-8"
    )


def recoll_command(place: Path) -> list[str]:
    return ["recollindex", "-c", str(place)]


def recoll_answer(place: Path, query: str, *, any_word: bool) -> list[str]:
    """The names of the files that Recoll finds, in its order."""
    which = ["-o", "-n", str(DEPTH)] if any_word else ["-n", "0"]
    done = subprocess.run(
        ["recollq", "-c", str(place), *which, "-s", "arabic", "-F", "url", query],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line.strip() for line in done.stdout.splitlines()[2:] if line.strip()]
    return [name_of(unquote(urlsplit(base64.b64decode(line).decode()).path)) for line in lines]


def timed(ask: Callable[[str], list[str]], queries: Iterable[str]) -> tuple[float, float, float]:
    """The median and the 95th percentile of the whole process, and the median of its processor time, in
    milliseconds, after one to warm up."""
    queries = list(queries)
    run(ask(queries[0]), allowed=(0, 1))
    costs = [run(ask(each), allowed=(0, 1)) for each in queries]
    walls = [cost.wall * 1000 for cost in costs]
    return median(walls), percentile(walls, 0.95), median([cost.cpu * 1000 for cost in costs])


MEASURED = {"index": indexed, "words": words, "collections": scored}

if __name__ == "__main__":
    raise SystemExit(main())
