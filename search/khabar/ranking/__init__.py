"""The ranking room: puts the articles that answer a plan in order, the same way for every engine.

================  ===================================================================================
``searcher``      answers searches in an index
``matching``      which articles match a plan
``occurrences``   where the words of a plan stand
``term_scoring``  the occurrences of a query word as BM25 scores
``accumulators``  the scores of a plan as they grow: of whole articles first, of passages where it counts
``nearness``      which words of a query stand together in an article
``ranker``        puts the articles that match in order, in two stages
``best``          the best articles of a plan, kept
``matches``       reports on ranked articles
``paragraphs``    the same, paragraph by paragraph
``rerank``        what only the text of an article shows, such as its vowel marks
================  ===================================================================================

Two stages. The first scores whole articles, word by word, and finds a few hundred candidates. The second
ranks these by all that is known of them: the best passage, the title, the beginning, and the words that stand
together. What comes behind the candidates keeps the order of the first stage, so that the pages of a result
fit together.
"""
