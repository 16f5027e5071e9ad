"""The rules for dates relative to the day of writing: أمس, الأسبوع الماضي, قبل ثلاثة أيام."""

from __future__ import annotations

from msgspec.structs import replace

from khabar.dates.mention import Mention, Relative
from khabar.dates.tokens import Cursor, quantity
from khabar.dates.words import (
    ADJECTIVE,
    DAY_ADJECTIVES,
    GREGORIAN,
    HIJRI,
    NUMBERED,
    POINTS,
    TENSES,
    UNIT_WORDS,
    UNITS,
    WEEKDAYS,
)

__all__ = ["RelativeDates", "Result"]

Result = tuple[Mention, int]
"""A mention, and the position after it."""

_MONTHS = frozenset({*GREGORIAN, *HIJRI, *NUMBERED})


class RelativeDates(Cursor):
    """The rules over the tokens of one text."""

    def _relative(self, at: int) -> Result | None:
        return self._point(at) or self._unit(at) or self._ago(at)

    def _point(self, at: int) -> Result | None:
        """أمس, أول أمس, اليوم, غدا, with a weekday after them."""
        word, shift, end = self._word(at), 0, at + 1
        if word in ("اول", "الاول"):
            end += self._word(end) == "من"
            if self._word(end) != "امس":
                return None
            shift, end = -2, end + 1
        elif word == "بعد" and self._word(end) in ("غد", "غدا"):
            shift, end = 2, end + 1
        elif word in POINTS and (word != "غد" or self._word(at - 1) == "يوم"):
            shift = POINTS[word]
            if word == "امس" and self._word(end) == "الاول":
                shift, end = -2, end + 1
            elif word == "اليوم" and not self._means_today(at):
                return None
        else:
            return None
        mention = Mention(relative=Relative("day", shift), how="relative")
        then = self._past(end, "(،")
        if (weekday := WEEKDAYS.get(self._word(then))) is None:
            return mention, end
        # «اليوم، الأحد» may be an apposition or a list, and what follows does not tell. Only brackets count.
        if self._is(end, "،"):
            return mention, end
        return replace(mention, weekday=weekday), self._past(then + 1, ")")

    def _means_today(self, at: int) -> bool:
        """Whether «اليوم» means today, unlike in «في اليوم التالي», «اليوم الوطني», «صحيفة اليوم»."""
        before = self._word(at - 1) if at > 0 else ""
        if before in ("في", "ذلك", "صحيفه", "جريده", "موقع", "قناه") or self._tokens[at].prefix not in (
            "",
            "و",
        ):
            return False
        following = self._tokens[at + 1]
        ordinal = following.word.startswith("ال") and following.word in UNITS
        return following.word in WEEKDAYS or not (
            ordinal
            or following.word in TENSES
            or following.word in DAY_ADJECTIVES
            or following.prefix == ADJECTIVE
        )

    def _unit(self, at: int) -> Result | None:
        """الأسبوع الماضي, العام قبل الماضي, هذا الشهر."""
        this = self._word(at) in ("هذا", "هذه")
        unit, count = UNIT_WORDS.get(self._word(at + this), ("", 0))
        then = at + this + 1
        if count != 1 or (unit == "day" and not this):
            return None
        earlier = self._word(then) == "قبل"
        tense = TENSES.get(self._word(then + earlier))
        if tense is not None and not (earlier and tense != -1):
            end = then + 1 + earlier
            return Mention(relative=Relative(unit, tense - earlier), how="relative"), end  # type: ignore[arg-type]
        if this and self._word(then) not in _MONTHS:
            return Mention(relative=Relative(unit, 0), how="relative"), then  # type: ignore[arg-type]
        return None

    def _ago(self, at: int) -> Result | None:
        """قبل ثلاثة أيام, منذ أسبوعين; not «قبل يومين من الموعد», which is relative to another day."""
        if self._word(at) not in ("قبل", "منذ") and not (self._whole and self._word(at) == "بعد"):
            return None
        if (found := quantity(self._tokens, at + 1)) is None:
            return None
        count, unit, end = found
        if (
            self._word(end) == "من"
            or self._word(end) in _MONTHS
            or self._word(end) in WEEKDAYS
            or self._tokens[end].digits
        ):
            return None
        shift = count if self._word(at) == "بعد" else -count
        return Mention(relative=Relative(unit, shift), how="relative"), end
