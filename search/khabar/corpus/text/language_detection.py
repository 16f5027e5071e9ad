"""Detect the language of a text by its letters and its most frequent words.

Detected are the languages of the region that are written in Arabic letters (Arabic, Persian, Urdu, Sorani
Kurdish, Pashto), and in Latin letters English, French, Turkish, Kurmanji, German and Spanish. Some letters
belong to one language (ة, گ, ے, ێ, ښ), and the hundred most frequent words of a language are a third of its
running text, so that a headline is enough (Dunning 1994 and Grefenstette 1995 compare frequent words with
letter n-grams, which need more text and time). docs/relevance.md has figures for this and other programs.

The default is Arabic: without evidence, a text in Arabic letters is Arabic. Newsrooms write ی and ک in Arabic
too, from Persian keyboards and fonts, so these two letters count little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from khabar.arguments import lines, takes
from khabar.corpus.text.languages import ARABIC_SCRIPT

__all__ = ["agrees", "language_of", "language_of_passages"]

LONGEST = 600
"""How many characters are examined: more do not change the answer."""
_FEW = 3
"""Minimum number of letters for an answer."""

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
    # The letters of one language, and the weight of an occurrence; a frequent word has the weight 1.
    "ar": ("ةأإؤىآ", 0.15),
    "fa": ("گچپژ", 0.12),
    "ur": ("ےںٹڈڑھہ", 0.25),
    "ckb": ("ەێۆڕڵڤ", 0.25),
    "ps": ("ښېۍځڅړډڼګۀ", 0.4),
}
_PERSIAN = "یک"
"""Letters of Persian, Urdu and Kurdish that also occur in Arabic."""
_PERSIAN_WEIGHT = 0.05
_DEFINITE = 0.5
"""The weight of a word with «ال»."""

_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _words in _WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)
_IN_ARABIC_LETTERS = tuple(_LETTERS)
_NOT_OF_ARABIC = re.compile(
    f"[{_PERSIAN}{''.join(letters for language, (letters, _) in _LETTERS.items() if language != 'ar')}]"
)
_PERSIAN_IN_ARABIC_LETTERS = (" است", " در ", " از ", " كه ", " را ", " اين ")
"""Persian words that can be written without a Persian letter."""
_WORDS_OF_OTHERS = frozenset(word for language in _IN_ARABIC_LETTERS[1:] for word in _WORDS[language].split())
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_AROUND = " \t\n«»\"'()[]{}.,،:;؛!؟?…-–—%/"
_ENDS = frozenset(_AROUND)


@takes(text=lines)
def language_of(text: str | Iterable[str]) -> str:
    """Detect the language of a text.

    Args:
        text: the text, or its passages in order; only the first few hundred letters are examined.

    Returns:
        A BCP 47 tag: ``ar``, ``fa``, ``ur``, ``ckb``, ``ps``, ``en``, ``fr``, ``tr``, ``ku`` (Kurmanji, in
        Latin letters), ``de`` or ``es``; "" for another language, and for a text without letters.

    >>> language_of("أعلن الوزير أن المحادثات تبدأ غدًا"), language_of("وزیر خارجه گفت که مذاکرات آغاز می‌شود")
    ('ar', 'fa')
    >>> language_of("وزیر خارجہ نے کہا کہ مذاکرات کل شروع ہوں گے"), language_of("The talks begin in Geneva")
    ('ur', 'en')
    """
    return language_of_passages(text)


def language_of_passages(passages: Iterable[str]) -> str:
    """:func:`language_of` without the check of the argument."""
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
    """Whether a text is in the script of a language, Arabic or another; True for a text with hardly any
    letters."""
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
    """Whether most characters are in the Arabic block, so that other scripts need not be counted."""
    return 2 * sample.encode("utf-16-le", "surrogatepass")[1::2].count(0x06) > max(len(sample), 2 * _FEW)


def _scripts(sample: str) -> tuple[int, int, int]:
    """The numbers of Arabic, Latin and other letters. (Arabic includes punctuation and digits, which are
    few.)
    """
    # The high bytes of the code units tell the Unicode block.
    high = sample.encode("utf-16-le", "surrogatepass")[1::2]
    arabic = high.count(0x06) + high.count(0xFE) + high.count(0xFB) + high.count(0xFC)
    plain, accented = high.count(0x00), high.count(0x01)
    punctuation = high.count(0x20) + high.count(0x30)
    # such as Cyrillic, Hebrew and Chinese
    other = max(0, len(high) - plain - arabic - accented - punctuation)
    if arabic >= plain + accented:
        # Some of the plain ones are spaces and digits: there are fewer Latin letters in any case.
        return arabic, 0, other
    return arabic, len(sample.encode("ascii", "ignore").translate(None, _NO_LETTERS)) + accented, other


def _in_arabic_letters(sample: str) -> str:
    if not _NOT_OF_ARABIC.search(sample) and (
        not any(word in sample for word in _PERSIAN_IN_ARABIC_LETTERS) or _is_surely_arabic(sample)
    ):
        # This shortcut decides nearly every Arabic text, in a tenth of the time.
        return "ar"
    characters = set(sample)
    scores = dict.fromkeys(_IN_ARABIC_LETTERS, 0.0)
    for language, (letters, weight) in _LETTERS.items():
        for letter in letters:
            if letter in characters:
                scores[language] += weight * sample.count(letter)
    for letter in _PERSIAN:
        if letter in characters:
            scores["fa"] += _PERSIAN_WEIGHT * sample.count(letter)
    for word in sample.split():
        if word.startswith("ال") and len(word) > 4:
            scores["ar"] += _DEFINITE
        for language in _LANGUAGES_OF.get(word) or _LANGUAGES_OF.get(word.strip(_AROUND), ()):
            if language in scores:
                scores[language] += 1
    # Arabic is first, and wins a tie.
    return max(scores, key=scores.__getitem__)


def _is_surely_arabic(sample: str) -> bool:
    """Whether Arabic letters and words with «ال» outweigh all words that may be of another language: Arabic
    texts contain «در» and «اين» too. The text must have no letters of other languages."""
    words = sample.split()
    ends = _ENDS
    # A list comprehension takes half the time of a sum over a generator.
    others = len(
        [
            word
            for word in words
            if word in _WORDS_OF_OTHERS
            or ((word[0] in ends or word[-1] in ends) and word.strip(_AROUND) in _WORDS_OF_OTHERS)
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
    # A single word is not enough: it may be of several languages («no», «la»).
    likely = {language: score for language, score in scores.items() if score > 1 or language == "en"}
    best = max(likely, key=lambda language: (likely[language], language == "en"), default="")
    # In each of these languages, more than one word in fifteen is one of the most frequent.
    return best if best and likely[best] * 15 >= len(words) else ""
