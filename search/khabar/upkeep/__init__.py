"""The upkeep room: an index in step with the files it was made from, and whole.

=============  ======================================================================================
``manifest``   which files were read, how they looked then, and which articles came from them
``update``     what changed since, and putting the index in step with it
``watch``      the same again and again
``select``     which articles to remove
``folders``    building an index beside the one that it replaces
``checksums``       the checksum of every file of an index
``check``      whether an index is as it was written
``rebuild``    a new index from what can be read of an old one
``honesty``    what the texts are like, and what was left out
=============  ======================================================================================
"""
