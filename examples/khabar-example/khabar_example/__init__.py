"""Plug-ins for khabar, as an example."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.corpus.plugged import ReaderPlugin
    from khabar.query.dictionaries import DictionaryPlugin
    from khabar.render.plugged import ViewPlugin
    from khabar_example import markdown, sports, wire

    # So mypy tells whether each module has what its protocol asks for.
    _reader: ReaderPlugin = wire
    _view: ViewPlugin = markdown
    _dictionary: DictionaryPlugin = sports
