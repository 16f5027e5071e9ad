"""The room of several archives searched as one: it answers what :class:`khabar.Index` asks of a single index.

================  ===================================================================================
``store``         opens the archives, and notices when one of them has a new commit
``reader``        the archives in folders as one reader: postings and columns, one behind the other
``folders``       the searcher of that reader, which knows of each article which archives have it
``words``         the words of all archives, with what they can stand for
``numbers``       how much there is in all archives together, and how often words stand in them
``mixed``         archives of which some are on a cluster: each ranks by the numbers of all, and the ranked
                  lists are merged
``reports``       what the archives hold, each and together
================  ===================================================================================

Archives in folders are to the searcher what the segments of an index are: it weighs and ranks as if all
articles had been added to one index, in the order of the archives. An archive on a cluster hands no postings
over. It is given the statistics of all archives instead, and ranks its own articles by them.
"""
