"""The last stage of ranking, where a search asks for it: the best matches of the words are put in order by
what they mean as well (:mod:`khabar.meaning.closeness`), and articles that share no word with the query but
are close to it in meaning are found beside them.

Filters, phrases, counts, marks and snippets stay those of the words. Whatever is missing or fails, a search
answers by its words, and says what it could not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec.structs import replace

from khabar.corpus.article import Article, Paragraph
from khabar.errors import EncoderFailed, EncoderMissing, KhabarError
from khabar.highlight.snippet import make_snippet
from khabar.index.engine import Match
from khabar.index.plan import Plan
from khabar.meaning.closeness import REACH, Spread, added, pooled, spread_of
from khabar.query.meant import wordless
from khabar.query.results import Closeness, Hit, MeaningUsed
from khabar.query.tree import Problem

if TYPE_CHECKING:
    from khabar.meaning.kept import Encoded, KeptEncoder
    from khabar.meaning.vectors import Vectors
    from khabar.ranking.answers import Answers

__all__ = ["ALSO", "CLOSE", "REACH", "ByMeaning", "Means", "told"]

#: How many articles that share no word are told of at most, and how close each must be: its z.
ALSO, CLOSE = 5, 3.0
#: Nearest articles that are looked at for these. Most of the nearest have words of the query.
_LOOKED_AT = 100

#: Why there are no vectors to compare with.
Lack = Literal["", "meaning-no-vectors", "meaning-on-cluster"]

#: By code; docs/query-language.md lists them, :mod:`khabar.render.messages` has them in Arabic.
_TELLING = {
    "meaning-no-words": "the query has no words of its own that could be compared in meaning",
    "meaning-by-date": "by date, meaning does nothing: the order is that of the dates",
    "meaning-no-vectors": (
        "the index has no vectors, so the order is that of the words alone; make them with: khabar meaning build"
    ),
    "meaning-on-cluster": (
        "an index on a cluster has no vectors, so the order is that of the words alone"
    ),
    "meaning-other-model": (
        "the vectors of the index are of another model ({vectors}; here it is {model}), so the order is that "
        "of the words alone; make them anew with: khabar meaning build"
    ),
    "meaning-partly": (
        "{without} of the {ranked} best have no vectors and count as of mean closeness; make them with: khabar "
        "meaning build"
    ),
    "meaning-damaged": (
        "the vectors cannot be read ({cause}), so the order is that of the words alone; khabar check says what "
        "is damaged"
    ),
    "meaning-no-model": "{cause}; so the order is that of the words alone",
    "meaning-failed": "{cause}; so the order is that of the words alone",
    "meaning-busy": "too many searches wait for the model: the order is that of the words alone; try again",
    "meaning-sent": "the query was sent to {address}, which turns it into a vector",
}


def told(code: str, **values: str | int) -> Problem:
    """What meaning did not do, or did beyond this machine, as a problem of the results."""
    return Problem(0, 0, code, _TELLING[code].format_map(values), (), values)


class Means(NamedTuple):
    """What a search by meaning needs of its index.

    Attributes:
        encoder: turns queries into vectors; None if there is nothing to compare them with.
        vectors: for each archive its vectors, None without; of a single index one. Of several archives in
            their order.
        lack: why there are none at all.
    """

    encoder: KeptEncoder | None
    vectors: Sequence[Vectors | None]
    lack: Lack = ""


class ByMeaning:
    """The meaning of one query. Its vector is made while the words are searched.

    Args:
        means: what the index has.
        text: what the query says.
        weight: see :attr:`khabar.Ranking.meaning`.
    """

    def __init__(self, means: Means, text: str, weight: float) -> None:
        self._means = means
        self._weight = weight
        encoder = means.encoder
        self._asked: Future[Encoded] | None = None if encoder is None else encoder.begin(text)
        self._encoded: Encoded | None = None
        self._fitting: list[tuple[int, Vectors]] = []
        self._spread = Spread(0, 0.0, 0.0)
        self.problems: list[Problem] = []
        self._ranked = self._without = 0

    @property
    def reach(self) -> int:
        """How many of the best matches it ranks."""
        return REACH

    @property
    def used(self) -> MeaningUsed:
        """What it did."""
        if self._encoded is None:
            return MeaningUsed(False, weight=self._weight)
        encoder = self._encoded.encoder
        return MeaningUsed(
            bool(self._fitting),
            encoder.name,
            encoder.version,
            encoder.address,
            self._weight,
            self._ranked,
            self._without,
        )

    def settle(self) -> bool:
        """Wait for the vector of the query; whether there is one to compare with the index's. If not, the
        problems say why."""
        if self._asked is None or self._means.encoder is None:
            self.problems.append(told(self._means.lack))
            return False
        try:
            self._encoded = self._means.encoder.result(self._asked)
        except Exception as error:
            # Whatever goes wrong in a model, the answer of the words is there.
            self.problems.append(_failure(error))
            return False
        encoder, vector = self._encoded
        if encoder.address:
            self.problems.append(told("meaning-sent", address=encoder.address))
        there = [(place, each) for place, each in enumerate(self._means.vectors) if each is not None]
        self._fitting = [
            (place, each) for place, each in there if each.encoder_fingerprint == encoder.fingerprint
        ]
        if not self._fitting:
            names = ", ".join(dict.fromkeys(each.encoder_name for _, each in there))
            self.problems.append(told("meaning-other-model", vectors=names, model=encoder.name))
            return False
        try:
            self._spread = pooled(
                spread_of(vector, each.rows, each.mean, each.covariance) for _, each in self._fitting
            )
        except KhabarError as error:
            return self._damaged(error)
        return True

    def _damaged(self, error: Exception) -> bool:
        self._fitting = []
        self.problems.append(told("meaning-damaged", cause=str(error)))
        return False

    def ranked(
        self, matches: Sequence[Match], *, by_passage: bool = False
    ) -> tuple[list[Match], list[Closeness | None]]:
        """Matches in the order of words and meaning, and of each how close it is; the words' order where that
        is not known.

        Args:
            matches: the best of the words, in their order, from the first on. No more than the first
                :data:`REACH` change places.
            by_passage: whether each is a passage, and not an article with its closest passage.
        """
        best, behind = matches[:REACH], matches[REACH:]
        unranked: list[Closeness | None] = [None] * len(matches)
        if not self._fitting or not best:
            return list(matches), unranked
        try:
            near = [self._closest(match.article, match.number if by_passage else None) for match in best]
        except KhabarError as error:
            self._damaged(error)
            return list(matches), unranked
        self._ranked, self._without = len(best), sum(each is None for each in near)
        if self._without:
            self.problems.append(told("meaning-partly", without=self._without, ranked=len(best)))
        zs = [None if each is None else self._spread.z(each[0]) for each in near]
        more = added(zs, best[0].score, self._weight)
        order = sorted(range(len(best)), key=lambda place: -(best[place].score + more[place]))
        found: list[Match] = []
        told_of: list[Closeness | None] = []
        for place in order:
            match, passage = best[place], near[place]
            score = match.score + more[place]
            found.append(replace(match, score=score))
            cosine, number = (None, None) if passage is None else passage
            share = more[place] / score if score else 0.0
            told_of.append(Closeness(match.score, more[place], share, zs[place], cosine, number))
        return [*found, *behind], [*told_of, *unranked[len(best) :]]

    def _closest(self, article: Article, number: int | None) -> tuple[float, int] | None:
        """The cosine of the passage of an article that is closest, or of a certain one, and its number; None
        if there are no vectors of it."""
        assert self._encoded is not None
        for _, vectors in self._fitting:
            rows = vectors.of(article)
            if rows is None:
                continue
            cosines = rows.vectors @ self._encoded.vector
            if number is not None:
                # A long passage is several rows.
                cosines = cosines[rows.passages == number]
                return (float(cosines.max()), number) if len(cosines) else None
            if len(cosines):
                place = int(cosines.argmax())
                return float(cosines[place]), int(rows.passages[place])
        return None

    def also(self, plan: Plan, answers: Answers, width: int) -> tuple[Hit, ...]:
        """Articles that are close in meaning, share no word with the query and meet its conditions.

        Args:
            plan: of the query.
            answers: of the index.
            width: target length of snippets, in characters.
        """
        without = wordless(plan) if self._fitting else None
        if without is None:
            return ()
        try:
            return tuple(self._beside(without, answers, width))
        except KhabarError as error:
            self._damaged(error)
            return ()

    def _beside(self, plan: Plan, answers: Answers, width: int) -> Iterator[Hit]:
        from khabar.meaning.vectors import digest_of

        assert self._encoded is not None
        vector = self._encoded.vector
        near = [each for _, vectors in self._fitting for each in vectors.nearest(vector, _LOOKED_AT)]
        near = [each for each in near if self._spread.z(each.cosine) >= CLOSE]
        near.sort(key=lambda each: -each.cosine)
        held = answers.holding(plan, [one for each in near for one in each.fingerprints])
        # One report of many papers is told of once.
        titles: set[str] = set()
        for each in near:
            places = [held[one] for one in each.fingerprints if one in held]
            article = answers.article(*places[0]) if places else None
            if article is None or article.title in titles or digest_of(article) != each.digest:
                continue
            titles.add(article.title)
            number = each.passage
            text = article.paragraphs[number - 1] if number else article.title
            yield Hit(
                len(titles),
                0.0,
                article,
                Paragraph(article.id, number, text, article.page(number)),
                make_snippet(text, (), (), width),
                (),
                0,
                archive=places[0][1],
                meaning=Closeness(0.0, 0.0, 0.0, self._spread.z(each.cosine), each.cosine, number),
            )
            if len(titles) == ALSO:
                return


def _failure(error: Exception) -> Problem:
    """What is told of an encoder that is not there, or gave nothing."""
    if isinstance(error, EncoderMissing):
        return told("meaning-no-model", cause=str(error))
    if isinstance(error, EncoderFailed) and error.code == "busy":
        return told("meaning-busy")
    return told("meaning-failed", cause=str(error) or type(error).__name__)
