"""The language of a text, recognised by its letters and its most frequent words.

The languages of the region that are written in Arabic letters (Arabic, Persian, Urdu, Sorani Kurdish,
Pashto), and English, French, Turkish, Kurmanji, German and Spanish among those in Latin ones; nothing for any
other. A few letters belong to one language (ة, گ, ے, ێ, ښ), and the hundred most frequent words of a language
are a third of its running text, so that a headline is enough (Dunning 1994 and Grefenstette 1995 compare such
words with sequences of letters, which need more text and time). docs/relevance.md has the figures, beside
those of other programs.

Arabic is what is taken for granted: without evidence a text in Arabic letters is Arabic. Newsrooms write ی
and ک in Arabic too, from Persian keyboards and fonts, so these two letters count little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from khabar.arguments import lines, takes
from khabar.corpus.text.languages import ARABIC_SCRIPT

__all__ = ["agrees", "language_of", "language_of_passages"]

LONGEST = 600
"""characters that are looked at: more does not change the answer"""
_FEW = 3
"""letters: minimum for an answer"""

_WORDS: Mapping[str, str] = {
    "ar": (
        "في من على إلى الى أن ان عن التي الذي هذا هذه ذلك ما لا كان كانت قد بعد مع بين أو او ثم لم لن "
        "كما خلال حيث إن منذ قبل حول كل غير أي عند عام يوم وقال قال وفي ومن وأن وعلى فی علی إلی الی "
        "التی الذی هو هي وهو وهي به له فيه منه عليه إليه بها لها فيها وقد وكان لكن إذا أكثر بأن لأن "
        "يتم تم عبر ضد حتى مثل نحو دون أمام يمكن هل أنت لديك ليس يجب جميع هناك الرجاء يرجى"
    ),
    "fa": (
        "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز گفت می شد شده اند های ها وی شود "
        "کند کرده باید بود دارد ای اما دو پس ما یا هر نمی بین پیش اینکه حال دیگر روز سال همه چه بی پس "
        "مورد درباره توسط هستند نیست باشد کنید شما لطفا خواهد هایی ولی وقتی میان کنند بوده همین میشود "
        "می‌شود نمی‌شود می‌کند می‌شد می‌توان شده‌است کرده‌اند اين كه يك است نيز براي هاي مي آنها آنان "
        "دهد داد گردید نشان یافت زیر روی چند هیچ لازم افزودن تغییر حذف"
    ),
    "ur": (
        "کے کی میں ہے اور سے کا کو نے ہیں پر یہ کہ ایک اس بھی تھا تھی تھے جو ان کر گیا ہو لیے لئے "
        "نہیں کیا جا تو وہ اپنے گی گے ہوئے کسی کوئی دیا رہے رہا رہی ہوا ہوئی یا ساتھ اپنی بعد گئے گئی "
        "کہا والے آپ کریں جاتا ہوں مگر جب اگر پاس"
    ),
    "ckb": (
        "لە و بە بۆ کە ئەو لەگەڵ ئەم یان دەکات هەر هەموو نییە دەبێت هەیە لەسەر بەڵام پێش ئێستا دوای "
        "کرد بوو دەکەن ئێمە یەک دوو بێت ناو نێوان کەس لەو بەو تۆ ئێوە تکایە پێویستە ناتوانرێت "
        "دەتوانیت هیچ چەند ئایا بکە بکەرەوە"
    ),
    "ps": (
        "د په چې او له کې دی یې سره دا هم ته ده کړي کړي شي شوی کړ کړل وو نه پر دې هغه څخه لپاره خپل "
        "باید کوي وي ستاسو"
    ),
    "en": (
        "the of and to in is that for it was on with as are be at by this from have has not or an "
        "which will were said he his they been but their its had more who about can you your please"
    ),
    "fr": (
        "le la les des du de et en un une est que dans pour qui sur au pas plus par ce il avec sont "
        "aux se son ne cette ont été mais vous votre"
    ),
    "tr": (
        "ve bir bu için ile da de olan olarak daha çok en gibi sonra kadar ne var değil ya mi olduğu "
        "tarafından göre her"
    ),
    "ku": ("û di ji bi ku de jî li bo ne ev wê dike bû hat yê yên xwe wan heye her an lê da ew"),
    "de": (
        "der die das und ist in den von mit für auf nicht ein eine im zu dem des sich auch als wird "
        "sie es an werden"
    ),
    "es": ("el la los las de y en que un una por con para del se al es su no lo más como fue han"),
}
_LETTERS: Mapping[str, tuple[str, float]] = {
    # of one language, and what an occurrence counts against one of its frequent words
    "ar": ("ةأإؤىآ", 0.15),
    "fa": ("گچپژ", 0.12),
    "ur": ("ےںٹڈڑھہ", 0.25),
    "ckb": ("ەێۆڕڵڤ", 0.25),
    "ps": ("ښېۍځڅړډڼګۀ", 0.4),
}
_PERSIAN = "یک"
"""letters of Persian, Urdu and Kurdish, found in Arabic as well"""
_PERSIAN_WEIGHT = 0.05
_DEFINITE = 0.5
"""what a word with «ال» counts"""

_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _words in _WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)
_IN_ARABIC_LETTERS = tuple(_LETTERS)
_NOT_OF_ARABIC = re.compile(
    f"[{_PERSIAN}{''.join(letters for language, (letters, _) in _LETTERS.items() if language != 'ar')}]"
)
_PERSIAN_ALL_THE_SAME = (" است", " در ", " از ", " كه ", " را ", " اين ")
"""words of Persian that may be written without a letter of its own"""
_OF_OTHERS = frozenset(word for language in _IN_ARABIC_LETTERS[1:] for word in _WORDS[language].split())
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_AROUND = " \t\n«»\"'()[]{}.,،:;؛!؟?…-–—%/"
_ENDS = frozenset(_AROUND)


@takes(text=lines)
def language_of(text: str | Iterable[str]) -> str:
    """Tell the language of a text.

    Args:
        text: the text, or its passages in order; its first few hundred letters are looked at.

    Returns:
        A tag of BCP 47: ``ar``, ``fa``, ``ur``, ``ckb``, ``ps``, ``en``, ``fr``, ``tr``, ``ku`` (Kurmanji, in
        Latin letters), ``de`` or ``es``; "" for another language, and for a text without letters.

    >>> language_of("أعلن الوزير أن المحادثات تبدأ غدًا"), language_of("وزیر خارجه گفت که مذاکرات آغاز می‌شود")
    ('ar', 'fa')
    >>> language_of("وزیر خارجہ نے کہا کہ مذاکرات کل شروع ہوں گے"), language_of("The talks begin in Geneva")
    ('ur', 'en')
    """
    return language_of_passages(text)


def language_of_passages(passages: Iterable[str]) -> str:
    """:func:`language_of` for the passages of a text, which need no check."""
    sample = _sample(passages)
    if _is_mostly_arabic(sample):
        return _in_arabic_letters(sample)
    arabic, latin, other = _scripts(sample)
    if arabic + latin + other < _FEW or other > arabic + latin:
        return ""
    if latin > arabic:
        return _latin(sample)
    return _in_arabic_letters(sample)


def agrees(language: str, title: str, paragraphs: Iterable[str]) -> bool:
    """Whether a text is written in the letters of a language, as far as these are known: Arabic ones, or
    not."""
    arabic, latin, other = _scripts(_sample((title, *paragraphs)))
    if arabic + latin + other < _FEW:
        return True
    return (arabic >= latin + other) is (language in ARABIC_SCRIPT)


def _sample(text: str | Iterable[str]) -> str:
    if isinstance(text, str):
        return text[:LONGEST]
    parts: list[str] = []
    left = LONGEST
    for part in text:
        parts.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    return "\n".join(parts)


def _is_mostly_arabic(sample: str) -> bool:
    """Whether most characters are of the Arabic block: then letters of other scripts need not be counted."""
    return 2 * sample.encode("utf-16-le", "surrogatepass")[1::2].count(0x06) > max(len(sample), 2 * _FEW)


def _scripts(sample: str) -> tuple[int, int, int]:
    """How many letters are Arabic, Latin, and others. (Of Arabic also signs and figures, which are few.)"""
    units = sample.encode("utf-16-le", "surrogatepass")
    high = units[1::2]
    arabic = high.count(0x06) + high.count(0xFE) + high.count(0xFB) + high.count(0xFC)
    # À to ɏ; and what is in neither block, such as Cyrillic, Hebrew and Chinese.
    plain, accented = high.count(0x00), high.count(0x01)
    punctuation = high.count(0x20) + high.count(0x30)
    other = max(0, len(high) - plain - arabic - accented - punctuation)
    if arabic >= plain + accented:
        # Fewer Latin letters, however many spaces and figures are among them.
        return arabic, 0, other
    return arabic, len(sample.encode("ascii", "ignore").translate(None, _NO_LETTERS)) + accented, other


def _in_arabic_letters(sample: str) -> str:
    if not _NOT_OF_ARABIC.search(sample) and (
        not any(word in sample for word in _PERSIAN_ALL_THE_SAME) or _is_surely_arabic(sample)
    ):
        # Nearly every Arabic text, at a tenth of the time.
        return "ar"
    there = set(sample)
    scores = dict.fromkeys(_IN_ARABIC_LETTERS, 0.0)
    for language, (letters, weight) in _LETTERS.items():
        for letter in letters:
            if letter in there:
                scores[language] += weight * sample.count(letter)
    for letter in _PERSIAN:
        if letter in there:
            scores["fa"] += _PERSIAN_WEIGHT * sample.count(letter)
    for word in sample.split():
        if word.startswith("ال") and len(word) > 4:
            scores["ar"] += _DEFINITE
        for language in _LANGUAGES_OF.get(word) or _LANGUAGES_OF.get(word.strip(_AROUND), ()):
            if language in scores:
                scores[language] += 1
    # Of equal ones the first: Arabic.
    return max(scores, key=scores.__getitem__)


def _is_surely_arabic(sample: str) -> bool:
    """Whether the letters of Arabic and the words with «ال» of a text without letters of other languages
    count as much as all words that may be of these: an Arabic text may have «در» and «اين» too."""
    words = sample.split()
    ends = _ENDS
    # A list in a comprehension takes half the time of a sum over a generator.
    others = len(
        [
            word
            for word in words
            if word in _OF_OTHERS
            or ((word[0] in ends or word[-1] in ends) and word.strip(_AROUND) in _OF_OTHERS)
        ]
    )
    letters, weight = _LETTERS["ar"]
    evidence = weight * sum(map(sample.count, letters))
    if evidence >= others:
        return True
    definite = len([word for word in words if word[:2] == "ال" and len(word) > 4])
    return evidence + _DEFINITE * definite >= others


def _latin(sample: str) -> str:
    scores: dict[str, int] = {}
    words = sample.lower().split()
    for word in words:
        for language in _LANGUAGES_OF.get(word) or _LANGUAGES_OF.get(word.strip(_AROUND), ()):
            scores[language] = scores.get(language, 0) + 1
    # One word alone may be of several («no», «la»).
    likely = {language: score for language, score in scores.items() if score > 1 or language == "en"}
    best = max(likely, key=lambda language: (likely[language], language == "en"), default="")
    # Of any of these languages more than one word in fifteen is among its most frequent.
    return best if best and likely[best] * 15 >= len(words) else ""
