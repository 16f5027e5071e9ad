"""The analysis room: the words of a text as terms, and the classes to which a term belongs."""
