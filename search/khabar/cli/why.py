"""``khabar why``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import filled_index, index_option, tell
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.render.output import Output

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.places import Place
    from khabar.query.own_words import WordRule
    from khabar.render.why import Why

__all__ = ["command", "own_words_of"]

NO_FORM = 1


@click.command(
    "why",
    cls=Command,
    epilog="""\b
Examples:
  khabar why وزير
  khabar why عبد الله --all
  khabar why وزير --format plain | grep '^form:' | cut -f 1-3

\b
Exit status: 0 the index has forms of the word, 1 it has none, 2 wrong usage,
3 the index could not be read.""",
)
@click.argument("word", nargs=-1, required=True, type=click.UNPROCESSED)
@index_option
@click.option(
    "--all", "everything", is_flag=True, help="Also list the forms that only raise the scores of other hits."
)
@output_options()
def command(word: tuple[str, ...], place: Place, everything: bool, out: Output) -> int:
    """List the forms in an index that a query word matches.

    WORD is one word, a name of two words («عبد الله»), or a compound written without spaces («كوفيد-19»).
    Lists its forms by how they match, the strictest first. Each has its number of occurrences, the number
    of paragraphs and titles that contain it, and its weight: what an occurrence counts in the score, 1 for
    the word itself. To exclude a form you do not mean: khabar search WORD --without FORM.
    """
    from khabar.query.explain import signed_word
    from khabar.render.why import Why, WhyView

    text = " ".join(word).strip()
    signed = signed_word(text)
    typed = text if signed else _one_word(text)
    with filled_index(place, out.look.language) as index:
        own_words = own_words_of(index, typed)
        why = Why.of(typed, index.why(typed), everything=everything, own_words=own_words)
        problems = index.search(typed, limit=0).problems if signed else ()
    tell(problems, typed, out.look.language)
    out.put(WhyView(why, _no_form(why)))
    return 0 if any(form.matches for form in why.forms) else NO_FORM


def own_words_of(index: Index, word: str) -> tuple[WordRule, ...]:
    """The statements of the user's own dictionary that apply to a typed word."""
    from khabar.query.explain import signed_word

    signed = signed_word(word)
    # The dictionary does not apply to a word to match exactly or to a pattern.
    return () if signed and signed.kind in ("exact", "pattern") else index.own_words(word)


def _one_word(text: str) -> str:
    """The only word or name in a text, without the punctuation around it.

    Raises:
        click.UsageError: if there are several.
    """
    from khabar.analysis.analyzer import Analyzer
    from khabar.query.runs import word_runs

    words = [text[run[0].start : run[-1].end] for run in word_runs(Analyzer().tokens(text), text, both=True)]
    if len(words) > 1:
        raise click.UsageError(f"«{text}» is {len(words)} words. Ask for one alone: khabar why {words[0]}")
    return words[0] if words else text


def _no_form(why: Why) -> str:
    if not why.more:
        return f"the index has no form of «{why.word}»"
    forms = "1 form" if why.more == 1 else f"{why.more:,} forms"
    return f"the index has no form of «{why.word}», but {forms} with similar letters: --all lists them"
