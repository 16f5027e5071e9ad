"""Names of an article's fields in the records of other programs: tables, and the lookup of a name in them.

Names are compared without case, harakat, direction marks, letter forms, separators and the Arabic article:
``datePublished`` and ``date_published`` are one name, «العُنوان» and «عنوان» too. A name with dots in it is a
path: ``headlines.0.value`` is the value of the first headline. In a list, a path without a number means all
elements.

`NAMES` are the usual names. `SHAPES` are formats in which a name has an unusual meaning, each with the keys
that identify it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from khabar.spelling import comparable

__all__ = [
    "ENVELOPES",
    "LISTS",
    "NAMES",
    "NINJS",
    "Place",
    "Shape",
    "at_path",
    "is_date_name",
    "is_header",
    "is_known",
    "is_other",
    "name_of",
    "places_of",
    "shape_of",
]

_SEPARATORS = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^ال(?=\w\w)")

NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        # «_» stands for any separator or none. The first name with something in it counts.
        "id": "id guid article_id news_id story_id uuid"  # _id is the same name
        " المعرف معرف_الخبر معرف_المقال معرف_المقالة رقم_الخبر رقم_المقال رقم_المقالة رقم_الموضوع رقم_التقرير"
        " كود_الخبر كود_المقال كود_المقالة رمز_الخبر رمز_المقال الرقم_التعريفي الرقم_المرجعي رقم_المرجع",
        "title": (
            "title headline name article_title news_title post_title story_title web_title hed heading"
            " العنوان عنوان_الخبر عنوان_المقال عنوان_المقالة عنوان_الموضوع عنوان_التقرير العنوان_الرئيسي"
            " headlines.0.value headline.main headlines.basic"  # ninjs 2, New York Times, Arc
            " title_page title_rss page_title الموضوع"
        ),
        "text": (
            "content text body article_body full_text content_text content_html paragraphs"
            " النص نص_الخبر نص_المقال نص_المقالة نص_الموضوع نص_التقرير النص_الكامل المحتوى محتوى_الخبر "
            "محتوى_المقال"
            " متن_الخبر المتن تفاصيل_الخبر التفاصيل مضمون_الخبر المضمون فحوى_الخبر الفحوى جسم_الخبر الخبر "
            "المقال المقالة"
            " body_html body_text body_xhtml bodies.0.value"  # ninjs
            " main_text"  # news-please
            " content_elements.content"  # Arc
            " content_encoded post_content body_content article_text article_content article_html news_text "
            "news_content"
            " news_body story_text story_body post_text page_content text_content html_content message_text "
            "plain_text"
            " raw_text raw_content full_content full_body contents article story post document html"
        ),
        "summary": (
            "summary description abstract excerpt lead lede standfirst trail_text teaser intro introduction "
            "snippet deck dek"
            " subtitle description_text description_html meta_description"
            " الملخص ملخص_الخبر الوصف وصف_الخبر المقدمة مقدمة_الخبر النبذة الموجز موجز_الخبر المقتطف"
        ),
        "source": (
            "source publisher outlet site source_name site_name publisher_name media_name meta_site_name "
            "source_hostname"
            " newspaper newspaper_name publication agency infosource infosources provider"
            " المصدر مصدر_الخبر اسم_المصدر الصحيفة اسم_الصحيفة الجريدة اسم_الجريدة الوكالة اسم_الوكالة "
            "الموقع اسم_الموقع"
            " الناشر القناة"
            " source_domain domain hostname website channel meta_data.og.site_name source_url"
        ),
        "author": (
            "author byline creator authors author_name article_author writer journalist reporter bylines by"
            " credits.by.name"  # Arc
            " الكاتب اسم_الكاتب كاتب_المقال كاتب_الخبر المؤلف اسم_المؤلف المحرر الصحفي اسم_الصحفي المراسل "
            "بقلم"
        ),
        "published": (
            "date_published published_at pub_date published date publish_date date_publish published_date "
            "publication_date"
            " published_on published_time publish_time pub_time date_time_pub article_published_time "
            "article_date news_date"
            " date_posted posted_at post_date web_publication_date"
            " التاريخ تاريخ_النشر تاريخ_الخبر تاريخ_المقال تاريخ_ووقت_النشر وقت_النشر يوم_النشر "
            "التاريخ_والوقت"
            " نشر_في تاريخ_الإصدار"
            " first_published version_created first_created"  # ninjs
            " seen_date"  # GDELT
            " first_publish_date display_date"  # Arc
            " date_time release_date issued created_at created date_created timestamp تاريخ_الإضافة "
            "date_extracted"
        ),
        "section": (
            "section article_section section_name section_title primary_section main_section rubric category "
            "category_name article_category news_category news_section"
            " القسم اسم_القسم قسم_الخبر التصنيف تصنيف_الخبر الباب"
            " taxonomy.primary_section.name"  # Arc
        ),
        "categories": "categories sections الأقسام التصنيفات taxonomy.sections.name",
        "tags": (
            "tags tag article_tag article_tags tag_names post_tag news_tags hashtags keywords keyword "
            "news_keywords topics meta_keywords"
            " الوسوم الوسم وسوم_الخبر الكلمات_المفتاحية الكلمات_الدلالية الكلمات_الدليلية المواضيع"
            " taxonomy.tags.text"  # Arc
        ),
        "language": (
            "language lang in_language article_language news_language post_language language_code lang_code "
            "content_language locale og_locale"
            " اللغة لغة_الخبر لغة_المقال لغة_المقالة لغة_النص"
        ),
        "place": (
            "place dateline dateline_location location located city content_location location_created "
            "location_name places locations"
            " المكان مكان_الخبر مكان_الحدث المدينة الموقع_الجغرافي"
        ),
        # The same moment in UTC: the difference is the zone of a moment without one.
        "utc": "date_gmt post_date_gmt published_gmt date_utc published_utc published_at_utc pub_date_utc "
        "date_unixtime",
        "url": (
            "url link المصدر_url الرابط رابط_الخبر رابط_المقال رابط_المقالة رابط_الصفحة رابط_المصدر"
            " permalink canonical_url canonical_link canonical article_url article_link news_url news_link "
            "story_url web_url"
            " page_url post_url original_url source_link href uri main_entity_of_page"
        ),
    }.items()
}

OTHERS = (
    "comments comment replies tags tag keywords keyword topics categories category section section_name "
    "subject subjects slug"
    " language lang locale country copyright rights license usage_terms fingerprint caption captions alt "
    "image_caption"
    " image_alt image_url image images thumbnail videos related related_articles disclaimer signature "
    "advertisement"
    " title_en description_en meta_keywords raw_html page_html comment_text comments_text"
    " التعليقات تعليق الوسوم كلمات_مفتاحية الكلمات_المفتاحية التصنيف القسم الأقسام اللغة البلد الصورة "
    "تعليق_الصورة حقوق_النشر"
    " date_modified modified modified_at modified_gmt modified_date date_modify updated updated_at "
    "update_date date_updated"
    " last_modified last_updated date_download download_date scraped_at scrape_date scraped_date crawled_at "
    "crawl_date"
    " crawl_time fetched_at fetch_date retrieved_at indexed_date indexed_at extraction_date file_date "
    "collect_date expires"
    " expiry_date embargoed تاريخ_التحديث آخر_تحديث تاريخ_التعديل"
)
"""Names of fields that never hold an article's text or time of publication, even if they look like it."""

LISTS = (
    "articles items data results stories posts news entries docs documents hits records rows messages "
    "response feed channel"
    " item entry list responses edges children value graph الأخبار المقالات"
)
"""Names under which an object may hold the list of records, or an object that contains it."""

ENVELOPES = frozenset(
    {
        "_source",
        "doc",
        "document",
        "article",
        "node",
        "attributes",
        "fields",
        "item",
        "record",
        "post",
        "data",
    }
)
"""Keys under which a record without a text of its own may hold the object with the fields, as Elasticsearch
(``_source``), CouchDB (``doc``), GraphQL (``node``), JSON:API (``attributes``) and the Guardian (``fields``)
do."""


class Shape(msgspec.Struct, frozen=True, eq=False):
    """A format in which names have an unusual meaning.

    Attributes:
        name: name of the format.
        signs: sets of names that identify it; any one is sufficient.
        fields: names by their field in this format; they precede the usual ones.
        others: names that are not fields in this format.
        literal: whether its texts are plain, without markup and entities.
    """

    name: str
    signs: tuple[str, ...]
    fields: Mapping[str, str] = {}
    others: str = ""
    literal: bool = False


NINJS = "IPTC ninjs"
"""The shape whose records `khabar.corpus.records.ninjs` makes plain first."""

SHAPES = (
    Shape(
        "khabar",
        ("id title path paragraphs", "id title published_from paragraphs"),
        {"id": "id", "title": "title", "text": "paragraphs"},
        literal=True,
    ),
    Shape(
        "trafilatura",
        ("source-hostname", "hostname source text"),
        {"url": "source", "source": "source_hostname sitename hostname", "text": "text raw_text"},
    ),
    Shape(
        NINJS,
        (
            "uri version_created",
            "uri body_html",
            "uri body_text",
            "uri headlines",
            "uri headline",
            "uri bodies",
        ),
        {
            "id": "uri",
            "url": "uri",
            "title": "headline headlines.0.value title",
            "source": "infosource infosources provider copyright_holder",
            "author": "byline bylines by",
            "section": "services service",
            "tags": "subject subjects keywords",
        },
    ),
    Shape(
        "WordPress REST",
        ("title.rendered content.rendered", "title.rendered excerpt.rendered link"),
        {
            "id": "guid.rendered",
            "author": "_embedded.author.name yoast_head_json.author",
            "source": "yoast_head_json.og_site_name",
            "section": "_embedded.wp_term",
            "tags": "_embedded.wp_term",
        },
        # Numbers of the site's own database, the same on every site.
        others="id author guid",
    ),
)


class Place(NamedTuple):
    """A key that names a field; ``rest`` is the path to the field in the key's value."""

    key: str
    field: str
    rest: tuple[str, ...]


@lru_cache(maxsize=4096)  # the same few keys in every record
def name_of(key: str) -> str:
    """Normalise a key for comparison."""
    words = _SEPARATORS.split(comparable(key))
    return "".join([_ARTICLE.sub("", word) for word in words])


def _spellings(name: str) -> set[str]:
    """A name as `name_of` gives it, and the same with its words written together («تاريخالنشر»)."""
    return {name_of(name), name_of(name.replace("_", ""))}


class _Table:
    """Names of fields, indexed by the first part of their path."""

    def __init__(self, shape: Shape | None) -> None:
        #: name → (field, rank, rest of the path)
        self.heads: dict[str, list[tuple[str, int, tuple[str, ...]]]] = {}
        own = {field: tuple(names.split()) for field, names in (shape.fields if shape else {}).items()}
        taken = {(name_of(name.partition(".")[0]), "." in name) for names in own.values() for name in names}
        taken |= {(name_of(name), False) for name in (shape.others.split() if shape else ())}
        for field, names in NAMES.items():
            usual = [each for each in names if (name_of(each.partition(".")[0]), "." in each) not in taken]
            for rank, name in enumerate((*own.get(field, ()), *usual)):
                head, *rest = name.split(".")
                for spelling in _spellings(head):
                    self.heads.setdefault(spelling, []).append((field, rank, tuple(rest)))


_USUAL = _Table(None)
_TABLES: dict[str, _Table] = {}
_KNOWN = frozenset(
    spelling
    for field in ("title", "text", "summary")
    for name in NAMES[field]
    if "." not in name
    for spelling in _spellings(name)
)
_OTHERS = frozenset(spelling for name in OTHERS.split() for spelling in _spellings(name))
_DATE_NAME = re.compile(r"date|تاريخ")
_DATE_LIKE = re.compile(r"date|time|publish|posted|created|issued|تاريخ|نشر|وقت|زمن")


def is_known(key: str) -> bool:
    """Whether a key is one of the usual names for a title or a text."""
    return name_of(key) in _KNOWN


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells are names of columns: one for a title or text, and one for another field of an
    article."""
    fields = {place.field for place in places_of(tuple(cells), None)}
    return len(fields) > 1 and not fields.isdisjoint(("title", "text"))


def is_other(key: str) -> bool:
    """Whether a key is known to hold neither the text nor the date of an article."""
    return name_of(key) in _OTHERS


def is_date_name(key: str, *, surely: bool = False) -> bool:
    """Whether a key looks like the name of a date; with ``surely``, of nothing else."""
    return (_DATE_NAME if surely else _DATE_LIKE).search(name_of(key)) is not None


def shape_of(record: Mapping[str, object]) -> Shape | None:
    """The format of a record, if it is one of `SHAPES`."""
    candidates = _candidates(tuple(record))
    # Most records are flat: there is nothing in them to look into.
    flat = not any(isinstance(value, dict | list) or "." in key for key, value in record.items())
    for shape, sign in candidates:
        if flat and any("." in path for path in sign):
            continue
        if all(at_path(record, path) is not None for path in sign if "." in path):
            return shape
    return None


@lru_cache(maxsize=512)
def _candidates(keys: tuple[str, ...]) -> tuple[tuple[Shape, tuple[str, ...]], ...]:
    """The shapes whose signs are among the keys."""
    names = {name_of(key) for key in keys}
    return tuple(
        (shape, tuple(sign.split()))
        for shape in SHAPES
        for sign in shape.signs
        if all(name_of(path.partition(".")[0]) in names for path in sign.split())
    )


@lru_cache(maxsize=512)
def places_of(keys: tuple[str, ...], shape: Shape | None) -> tuple[Place, ...]:
    """Map each field to the record's keys that name it, best name first."""
    table = (
        _USUAL if shape is None else _TABLES.get(shape.name) or _TABLES.setdefault(shape.name, _Table(shape))
    )
    found = [
        (rank, order, Place(key, field, rest))
        for order, key in enumerate(keys)
        for field, rank, rest in table.heads.get(name_of(key), ())
    ]
    return tuple(place for _, _, place in sorted(found))


def at_path(value: object, path: str) -> object:
    """The value at a dotted path, or None. A key that contains the dots goes first. In a list a number means
    an element, and any other name is looked up in all elements."""
    if isinstance(value, list):
        return _in_list(value, path)
    if not isinstance(value, dict):
        return None
    for head, rest in _splits(path):
        result = value.get(head)
        if result is None:
            name = name_of(head)
            result = next(
                (each for key, each in value.items() if each is not None and name_of(key) == name), None
            )
        if result is not None and (result := at_path(result, rest) if rest else result) is not None:
            return result
    return None


def _in_list(value: list[object], path: str) -> object:
    head, _, rest = path.partition(".")
    if head.isdecimal() and head.isascii():
        element = value[int(head)] if len(head) < 7 and int(head) < len(value) else None
        return at_path(element, rest) if rest else element
    found = [at_path(element, path) for element in value]
    return [each for each in found if each is not None] or None


def _splits(path: str) -> Iterator[tuple[str, str]]:
    """A path as a key and the rest, the longest key first."""
    yield path, ""
    at = path.rfind(".")
    while at > 0:
        yield path[:at], path[at + 1 :]
        at = path.rfind(".", 0, at)
