"""The stories room: recognises at indexing the reports that several outlets print, so that a search can show
them as one hit.

=============  ======================================================================================
``sketch``     a text as a set of five-word runs; its sketch of 256 bytes; the similarity of two texts
``grouping``   decides which articles belong to one story
``files``      ``stories.bin`` and the sketches in the index folder; the story of each article of a commit
``writer``     adds and removes articles
``story``      a story to show: who ran it first, who else, and how similar their texts are
=============  ======================================================================================

How a transaction and a search use it::

    stories = StoriesWriter(folder, writer.fingerprints())              # of the committed articles
    stories.add(short_fingerprint(fingerprint), words.terms.of(words.numbers[words.tokens < BESIDE]))
    stories.write()                                                     # before the engine's commit
    writer.commit()

    groups = Stories.open(folder).groups(fingerprints)                  # in order of the articles' numbers
    searcher.search(plan, ranking, limit=10, by_story=True)
    members = np.flatnonzero(groups == groups[article])
    make_story([searcher.article(number) for number in members], analyzer)

The key of an article is the first 64 bits of its :meth:`fingerprint
<khabar.corpus.article.Article.fingerprint>`, so that the sketch of one version is never used for another. The
files are written before the engine's commit. They may have articles that were never committed or were
removed, which does no harm, but they never lack an article of the index. The next transaction that writes
drops removed articles. If one of them led a story, the other articles of the story are grouped again.
"""
