"""Numbers in digits and in words, as dates use them: days of the month, years, and how many days ago."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.dates.spans import Precision
from khabar.dates.tokens import Token
from khabar.dates.words import LARGE, TEEN, TENS, UNIT_WORDS, UNITS, WEEKDAYS

__all__ = ["day_number", "quantity", "year_in_words"]


def day_number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A day of a month, 1 to 31: «7», «07», «السابع», «الحادي والعشرين»; and where it ends."""
    token = tokens[at]
    if token.digits:
        return (token.number, at + 1) if token.digits <= 3 and 1 <= token.number <= 31 else None
    if token.word in WEEKDAYS or (result := _below_hundred(tokens, at)) is None or not 1 <= result[0] <= 31:
        return None
    return result


def _below_hundred(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    word = tokens[at].word
    if word in TENS:
        return TENS[word], at + 1
    if (unit := UNITS.get(word)) is None:
        return None
    following = tokens[at + 1]
    if following.word in TEEN and unit < 10:
        return 10 + unit, at + 2
    if following.word in TENS and following.prefix == "و" and unit < 10:
        return unit + TENS[following.word], at + 2
    if following.word == "و" and tokens[at + 2].word in TENS and unit < 10:
        return unit + TENS[tokens[at + 2].word], at + 3
    return unit, at + 1


def year_in_words(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """«ألفين وثلاثة وعشرين», «ألف وتسعمئة وثمانية وأربعين», and where it ends."""
    total, end = 0, at
    last = 10_000
    for part in range(4):
        here = end
        if part and tokens[here].word == "و":
            here += 1
        elif part and tokens[here].prefix != "و":
            break
        if value := LARGE.get(tokens[here].word):
            found = value, here + 1
        elif not (found := _below_hundred(tokens, here)):  # type: ignore[assignment]
            break
        value, then = found
        # Thousands, then hundreds, then the rest, each once.
        size = 1000 if value >= 1000 else 100 if value >= 100 else 1
        if size >= last:
            break
        total, end, last = total + value, then, size
        if size == 1:
            break
    return (total, end) if total >= 1000 else None


def quantity(tokens: Sequence[Token], at: int) -> tuple[int, Precision, int] | None:
    """«3 أيام», «ثلاثة أسابيع», «يومين», «شهر»: how many of which unit, and where it ends."""
    if (alone := UNIT_WORDS.get(tokens[at].word)) and alone[1] and not tokens[at].word.startswith("ال"):
        unit, count = alone
        end = at + 1 + (UNITS.get(tokens[at + 1].word) == count)
        return count, unit, end  # type: ignore[return-value]
    token = tokens[at]
    if token.digits:
        number, end = token.number, at + 1
        if not 1 <= token.digits <= 4:
            return None
    elif found := _below_hundred(tokens, at):
        number, end = found
    else:
        return None
    if counted := UNIT_WORDS.get(tokens[end].word):
        return number, counted[0], end + 1  # type: ignore[return-value]
    return None
