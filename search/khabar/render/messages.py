"""Texts for people, in English and Arabic: results on a screen or a page, and frequent errors.

The texts are few, so the catalogue is a table of pairs, without tools or files to compile. Messages that are
made in English, where the language is not known, are in the table of `khabar.render.arabic`. JSON keys, CSV
columns and the names in plain output are always English, because scripts rely on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from khabar.notices import LEMMAS, LEMMAS_NOT_KEPT, MANIFEST_DAMAGED, VECTORS_DAMAGED
from khabar.patterns import lazy_pattern
from khabar.render.text import fenced, percent

__all__ = [
    "ALTERS",
    "DEPTH_NAMES",
    "DIFFERENCES",
    "NOT_FOUND",
    "TOGETHER",
    "and_more",
    "counted",
    "depth_name",
    "filled",
    "found",
    "heading",
    "joined",
    "nothing",
    "say",
    "shown_span",
    "within_arabic",
]


class Tallied(Protocol):
    """A result with the numbers of articles with any or all of the words: see :class:`khabar.Results`."""

    @property
    def match(self) -> str: ...
    @property
    def with_all(self) -> int | None: ...
    @property
    def with_any(self) -> int | None: ...


_SAYINGS = {
    "one shown": (", {first}–{first} shown", "، المعروض رقم {first}"),
    "shown": (", {first}–{last} shown", "، المعروض من {first} إلى {last}"),
    "repeat option": (
        "{option} takes one value and may be repeated: {line}",
        "يأخذ {option} قيمة واحدة، ويُكرَّر لأكثر منها: {line}",
    ),
    "no page": (
        "there is no page {page} of these results: the last is page {last}",
        "لا صفحة رقمها {page} لهذه النتائج؛ آخرها الصفحة {last}",
    ),
    "all skipped": (
        "--offset {offset} skips all of the results: their number is {total}",
        "--offset {offset} يتخطى النتائج كلها، وعددها {total}",
    ),
    "took": (", {ms:.0f} ms", "، {ms:.0f} ملّي ثانية"),
    "not understood": ("Not understood:", "لم يُفهم:"),
    "notes": ("Noted:", "ملاحظات:"),
    "no such key": (
        "{given}: no record has this key (--field, --keep)",
        "‎{given}: هذا المفتاح ليس في أي سجل (‎--field، ‎--keep)",
    ),
    "nothing found": ("nothing found for «{query}»", "لا نتائج لـ«{query}»"),
    "nothing at all": ("there is no such article", "لا مقال بهذا الوصف"),
    "not all": (
        "no article with all the words of «{query}», but {count} with any of them: add --any",
        "لا مقال بكل كلمات «{query}»، والموجود {count} بأي منها: أضف --any",
    ),
    "with all": ("{count} with all the words", "{count} بالكلمات كلها"),
    "with any": ("{count} with any of the words", "{count} بأي من الكلمات"),
    "of them all": (", {count} with all", "، {count} بها كلها"),
    "of them none": (", none with all", "، ولا مقال بها كلها"),
    "newest": ("The newest articles", "أحدث المقالات"),
    "everything": ("all articles", "كل المقالات"),
    "nothing here": ("there is no result number {number}", "لا نتيجة رقمها {number}"),
    "no article": (
        "there is no article «{id}» in {index}. Search shows the ids: {command}",
        "لا مقال معرّفه «{id}» في {index}. يظهر المعرّف في نتائج: {command}",
    ),
    "article elsewhere": (
        "the archive {archive} has no article «{id}»; an article of this id is in: {names}. Name that "
        "archive with --archive",
        "لا مقال معرّفه «{id}» في الأرشيف {archive}، وهو في: {names}. اذكر أرشيفه بالخيار ‎--archive",
    ),
    "namesakes": (
        "this is the article «{id}» of the archive {first}; another article of this id is in: {names}. Name "
        "the archive with --archive",
        "هذا هو المقال «{id}» من الأرشيف {first}، ولمقال آخر المعرّفُ نفسه في: {names}. اذكر الأرشيف بالخيار "
        "‎--archive",
    ),
    "more": ("+{count}", "+{count}"),
    "title only": ("Only the title matches.", "لم يطابق إلا العنوان."),
    "words": ("Words of the index", "كلمات الفهرس"),
    "own dictionary": ("Your own dictionary", "معجمك الخاص"),
    "plugins": ("Plug-ins", "الإضافات"),
    "own mistakes": ("Mistakes in your own dictionary", "أخطاء في معجمك الخاص"),
    "settings": ("Settings", "الإعدادات"),
    "alerts": ("Saved searches", "عمليات البحث المحفوظة"),
    "desk": ("Desk", "المكتب"),
    "lists": ("Lists", "القوائم"),
    "desk imported": (
        "imported: stars {stars}, notes {notes}, lists {lists}, articles in lists {entries}; already there: "
        "{known}",
        "استُوردت النجوم: {stars}، والملاحظات: {notes}، والقوائم: {lists}، ومقالات القوائم: {entries}؛ "
        "والموجود من قبل: {known}",
    ),
    "desk starred": ("gave {count} a star", "وُضعت النجمة، والعدد: {count}"),
    "desk starred one": ("gave {id} a star", "وُضعت النجمة على {id}"),
    "desk starred before": ("with a star already: {count}", "عليها نجمة من قبل: {count}"),
    "desk starred before one": ("{id} has a star already", "على {id} نجمة من قبل"),
    "desk unstarred": ("removed the star of {count}", "رُفعت النجمة، والعدد: {count}"),
    "desk unstarred one": ("removed the star of {id}", "رُفعت النجمة عن {id}"),
    "desk noted": ("saved the note on {id}", "حُفظت الملاحظة على {id}"),
    "desk note removed": ("removed the note on {id}", "حُذفت الملاحظة على {id}"),
    "desk list made": ("made the list «{name}», which is empty", "أُنشئت القائمة «{name}» فارغة"),
    "desk added": ("added to the list «{name}»: {count}", "أُضيف إلى القائمة «{name}»: {count}"),
    "desk added before": ("in the list «{name}» already: {count}", "في القائمة «{name}» من قبل: {count}"),
    "desk taken out": ("took out of the list «{name}»: {count}", "أُخرج من القائمة «{name}»: {count}"),
    "desk moved": (
        "moved {id} to place {number} of the list «{name}»",
        "نُقل {id} إلى الموضع {number} من القائمة «{name}»",
    ),
    "desk renamed": ("renamed the list «{name}»: «{new}»", "غُيّر اسم القائمة «{name}» إلى «{new}»"),
    "model not used": (
        "--model was not used: only a search with --meaning asks a model",
        "لم يُستعمل الخيار ‎--model: لا يُسأل نموذج إلا مع ‎--meaning",
    ),
    "setting set": ("set {name} to «{value}» in {path}", "ضُبط {name} على «{value}» في {path}"),
    "none beside": (
        "no article that matches the query contains the name «{name}» (--with)",
        "لا مقال من نتائج الاستعلام يرد فيه الاسم «{name}» المذكور في ‎--with",
    ),
    "no words file": (
        "there is no file {path}: until it is there, searches fail",
        "لا ملف {path}، وإلى أن يوجد تفشل عمليات البحث",
    ),
    "no index yet": (
        "there is no index in {path} yet; to make one: khabar index SOURCE...",
        "لا فهرس في {path} بعد؛ ولإنشائه: khabar index SOURCE...",
    ),
    "setting deleted": ("deleted the setting {name} from {path}", "حُذف الإعداد {name} من {path}"),
    "setting not set": ("there is no setting {name} in {path}", "لا إعداد {name} في {path}"),
    "words added": ("added to {path}: {count}", "أُضيف إلى {path}: {count}"),
    "words removed": ("removed from {path}: {count}", "حُذف من {path}: {count}"),
    "forms of": ("{count} of «{word}»", "لكلمة «{word}»: {count}"),
    "only adds": (
        "{count} only adds to the scores of articles that match anyway: --all",
        "لرفع درجات المقالات المطابقة فقط: {count}، ولعرضها: --all",
    ),
    "only add": (
        "{count} only add to the scores of articles that match anyway: --all",
        "لرفع درجات المقالات المطابقة فقط: {count}، ولعرضها: --all",
    ),
    "words of": ("The words of «{text}»", "كلمات «{text}»"),
    "no word": ("It contains no words.", "لا كلمات فيه."),
    "measured": ("Ranking measured", "قياس الترتيب"),
    "collection": ("Collection", "المجموعة"),
    "documents": ("Documents", "المقالات"),
    "queries": ("Queries", "الاستعلامات"),
    "by meaning": ("Queries by meaning", "استعلامات رُتّبت بالمعنى"),
    "indexed in": ("indexed in {seconds} s", "فُهرست في {seconds} ث"),
    "query times": ("median {half} ms, 95 % within {most} ms", "الوسيط {half} م.ث، و95 % في حدود {most} م.ث"),
    "indexed": ("Indexing", "الفهرسة"),
    "added": ("added", "أُضيف"),
    "updated now": ("updated", "حُدّث"),
    "unchanged": ("unchanged", "لم يتغير"),
    "removed": ("removed", "أُزيل"),
    "skipped": ("skipped", "تُرك"),
    "skipped these": ("Skipped:", "ما تُرك:"),
    "took so long": ("Time", "المدة"),
    "seconds": ("{seconds} s", "{seconds} ث"),
    "rate": ("{rate} articles/s", "{rate} مقال/ث"),
    "holds": ("{index} holds {count}.", "في الفهرس {index}: {count}."),
    "moved": (
        "{count} moved: their articles keep their ids",
        "ملفات نُقلت: {count}، ولم تتغير معرّفات مقالاتها",
    ),
    "vanished": (
        "{count} gone, but their articles are still in the index; to remove them: --prune",
        "ملفات لم تعد موجودة: {count}، وما زالت مقالاتها في الفهرس، ولإزالتها: --prune",
    ),
    "kept": (
        "{count} kept as read before, because part of their files is now left out; to remove articles: "
        "khabar remove",
        "مقالات أُبقيت كما قُرئت من قبل لأن جزءًا من ملفاتها لم يعد يُقرأ: {count}، ولإزالة مقالات: "
        "khabar remove",
    ),
    "dropped": (
        "{count} no longer in the file they came from, and still in the index: khabar index --prune removes "
        "them",
        "مقالات لم تعد في ملفاتها وما زالت في الفهرس: {count}، ولإزالتها: khabar index --prune",
    ),
    "clutter": ("Page clutter left out: {kinds} (lines)", "أسطر حُذفت لأنها ليست من المقال: {kinds}"),
    "removing": ("Removing articles", "إزالة مقالات"),
    "was removed": ("{count} removed from {index}.", "أُزيل من الفهرس {index}: {count}."),
    "would go": ("{count} would be removed from {index}.", "سيُزال من الفهرس {index}: {count}."),
    "checked": ("Checking an index", "فحص الفهرس"),
    "so many lost": ("{count} lost", "المفقود: {count}"),
    "unverified": (
        "{count} could be read but not verified: the last writer was killed",
        "ملفات قُرئت دون مقارنتها بما كُتب: {count}، لأن آخر تشغيل كان يكتب قُطع",
    ),
    "whole": ("{index} is whole: {files}, {articles}.", "الفهرس {index} سليم: {files}، {articles}."),
    "mended by": ("repair with: {rebuild}", "يصلحه: {rebuild}"),
    "mended by building": (
        "the index is whole without them; repair with: {build}",
        "الفهرس سليم بدونها، ويصلحها: {build}",
    ),
    "mended by the next": ("repaired by the next run of: {index}", "يصلحه تشغيل: {index}"),
    "mended by both": (
        "{rebuild} keeps what can be read; then: {index}",
        "لحفظ ما تمكن قراءته: {rebuild} ثم: {index}",
    ),
    "mended anew": (
        "no article is left; rebuild it from the sources: {index} --new",
        "لم يبق شيء من المقالات، ولإعادة بنائه من الملفات الأصلية: {index} --new",
    ),
    "mended by the cluster": (
        "fix the cluster first (docs/howto/cluster.md), then: khabar check",
        "أصلح العنقود أولًا (docs/howto/cluster.md) ثم: khabar check",
    ),
    "rebuilt": ("Rebuilding an index", "إعادة بناء الفهرس"),
    "lost": ("{count} could not be read.", "مقالات تعذّرت قراءتها: {count}."),
    "index again": ("To bring back what was lost, index again:", "لاستعادة ما فُقد أعد فهرسة:"),
    "numbers": ("The numbers", "الأرقام"),
    "without articles": ("{count} without an article", "{count} بلا مقالات"),
    "gap": ("shaded: the index has no articles from that time", "المظلل: لا مقالات في الفهرس من تلك المدة"),
    "alike": ("{share} alike", "التشابه {share}"),
    "news": ("New in saved searches", "جديد عمليات البحث المحفوظة"),
    "all by": ("{option} lists them all", "لعرض الكل: {option}"),
    "info": ("Contents of {index}", "محتوى الفهرس {index}"),
    "index": ("Index", "الفهرس"),
    "archives": ("Archives", "الأراشيف"),
    "pages written": ("{count} written to {folder}", "كُتب في {folder}: {count}"),
    "desk of several": (
        "the desk of {names} together: {path}; to take things there: khabar desk export, khabar desk import",
        "مكتب {names} معًا: {path}؛ لنقل ما في مكتب آخر إليه: khabar desk export ثم khabar desk import",
    ),
    "known indexes": ("Known indexes", "الفهارس المعروفة"),
    "place": ("Place", "المكان"),
    "is default": ("the default", "الافتراضي"),
    "no indexes": (
        "no index is known here. Make one with: khabar index SOURCE...",
        "لا فهرس معروف هنا. لإنشاء فهرس: khabar index SOURCE...",
    ),
    "other indexes": (
        "known indexes: {names}. Name one with --index, or list them with: khabar indexes",
        "الفهارس المعروفة: {names}. اذكر أحدها بالخيار ‎--index، أو اسردها هكذا: khabar indexes",
    ),
    "same name": (
        "{path} is a new index. The index of the same name in {other} is not changed; to add to that one: "
        "--index {other}",
        "{path} فهرس جديد. ولا يتغير الفهرس الذي اسمه هكذا في {other}؛ وللإضافة إليه: ‎--index {other}",
    ),
    "use index": (
        "{count}; to choose the default: khabar indexes use NAME",
        "{count}؛ لاختيار الافتراضي: khabar indexes use NAME",
    ),
    "models": ("Models", "النماذج"),
    "model offered": (
        "{model}: {licence}; {size} to fetch. Install it with: khabar meaning install {model}",
        "{model}: {licence}. التنزيل {size}. لتثبيته: khabar meaning install {model}",
    ),
    "model fetched": (
        "fetching {model} ({licence}) from {source}: {size}",
        "جارٍ تنزيل {model} ({licence}) من {source}: {size}",
    ),
    "model installed": (
        "the model {model} is installed. To prepare an index for it: khabar meaning build",
        "ثُبّت النموذج {model}. لتجهيز الفهرس له: khabar meaning build",
    ),
    "model removed": ("the model {model} is removed", "حُذف النموذج {model}"),
    "no such model": (
        "there is no model «{model}». See what is installed: khabar meaning models",
        "لا نموذج باسم «{model}». لمعرفة المثبت: khabar meaning models",
    ),
    "default index": (
        "commands without --index use {index} from now on",
        "تستعمل الأوامر بلا ‎--index من الآن {index}",
    ),
    "overridden": (
        "{variable} is set, and takes precedence over that",
        "المتغير {variable} معيّن، وله الأولوية على ذلك",
    ),
    "empty archive": (
        "the archive {name} holds no article",
        "لا مقال في الأرشيف {name}",
    ),
    "one archive": (
        "this needs a single index; name one of: {names}",
        "المطلوب فهرس واحد لا عدة فهارس، فاذكر أحدها: {names}",
    ),
    "articles": ("Articles", "المقالات"),
    "with paragraphs": ("{articles}, {paragraphs}", "{articles}، {paragraphs}"),
    "dates": ("Dates", "التواريخ"),
    "span": ("{first} to {last}", "من {first} إلى {last}"),
    "no date": ("Without a date", "بلا تاريخ"),
    "size": ("Size", "الحجم"),
    "format": ("Format", "الصيغة"),
    "format of": (
        "{format}, analyzer {analyzer}",
        "{format}، المحلل {analyzer}",
    ),
    "created": ("Created", "أُنشئ"),
    "updated": ("Updated", "حُدّث"),
    "by version": ("by khabar {made}; this is {here}", "بإصدار khabar {made}، وهذا {here}"),
    "sources": ("Sources", "المصادر"),
    "sections": ("Sections", "الأقسام"),
    "languages": ("Languages", "اللغات"),
    "places": ("Places", "الأماكن"),
    "kept fields": ("Kept fields", "الحقول المحفوظة"),
    "commits": ("Last changes (+added ~replaced −removed)", "آخر التغييرات (+مضاف ~مبدَّل −مُزال)"),
    "more sources": ("and {count}", "و{count}"),
    "files read": ("Built from", "ما بُني منه"),
    "read files": ("Files", "الملفات"),
    "not whole": ("{count} not read completely", "لم يُقرأ كاملًا: {count}"),
    "guessed encodings": ("Encoding guessed", "ترميز مخمَّن"),
    "clutter left out": ("Removed from texts as not part of the article", "حُذف من النصوص لأنه ليس من المقال"),
    "left out": ("Not indexed, by reason", "لم يُفهرس، بحسب السبب"),
    "left out last": ("Most recent of these", "أحدث ما لم يُفهرس"),
    "texts with": ("Articles with", "مقالات فيها"),
    "texts without": ("Articles without", "مقالات بلا"),
    "dated by": ("Dates are from", "أُخذ التاريخ من"),
    "source": ("Source", "المصدر"),
    "author": ("Author", "الكاتب"),
    "section": ("Section", "القسم"),
    "tags": ("Tags", "الوسوم"),
    "date": ("Date", "التاريخ"),
    "address": ("Address", "الرابط"),
    "file": ("File", "الملف"),
    "id": ("Id", "المعرّف"),
    "results for": ("Results for", "نتائج البحث عن"),
    "by source": ("By source", "حسب المصدر"),
    "by date": ("Over time", "عبر الزمن"),
    "by author": ("By author", "حسب الكاتب"),
    "by section": ("By section", "حسب القسم"),
    "by tag": ("By tag", "حسب الوسم"),
    "by language": ("By language", "حسب اللغة"),
    "by place": ("By place", "حسب المكان"),
    "mostly not arabic": (
        "{share} of the articles are not in Arabic ({languages}). khabar knows inflections and spelling "
        "variants only in Arabic: words of other languages are found as they are written, apart from case, "
        "accents and vowel marks. Phrases, dates, filters and counts work in all languages",
        "{share} من المقالات ليست بالعربية ({languages}). لا يعرف khabar تصريف الكلمات وصور كتابتها "
        "إلا في العربية، فكلمات غيرها يُعثر عليها كما كُتبت، من دون اعتبار لحجم الحرف وعلاماته "
        "وحركاته. أما العبارات والتواريخ والشروط والعدّ فلا فرق فيها",
    ),
    "file made": ("file made {day}", "أُنشئ الملف {day}"),
    "page number": ("page {page}", "الصفحة {page}"),
    "by field": ("By {field}", "حسب {field}"),
    "language": ("Language", "اللغة"),
    "by month": ("By month", "حسب الشهر"),
    "by year": ("By year", "حسب السنة"),
    "exact phrase": (
        "to search for the exact phrase, which is in {count}, write: {command}",
        "للبحث عن العبارة بنصها ({count}) اكتب: {command}",
    ),
    "none between": ("… {count} without an article", "… {count} بلا مقالات"),
    "left out between": ("… {count} not shown", "… لم يُعرض: {count}"),
    "and more": ("and {count} more", "و{count} غيرها"),
    "undated": ("{count} without a date, not shown", "{count} بلا تاريخ خارج الرسم"),
    "no dates": ("none of them has a date", "لا تاريخ لأي منها"),
    "per day": ("by day", "بالأيام"),
    "per week": ("by week, from {start}", "بالأسابيع، من يوم {start}"),
    "per month": ("by month", "بالأشهر"),
    "per year": ("by year", "بالسنوات"),
    "nothing indexed": ("no articles", "لا مقالات"),
    "looked at": ("in the best {count} of {total}", "في أفضل {count} من {total}"),
    "looked at all": ("in all of {total}", "في المقالات كلها: {total}"),
    "no names": (
        "no names were recognised in the articles on «{query}»",
        "لم يُتعرَّف على أسماء في مقالات «{query}»",
    ),
    "more names": ("; {count} more names", "، وأسماء أخرى عددها {count}"),
    "named people": ("People", "أشخاص"),
    "named places": ("Places", "أماكن"),
    "named organisations": ("Organisations", "جهات"),
    "evidence listed": ("in a list of names", "في قائمة الأسماء"),
    "evidence given name": ("a given name", "اسم علم"),
    "evidence quoted": ("in quotation marks", "بين علامتي تنصيص"),
    "no terms": ("nothing stands out in «{query}»", "لا كلمات مميزة في «{query}»"),
    "of all": ("of all", "من الكل"),
    "linked by": ("linked by", "كلمات مشتركة:"),
    "nothing related": ("no article is similar to «{title}»", "لا مقال يشبه «{title}»"),
    "related to": ("Similar to", "مقالات تشبه"),
    "did you mean": (
        "did you mean «{query}»? It finds {count}: {command}",
        "هل تقصد «{query}»؟ يطابقه {count}: {command}",
    ),
    "same story": ("{count} report it; first: {first}", "القصة نفسها: {count}، والأول: {first}"),
    "age": ("for its age", "لقِدَمه"),
    "in meaning": ("meaning", "المعنى"),
    "closest paragraph": (
        "closest is paragraph {number} (z {z}, cosine {cosine})",
        "أقرب ما فيه الفقرة {number} (z {z}، cosine {cosine})",
    ),
    "closest title": (
        "closest is the title (z {z}, cosine {cosine})",
        "أقرب ما فيه العنوان (z {z}، cosine {cosine})",
    ),
    "closeness unknown": (
        "it has no vectors, and is ranked in the middle",
        "لا متجهات له، فوُضع في وسط الترتيب",
    ),
    "also about": ("Close in meaning, with none of your words", "مقالات قريبة في المعنى تخلو من كلماتك"),
    "also explained": (
        "A model found them. They are not among the results, and are not counted.",
        "وجدها نموذج لغوي، وليست من النتائج ولا تدخل في عددها.",
    ),
    "nothing begins": ("no word of the index begins with «{prefix}»", "لا كلمة في الفهرس تبدأ بـ«{prefix}»"),
    "unknown": ("unknown", "غير معروف"),
    "the colours": ("The colours", "معاني الألوان"),
    "your own words": ("From your own dictionary: ", "من معجمك: "),
    "leave one out": ("To leave one out: ", "لاستبعاد إحداها مثلًا: "),
    "nothing new": ("nothing new", "لا جديد"),
    "match all": ("all words", "كل الكلمات"),
    "match any": ("any word", "أي كلمة"),
    "closing lines": ("Lines that end every article of a source", "أسطر في ختام مقالات كل مصدر"),
    "closings": (
        "Removed lines that end every article of a source: {sources} (khabar info shows them; "
        "--keep-closings keeps them)",
        "أسطر تتكرر في ختام مقالات المصدر فحُذفت: {sources} (يعرضها khabar info، ويبقيها ‎--keep-closings)",
    ),
    "replaced": (
        "{count} updated from another file: the same outlet and address, in a file changed later",
        "حُدّث من ملف آخر: {count} (المصدر والرابط أنفسهما، في ملف تغيّر بعده)",
    ),
    "superseded": (
        "{count} kept from another file that was changed later",
        "أُبقي على ما في ملف آخر تغيّر بعده: {count}",
    ),
    "skipped before": (
        "{count} skipped before and unchanged: khabar info",
        "تُرك في تشغيل سابق ولم يتغير: {count}؛ للتفاصيل: khabar info",
    ),
    "interrupted": ("interrupted", "توقف"),
    "made by": ("Made by khabar {version}", "أعدّه khabar {version}"),
    "shell hello": (
        "{count} in {index}. :help lists the commands.",
        "{count} في {index}. تعرض :help الأوامر.",
    ),
    "no such command": (
        "there is no command {name} here; the nearest is {near}, and :help lists them",
        "لا أمر باسم {name} هنا؛ أقربها {near}، وتعرض :help الأوامر",
    ),
    "needs": (
        "{command} needs an argument, as in {command} {what}",
        "الأمر {command} تلزمه تتمة، مثل: {command} {what}",
    ),
    "option at the prompt": (
        "«{typed}» is not available at this prompt; instead: {instead}",
        "لا معنى لـ«{typed}» هنا؛ البديل: {instead}",
    ),
    "searched for a command": (
        "«{word}» was searched for; the command is {command}",
        "بُحث عن «{word}»، والأمر {command}",
    ),
    "left by a word": (
        '«{word}» leaves the prompt; to search for the word: "{word}"',
        'كلمة «{word}» وحدها للخروج؛ وللبحث عنها: "{word}"',
    ),
    "conditions": ("from now on: {conditions}", "من الآن: {conditions}"),
    "no conditions": ("from now on: no conditions", "من الآن: بلا شروط"),
    "search first": ("search for something first", "ابحث عن شيء أولًا"),
    "records together": (
        "{count} of {path} ({named}): {reason}",
        "{count} من {path} ({named}): {reason}",
    ),
    "files together": ("{count} ({named}): {reason}", "{count} ({named}): {reason}"),
    LEMMAS: (
        "building the table of dictionary forms; this happens once and takes a few seconds",
        "يجري إعداد جدول صيغ المعجم، مرة واحدة، وهذا يستغرق ثواني",
    ),
    MANIFEST_DAMAGED: (
        "the list of the index's files was damaged in lines {detail}: the files named there are read again, "
        "and articles that were removed from them may come back",
        "قائمة ملفات الفهرس كانت تالفة في الأسطر {detail}: تُقرأ الملفات المذكورة هناك من جديد، وقد تعود "
        "مقالات حُذفت منها",
    ),
    "vectors": ("Vectors", "المتجهات"),
    "vectors of": ("{rows} of {dimension} numbers", "{rows}، في كل منها {dimension} عددًا"),
    "model": ("Model", "النموذج"),
    "address of the model": ("Texts are sent to", "تُرسل النصوص إلى"),
    "texts are sent": (
        "the texts of the index are sent to {address}",
        "تُرسل نصوص الفهرس إلى {address}",
    ),
    "estimate": (
        "{articles} to embed: about {rows}, {size}, {time}. You may interrupt it at any time; the same "
        "command continues from there",
        "مقالات تنتظر المتجهات: {articles}. التقدير: {rows}، {size}، {time}. يمكن قطع العمل في أي وقت، "
        "والأمر نفسه يكمله",
    ),
    "estimate without time": (
        "{articles} to embed: about {rows}, {size}. You may interrupt it at any time; the same command "
        "continues from there",
        "مقالات تنتظر المتجهات: {articles}. التقدير: {rows}، {size}. يمكن قطع العمل في أي وقت، والأمر نفسه "
        "يكمله",
    ),
    "nothing to embed": ("There was nothing to embed.", "لا جديد يحتاج إلى متجهات."),
    "vectors made": (
        "{texts} embedded by {model}: {rows} in {time}.",
        "أعدّ النموذج {model} متجهات {texts}: {rows} في {time}.",
    ),
    "vectors dropped": (
        "Removed the vectors of {count} that no article contains any more.",
        "حُذفت متجهات نصوص لم تعد في أي مقال: {count}.",
    ),
    "vectors mended": ("Damaged and remade:", "ملفات تالفة أُعدّت من جديد:"),
    "not embedded": ("Not embedded:", "مقالات تعذّر إعداد متجهاتها:"),
    "vectors of meaning": ("Meaning", "المعنى"),
    "vectors by": ("{having} ({model})", "{having} ({model})"),
    "have vectors": ("{count} of {of} have vectors", "لها متجهات: {count} من أصل {of}"),
    "all have vectors": ("all {of} have vectors", "كل المقالات لها متجهات: {of}"),
    "stale vectors": ("No longer needed", "لم تعد لازمة"),
    "embed further": (
        "To embed the others: khabar meaning build",
        "لإعداد متجهات الباقي: khabar meaning build",
    ),
    "embed first": (
        "To prepare the index for searches by meaning: khabar meaning build",
        "لتجهيز الفهرس للبحث بالمعنى: khabar meaning build",
    ),
    "embedding interrupted": (
        "interrupted: {count} of {of} in {index} have vectors; the same command continues from there",
        "توقف: لها متجهات {count} من أصل {of} في {index}؛ والأمر نفسه يكمل من هنا",
    ),
    "vectors cleared": (
        "The vectors of {index} were removed ({size}).",
        "حُذفت متجهات الفهرس {index} ({size}).",
    ),
    "article unreadable": ("its text cannot be read ({cause})", "تعذّرت قراءة نصه ({cause})"),
    "added undated": (
        "{count} added without a date; searches by date do not find such articles",
        "مقالات أُضيفت بلا تاريخ: {count}، ولا يجدها البحث بالتاريخ",
    ),
    "not embedded yet": (
        "{count} without vectors for searches by meaning: khabar meaning build",
        "مقالات بلا متجهات للبحث بالمعنى: {count}، ويعدّها: khabar meaning build",
    ),
    VECTORS_DAMAGED: (
        "vectors of the index are damaged; to remake what is lost: khabar meaning build ({detail})",
        "في الفهرس متجهات تالفة، ولإعداد ما فُقد منها من جديد: khabar meaning build ({detail})",
    ),
    LEMMAS_NOT_KEPT: (
        "the table of dictionary forms cannot be saved in {detail}, so every command builds it again: set "
        "$KHABAR_CACHE to a writable folder",
        "تعذّر حفظ جدول صيغ المعجم في {detail}، فيُعدّ من جديد مع كل أمر: اجعل $KHABAR_CACHE مجلدًا تمكن "
        "الكتابة فيه",
    ),
    "fetches nothing": (
        "{address} is an address, and khabar fetches nothing. Save it to a file, or: {line}",
        "{address} عنوان على الشبكة، ولا يجلب khabar شيئًا منها. احفظه في ملف، أو: {line}",
    ),
    "address of a file": (
        "{address} is an address; give the path of the file: {path}",
        "{address} عنوان؛ اذكر مسار الملف: {path}",
    ),
    "no articles": (
        "the index {index} holds no article. Add some with: khabar index SOURCE... --index {quoted}",
        "لا مقال في الفهرس {index}. لإضافة مقالات: khabar index SOURCE... --index {quoted}",
    ),
    "no articles yet": (
        "the index {index} holds no article yet: another process is writing to it. Try again in a moment",
        "لا مقال في الفهرس {index} بعد، والكتابة فيه جارية الآن. أعد المحاولة بعد قليل",
    ),
    "half built": (
        "the last run that wrote to {index} was interrupted: the index holds {count}, and running the same "
        "khabar index again continues from there",
        "توقف آخر تشغيل كان يكتب في {index}، وفيه الآن {count}؛ وللإكمال أعد الأمر نفسه: khabar index",
    ),
    "being built": (
        "{index} is being built: it holds {count} so far",
        "بناء {index} جارٍ، وفيه حتى الآن {count}",
    ),
    "written to": ("written to {file} ({format})", "كُتب في {file} ({format})"),
    "articles written to": (
        "{count} written to {file} ({format})",
        "كُتب في {file} ({format}): {count}",
    ),
    "format against suffix": (
        "--format {format} and the suffix of {file} do not agree: leave one of them out",
        "لا يتفق --format {format} ولاحقة {file}: اترك أحدهما",
    ),
    "no format of suffix": (
        "the suffix «{suffix}» is not a known format here: use one of {suffixes}, or give --format",
        "لا صيغة إخراج هنا باللاحقة «{suffix}»: استعمل إحدى هذه: {suffixes}، أو حدد --format",
    ),
    "no such suffix": (
        "the suffix «{suffix}» is not a known format here: use one of {suffixes}",
        "لا صيغة إخراج هنا باللاحقة «{suffix}»: استعمل إحدى هذه: {suffixes}",
    ),
    "no folder": ("there is no folder «{folder}»", "لا مجلد باسم «{folder}»"),
    "no option": ("«{typed}» is not an option of {command}", "لا خيار باسم «{typed}» في {command}"),
    "nearest option": (". The nearest is {option}", "، وأقرب الخيارات {option}"),
    "options are": (". Its options: {command} --help", "، وهذه خياراته: {command} --help"),
    "no value": ("{option} has no value", "الخيار {option} بلا قيمة"),
    "empty source": ("a SOURCE is empty", "أحد المصادر المذكورة فارغ"),
    "unknown setting": (
        "there is no setting «{name}» ({path}): it has no effect",
        "لا إعداد باسم «{name}» ({path}): لا أثر له",
    ),
    "option in quotes": (
        "«{typed}» is one argument: take the option and its value out of the quotation marks: {line}",
        "«{typed}» وسيط واحد: أخرج الخيار وقيمته من علامتي الاقتباس: {line}",
    ),
    "leave the word out": (
        ". To leave out articles with «{word}»: {line}",
        ". ولاستبعاد المقالات التي فيها «{word}»: {line}",
    ),
    "number left out": (
        "«{word}» leaves out articles with the number {number}; to show {number}: -n {number}",
        "«{word}» يستبعد المقالات التي فيها العدد {number}؛ ولعرض {number}: -n {number}",
    ),
    "behind the command": (
        "«{typed}» belongs after the command: {line}",
        "موضع «{typed}» بعد الأمر: {line}",
    ),
    "no command": ("there is no command «{word}» in {group}", "لا أمر باسم «{word}» في {group}"),
    "did you mean command": (". Did you mean: {line}", ". هل تقصد: {line}"),
    "to search for it": (". To search for it: {line}", ". وللبحث عنه: {line}"),
    "commands are": (". Its commands: {names}", ". وأوامره: {names}"),
    "serving": (
        "serving {index} until Ctrl-C, at ",
        "الفهرس {index} متاح حتى Ctrl-C، في ",
    ),
    "no more": ("there are no more results", "لا مزيد من النتائج"),
    "quoted": ("Where was this said", "أين قيل هذا"),
    "quoted same": ("the same words", "بالكلمات نفسها"),
    "quoted alike": ("{share} similar", "بتشابه {share}"),
    "quoted in": ("the same words in {count}", "بالكلمات نفسها في {count}"),
    "quoted first": ("first: {first}", "الأول: {first}"),
    "quoted part": ("Sentence {number} of {count}", "الجملة {number} من {count}"),
    "quote nowhere": ("no article says this", "لا مقال يقول هذا"),
    "quote short": (
        "too many words of this short text differ from the nearest passage",
        "النص قصير، وأقرب ما وُجد يخالفه في كلمات كثيرة",
    ),
    "quote nearest": ("the nearest, {share} similar:", "أقرب ما وُجد، بتشابه {share}:"),
    "quote nothing near": ("nothing similar was found either", "ولا شيء يشبهه"),
    "quote too short": (
        "a single word is not a quotation: use khabar search",
        "الكلمة الواحدة ليست اقتباسًا: ابحث عنها بالأمر khabar search",
    ),
    "quote strict": (
        "two words, or function words alone, must occur exactly as given, and no article has them",
        "الكلمتان، والكلمات الوظيفية وحدها، تُطلب بنصها وترتيبها، وليست كذلك في أي مقال",
    ),
    "quote undated": (
        "{count} without a date, which may be earlier",
        "بلا تاريخ وقد يكون أسبق: {count}",
    ),
    "quote more": (
        "there may be more places: -n, --since and --source show others",
        "قد توجد مواضع أخرى، وتعرض غيرها الخيارات ‎-n و‎--since و‎--source",
    ),
    "batch": ("A list looked up", "قائمة بُحث عنها"),
    "column line": ("line", "السطر"),
    "column batch text": ("text", "النص"),
    "column articles": ("articles", "المقالات"),
    "column span from to": ("from, to", "من، إلى"),
    "column sources": ("sources", "المصادر"),
    "column best passage": ("best passage", "أفضل فقرة"),
    "line nothing": ("nothing", "لا شيء"),
    "line empty": ("empty", "فارغ"),
    "line repeated": ("as in line {line}", "كالسطر {line}"),
    "line not-understood": ("not understood", "لم يُفهم"),
    "undated all": ("none is dated", "كلها بلا تاريخ"),
    "no lines": ("the list has no lines", "لا أسطر في القائمة"),
    "numbered line": ("line {numbers}", "السطر {numbers}"),
    "two numbered lines": ("lines {numbers}", "السطران {numbers}"),
    "numbered lines": ("lines {numbers}", "الأسطر {numbers}"),
    "lines empty": ("{count} empty: {lines}", "أسطر فارغة: {count} ({lines})"),
    "lines repeated": (
        "{count} repeated, looked up once: {lines}",
        "أسطر مكررة بُحث عنها مرة واحدة: {count} ({lines})",
    ),
    "lines nothing": ("{count} without any article: {lines}", "أسطر بلا مقالات: {count} ({lines})"),
    "line with a problem": ("line {line}: {problem}", "السطر {line}: {problem}"),
    "lines with problems": (
        "{count} more not understood: --format json lists them",
        "أسطر أخرى لم تُفهم: {count}، ولعرضها: --format json",
    ),
    "column taken": (
        "{count} from the column «{column}»; --column chooses another",
        "{count} من العمود «{column}»، ولغيره: --column",
    ),
    "rows above": (
        "{count} above «{column}» left out: that row names the columns",
        "أسطر فوق «{column}» تُركت لأن فيه أسماء الأعمدة: {count}",
    ),
    "other sheets": (
        "other sheets are not read: {names}; --sheet chooses one",
        "في الملف أوراق أخرى لم تُقرأ: {names}، ولقراءة إحداها: --sheet",
    ),
    "list encoding guessed": (
        "the encoding of the list is guessed: {encoding}",
        "ترميز القائمة مخمَّن: {encoding}",
    ),
    "row skipped": ("row {number} cannot be read: {reason}", "تعذّرت قراءة الصف {number}: {reason}"),
    "rows skipped": ("{count} more cannot be read", "صفوف أخرى تعذّرت قراءتها: {count}"),
    "cells cut": (
        "{count} cut to the {letters} characters that a spreadsheet cell can hold; csv has no limit",
        "لا تسع الخلية في جدول أكثر من {letters} حرفًا، فقُصّ الزائد من {count}؛ ولا حدّ في صيغة csv",
    ),
    "rows left out": (
        "{count} left out, because a sheet holds 1,048,575 rows; csv has no limit",
        "صفوف تُركت لأن الورقة لا تسع أكثر من 1,048,575 صفًا: {count}، ولا حدّ في صيغة csv",
    ),
}

#: How a difference changes the meaning of a quotation.
ALTERS = {
    "": ("", ""),
    "negation": ("the negation differs", "النفي مختلف"),
    "number": ("a number differs", "العدد مختلف"),
}
#: How a quotation differs from the words of an article (:class:`~khabar.explore.quotations.Difference`).
DIFFERENCES = {
    "dropped": ("left out", "محذوف"),
    "added": ("added", "مضاف"),
    "swapped": ("other words", "كلمات أخرى"),
    "respelled": ("another form", "صيغة أخرى"),
    "moved": ("moved", "منقول من موضعه"),
    "spelling": ("another spelling", "كتابة أخرى"),
}

#: A noun in English, and its Arabic forms for the six categories of CLDR's plural rules: none, one, two, few
#: (3–10), many (11–99) and other (hundreds). The forms for none, one and two are used without a number.
_NOUNS = {
    "article": ("لا مقالات", "مقال واحد", "مقالان", "مقالات", "مقالًا", "مقال"),
    "new article": (
        "لا مقالات جديدة",
        "مقال جديد واحد",
        "مقالان جديدان",
        "مقالات جديدة",
        "مقالًا جديدًا",
        "مقال جديد",
    ),
    "paragraph": ("لا فقرات", "فقرة واحدة", "فقرتان", "فقرات", "فقرة", "فقرة"),
    "more paragraph": ("لا فقرات أخرى", "فقرة أخرى", "فقرتان أخريان", "فقرات أخرى", "فقرة أخرى", "فقرة أخرى"),
    "story": ("لا قصص", "قصة واحدة", "قصتان", "قصص", "قصة", "قصة"),
    "form": ("لا صيغ", "صيغة واحدة", "صيغتان", "صيغ", "صيغة", "صيغة"),
    "more form": ("لا صيغ أخرى", "صيغة أخرى", "صيغتان أخريان", "صيغ أخرى", "صيغة أخرى", "صيغة أخرى"),
    "page": ("لا صفحات", "صفحة واحدة", "صفحتان", "صفحات", "صفحة", "صفحة"),
    "index": ("لا فهارس", "فهرس واحد", "فهرسان", "فهارس", "فهرسًا", "فهرس"),
    "file": ("لا ملفات", "ملف واحد", "ملفان", "ملفات", "ملفًا", "ملف"),
    "vector": ("لا متجهات", "متجه واحد", "متجهان", "متجهات", "متجهًا", "متجه"),
    "text": ("لا نصوص", "نص واحد", "نصان", "نصوص", "نصًا", "نص"),
    "hour": ("لا ساعات", "ساعة", "ساعتان", "ساعات", "ساعة", "ساعة"),
    "minute": ("لا دقائق", "دقيقة", "دقيقتان", "دقائق", "دقيقة", "دقيقة"),
    "second": ("لا ثوانٍ", "ثانية", "ثانيتان", "ثوانٍ", "ثانية", "ثانية"),
    "line": ("لا أسطر", "سطر واحد", "سطران", "أسطر", "سطرًا", "سطر"),
    "more source": (
        "لا مصادر أخرى",
        "مصدر آخر",
        "مصدران آخران",
        "مصادر أخرى",
        "مصدرًا آخر",
        "مصدر آخر",
    ),
    "document": ("لا مقالات", "مقال واحد", "مقالان", "مقالات", "مقالًا", "مقال"),
    "query": ("لا استعلامات", "استعلام واحد", "استعلامان", "استعلامات", "استعلامًا", "استعلام"),
    "word": ("لا كلمات", "كلمة واحدة", "كلمتان", "كلمات", "كلمة", "كلمة"),
    "record": ("لا سجلات", "سجل واحد", "سجلان", "سجلات", "سجلًا", "سجل"),
    "place": ("لا مواضع", "موضع واحد", "موضعان", "مواضع", "موضعًا", "موضع"),
    "month": ("لا أشهر", "شهر واحد", "شهران", "أشهر", "شهرًا", "شهر"),
    "year": ("لا سنوات", "سنة واحدة", "سنتان", "سنوات", "سنة", "سنة"),
}

#: What each depth means, for people: English and Arabic.
DEPTH_NAMES = {
    "exact": ("the word itself", "الكلمة نفسها"),
    "spelling": ("the same word in another spelling", "الكلمة نفسها بكتابة أخرى"),
    "words": ("from your own dictionary", "من معجمك الخاص"),
    "light": ("the same stem", "الجذع نفسه بعد نزع السوابق واللواحق"),
    "lemma": ("the same dictionary word", "المدخل المعجمي نفسه"),
    "similar": ("nearly the same letters", "كلمة قريبة منها في حروفها"),
}
#: The explanation for a word of which a hit contains no form.
NOT_FOUND = ("not found", "غير موجودة")
#: How close the words of a query are in a hit (:class:`~khabar.query.explain.WordsTogether`).
TOGETHER = {
    "whole": ("all words of the query, next to one another", "كلمات الاستعلام كلها متجاورة"),
    "adjacent": ("next to one another", "متجاورة"),
    "near": ("near one another", "متقاربة"),
}

_DEPTHS = {
    "exact": ("exact", "كما كُتبت"),
    "spelling": ("spelling", "بكتابة أخرى"),
    "words": ("words", "بمعجمك"),
    "light": ("light", "بالجذع"),
    "lemma": ("lemma", "بالمعجم"),
    "similar": ("similar", "بالشبه"),
}


def say(key: str, language: str, **values: object) -> str:
    """A text of the catalogue, with its values filled in.

    Args:
        key: the key of the text.
        language: ``en`` or ``ar``.
        values: the values, by name.
    """
    english, arabic = _SAYINGS[key]
    return filled(arabic, values) if language == "ar" else english.format_map(values)


def joined(texts: Iterable[str], language: str) -> str:
    """Texts as a list within a line, with the commas of a language.

    >>> joined(["a given name", "«الرئيس»"], "en"), joined(["اسم", "لقب"], "ar")
    ('a given name, «الرئيس»', 'اسم، لقب')
    """
    return ("، " if language == "ar" else ", ").join(texts)


def and_more(count: int, language: str, option: str = "") -> str:
    """The text for items that are not listed.

    Args:
        count: the number of items.
        language: ``en`` or ``ar``.
        option: the option that lists all; "" if there is none.
    """
    number = {1: "واحد", 2: "اثنان"}.get(count) if language == "ar" else None
    text = say("and more", language, count=number or f"{count:,}")
    return f"{text} ({say('all by', language, option=option)})" if option else text


def shown_span(first: int, last: int, language: str) -> str:
    """The range of the hits shown, to follow their number."""
    return say("one shown" if first == last else "shown", language, first=first, last=last)


def filled(arabic: str, values: Mapping[str, object]) -> str:
    """An Arabic text with values filled in. Latin values get direction marks so that they keep their order,
    except inside commands, which can be copied.

    >>> filled("لا مقال في {index}: khabar info --index {index}", {"index": "/a"})
    'لا مقال في \u200e/a\u200e: khabar info --index /a'
    """
    from string import Formatter

    result = ""
    for text, name, form, _ in Formatter().parse(arabic):
        result += text
        if name is None:
            continue
        value = format(values[name], form or "")
        result += value if _COMMAND.search(result) else within_arabic(value)
    return result


#: Text that ends inside a command.
_COMMAND = lazy_pattern(r"\b(?:khabar|pip) [^\u0600-\u06ff]*$")
#: Text that a line of Arabic would reorder: Latin letters, and numbers joined by signs (2024-10-09).
_ARABIC = lazy_pattern(r"[\u0600-\u06ff]")
_LATIN = lazy_pattern(r"[A-Za-z]|\d[-–:/]\d")


def within_arabic(text: str) -> str:
    """A value for a line of Arabic: Latin names, paths and dates get direction marks, which keep their order.
    Commands get none, so that they can be copied.

    >>> within_arabic("2024-10-09"), within_arabic("غزة"), within_arabic("khabar info")
    ('\u200e2024-10-09\u200e', 'غزة', 'khabar info')
    """
    if not _LATIN.search(text) or text.startswith("khabar ") or _ARABIC.search(text):
        return text
    return fenced(text)


def counted(count: int, noun: str, language: str = "en") -> str:
    """A number with its noun.

    Args:
        count: 0 or more.
        noun: the English noun in the singular, one of the catalogue.
        language: ``en`` or ``ar``.

    >>> counted(1, "article"), counted(1200, "article"), *(counted(n, "article", "ar") for n in (2, 11))
    ('1 article', '1,200 articles', 'مقالان', '11 مقالًا')
    """
    if language != "ar":
        return f"{count:,} {noun if count == 1 else _plural(noun)}"
    none, one, two, few, many, other = _NOUNS[noun]
    if count < 3:
        return (none, one, two)[count]
    rest = count % 100
    return f"{count:,} {few if 3 <= rest <= 10 else many if rest > 10 else other}"


def found(total: int, tally: Tallied, language: str = "en", noun: str = "article") -> str:
    """The number of articles found, and whether they have any or all of the words, if that differs.

    >>> from khabar.query.snapshot import Tally
    >>> found(8, Tally("any", 3)), found(3, Tally("all", 3)), found(8, Tally("any"))
    ('8 articles with any of the words, 3 with all', '3 articles with all the words', '8 articles')
    """
    count = counted(total, noun, language)
    if tally.with_all is None:
        return count
    if tally.match == "all":
        return say("with all", language, count=count)
    more = "of them all" if tally.with_all else "of them none"
    return say("with any", language, count=count) + say(more, language, count=f"{tally.with_all:,}")


def nothing(query: str, tally: Tallied, language: str = "en") -> str:
    """The message if nothing was found."""
    if tally.with_any:
        return say("not all", language, query=query, count=counted(tally.with_any, "article", language))
    return say("nothing found" if query.strip() else "nothing at all", language, query=query)


def heading(query: str, language: str = "en") -> str:
    """The heading of results."""
    return f"{say('results for', language)} «{query}»" if query.strip() else say("newest", language)


def _plural(noun: str) -> str:
    if noun.endswith("x"):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def depth_name(depth: str, language: str = "en") -> str:
    """The short name of a depth."""
    return _DEPTHS.get(depth, (depth, depth))[language == "ar"]


#: Names of languages, in English and in Arabic.
_LANGUAGES = {
    "ar": ("Arabic", "العربية"),
    "fa": ("Persian", "الفارسية"),
    "ur": ("Urdu", "الأردية"),
    "ckb": ("Sorani Kurdish", "الكردية السورانية"),
    "ku": ("Kurdish", "الكردية"),
    "ps": ("Pashto", "البشتوية"),
    "en": ("English", "الإنجليزية"),
    "fr": ("French", "الفرنسية"),
    "tr": ("Turkish", "التركية"),
    "de": ("German", "الألمانية"),
    "es": ("Spanish", "الإسبانية"),
}


def language_name(tag: str, language: str = "en") -> str:
    """The name of a language; its tag if the name is not known.

    >>> language_name("fa"), language_name("fa", "ar"), language_name("xx")
    ('Persian', 'الفارسية', 'xx')
    """
    return _LANGUAGES[tag][language == "ar"] if tag in _LANGUAGES else tag


def mostly_other_text(others: Sequence[tuple[str, float]], language: str = "en") -> str:
    """The message that an index is mostly not in Arabic, and what this means for searches.

    Args:
        others: the other languages with their shares (:func:`khabar.explore.languages.mostly_other`).
        language: the language of the message.
    """
    shares = joined(
        (f"{language_name(tag, language)} {percent(share)}" for tag, share in others[:3]), language
    )
    return say(
        "mostly not arabic", language, share=percent(sum(share for _, share in others)), languages=shares
    )


#: The Arabic names of fields in a query.
ARABIC_FIELDS = {
    "source": "مصدر",
    "author": "كاتب",
    "section": "قسم",
    "tag": "وسم",
    "language": "لغة",
    "place": "مكان",
}
