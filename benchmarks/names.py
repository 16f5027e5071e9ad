"""How often a name that khabar finds is one: samples to be judged by hand, and the figures of the judgements.

    python benchmarks/names.py sample FILE --from ARTICLES [--kind KIND] [--seed N] [--count N]
    python benchmarks/names.py merges FILE --from ARTICLES [--seed N] [--count N]
    python benchmarks/names.py recall FILE --from ARTICLES [--seed N] [--count N]
    python benchmarks/names.py judge FILE 3:not-a-name 17:border 40:kind
    python benchmarks/names.py score FILE…
    python benchmarks/names.py cost --from ARTICLES [--count N]
    python benchmarks/names.py known --from COLLECTION

``--from`` is an index, or files that khabar reads. ``sample`` draws mentions, one an article, prints each in
its sentence and writes where it stands to FILE; ``judge`` writes what is wrong with some of them (all others
are right), and ``score`` gives the share of right ones with a 95 % interval (Wilson). ``merges`` does the
same with names that were joined from several spellings. ``recall`` prints whole articles with what was found
in brackets; the names that were missed are counted by hand and judged as ``LINE:found=N missed=N``. ``known``
asks for the persons of a retrieval collection in the articles that name them. The files
hold ids, offsets and verdicts, and no text of an article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import khabar
from khabar.analysis.fold import fold
from khabar.corpus.article import Article
from khabar.entities.finding import Finder
from khabar.entities.merging import Found, merge
from khabar.entities.values import KINDS

#: Characters of the text around a mention that are printed.
_AROUND = 45


def articles_of(place: str) -> list[Article]:
    """All articles of an index or of files."""
    try:
        with khabar.open_index(place) as index:
            return list(index.articles())
    except khabar.IndexNotFound:
        return list(khabar.read(place))


def drawn(place: str, seed: int, count: int) -> list[Article]:
    """Some articles, by chance."""
    articles = sorted(articles_of(place), key=lambda each: each.id)
    return random.Random(seed).sample(articles, min(count, len(articles)))


def passages(article: Article) -> tuple[str, ...]:
    return article.title, *article.paragraphs


def sample(arguments: argparse.Namespace) -> None:
    """Draw mentions."""
    finder = Finder()
    rng = random.Random(arguments.seed)
    rows: list[str] = []
    wanted = Counter(dict.fromkeys(arguments.kind or KINDS, arguments.count))
    for article in drawn(arguments.source, arguments.seed, 8 * arguments.count):
        if not +wanted:
            break
        found = [
            (number, text, mention)
            for number, text in enumerate(passages(article))
            for mention in finder.mentions(text)
            if wanted[mention.kind] > 0
        ]
        if not found:
            continue
        # The kind first, so that kinds with many mentions do not leave the others without articles.
        kind = rng.choice(sorted({mention.kind for _, _, mention in found}))
        number, text, mention = rng.choice([each for each in found if each[2].kind == kind])
        wanted[kind] -= 1
        rows.append(f"{article.id}\t{number}\t{mention.start}\t{mention.end}\t{kind}\tright")
        before = text[max(0, mention.start - _AROUND) : mention.start]
        after = text[mention.end : mention.end + _AROUND]
        print(
            f"{len(rows)} {kind[:2]} {before}[[{text[mention.start : mention.end]}]]{after}".replace(
                "\n", " "
            )
        )
    Path(arguments.file).write_text("\n".join(rows) + "\n", encoding="utf-8")


def merges(arguments: argparse.Namespace) -> None:
    """Draw names that were joined from several keys, in the articles of random 500."""
    finder = Finder()
    found = [
        [Found.of(text, mention) for text in passages(article) for mention in finder.mentions(text)]
        for article in drawn(arguments.source, arguments.seed, 2000)
    ]
    names = [name for name in merge(found) if len(name.keys) > 1]
    rng = random.Random(arguments.seed)
    rows = []
    for name in rng.sample(names, min(arguments.count, len(names))):
        key = rng.choice(sorted(name.keys - {name.key}) or sorted(name.keys))
        rows.append(f"{name.key}\t{key}\t\t\t{name.kind}\tright")
        print(f"{len(rows)} {name.kind[:2]} {key} -> {name.key}   ({len(name.articles)})")
    Path(arguments.file).write_text("\n".join(rows) + "\n", encoding="utf-8")


def recall(arguments: argparse.Namespace) -> None:
    """Print articles with what was found."""
    finder = Finder()
    rows = []
    for place, article in enumerate(drawn(arguments.source, arguments.seed, arguments.count), 1):
        counts: Counter[str] = Counter()
        print(f"=== {place}")
        for text in passages(article):
            marked, last = "", 0
            for mention in finder.mentions(text):
                counts[mention.kind] += 1
                marked += (
                    f"{text[last : mention.start]}[{mention.kind[:2]} {text[mention.start : mention.end]}]"
                )
                last = mention.end
            print(marked + text[last:])
        rows += [f"{article.id}\t\t\t\t{kind}\tfound={counts[kind]} missed=0" for kind in KINDS]
    Path(arguments.file).write_text("\n".join(rows) + "\n", encoding="utf-8")


def judge(arguments: argparse.Namespace) -> None:
    """Write verdicts into a file of judgements: the number of a line and what is wrong with it."""
    path = Path(arguments.file)
    rows = path.read_text(encoding="utf-8").splitlines()
    for each in arguments.verdicts:
        number, _, verdict = each.partition(":")
        fields = rows[int(number) - 1].split("\t")
        rows[int(number) - 1] = "\t".join([*fields[:-1], verdict])
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half


def score(arguments: argparse.Namespace) -> None:
    """Print the figures of some files of judgements."""
    for file in arguments.files:
        verdicts: dict[str, Counter[str]] = {}
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            *_, kind, verdict = line.split("\t")
            if verdict.startswith("found="):
                found, missed = (int(part.partition("=")[2]) for part in verdict.split())
                verdicts.setdefault(kind, Counter()).update({"found": found, "missed": missed})
            else:
                verdicts.setdefault(kind, Counter())[verdict] += 1
        print(file)
        for kind, counts in sorted(verdicts.items()):
            total = sum(counts.values())
            right = counts["right"] + counts["found"]
            low, high = interval(right, total)
            wrong = ", ".join(
                f"{name} {n}" for name, n in counts.most_common() if name not in ("right", "found")
            )
            print(f"  {kind:<13} {right / total:.3f} of {total:>4} ({low:.3f} to {high:.3f})  {wrong}")


def known(arguments: argparse.Namespace) -> None:
    """Print how many of the persons that a collection asks for are found in the articles that name them."""
    folder = Path(arguments.source)
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = {each["id"]: each["text"] for each in map(json.loads, file)}
    queries = dict(line.split("\t") for line in (folder / "queries.tsv").read_text("utf-8").splitlines())
    finder = Finder()
    found = pairs = 0
    for line in (folder / "qrels.txt").read_text("utf-8").splitlines():
        query, _, document, relevance = line.split()
        if int(relevance) < 1:
            continue
        pairs += 1
        wanted = " ".join(map(fold, queries[query].split())).replace("عبد ال", "عبدال").split()
        for text in texts[document].split("\n"):
            keys = [each.key.split() for each in finder.mentions(text) if each.kind == "person"]
            # In the order of the name, with others between: «محمد العريفي» is in «محمد بن علي العريفي».
            if any(all(word in rest for word in wanted) for rest in map(iter, keys)):
                found += 1
                break
    print(f"{found} of {pairs} articles, for {len(queries)} names: {found / pairs:.3f}")


def cost(arguments: argparse.Namespace) -> None:
    """Print how long finding and merging take."""
    chosen = drawn(arguments.source, arguments.seed, arguments.count)
    finder = Finder()
    for repeat in ("first", "again"):
        began = time.process_time()
        found = [
            [Found.of(text, mention) for text in passages(article) for mention in finder.mentions(text)]
            for article in chosen
        ]
        between = time.process_time()
        names = merge(found)
        ended = time.process_time()
        words = sum(len(text.split()) for article in chosen for text in passages(article))
        print(
            f"{repeat}: {len(chosen)} articles, {words} words: finding {between - began:.2f} s "
            f"({(between - began) / len(chosen) * 1000:.2f} ms an article), merging {ended - between:.2f} s; "
            f"{sum(map(len, found))} mentions, {len(names)} names",
            flush=True,
        )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for name, run in (
        ("sample", sample),
        ("merges", merges),
        ("recall", recall),
        ("cost", cost),
        ("known", known),
    ):
        command = commands.add_parser(name)
        if name not in ("cost", "known"):
            command.add_argument("file")
        command.add_argument("--from", dest="source", required=True)
        command.add_argument("--kind", action="append", choices=KINDS)
        command.add_argument("--seed", type=int, default=18)
        command.add_argument("--count", type=int, default=1000 if name == "cost" else 100)
        command.set_defaults(run=run)
    command = commands.add_parser("judge")
    command.add_argument("file")
    command.add_argument("verdicts", nargs="*")
    command.set_defaults(run=judge)
    command = commands.add_parser("score")
    command.add_argument("files", nargs="+")
    command.set_defaults(run=score)
    chosen = parser.parse_args(arguments)
    chosen.run(chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
