"""khabar: Arabic news search. Ranked, highlighted snippets, offline.

>>> import khabar
>>> with khabar.open_index(folder, create=True) as index:                  # doctest: +SKIP
...     index.add(khabar.read("corpus/articles"))
...     for hit in index.search("المقاومه"):
...         print(hit.rank, hit.article.title, hit.snippet.text)
"""

# Names are imported at first use: during imports the command line cannot answer Ctrl-C.

# Known to type checkers; importing typing would take longer than everything else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from khabar._version import __version__ as __version__
    from khabar.alerts import Alert as Alert
    from khabar.alerts import Alerts as Alerts
    from khabar.analysis.analyzer import Analyzer as Analyzer
    from khabar.analysis.analyzer import Stems as Stems
    from khabar.analysis.analyzer import Token as Token
    from khabar.analysis.analyzer import Word as Word
    from khabar.copying import copy_index as copy_index
    from khabar.corpus import Note as Note
    from khabar.corpus import ReadReport as ReadReport
    from khabar.corpus import Skipped as Skipped
    from khabar.corpus import SkippedTogether as SkippedTogether
    from khabar.corpus import read as read
    from khabar.corpus.article import Article as Article
    from khabar.corpus.article import Paragraph as Paragraph
    from khabar.corpus.limits import ReadLimits as ReadLimits
    from khabar.corpus.reading.lists import LineList as LineList
    from khabar.corpus.reading.lists import read_list as read_list
    from khabar.corpus.reasons import Reason as Reason
    from khabar.corpus.text.language_detection import language_of as language_of
    from khabar.desk.desk import Desk as Desk
    from khabar.desk.file import desk_path as desk_path
    from khabar.desk.values import DeskArticle as DeskArticle
    from khabar.desk.values import DeskImport as DeskImport
    from khabar.desk.values import DeskList as DeskList
    from khabar.entities.values import NameKind as NameKind
    from khabar.errors import ArticleNotFound as ArticleNotFound
    from khabar.errors import ClusterUnavailable as ClusterUnavailable
    from khabar.errors import CollectionError as CollectionError
    from khabar.errors import DeskError as DeskError
    from khabar.errors import EncoderFailed as EncoderFailed
    from khabar.errors import EncoderMissing as EncoderMissing
    from khabar.errors import IndexClosed as IndexClosed
    from khabar.errors import IndexDamaged as IndexDamaged
    from khabar.errors import IndexEmpty as IndexEmpty
    from khabar.errors import IndexFolderError as IndexFolderError
    from khabar.errors import IndexLocked as IndexLocked
    from khabar.errors import IndexMismatch as IndexMismatch
    from khabar.errors import IndexNotFound as IndexNotFound
    from khabar.errors import IndexNotInFolder as IndexNotInFolder
    from khabar.errors import IndexReadOnly as IndexReadOnly
    from khabar.errors import IndexUnavailable as IndexUnavailable
    from khabar.errors import InvalidArgument as InvalidArgument
    from khabar.errors import InvalidType as InvalidType
    from khabar.errors import KhabarError as KhabarError
    from khabar.errors import MissingDependency as MissingDependency
    from khabar.errors import PluginError as PluginError
    from khabar.errors import SettingsError as SettingsError
    from khabar.errors import SettingsUnavailable as SettingsUnavailable
    from khabar.errors import SourceError as SourceError
    from khabar.errors import SystemFailure as SystemFailure
    from khabar.errors import VectorsMismatch as VectorsMismatch
    from khabar.errors import WordsError as WordsError
    from khabar.explore.batch import BatchRow as BatchRow
    from khabar.explore.batch import SourceCount as SourceCount
    from khabar.explore.complete import Completion as Completion
    from khabar.explore.facets import Facet as Facet
    from khabar.explore.facets import FacetField as FacetField
    from khabar.explore.facets import Facets as Facets
    from khabar.explore.facets import FacetValue as FacetValue
    from khabar.explore.line_plans import AskedAs as AskedAs
    from khabar.explore.names import Name as Name
    from khabar.explore.names import NameEvidence as NameEvidence
    from khabar.explore.names import Names as Names
    from khabar.explore.names import NameSpelling as NameSpelling
    from khabar.explore.quotations import Difference as Difference
    from khabar.explore.quotations import Quotation as Quotation
    from khabar.explore.quotations import Quotations as Quotations
    from khabar.explore.quotations import QuotedPlace as QuotedPlace
    from khabar.explore.related import Link as Link
    from khabar.explore.related import Related as Related
    from khabar.explore.related import RelatedArticle as RelatedArticle
    from khabar.explore.terms import KeyTerm as KeyTerm
    from khabar.explore.terms import KeyTerms as KeyTerms
    from khabar.explore.timeline import Bucket as Bucket
    from khabar.explore.timeline import Span as Span
    from khabar.explore.timeline import Timeline as Timeline
    from khabar.explore.timeline import Weekday as Weekday
    from khabar.highlight.matcher import Highlight as Highlight
    from khabar.highlight.snippet import Snippet as Snippet
    from khabar.highlight.whole import MarkedArticle as MarkedArticle
    from khabar.index.engine import Statistics as Statistics
    from khabar.index.folder import Meta as Meta
    from khabar.index.ranking import Ranking as Ranking
    from khabar.library import AddReport as AddReport
    from khabar.library import Index as Index
    from khabar.library import Info as Info
    from khabar.library import create_index as create_index
    from khabar.library import open_index as open_index
    from khabar.meaning.reports import EmbedEstimate as EmbedEstimate
    from khabar.meaning.reports import EmbedFailure as EmbedFailure
    from khabar.meaning.reports import EmbedReport as EmbedReport
    from khabar.meaning.reports import VectorsInfo as VectorsInfo
    from khabar.paging import all_hits as all_hits
    from khabar.places import Address as Address
    from khabar.places import Archives as Archives
    from khabar.query.explain import FoundForm as FoundForm
    from khabar.query.explain import WordForm as WordForm
    from khabar.query.explain import WordShare as WordShare
    from khabar.query.explain import WordsTogether as WordsTogether
    from khabar.query.interpret import Interpretation as Interpretation
    from khabar.query.interpret import QueryWord as QueryWord
    from khabar.query.own_words import WordRule as WordRule
    from khabar.query.results import Closeness as Closeness
    from khabar.query.results import Group as Group
    from khabar.query.results import Hit as Hit
    from khabar.query.results import MeaningUsed as MeaningUsed
    from khabar.query.results import Results as Results
    from khabar.query.results import Suggestion as Suggestion
    from khabar.query.tree import Limits as Limits
    from khabar.query.tree import Match as Match
    from khabar.query.tree import Problem as Problem
    from khabar.ranking.answers import Sort as Sort
    from khabar.rebuild import RebuildReport as RebuildReport
    from khabar.rebuild import rebuild_index as rebuild_index
    from khabar.render.citations import citation_lines as citation_lines
    from khabar.stories.story import Story as Story
    from khabar.stories.story import Telling as Telling
    from khabar.upkeep.changes import UpdateOptions as UpdateOptions
    from khabar.upkeep.check import CheckReport as CheckReport
    from khabar.upkeep.check import Damage as Damage
    from khabar.upkeep.check import check_index as check_index
    from khabar.upkeep.closings import Closing as Closing
    from khabar.upkeep.honesty import LeftOut as LeftOut
    from khabar.upkeep.honesty import Texts as Texts
    from khabar.upkeep.reports import Commit as Commit
    from khabar.upkeep.update_report import UpdateReport as UpdateReport

#: The module of each public name. Names are imported at first use, so ``import khabar`` costs next to
#: nothing.
_HOMES = {
    "khabar._version": ("__version__",),
    "khabar.alerts": ("Alert", "Alerts"),
    "khabar.analysis.analyzer": ("Analyzer", "Stems", "Token", "Word"),
    "khabar.copying": ("copy_index",),
    "khabar.corpus": ("Note", "ReadReport", "Skipped", "SkippedTogether", "read"),
    "khabar.corpus.article": ("Article", "Paragraph"),
    "khabar.corpus.limits": ("ReadLimits",),
    "khabar.corpus.reading.lists": ("LineList", "read_list"),
    "khabar.corpus.reasons": ("Reason",),
    "khabar.corpus.text.language_detection": ("language_of",),
    "khabar.desk.desk": ("Desk",),
    "khabar.desk.file": ("desk_path",),
    "khabar.desk.values": ("DeskArticle", "DeskImport", "DeskList"),
    "khabar.entities.values": ("NameKind",),
    "khabar.errors": (
        "ArticleNotFound",
        "ClusterUnavailable",
        "CollectionError",
        "DeskError",
        "EncoderFailed",
        "EncoderMissing",
        "IndexClosed",
        "IndexDamaged",
        "IndexEmpty",
        "IndexFolderError",
        "IndexLocked",
        "IndexMismatch",
        "IndexNotFound",
        "IndexNotInFolder",
        "IndexReadOnly",
        "IndexUnavailable",
        "InvalidArgument",
        "InvalidType",
        "KhabarError",
        "MissingDependency",
        "PluginError",
        "SettingsError",
        "SettingsUnavailable",
        "SourceError",
        "SystemFailure",
        "VectorsMismatch",
        "WordsError",
    ),
    "khabar.explore.line_plans": ("AskedAs",),
    "khabar.explore.batch": ("BatchRow", "SourceCount"),
    "khabar.explore.complete": ("Completion",),
    "khabar.explore.facets": ("Facet", "FacetField", "FacetValue", "Facets"),
    "khabar.explore.names": ("Name", "NameEvidence", "NameSpelling", "Names"),
    "khabar.explore.quotations": ("Difference", "Quotation", "Quotations", "QuotedPlace"),
    "khabar.explore.related": ("Link", "Related", "RelatedArticle"),
    "khabar.explore.terms": ("KeyTerm", "KeyTerms"),
    "khabar.explore.timeline": ("Bucket", "Span", "Timeline", "Weekday"),
    "khabar.highlight.matcher": ("Highlight",),
    "khabar.highlight.snippet": ("Snippet",),
    "khabar.highlight.whole": ("MarkedArticle",),
    "khabar.places": ("Address", "Archives"),
    "khabar.index.engine": ("Statistics",),
    "khabar.index.folder": ("Meta",),
    "khabar.index.ranking": ("Ranking",),
    "khabar.ranking.answers": ("Sort",),
    "khabar.upkeep.reports": ("Commit",),
    "khabar.library": ("AddReport", "Index", "Info", "create_index", "open_index"),
    "khabar.meaning.reports": ("EmbedEstimate", "EmbedFailure", "EmbedReport", "VectorsInfo"),
    "khabar.paging": ("all_hits",),
    "khabar.query.explain": ("FoundForm", "WordForm", "WordShare", "WordsTogether"),
    "khabar.query.interpret": ("Interpretation", "QueryWord"),
    "khabar.query.own_words": ("WordRule",),
    "khabar.query.results": ("Closeness", "Group", "Hit", "MeaningUsed", "Results", "Suggestion"),
    "khabar.query.tree": ("Limits", "Match", "Problem"),
    "khabar.rebuild": ("RebuildReport", "rebuild_index"),
    "khabar.render.citations": ("citation_lines",),
    "khabar.stories.story": ("Story", "Telling"),
    "khabar.upkeep.changes": ("UpdateOptions",),
    "khabar.upkeep.check": ("CheckReport", "Damage", "check_index"),
    "khabar.upkeep.closings": ("Closing",),
    "khabar.upkeep.honesty": ("LeftOut", "Texts"),
    "khabar.upkeep.update_report": ("UpdateReport",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'khabar' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
