"""The highlight room: which words of a text a query matched, on which depth, and the piece of the text worth showing."""

from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import Snippet, make_snippet

__all__ = ["Highlight", "Matcher", "Snippet", "make_snippet"]
