"""The indices of an index on a cluster: their names, settings and mappings.

An index ``news`` has an edition, whose number is in the names of its three indices:

- ``news.1.articles``: a document for each article;
- ``news.1.words``: a document for each word type, with its classes (:mod:`khabar.index.lexicon`);
- ``news.1.records``: what else there is: the state of the edition (:data:`STATE`), the files that it was made
  from, closing lines.

``news`` is an alias of the articles, ``news.words`` and ``news.records`` are aliases of the other two. A
rebuild fills another edition and moves the three aliases in one step.

All words are sent analysed: a passage as its terms with spaces between them, those at one position joined by
«|». Tokens at one position become one SynonymQuery of Lucene, which adds their counts before BM25 saturates,
as khabar's own formula does; a term that is given twice counts twice, so that repetition is a weight.

An article is one document of Lucene. Its passages are the values of one field, with a gap between them that
no phrase bridges. (As nested documents they would be ten times as many, and each query would have to leave
them out.) In which passage a word stands is read from ``tokens``, for the candidates alone.
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

#: Raised whenever a mapping or what stands in a document changes.
FORMAT = 4
#: How often a title stands in ``all``: :attr:`khabar.index.ranking.Ranking.title_occurrence` as a whole
#: number, for this is only the recall.
TITLE_TIMES = 2
#: What stands between a field and a name of it in ``value``.
BORDER = "\x1f"
#: Fields whose names stand in a field of their own.
_OWN = frozenset({"source", "author", "section", "tag"})
#: The three indices of an edition.
ARTICLES, WORDS, RECORDS = "articles", "words", "records"
#: The id of the document with the state, among the records.
STATE = "state"
#: An occurrence of the word as typed is repeated so often in a query, a looser form fewer times.
GRAIN = 2

_RANKING = Ranking()
#: Lucene's default is 255: it cut longer tokens in two.
_LONGEST_TOKEN = 1_000_000
#: Words between one passage and the next: more than any phrase or NEAR may bridge.
_GAP = 1000
#: Lucene refuses a term of more than 32,766 bytes, and with it the document. Of a longer word than this many
#: letters (of up to four bytes) so many are sent, and a hash of the whole, of so many bytes.
LONGEST_TERM, _KEPT_OF_IT, _HASH = 8000, 1000, 8
#: Maximum length of the id of a document in bytes, by the cluster's rule; and what begins the ids that are a
#: hash, and no other.
_LONGEST_ID, _HASHED = 512, "~"


def alias(name: str, which: str) -> str:
    """The alias of an index of the edition that counts."""
    return name if which == ARTICLES else f"{name}.{which}"


def edition_index(name: str, edition: int, which: str) -> str:
    """The name of an index of an edition."""
    return f"{name}.{edition}.{which}"


def write_alias(name: str, edition: int, which: str) -> str:
    """The alias through which an index of an edition is written to. With ``require_alias`` a write to an
    edition that is gone is refused, where the cluster would make an index of the name otherwise."""
    return f"{name}.{edition}.{which}.write"


def identity(article_id: str) -> str:
    """The id of an article's document: that of the article, unless it is longer than the cluster allows.

    >>> identity("okaz-1"), len(identity("ع" * 300))
    ('okaz-1', 65)
    """
    encoded = article_id.encode()
    if 0 < len(encoded) <= _LONGEST_ID and not article_id.startswith(_HASHED):
        return article_id
    return _HASHED + blake2b(encoded, digest_size=32).hexdigest()


def sent(term: str) -> str:
    """A term or name as the cluster knows it: itself, unless it is longer than Lucene allows.

    >>> sent("هدنة"), len(sent("ه" * 10_000))
    ('هدنة', 1017)
    """
    if len(term) <= LONGEST_TERM:
        return term
    return f"{term[:_KEPT_OF_IT]}…{blake2b(term.encode(), digest_size=_HASH).hexdigest()}"


def may_be_cut(name: str) -> bool:
    """Whether a name as the cluster knows it may stand for a longer one (:func:`sent`).

    >>> may_be_cut("الوادي"), may_be_cut(sent("ه" * 10_000))
    (False, True)
    """
    return len(name) == _KEPT_OF_IT + 1 + 2 * _HASH and name[_KEPT_OF_IT] == "…"


def field_and_start(field: str) -> tuple[str, str]:
    """The field of a document in which the names of a field stand, and how they begin there.

    >>> field_and_start("source"), field_and_start("language")
    (('source', ''), ('value', 'language\\x1f'))
    """
    return (field, "") if field in _OWN else ("value", field + BORDER)


def searched_url(url: str) -> str:
    """An address, or a piece of one, as it is searched: without regard to case. A backslash is another
    character, as OpenSearch 2.19 loses one before an asterisk of a pattern.

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
        shards, replicas: of the articles; words and records have one shard and as many replicas.
    """
    meta = {"khabar": {"format": FORMAT, "analyzer": analyzer}}
    common = {"number_of_replicas": replicas, "refresh_interval": "-1"}
    return {
        ARTICLES: {
            "settings": {
                **common,
                "number_of_shards": shards,
                # Asked to expunge what was removed, it does not leave a tenth of it.
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
            # Nothing of a word is read but its columns.
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
    # A count is GRAIN times too high in a query, and so must be what saturates it.
    return {"type": "BM25", "k1": k1 * GRAIN, "b": b, "discount_overlaps": False}


_ANALYSIS = {
    "filter": {"parted": {"type": "pattern_capture", "patterns": ["([^|]+)"], "preserve_original": False}},
    "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
    "analyzer": {"analysed": {"type": "custom", "tokenizer": "spaces", "filter": ["parted"]}},
}


def _text(similarity: str, options: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": "analysed", "similarity": similarity, "index_options": options}


_KEPT = {"type": "keyword", "index": False, "doc_values": False}
#: What a document of an article has (:func:`khabar.cluster.documents.document`). What follows from its words
#: is not kept with it.
_ARTICLE: dict[str, Any] = {
    "_source": {"excludes": ["all", "head", "repeats", "tokens"]},
    "properties": {
        # That of the document (:func:`identity`).
        "id": {"type": "keyword"},
        "fingerprint": {"type": "keyword", "index": False},
        "source": {"type": "keyword"},
        "author": {"type": "keyword"},
        "section": {"type": "keyword"},
        "tag": {"type": "keyword"},
        # All other names: the field, :data:`BORDER` and the name.
        "value": {"type": "keyword"},
        # Without regard to case.
        "url": {"type": "wildcard"},
        "published": {"type": "long"},
        "offset": {"type": "integer", "index": False},
        "day": {"type": "integer"},
        # Articles in the order of indexing.
        "order": {"type": "long"},
        # The article itself, as JSON.
        "article": _KEPT,
        # How many passages and words it has.
        "count": {"type": "integer", "index": False},
        "length": {"type": "integer", "index": False},
        # Its words: the title, which counts several times, and the paragraphs.
        "all": {**_text("article", "positions"), "position_increment_gap": _GAP},
        # Those of the title.
        "head": _text("passage", "positions"),
        # Those of all that are not the first of their word in their passage, and those of the title again.
        # How often a word stands in all, less how often it stands here, is the number of passages with it,
        # which ``_mtermvectors`` tells at no cost that grows with the index. (Each word once for each of its
        # passages would be four times as many.)
        "repeats": {**_text("article", "freqs"), "norms": False},
        # The words of each passage as hashes, by which articles are ranked.
        "tokens": {"type": "binary", "doc_values": True},
        # The story: the id of the document of its leader; the sketch by which it was found, and its keys.
        "story": {"type": "keyword"},
        "sketch": {"type": "binary"},
        "keys": {"type": "long"},
    },
}
#: What a document of a word has (:mod:`khabar.cluster.words`).
_WORD: dict[str, Any] = {
    "term": {"type": "keyword"},
    # How many letters it has.
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
    # Of several of a kind and host: in which order they were written.
    "number": {"type": "long"},
    # When it was written, in milliseconds.
    "updated": {"type": "date", "format": "epoch_millis"},
    # What it says, as JSON.
    "record": {"type": "keyword", "index": False, "doc_values": False},
}
