"""The constants of the ranking, each with its meaning."""

from __future__ import annotations

import msgspec

from khabar.arguments import check_amounts
from khabar.serialize import Serializable

__all__ = ["Ranking"]


class Ranking(Serializable, msgspec.Struct, frozen=True):
    """The constants of the ranking. None of them changes the index, and each search may use others.

    A query word is expanded to a class of forms (:mod:`khabar.index.lexicon`). The weight of a form is the
    sum of the depths on which it is in the class. The weighted occurrences of all forms in a text are added
    up before BM25 saturates them, so that a text gains nothing by using a word in two inflections. An
    article's score is that of its best paragraph or title, plus shares of the scores of the whole article, of
    its title and of its first paragraph.

    The values were chosen on five public collections; docs/relevance.md describes the method and the effect
    of each part.

    Attributes:
        exact, light, lemma: weight of a form that matches on the depth; together 1, the weight of the word as
            typed.
        spelling: factor for forms in another spelling (أميركا for أمريكا), so that texts in the typed
            spelling come first.
        synonym: factor for forms of a synonym from the reader's own dictionary.
        similar: weight of a form with nearly the same letters, multiplied by the square of its similarity.
        similar_forms: maximum number of such forms for a word.
        similar_from: minimum similarity of a form that adds to a score.
        similar_match: minimum similarity of a form that makes an article match by itself, if no article has
            the word as typed.
        stop: weight of a stop word; that of any other word is 1.
        question: weight of a question word among the first two words of a query.
        length: longer words say more: a word's weight is ``(letters / 5) ** length``, up to 10 letters.
        k1, b: how slowly repetition saturates, and how much length counts against a paragraph.
        article: factor for the whole article's score.
        article_k1, article_b: the same constants for the whole article.
        title: factor for the title's score, which is added to that of the article.
        title_occurrence: weight of an occurrence in the title when the whole article is scored.
        lead: factor for the first paragraph's score, which is added to that of the article: news begins with
            what matters.
        near: factor for two words that follow one another in the query and in the text.
        whole: factor for all words of a short query, such as a name, following one another in the text.
        near_k: how slowly repetition of such words saturates.
        half_life: days in which an article's score falls to half, counted back from the newest article of the
            index; an article without a date counts as one half-life old. 0 ignores age.
        meaning: weight of closeness in meaning, if a search uses it (:mod:`khabar.meaning.closeness`). 0 for
            the order of the words alone.
    """

    exact: float = 0.56
    light: float = 0.22
    lemma: float = 0.22
    spelling: float = 0.3
    synonym: float = 0.5
    similar: float = 0.45
    similar_forms: int = 40
    similar_from: float = 0.5
    similar_match: float = 0.75
    stop: float = 0.43
    question: float = 0.3
    length: float = 0.5
    k1: float = 0.4
    b: float = 0.6
    article: float = 1.5
    article_k1: float = 0.65
    article_b: float = 0.8
    title: float = 0.9
    title_occurrence: float = 2.5
    lead: float = 0.25
    near: float = 0.35
    whole: float = 7.0
    near_k: float = 0.4
    half_life: float = 0.0
    meaning: float = 0.5

    def __post_init__(self) -> None:
        check_amounts(self, self.__struct_fields__, self.__struct_defaults__)

    @property
    def full(self) -> float:
        """The weight of an occurrence that matches on every depth: the word as typed."""
        return self.exact + self.light + self.lemma
