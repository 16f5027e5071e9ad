"""Building the lemma table from a word list. It takes seconds and happens once per installation.

Keys are of three kinds, told apart by their first character, so that one table serves them all:

=========  ==============================================================  ==========================================
``word``   a noun, adjective, particle or name, without clitics            مدارس → مدرسه
``~stem``  a present-tense verb without its prefix and ending              ~قول → قال  (يقول، تقولون، سنقول)
``^stem``  a past-tense verb without its ending                            ^قل → قال  (قلت، قلنا)
=========  ==============================================================  ==========================================

Keys and lemmas are folded like the exact depth.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping

from khabar.analysis.lemma import closed
from khabar.analysis.lemma.nouns import noun_lemmas
from khabar.analysis.lemma.rules import PAST, PRESENT
from khabar.analysis.lemma.verbs import verb_stems
from khabar.analysis.lemma.wordlist import WordList, read_simplemma, tidy

__all__ = ["build_table"]


def build_table(entries: Mapping[str, str] | None = None) -> dict[str, str]:
    """The table made from a dictionary form → lemma; by default from simplemma's. The same entries give the same table."""
    collecting = gc.isenabled()
    # Nothing here is cyclic: the collector would only walk through a million strings.
    gc.disable()
    try:
        return _build(tidy(read_simplemma() if entries is None else entries))
    finally:
        if collecting:
            gc.enable()


def _build(words: WordList) -> dict[str, str]:
    verbs = verb_stems(words)
    table = noun_lemmas(words, verbs)
    past = {stem: _winner(votes) for stem, votes in verbs.past.items()}
    present = {stem: _winner(votes) for stem, votes in verbs.present.items()}
    present.update(closed.HOLLOW_PRESENT_STEMS)
    past.update(closed.HOLLOW_PAST_STEMS)
    _give_way_to_article(table, table)
    _give_way_to_article(past, table)
    table.update(closed.WHOLE_WORDS)
    table.update((PRESENT + stem, verb) for stem, verb in present.items())
    table.update((PAST + stem, verb) for stem, verb in past.items())
    return table


def _winner(votes: Counter[str]) -> str:
    return max(votes.items(), key=lambda vote: (vote[1], -len(vote[0]), vote[0]))[0]


def _give_way_to_article(keys: dict[str, str], nouns: Mapping[str, str]) -> None:
    """Drop a key whose ال can be the article: folded, ألسنة «tongues» looks like السنة «the year». Short ones stay: الف."""
    for key in [key for key in keys if key.startswith("ال") and len(key) > 4 and key[2:] in nouns]:
        del keys[key]
