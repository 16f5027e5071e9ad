"""Keeps an index complete and up to date with the files that it was made from.

===============  =====================================================================================
``manifest``     the files that were read, their state then, and the articles in them
``transaction``  the only way in which an index changes
``adding``       adds articles from a script
``changes``      finds files that are new, changed, moved or deleted
``closings``     the lines that end every article of a source
``update``       brings the index up to date with the files
``watch``        does so again whenever files change
``select``       chooses articles to remove
``check``        checks whether an index is intact
``honesty``      reports on the quality of the texts and on what was left out
===============  =====================================================================================
"""
