"""The last stage of ranking, where a search asks for it: the best matches of the words are put in order by
what they mean as well (:mod:`khabar.meaning.closeness`), and articles that share no word with the query but
are close to it in meaning are found beside them.

Filters, phrases, counts, marks and snippets stay those of the words. Whatever is missing or fails, a search
answers by its words, and says what it could not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from khabar.corpus.article import Article, Paragraph
from khabar.errors import EncoderFailed, EncoderMissing, KhabarError
from khabar.highlight.snippet import make_snippet
from khabar.index.columns import Floats, Ints
from khabar.index.engine import Match
from khabar.index.plan import Plan
from khabar.meaning.closeness import REACH, Spread, added, pooled, spread_of, weight_of
from khabar.meaning.digest import digest_of
from khabar.query.meant import wordless
from khabar.query.results import Closeness, Hit, MeaningUsed
from khabar.query.tree import Problem

if TYPE_CHECKING:
    from khabar.meaning.kept import Encoded, KeptEncoder
    from khabar.meaning.vectors import Near, Rows, Vectors
    from khabar.ranking.answers import Answers

__all__ = ["ALSO", "CLOSE", "CODES", "REACH", "ByMeaning", "Means", "problem_of"]

#: How many articles without a common word are listed at most, and how close each must be: the mean z of its
#: closest passage and of its whole. docs/meaning.md says what this was chosen on.
ALSO, CLOSE = 5, 3.0
#: Nearest articles that are looked at for these; and letters of the shortest passage that counts as close: a
#: fragment is close to anything.
_LOOKED_AT, _TELLING_LETTERS = 40, 40

#: By code; docs/query-language.md lists them.
_TELLING = {
    "meaning-no-words": "the query has no words of its own that could be compared in meaning",
    "meaning-one-word": "of a single word the meaning says too little, so the words alone decide the order",
    "meaning-by-date": "by date, meaning does nothing: the order is that of the dates",
    "meaning-no-vectors": "the index has no vectors, so the words alone decide the order; to make them: {}",
    "meaning-on-cluster": "an index on a cluster has no vectors, so the words alone decide the order",
    "meaning-other-model": "the vectors of the index are of the model {}, and this is {}, so the words alone "
    "decide the order; make them anew with: {}",
    "meaning-partly": "{} of the best {} have no vectors and are ranked in the middle; make them with: {}",
    "meaning-damaged": "the vectors cannot be used, so the words alone decide the order: {}",
    "meaning-missing": "the words alone decide the order: {}",
    "meaning-failed": "the words alone decide the order: {}",
    "meaning-no-also": "articles that are close without a common word could not be searched: {}",
    "meaning-busy": "too many searches wait for the model, so the words alone decide the order; try again",
    "meaning-sent": "to compute its vector, the query was sent to {}",
}
#: The problems of a search by meaning.
CODES = frozenset(_TELLING)


def problem_of(code: str, *values: object) -> Problem:
    """What meaning did not do, or did beyond this machine, as a problem of the results."""
    return Problem(0, 0, code, _TELLING[code].format(*values))


class Means(NamedTuple):
    """What a search by meaning needs of its index, beside its vectors.

    Attributes:
        encoder: gives what turns queries into vectors, the same each time.
        on_cluster: whether all of the index is on clusters, where there are no vectors.
        commands: gives the commands that make them, and what is needed for that.
    """

    encoder: Callable[[], KeptEncoder]
    on_cluster: bool = False
    commands: Callable[[], str] = lambda: "khabar meaning build"


class _Candidate(NamedTuple):
    """An article that may be close: where it was found, and the cosines of its passages."""

    archive: str
    near: Near
    passages: Ints
    cosines: Floats


class _Beside(NamedTuple):
    """An article beside the hits, with its closest passage."""

    article: Article
    archive: str
    number: int
    text: str
    cosine: float
    closeness: float


class ByMeaning:
    """The meaning of one query. Its vector is made while the words are searched.

    Args:
        means: what is needed.
        vectors: gives the vectors of the index, or of each archive by its name.
        text: what the query says.
        weight: see :attr:`khabar.Ranking.meaning`.
        beside: the plan of the query and the answers of the index, if :meth:`also` will be asked for.

    Attributes:
        problems: what was not done, or was done beyond this machine.
    """

    def __init__(
        self,
        means: Means,
        vectors: Callable[[], Mapping[str, Vectors | None]],
        text: str,
        weight: float,
        beside: tuple[Plan, Answers] | None = None,
    ) -> None:
        self.problems: list[Problem] = []
        self._commands = means.commands
        self._weight = weight_of(weight, text)
        self._is_one_word = weight > 0 and not self._weight
        #: of each archive
        self._vectors: dict[str, Vectors] = {}
        self._thread: Thread | None = None
        self._encoded: Encoded | None = None
        self._spread = Spread(0, 0.0, 0.0)
        self._ranked = self._without = 0
        self._candidates: list[_Candidate] = []
        self._failed: Exception | None = None
        try:
            self._vectors = {name: each for name, each in vectors().items() if each is not None}
        except KhabarError as error:
            self._damaged(error)
            return
        if self._vectors:
            encoder = means.encoder()
            given = encoder, encoder.begin(text), beside
            self._thread = Thread(target=self._prepare, args=given, name="khabar-meaning", daemon=True)
            self._thread.start()
        else:
            missing = () if means.on_cluster else (means.commands(),)
            self.problems.append(
                problem_of("meaning-no-vectors" if missing else "meaning-on-cluster", *missing)
            )

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
            bool(self._vectors) and not self._is_one_word,
            encoder.name,
            encoder.version,
            encoder.address,
            self._weight,
            self._ranked,
            self._without,
        )

    def settle(self) -> bool:
        """Wait for what is needed; whether there is a vector of the query to compare with the index's. If
        not, the problems say why."""
        if self._thread is not None:
            self._thread.join()
        return bool(self._vectors)

    def _prepare(
        self, encoder: KeptEncoder, asked: Future[Encoded], beside: tuple[Plan, Answers] | None
    ) -> None:
        """Encode the query and look for what is close, beside the search for words."""
        try:
            self._encoded = encoder.result(asked)
        except Exception as error:
            # Whatever goes wrong in a model, the answer of the words is there.
            self._vectors = {}
            self.problems.append(_failure(error))
            return
        model, vector = self._encoded
        if model.address:
            self.problems.append(problem_of("meaning-sent", model.address))
        fitting = {
            name: each
            for name, each in self._vectors.items()
            if each.encoder_fingerprint == model.fingerprint
        }
        if not fitting:
            names = ", ".join(dict.fromkeys(each.encoder_name for each in self._vectors.values()))
            self.problems.append(problem_of("meaning-other-model", names, model.name, self._commands()))
        self._vectors = fitting
        try:
            self._spread = pooled(
                spread_of(vector, each.rows, each.mean, each.covariance) for each in fitting.values()
            )
        except Exception as error:
            self._damaged(error)
        if beside is not None and self._vectors:
            try:
                self._candidates = self._found(*beside)
            except Exception as error:
                # Told where it is asked for.
                self._failed = error

    def _damaged(self, error: Exception) -> None:
        self._vectors = {}
        self.problems.append(problem_of("meaning-damaged", error))

    def ranked(
        self, matches: Sequence[Match], *, by_passage: bool = False
    ) -> tuple[list[Match], list[Closeness | None]]:
        """Matches ordered by words and meaning, with the closeness of each; the words' order where that
        is not known.

        Args:
            matches: the best of the words, in their order, from the first on. No more than the first
                :data:`REACH` change places.
            by_passage: whether each is a passage, and not an article with its closest passage.
        """
        best, behind = matches[:REACH], matches[REACH:]
        unranked: list[Closeness | None] = [None] * len(matches)
        near: list[tuple[float, int] | None] = []
        try:
            near = [self._closest(match.article, match.number if by_passage else None) for match in best]
        except KhabarError as error:
            self._damaged(error)
        if not near or not self._vectors:
            return list(matches), unranked
        if self._is_one_word:
            self.problems.append(problem_of("meaning-one-word"))
        self._ranked, self._without = len(best), sum(each is None for each in near)
        if self._without:
            self.problems.append(problem_of("meaning-partly", self._without, len(best), self._commands()))
        zs = [None if each is None else self._spread.z(each[0]) for each in near]
        more = added(zs, best[0].score, self._weight)
        order = sorted(range(len(best)), key=lambda place: -(best[place].score + more[place]))
        found: list[Match] = []
        measured: list[Closeness | None] = []
        for place in order:
            match, passage = best[place], near[place]
            score = match.score + more[place]
            found.append(replace(match, score=score))
            cosine, number = (None, None) if passage is None else passage
            share = more[place] / score if score else 0.0
            measured.append(Closeness(match.score, more[place], share, zs[place], cosine, number))
        return [*found, *behind], [*measured, *unranked[len(best) :]]

    def _closest(self, article: Article, number: int | None) -> tuple[float, int] | None:
        """The cosine of the passage of an article that is closest, or of a certain one, and its number; None
        if there are no vectors of it."""
        rows = self._rows(article)
        if rows is None:
            return None
        assert self._encoded is not None
        cosines = rows.vectors @ self._encoded.vector
        if number is not None:
            # A long passage is several rows.
            cosines = cosines[rows.passages == number]
            return (float(cosines.max()), number) if len(cosines) else None
        place = int(cosines.argmax())
        return float(cosines[place]), int(rows.passages[place])

    def _rows(self, article: Article) -> Rows | None:
        """The vectors of an article, if there are any."""
        for vectors in self._vectors.values():
            rows = vectors.of(article)
            if rows is not None and len(rows.passages):
                return rows
        return None

    def also(self, answers: Answers, width: int) -> tuple[Hit, ...]:
        """Articles that are close in meaning, share no word with the query and meet its conditions, the
        closest first.

        Args:
            answers: of the index.
            width: target length of snippets, in characters.
        """
        if self._failed is not None and self._vectors:
            self.problems.append(problem_of("meaning-no-also", self._failed))
        found: dict[str, _Beside] = {}
        for each in self._candidates if self._vectors else ():
            article = answers.article(each.near.article_id, each.archive)
            # What has the id now may be another text. A report printed by many papers is listed once.
            if (
                article is None
                or (article.title or article.id) in found
                or digest_of(article) != each.near.digest
            ):
                continue
            beside = self._beside(article, each)
            if beside is not None and beside.closeness >= CLOSE:
                found[article.title or article.id] = beside
        best = sorted(found.values(), key=lambda each: -each.closeness)[:ALSO]
        return tuple(self._hit(rank, each, width) for rank, each in enumerate(best, 1))

    def _found(self, plan: Plan, answers: Answers) -> list[_Candidate]:
        """The nearest articles without a word of a query that may be close enough."""
        without = wordless(plan)
        if without is None:
            return []
        among = answers.fingerprints(without)
        found = []
        for archive, vectors in self._vectors.items():
            for near in vectors.nearest(self._vector, _LOOKED_AT, among):
                rows = vectors.of_digest(near.digest) if self._spread.z(near.nearness) >= CLOSE else None
                if rows is not None:
                    found.append(_Candidate(archive, near, rows.passages, rows.vectors @ self._vector))
        return found

    def _beside(self, article: Article, candidate: _Candidate) -> _Beside | None:
        """An article with its closest passage that is long enough to say something."""
        texts = {passage.number: passage.text for passage in article.passages()}
        pairs = zip(candidate.cosines.tolist(), candidate.passages.tolist(), strict=True)
        telling = [(cosine, number) for cosine, number in pairs if len(texts[number]) >= _TELLING_LETTERS]
        if not telling:
            return None
        cosine, number = max(telling)
        closeness = self._spread.z((cosine + float(candidate.cosines.mean())) / 2)
        return _Beside(article, candidate.archive, number, texts[number], cosine, closeness)

    def _hit(self, rank: int, each: _Beside, width: int) -> Hit:
        article, number = each.article, each.number
        return Hit(
            rank,
            0.0,
            article,
            Paragraph(article.id, number, each.text, article.page(number)),
            make_snippet(each.text, (), (), width),
            (),
            0,
            archive=each.archive,
            meaning=Closeness(0.0, 0.0, 0.0, self._spread.z(each.cosine), each.cosine, number),
        )

    @property
    def _vector(self) -> Floats:
        assert self._encoded is not None
        return self._encoded.vector


def _failure(error: Exception) -> Problem:
    """The problem of an encoder that is missing or gave nothing."""
    if isinstance(error, EncoderFailed) and error.code == "busy":
        return problem_of("meaning-busy")
    code = "meaning-missing" if isinstance(error, EncoderMissing) else "meaning-failed"
    return problem_of(code, str(error) or type(error).__name__)
