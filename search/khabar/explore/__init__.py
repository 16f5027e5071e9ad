"""The explore room: views of an index beyond single hits.

============  ======================================================================================
``facets``    how many of a query's articles are of each source, author, month or year
``timeline``  how many appeared in each day, week, month or year, several queries side by side
``classes``   the inflections of a word as one, with how often and how they are written
``terms``     the words and names that a query's articles say more often than others
``related``   articles like a given one, with the words that link them
``suggest``   did you mean: slips, the wrong keyboard, Latin letters (``keyboard``, ``latin``)
``complete``  words that begin with some letters
============  ======================================================================================

Everything here is answered from postings, columns and the few articles that are looked at; nothing is kept in the index for it.
"""
