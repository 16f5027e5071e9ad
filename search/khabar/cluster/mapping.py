"""The indices of an index on a cluster: their names, settings and mappings.

An index ``news`` has an edition, whose number is in the names of its three indices:

- ``news.1.articles``: a document for each article;
- ``news.1.words``: a document for each word type, with its classes (:mod:`khabar.index.lexicon`);
- ``news.1.records``: everything else: the state of the edition (:data:`STATE`), the manifests, closing lines.

``news`` is an alias of the articles, ``news.words`` and ``news.records`` are aliases of the other two. A
rebuild fills another edition and moves the three aliases in one step.

All words are sent analysed: a passage is its terms separated by spaces, with those at one position joined by
«|». Tokens at one position become one SynonymQuery of Lucene, which adds up their counts before BM25
saturates, as khabar's formula does. A term given twice counts twice, so repetition is a weight.

An article is one document of Lucene. Its passages are the values of one field, with a gap between them that
no phrase bridges. (Nested documents would be ten times as many, and each query would have to exclude them.)
The passage of a word is read from ``tokens``, for the candidates alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from khabar.digests import blake2b
from khabar.index.ranking import Ranking

__all__ = [
    "ARTICLES",
    "BORDER",
    "FORMAT",
    "GRAIN",
    "LONGEST_TERM",
    "RECORDS",
    "STATE",
    "TITLE_TIMES",
    "WORDS",
    "alias",
    "bodies",
    "edition_index",
    "field_and_start",
    "identity",
    "joined",
    "may_be_cut",
    "searched_url",
    "sent",
    "write_alias",
]

#: The version of mappings and documents; it grows with every change to them.
FORMAT = 4
#: How often the title is repeated in ``all``: :attr:`khabar.index.ranking.Ranking.title_occurrence` as a
#: whole number, which is enough for the recall.
TITLE_TIMES = 2
#: Separates a field and its name in ``value``.
BORDER = "\x1f"
#: Fields that have a field of their own in documents.
_OWN = frozenset({"source", "author", "section", "tag"})
#: The three indices of an edition.
ARTICLES, WORDS, RECORDS = "articles", "words", "records"
#: The id of the document with the state, among the records.
STATE = "state"
#: How often the word as typed is repeated in a query; a looser form is repeated fewer times.
GRAIN = 2

_RANKING = Ranking()
#: With Lucene's default, 255, longer tokens would be cut in two.
_LONGEST_TOKEN = 1_000_000
#: The gap in positions between two passages: more than any phrase or NEAR may bridge.
_GAP = 1000
#: Lucene refuses a term of more than 32,766 bytes, and its document. A word of more letters than the first
#: number (of up to four bytes each) is sent as its first letters, as many as the second number, and a hash of
#: the whole, whose bytes are the third.
LONGEST_TERM, _KEPT_OF_IT, _HASH = 8000, 1000, 8
#: The cluster's maximum length of a document's id in bytes; and the prefix of ids that are a hash, which no
#: other id has.
_LONGEST_ID, _HASHED = 512, "~"


def alias(name: str, which: str) -> str:
    """The alias of an index of the current edition."""
    return name if which == ARTICLES else f"{name}.{which}"


def edition_index(name: str, edition: int, which: str) -> str:
    """The name of an index of an edition."""
    return f"{name}.{edition}.{which}"


def write_alias(name: str, edition: int, which: str) -> str:
    """The alias for writing to an index of an edition. With ``require_alias``, the cluster refuses a write to
    a deleted edition, and otherwise would create an index with the name."""
    return f"{name}.{edition}.{which}.write"


def identity(article_id: str) -> str:
    """The id of an article's document: that of the article, or a hash if it is longer than the cluster
    allows.

    >>> identity("okaz-1"), len(identity("ع" * 300))
    ('okaz-1', 65)
    """
    encoded = article_id.encode()
    if 0 < len(encoded) <= _LONGEST_ID and not article_id.startswith(_HASHED):
        return article_id
    return _HASHED + blake2b(encoded, digest_size=32).hexdigest()


def sent(term: str) -> str:
    """A term or name as it is sent to the cluster: unchanged, unless it is longer than Lucene allows.

    >>> sent("هدنة"), len(sent("ه" * 10_000))
    ('هدنة', 1017)
    """
    if len(term) <= LONGEST_TERM:
        return term
    return f"{term[:_KEPT_OF_IT]}…{blake2b(term.encode(), digest_size=_HASH).hexdigest()}"


def may_be_cut(name: str) -> bool:
    """Whether a name on the cluster may be the shortened form of a longer one (:func:`sent`).

    >>> may_be_cut("الوادي"), may_be_cut(sent("ه" * 10_000))
    (False, True)
    """
    return len(name) == _KEPT_OF_IT + 1 + 2 * _HASH and name[_KEPT_OF_IT] == "…"


def field_and_start(field: str) -> tuple[str, str]:
    """The field of a document that holds the names of a field, and the prefix of its values.

    >>> field_and_start("source"), field_and_start("language")
    (('source', ''), ('value', 'language\\x1f'))
    """
    return (field, "") if field in _OWN else ("value", field + BORDER)


def searched_url(url: str) -> str:
    """An address, or a part of one, in its searched form, without case. Another character replaces a
    backslash, since OpenSearch 2.19 loses one before an asterisk in a pattern.

    >>> searched_url("https://Wadi.example/News")
    'https://wadi.example/news'
    """
    return url.casefold().replace("\\", "\ue05c")


def joined(terms: Iterable[str]) -> str:
    """Terms at one position, as they are sent."""
    return "|".join(map(sent, terms))


def bodies(analyzer: str, *, shards: int, replicas: int) -> dict[str, dict[str, Any]]:
    """Settings and mapping of each index of a new edition.

    Args:
        analyzer: the fingerprint of the analyzer that makes its terms.
        shards, replicas: the numbers for articles; words and records have one shard and as many replicas.
    """
    meta = {"khabar": {"format": FORMAT, "analyzer": analyzer}}
    common = {"number_of_replicas": replicas, "refresh_interval": "-1"}
    return {
        ARTICLES: {
            "settings": {
                **common,
                "number_of_shards": shards,
                # Let a merge that expunges removed documents leave none of them.
                "merge.policy.expunge_deletes_allowed": 0,
                "analysis": _ANALYSIS,
                "similarity": {
                    "passage": _bm25(_RANKING.k1, _RANKING.b),
                    "article": _bm25(_RANKING.article_k1, _RANKING.article_b),
                },
            },
            "mappings": {"dynamic": "strict", "_meta": meta, **_ARTICLE},
        },
        WORDS: {
            "settings": {**common, "number_of_shards": 1},
            # Only the columns of a word are read.
            "mappings": {
                "dynamic": "strict",
                "_meta": meta,
                "_source": {"enabled": False},
                "properties": _WORD,
            },
        },
        RECORDS: {
            "settings": {**common, "number_of_shards": 1},
            "mappings": {"dynamic": "strict", "_meta": meta, "properties": _RECORD},
        },
    }


def _bm25(k1: float, b: float) -> dict[str, Any]:
    # Counts are GRAIN times too high in a query, and so must be the constant that saturates them.
    return {"type": "BM25", "k1": k1 * GRAIN, "b": b, "discount_overlaps": False}


_ANALYSIS = {
    "filter": {"parted": {"type": "pattern_capture", "patterns": ["([^|]+)"], "preserve_original": False}},
    "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
    "analyzer": {"analysed": {"type": "custom", "tokenizer": "spaces", "filter": ["parted"]}},
}


def _text(similarity: str, options: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": "analysed", "similarity": similarity, "index_options": options}


_KEPT = {"type": "keyword", "index": False, "doc_values": False}
#: The fields of an article's document (:func:`khabar.cluster.documents.document`). Those that follow from its
#: words are not stored with it.
_ARTICLE: dict[str, Any] = {
    "_source": {"excludes": ["all", "head", "repeats", "tokens"]},
    "properties": {
        # The id of the document (:func:`identity`).
        "id": {"type": "keyword"},
        "fingerprint": {"type": "keyword", "index": False},
        "source": {"type": "keyword"},
        "author": {"type": "keyword"},
        "section": {"type": "keyword"},
        "tag": {"type": "keyword"},
        # All other names: the field, :data:`BORDER` and the name.
        "value": {"type": "keyword"},
        # In lower case.
        "url": {"type": "wildcard"},
        "published": {"type": "long"},
        "offset": {"type": "integer", "index": False},
        "day": {"type": "integer"},
        # The place in the order of indexing.
        "order": {"type": "long"},
        # The article itself, as JSON.
        "article": _KEPT,
        # The numbers of its passages and words.
        "count": {"type": "integer", "index": False},
        "length": {"type": "integer", "index": False},
        # Its words: the title, repeated, and the paragraphs.
        "all": {**_text("article", "positions"), "position_increment_gap": _GAP},
        # The words of the title.
        "head": _text("passage", "positions"),
        # All but the first occurrence of each word in a passage, and the words of the title again. The count
        # of a word in ``all`` minus its count here is the number of passages with it, which ``_mtermvectors``
        # gives at a cost that does not grow with the index. (Indexing each word once for each of its passages
        # would take four times as much.)
        "repeats": {**_text("article", "freqs"), "norms": False},
        # The words of each passage as hashes, by which articles are ranked.
        "tokens": {"type": "binary", "doc_values": True},
        # The id of the document of the story's leader; the sketch by which stories are found, and its keys.
        "story": {"type": "keyword"},
        "sketch": {"type": "binary"},
        "keys": {"type": "long"},
    },
}
#: The fields of a word's document (:mod:`khabar.cluster.words`).
_WORD: dict[str, Any] = {
    "term": {"type": "keyword"},
    # The number of its letters.
    "size": {"type": "integer", "index": False},
    # The keys of its classes.
    "light": {"type": "long"},
    "lemma": {"type": "long"},
    "loan": {"type": "long"},
    "read": {"type": "byte", "index": False},
    # Its letter pairs, and the length of their vector when the word was written.
    "pairs": {"type": "keyword", "doc_values": False},
    "norm": {"type": "float", "index": False},
}
_RECORD: dict[str, Any] = {
    "kind": {"type": "keyword"},
    "host": {"type": "keyword"},
    # The order in which records of a kind and host were written.
    "number": {"type": "long"},
    # When it was written, in milliseconds.
    "updated": {"type": "date", "format": "epoch_millis"},
    # The record as JSON text.
    "record": {"type": "keyword", "index": False, "doc_values": False},
}
