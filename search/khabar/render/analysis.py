"""A text's words with their terms on each depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from khabar.render.arabic import translated
from khabar.render.blocks import Block, Cell, Grid, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import depth_name, say
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.analysis.analyzer import Analyzer, Token

__all__ = ["AnalysedWord", "AnalysisView"]


class AnalysedWord(msgspec.Struct, frozen=True):
    """A word of a text with its terms on each depth, for ``khabar analyze``."""

    token: Token
    exact: tuple[str, ...]
    light: tuple[str, ...]
    lemma: tuple[str, ...]

    @classmethod
    def of(cls, token: Token, analyzer: Analyzer) -> AnalysedWord:
        """The terms of a token."""
        stems = [analyzer.stems(term) for term in token.word.exact]
        return cls(
            token,
            token.word.exact,
            tuple(dict.fromkeys(each.light for each in stems if each.light)),
            tuple(dict.fromkeys(lemma for each in stems for lemma in each.lemma)),
        )


class AnalysisView(View, frozen=True):
    """A text's words."""

    text: str
    words: Sequence[AnalysedWord]
    title = "khabar analyze"

    def record(self) -> Record:
        text = self.text
        return {
            "text": text,
            "tokens": [
                {
                    "text": text[word.token.start : word.token.end],
                    "start": word.token.start,
                    "end": word.token.end,
                    "position": word.token.position,
                    "exact": list(word.exact),
                    "light": list(word.light),
                    "lemma": list(word.lemma),
                    "stop": word.token.word.stop,
                    "compound": word.token.compound,
                }
                for word in self.words
            ],
        }

    def rows(self) -> Iterable[Record]:
        tokens: list[Record] = self.record()["tokens"]
        return tokens

    def lines(self, language: str = "en") -> Iterator[str]:
        """One word a line, several terms parted by «|»."""
        yield "start\tend\tword\texact\tlight\tlemma\tnote"
        for word in self.words:
            token = word.token
            columns = (
                str(token.start),
                str(token.end),
                self.text[token.start : token.end],
                "|".join(word.exact),
                "|".join(word.light),
                "|".join(word.lemma),
                translated(_note(token), language),
            )
            yield "\t".join(map(printable, columns))

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("words of", look.language, text=self.text), self._blocks(look.language), look)

    def _blocks(self, language: str) -> Iterator[Block]:
        """One word a row: place, word, terms on each depth in the colours of highlights, and what is special
        about it."""
        rows: list[Sequence[Cell]] = []
        for word in self.words:
            token = word.token
            terms = zip(("exact", "light", "lemma"), (word.exact, word.light, word.lemma), strict=True)
            rows.append(
                (
                    f"{token.start}–{token.end}",
                    self.text[token.start : token.end],
                    *((" | ".join(each), depth) for depth, each in terms),
                    translated(_note(token), language),
                )
            )
        if not rows:
            yield Note(say("no word", language), "faint")
            return
        names = [translated(name, language) for name in ("place", "word")]
        depths = [depth_name(depth, language) for depth in ("exact", "light", "lemma")]
        yield Grid("", [*names, *depths, ""], rows)


def _note(token: Token) -> str:
    """What is special about a token."""
    if token.compound:
        return "compound"
    return "stop word" if token.word.stop else ""
