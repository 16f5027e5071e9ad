"""Finds the command or option nearest to an unknown one, by meaning or by spelling. Imported only when one is
unknown."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence

import click

__all__ = ["command_line", "nearest_command", "nearest_option", "option_name", "remark"]

#: Names of commands in other tools, by group and by the corresponding command of khabar.
_COMMANDS: Mapping[tuple[str, ...], Mapping[str, str]] = {
    (): {
        "search": "find grep query q look ask lookup match بحث ابحث فتش استعلام",
        "index": "add import ingest load update sync refresh build create init make crawl fetch download "
        "wget curl put watch فهرس فهرسه اضف اضافه انشئ",
        "show": "open view get cat display print less more article اعرض عرض افتح مقال",
        "export": "dump save write csv json jsonl تصدير صدر احفظ",
        "alert": "alerts notify monitor subscribe follow saved news تنبيه تنبيهات نبه",
        "serve": "server web gui ui http api browse خادم متصفح",
        "shell": "repl interactive console prompt محادثه تفاعل",
        "facets": "facet aggregate aggs agg breakdown distribution تصنيف صنف توزيع",
        "timeline": "trend trends histogram chart plot graph calendar زمن الزمن",
        "terms": "keywords keyterms topics cloud collocations words كلمات مصطلحات",
        "names": "people persons places organisations organizations entities ner who اسماء اشخاص اماكن جهات",
        "related": "similar like mlt neighbours neighbors مشابه متصل شبيه",
        "complete": "suggest autocomplete prefix اكمل اكمال",
        "why": "explain forms synonyms expand لماذا صيغ",
        "info": "list ls stats stat statistics status state describe summary sources count about معلومات "
        "احصاء احصاءات احصائيات حاله قائمه مصادر",
        "remove": "delete del rm erase drop forget clear purge unindex حذف احذف ازل امسح",
        "check": "verify fsck doctor validate test فحص افحص تحقق",
        "rebuild": "reindex repair fix mend optimize compact migrate upgrade vacuum اصلح اعاده",
        "analyze": "analyse tokenize tokenise stem lemma lemmatize normalize حلل تحليل",
        "read": "parse extract convert اقرا قراءه",
        "eval": "evaluate bench benchmark measure قيم تقييم",
        "config": "configure settings set preferences prefs options اعدادات ضبط",
        "plugins": "plugin plug-ins extensions addons add-ons modules اضافات اضافه ملحقات",
        "completion": "completions complete-shell",
        "help": "man commands usage مساعده",
        "--version": "version ver اصدار",
        "search --open": "browser html",
        "search --group story": "story stories قصه قصص",
    },
    ("alert",): {
        "add": "create new save set subscribe اضف احفظ",
        "list": "ls show all info قائمه اعرض",
        "remove": "delete del rm forget drop unsubscribe احذف حذف",
        "run": "check news get new fetch شغل جديد",
    },
    ("config",): {
        "show": "list ls get view print اعرض",
        "set": "add put change اضبط",
        "unset": "remove delete del rm reset clear احذف",
        "path": "edit file where open ملف",
    },
}

#: Names of options in other tools, by the corresponding option of khabar; the first that the command has is
#: suggested.
_OPTIONS: Mapping[str, str] = {
    "limit": "n l k m c max max-count max-results size top num number results rows head count first take "
    "total per-page",
    "index": "i d dir db database folder directory idx path store I D",
    "format": "f F json jsonl csv html plain rich raw fmt as type output-format out-format ndjson table tsv "
    "xml pretty oneline",
    "output": "o to out outfile output-file file save save-as write to-file export dest",
    "since": "from after start start-date begin newer newer-than min-date date-from",
    "until": "to before end end-date older older-than max-date date-to",
    "sort": "order order-by sort-by s newest oldest latest recent by-date reverse r desc asc",
    "source": "outlet site publisher newspaper domain",
    "author": "writer byline",
    "section": "category desk rubric",
    "tag": "keyword keywords topic label",
    "offset": "skip start-at from-hit",
    "page": "p pagenum page-number",
    "group": "group-by g dedupe dedup collapse unique cluster stories",
    "by": "b interval granularity bucket field fields facet facets",
    "open": "w web browser view show",
    "theme": "color colour colors colours no-color no-colour style",
    "lang": "language locale",
    "no-pager": "no-less nopager",
    "words": "w literal fixed-strings F plain-words no-syntax",
    "all": "a everything full and every must",
    "all-values": "a all everything full",
    "any": "or either some should",
    "current": "all existing include-old",
    "set": "tag label meta",
    "text": "full body whole fulltext full-text content with-text",
    "explain": "why details scores score debug-scores",
    "count": "c total num-results",
    "without": "v exclude not invert-match ignore except",
    "new": "overwrite rebuild recreate reset fresh force f clean from-scratch",
    "reread": "reindex force f again refresh no-cache",
    "prune": "delete remove sync mirror purge gone",
    "watch": "w follow monitor daemon F",
    "every": "interval period poll seconds sleep",
    "field": "map mapping fields column columns key keys F",
    "max-bytes": "max-size maxsize size-limit limit",
    "verbose": "verbosity details list-all vv",
    "dry-run": "simulate preview pretend what-if check test",
    "yes": "force f assume-yes no-confirm confirm no-input",
    "query": "search words match",
    "path": "file folder dir below under",
    "help": "usage man ?",
    "version": "V v ver",
    "debug": "trace traceback verbose",
    "copies": "duplicates stories dupes",
    "best": "sample top-docs",
    "run": "o out output trec",
    "status": "exit-code exit-status check",
    "keep": "dry-run no-save peek n",
}

#: The minimum similarity of an option that is suggested for its spelling: below it, as for --quiet and --set,
#: the two have only some letters in common.
_SIMILAR = 0.65
#: A value that is a file, not a date: it ends in a suffix.
_FILE = r".+\.[A-Za-z]\w*"

#: Remarks on options of other tools that khabar does not need: the argument or group that the command must
#: have (or ""), the names of the option, and the remark in English and in Arabic.
_REMARKS = (
    (
        "alert",
        "index i d db database folder",
        "a saved search keeps its own index, which «khabar alert list» shows",
        "لكل بحث محفوظ فهرسه، ويعرضه الأمر «khabar alert list»",
    ),
    (
        "",
        "q quiet silent",
        "messages go to stderr, and 2>/dev/null leaves results alone",
        "الرسائل تذهب إلى stderr، و2>/dev/null يُبقي النتائج وحدها",
    ),
    (
        "sources",
        "r R recursive recurse",
        "folders are read with everything in them",
        "تُقرأ المجلدات مع كل ما تحتها",
    ),
    (
        "query",
        "x exact strict word-regexp",
        "=word finds a word as it is written",
        "=كلمة تجد الكلمة كما كُتبت",
    ),
    (
        "query",
        "text full body fulltext full-text with-text",
        "«khabar export --text» writes the full texts, also to csv and xlsx",
        "«khabar export --text» يكتب النصوص الكاملة، وفي csv وxlsx أيضًا",
    ),
    (
        "query",
        "fuzzy approximate distance",
        "word~ finds words of nearly the same letters",
        "كلمة~ تجد الكلمات القريبة في حروفها",
    ),
    (
        "query",
        "E P e regex regexp pattern wildcard",
        "word* finds words that begin like this",
        "كلم* تجد الكلمات التي تبدأ هكذا",
    ),
    (
        "query",
        "t title titles headline",
        "title:word searches only titles",
        "عنوان:كلمة تبحث في العناوين وحدها",
    ),
)


def command_line(words: Iterable[str]) -> str:
    """A command line with quotation marks where a shell needs them."""
    return " ".join(word if re.fullmatch(r"[\w@%+=:,./-]+", word) else shlex.quote(word) for word in words)


def nearest_command(word: str, names: Sequence[str], groups: tuple[str, ...] = ()) -> tuple[str, bool] | None:
    """The command that an unknown word probably means, and whether the word has no other likely meaning; None
    if there is none.

    Args:
        word: as typed.
        names: the names of the commands.
        groups: the names of the groups that contain them.
    """
    from khabar.spelling import comparable

    typed = comparable(word)
    synonyms = {other: name for name, words in _COMMANDS.get(groups, {}).items() for other in words.split()}
    if typed in names:
        return typed, True
    if typed in synonyms:
        return synonyms[typed], typed.isascii()
    for known in (list(names), [other for other in synonyms if len(other) > 3 and other.isascii()]):
        if close := difflib.get_close_matches(typed, known, 1, 0.65):
            return synonyms.get(close[0], close[0]), True
    return None


def option_name(option: click.Option) -> str:
    """The name of an option in settings: the long one, without dashes."""
    return max(option.opts, key=len).lstrip("-")


def nearest_option(
    typed: str, options: Sequence[click.Option], value: str = "", *, spelling: bool = True
) -> click.Option | None:
    """The option nearest to an unknown one by meaning or spelling; None if none is similar.

    Args:
        typed: with its dashes.
        options: the options of the command.
        value: what was typed after it, if that may be its value; a file is not the value of a date.
        spelling: whether the option may be a misspelling; not if its meaning in other tools is known.
    """
    name = typed.lstrip("-")
    lower = name.lower().replace("_", "-")
    by_name = {option_name(option): option for option in options}
    for option in options:
        if lower in (known.lstrip("-").lower() for known in option.opts):
            return option
    synonyms = [
        candidate
        for spelled in (name, lower)
        for candidate, words in _OPTIONS.items()
        if spelled in words.split()
    ]
    if "until" in synonyms:
        is_file = re.fullmatch(_FILE, value) is not None
        synonyms.sort(key=lambda candidate: (candidate == "output") != is_file)
    for candidate in synonyms:
        if candidate in by_name:
            return by_name[candidate]
    if (synonyms and len(name) == 1) or not spelling:
        return None
    similar = [known for known in by_name if known.startswith(lower)]
    # An option of another command is not a misspelling.
    if not similar and len(name) > 1 and lower not in _OPTIONS:
        similar = difflib.get_close_matches(lower, list(by_name), 1, _SIMILAR)
    return by_name[similar[0]] if similar else None


def remark(typed: str, arguments: Collection[str | None], language: str) -> str:
    """The remark on an option that khabar does not need, or "".

    Args:
        typed: with its dashes.
        arguments: the names of the command's arguments, and of its group.
        language: the language of the remark.
    """
    name = typed.lstrip("-")
    for argument, words, english, arabic in _REMARKS:
        if name in words.split() and (not argument or argument in arguments):
            return arabic if language == "ar" else english
    return ""
