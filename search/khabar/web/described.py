"""The texts of the page that describes the API: the Arabic descriptions of addresses and parameters by their
English texts, and the words of the page itself."""

from __future__ import annotations

import re

from khabar.highlight.markup import plain
from khabar.render.html import sentence
from khabar.render.look import Look

__all__ = ["ABOUT", "WORDS", "about", "ordered", "words"]

#: The descriptions of endpoints, changes and parameters.
ABOUT = {
    "The articles that best match a query, each with its best paragraph.": "أفضل المقالات مطابقة لاستعلام، ومع كل مقال أفضل فقراته.",
    "The query, in the query language; empty for everything.": "الاستعلام بلغة البحث، والفارغ لكل شيء.",
    "Only articles published on or after this day, such as 2024-10-09, 2024-10 or 7d.": "المقالات المنشورة في هذا اليوم أو بعده فقط، مثل 2024-10-09 أو 2024-10 أو 7d.",
    "Only articles published on or before this day.": "المقالات المنشورة في هذا اليوم أو قبله فقط.",
    "Only articles from this outlet; part of the name is enough.": "مقالات هذا المصدر فقط، ويكفي جزء من اسمه.",
    "Only articles by this author; part of the name is enough.": "مقالات هذا الكاتب فقط، ويكفي جزء من اسمه.",
    "Only articles in this section; part of the name is enough.": "مقالات هذا القسم فقط، ويكفي جزء من اسمه.",
    "Only articles with this tag; part of the name is enough.": "المقالات ذات هذا الوسم فقط، ويكفي جزء منه.",
    "Whether articles must contain all words of the query, or any.": "هل تلزم كلمات الاستعلام كلها أم يكفي أي منها.",
    "With false, the query is plain words without operators.": "مع false يكون الاستعلام كلمات عادية بلا أدوات.",
    "Do not match this form of a word; /api/v1/why lists the forms.": "استبعاد هذه الصيغة من صيغ كلمة؛ وتعرض ‎/api/v1/why الصيغ.",
    "Time zone for relative days such as 7d: Asia/Riyadh or +03:00.": "المنطقة الزمنية للأيام النسبية مثل 7d، كأن تكون Asia/Riyadh أو ‎+03:00.",
    "Order of the results.": "ترتيب النتائج.",
    "What counts as a hit: an article, a story, or (none) each paragraph.": "ما يُعدّ نتيجة: مقال article، أو قصة story، أو كل فقرة none.",
    "Maximum number of results.": "أقصى عدد للنتائج.",
    "Number of first results to skip.": "عدد ما يُتجاوز من أول النتائج.",
    "Length of snippets in characters.": "طول المقتطف بالحروف.",
    "Add the contribution of each word to the score of a hit.": "إضافة نصيب كل كلمة من درجة النتيجة.",
    "Also rank the best articles by meaning, and add those that are close without a common word.": "ترتيب أفضل المقالات بالمعنى أيضًا، وإضافة ما يقارب الاستعلام في المعنى دون كلمة مشتركة.",
    "Add other ways to write a query that finds little.": "إضافة كتابات أخرى لاستعلام قليل النتائج.",
    "Days in which the score of an article halves; 0 for none.": "عدد الأيام التي تهبط فيها درجة المقال إلى النصف؛ و0 لا أثر له.",
    "A whole article, with the words of a query marked.": "مقال كامل وقد ظُلّلت فيه كلمات استعلام.",
    "The id of an article, as a search shows it.": "معرّف مقال كما يظهر في نتائج البحث.",
    "The query whose words are marked; empty marks nothing.": "الاستعلام الذي تُظلّل كلماته، والفارغ لا يظلّل شيئًا.",
    "The articles that match a query, counted by source, author, section, tag, month or year.": "عدّ المقالات المطابقة لاستعلام بحسب المصدر أو الكاتب أو القسم أو الوسم أو الشهر أو السنة.",
    "Field to count by: source, author, section, tag, language, place, year, month, or a field that was kept. Default: source, author and month.": "حقل العدّ: source أو author أو section أو tag أو language أو place أو year أو month، أو حقل محفوظ. الافتراضي source وauthor وmonth.",
    "Only articles with this value in a field that was kept: NAME=VALUE, such as desk=سياسة.": "المقالات التي لها هذه القيمة في حقل محفوظ فقط: NAME=VALUE، مثل desk=سياسة.",
    "Only articles in this language: a tag such as ar or fa.": "المقالات المكتوبة بهذه اللغة فقط: رمز مثل ar أو fa.",
    "Only articles from this place; part of the name is enough.": "المقالات الواردة من هذا المكان فقط، ويكفي جزء من اسمه.",
    "All values of each field, whatever the limit.": "كل قيم الحقل مهما كان الحد.",
    "The articles that match one or several queries, counted over time.": "عدّ المقالات المطابقة لاستعلام أو أكثر عبر الزمن.",
    "A query; repeat it to compare several.": "استعلام، ويُكرر للمقارنة بين عدة استعلامات.",
    "Length of a bucket.": "طول الفترة الواحدة.",
    "First day of a week.": "أول أيام الأسبوع.",
    "The key terms of a query: words and names more frequent in its articles than in others.": "أبرز المفردات لاستعلام: كلمات وأسماء ترد في مقالاته أكثر مما ترد في غيرها.",
    "Who and what is named in the articles that match a query: people, places and organisations.": "من وما ورد اسمه في المقالات المطابقة لاستعلام: أشخاص وأماكن وجهات.",
    "What to list. Default: all three.": "ما يُعرض. الافتراضي الأنواع الثلاثة.",
    "Only articles that also contain this name.": "المقالات التي تذكر هذا الاسم أيضًا فقط.",
    "Number of best articles to examine.": "عدد ما يُنظر فيه من أفضل المقالات.",
    "Number of best articles to analyse.": "عدد ما يُحلَّل من أفضل المقالات.",
    "Articles similar to a given one, with the words that link them.": "المقالات الشبيهة بمقال، والكلمات التي تربطها به.",
    "Include articles that report the same story.": "ضم المقالات التي تنقل القصة نفسها.",
    "Words of the index that begin with some letters, the most frequent first.": "كلمات الفهرس التي تبدأ بحروف معينة، والأكثر ورودًا أولًا.",
    "The letters.": "الحروف.",
    "Ways to write a query that find more.": "كتابات أخرى لاستعلام تجد أكثر منه.",
    "The forms in the index that a word of a query matches.": "صيغ الفهرس التي تطابقها كلمة من استعلام.",
    "One word, or a name of two words.": "كلمة واحدة أو اسم من كلمتين.",
    "Also the forms that only raise the scores of other hits.": "مع الصيغ التي ترفع درجات النتائج الأخرى فقط.",
    "The saved searches of the user who runs the server.": "عمليات البحث المحفوظة لمن شغّل الخادم.",
    "What a saved search has found that was not seen yet. It stays new until it is marked as seen.": "ما وجده بحث محفوظ ولم يُقرأ بعد، ويبقى جديدًا حتى يُعلَّم مقروءًا.",
    "The name of the saved search.": "اسم البحث المحفوظ.",
    "The contents of the index: articles, sources, dates, size, version, and what was left out.": "محتوى الفهرس: المقالات والمصادر والتواريخ والحجم والإصدار وما تُرك.",
    "How a query is understood: its words, their forms, and how many articles have each.": "كيف يُفهم استعلام: كلماته وصيغها وعدد مقالات كل منها.",
    "The places where a text appeared, word for word or nearly, with the differences.": "المواضع التي ورد فيها نص بلفظه أو بما يقاربه، مع بيان الاختلافات.",
    "The words of the quotation.": "كلمات الاقتباس.",
    "Minimum similarity of a place. Default: 0.6.": "أدنى تشابه للموضع. الافتراضي 0.6.",
    "Looks up a list of names or queries, one row per line.": "البحث عن قائمة أسماء أو استعلامات، لكل سطر صف.",
    "The archive of the article, if several are served as one.": "أرشيف المقال، إن كان الخادم يجمع عدة أراشيف.",
    "The articles on the user's desk: those with stars and notes, or those of a list.": "المقالات التي على مكتب المستخدم: ذات النجوم والملاحظات، أو مقالات قائمة.",
    "The name of a list, for the articles in it.": "اسم قائمة، لمقالاتها.",
    "Only articles with a star, or with a note.": "المقالات ذات النجوم فقط، أو ذات الملاحظات فقط.",
    "The user's lists of articles.": "قوائم مقالات المستخدم.",
    "Marks articles as seen: the saved search does not report them again.": "تعليم مقالات مقروءةً، فلا يعرضها البحث المحفوظ من جديد.",
    "Gives articles a star, or removes it.": "وضع نجمة على مقالات أو نزعها.",
    "Writes a note about an article.": "كتابة ملاحظة عن مقال.",
    "Adds articles to a list, creating it if necessary, or removes them.": "إضافة مقالات إلى قائمة، وتُنشأ عند الحاجة، أو إخراجها منها.",
    "Language of messages. Default: as the client prefers.": "لغة الرسائل. الافتراضي ما يفضله البرنامج السائل.",
    "The beginning of the page, from the Link header of the page before it.": "بداية الصفحة، كما في ترويسة Link من الصفحة السابقة.",
    "The name of a saved search, instead of a query.": "اسم بحث محفوظ بدل الاستعلام.",
    "Maximum number of articles.": "أقصى عدد للمقالات.",
    "The articles of a query or a saved search as a feed, newest first.": "مقالات استعلام أو بحث محفوظ في خلاصة، والأحدث أولًا.",
}

#: The words of the page itself: English and Arabic.
WORDS = {
    "title": ("The interface for programs", "الواجهة المخصصة للبرامج"),
    "lead": (
        "Each address answers with what the command of the same name prints with --format json. Parameters are "
        "checked strictly; an error is a problem with a type that never changes.",
        "يجيب كل عنوان بما يطبعه الأمر المماثل مع ‎--format json. وتُفحص المعاملات بدقة، والخطأ كائن له نوع لا يتغير.",
    ),
    "description": ("The description in OpenAPI 3.1", "الوصف بصيغة OpenAPI 3.1"),
    "addresses": ("Addresses", "العناوين"),
    "changes": ("What is sent as JSON", "ما يُرسل بصيغة JSON"),
    "feeds": ("Feeds", "الخلاصات"),
    "values": ("Values", "القيم"),
    "values lead": (
        "The parts of the answers.",
        "أجزاء الأجوبة، ووصفها بالإنجليزية.",
    ),
    "problems": ("Problems", "الأخطاء"),
    "parameter": ("Parameter", "المعامل"),
    "kind": ("Value", "القيمة"),
    "meaning": ("Meaning", "المعنى"),
    "key": ("Key", "المفتاح"),
    "status": ("Status", "الحالة"),
    "name": ("Name", "الاسم"),
    "answer": ("Answer:", "الجواب:"),
    "body": ("Body:", "محتوى الطلب:"),
    "try": ("Try it", "جرّبه"),
    "required": ("required", "لازم"),
    "repeatable": ("repeatable", "يجوز تكراره"),
    "not now": (
        "This server was started with --read-only and changes nothing.",
        "شُغّل هذا الخادم مع ‎--read-only فلا يغير شيئًا.",
    ),
}


#: Text that a line of Arabic would reorder: options, paths, dates and offsets.
_LATIN = re.compile(
    r"--[a-z-]+(?: json)?|[A-Za-z]*(?:/[\w.]*\w)+|\d+(?:-\d+)+|\d+[a-z]\b|[+-]\d\d:\d\d", re.ASCII
)
_ARABIC = re.compile("[\u0621-\u064a]")


def about(text: str, language: str) -> str:
    """A description in a language."""
    return ABOUT.get(text, text) if language == "ar" else text


def words(language: str) -> dict[str, str]:
    """The words of the page, by their keys."""
    return {key: pair[language == "ar"] for key, pair in WORDS.items()}


def ordered(text: str, language: str) -> str:
    """A text of the page as markup. In Arabic, parts that are read from left to right are isolated.

    >>> ordered("مثل 2024-10", "ar")
    '<bdi dir="rtl">مثل <bdi dir="ltr">2024-10</bdi></bdi>'
    """
    if language != "ar" or not _ARABIC.search(text):
        return sentence(text, Look(language=language))
    bare, parts, end = text.replace("\u200e", ""), [], 0
    for found in _LATIN.finditer(bare):
        parts += [plain(bare[end : found.start()]), f'<bdi dir="ltr">{plain(found[0])}</bdi>']
        end = found.end()
    return f'<bdi dir="rtl">{"".join(parts)}{plain(bare[end:])}</bdi>'
