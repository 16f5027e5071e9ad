"""Several archives searched as one, behind the same interface as a single index.

================  ===================================================================================
``store``         opens the archives, and notices when one of them has a new commit
``reader``        the archives in folders as one reader, with their postings and columns concatenated
``folders``       the searcher of that reader, which knows which archives contain each article
``words``         the words of all archives and the forms that they match
``numbers``       the size of all archives together, and the frequencies of words in them
``mixed``         archives of which some are on a cluster: each ranks by the numbers of all, and the ranked
                  lists are merged
``reports``       the contents of the archives, each and together
================  ===================================================================================

To the searcher, archives in folders are like the segments of an index: it weighs and ranks as if all articles
had been added to one index, in the order of the archives. An archive on a cluster cannot hand over its
postings. It is given the statistics of all archives instead, and ranks its own articles by them.
"""
