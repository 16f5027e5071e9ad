"""The lemma depth: a folded word → its dictionary form (والوزراء → وزير), by rules over a table made from simplemma's word list.

In reading order:

- :mod:`~khabar.analysis.lemma.rules`: reading a word as proclitics, stem and ending;
- :mod:`~khabar.analysis.lemma.closed`: function words, irregular words and names, from grammar;
- :mod:`~khabar.analysis.lemma.wordlist`, ``shapes``, ``verbs``, ``nouns``, ``build``: making the table;
- :mod:`~khabar.analysis.lemma.tablefile`, ``cache``: keeping it in a file.
"""

from khabar.analysis.lemma.cache import table, version
from khabar.analysis.lemma.rules import Table, guess, known, lemmas, read

__all__ = ["Table", "guess", "known", "lemmas", "read", "table", "version"]
