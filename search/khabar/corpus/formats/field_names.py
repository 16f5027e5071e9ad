"""Tables of the names that other programs give the fields of an article in their records.

`NAMES` are the usual names. `SHAPES` are formats in which a name has an unusual meaning, each with the keys
that identify it. `khabar.corpus.formats.shapes` compares names.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["ENVELOPES", "LISTS", "NAMES", "NINJS", "OTHERS", "SHAPES", "Shape"]

NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        # «_» stands for any separator or none. The first name with a value counts.
        "id": "id guid article_id news_id story_id uuid"  # _id is the same name
        " المعرف معرف_الخبر معرف_المقال معرف_المقالة رقم_الخبر رقم_المقال رقم_المقالة رقم_الموضوع رقم_التقرير"
        " كود_الخبر كود_المقال كود_المقالة رمز_الخبر رمز_المقال الرقم_التعريفي الرقم_المرجعي رقم_المرجع",
        "title": (
            "title headline name article_title news_title post_title story_title web_title hed heading"
            " العنوان عنوان_الخبر عنوان_المقال عنوان_المقالة عنوان_الموضوع عنوان_التقرير العنوان_الرئيسي"
            " headlines.0.value headline.main headlines.basic"  # ninjs 2, New York Times, Arc
            " title_page title_rss page_title الموضوع titre"
        ),
        "text": (
            "content text body article_body full_text content_text content_html paragraphs"
            " النص نص_الخبر نص_المقال نص_المقالة نص_الموضوع نص_التقرير النص_الكامل المحتوى محتوى_الخبر "
            "محتوى_المقال"
            " متن_الخبر المتن تفاصيل_الخبر التفاصيل مضمون_الخبر المضمون فحوى_الخبر الفحوى جسم_الخبر الخبر "
            "المقال المقالة"
            " body_html body_text body_xhtml bodies.0.value"  # ninjs
            " main_text"  # news-please
            " texte contenu corps"
            " content_elements.content"  # Arc
            " content_encoded post_content body_content article_text article_content article_html news_text "
            "news_content"
            " news_body story_text story_body post_text page_content text_content html_content message_text "
            "plain_text"
            " introtext"  # Joomla
            " lexical raw_text raw_content full_content full_body contents article story post document html"
        ),
        "summary": (
            "summary description abstract excerpt lead lede standfirst trail_text teaser intro introduction "
            "snippet deck dek abstract_note"
            " subtitle description_text description_html meta_description"
            " الملخص ملخص_الخبر الوصف وصف_الخبر المقدمة مقدمة_الخبر النبذة الموجز موجز_الخبر المقتطف"
        ),
        "source": (
            "source publisher outlet site source_name site_name publisher_name media_name meta_site_name "
            "source_hostname"
            " newspaper newspaper_name publication agency infosource infosources provider"
            " publication_title container_title"  # Zotero
            " page_name origin.title"  # CrowdTangle, readers of feeds
            " channel_title"  # YouTube
            " المصدر مصدر_الخبر اسم_المصدر الصحيفة اسم_الصحيفة الجريدة اسم_الجريدة الوكالة اسم_الوكالة "
            "الموقع اسم_الموقع"
            " الناشر القناة"
            " source_domain domain hostname website channel meta_data.og.site_name source_url"
        ),
        "author": (
            "author byline creator authors author_name article_author writer journalist reporter bylines by"
            " credits.by.name"  # Arc
            " الكاتب اسم_الكاتب كاتب_المقال كاتب_الخبر المؤلف اسم_المؤلف المحرر الصحفي اسم_الصحفي المراسل "
            "بقلم auteur"
        ),
        "published": (
            "date_published published_at pub_date published date publish_date date_publish published_date "
            "publication_date"
            " published_on published_time publish_time pub_time date_time_pub article_published_time "
            "article_date news_date"
            " date_posted posted_at post_date web_publication_date"
            " التاريخ تاريخ_النشر تاريخ_الخبر تاريخ_المقال تاريخ_ووقت_النشر وقت_النشر يوم_النشر "
            "التاريخ_والوقت"
            " نشر_في تاريخ_الإصدار date_de_publication date_publication"
            " first_published version_created first_created"  # ninjs
            " seen_date"  # GDELT
            " first_publish_date display_date"  # Arc
            " post_created_date post_created"  # CrowdTangle
            " authored_on publish_up"  # Drupal, Joomla
            " date_time release_date issued created_at created date_created timestamp تاريخ_الإضافة "
            "date_extracted"
        ),
        "section": (
            "section article_section section_name section_title primary_section main_section rubric category "
            "category_name article_category news_category news_section"
            " القسم اسم_القسم قسم_الخبر التصنيف تصنيف_الخبر الباب rubrique"
            " taxonomy.primary_section.name"  # Arc
        ),
        "categories": "categories sections الأقسام التصنيفات taxonomy.sections.name",
        "tags": (
            "tags tag article_tag article_tags tag_names post_tag news_tags hashtags keywords keyword "
            "news_keywords topics meta_keywords"
            " mots_clés mots_cles"
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
        # The time of publication in UTC: the difference gives the zone of a time without one.
        "utc": "date_gmt post_date_gmt published_gmt date_utc published_utc published_at_utc pub_date_utc "
        "date_unixtime",
        # The time of day, for a date without one.
        "clock": "time time_published news_time الوقت الساعة ساعة_النشر وقت_الخبر توقيت_النشر",
        "url": (
            "url link lien المصدر_url الرابط رابط_الخبر رابط_المقال رابط_المقالة رابط_الصفحة رابط_المصدر"
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
        signs: sets of names that identify the format; any one is sufficient.
        fields: names of each field in this format; they have precedence over the usual ones.
        others: names that are not fields in this format.
        literal: whether its texts are plain, without markup and entities.
    """

    name: str
    signs: tuple[str, ...]
    fields: Mapping[str, str] = {}
    others: str = ""
    literal: bool = False


NINJS = "IPTC ninjs"
"""The shape whose records `khabar.corpus.records.ninjs` converts first."""
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
    # X cuts long texts, and has the whole text further inside. The text of a retweet is that of the original.
    Shape(
        "X API",
        ("id_str text user.screen_name", "id_str full_text user", "id_str extended_tweet.full_text"),
        {
            "id": "id_str",
            "text": (
                "retweeted_status.extended_tweet.full_text retweeted_status.full_text retweeted_status.text"
                " extended_tweet.full_text full_text text"
            ),
            "source": "user.name user.screen_name",
            "author": "retweeted_status.user.name",
            "tags": "extended_tweet.entities.hashtags.text entities.hashtags.text",
        },
    ),
    Shape("X API 2", ("note_tweet.text text",), {"text": "note_tweet.text text"}),
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
        # Numbers in the site's own database: other sites use the same ones.
        others="id author guid",
    ),
)
