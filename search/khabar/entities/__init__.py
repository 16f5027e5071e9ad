"""The entities room: people, places and organisations named in a text, by rules and lists alone.

=================  ==================================================================================
``values``         a mention of a name in a text; the three kinds
``word_lists``     titles, roles, heads of organisations, verbs of speech, …, written by hand
``gazetteer``      names of places and people from public lists (``names.txt``)
``words``          the words of a text as the rules see them: their particles and classes
``roles``          titles and roles before a name
``persons``        people: titles, given names, بن and أبو, families
``verdicts``       whether such parts are the name of a person
``places``         the gazetteer, and «مدينة», «محافظة» before a name
``organisations``  «وزارة», «شركة» with the words after them; well-known ones by their names
``finding``        a text → its mentions
``merging``        the mentions of some articles → names, each with its spellings and its evidence
=================  ==================================================================================

No model is trained, and nothing is guessed from one word: «أحمد» alone is not a person. Each mention has the
evidence by which it was recognised. docs/howto/names.md says what to expect; docs/relevance.md has the
precision, judged by hand.
"""
