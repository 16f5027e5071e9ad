"""The grammar of dates, from tokens to mentions. Each rule takes a position, and returns the date there and
its end."""

from __future__ import annotations

from msgspec.structs import replace

from khabar.dates.mention import Mention, Reading, Relative
from khabar.dates.relative import RelativeDates, Result
from khabar.dates.tokens import END, Token, day_number, year_in_words
from khabar.dates.words import (
    EQUALS,
    FIRST,
    GREGORIAN,
    HIJRI,
    NUMBERED,
    OF_MONTH,
    ORDINARY,
    POINTS,
    PREPOSITIONS,
    SEASONS,
    SECOND,
    TENSES,
    TO,
    WEEKDAYS,
    YEAR_WORDS,
)

__all__ = ["Grammar"]

_AMBIGUOUS_YEAR = "{0} can be a Hijri or a Gregorian year: write {0}هـ or {0}م"
_AROUND_MONTHS = frozenset({"من", "بين", *TO})


class Grammar(RelativeDates):
    """The rules over the tokens of one text."""

    # Dates

    def date(self, at: int) -> Result | None:
        """A date with its weekday and its counterpart in the other calendar."""
        result = self._with_weekday(at) or self._dated(at) or self._relative(at)
        if result is None or result[0].relative or result[0].other:
            return result
        return self._with_other_calendar(*result)

    def _with_weekday(self, at: int) -> Result | None:
        start = at
        if self._word(at) == "يوم":
            at += 1
        weekday = WEEKDAYS.get(self._word(at))
        if weekday is None:
            if start == at:
                return None
            result = self._dated(at) or self._relative(at)
            return result if result and (result[0].readings or self._word(at) in POINTS) else None
        at += 1
        tense = TENSES.get(self._word(at))
        after = at + (tense is not None)
        then = self._past(self._past(after, "("), "،,-/:")
        for _ in range(2):
            if self._word(then) in EQUALS or self._word(then) in ("تاريخ", "في", "يوم"):
                then = self._past(then + 1, ":-")
        if (dated := self._dated(then)) and dated[0].readings and dated[0].readings[0].day is not None:
            mention, end = dated
            return replace(mention, weekday=weekday), self._past(end, ")") if self._is(after, "(") else end
        if tense is not None or self._whole:
            return Mention(weekday=weekday, relative=Relative("week", tense or 0), how="relative"), after
        return None

    def _with_other_calendar(self, mention: Mention, at: int) -> Result:
        then, stated = self._past(at, "،,"), False
        opened = self._is(then, "(")
        then = self._past(then, "(/-=")
        if self._word(then) in EQUALS:
            then, stated = self._past(then + 1, ":-"), True
            if self._word(then) == "يوم":
                then += 1
            if self._word(then) in WEEKDAYS:
                then += 1
        if not mention.readings or (then == at and not stated):
            return mention, at
        if (counterpart := self._dated(then)) is None or not counterpart[0].readings:
            return mention, at
        other, end = counterpart
        one, two = mention.readings[0], other.readings[0]
        same_precision = (one.day is None, one.month is None) == (two.day is None, two.month is None)
        if same_precision and (one.hijri != two.hijri or stated):
            return replace(mention, other=other), self._past(end, ")") if opened else end
        return mention, at

    def _dated(self, at: int) -> Result | None:
        return self._numeric(at) or self._day_of_month(at) or self._month_first(at) or self._year_alone(at)

    # Numbers only

    def _numeric(self, at: int) -> Result | None:
        """2023-10-07, 7/10/2023, 1445/3/22هـ."""
        one, mark, two = self._tokens[at : at + 3]
        if not one.digits or two.digits not in (1, 2) or mark.word not in ("/", "-", "."):
            return self._compact(at) if self._whole and one.digits else None
        again, three = self._tokens[at + 3 : at + 5]
        if again.word != mark.word or not three.digits:
            return self._month_in_numbers(at, one, two)
        if mark.word == "." and three.end - one.start != one.digits + two.digits + three.digits + 2:
            return None
        if self._is(at + 5, mark.word) and self._tokens[at + 6].digits:
            return None  # a telephone number, a version, an address
        era, end = self._era(at + 5)
        if one.digits == 4 and three.digits in (1, 2):
            return self._numbered([(one.number, two.number, three.number)], era), end
        if one.digits in (1, 2) and three.digits == 4:
            year, first, second = three.number, one.number, two.number
            orders = [(year, second, first)]
            if era != "hijri":
                orders.append((year, first, second))
            return self._numbered(orders, era), end
        return None

    def _numbered(self, orders: list[tuple[int, int, int]], era: str) -> Mention:
        """A date in numbers; ``orders`` are the ways to read them as (year, month, day)."""
        year = orders[0][0]
        if era == "hijri":
            return Mention(tuple(Reading(True, *order) for order in orders[:1]), how="numbers")
        if 1300 <= year <= 1500 and not era:
            # A weekday or the other calendar may decide between the two.
            readings = (Reading(True, *orders[0]), *(Reading(False, *order) for order in orders))
            return Mention(readings, how="numbers", reason=_AMBIGUOUS_YEAR.format(year))
        if not 1900 <= year <= 2100 and not era:
            return Mention((Reading(False, *orders[0]),), reason=f"{year} is not a year from 1900 to 2100")
        return Mention(tuple(Reading(False, *order) for order in orders), how="numbers")

    def _month_in_numbers(self, at: int, one: Token, two: Token) -> Result | None:
        """2023-10, if the text is nothing else (`_compact` reads 10/2023)."""
        if not self._whole or one.digits != 4:
            return None
        era, end = self._era(at + 3)
        mention = self._numbered([(one.number, two.number, 1)], era)
        return self._dayed(mention, None), end

    def _compact(self, at: int) -> Result | None:
        """20231007; 10/2023."""
        one, mark, two = self._tokens[at : at + 3]
        if one.digits == 8:
            year, rest = divmod(one.number, 10_000)
            return self._numbered([(year, rest // 100, rest % 100)], ""), at + 1
        if one.digits <= 2 and mark.word in ("/", "-") and two.digits == 4:
            era, end = self._era(at + 3)
            mention = self._numbered([(two.number, one.number, 1)], era)
            return self._dayed(mention, None), end
        return None

    # Names of months

    def _month(self, at: int) -> tuple[list[Reading], int, bool] | None:
        """A month with one name or two, its end, and whether the name is also an everyday word."""
        months, end, ordinary = self._one_month(at)
        if not months:
            return None
        if not months[0].hijri:
            then = self._past(end, "/-(")
            others, others_end, _ = self._one_month(then)
            if others and not others[0].hijri:
                common = [month for month in months if month in others]
                if common:
                    return common, self._past(others_end, ")") if self._is(end, "(") else others_end, False
                if self._is(end, "/("):
                    return [*months, *others], others_end, False
        return months, end, ordinary

    def _one_month(self, at: int) -> tuple[list[Reading], int, bool]:
        word = self._word(at)
        if number := GREGORIAN.get(word):
            return (
                [Reading(False, None, number)],
                self._past(at + 1, ".") if word.isascii() else at + 1,
                word in ORDINARY,
            )
        if number := HIJRI.get(word):
            end = at + 1 + (self._word(at + 1) in ("الحرام", "الخير", "المبارك", "المرجب"))
            return [Reading(True, None, number)], end, word in ORDINARY
        if word in NUMBERED:
            hijri, first, second = NUMBERED[word]
            then = self._word(at + 1)
            if word in ("ذو", "ذي"):
                months = {"القعده": 11, "قعده": 11, "الحجه": 12, "حجه": 12}
                return [Reading(True, None, months[then])] if then in months else [], at + 2, False
            if then in FIRST or then in SECOND:
                return [Reading(hijri, None, first if then in FIRST else second)], at + 2, False
            if ordinal := self._ordinal(at + 1, hijri):
                return [Reading(hijri, None, (first, second)[ordinal[0] - 1])], ordinal[1], False
            if not hijri and len(word) > 1:
                return [Reading(False, None, first), Reading(False, None, second)], at + 1, False
        return [], at, False

    def _ordinal(self, at: int, hijri: bool) -> tuple[int, int] | None:
        """The 2 of «كانون 2», «كانون (2)» and «جمادى 2 1445»; «ربيع» with a number needs a year."""
        opened = self._is(at, "(")
        number = self._tokens[at + opened]
        if number.digits != 1 or number.number not in (1, 2) or (opened and not self._is(at + 2, ")")):
            return None
        end = at + 1 + 2 * opened
        return (number.number, end) if not hijri or self._whole or self._tokens[end].digits == 4 else None

    def _day_of_month(self, at: int) -> Result | None:
        """7 أكتوبر 2023; السابع من شهر تشرين الأول."""
        if (number := day_number(self._tokens, at)) is None:
            return None
        day, then = number
        spaced = then
        if self._tokens[at].digits and self._word(then) in ("st", "nd", "rd", "th", "er"):
            then += 1
        if self._word(then) in ("من", "of"):
            then += 1
        else:
            then = self._past(then, "/-")
        stated = self._word(then) in OF_MONTH
        then += stated
        if (month := self._month(then)) is None:
            return None
        readings, end, _ = month
        separated = then != spaced and self._is(then - 1, "/-")
        mention, end = self._in_year(readings, end)
        safar = mention.readings[0].hijri and mention.readings[0].month == 2
        if safar and (separated or not stated) and not mention.whole:
            return None  # «3 - صفر» is a score
        return self._dayed(mention, day), end

    @staticmethod
    def _dayed(mention: Mention, day: int | None) -> Mention:
        """The mention with a day in all its readings, or without one."""
        return replace(mention, readings=tuple(replace(reading, day=day) for reading in mention.readings))

    def _month_first(self, at: int) -> Result | None:
        """أكتوبر 2023; أكتوبر 7, 2023; شهر رمضان الماضي; في أكتوبر."""
        stated = self._word(at) in OF_MONTH
        if (month := self._month(at + stated)) is None:
            return None
        readings, end, ordinary = month
        day = self._tokens[end]
        if 1 <= day.digits <= 2 and 1 <= day.number <= 31:
            then = self._past(end + 1, ",،")
            if self._tokens[then].digits == 4 and 1900 <= self._tokens[then].number <= 2100:
                year = self._tokens[then].number
                dated = tuple(replace(reading, day=day.number, year=year) for reading in readings)
                return Mention(dated, how="month name"), then + 1
        mention, then = self._in_year(readings, end)
        if mention.whole or mention.tense is not None or mention.year_shift is not None or self._whole:
            return mention, then
        before = self._tokens[at - 1].word if at > 0 else ""
        near = (
            before in PREPOSITIONS or before in _AROUND_MONTHS or self._tokens[at].prefix[-1:] in ("ب", "ل")
        )
        following = self._tokens[then]
        near = near or (following.prefix == "و" and following.word in GREGORIAN)
        return (mention, then) if stated or (near and not ordinary) else None

    def _in_year(self, readings: list[Reading], at: int) -> Result:
        """A month with the year after it, if there is one."""
        mention = Mention(tuple(readings), how="month name")
        then = self._past(at, "،,/-")
        if self._word(then) == "من":
            then += 1
        cue = self._word(then) in YEAR_WORDS
        then += cue
        if cue and (tense := TENSES.get(self._word(then))) is not None:
            return replace(mention, year_shift=tense), then + 1
        if cue and self._word(then) == "قبل" and TENSES.get(self._word(then + 1)) == -1:
            return replace(mention, year_shift=-2), then + 2
        number = self._tokens[then]
        if number.digits == 4 or (number.digits == 3 and cue):
            era, end = self._era(then + 1)
            if self._is_year(number.number, readings[0].hijri, cue or bool(era)):
                return self._in_one_year(mention, number.number), end
        elif cue and (words := year_in_words(self._tokens, then)):
            year, end = words
            _, end = self._era(end)
            return self._in_one_year(mention, year), end
        if (tense := TENSES.get(self._word(at))) is not None:
            return replace(mention, tense=tense), at + 1
        return mention, at

    @staticmethod
    def _in_one_year(mention: Mention, year: int) -> Mention:
        """The mention with a year in all its readings."""
        return replace(mention, readings=tuple(replace(reading, year=year) for reading in mention.readings))

    @staticmethod
    def _is_year(number: int, hijri: bool, sure: bool) -> bool:
        if hijri:
            return 1 <= number <= 1600 if sure else 1300 <= number <= 1500
        return 100 <= number <= 2999 if sure else 1800 <= number <= 2100

    # Years

    def _year_alone(self, at: int) -> Result | None:
        """عام 2023; 2023م; 1445هـ; صيف 2023; منذ 2023،"""
        word = self._word(at)
        cue = word in YEAR_WORDS
        then = at + (cue or word in SEASONS or word in PREPOSITIONS)
        number = self._tokens[then]
        if not number.digits:
            if cue and (words := year_in_words(self._tokens, then)) and words[0] >= 1000:
                era, end = self._era(words[1])
                return self._year(words[0], era), end
            return None
        joined = self._tokens[then - 1].end == number.start and self._is(then - 1, "/-._=&")
        if number.digits != 4 or joined:
            return None
        era, end = self._era(then + 1)
        if not era and not self._whole:
            if not cue and not 1900 <= number.number <= 2100:
                return None
            if word in PREPOSITIONS and not self._ends_clause(end):
                return None
            if then == at:
                return None
        if self._is(end, "/") and self._tokens[end + 1].digits:
            return None  # a season, a part of a date
        return self._year(number.number, era), end

    def _ends_clause(self, at: int) -> bool:
        token = self._tokens[at]
        return token is END or (len(token.word) == 1 and token.word in '.،,؛;:)]»"”؟!|') or token.word == "و"

    @staticmethod
    def _year(number: int, era: str) -> Mention:
        if era == "hijri":
            return Mention((Reading(True, number),), how="year")
        if 1300 <= number <= 1500 and not era:
            return Mention((Reading(True, number),), how="year", reason=_AMBIGUOUS_YEAR.format(number))
        if not 1000 <= number <= 2200:
            return Mention(reason=f"{number} is not a year from 1000 to 2200")
        return Mention((Reading(False, number),), how="year")
