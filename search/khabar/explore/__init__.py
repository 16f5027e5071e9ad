"""The explore room: views of an index beyond single hits.

============  ======================================================================================
``facets``    the articles of a query counted by source, author, month or year
``timeline``  the articles of queries counted by day, week, month or year, side by side
``classes``   the inflections of a word as one class: their frequency and spelling
``terms``     the words and names that a query's articles use more than others
``related``   articles similar to a given one, with the words that link them
``suggest``   "did you mean": typing errors, the wrong keyboard layout, Latin letters
``complete``  words that begin with some letters
``quote``     where a text was said, in the same or nearly the same words
``names``     the people, places and organisations named in the articles of a query
``batch``     a list of names or queries, answered line by line
============  ======================================================================================

Everything is computed from postings, columns and a few articles. The index stores nothing for it.
"""
