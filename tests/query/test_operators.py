"""The query parser: operators, parentheses, fields and the signs of a single word."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from khabar import Article
from khabar.library import Index
from khabar.query.parser import parse
from khabar.query.tree import Field, Group, Limits, Near, Node, Phrase, Term
from khabar.render.faults import problem as shown_problem

SIGNS = {"should": "", "must": "+", "must not": "-"}
KINDS = {"word": "", "exact": "=", "pattern": "*:", "fuzzy": "~:"}


def shown(node: Node) -> str:
    """A node as text: + and - for what is required and excluded, whatever was typed."""
    sign = SIGNS[node.occur.value]
    match node:
        case Group():
            return f"{sign}({' '.join(map(shown, node.items))})"
        case Near():
            return f"{sign}near{node.slop}({' '.join(each.text for each in node.operands)})"
        case Field():
            return f"{sign}{node.name}:{'|'.join(node.values)}"
        case Phrase():
            slop = f"~{node.slop}" if node.slop else ""
            return f'{sign}{"t:" * node.title}"{node.text}"{slop}'
        case Term():
            distance = "" if node.distance is None else f"~{node.distance}"
            return f"{sign}{'t:' * node.title}{KINDS[node.kind]}{node.text}{distance}"


def tree(text: str, limits: Limits | None = None) -> str:
    return " ".join(map(shown, parse(text, limits).items))


def reported(text: str, limits: Limits | None = None) -> list[tuple[str, str]]:
    """The problems: code, and the piece of the query that is marked."""
    return [(each.code, text[each.start : each.end]) for each in parse(text, limits).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("غزة AND رفح", "+غزة +رفح"),
        ("غزة && رفح", "+غزة +رفح"),
        ("غزة&&رفح", "+غزة +رفح"),
        ("غزة OR رفح", "غزة رفح"),
        ("غزة || رفح", "غزة رفح"),
        ("غزة NOT رفح", "غزة -رفح"),
        ("غزة AND NOT رفح", "+غزة -رفح"),
        ("غزة !رفح", "غزة -رفح"),
        ("NOT رفح AND غزة", "-رفح +غزة"),
        # words beside one another are one operand, and bind tighter than AND, which binds tighter than OR
        ("وقف النار AND غزة", "+(وقف النار) +غزة"),
        ("غزة AND وقف النار OR رفح", "(+غزة +(وقف النار)) رفح"),
        ("غزة OR رفح AND هدنة", "غزة (+رفح +هدنة)"),
        ("(غزة OR رفح) AND هدنة", "+(غزة رفح) +هدنة"),
        ("(غزة OR رفح) AND (هدنة OR اتفاق)", "+(غزة رفح) +(هدنة اتفاق)"),
        ("-(غزة رفح) هدنة", "-(غزة رفح) هدنة"),
        ("NOT (غزة رفح) هدنة", "-(غزة رفح) هدنة"),
        ("+(غزة رفح) هدنة", "+(غزة رفح) هدنة"),
        # parentheses that change nothing leave nothing
        ("((غزة)) (رفح هدنة)", "غزة رفح هدنة"),
        ("هدنة(رفح)", "هدنة رفح"),
        # a phrase is required, but beside OR it is one of the alternatives
        ('"وقف النار" هدنة', '+"وقف النار" هدنة'),
        ('"وقف النار" OR "هدنة دائمة"', '"وقف النار" "هدنة دائمة"'),
        ('("وقف النار" OR هدنة) AND غزة', '+("وقف النار" هدنة) +غزة'),
        ('"وقف النار"~3', '+"وقف النار"~3'),
        ('"وقف النار"~٣ هدنة', '+"وقف النار"~3 هدنة'),
        # a signed item beside others applies to everything in the same parentheses
        ("غزة OR رفح -مصر", "غزة رفح -مصر"),
        ("غزة OR رفح +مصر", "غزة رفح +مصر"),
        ("غزة AND رفح -مصر", "+غزة +رفح -مصر"),
        ("(غزة OR رفح -مصر) AND هدنة", "+(غزة رفح -مصر) +هدنة"),
        ("غزة AND (-مصر -رفح)", "+غزة -مصر -رفح"),
        ("غزة (-مصر -رفح)", "غزة -مصر -رفح"),
    ],
)
def test_boolean_operators(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # «أو» is OR between two operands wherever there is other syntax …
        ('"حزب الله" أو "فتح الإسلام"', '"حزب الله" "فتح الإسلام"'),
        ("(غزة أو رفح) AND هدنة", "+(غزة رفح) +هدنة"),
        ('"حزب الله" او فتح', '"حزب الله" فتح'),
        # … and a word in a query of words, at an end, and with anything glued to it.
        ("غزة أو رفح", "غزة أو رفح"),
        ("أو +غزة", "أو +غزة"),
        ("+غزة أو", "+غزة أو"),
        ("+غزة أو، رفح", "+غزة أو، رفح"),
        # A bar follows the same rule, with spaces or without.
        ('"حزب الله" | "فتح الإسلام"', '"حزب الله" "فتح الإسلام"'),
        ("هدنة AND غزة | رفح", "(+هدنة +غزة) رفح"),
        ("هدنة AND غزة|رفح", "(+هدنة +غزة) رفح"),
        ("عاجل | انفجار في بيروت", "عاجل | انفجار في بيروت"),
        ("| +غزة |", "| +غزة |"),
        # «ليس» is NOT only in a formula …
        ("غزة AND ليس رفح", "+غزة -رفح"),
        ("غزة ليس (رفح أو مصر)", "غزة -(رفح مصر)"),
        ("غزة وليس (رفح أو مصر)", "غزة -(رفح مصر)"),
        ("غزة ليس مصدر:الوادي", "غزة -source:الوادي"),
        ("عنوان:هدنة ليس غزة", "+t:هدنة -غزة"),
        # … not in a headline, with quotation marks or not.
        ("الحل ليس عسكريا", "الحل ليس عسكريا"),
        ('"حزب الله" ليس طرفا', '+"حزب الله" ليس طرفا'),
        ("الحل (السياسي) ليس قريبا", "الحل السياسي ليس قريبا"),
        ("+الحل ليس", "+الحل ليس"),
        # «و» is always a word, and so are operators in small letters.
        ("غزة و رفح -مصر", "غزة و رفح -مصر"),
        ("cats and dogs or not -birds", "cats and dogs or not -birds"),
        ("غزة ANDROID رفح", "غزة ANDROID رفح"),
        ("نار! غزة ! رفح", "نار! غزة ! رفح"),
        ("إثبات السكن !! غزة !؟", "إثبات السكن !! غزة !؟"),
    ],
)
def test_words_that_may_be_operators(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=الوزراء", "=الوزراء"),
        ("+=الوزراء", "+=الوزراء"),
        ("مدر*", "*:مدر*"),
        ("*مدر", "*:*مدر"),
        ("-*مدر*،", "-*:*مدر*"),
        ("م*ة", "*:م*ة"),
        ("نتنياهو~", "~:نتنياهو"),
        ("نتنياهو~1", "~:نتنياهو~1"),
        ("نتنياهو~٢", "~:نتنياهو~2"),
        # no letter, no sign
        ("* غزة =", "* غزة ="),
        ("~ غزة ~5", "~ غزة ~5"),
        ("وقف NEAR/3 النار", "+near3(وقف النار)"),
        ("وقف NEAR النار", "+near10(وقف النار)"),
        ("وقف قرب/٣ النار", "+near3(وقف النار)"),
        ("سوق قرب المحطة", "سوق قرب المحطة"),
        ('وقف NEAR/2 "إطلاق النار" NEAR/3 غزة', "+near5(وقف إطلاق النار غزة)"),
        ("-وقف NEAR/3 النار غزة", "-near3(وقف النار) غزة"),
        ("هدنة وقف NEAR/3 النار OR غزة", "(هدنة +near3(وقف النار)) غزة"),
        ("وقف NEAR/3 النار OR غزة", "near3(وقف النار) غزة"),
    ],
)
def test_signs_of_words(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:هدنة غزة", "+t:هدنة غزة"),
        ("عنوان:هدنة", "+t:هدنة"),
        ("-title:هدنة غزة", "-t:هدنة غزة"),
        ('TITLE:"وقف النار"', '+t:"وقف النار"'),
        ("title:(وقف النار) غزة", "+(t:وقف t:النار) غزة"),
        ("title:(وقف AND النار) غزة", "+t:وقف +t:النار غزة"),
        ("title:مدر* OR title:=وزير", "t:*:مدر* t:=وزير"),
        ("source:الوادي غزة", "+source:الوادي غزة"),
        ("مصدر:«صحيفة الوادي» غزة", "+source:صحيفة الوادي غزة"),
        ("source:(صحيفة الوادي أو الساحل، سدرة) غزة", "+source:صحيفة الوادي|الساحل|سدرة غزة"),
        ("-source:الوادي غزة", "-source:الوادي غزة"),
        ("كاتب:سلمى author:نادر", "+author:سلمى +author:نادر"),
        ("url:example.org/a?b=1 رابط:قمح", "+url:example.org/a?b=1 +url:قمح"),
        ('after:"الأسبوع الماضي" قبل:2024', "+after:الأسبوع الماضي +before:2024"),
        (
            "since:2023 منذ:2023 بعد:2023 until:2024 حتى:2024",
            "+after:2023 +after:2023 +after:2023 +until:2024 +until:2024",
        ),
        ("date:2023-05..2023-07 تاريخ:2023", "+date:2023-05..2023-07 +date:2023"),
        ("about:2023-10-07 عن:2023", "+about:2023-10-07 +about:2023"),
        ("(source:الوادي)", "+source:الوادي"),
        # fields speak of all that is in the same parentheses, unless each alternative has its own
        ("غزة OR رفح source:الوادي", "غزة رفح +source:الوادي"),
        ("after:2023 غزة OR رفح before:2024", "+after:2023 غزة رفح +before:2024"),
        ("غزة source:الوادي OR رفح source:الساحل", "(غزة +source:الوادي) (رفح +source:الساحل)"),
        ("source:الوادي OR source:الساحل", "source:الوادي source:الساحل"),
        ("غزة AND NOT رفح after:2023", "+غزة -رفح +after:2023"),
        ("غزة AND source:الوادي", "+غزة +source:الوادي"),
        ("غزة (source:الوادي OR author:سلمى)", "غزة +(source:الوادي author:سلمى)"),
        # an unknown name is a word
        ("عاجل:غزة", "عاجل:غزة"),
        ("المصدر:الوادي الكاتب:سلمى", "+source:الوادي +author:سلمى"),
        ("الساعة 10:30", "الساعة 10:30"),
        # letters of a Persian keyboard
        ("کاتب:سلمى تاریخ:2023", "+author:سلمى +date:2023"),
        # one end of a period
        ("date:2024.. تاريخ:..2024", "+after:2024 +until:2024"),
        ("date:2024..* تاريخ:*..2024", "+after:2024 +until:2024"),
        ("date:>=2024 date:<=2024 date:<2024", "+after:2024 +until:2024 +before:2024"),
        ("date:≥2024 after:>2024 before:<2024", "+after:2024 +after:2024 +before:2024"),
        ("date:>2024-05 غزة", "+after:2024-05 -date:2024-05 غزة"),
        ("-date:>=2024 غزة", "-after:2024 غزة"),
        # names that are not meant
        ("source:(الوادي -أونلاين) غزة", "+source:الوادي -source:أونلاين غزة"),
        ("source:(الوادي، الساحل NOT صحيفة الساحل)", "+source:الوادي|الساحل -source:صحيفة الساحل"),
        ("source:(-الوادي) غزة", "-source:الوادي غزة"),
        ('source:("بي بي سي -عربي") غزة', "+source:بي بي سي -عربي غزة"),
        ("source:(فرانس - 24) غزة", "+source:فرانس - 24 غزة"),
        # what another keyboard makes of a sign
        ("غزة －رفح ﹣مصر ！لبنان ＋هدنة", "غزة -رفح -مصر -لبنان +هدنة"),
    ],
)
def test_fields(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert reported(text) == []


@pytest.mark.parametrize(
    ("text", "expected", "problems"),
    [
        ("غزة AND", "غزة", [("stray-operator", "AND")]),
        ("AND غزة", "غزة", [("stray-operator", "AND")]),
        ("غزة OR OR رفح", "غزة رفح", [("stray-operator", "OR")]),
        ("غزة AND OR رفح", "+غزة +رفح", [("stray-operator", "OR")]),
        ("غزة NOT", "غزة", [("stray-operator", "NOT")]),
        ("غزة NOT AND رفح", "+غزة +رفح", [("stray-operator", "NOT")]),
        ("غزة NEAR/3", "غزة", [("stray-operator", "NEAR/3")]),
        ("غزة NEAR/3 (رفح هدنة)", "غزة رفح هدنة", [("near-operand", "NEAR/3")]),
        ("(غزة رفح) NEAR/3 هدنة", "غزة رفح هدنة", [("near-operand", "NEAR/3")]),
        ("غزة NEAR source:الوادي", "غزة +source:الوادي", [("near-operand", "NEAR")]),
        (" NEAR ".join("ابتثجحخدذر"), "+near70(ا ب ت ث ج ح خ د) +near10(ذ ر)", [("too-many-near", "NEAR")]),
        ("غزة) رفح", "غزة رفح", [("stray-parenthesis", ")")]),
        ("-(غزة رفح", "-(غزة رفح)", [("unclosed-parenthesis", "-(")]),
        ("غزة (", "غزة", [("unclosed-parenthesis", "(")]),
        ("غزة () رفح", "غزة رفح", [("empty-parentheses", "(")]),
        ("غزة OR -رفح", "غزة", [("only-exclusions", "رفح")]),
        ("title: غزة", "title: غزة", [("empty-field", "title:")]),
        ("مصدر: لا اتفاق", "مصدر: لا اتفاق", [("empty-field", "مصدر:")]),
        ("auther:سلمى", "auther:سلمى", [("unknown-field", "auther:")]),
        ("موقع:الوادي", "موقع:الوادي", [("unknown-field", "موقع:")]),
        ("الوزير يرد على نظيره:سنواصل هذا العمل", "الوزير يرد على نظيره:سنواصل هذا العمل", []),
        ("غزة بدون:داعش", "غزة بدون:داعش", [("no-exclusion", "بدون:")]),
        ("غزة source:", "غزة source:", [("empty-field", "source:")]),
        ('غزة source:""', "غزة", [("empty-field", 'source:""')]),
        ('source:"الوادي غزة', "+source:الوادي غزة", [("unclosed-quote", '"')]),
        ("source:(الوادي غزة", "+source:الوادي غزة", [("unclosed-parenthesis", "(")]),
        ("غزة title:AND رفح", "+غزة +رفح", [("empty-field", "title:")]),
        ("غزة title:&& رفح", "+غزة +رفح", [("empty-field", "title:")]),
        ("نتنياهو~9", "~:نتنياهو~2", [("too-fuzzy", "نتنياهو~9")]),
        ("غزة مصدر:-الوادي", "غزة -source:الوادي", [("sign-in-field", "مصدر:-")]),
        ("غزة title:!رفح", "غزة -t:رفح", [("sign-in-field", "title:!")]),
        ("غزة كاتب:+سلمى", "غزة +author:سلمى", [("sign-in-field", "كاتب:+")]),
        ("-source:-الوادي غزة", "-source:الوادي غزة", [("sign-in-field", "source:-")]),
        ('"وزير الخار*"', '+"وزير الخار*"', [("pattern-of-words", '"وزير الخار*"')]),
        ('"غوتيرش~ يحذر"', '+"غوتيرش~ يحذر"', [("pattern-of-words", '"غوتيرش~ يحذر"')]),
    ],
)
def test_what_is_not_well_formed_is_marked_and_the_rest_searched(
    text: str, expected: str, problems: list[tuple[str, str]]
) -> None:
    assert sorted(tree(text).split()) == sorted(expected.split())
    assert reported(text) == problems
    assert all(problem.message for problem in parse(text).problems)


def test_what_is_meant_by_a_field_that_is_none() -> None:
    [problem] = parse("موقع:الوادي غزة").problems
    assert problem.choices == ("مصدر",)
    [problem] = parse("غزة بدون:داعش رفح").problems
    assert problem.message.endswith(": -داعش")


@pytest.mark.parametrize(
    ("text", "name", "choices"),
    [
        ("حول:النفط", "حول:", ("عنوان",)),
        ("أسعار حول:2023-10-07 في الخليج", "حول:", ("عن",)),
        ("بين:2023..2024", "بين:", ("تاريخ",)),
        ("بين:النفط", "بين:", ()),
        ("خلال:تموز 2024 أسعار النفط في أسواق الخليج", "خلال:", ("تاريخ",)),
        ("فترة:2023..2024", "فترة:", ("تاريخ",)),
        ("نص:النفط", "نص:", ()),
        ("حزب:لله في بيروت وضواحيها -لبنان", "حزب:", ()),
        ("حزب:لله في بيروت مصدر:الوادي", "حزب:", ()),
    ],
)
def test_an_arabic_name_that_is_no_field_is_reported(text: str, name: str, choices: tuple[str, ...]) -> None:
    assert reported(text) == [("unknown-field", name)]
    [problem] = parse(text).problems
    assert problem.choices == choices
    listed = "similar names: " if choices else "the fields are: عنوان، مصدر، كاتب"
    assert f"there is no field «{name}»: searched as words; {listed}" in problem.message
    in_arabic = shown_problem(problem, text, "ar")
    assert in_arabic.startswith(f"«{name}»: لا حقل بهذا الاسم: بُحث عنه بوصفه كلمات؛ ")
    assert ("؛ أقرب الأسماء: «" if choices else "؛ والحقول: عنوان، مصدر، كاتب") in in_arabic


@pytest.mark.parametrize(
    "text",
    [
        "عاجل:انفجار في بيروت",
        "القاهرة:انطلاق المؤتمر الاقتصادي",
        "قال: إن",
        "قال:«نعم للسلام»",
        "عاجل:غزة",
        "الساعة 10:30",
        "الساعة 10:30 مصدر:الوادي",
        "أعلن الوزير أن:الحرب انتهت",
    ],
)
def test_a_colon_in_ordinary_text_is_no_field(text: str) -> None:
    assert reported(text) == []


def test_a_headline_attached_to_its_label_is_searched_as_words(index: Index) -> None:
    attached, spaced = (
        index.search(text) for text in ("عاجل:اتفاق على وقف إطلاق النار", "عاجل اتفاق على وقف إطلاق النار")
    )
    assert attached.problems == () and attached.total == spaced.total > 0
    assert [hit.id for hit in attached] == [hit.id for hit in spaced]


def test_a_space_after_a_field_is_reported_with_the_correct_form() -> None:
    [problem] = parse("غزة مصدر: الوادي").problems
    assert problem.message.endswith("; to search in the field, leave the space out: مصدر:الوادي")
    [problem] = parse("غزة مصدر:").problems
    assert "leave the space out" not in problem.message


@pytest.mark.parametrize(
    ("text", "expected", "marked"),
    [
        ("بعد:اغسطس 2015 غزة", "+after:اغسطس 2015 غزة", "بعد:اغسطس 2015"),
        ("غزة بعد: اغسطس 2015", "غزة +after:اغسطس 2015", "بعد: اغسطس 2015"),
        ("غزة since: last month, رفح", "غزة +after:last month رفح", "since: last month"),
        ("-قبل:9 أكتوبر 2024 غزة", "-before:9 أكتوبر 2024 غزة", "قبل:9 أكتوبر 2024"),
        ("تاريخ:2023 إلى 2024 غزة", "+date:2023 إلى 2024 غزة", "تاريخ:2023 إلى 2024"),
        ("حتى: 2024", "+until:2024", "حتى: 2024"),
        ("غزة منذ:ثلاثة أشهر", "غزة +after:ثلاثة أشهر", "منذ:ثلاثة أشهر"),
    ],
)
def test_a_date_with_spaces_is_one_value_and_that_is_told(text: str, expected: str, marked: str) -> None:
    assert tree(text) == expected
    assert reported(text) == [("spaced-date", marked)]


@pytest.mark.parametrize(
    "period",
    [
        "من 1 تموز 2024 إلى 5 تموز 2024",
        "من يوم الاثنين 1 تموز 2024 إلى يوم الجمعة 5 تموز 2024",
        "من 1 رمضان 1445 هجري إلى 5 شوال 1445 هجري",
        "من 1 من شهر ذي القعدة عام 1445 هجرية إلى 5 من شهر ذي القعدة عام 1445 هجرية",
        "من يوم الاثنين 1 يناير / كانون الثاني 2024 م إلى يوم الجمعة 5 يناير / كانون الثاني 2024 م",
    ],
)
def test_the_longest_periods_are_one_value(period: str) -> None:
    assert tree(f"تاريخ:{period} غزة") == f"+date:{period} غزة"
    assert reported(f"تاريخ:{period} غزة") == [("spaced-date", f"تاريخ:{period}")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بعد:2023 غزة", "+after:2023 غزة"),
        ("بعد:2023 2024", "+after:2023 2024"),
        ("بعد:أمس غزة", "+after:أمس غزة"),
        ('بعد:"اغسطس 2015" 2016', "+after:اغسطس 2015 2016"),
        ("(بعد:اغسطس) 2015", "+after:اغسطس 2015"),
    ],
)
def test_a_date_ends_where_what_follows_is_no_part_of_it(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert reported(text) == []
    assert reported("بعد: الحرب") == [("empty-field", "بعد:")]


def test_alternatives_of_plain_words() -> None:
    """«أو» may be a word of a headline; where all words are required, it would then change what is meant."""
    assert tree("غزة أو رفح") == "غزة أو رفح"
    (either,) = parse("غزة أو رفح", match="all").items
    assert isinstance(either, Group) and len(either.items) == 2
    assert len(parse("أو غزة", match="all").items) == len(parse("غزة أو", match="all").items) == 2


def test_a_query_that_is_too_long_is_cut_between_words() -> None:
    limits = Limits(length=12)
    text = "غزة رفح هدنة اتفاق"
    assert tree(text, limits) == "غزة رفح"
    assert reported(text, limits) == [("too-long", "هدنة اتفاق")]
    assert tree("غ" * 20, limits) == "غ" * 12
    assert reported("غزة رفح", limits) == []
    assert parse(text, Limits(length=0)).items == ()


def test_parentheses_that_are_too_deep_are_left_out_and_their_words_stay() -> None:
    limits = Limits(depth=2)
    assert tree("+(غزة -(رفح +(هدنة اتفاق)))", limits) == "+(غزة -(رفح هدنة اتفاق))"
    assert reported("+(غزة -(رفح +(هدنة اتفاق)))", limits) == [("too-deep", "+(")]
    assert reported("+(غزة -(رفح))", limits) == []


@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "«", "«“„", "title:", "source:(", 'source:"', "AND ", "NOT ", "a NEAR ", "a OR ", "a(", "-(", "*", "a*",
     "a~", "- ", "+-", "&&||", '"a"~9', "ليس ", "(a OR "],
)  # fmt: skip
def test_the_work_grows_with_the_length_alone(piece: str) -> None:
    def calls(length: int) -> int:
        """The calls of functions, also of those written in C, that parsing takes: unlike seconds the same on
        every machine."""
        text = piece * (length // len(piece))
        count = 0

        def note(frame: FrameType, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(note)
        try:
            parse(text, Limits(length=10**9))
        finally:
            sys.setprofile(None)
        return count

    # The first parsing of a kind imports modules and compiles patterns.
    calls(2_000)
    # Ten times the text would take a hundred times the calls if each piece were compared with all others.
    assert calls(20_000) < 12 * calls(2_000)


@pytest.mark.parametrize(
    ("text", "piece", "path"),
    [
        ("https://alwadi.example/a/b", "https://alwadi.example/a/b", "alwadi.example/a/b"),
        ("http://www.alwadi.example/a/", "http://www.alwadi.example/a/", "alwadi.example/a"),
        ("النفط https://alwadi.example/a?id=7.", "https://alwadi.example/a?id=7", "alwadi.example/a?id=7"),
        ("-HTTPS://Alwadi.example/A", "HTTPS://Alwadi.example/A", "Alwadi.example/A"),
        ("www.alwadi.example", "www.alwadi.example", "alwadi.example"),
        ("alwadi.example/sport/7", "alwadi.example/sport/7", "alwadi.example/sport/7"),
        ('"https://alwadi.example/a/b"', '"https://alwadi.example/a/b"', "alwadi.example/a/b"),
        ("https://alwadi.example/a?utm_source=x&id=7&fbclid=y#top", "", "alwadi.example/a?id=7"),
        ("https://alwadi.example/a?utm_source=x#top", "", "alwadi.example/a"),
        ("https://alwadi.example/حول:نفط", "", "alwadi.example/حول:نفط"),
        ("https://alwadi.example/a|b", "", "alwadi.example/a|b"),
        ("https://alwadi.example/a?b=1&&c=2", "", "alwadi.example/a?b=1&&c=2"),
        ("alwadi.example/a||b", "", "alwadi.example/a||b"),
        ("https://alwadi.example/غزة_(مدينة)", "", "alwadi.example/غزة_(مدينة)"),
        ("(https://alwadi.example/a|b)", "https://alwadi.example/a|b", "alwadi.example/a|b"),
    ],
)
def test_a_pasted_web_address_is_reported_with_the_field_to_use(text: str, piece: str, path: str) -> None:
    assert reported(text) == [("address-as-words", piece or text)]
    [problem] = parse(text).problems
    assert problem.message.endswith(f'url:"{path}"')
    arabic = shown_problem(problem, text, "ar").replace("\u200e", "")
    assert f'رابط:"{path}"' in arabic and "للمقال" in arabic


@pytest.mark.parametrize(
    "text",
    [
        'url:"https://alwadi.example/a"',
        "رابط:https://alwadi.example/a",
        "alwadi.example",
        "النتيجة 4.5/10",
        "يناير/كانون الثاني",
        "U.S/China",
        "https://",
        "BBC.com",
    ],
)
def test_what_is_no_pasted_address_is_not_reported(text: str) -> None:
    assert "address-as-words" not in {problem.code for problem in parse(text).problems}


def test_the_advised_field_finds_the_article(empty: Index) -> None:
    empty.add([Article("1", "النفط", ("ارتفع.",), url="https://www.alwadi.example/a/b?id=7")])
    [problem] = empty.search("http://alwadi.example/a/b?id=7&utm_medium=app").problems
    assert [hit.id for hit in empty.search(problem.message.rpartition(" write ")[2])] == ["1"]


@pytest.mark.parametrize("path", ["a|b", 'a"b', "a%22b", "غزة_(مدينة)", "a?b=1&&c=2"])
def test_the_advised_field_finds_an_address_with_signs(empty: Index, path: str) -> None:
    address = f"https://alwadi.example/{path}"
    empty.add([Article("1", "النفط", ("ارتفع.",), url=address), Article("2", "القمح", ("ارتفع.",))])
    [problem] = empty.search(address, match="all").problems
    assert "رابط:" in shown_problem(problem, address, "ar")
    assert [hit.id for hit in empty.search(problem.message.rpartition(" write ")[2])] == ["1"]
