"""Read the formats of newswires: NITF, NewsML 1 and NewsML-G2.

ninjs, which is JSON, is in :mod:`khabar.corpus.records`.
"""
