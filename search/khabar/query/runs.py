"""Names of several words in a query: items that belong together, and tokens that mean nothing alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer, Token
from khabar.index.plan import Occur
from khabar.query.quotes import QUOTES
from khabar.query.tree import Node, Term
from khabar.spelling import INVISIBLE

__all__ = ["joined", "phrase_places", "without_parts"]

#: What may stand between words that are read as one text.
_BETWEEN = f" \t\n\r{QUOTES}{INVISIBLE}"


def joined(items: Iterable[Node], text: str, analyzer: Analyzer) -> Iterator[Node]:
    """The items, with neighbouring plain words as one text, so that a name over two words is seen as one."""
    run: list[Term] = []
    for item in (*_signed_names(items, text, analyzer), None):
        plain = isinstance(item, Term) and item.kind == "word" and item.occur is Occur.SHOULD
        if plain and run and not _follows(run[-1], item, text):
            yield _whole(run, text)
            run = []
        if plain:
            assert isinstance(item, Term)
            run.append(item)
            continue
        if run:
            yield _whole(run, text)
            run = []
        if item is not None:
            yield item


def _whole(run: list[Term], text: str) -> Term:
    start, end = run[0].start, run[-1].end
    return replace(run[0], text=text[start:end], end=end)


def _follows(before: Term, item: Node | None, text: str) -> bool:
    """Whether a word stands behind another with nothing between that parts them."""
    if not isinstance(item, Term) or item.title is not before.title or item.start < before.end:
        return False
    between = text[before.end : item.start]
    return between.isspace() or not between.strip(_BETWEEN)


def _signed_names(items: Iterable[Node], text: str, analyzer: Analyzer) -> Iterator[Node]:
    """The items, with the sign before a name over two words («-عبد الله») made to speak of the whole name."""
    waiting = deque(items)
    while waiting:
        item = waiting.popleft()
        following = waiting[0] if waiting else None
        if (
            isinstance(item, Term)
            and item.occur is not Occur.SHOULD
            and item.kind == "word"
            and isinstance(following, Term)
            and following.occur is Occur.SHOULD
            and following.kind == "word"
            and _follows(item, following, text)
        ):
            edge = item.end - item.start
            tokens = analyzer.tokens(text[item.start : following.end])
            name = next(
                (token for token in tokens if token.compound and token.start < edge < token.end), None
            )
            if name is not None:
                waiting.popleft()
                end = item.start + name.end
                item = replace(item, text=text[item.start : end], end=end)
                if end < following.end:
                    rest = replace(following, text=text[end : following.end], start=end)
                    waiting.appendleft(rest)
        yield item


def without_parts(tokens: list[Token], both: bool) -> list[Token]:
    """The tokens, without the parts of compound names that mean nothing alone: عبد, its second part, and أبو.

    With ``both``, without the second part of «أبو مازن» either, which alone makes other articles match.
    """
    absorbed: set[int] = set()
    for token in tokens:
        if token.compound:
            absorbed.add(token.position)
            if both or token.word.exact[0].startswith("عبد"):
                absorbed.add(token.position + 1)
    return [token for token in tokens if token.compound or token.position not in absorbed]


def phrase_places(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    """The words of a phrase, each with what may stand at its place."""
    return tuple((token.word.exact[0],) for token in tokens if not token.compound)
