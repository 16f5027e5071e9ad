"""The forms in the index that a query word matches."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from khabar.query.own_words import said
from khabar.render.arabic import translated
from khabar.render.blocks import Block, Grid, Note, blocks_page
from khabar.render.look import Look
from khabar.render.messages import DEPTH_NAMES, counted, say
from khabar.render.view import Record, View
from khabar.serialize import plain
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.query.explain import WordForm
    from khabar.query.own_words import WordRule

__all__ = ["Why", "WhyView"]

#: The note on a form that does not make an article match by itself.
_ONLY_ADDS = "only adds to scores"

#: The depths of forms that are never suggested for exclusion: the word itself in any spelling, and words of
#: the user's own dictionary.
_MEANT = ("exact", "spelling", "words")


class Why(msgspec.Struct, frozen=True):
    """The forms that a word matches, for ``khabar why``.

    Attributes:
        word: the word as typed, without punctuation around it.
        forms: the forms to show, the strictest depth first.
        more: the number of forms that are not shown because they only add to scores.
        own_words: the statements of the user's own dictionary that name the word.
    """

    word: str
    forms: Sequence[WordForm]
    more: int
    own_words: Sequence[WordRule] = ()

    @classmethod
    def of(
        cls,
        word: str,
        forms: Sequence[WordForm],
        *,
        everything: bool = False,
        own_words: Sequence[WordRule] = (),
    ) -> Why:
        """The forms that make an article match, or with ``everything`` all forms."""
        shown = [form for form in forms if everything or form.matches]
        return cls(word, shown, len(forms) - len(shown), own_words)

    @property
    def remedy(self) -> str:
        """The command that excludes the most frequent form on the loosest depth that matches; "" if only the
        word itself matches."""
        order = list(DEPTH_NAMES)
        others = [form for form in self.forms if form.matches and form.depth not in _MEANT]
        if not others:
            return ""
        form = max(others, key=lambda form: (order.index(form.depth), form.occurrences))
        return f"khabar search {_quoted(self.word)} --without {_quoted(form.term)}"


def _quoted(words: str) -> str:
    """Words quoted for a shell, if that is necessary."""
    return words if re.fullmatch(r"\w[\w ]*", words) else shlex.quote(words)


class WhyView(View, frozen=True):
    """The forms that a word matches.

    Attributes:
        why: the forms.
        none: the message if there is no form.
    """

    why: Why
    none: str
    title = "khabar why"

    def record(self) -> Record:
        why = self.why
        return {
            "word": why.word,
            "forms": plain(why.forms),
            "more": why.more,
            "own_words": plain(why.own_words),
        }

    def rows(self) -> Iterable[Record]:
        forms: list[Record] = self.record()["forms"]
        return forms

    def lines(self, language: str = "en") -> Iterator[str]:
        """One line per form: form, depth, paragraphs, occurrences, weight and note, separated by tabs."""
        why = self.why
        if not why.forms and not why.own_words:
            return
        yield f"word: {printable(why.word)}"
        for rule in why.own_words:
            place = said(rule.kind, rule.words), rule.file, str(rule.line)
            yield "own words: " + "\t".join(map(printable, place))
        for depth, (english, arabic) in DEPTH_NAMES.items():
            forms = [form for form in why.forms if form.depth == depth]
            if forms:
                yield f"depth: {depth}\t{english}\t{arabic}"
            for form in forms:
                columns = (
                    form.term,
                    depth,
                    str(form.paragraphs),
                    str(form.occurrences),
                    f"{form.weight:.2f}",
                    "" if form.matches else translated(_ONLY_ADDS, language),
                )
                yield "form: " + "\t".join(map(printable, columns))
        if why.more:
            yield f"more: {why.more}"
        if remedy := why.remedy:
            yield f"leave out: {printable(remedy)}"

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, apart, both_languages, cell

        why = self.why
        language = look.language
        side = "ltr" if look.visual else ""
        heading = Text(_heading(why, cell(why.word, look), language), style="bold")
        # Numbers come first, and Arabic at the end of the line.
        heads = [translated(name, language) for name in ("occurrences", "paragraphs", "weight", "form")]
        widths = [max(len(name), least) for name, least in zip(heads, (11, 10, 6, 0), strict=True)]
        header = "".join(f"  {name:>{width}}" for name, width in zip(heads, widths, strict=True))
        parts: list[RenderableType] = [heading]
        parts += [
            Hanging(Text(apart(line, look), style="dim"), 2, page=side) for line in _own_words(why, language)
        ]
        parts.append(Text(header, style="dim"))
        for depth, names in DEPTH_NAMES.items():
            forms = [form for form in why.forms if form.depth == depth]
            if forms:
                parts.append(Hanging(both_languages(*names, look.style.depth(depth), look), 2, page=side))
            parts += [_form_view(form, widths, look) for form in forms]
        if why.more:
            parts.append(Hanging(Text(_only_add(why, language), style="dim"), 0))
        if remedy := why.remedy:
            advice = Text.assemble(say("leave one out", language), (printable(remedy), "bold"))
            parts.append(Hanging(advice, 0, page=side))
        return Group(*parts)

    def page(self, look: Look) -> str:
        title = _heading(self.why, self.why.word, look.language)
        missing = [Note(complaint)] if (complaint := self.complaint(look)) else []
        return blocks_page(title, [*missing, *_blocks(self.why, look.language)], look)

    def complaint(self, look: Look) -> str:
        return "" if self.why.forms else translated(self.none, look.language)


def _heading(why: Why, word: str, language: str) -> str:
    """The heading: a word, and the number of its forms."""
    return say("forms of", language, count=counted(len(why.forms), "form", language), word=word)


def _own_words(why: Why, language: str) -> Iterator[str]:
    """The statements of the user's own dictionary, each with its file and line."""
    for rule in why.own_words:
        place = translated(f"{rule.file}, line {rule.line}", language)
        yield f"{say('your own words', language)}{said(rule.kind, rule.words)} ({place})"


def _only_add(why: Why, language: str) -> str:
    """The line about forms that are not shown."""
    key = "only adds" if why.more == 1 else "only add"
    return say(key, language, count=counted(why.more, "more form", language))


def _form_view(form: WordForm, widths: Sequence[int], look: Look) -> RenderableType:
    from khabar.render.terminal import Hanging, Text, cell

    values = (f"{form.occurrences:,}", f"{form.paragraphs:,}", f"{form.weight:.2f}")
    lead = Text("".join(f"  {value:>{width}}" for value, width in zip(values, widths[:3], strict=True)))
    name = Text(cell(form.term, look), style=look.style.calm(form.depth) if form.matches else "dim")
    if not form.matches:
        name.append(f"  {translated(_ONLY_ADDS, look.language)}")
    return Hanging(name, lead.cell_len + 2, lead)


def _blocks(why: Why, language: str) -> Iterator[Block]:
    """The content of the page."""
    for line in _own_words(why, language):
        yield Note(line, "faint")
    names = [translated(name, language) for name in ("form", "occurrences", "paragraphs", "weight", "note")]
    for depth, depth_names in DEPTH_NAMES.items():
        forms = [form for form in why.forms if form.depth == depth]
        if forms:
            columns = len(names) - all(form.matches for form in forms)
            rows = [
                (
                    (form.term, depth),
                    form.occurrences,
                    form.paragraphs,
                    round(form.weight, 2),
                    "" if form.matches else translated(_ONLY_ADDS, language),
                )[:columns]
                for form in forms
            ]
            yield Grid(depth_names[language == "ar"], names[:columns], rows)
    if why.more:
        yield Note(_only_add(why, language), "faint")
    if remedy := why.remedy:
        yield Note(say("leave one out", language) + remedy, "faint")
