"""The stories room: wire stories that several outlets print, recognised at indexing, so that a search can fold them into one.

=============  ======================================================================================
``sketch``     a text as a set of five-word runs; its sketch of 256 bytes; how alike two texts are
``grouping``   which articles tell one story
``files``      ``stories.bin`` and the sketches in the index folder
``writer``     adding and leaving out articles
``reader``     the story of each article of a commit
``story``      a story to show: who ran it first, who else, how alike
=============  ======================================================================================

How a transaction uses it, and a search::

    stories = StoriesWriter(folder, writer.fingerprints())     # of the articles that are committed
    stories.add(short_fingerprint(fingerprint), words.terms.of(words.numbers[words.tokens < BESIDE]))
    stories.write()                                                     # before the engine's commit
    writer.commit()

    groups = Stories.open(folder).groups(fingerprints)                  # in order of the articles' numbers
    searcher.search(plan, ranking, limit=10, stories=groups)
    members = np.flatnonzero(groups == groups[article])
    make_story([searcher.article(each) for each in members], analyzer)

An article is known here by the first 64 bits of its :meth:`fingerprint <khabar.corpus.article.Article.fingerprint>`, so that
what is kept of a text is never taken for that of another version of the article. The files are written before the engine's
commit, and may know articles that were never committed or are gone: nobody asks for them. They never lack one that is in the
index. What is known of an article that is gone goes when the next transaction writes; if it led a story, those that were in it
find a leader anew.
"""
