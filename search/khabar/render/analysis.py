"""The words of a text with their terms on each depth."""

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
            tuple(dict.fromkeys(stem.light for stem in stems if stem.light)),
            tuple(dict.fromkeys(lemma for stem in stems for lemma in stem.lemma)),
        )


class AnalysisView(View, frozen=True):
    """The words of a text."""

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
        """One line per word; several terms are separated by «|»."""
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
        """One row per word: its position, the word, its terms on each depth in the colours of highlights, and
        a note."""
        rows: list[Sequence[Cell]] = []
        for word in self.words:
            token = word.token
            terms = zip(("exact", "light", "lemma"), (word.exact, word.light, word.lemma), strict=True)
            rows.append(
                (
                    f"{token.start}–{token.end}",
                    self.text[token.start : token.end],
                    *((" | ".join(texts), depth) for depth, texts in terms),
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
    """The note on a token: whether it is a compound or a stop word."""
    if token.compound:
        return "compound"
    return "stop word" if token.word.stop else ""
