"""placeholder until the lemma lab is ported"""
from __future__ import annotations
from collections.abc import Mapping
from khabar.analysis.fold import fold
from khabar.analysis.light import light_stem
_T = {}
def version(): return "lemma 0"
def table():
    if not _T:
        from simplemma.strategies.dictionaries import DefaultDictionaryFactory
        for k, v in DefaultDictionaryFactory().get_dictionary("ar").items():
            _T.setdefault(fold(k), fold(v))
    return _T
def lemmas(surface, table):
    w = fold(surface)
    for p in ("", "ال", "وال", "بال", "و", "لل", "فال", "كال", "ب", "ل", "ف"):
        if w.startswith(p) and len(w) - len(p) > 2 and w[len(p):] in table:
            return (table[w[len(p):]],)
    return (light_stem(w),)


def known(term, table):
    return term in table
