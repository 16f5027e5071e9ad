"""Names of several articles → who and what is named in them, each with all its spellings.

Names are joined only if something says that they are one:

1. In an article, a short name is the long one that it is a part of («بن سلمان» of «محمد بن سلمان»,
   «لافروف» of «سيرغي لافروف»), if there is only one such.
2. Spellings of the same letters are one (عبد الله, عبدالله), and so are those of a foreign name
   (:func:`khabar.analysis.variants.same_name`).
3. Across articles a short name is the long one if it was so in articles that have both, and hardly ever
   another one; a family name alone, if nearly all who bear it in these articles are one person.

What is left of single words stays a name of its own only where titles say so in two articles; else it is left
out. Two people with the same name cannot be told apart; that is said, not solved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from khabar.analysis.fold import strip_marks
from khabar.analysis.names import loan_key
from khabar.analysis.variants import same_name
from khabar.entities.values import GIVEN, HEADED, SPOKEN, Mention, NameKind
from khabar.entities.word_lists import SOVEREIGN, folded

__all__ = ["Found", "Merged", "merge"]

#: Of the articles in which a short name stands beside a long one, or of those who bear a family name, the
#: share that must be one person.
_SURE = 0.8
_NO_QUOTES = str.maketrans(dict.fromkeys('«»"“”()', " "))
#: With what evidence begins that is no title.
_NO_TITLE = frozenset((GIVEN[0], SPOKEN, HEADED))
_SOVEREIGN = folded(SOVEREIGN)


class Found(msgspec.Struct, frozen=True):
    """A mention as it is counted: what it says, not where it stands.

    Attributes:
        kind, key, evidence, alone: as in :class:`~khabar.entities.values.Mention`.
        text: as written.
    """

    kind: NameKind
    key: str
    text: str
    evidence: tuple[str, ...]
    alone: bool

    @classmethod
    def of(cls, text: str, mention: Mention) -> Found:
        """What a mention in a text says."""
        written = text[mention.start : mention.end]
        if written.startswith("ل") and mention.key.startswith("ال"):
            # Behind «ل» the article has no alef.
            written = "ا" + written
        written = strip_marks(" ".join(written.translate(_NO_QUOTES).split()))
        return cls(mention.kind, mention.key, written, mention.evidence, mention.alone)


class Merged(msgspec.Struct):
    """A name and where it stands.

    Attributes:
        kind: see :class:`~khabar.entities.values.Mention`.
        key: the key that stands for all its spellings.
        articles: the numbers of the articles that have it.
        spellings: how many articles have each spelling.
        evidence: how many articles have each title or other evidence.
        keys: all its keys.
    """

    kind: NameKind
    key: str
    articles: set[int]
    spellings: Counter[str]
    evidence: Counter[str]
    keys: set[str]

    @property
    def text(self) -> str:
        """The spelling to show: the most frequent one; of a person the most frequent full name."""
        several = {text: count for text, count in self.spellings.items() if " " in text}
        if self.kind != "person" or not several:
            several = self.spellings
        return min(several, key=lambda text: (-several[text], -len(text), text))


class _Forest:
    """Which keys are one: each has a parent, up to the key that stands for all."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        """The key that stands for a key."""
        path = []
        while (parent := self._parents.get(key)) is not None:
            path.append(key)
            key = parent
        for each in path[:-1]:
            self._parents[each] = key
        return key

    def join(self, key: str, into: str) -> None:
        """Let one key stand for another."""
        key, into = self.root(key), self.root(into)
        if key != into:
            self._parents[key] = into


def merge(articles: Iterable[Sequence[Found]]) -> list[Merged]:
    """The names of some articles, those in most articles first.

    Args:
        articles: the mentions of each.
    """
    by_kind: dict[NameKind, list[list[Found]]] = {"person": [], "place": [], "organisation": []}
    for mentions in articles:
        of_kind: dict[NameKind, list[Found]] = {"person": [], "place": [], "organisation": []}
        for each in mentions:
            of_kind[each.kind].append(each)
        for kind, found in of_kind.items():
            by_kind[kind].append(found)
    merged = [
        *_counted(by_kind["person"], _people(by_kind["person"])),
        *_counted(by_kind["place"], _alike(by_kind["place"])),
        *_counted(by_kind["organisation"], _bodies(by_kind["organisation"])),
    ]
    merged.sort(key=lambda name: (-len(name.articles), name.kind, name.key))
    return merged


#: For each article, the key that a key of it stands for; "" for a name that is left out.
_Joined = list[dict[str, str]]


def _counted(articles: Sequence[Sequence[Found]], joined: _Joined) -> Iterable[Merged]:
    names: dict[str, Merged] = {}
    for number, (mentions, keys) in enumerate(zip(articles, joined, strict=True)):
        seen: set[tuple[str, str]] = set()
        for each in mentions:
            key = keys[each.key]
            if not key:
                continue
            name = names.get(key)
            if name is None:
                name = names[key] = Merged(each.kind, key, set(), Counter(), Counter(), set())
            name.articles.add(number)
            name.keys.add(each.key)
            if (key, each.text) not in seen:
                seen.add((key, each.text))
                name.spellings[each.text] += 1
            for evidence in each.evidence:
                if (key, "\0" + evidence) not in seen:
                    seen.add((key, "\0" + evidence))
                    name.evidence[strip_marks(" ".join(evidence.split()))] += 1
    return names.values()


def _counts(articles: Sequence[Sequence[Found]], alone: bool = False) -> Counter[str]:
    """In how many articles each key stands, single words apart."""
    counts: Counter[str] = Counter()
    for mentions in articles:
        counts.update({each.key for each in mentions if each.alone is alone})
    return counts


def _respelled(counts: Counter[str], forest: _Forest) -> None:
    """Join keys that are spellings of one name, the rarer to the more frequent."""
    letters: dict[str, str] = {}
    sounds: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in sorted(counts, key=lambda each: (-counts[each], each)):
        together = key.replace(" ", "")
        if together in letters:
            forest.join(key, letters[together])
            continue
        letters[together] = key
        if together[0] in "وفبل" and together[1:] in letters:
            # «وبايدن» beside «بايدن»: the particle of a word that no list has.
            forest.join(key, letters[together[1:]])
            continue
        parts = key.split()
        sound = tuple(loan_key(part) or part for part in parts)
        for other in sounds[sound]:
            if all(
                one == two or (not one.startswith("ال") and same_name(one, two, False))
                for one, two in zip(parts, other.split(), strict=True)
            ):
                forest.join(key, other)
                break
        else:
            sounds[sound].append(key)


def _alike(articles: Sequence[Sequence[Found]]) -> _Joined:
    """Places: spellings of one name alone are joined."""
    forest = _Forest()
    _respelled(_counts(articles), forest)
    return [{each.key: forest.root(each.key) for each in mentions} for mentions in articles]


def _bodies(articles: Sequence[Sequence[Found]]) -> _Joined:
    """Organisations: in an article, «وزارة الخارجية» is «وزارة الخارجية الروسية», if no other one is
    there."""
    forest = _Forest()
    _respelled(_counts(articles), forest)
    joined: _Joined = []
    for mentions in articles:
        roots = {each.key: forest.root(each.key) for each in mentions}
        here = set(roots.values())
        longer = {key: [other for other in here if other.startswith(key + " ")] for key in here if " " in key}
        joined.append(
            {key: longer[root][0] if len(longer.get(root, ())) == 1 else root for key, root in roots.items()}
        )
    return joined


def _is_part(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a name is a longer one with some of its parts left out, but the first."""
    if len(short) >= len(long) or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(part in rest for part in short)


def _people(articles: Sequence[Sequence[Found]]) -> _Joined:
    forest = _Forest()
    counts = _counts(articles)
    _respelled(counts, forest)
    full = [{forest.root(each.key) for each in mentions if not each.alone} for mentions in articles]
    # Which long name a short one was in articles that have both.
    beside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for here in full:
        for short, long in _inside(here).items():
            beside[short][long] += 1
    of_first: defaultdict[str, list[str]] = defaultdict(list)
    roots = Counter({key: 0 for here in full for key in here})
    for here in full:
        roots.update(here)
    for key in roots:
        of_first[key.split()[0]].append(key)
    for short in sorted(roots, key=lambda key: len(key.split())):
        best = beside[short].most_common(1)
        if not best:
            continue
        parts = short.split()
        longer = [key for key in of_first[parts[0]] if _is_part(parts, key.split())]
        chosen = best[0][0]
        others = [key for key in longer if key != chosen and not _compatible(key.split(), chosen.split())]
        against = sum(roots[key] for key in others)
        if roots[chosen] + beside[short][chosen] >= _SURE * (roots[chosen] + beside[short][chosen] + against):
            forest.join(short, chosen)
    families: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rulers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mentions in articles:
        for key in {each.key for each in mentions if not each.alone}:
            parts = key.split()
            families[parts[-1]][forest.root(key)] += 1
        for each in mentions:
            if not each.alone and _ruled(each):
                rulers[each.key.split()[0]][forest.root(each.key)] += 1
    kept = _kept_alone(articles)
    return [_resolved(mentions, forest, families, rulers, kept) for mentions in articles]


def _compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two long names can be one person: one is a part of the other, or begins like it."""
    return _is_part(one, other) or _is_part(other, one)


def _inside(keys: set[str]) -> dict[str, str]:
    """For each name of an article that is a part of exactly one longer one there: that one."""
    found = {}
    split = {key: key.split() for key in keys}
    for key, parts in split.items():
        longer = [other for other, others in split.items() if _is_part(parts, others)]
        # Of «محمد سلمان», «محمد سلمان عبدالعزيز» and «محمد سلمان عبدالعزيز ال سعود» the longest.
        longest = max(longer, key=lambda other: len(split[other]), default=None)
        if longest is not None and all(
            other == longest or _is_part(split[other], split[longest]) for other in longer
        ):
            found[key] = longest
    return found


def _ruled(mention: Found) -> bool:
    """Whether a title says that it is a king or the like."""
    from khabar.analysis.fold import fold

    return any(fold(word) in _SOVEREIGN for each in mention.evidence[:1] for word in each.split())


def _kept_alone(articles: Sequence[Sequence[Found]]) -> set[str]:
    """Single words that are names of their own: titles say so in two articles."""
    titled: Counter[str] = Counter()
    for mentions in articles:
        titled.update({each.key for each in mentions if each.alone and _titled(each)})
    return {key for key, count in titled.items() if count > 1}


def _titled(mention: Found) -> bool:
    return bool(mention.evidence) and mention.evidence[0][0] not in _NO_TITLE


def _resolved(
    mentions: Sequence[Found],
    forest: _Forest,
    families: dict[str, Counter[str]],
    rulers: dict[str, Counter[str]],
    kept: set[str],
) -> dict[str, str]:
    """The names that the keys of an article stand for."""
    found = {each.key: forest.root(each.key) for each in mentions if not each.alone}
    here = set(found.values())
    inside = _inside(here)
    found = {key: inside.get(root, root) for key, root in found.items()}
    keys = list(found)
    for each in mentions:
        if not each.alone or each.key in found:
            continue
        ruled = _ruled(each)
        beside = {
            found[key]
            for key in keys
            if key.split()[-1] == each.key or (ruled and key.split()[0] == each.key)
        }
        if len(beside) == 1:
            found[each.key] = beside.pop()
            continue
        bearers = rulers.get(each.key) if ruled and GIVEN in each.evidence else families.get(each.key)
        best = _surely(bearers) if bearers and not beside else ""
        found[each.key] = best or (each.key if each.key in kept and not beside else "")
    return found


def _surely(bearers: Counter[str]) -> str:
    """The one who nearly all are; "" if nobody is."""
    name, count = bearers.most_common(1)[0]
    return name if count >= 2 and count >= _SURE * sum(bearers.values()) else ""
