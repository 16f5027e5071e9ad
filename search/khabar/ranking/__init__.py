"""Ranks the articles that match a plan, the same way for every engine.

================  ===================================================================================
``searcher``      answers searches in an index
``matching``      which articles match a plan
``occurrences``   the postings of the words of a plan
``term_scoring``  the occurrences of a query word as BM25 scores
``accumulators``  the growing scores of a plan: whole articles first, then the passages of candidates
``nearness``      which words of a query occur near each other in an article
``ranker``        ranks the matching articles in two stages
``best``          the cached ranking of a plan
``matches``       reports on ranked articles
``paragraphs``    ranks paragraphs instead of articles
``rerank``        ranks again by what only the text of an article shows, such as its vowel marks
================  ===================================================================================

There are two stages. The first scores whole articles, word by word, and finds a few hundred candidates. The
second ranks these by all evidence: the best passage, the title, the first paragraph, and words near each
other. The articles after the candidates keep the order of the first stage, so that the pages of a result fit
together.
"""
