"""The optional last stage of ranking: orders the best matches by words and meaning
(:mod:`khabar.meaning.closeness`), and finds articles that are close in meaning but share no word with the
query.

Filters, phrases, counts, marks and snippets depend on the words alone. If anything is missing or fails, a
search falls back to its words and reports what it could not do.
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
from khabar.query.model_input import wordless
from khabar.query.results import Closeness, Hit, MeaningUsed
from khabar.query.tree import Problem

if TYPE_CHECKING:
    from khabar.meaning.kept import Encoded, KeptEncoder
    from khabar.meaning.vectors import Near, Rows, Vectors
    from khabar.ranking.answers import Answers

__all__ = ["ALSO", "CLOSE", "CODES", "REACH", "ByMeaning", "Means", "problem_of"]

#: Maximum number of articles without a common word, and how close each must be: the mean z of its closest
#: passage and of the whole article. docs/meaning.md says on which data this was chosen.
ALSO, CLOSE = 5, 3.0
#: Number of nearest articles examined for these, and minimum length of a passage that counts as close, in
#: letters: a fragment is close to anything.
_EXAMINED, _SHORTEST_PASSAGE = 40, 40

#: The message of each problem by its code; docs/query-language.md lists them.
_MESSAGES = {
    "meaning-no-words": "the query has no words of its own that could be compared in meaning",
    "meaning-one-word": "the meaning of a single word says too little, so the words alone decide the order",
    "meaning-by-date": "sorted by date, so meaning has no effect on the order",
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
CODES = frozenset(_MESSAGES)


def problem_of(code: str, *values: object) -> Problem:
    """The problem for something that a search by meaning could not do, or sent to another machine."""
    return Problem(0, 0, code, _MESSAGES[code].format(*values))


class Means(NamedTuple):
    """What a search by meaning needs from its index, besides the vectors.

    Attributes:
        encoder: returns the encoder of queries, the same each time.
        on_cluster: whether all of the index is on clusters, where there are no vectors.
        commands: returns the commands that make the vectors, with those that first install what is missing.
    """

    encoder: Callable[[], KeptEncoder]
    on_cluster: bool = False
    commands: Callable[[], str] = lambda: "khabar meaning build"


class _Candidate(NamedTuple):
    """An article that may be close: its archive, and the cosines of its passages."""

    archive: str
    near: Near
    passages: Ints
    cosines: Floats


class _CloseArticle(NamedTuple):
    """A close article without a common word, with its closest passage."""

    article: Article
    archive: str
    number: int
    text: str
    cosine: float
    closeness: float


class ByMeaning:
    """The meaning of one query. Its vector is computed while the words are searched.

    Args:
        means: the encoder and the commands.
        vectors: returns the vectors of the index, or of each archive by its name.
        text: the text of the query.
        weight: see :attr:`khabar.Ranking.meaning`.
        for_also: the plan of the query and the answers of the index, if :meth:`also` will be called.

    Attributes:
        problems: what could not be done, or was sent to another machine.
    """

    def __init__(
        self,
        means: Means,
        vectors: Callable[[], Mapping[str, Vectors | None]],
        text: str,
        weight: float,
        for_also: tuple[Plan, Answers] | None = None,
    ) -> None:
        self.problems: list[Problem] = []
        self._commands = means.commands
        self._weight = weight_of(weight, text)
        self._is_one_word = weight > 0 and not self._weight
        #: by the name of the archive
        self._vectors: dict[str, Vectors] = {}
        self._thread: Thread | None = None
        self._encoded: Encoded | None = None
        self._spread = Spread(0, 0.0, 0.0)
        self._ranked = self._without = 0
        self._candidates: list[_Candidate] = []
        self._also_failed: Exception | None = None
        try:
            self._vectors = {
                archive: of_archive for archive, of_archive in vectors().items() if of_archive is not None
            }
        except KhabarError as error:
            self._damaged(error)
            return
        if self._vectors:
            encoder = means.encoder()
            args = encoder, encoder.begin(text), for_also
            self._thread = Thread(target=self._prepare, args=args, name="khabar-meaning", daemon=True)
            self._thread.start()
        elif means.on_cluster:
            self.problems.append(problem_of("meaning-on-cluster"))
        else:
            self.problems.append(problem_of("meaning-no-vectors", means.commands()))

    @property
    def reach(self) -> int:
        """Maximum number of best matches that are ranked again."""
        return REACH

    @property
    def used(self) -> MeaningUsed:
        """What was done by meaning, for the results."""
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
        """Wait for the vector of the query, and return whether it can be compared with those of the index. If
        not, the problems say why."""
        if self._thread is not None:
            self._thread.join()
        return bool(self._vectors)

    def _prepare(
        self, encoder: KeptEncoder, encoding: Future[Encoded], for_also: tuple[Plan, Answers] | None
    ) -> None:
        """Encode the query and find close articles, in parallel with the search by words."""
        try:
            self._encoded = encoder.result(encoding)
        except Exception as error:
            # Whatever goes wrong in a model, the search can still answer by its words.
            self._vectors = {}
            self.problems.append(_failure(error))
            return
        model, vector = self._encoded
        if model.address:
            self.problems.append(problem_of("meaning-sent", model.address))
        fitting = {
            archive: vectors
            for archive, vectors in self._vectors.items()
            if vectors.encoder_fingerprint == model.fingerprint
        }
        if not fitting:
            names = ", ".join(dict.fromkeys(vectors.encoder_name for vectors in self._vectors.values()))
            self.problems.append(problem_of("meaning-other-model", names, model.name, self._commands()))
        self._vectors = fitting
        try:
            self._spread = pooled(
                spread_of(vector, vectors.rows, vectors.mean, vectors.covariance)
                for vectors in fitting.values()
            )
        except Exception as error:
            self._damaged(error)
        if for_also is not None and self._vectors:
            try:
                self._candidates = self._find_candidates(*for_also)
            except Exception as error:
                # Reported by :meth:`also`.
                self._also_failed = error

    def _damaged(self, error: Exception) -> None:
        self._vectors = {}
        self.problems.append(problem_of("meaning-damaged", error))

    def ranked(
        self, matches: Sequence[Match], *, by_passage: bool = False
    ) -> tuple[list[Match], list[Closeness | None]]:
        """Order matches by words and meaning, and return the closeness of each. If it cannot be computed, the
        order stays.

        Args:
            matches: the matches as the words rank them, from the first on. Only the first :data:`REACH`
                change places.
            by_passage: whether each is a passage, and not an article with its closest passage.
        """
        best, rest = matches[:REACH], matches[REACH:]
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
        self._ranked, self._without = len(best), near.count(None)
        if self._without:
            self.problems.append(problem_of("meaning-partly", self._without, len(best), self._commands()))
        zs = [None if passage is None else self._spread.z(passage[0]) for passage in near]
        by_meaning = added(zs, best[0].score, self._weight)
        order = sorted(range(len(best)), key=lambda place: -(best[place].score + by_meaning[place]))
        reranked: list[Match] = []
        measured: list[Closeness | None] = []
        for place in order:
            match, passage = best[place], near[place]
            score = match.score + by_meaning[place]
            reranked.append(replace(match, score=score))
            cosine, number = (None, None) if passage is None else passage
            share = by_meaning[place] / score if score else 0.0
            measured.append(Closeness(match.score, by_meaning[place], share, zs[place], cosine, number))
        return [*reranked, *rest], [*measured, *unranked[len(best) :]]

    def _closest(self, article: Article, number: int | None) -> tuple[float, int] | None:
        """The cosine and the number of the closest passage of an article, or of the passage with the given
        number; None if it has no vectors."""
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
        """The vectors of an article; None if it has none."""
        for vectors in self._vectors.values():
            rows = vectors.of(article)
            if rows is not None and len(rows.passages):
                return rows
        return None

    def also(self, answers: Answers, width: int) -> tuple[Hit, ...]:
        """Articles that are close in meaning, share no word with the query and meet its conditions, the
        closest first.

        Args:
            answers: the answers of the index.
            width: target length of snippets, in characters.
        """
        if self._also_failed is not None and self._vectors:
            self.problems.append(problem_of("meaning-no-also", self._also_failed))
        by_title: dict[str, _CloseArticle] = {}
        for candidate in self._candidates if self._vectors else ():
            article = answers.article(candidate.near.article_id, candidate.archive)
            # The id may belong to another text by now. A report printed by many papers is listed once.
            if (
                article is None
                or (article.title or article.id) in by_title
                or digest_of(article) != candidate.near.digest
            ):
                continue
            close = self._close_article(article, candidate)
            if close is not None and close.closeness >= CLOSE:
                by_title[article.title or article.id] = close
        best = sorted(by_title.values(), key=lambda close: -close.closeness)[:ALSO]
        return tuple(self._hit(rank, close, width) for rank, close in enumerate(best, 1))

    def _find_candidates(self, plan: Plan, answers: Answers) -> list[_Candidate]:
        """The nearest articles that have no word of a query and may be close enough."""
        without = wordless(plan)
        if without is None:
            return []
        among = answers.fingerprints(without)
        candidates = []
        for archive, vectors in self._vectors.items():
            for near in vectors.nearest(self._vector, _EXAMINED, among):
                rows = vectors.of_digest(near.digest) if self._spread.z(near.nearness) >= CLOSE else None
                if rows is not None:
                    candidates.append(_Candidate(archive, near, rows.passages, rows.vectors @ self._vector))
        return candidates

    def _close_article(self, article: Article, candidate: _Candidate) -> _CloseArticle | None:
        """An article with the closest of its passages that are long enough; None if none is."""
        texts = {passage.number: passage.text for passage in article.passages()}
        pairs = zip(candidate.cosines.tolist(), candidate.passages.tolist(), strict=True)
        long = [(cosine, number) for cosine, number in pairs if len(texts[number]) >= _SHORTEST_PASSAGE]
        if not long:
            return None
        cosine, number = max(long)
        closeness = self._spread.z((cosine + float(candidate.cosines.mean())) / 2)
        return _CloseArticle(article, candidate.archive, number, texts[number], cosine, closeness)

    def _hit(self, rank: int, close: _CloseArticle, width: int) -> Hit:
        article, number = close.article, close.number
        return Hit(
            rank,
            0.0,
            article,
            Paragraph(article.id, number, close.text, article.page(number)),
            make_snippet(close.text, (), (), width),
            (),
            0,
            archive=close.archive,
            meaning=Closeness(0.0, 0.0, 0.0, self._spread.z(close.cosine), close.cosine, number),
        )

    @property
    def _vector(self) -> Floats:
        assert self._encoded is not None
        return self._encoded.vector


def _failure(error: Exception) -> Problem:
    """The problem for an encoder that is missing or failed."""
    if isinstance(error, EncoderFailed) and error.code == "busy":
        return problem_of("meaning-busy")
    code = "meaning-missing" if isinstance(error, EncoderMissing) else "meaning-failed"
    return problem_of(code, str(error) or type(error).__name__)
