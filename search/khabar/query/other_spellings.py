"""Other ways in which a text may write a word of a query: a name in one word or in two, letters with full
stops between them, a hamza on another seat, a number with other separators.

Newsrooms write نيويورك and نيو يورك, خانيونس and خان يونس, شيء and شئ, and a space is easily lost
(«وزيرالخارجية»). An index keeps words as texts write them, so a spelling proposed here counts only if the
index has it. All functions are pure and take folded words.
"""

from __future__ import annotations

from collections.abc import Iterator

from khabar.patterns import lazy_pattern

__all__ = [
    "always_apart",
    "can_be_one",
    "cuts",
    "is_expression",
    "is_one_in_a_phrase",
    "is_particle",
    "is_surely_cut",
    "written_otherwise",
]

#: Names that newsrooms write in one word and in two, so that both may be in an index.
_NAMES = """
نيو يورك, نيو جيرسي, نيو دلهي, نيو زيلندا, خان يونس, حضر موت, بور سعيد, بور سودان, كوالا لمبور, هونغ كونغ,
هونج كونج, سري لانكا, بوركينا فاسو, كوت ديفوار, طول كرم, تل ابيب, رام الله, حزب الله, دير الزور, ام درمان,
ام القري, شرم الشيخ, راس الخيمه, بيت لحم, بيت لاهيا, دار السلام, اديس ابابا, لوس انجلوس, سان فرانسيسكو,
بيونس ايرس, فيس بوك, يو تيوب, واتس اب, تيك توك, سناب شات, مايكرو سوفت, بيت كوين, بلاي ستيشن, سيف الاسلام,
سيف الدين, صلاح الدين, نور الدين, علاء الدين, عز الدين, شمس الدين, جمال الدين, محيي الدين, نصر الله, فضل الله,
جاد الله, سعد الله
"""
#: Expressions that are often written in one word.
_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    expression.replace(" ", ""): tuple(expression.split())
    for expression in ["ان شاء الله", "ما شاء الله", "شاء الله", "عز وجل", "سبحان الله", "غير ان", "بيد ان"]
}
_APART = dict(_EXPRESSIONS)
for _name in _NAMES.replace("\n", " ").split(","):
    _left, _right = _name.split()
    _APART[_left + _right] = _left, _right

#: Particles that are written in one word and in two, and verbs that are after «ما» and «لا».
_PARTICLES = """
لا بد, لا سيما, لا شك, لا ريب, لا جرم, لا محاله, لا غرو, لا داعي, يا ليت, يا تري, ما عدا, ما خلا, ما شاء,
عند ما, بعد ما, قبل ما, حسب ما, كي لا, اي ما, حيث ما
"""
_NEGATIONS = "ما", "لا"
_GOING_ON = """
زال زالت زالا زالتا زالوا زلت زلنا يزال تزال يزالون يزالوا تزالان يزالان ازال نزال دام دامت داموا برح برحت
انفك انفكت فتئ
"""
_WRITTEN_TOGETHER = {
    left + right: (left, right)
    for left, right in (
        *map(str.split, _PARTICLES.replace("\n", " ").split(",")),
        *((negation, verb) for negation in _NEGATIONS for verb in _GOING_ON.split()),
    )
}
_APART |= _WRITTEN_TOGETHER

_ARABIC = lazy_pattern("[\u0621-\u064a]+")
_LATIN = lazy_pattern("[a-z]+")
#: Fewest letters of a part of a word that may be two, and of its second part with an article.
_FEWEST = 3
_FEWEST_WITH_ARTICLE = 5
_SON = "بن"
_LONGEST_ABBREVIATION = 5
#: Interchangeable seats of a hamza, at the end of a word and inside it. Folding removes the hamza of an alef.
_SEATS_AT_END = (("يء", "يئ", "ئ"), ("وء", "ؤ"), ("ؤون", "ئون", "ءون", "اون"))
_SEATS = (("ؤو", "ءو", "ئو"), ("اءه", "ائه"))
_ARTICLES = ("ال", "لل")
_SCORE = lazy_pattern(r"([0-9]{1,2})-([0-9]{1,2})")
_WHOLE = lazy_pattern("[1-9][0-9]{6,14}")
_DECIMAL = lazy_pattern(r"([1-9][0-9]{3,14})\.([0-9]+)")
_GROUPED_DECIMAL = lazy_pattern(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_GROUPED_BY_POINTS = lazy_pattern(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_ONE_SIGN = lazy_pattern(r"([0-9]+)([.,])([0-9]{1,2})")


def can_be_one(left: str, right: str) -> bool:
    """Whether two words of a query that follow one another may be one word in a text.

    «آل ثاني» is not الثاني.

    >>> can_be_one("نيو", "يورك"), can_be_one("iphone", "15"), can_be_one("ال", "ثاني")
    (True, True, False)
    """
    if is_particle(left + right):
        return True
    if left.endswith(_ARTICLES) and len(left) < 4:
        return False
    if _ARABIC.fullmatch(left) and _ARABIC.fullmatch(right):
        return len(left) > 1 and len(right) > 1 and len(left) + len(right) >= _FEWEST_WITH_ARTICLE
    return _LATIN.fullmatch(left) is not None and right.isdigit()


def is_one_in_a_phrase(left: str, right: str) -> bool:
    """Whether two words of a phrase may be one word in a text. A phrase is read to the letter, so short words
    are one only in names that are written so.

    >>> is_one_in_a_phrase("امير", "عبد"), is_one_in_a_phrase("تل", "ابيب"), is_one_in_a_phrase("كان", "ون")
    (True, True, False)
    """
    long = len(left) >= _FEWEST and (len(right) >= _FEWEST or right == _SON)
    return can_be_one(left, right) and (long or left + right in _APART)


def is_particle(term: str) -> bool:
    """Whether a word is a particle, or a verb with one, that is also written in two words; most of these are
    stop words.

    >>> is_particle("مازال"), is_particle("لابد"), is_particle("نيويورك")
    (True, True, False)
    """
    return term in _WRITTEN_TOGETHER


def always_apart(term: str, surface: str) -> tuple[str, ...]:
    """The words as which a word may be written, whether or not the index also has it as one word; () if it is
    always one.

    Args:
        term: the word, folded.
        surface: the word as typed, because only capitals make an abbreviation.

    >>> always_apart("نيويورك", "نيويورك"), always_apart("usa", "USA"), always_apart("3-1", "3-1")
    (('نيو', 'يورك'), ('u', 's', 'a'), ('3', '1'))
    >>> always_apart("كتاب", "كتاب"), always_apart("gaza", "gaza")
    ((), ())
    """
    if term in _APART:
        return _APART[term]
    if score := _SCORE.fullmatch(term):
        return score[1], score[2]
    if surface.isupper() and _LATIN.fullmatch(term) and 1 < len(term) <= _LONGEST_ABBREVIATION:
        return tuple(term)
    return ()


def cuts(term: str, *, likely_alone: bool = False) -> Iterator[tuple[str, str]]:
    """The pairs of words that a word may have been before a space was lost, the likeliest first: one with an
    article or «عبد» inside it, then those of about the same length.

    Args:
        term: the word, folded.
        likely_alone: whether to leave out the pairs for which only their length speaks.

    >>> next(cuts("وزيرالخارجيه")), list(cuts("كتاب")), list(cuts("اميرعبد", likely_alone=True))
    (('وزير', 'الخارجيه'), [], [('امير', 'عبد')])
    """
    if not _ARABIC.fullmatch(term):
        return
    places = range(2, len(term) - _FEWEST + 1)
    likely = [
        place
        for place in places
        if (term.startswith("ال", place) and len(term) - place >= _FEWEST_WITH_ARTICLE)
        or term.startswith("عبد", place)
    ]
    if term.endswith(_SON) and len(term) - 2 >= _FEWEST:
        likely.append(len(term) - 2)
    others = [] if likely_alone else [place for place in places if place >= _FEWEST and place not in likely]
    for place in [*likely, *sorted(others, key=lambda place: abs(2 * place - len(term)))]:
        yield term[:place], term[place:]


def is_expression(term: str) -> bool:
    """Whether a word is an expression written in one word: it has no forms.

    >>> is_expression("انشاءالله"), is_expression("نيويورك")
    (True, False)
    """
    return term in _EXPRESSIONS


def is_surely_cut(pair: tuple[str, str]) -> bool:
    """Whether a pair of words can hardly be one word: the second is a name such as عبدالله.

    >>> is_surely_cut(("الرئيس", "عبدالفتاح")), is_surely_cut(("الجو", "كندا"))
    (True, False)
    """
    return len(pair[0]) >= _FEWEST and pair[1].startswith("عبدال")


def written_otherwise(term: str) -> tuple[str, ...]:
    """The other spellings of a word with a hamza, or of a number.

    A final hamza after ya has three spellings (شيء, شئ, شيئ), and so have ؤو (رؤوس, رءوس, رئوس), اءة, and ون
    after an alef with hamza. A number may have commas or full stops for thousands, and a comma for the
    fraction.

    >>> written_otherwise("شيء"), written_otherwise("رءوس"), written_otherwise("كتاب")
    (('شيئ', 'شئ'), ('رؤوس', 'رئوس'), ())
    >>> written_otherwise("1250.5"), written_otherwise("1500000"), written_otherwise("12.5")
    (('1,250.5',), ('1.500.000',), ('12,5',))
    """
    spellings = _numbers(term) if term[:1].isdigit() else _hamzas(term)
    return tuple(spelling for spelling in dict.fromkeys(spellings) if spelling != term)


def _hamzas(term: str) -> Iterator[str]:
    for seats in _SEATS_AT_END:
        if end := next((seat for seat in seats if term.endswith(seat)), ""):
            if len(term) > len(end):
                yield from (term.removesuffix(end) + seat for seat in seats)
            break
    for seats in _SEATS:
        if inside := next((seat for seat in seats if term.find(seat) > 0), ""):
            before, _, after = term.partition(inside)
            yield from (before + seat + after for seat in seats)


def _numbers(term: str) -> Iterator[str]:
    if _WHOLE.fullmatch(term):
        yield f"{int(term):,}".replace(",", ".")
    elif _GROUPED_BY_POINTS.fullmatch(term):
        yield term.replace(".", "")
    elif _GROUPED_DECIMAL.fullmatch(term):
        yield term.replace(",", "")
    elif decimal := _DECIMAL.fullmatch(term):
        yield f"{int(decimal[1]):,}.{decimal[2]}"
    elif one := _ONE_SIGN.fullmatch(term):
        yield f"{one[1]}{',' if one[2] == '.' else '.'}{one[3]}"
