"""Closed classes that a word list gets wrong: function words, irregular words, numerals, names of countries.

The lists were written from grammars, not from a corpus. The classes are listed completely, or as far as
written news uses them. Spellings are folded. A line of a list is ``lemma: forms``.
"""

from __future__ import annotations

from collections.abc import Mapping

from khabar.analysis.lemma.plurals import PLURALS

__all__ = [
    "FUNCTION_WORDS",
    "HOLLOW_PAST_STEMS",
    "HOLLOW_PRESENT_STEMS",
    "NAMES",
    "UNINFLECTED",
    "WHOLE_WORDS",
    "after_conjunction",
    "after_preposition",
    "is_compound_name",
    "name_in",
]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _forms(lines: str) -> dict[str, str]:
    """Parse lines of ``lemma: form form`` to form → lemma. A lemma is also a form of itself."""
    result: dict[str, str] = {}
    for line in lines.strip().splitlines():
        lemma, _, forms = line.partition(":")
        result.update(dict.fromkeys([lemma, *forms.split()], lemma))
    return result


_PARTICLES = """
من الي عن علي في حتي منذ مذ مع عند لدي لدن بين دون بدون سوي خلا عدا ضد نحو تجاه ازاء حيال عبر خلال ضمن وفق
حسب رغم قبل بعد فوق تحت امام وراء خلف حول اثناء مثل كل كلا كلتا بعض غير نفس جميع كافه ان لان لكن كان ليت لعل
اذا اذ اذن لو لولا لما كي لكي ثم او ام بل اما حيث حين بينما عندما حينما كلما طالما ربما انما كما مما عما
فيما بما مثلما حسبما اينما كيفما مهما لا لم لن ما ليس الا هل قد لقد سوف نعم يا ايها ايتها قط فقط جدا ايضا
معا ابدا احيانا الان هنا هناك هنالك كذلك لذلك هكذا اي ايه متي اين كيف كم ماذا لماذا انا نحن انت انتم
"""

_PRONOUNS = """
هو: هي هما هم هن
هذا: هذه هذان هذين هاتان هاتين هؤلاء
ذلك: تلك ذاك اولئك
الذي: التي اللذان اللذين اللتان اللتين الذين اللاتي اللواتي اللائي
ذو: ذا ذي ذوا ذوي ذوو ذات ذوات
"""

# Words that take a pronoun: عليه, لديهم, لانها.
_WITH_PRONOUN = _words(
    "من الي عن علي في مع عند لدي بين ب ل ان لان لكن بعض كل غير حول قبل بعد ضد خلال نحو فوق تحت امام"
)
_PRONOUN_ENDINGS = _words("ه ها هم هما هن ك كم نا")

_NUMERALS = """
واحد: واحده
اثنان: اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي
ثلاثه: ثلاث
اربعه: اربع
خمسه: خمس
سته: ست
سبعه: سبع
ثمانيه: ثمان ثماني
تسعه: تسع
عشره: عشر عشرات
عشرون: عشرين
ثلاثون: ثلاثين
اربعون: اربعين
خمسون: خمسين
ستون: ستين
سبعون: سبعين
ثمانون: ثمانين
تسعون: تسعين
مئه: مائه مئات مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي
الف: الفا الاف الوف الفان الفين الفي
مليون: ملايين مليونا مليونان مليونين مليوني
مليار: مليارات مليارا ملياران مليارين ملياري
تريليون: تريليونات تريليونا تريليونان تريليونين تريليوني
"""

# The five nouns, and other nouns with forms of several roots or a root that lost a letter.
_IRREGULAR_NOUNS = """
اب: ابو ابا ابي اباء
اخ: اخو اخا اخي اخوه اخوان
اخت: اخوات
ابن: بن بنو بني بنون بنين ابناء
ابنه: بنت بنات
ام: امهات
فم: افواه
يد: يدان يدين ايدي ايد
دم: دماء
ماء: مياه
شيء: اشياء
سنه: سنوات سنون سنين
امراه: مراه نساء نسوه نسوان
انسان: ناس اناس
"""

# فعيل with the plural فعلى, for victims. (The list has أسرى as «he travelled by night».)
_STRICKEN = _words("قتيل جريح مريض اسير صريع غريق")

# Elatives and ordinals whose feminine has another pattern.
_ELATIVES = """
اول: اولي اوائل
اخر: اخري اخرون اخرين اخريات
اكبر: كبري
اصغر: صغري
اعظم: عظمي
اعلي: عليا
ادني: دنيا
اقصي: قصوي
اوسط: وسطي
افضل: فضلي
"""

# Hollow verbs, by the long vowel of their present (يقول، يبيع), which is lost before a consonant (قلت، بعت).
_HOLLOW_WITH_WAW = _words("قال كان عاد قام زار فاز مات دار قاد ساد زال فات طاف فاق")
_HOLLOW_WITH_YEH = _words("باع سار صار زاد عاش غاب مال طار شاع ضاع")

# Forms of frequent verbs that the list reads as another word or not at all, above all of defective verbs,
# which lose their last letter before ت and وا (دعا، دعت، دعوا), and passives of hollow ones, which look like
# nouns (أصيب). Left out are forms that are mostly another word (بنت, نعت, عفت, نموا, يدين). بدا is two verbs,
# but in the news mostly بدأ.
_VERBS = """
بدا: بدات بداوا يبدا تبدا يبداون يبدؤون نبدا وبدا وبدات
اصاب: اصيب اصيبت اصيبوا
اقام: اقيم اقيمت
اعاد: اعيد اعيدت
دعا: دعت دعوا ودعا ودعت ودعوا
نفي: نفت نفوا
راي: رات راوا
سعي: سعت سعوا
جري: جرت جروا وجري وجرت
قضي: تقضي
رمي: رمت رموا
مشي: مشت مشوا
شكا: شكت شكوا وشكا وشكت
تلا: تلت تلوا وتلت
غزا: غزت غزوا
محا: محت محوا
بقي: بقوا
نسي: نسوا
رضي: رضوا
لقي: لقيت لقوا
اجري: اجرت اجروا
التقي: التقت التقوا
ادلي: ادلت ادلوا يدلي تدلي
ادي: ادت ادوا يؤدي تؤدي
ابدي: ابدت ابدوا تبدي
اعطي: تعطي
اخفي: اخفت اخفوا
افتي: افتت افتوا
ابقي: ابقت ابقوا
تبني: تبنت تبنوا
توفي: توفيت يتوفي تتوفي
قرا: قرات قراوا يقرا تقرا يقراون يقرؤون
اعرب: اعربت اعربوا
ادان: ادانت ادانوا
اقال: اقالت اقالوا
اوضح: يوضح توضح يوضحون
اغلق: يغلق تغلق
اوقف: يوقف
اجاب: يجيب تجيب
ادار: يدير تدير
حاول: تحاول
رد: ردت ردوا يرد ترد
اقر: يقر تقر
تاجل: تاجلت تاجلوا يتاجل
"""

# Names of which a letter would be taken for a clitic or an ending: countries, continents, months, days.
_COUNTRIES = """
السعوديه الكويت البحرين قطر الامارات عمان اليمن العراق سوريا لبنان الاردن فلسطين اسرائيل مصر السودان
ليبيا تونس الجزائر المغرب موريتانيا الصومال جيبوتي ايران تركيا افغانستان باكستان الهند بنغلاديش نيبال
سريلانكا الصين اليابان كوريا منغوليا تايوان تايلاند فيتنام لاوس كمبوديا ماليزيا سنغافوره اندونيسيا الفلبين
استراليا نيوزيلندا روسيا اوكرانيا بيلاروسيا جورجيا ارمينيا اذربيجان كازاخستان اوزبكستان تركمانستان طاجيكستان
قرغيزستان بولندا التشيك سلوفاكيا المجر رومانيا بلغاريا مولدوفا صربيا كرواتيا سلوفينيا البوسنه مقدونيا
البانيا كوسوفو اليونان قبرص مالطا ايطاليا اسبانيا البرتغال فرنسا بلجيكا هولندا لوكسمبورغ المانيا النمسا
سويسرا بريطانيا انجلترا اسكتلندا ايرلندا ايسلندا النرويج السويد فنلندا الدنمارك استونيا لاتفيا ليتوانيا كندا
امريكا المكسيك كوبا هايتي جامايكا بنما غواتيمالا هندوراس نيكاراغوا كوستاريكا كولومبيا فنزويلا
الاكوادور بيرو بوليفيا البرازيل باراغواي اوروغواي الارجنتين تشيلي اثيوبيا اريتريا كينيا اوغندا تنزانيا
رواندا بوروندي الكونغو انغولا زامبيا زيمبابوي موزمبيق ناميبيا بوتسوانا مدغشقر نيجيريا النيجر تشاد مالي
السنغال غامبيا غينيا سيراليون ليبيريا غانا توغو بنين الكاميرون الغابون اسيا اوروبا افريقيا
"""
# Names that would be read as another word with a clitic or an ending: سلمان as «two ladders», بايدن as a
# verb. Those of people are given names and surnames of the Arab world, and of heads of state and ministers.
# Words that are more often something else are left out: يزيد, ناديه, صور.
_PEOPLE = """
سلمان سليمان ياسين عصام عبيد عبيده عبده عمران حسان نزار رضا قيس فراس عفان نعمان حنين نهيان ايمان فوزان
ثنيان عيدان حسنين مازن مامون رياض طلال هاني خديجه منيره ساره نيفين شيرين وهيب عوف وقاص قتاده علقمه حنظله
حارثه غيلان نبهان مهران حيان مقرن حسين عدنان شيبان غسان حمدان زهران شعلان مروان سفيان رضوان عثمان زيدان
كنعان لقمان صفوان سرحان فرحان برهان جيهان
قحطاني زهراني بلوي عدواني شيباني سعدون نجراني عجلاني باهلي عوفي كعبي ساعدي موصلي نهدي فهمي بارقي شهراني
يامي رحبي بكري لحود باسيل دبيبه عريقات هنيه
بايدن بوتين كيري لبيد ماكرون سوناك بينيت باراك رابين شارون ليبرمان لينين براون فابيان باستيان ادريان اشتون
كوستا ليمان بروين مارين مارتين مارسيلو بيكر لويس ترامب اوباما كلينتون بلينكن لافروف زيلينسكي هولاند ساركوزي
ميركل شولتس كاميرون جونسون ستارمر نتنياهو غالانت غانتس بلير بلاتيني لويز بلقيس
"""
_CITIES = """
رياض بريده ظهران نجران جازان ابين تعز صعده حديده مكلا سرت مصراته فرات جنين بيسان حيفا يافا عفرين اسوان حلوان
فيوم بعقوبه فلوجه بكين ميلان لوزان بيرن بايرن ليون بوسطن سيناء وهران كرمان سمنان طهران بوركينا فيينا كانبيرا
برلين كورونا امازون طالبان استانا
"""
_MONTHS_AND_DAYS = """
يناير فبراير مارس ابريل مايو يونيو يونيه يوليو يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر
شباط اذار نيسان ايار حزيران تموز ايلول تشرين كانون جانفي فيفري افريل ماي جوان جويليه اوت غشت شتنبر نونبر دجنبر
محرم صفر ربيع جمادي رجب شعبان رمضان شوال
السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه
"""


def _with_pronouns() -> dict[str, str]:
    regular = {word + ending: word for word in _WITH_PRONOUN for ending in _PRONOUN_ENDINGS}
    # «my» and «our» join some of them differently; the article of الله is part of the name
    return regular | {
        "لي": "ل",
        "مني": "من",
        "منا": "من",
        "عني": "عن",
        "عنا": "عن",
        "الله": "الله",
        "لله": "الله",
    }


def _without_article(names: str) -> frozenset[str]:
    """Names without their article, like every word of the table: الاردن → اردن."""
    return frozenset(name.removeprefix("ال") if len(name) > 4 else name for name in _words(names))


def _names() -> dict[str, str]:
    """The names, each its own lemma."""
    names = _without_article(f"{_COUNTRIES} {_MONTHS_AND_DAYS} {_PEOPLE} {_CITIES}")
    return {name: name for name in names}


#: Function word, in any form or with a pronoun → the function word.
FUNCTION_WORDS: Mapping[str, str] = {
    **{particle: particle for particle in _PARTICLES.split()},
    **_with_pronouns(),
    **_forms(_PRONOUNS),
}

#: Entries of the lemma table that take precedence over those of the word list.
WHOLE_WORDS: Mapping[str, str] = {
    **PLURALS,
    **{verb: verb for verb in _HOLLOW_WITH_WAW + _HOLLOW_WITH_YEH},
    **_names(),
    **_forms(_NUMERALS),
    **_forms(_IRREGULAR_NOUNS),
    **_forms(_ELATIVES),
    **_forms(_VERBS),
    **{f"{word[:2]}{word[3]}ي": word for word in _STRICKEN},
}

#: Names of people and cities, without their article.
NAMES = frozenset(_words(f"{_PEOPLE} {_CITIES}"))

#: Names that take neither endings nor pronouns, and whose spelling no verb has. Names that are also words are
#: left out: «financial», «faith», «longing», «embryo», «consent», «pleasure», «proof».
UNINFLECTED = (NAMES | _without_article(_COUNTRIES)) - set(_words("مالي ايمان حنين جنين رضا رضوان برهان"))

#: Minimum length of a name that is read after a particle even if the table has the whole word: لبوتين is not
#: «two lionesses».
_LONG_NAME = 5

#: Present stem → hollow verb; كن is the jussive of كان (لم يكن), which every second article has.
HOLLOW_PRESENT_STEMS: Mapping[str, str] = {
    **{f"{verb[0]}و{verb[2]}": verb for verb in _HOLLOW_WITH_WAW},
    **{f"{verb[0]}ي{verb[2]}": verb for verb in _HOLLOW_WITH_YEH},
    "كن": "كان",
}

#: Past stem before a consonant → hollow verb: قل of قلت.
HOLLOW_PAST_STEMS: Mapping[str, str] = {
    verb[0] + verb[2]: verb for verb in _HOLLOW_WITH_WAW + _HOLLOW_WITH_YEH
}


#: Words that look like و or ف with a function word: guardian, state, actual, orbit, «she opened».
_HOMOGRAPHS = frozenset(_words("ولي وليه ولايه فعلي فعليه فلك فلكي فلكيه فتحت"))


def after_conjunction(word: str) -> str | None:
    """The function word after و or ف, perhaps with ب or ل between them (وفي، فلا، ولهذا، فبهذا), or None."""
    if len(word) < 3 or word[0] not in "وف" or word in _HOMOGRAPHS:
        return None
    rest = word[1:]
    return FUNCTION_WORDS.get(rest) or (after_preposition(rest) if len(word) > 4 else None)


def name_in(word: str) -> str | None:
    """The name of :data:`NAMES` that a word is, perhaps after an article or particles (لبوتين، وسلمان), or
    None.

    >>> name_in("ولبوتين"), name_in("القحطاني"), name_in("للقحطاني"), name_in("كسرت")
    ('بوتين', 'قحطاني', 'قحطاني', None)
    """
    if word in NAMES:
        return word
    bare = word[1:] if word[:1] in ("و", "ف") else word
    for rest in (bare, bare[1:]) if bare[:1] in ("ب", "ل", "ك") else (bare,):
        if rest.startswith("ال") and rest[2:] in NAMES:
            return rest[2:]
        if len(rest) >= _LONG_NAME and rest in NAMES:
            return rest
    return bare[2:] if bare.startswith("لل") and bare[2:] in NAMES else None


def after_preposition(word: str) -> str | None:
    """The function word after ب or ل (لهذا، بكل), or None. Many nouns look like this, so the table has
    priority."""
    return FUNCTION_WORDS.get(word[1:]) if len(word) > 2 and word[0] in "بل" else None


def is_compound_name(word: str) -> bool:
    """Whether a word is a name joined with عبد, whose article is part of it: عبدالله, عبدالرحمن."""
    return word.startswith("عبدال") and len(word) > 6
