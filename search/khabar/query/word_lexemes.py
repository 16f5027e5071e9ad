"""Words and phrases of a query: the signs for the forms of a word («=word», «wo*d», «word~»), what stands
between quotation marks, and web addresses, which are reported."""

from __future__ import annotations

import re
from collections.abc import Iterator

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold, fold_digits
from khabar.index.plan import Occur
from khabar.patterns import lazy_pattern
from khabar.query.lexemes import LARGEST_SLOP, Kind, Lexeme
from khabar.query.query_text import TRAILING, QueryText
from khabar.query.quotes import QUOTES
from khabar.query.tree import Problem

__all__ = ["address_end", "phrase_lexemes", "word_lexeme"]

#: A sign of a single word, in a phrase.
_WITHIN_PHRASE = lazy_pattern(r"(?<!\*)\*(?=\w)|(?<=\w)\*(?!\*)|(?<=\w)~(?=[12١٢]?(?:\s|$))")
#: A web address, also without its beginning: a host with a dot, and a path.
_ADDRESS = lazy_pattern(
    r"(?:https?://(?:www\.)?|www\.)([^\s/]+\.[^\s]+)|((?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s]+)", re.IGNORECASE
)
_ADDRESS_BEGINS = lazy_pattern(
    r"(?:https?://(?:www\.)?|www\.)[^\s/]+\.[^\s]|(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s]", re.IGNORECASE
)
_SPACE = lazy_pattern(r"\s|$")
#: The parameters of an address that say only where its reader came from.
_TRACKING = ("utm_", "fbclid", "gclid")
#: Maximum edit distance of a fuzzy word.
_FUZZIEST = 2


def phrase_lexemes(
    read: QueryText, begin: int, opening: int, slop: re.Match[str] | None, occur: Occur | None
) -> Iterator[Lexeme]:
    """The phrase between two quotation marks, if there is a word between them.

    Args:
        read: the query.
        begin: position of the phrase with its sign.
        opening: position of its first quotation mark.
        slop: the match of its slop, or None.
        occur: the meaning of its sign, or None.
    """
    quote = read.quotes[opening]
    assert quote.closing is not None
    inside, end = read.text[quote.end : quote.closing], read.quotes[quote.closing].end
    if any(map(fold, tokenizer.words(inside))):
        _address(read, inside.strip(), opening, end)
        number = min(LARGEST_SLOP, int(fold_digits(slop[1]))) if slop else None
        last = slop.end() if slop else end
        if sign := _WITHIN_PHRASE.search(inside):
            message = f"{sign[0]} stands for nothing between quotation marks: searched as words without it"
            read.problems.append(Problem(opening, end, "pattern-of-words", message))
        yield Lexeme(Kind.PHRASE, begin, last, inside, quote.end, occur, number=number)
    else:
        message = "there is no word between the quotation marks: left out"
        read.problems.append(Problem(opening, end, "empty-phrase", message))


def address_end(text: str, place: int) -> int | None:
    """The end of the web address that begins at a position of a query; None if none does. An address runs to
    the next space, whatever it contains, without a quotation mark or parenthesis that closes something else.
    """
    begins = _ADDRESS_BEGINS.match(text, place)
    space = _SPACE.search(text, place)
    if begins is None or space is None:
        return None
    end = space.start()
    unopened = text.count(")", place, end) - text.count("(", place, end)
    while end > begins.end() and (text[end - 1] in QUOTES or (text[end - 1] == ")" and unopened > 0)):
        unopened -= text[end - 1] == ")"
        end -= 1
    return end


def word_lexeme(read: QueryText, begin: int, start: int, end: int, occur: Occur | None) -> Lexeme:
    """A word with its sign for its forms, if it has one: «=word», «wo*d», «word~»."""
    text = read.text[start:end]
    core = text.rstrip(TRAILING)
    _address(read, core, start, start + len(core))
    how, number = "word", None
    if core.startswith("=") and _has_word(core):
        how, text, start = "exact", core[1:], start + 1
    elif "*" in core and _has_word(core):
        how, text = "pattern", core
    else:
        head, tilde, digits = core.rpartition("~")
        if tilde and len(digits) < 2 and fold_digits(digits).strip("0123456789") == "" and _has_word(head):
            how, text = "fuzzy", head
            number = int(fold_digits(digits)) if digits else None
            if number is not None and number > _FUZZIEST:
                message = f"at most {_FUZZIEST} letters may differ: searched with {_FUZZIEST}"
                read.problems.append(Problem(start, end, "too-fuzzy", message))
                number = _FUZZIEST
    return Lexeme(Kind.WORD, begin, end, text, start, occur, how, number)


def _address(read: QueryText, text: str, start: int, end: int) -> None:
    """Report a web address, which finds hardly anything as words."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return
    path, _, query = (match[1] or match[2]).partition("#")[0].partition("?")
    query = "&".join(each for each in query.split("&") if not each.startswith(_TRACKING))
    shown = f"{path.rstrip('/')}?{query}" if query else path.rstrip("/")
    quoted = f"«{shown}»" if '"' in shown else f'"{shown}"'
    message = f"this web address is searched as words; for the article at this address write url:{quoted}"
    read.problems.append(Problem(start, end, "address-as-words", message))


def _has_word(text: str) -> bool:
    return any(map(fold, tokenizer.words(text)))
