"""The highlight room: the words of a text that a query matches, their depths, and the snippet to show."""

from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import Snippet, make_snippet

__all__ = ["Highlight", "Matcher", "Snippet", "make_snippet"]
