"""The lexer: splits a query into lexemes. It never fails, and reads every character a bounded number of
times.

Invisible characters have no meaning, such as the direction marks that come along when text is copied from a
page. They are skipped, but positions refer to the text as typed. :mod:`khabar.query.quotes` pairs quotation
marks. This module also decides which words are operators, because that needs the whole query: see
:func:`_arabic_operators`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold, fold_digits
from khabar.index.plan import KEPT, Occur
from khabar.patterns import lazy_pattern
from khabar.query.field_names import FIELDS, LISTED, field_of
from khabar.query.field_values import SIGNS, alternatives, bounds, without_quotes
from khabar.query.quotes import QUOTES, quotes
from khabar.query.tree import Match, Problem
from khabar.spelling import INVISIBLE, visible

__all__ = ["NEAR_DISTANCE", "Kind", "Lexeme", "lex"]

#: Maximum number of other words between two words joined by a NEAR without a number.
NEAR_DISTANCE = 10
#: The usual spelling of the field names that folding changes.
_SHOWN = {"لغه": "لغة", "حتي": "حتى"}

#: Words that readers mistake for a field name, with the name of the field that they mean.
_MEANT = {
    word: field
    for field, words in {
        "مصدر": "موقع صحيفه جريده وكاله ناشر قناه",
        "كاتب": "محرر صحفي مؤلف بقلم",
        "قسم": "باب تصنيف فئه موضوع",
        "مكان": "بلد دوله مدينه",
        "تاريخ": "سنه عام شهر يوم",
        "بعد": "من ابتداء",
        "حتي": "الي لغايه",
        "يذكر": "شخص اسم",
        "عنوان": "حول بشان بخصوص",
        "source": "site publisher newspaper outlet",
        "author": "by writer",
        "date": "year month day",
        "after": "from",
        "until": "to",
    }.items()
    for word in words.split()
}
#: Words for which ``_MEANT`` has another field if a date follows the colon.
_MEANT_WITH_DATE = {"حول": "عن", "بشان": "عن", "بخصوص": "عن", "بين": "تاريخ"}
#: Labels that newsrooms put before a headline, with a colon.
_LABELS = frozenset(
    [
        "عاجل",
        "خاص",
        "حصري",
        "حصريا",
        "شاهد",
        "فيديو",
        "بالفيديو",
        "صور",
        "بالصور",
        "تقرير",
        "تحليل",
        "راي",
        "خبر",
        "مباشر",
        "متابعه",
        "تغطيه",
        "مقال",
    ]
)
#: Maximum number of words of a query that has no other syntax but is not read as a headline: «فنان:فيروز».
_NO_HEADLINE = 2
#: Words that readers mistake for a field that excludes the word after it.
_EXCLUSIONS = frozenset(
    [
        "بدون",
        "بلا",
        "دون",
        "ليس",
        "غير",
        "الا",
        "عدا",
        "ماعدا",
        "باستثناء",
        "without",
        "except",
        "exclude",
        "not",
    ]
)
#: Those that hardly mean anything else between two words of a formula; «غير» and «دون» often do.
_EXCEPTIONS = frozenset(["بدون", "الا", "عدا", "ماعدا", "باستثناء"])

#: A bar between two words: either, or a mark of a headline («عاجل | انفجار في بيروت»).
_BAR = "|"
#: A character that can follow a sign; «!!» is not a sign.
_SIGNED = lazy_pattern(r"[^\s!！؟?]")
_D = "0-9\u0660-\u0669\u06f0-\u06f9"
_MARKS = re.escape(QUOTES)
_WORD_END = lazy_pattern(rf"[\s()|{_MARKS}]|&&")
_VALUE_END = lazy_pattern(rf"[\s){_MARKS}]")
_OPERATOR = lazy_pattern(
    rf"(?:(AND|OR|NOT)|(?:NEAR|قرب(?=/))(?:/([{_D}]{{1,3}}))?)(?=[\s()]|$)|(?:(AND|OR|NOT))(?=[{_MARKS}])"
)
_OPERATORS_BEGIN = frozenset("AONق")
_SLOP = lazy_pattern(rf"~([{_D}]{{1,3}})(?!\w)")
#: A sign of a single word, in a phrase.
_WITHIN_PHRASE = lazy_pattern(r"(?<!\*)\*(?=\w)|(?<=\w)\*(?!\*)|(?<=\w)~(?=[12١٢]?(?:\s|$))")
#: Persian keyboards write «کاتب» and «تاریخ» with letters of their own.
_FIELD = lazy_pattern(r"([A-Za-z]{1,12}|[\u0621-\u064aکی]{1,12}):")
#: Text that looks like a field and is neither an address nor a time.
_NO_FIELD = lazy_pattern(r"(?:[A-Za-z_]{2,20}|[^\W\d][\w.-]{1,19}):(?=[^\s:/\\)])")
#: A possible name of a field kept from records (:mod:`khabar.corpus.kept_fields`).
_KEPT_NAME = lazy_pattern(r"([^\W\d][\w.-]{0,39}):")
#: Fields of dates, and the words that a date in one of them can have without quotation marks.
_DATED = frozenset({"date", "after", "before", "until", "about"})
_DATE_WORDS = 7
_DATE_WORD = lazy_pattern(rf"\s*([^\s(){_MARKS}]{{1,40}})(?=\s|$)")
_FOLLOWING = lazy_pattern(r"\s+([^\s()]{1,40})")
#: A web address, also without its beginning: a host with a dot, and a path.
_ADDRESS = lazy_pattern(
    r"(?:https?://(?:www\.)?|www\.)([^\s/]+\.[^\s]+)|((?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s]+)", re.IGNORECASE
)
#: The parameters of an address that say only where its reader came from.
_TRACKING = ("utm_", "fbclid", "gclid")
_TRAILING = "،,.;؛:؟?!…"
_LARGEST_SLOP = 100
#: Maximum edit distance of a fuzzy word.
_FUZZIEST = 2
#: An arbitrary reference, to test only whether a text is a date.
_SOME_DAY = date(2000, 1, 1)


class Kind(Enum):
    """The kind of a lexeme."""

    WORD = "word"
    PHRASE = "phrase"
    #: ``title:`` before a word, phrase or parenthesis
    TITLE = "title"
    #: any other field with its values
    FIELD = "field"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"


class Lexeme(msgspec.Struct, frozen=True):
    """A lexeme of a query.

    Attributes:
        kind: its kind.
        start, end: its range, including signs and marks.
        text: the text of a word, phrase or field, without signs and marks.
        at: position of that text.
        occur: meaning of the sign before it; None without a sign.
        how: for a word the kind of its term (:attr:`khabar.query.tree.Term.kind`); for a field its name.
        number: for a phrase or NEAR the slop, for a fuzzy word the distance; None if not given.
        values: the values of a field.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    at: int = 0
    occur: Occur | None = None
    how: str = ""
    number: int | None = None
    values: tuple[str, ...] = ()


def lex(text: str, match: Match = "any", kept: Sequence[str] = ()) -> tuple[list[Lexeme], list[Problem]]:
    """The lexemes of a query in order, and the problems: parts that could not be read or are ambiguous.

    Args:
        text: the query.
        match: whether ``any`` of its words is enough, or ``all`` are required.
        kept: names of further fields, which were kept from records.
    """
    read = visible(text)
    lexer = _Lexer(read, kept)
    lexemes = list(lexer.lexemes())
    problems = [*lexer.problems, *_small_operators(lexemes)]
    if lexer.doubtful and (len(read.split()) <= _NO_HEADLINE or any(map(_is_syntax, lexemes))):
        problems += lexer.doubtful
    lexemes, notes = _arabic_operators(lexemes, match)
    problems += notes
    if len(read) < len(text):
        places = [place for place, char in enumerate(text) if char not in INVISIBLE]
        lexemes = [_as_typed(lexeme, text, places) for lexeme in lexemes]
        problems = [
            replace(problem, start=places[problem.start], end=places[problem.end - 1] + 1)
            for problem in problems
        ]
    return lexemes, problems


def _as_typed(lexeme: Lexeme, text: str, places: list[int]) -> Lexeme:
    """A lexeme with its text and positions as typed, invisible characters included.

    Args:
        lexeme: a lexeme of the visible text.
        text: the query as typed.
        places: for each visible character its position in ``text``.
    """
    start, end = places[lexeme.start], places[lexeme.end - 1] + 1
    if not lexeme.text:
        return replace(lexeme, start=start, end=end)
    at = places[lexeme.at]
    piece = text[at : places[lexeme.at + len(lexeme.text) - 1] + 1]
    return replace(lexeme, start=start, end=end, at=at, text=piece)


class _Lexer:
    def __init__(self, text: str, kept: Sequence[str] = ()) -> None:
        self.text = text
        self._kept = kept
        self.problems: list[Problem] = []
        #: problems of words that may be names of fields or parts of a headline
        self.doubtful: list[Problem] = []
        self._quotes = quotes(text)
        #: position of the last closing parenthesis; one that opens after it is not closed
        self._last_close = text.rfind(")")

    def lexemes(self) -> Iterator[Lexeme]:
        text, length = self.text, len(self.text)
        place, begin = 0, 0
        occur: Occur | None = None
        while place < length:
            char = text[place]
            if char.isspace():
                place += 1
                occur = None
                continue
            if occur is None:
                begin = place
            fresh = place == 0 or text[place - 1].isspace() or text[place - 1] == "("
            if fresh and char in SIGNS and _SIGNED.match(text, place + 1):
                occur = SIGNS[char]
                place += 1
                char = text[place]
            if quote := self._quotes.get(place):
                if quote.closing is None:
                    self._lone_quote(place)
                    # A sign before it applies to the word after it.
                    place = quote.end
                    continue
                slop = _SLOP.match(text, self._quotes[quote.closing].end)
                yield from self._phrase(begin, place, slop, occur)
                place = slop.end() if slop else self._quotes[quote.closing].end
            elif char in "()":
                yield Lexeme(Kind.OPEN if char == "(" else Kind.CLOSE, begin, place + 1, occur=occur)
                place += 1
            elif text.startswith(("&&", "||"), place):
                yield Lexeme(Kind.AND if char == "&" else Kind.OR, place, place + 2)
                place += 2
            elif char == _BAR:
                yield Lexeme(Kind.WORD, place, place + 1, _BAR, place, how="word")
                place += 1
            elif occur is None and char in _OPERATORS_BEGIN and (operator := _OPERATOR.match(text, place)):
                yield _operator(operator)
                place = operator.end()
            elif fields := self._field(begin, place, occur):
                yield from fields
                place = fields[0].end
            else:
                end = self._end(_WORD_END, place + 1)
                yield self._word(begin, place, end, occur)
                place = end
            occur = None

    def _end(self, ends: re.Pattern[str], place: int) -> int:
        """The position of the next character that ends a word; apostrophes do not end one."""
        for match in ends.finditer(self.text, place):
            if match[0] not in QUOTES or match.start() in self._quotes:
                return match.start()
        return len(self.text)

    def _lone_quote(self, place: int) -> None:
        quote = self._quotes[place]
        if quote.opens:
            code, message = "unclosed-quote", "the quotation mark is not closed: searched as words"
        else:
            code, message = "stray-quote", "no quotation mark was opened: this one is left out"
        self.problems.append(Problem(place, quote.end, code, message))

    def _phrase(
        self, begin: int, opening: int, slop: re.Match[str] | None, occur: Occur | None
    ) -> Iterator[Lexeme]:
        quote = self._quotes[opening]
        assert quote.closing is not None
        inside, end = self.text[quote.end : quote.closing], self._quotes[quote.closing].end
        if any(map(fold, tokenizer.words(inside))):
            self._address(inside.strip(), opening, end)
            number = min(_LARGEST_SLOP, int(fold_digits(slop[1]))) if slop else None
            last = slop.end() if slop else end
            if sign := _WITHIN_PHRASE.search(inside):
                message = (
                    f"{sign[0]} stands for nothing between quotation marks: searched as words without it"
                )
                self.problems.append(Problem(opening, end, "pattern-of-words", message))
            yield Lexeme(Kind.PHRASE, begin, last, inside, quote.end, occur, number=number)
        else:
            message = "there is no word between the quotation marks: left out"
            self.problems.append(Problem(opening, end, "empty-phrase", message))

    def _field(self, begin: int, place: int, occur: Occur | None) -> tuple[Lexeme, ...]:
        """The field that begins here, or (). A field that excludes a part of its value is several; the first
        has the range of all."""
        text = self.text
        if text.find(":", place) < 0:
            return ()
        match = _FIELD.match(text, place)
        name = field_of(match[1]) if match else None
        if name is None and self._kept and (match := _KEPT_NAME.match(text, place)):
            name = self._kept_field(match[1])
        if match is None or name is None:
            self._unknown_field(place)
            return ()
        at = match.end()
        if name != "url" and not name.startswith(KEPT):
            at, occur = self._signed_value(match, at, occur)
        if name in _DATED and (result := self._date(begin, place, at, occur, name)):
            return (result,)
        if at == len(text) or text[at].isspace() or text[at] == ")":
            # This may be intended: «مصدر: لا اتفاق» is a headline.
            following = _FOLLOWING.match(text, at)
            message = f"no value directly follows «{match[0]}»: searched as a word"
            if following:
                message += f"; to search in the field, leave the space out: {match[0]}{following[1]}"
            self.problems.append(Problem(place, at, "empty-field", message))
            return ()
        if name == "title":
            return (Lexeme(Kind.TITLE, begin, at, occur=occur),)
        start, end, after = self._value(at)
        inside = text[start:end]
        excluded: tuple[tuple[int, int], ...] = ()
        if text[at] == "(":
            values, excluded = alternatives(inside)
        elif (conditions := bounds(name, inside)) and not (occur is Occur.MUST_NOT and conditions[1:]):
            return tuple(
                Lexeme(
                    Kind.FIELD,
                    begin,
                    after,
                    inside,
                    start,
                    Occur.MUST_NOT if condition.excluded else occur,
                    condition.field,
                    values=(condition.value,),
                )
                for condition in conditions
            )
        else:
            values = without_quotes([inside])
        if not values and not excluded:
            message = f"nothing follows «{match[0]}»: left out"
            self.problems.append(Problem(place, after, "empty-field", message))
        field = Lexeme(Kind.FIELD, begin, after, inside, start, occur, name, values=values)
        return field, *(self._excluded(name, start + first, start + last) for first, last in excluded)

    def _excluded(self, name: str, start: int, end: int) -> Lexeme:
        """The field that excludes the value in a range of the query."""
        value = self.text[start:end]
        return Lexeme(Kind.FIELD, start, end, value, start, Occur.MUST_NOT, name, values=(value,))

    def _signed_value(self, match: re.Match[str], at: int, occur: Occur | None) -> tuple[int, Occur | None]:
        """The position of a field's value, and its sign, which may stand directly before the value."""
        sign = SIGNS.get(self.text[at : at + 1])
        if sign is None or not _SIGNED.match(self.text, at + 1):
            return at, occur
        shown = "-" if sign is Occur.MUST_NOT else "+"
        message = f"the sign was read as before the field; write it there: {shown}{match[0]}"
        self.problems.append(Problem(match.start(), at + 1, "sign-in-field", message))
        return at + 1, sign if occur is None else occur

    def _kept_field(self, typed: str) -> str | None:
        """The kept field with a name, in the notation of plans; None if there is none."""
        from khabar.query.fields import kept_field

        field = kept_field(typed, self._kept)
        return KEPT + field if field else None

    def _unknown_field(self, place: int) -> None:
        """Report text that looks like a field but is not one.

        An Arabic word before a colon is usually part of a headline («عاجل:انفجار في بيروت»). It is reported
        if it resembles or means the name of a field, or if the query does not look like a headline: it is
        short, or has fields, operators or signs, and the word is no label of newsrooms.
        """
        other = _NO_FIELD.match(self.text, place)
        if other is None:
            return
        typed = other[0].removesuffix(":")
        word = fold(typed)
        value = self.text[other.end() : self._end(_WORD_END, other.end())]
        if word in _EXCLUSIONS:
            message = (
                f"there is no field «{other[0]}»: searched as words; to exclude a word, put a minus before it"
            )
            self.problems.append(Problem(place, other.end(), "no-exclusion", f"{message}: -{value}"))
            return
        from khabar.query.nearest import nearest

        meant = _MEANT.get(word) or _MEANT.get(word.removeprefix("ال"), "")
        if word in _MEANT_WITH_DATE and is_date(value.partition("..")[0].rstrip(_TRAILING)):
            meant = _MEANT_WITH_DATE[word]
        near = (
            (_SHOWN.get(meant, meant),)
            if meant
            else nearest(typed, [*(_SHOWN.get(name, name) for name in FIELDS), *self._kept], 3)
        )
        names = f"similar names: {', '.join(near)}" if near else f"the fields are: {LISTED[typed.isascii()]}"
        message = f"there is no field «{other[0]}»: searched as words; {names}"
        problem = Problem(place, other.end(), "unknown-field", message, near)
        if near or typed.isascii():
            self.problems.append(problem)
        elif value and word not in _LABELS:  # «قال:«نعم»» has no value: it is speech
            self.doubtful.append(problem)

    def _date(self, begin: int, place: int, at: int, occur: Occur | None, name: str) -> Lexeme | None:
        """A field whose date has spaces before or in it: its value is the longest sequence of words that is a
        date. None if the value ends at the first space anyway."""
        text = self.text
        start = end = at
        longest: tuple[int, int] | None = None
        for number in range(_DATE_WORDS):
            word = _DATE_WORD.match(text, end)
            if word is None or (number and any(place in self._quotes for place in range(*word.span(1)))):
                break
            if not number:
                start = word.start(1)
                if start == at and not _DATE_WORD.match(text, word.end()):
                    return None
            end = word.end(1)
            core = text[start:end].rstrip("،,؛;؟?!")
            if is_date(core):
                longest = start + len(core), end
            if start + len(core) < end:
                break
        if longest is None or (start == at and not any(map(str.isspace, text[start : longest[0]]))):
            return None
        inside = text[start : longest[0]]
        message = f"read as {text[place:at]}{'_'.join(inside.split())}"
        self.problems.append(Problem(place, longest[0], "spaced-date", message))
        return Lexeme(Kind.FIELD, begin, longest[1], inside, start, occur, name, values=(inside,))

    def _value(self, at: int) -> tuple[int, int, int]:
        """The range of the value of a field, and the position after it."""
        text = self.text
        quote = self._quotes.get(at)
        if quote and quote.closing is not None:
            return quote.end, quote.closing, self._quotes[quote.closing].end
        if quote:
            self._lone_quote(at)
            at = quote.end
        elif text[at] == "(":
            if at < self._last_close:
                end = text.index(")", at)
                return at + 1, end, end + 1
            message = "the parenthesis is not closed: taken as closed at the next space"
            self.problems.append(Problem(at, at + 1, "unclosed-parenthesis", message))
            at += 1
        after = self._end(_VALUE_END, at)
        end = after
        while end > at and text[end - 1] in "،,؛;؟?!":
            end -= 1
        return at, end, after

    def _word(self, begin: int, start: int, end: int, occur: Occur | None) -> Lexeme:
        text = self.text[start:end]
        core = text.rstrip(_TRAILING)
        self._address(core, start, start + len(core))
        how, number = "word", None
        if core.startswith("=") and _has_word(core):
            how, text, start = "exact", core[1:], start + 1
        elif "*" in core and _has_word(core):
            how, text = "pattern", core
        else:
            head, tilde, digits = core.rpartition("~")
            if (
                tilde
                and len(digits) < 2
                and fold_digits(digits).strip("0123456789") == ""
                and _has_word(head)
            ):
                how, text = "fuzzy", head
                number = int(fold_digits(digits)) if digits else None
                if number is not None and number > _FUZZIEST:
                    message = f"at most {_FUZZIEST} letters may differ: searched with {_FUZZIEST}"
                    self.problems.append(Problem(start, end, "too-fuzzy", message))
                    number = _FUZZIEST
        return Lexeme(Kind.WORD, begin, end, text, start, occur, how, number)

    def _address(self, text: str, start: int, end: int) -> None:
        """Report a web address, which finds hardly anything as words."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            return
        path, _, query = (match[1] or match[2]).partition("#")[0].partition("?")
        query = "&".join(each for each in query.split("&") if not each.startswith(_TRACKING))
        shown = f"{path.rstrip('/')}?{query}" if query else path.rstrip("/")
        message = (
            f'this web address is searched as words; for the article at this address write url:"{shown}"'
        )
        self.problems.append(Problem(start, end, "address-as-words", message))


def is_date(text: str) -> bool:
    """Whether a text is a date or period, on any day."""
    # The grammar of dates takes a while to import.
    from khabar.dates import DateSpan, parse_period

    return isinstance(parse_period(text, _SOME_DAY), DateSpan)


def _has_word(text: str) -> bool:
    return any(map(fold, tokenizer.words(text)))


def _operator(match: re.Match[str]) -> Lexeme:
    name = match[1] or match[3]
    if name:
        return Lexeme(Kind(name), match.start(), match.end())
    distance = min(_LARGEST_SLOP, int(fold_digits(match[2]))) if match[2] else NEAR_DISTANCE
    return Lexeme(Kind.NEAR, match.start(), match.end(), number=distance)


def _arabic_operators(lexemes: list[Lexeme], match: Match) -> tuple[list[Lexeme], list[Problem]]:
    """Make «أو» and «ليس» operators where they are meant as such, and report those that could be words.

    Every second headline has one of the two words. «أو» between two operands is OR if the query has any
    other syntax; in a query of plain words, of which any is enough, it changes nothing. «ليس» (or «وليس»)
    as NOT excludes articles, so the query must show that it is a formula: by another operator, by a field, or
    by a parenthesis directly after it. Where all words are required, reading one of the two as a word would
    reverse the meaning of the query. There both are operators between any two operands, and this is reported.
    «و» is never an operator. «بدون» and «إلا» are not either, because of names such as «أطباء بدون حدود», but
    where «ليس» would be NOT they are reported.
    «و» is never an operator. «|» follows the rule of «أو»: headlines have it too («عاجل | انفجار»).
    """
    plain = [_is_plain(lexeme) for lexeme in lexemes]
    words_alone = all(plain)
    if words_alone and match == "any":
        return lexemes, []
    formula = any(lexeme.kind in _FORMULA for lexeme in lexemes)
    changed = list(lexemes)
    notes = []
    for number, lexeme in enumerate(lexemes):
        if not plain[number] or len(lexeme.text) > 8:
            continue
        folded = lexeme.text if lexeme.text == _BAR else fold(lexeme.text)
        before = changed[number - 1].kind if number else None
        after = lexemes[number + 1].kind if number + 1 < len(lexemes) else None
        if after not in _BEGINS:
            continue
        if folded in ("او", _BAR) and before in _ENDS:
            kind, sure = Kind.OR, not words_alone
        elif folded in ("ليس", "وليس"):
            kind, sure = Kind.NOT, formula or after in (Kind.OPEN, Kind.FIELD, Kind.TITLE)
        elif folded in _EXCEPTIONS:
            if before in _ENDS and (match == "all" or formula or after is Kind.OPEN):
                notes.append(_no_exception(lexeme, lexemes[number + 1]))
            continue
        else:
            continue
        if sure or (match == "all" and (before in _ENDS or before is Kind.OR)):
            changed[number] = replace(lexeme, kind=kind)
        if changed[number].kind is kind and not sure:
            code, message = "word-as-operator", f"for the word write ={lexeme.text}"
            if folded == _BAR:
                code, message = "bar-as-operator", "for articles with both sides leave it out"
            message = f"read as {kind.value}: all words are required here; {message}"
            notes.append(Problem(lexeme.start, lexeme.end, code, message))
    return changed, notes


def _no_exception(lexeme: Lexeme, following: Lexeme) -> Problem:
    """The problem of a word such as «بدون», which excludes nothing."""
    excluded = following.text if _is_plain(following) else "word"
    message = (
        f"searched as a word, which excludes nothing; to exclude a word, put a minus before it: -{excluded}"
    )
    return Problem(lexeme.start, lexeme.end, "exclusion-as-word", message)


def _small_operators(lexemes: list[Lexeme]) -> Iterator[Problem]:
    """Hints about «or», «and» and «not» between words that are not Latin: only capitals make them
    operators."""
    for before, lexeme, after in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        name = lexeme.text.upper()
        if (
            name in ("AND", "OR", "NOT")
            and _is_plain(lexeme)
            and before.kind in _ENDS
            and after.kind in _BEGINS
            and not (_LATIN.search(before.text) or _LATIN.search(after.text))
        ):
            message = f"searched as a word; the operator is written in capitals: {name}"
            yield Problem(lexeme.start, lexeme.end, "operator-in-small-letters", message)


def _is_plain(lexeme: Lexeme) -> bool:
    return lexeme.kind is Kind.WORD and lexeme.how == "word" and lexeme.occur is None


def _is_syntax(lexeme: Lexeme) -> bool:
    """Whether a lexeme is syntax, which pasted text does not have."""
    return lexeme.kind in _FORMULA or lexeme.occur is not None


_LATIN = lazy_pattern("[A-Za-z]")
_FORMULA = (Kind.AND, Kind.OR, Kind.NOT, Kind.NEAR, Kind.FIELD, Kind.TITLE)
_BEGINS = (Kind.WORD, Kind.PHRASE, Kind.FIELD, Kind.TITLE, Kind.OPEN, Kind.NOT)
_ENDS = (Kind.WORD, Kind.PHRASE, Kind.FIELD, Kind.CLOSE)
