"""The operators that are also words: «أو», «ليس» and «|», «بدون» and its like, and «or» in small letters.

Whether one of them is an operator depends on the whole query, so this is decided once all lexemes are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from khabar.analysis.fold import fold
from khabar.patterns import lazy_pattern
from khabar.query.lexemes import BEGINS, ENDS, FORMULA, Kind, Lexeme, is_plain
from khabar.query.tree import Match, Problem

__all__ = ["BAR", "arabic_operators", "small_operators"]

#: Words that exclude the word after them and hardly mean anything else between two words of a formula; «غير»
#: and «دون» often do.
_EXCEPTIONS = frozenset(["بدون", "الا", "عدا", "ماعدا", "باستثناء"])
#: A bar between two words: either, or a mark of a headline («عاجل | انفجار في بيروت»).
BAR = "|"
#: Maximum number of lexemes of an operand that a message shows.
_LONGEST_SHOWN = 8
_LATIN = lazy_pattern("[A-Za-z]")


def arabic_operators(lexemes: list[Lexeme], match: Match, text: str) -> tuple[list[Lexeme], list[Problem]]:
    """Make «أو» and «ليس» operators where they are meant as such, and report those that could be words.

    Every second headline has one of the two words. «أو» between two operands is OR if the query has any
    other syntax; in a query of plain words, of which any is enough, it changes nothing. «ليس» (or «وليس»)
    as NOT excludes articles, so the query must show that it is a formula: by another operator, by a field, or
    by a parenthesis directly after it. Where all words are required, reading one of the two as a word would
    reverse the meaning of the query. There both are operators between any two operands, and this is reported.
    «بدون» and «إلا» are no operators, because of names such as «أطباء بدون حدود», but where «ليس» would be
    NOT they are reported.
    «و» is never an operator. «|» follows the rule of «أو»: headlines have it too («عاجل | انفجار»).

    Args:
        lexemes: the lexemes of a query.
        match: whether ``any`` of its words is enough, or ``all`` are required.
        text: the query to which the positions of the lexemes refer.
    """
    plain = [is_plain(lexeme) for lexeme in lexemes]
    words_alone = all(plain)
    if words_alone and match == "any":
        return lexemes, []
    formula = any(lexeme.kind in FORMULA for lexeme in lexemes)
    changed = list(lexemes)
    notes = []
    for number, lexeme in enumerate(lexemes):
        if not plain[number] or len(lexeme.text) > 8:
            continue
        folded = lexeme.text if lexeme.text == BAR else fold(lexeme.text)
        before = changed[number - 1].kind if number else None
        after = lexemes[number + 1].kind if number + 1 < len(lexemes) else None
        if after not in BEGINS:
            continue
        if folded in ("او", BAR) and before in ENDS:
            kind, sure = Kind.OR, not words_alone
        elif folded in ("ليس", "وليس"):
            kind, sure = Kind.NOT, formula or after in (Kind.OPEN, Kind.FIELD, Kind.TITLE)
        elif folded in _EXCEPTIONS:
            if before in ENDS and (match == "all" or formula or after is Kind.OPEN):
                excluded = _operand(text, lexemes[number + 1 : number + 1 + _LONGEST_SHOWN])
                notes.append(_no_exception(lexeme, excluded))
            continue
        else:
            continue
        if sure or (match == "all" and (before in ENDS or before is Kind.OR)):
            changed[number] = replace(lexeme, kind=kind)
        if changed[number].kind is kind and not sure:
            code, message = "word-as-operator", f"for the word write ={lexeme.text}"
            if folded == BAR:
                code, message = "bar-as-operator", "for articles with both sides leave it out"
            message = f"read as {kind.value}: all words are required here; {message}"
            notes.append(Problem(lexeme.start, lexeme.end, code, message))
    return changed, notes


def _no_exception(lexeme: Lexeme, excluded: str) -> Problem:
    """The problem of a word such as «بدون», which excludes nothing."""
    what = excluded or "word"
    message = f"searched as a word, which excludes nothing; to exclude a word, put a minus before it: -{what}"
    return Problem(lexeme.start, lexeme.end, "exclusion-as-word", message)


def _operand(text: str, lexemes: list[Lexeme]) -> str:
    """The operand at the beginning of some lexemes as typed, without its sign; "" if it goes on after them.

    >>> from khabar.query.lexer import lex
    >>> text = '"البحر الأحمر" قمح'
    >>> _operand(text, lex(text)[0])
    '"البحر الأحمر"'
    """
    start, depth = None, 0
    for lexeme in lexemes:
        if start is None:
            if lexeme.kind is Kind.NOT:
                continue
            if is_plain(lexeme):
                return lexeme.text
            start = lexeme.start + (lexeme.occur is not None)
        depth += (lexeme.kind is Kind.OPEN) - (lexeme.kind is Kind.CLOSE)
        if not depth and lexeme.kind is not Kind.TITLE:
            return text[start : lexeme.end]
    return ""


def small_operators(lexemes: list[Lexeme]) -> Iterator[Problem]:
    """Hints about «or», «and» and «not» between words that are not Latin: only capitals make them
    operators."""
    for before, lexeme, after in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        name = lexeme.text.upper()
        if (
            name in ("AND", "OR", "NOT")
            and is_plain(lexeme)
            and before.kind in ENDS
            and after.kind in BEGINS
            and not (_LATIN.search(before.text) or _LATIN.search(after.text))
        ):
            message = f"searched as a word; the operator is written in capitals: {name}"
            yield Problem(lexeme.start, lexeme.end, "operator-in-small-letters", message)
