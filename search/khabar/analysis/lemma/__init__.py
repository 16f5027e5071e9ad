"""The lemma depth: a folded word → its dictionary form (والوزراء → وزير), by rules over a table made from
simplemma's word list.

In reading order:

- :mod:`~khabar.analysis.lemma.rules`: reads a word as proclitics, stem and ending;
- :mod:`~khabar.analysis.lemma.closed`: function words, irregular words and names, from grammars;
- :mod:`~khabar.analysis.lemma.wordlist`, ``build``: make the table;
- :mod:`~khabar.analysis.lemma.tablefile`, ``cache``: keep it in a file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.analysis.lemma.cache import table as table
    from khabar.analysis.lemma.cache import version as version
    from khabar.analysis.lemma.rules import Table as Table
    from khabar.analysis.lemma.rules import guess as guess
    from khabar.analysis.lemma.rules import is_name as is_name
    from khabar.analysis.lemma.rules import known as known
    from khabar.analysis.lemma.rules import lemmas as lemmas
    from khabar.analysis.lemma.rules import read as read

__all__ = ["Table", "guess", "is_name", "known", "lemmas", "read", "table", "version"]


def __getattr__(name: str) -> object:
    # Imported at first use: a search whose words are all in the index needs only the version.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "cache" if name in ("table", "version") else "rules"
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
