"""Merges the mentions of several articles into names, each with all its spellings.

Names are joined only if there is evidence that they are the same:

1. In an article, a short name is joined with the long name that it is a part of («بن سلمان» with «محمد بن
   سلمان», «لافروف» with «سيرغي لافروف»), if there is only one.
2. Spellings with the same letters are joined (عبد الله, عبدالله), and so are those of a foreign name
   (:func:`khabar.analysis.variants.same_name`).
3. Across articles, a short name is joined with the long name that it means in articles with both, if it
   hardly ever means another; a family name alone is joined with a person if nearly everyone with that name in
   these articles is that person.

Of the single words that remain, only those with a title in two articles stay names; the others are left out.
Two people with the same name are not distinguished; the documentation says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from khabar.analysis.fold import fold, strip_marks
from khabar.analysis.names import loan_key
from khabar.analysis.variants import same_name
from khabar.entities.values import GIVEN, HEADED, SPOKEN, Mention, NameKind
from khabar.entities.word_lists import SOVEREIGN, folded

__all__ = ["Found", "Merged", "merge"]

#: Minimum share of one person among the articles that have a short name beside a long one, or among those
#: with a family name.
_SURE = 0.8
_NO_QUOTES = str.maketrans(dict.fromkeys('«»"“”()', " "))
#: First characters of evidence that is not a title.
_NO_TITLE = frozenset((GIVEN[0], SPOKEN, HEADED))
_SOVEREIGN = folded(SOVEREIGN)


class Found(msgspec.Struct, frozen=True):
    """A mention as it is counted, without its position.

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
        """Make it from a mention in a text."""
        written = text[mention.start : mention.end]
        if written.startswith("ل") and mention.key.startswith("ال"):
            # After «ل» the article has no alef.
            written = "ا" + written
        written = strip_marks(" ".join(written.translate(_NO_QUOTES).split()))
        return cls(mention.kind, mention.key, written, mention.evidence, mention.alone)


class Merged(msgspec.Struct):
    """A name with all its mentions.

    Attributes:
        kind: see :class:`~khabar.entities.values.Mention`.
        key: the key that represents all its spellings.
        articles: the numbers of the articles that have it.
        spellings: number of articles with each spelling.
        evidence: number of articles with each title or other evidence.
        keys: the keys of all its spellings.
    """

    kind: NameKind
    key: str
    articles: set[int]
    spellings: Counter[str]
    evidence: Counter[str]
    keys: set[str]

    @property
    def text(self) -> str:
        """The spelling to show: the most frequent one, or for a person the most frequent full name."""
        candidates = {text: count for text, count in self.spellings.items() if " " in text}
        if self.kind != "person" or not candidates:
            candidates = self.spellings
        return min(candidates, key=lambda text: (-candidates[text], -len(text), text))


class _Forest:
    """A disjoint-set forest of keys: each key has a parent, up to the root that represents all."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        """The key that represents a key."""
        path = []
        while (parent := self._parents.get(key)) is not None:
            path.append(key)
            key = parent
        for passed in path[:-1]:
            self._parents[passed] = key
        return key

    def join(self, key: str, into: str) -> None:
        """Let one key represent another."""
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
        for mention in mentions:
            of_kind[mention.kind].append(mention)
        for kind, found in of_kind.items():
            by_kind[kind].append(found)
    merged = [
        *_counted(by_kind["person"], _people(by_kind["person"])),
        *_counted(by_kind["place"], _places(by_kind["place"])),
        *_counted(by_kind["organisation"], _organisations(by_kind["organisation"])),
    ]
    merged.sort(key=lambda name: (-len(name.articles), name.kind, name.key))
    return merged


#: For each article, the key that represents each of its keys; "" for a name that is left out.
_Joined = list[dict[str, str]]


def _counted(articles: Sequence[Sequence[Found]], joined: _Joined) -> Iterable[Merged]:
    """The names with their counts; an article counts once for each spelling and each piece of evidence."""
    names: dict[str, Merged] = {}
    for number, (mentions, keys) in enumerate(zip(articles, joined, strict=True)):
        seen: set[tuple[str, str]] = set()
        for mention in mentions:
            key = keys[mention.key]
            if not key:
                continue
            name = names.get(key)
            if name is None:
                name = names[key] = Merged(mention.kind, key, set(), Counter(), Counter(), set())
            name.articles.add(number)
            name.keys.add(mention.key)
            if (key, mention.text) not in seen:
                seen.add((key, mention.text))
                name.spellings[mention.text] += 1
            for evidence in mention.evidence:
                if (key, "\0" + evidence) not in seen:
                    seen.add((key, "\0" + evidence))
                    name.evidence[strip_marks(" ".join(evidence.split()))] += 1
    return names.values()


def _counts(articles: Sequence[Sequence[Found]]) -> Counter[str]:
    """The number of articles with each key, without mentions that are single words."""
    counts: Counter[str] = Counter()
    for mentions in articles:
        counts.update({mention.key for mention in mentions if not mention.alone})
    return counts


def _join_spellings(counts: Counter[str], forest: _Forest) -> None:
    """Join keys that are spellings of one name, the rarer with the more frequent."""
    by_letters: dict[str, str] = {}
    sounds: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in sorted(counts, key=lambda key: (-counts[key], key)):
        letters = key.replace(" ", "")
        if letters in by_letters:
            forest.join(key, by_letters[letters])
            continue
        by_letters[letters] = key
        if letters[0] in "وفبل" and letters[1:] in by_letters:
            # «وبايدن» beside «بايدن»: a particle before a word that is in no list.
            forest.join(key, by_letters[letters[1:]])
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


def _places(articles: Sequence[Sequence[Found]]) -> _Joined:
    """Join places: only spellings of one name."""
    forest = _Forest()
    _join_spellings(_counts(articles), forest)
    return [{mention.key: forest.root(mention.key) for mention in mentions} for mentions in articles]


def _organisations(articles: Sequence[Sequence[Found]]) -> _Joined:
    """Join organisations: spellings; and in an article «وزارة الخارجية» with «وزارة الخارجية الروسية», if the
    article has no other ministry of that name."""
    forest = _Forest()
    _join_spellings(_counts(articles), forest)
    joined: _Joined = []
    for mentions in articles:
        roots = {mention.key: forest.root(mention.key) for mention in mentions}
        here = set(roots.values())
        longer = {key: [other for other in here if other.startswith(key + " ")] for key in here if " " in key}
        joined.append(
            {key: longer[root][0] if len(longer.get(root, ())) == 1 else root for key, root in roots.items()}
        )
    return joined


def _is_part(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a name is a longer name without some of its parts; the first part must be the same."""
    if len(short) >= len(long) or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(part in rest for part in short)


def _people(articles: Sequence[Sequence[Found]]) -> _Joined:
    """Join people: spellings, short names with long ones, and family names with full names."""
    forest = _Forest()
    _join_spellings(_counts(articles), forest)
    full = [{forest.root(mention.key) for mention in mentions if not mention.alone} for mentions in articles]
    # For each short name, the long names that it means in articles that have both.
    beside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for here in full:
        for short, long in _longer_in(here).items():
            beside[short][long] += 1
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    counts = Counter(key for here in full for key in here)
    for key in counts:
        by_first[key.split()[0]].append(key)
    for short in sorted(counts, key=lambda key: len(key.split())):
        best = beside[short].most_common(1)
        if not best:
            continue
        parts = short.split()
        [(chosen, together)] = best
        longer = [key for key in by_first[parts[0]] if _is_part(parts, key.split())]
        others = [key for key in longer if key != chosen and not _compatible(key.split(), chosen.split())]
        in_favour = counts[chosen] + together
        against = sum(counts[key] for key in others)
        if in_favour >= _SURE * (in_favour + against):
            forest.join(short, chosen)
    families: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rulers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mentions in articles:
        for key in {mention.key for mention in mentions if not mention.alone}:
            families[key.split()[-1]][forest.root(key)] += 1
        for mention in mentions:
            if not mention.alone and _is_ruler(mention):
                rulers[mention.key.split()[0]][forest.root(mention.key)] += 1
    titled = _titled_alone(articles)
    return [_resolved(mentions, forest, families, rulers, titled) for mentions in articles]


def _compatible(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two long names can be one person: one is a part of the other."""
    return _is_part(one, other) or _is_part(other, one)


def _longer_in(keys: set[str]) -> dict[str, str]:
    """For each name of an article that is a part of just one longer name there, the longer name."""
    longer_of = {}
    split = {key: key.split() for key in keys}
    for key, parts in split.items():
        longer = [other for other, others in split.items() if _is_part(parts, others)]
        # Of «محمد سلمان», «محمد سلمان عبدالعزيز» and «محمد سلمان عبدالعزيز ال سعود» the longest.
        longest = max(longer, key=lambda other: len(split[other]), default=None)
        if longest is not None and all(
            other == longest or _is_part(split[other], split[longest]) for other in longer
        ):
            longer_of[key] = longest
    return longer_of


def _is_ruler(mention: Found) -> bool:
    """Whether a title says that it is a king or the like."""
    return any(fold(word) in _SOVEREIGN for title in mention.evidence[:1] for word in title.split())


def _titled_alone(articles: Sequence[Sequence[Found]]) -> set[str]:
    """The single words that have a title in at least two articles."""
    counts: Counter[str] = Counter()
    for mentions in articles:
        counts.update({mention.key for mention in mentions if mention.alone and _has_title(mention)})
    return {key for key, count in counts.items() if count > 1}


def _has_title(mention: Found) -> bool:
    return bool(mention.evidence) and mention.evidence[0][0] not in _NO_TITLE


def _resolved(
    mentions: Sequence[Found],
    forest: _Forest,
    families: dict[str, Counter[str]],
    rulers: dict[str, Counter[str]],
    titled: set[str],
) -> dict[str, str]:
    """The key that represents each key of an article; "" for names that are left out.

    Args:
        mentions: the mentions of the article.
        forest: the joined keys.
        families, rulers: for each family name, and for each given name of a ruler, the number of articles
            with each person of that name.
        titled: single words that are names of their own.
    """
    resolved = {mention.key: forest.root(mention.key) for mention in mentions if not mention.alone}
    longer = _longer_in(set(resolved.values()))
    resolved = {key: longer.get(root, root) for key, root in resolved.items()}
    full_keys = list(resolved)
    for mention in mentions:
        if not mention.alone or mention.key in resolved:
            continue
        ruler = _is_ruler(mention)
        beside = {
            resolved[key]
            for key in full_keys
            if key.split()[-1] == mention.key or (ruler and key.split()[0] == mention.key)
        }
        if len(beside) == 1:
            resolved[mention.key] = beside.pop()
            continue
        by_given_name = ruler and GIVEN in mention.evidence
        bearers = (rulers if by_given_name else families).get(mention.key)
        best = _predominant(bearers) if bearers and not beside else ""
        resolved[mention.key] = best or (mention.key if mention.key in titled and not beside else "")
    return resolved


def _predominant(bearers: Counter[str]) -> str:
    """The person that nearly all bearers of a name are; "" if there is none."""
    name, count = bearers.most_common(1)[0]
    return name if count >= 2 and count >= _SURE * sum(bearers.values()) else ""
