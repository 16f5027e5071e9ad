"""The upkeep room: an index in step with the files it was made from, and whole.

===============  =====================================================================================
``manifest``     which files were read, how they looked then, and which articles came from them
``transaction``  the one way in which an index changes
``adding``       articles that a script has, not a file
``changes``      which files are new, changed, moved or gone
``closings``     the lines that end every article of a source
``update``       putting the index in step with the files
``watch``        the same again and again
``select``       which articles to remove
``check``        whether an index is intact
``honesty``      what the texts are like, and what was left out
===============  =====================================================================================
"""
