"""The render room: results → terminal, plain text, JSON. The only place that prints.

============  =======================================================================================
``text``      text from outside made harmless: no control character, escape or override reaches a screen
``data``      results as plain dictionaries: the shape of every JSON output
``plain``     the same as lines of text, for pipes and for ``grep``; never any colour
``terminal``  the same for people, with rich; the only module here that imports it, with ``progress``
``progress``  how far a long job is, on stderr
``output``    the few functions that write
============  =======================================================================================

All but ``progress`` and ``output`` are pure functions from results to dictionaries, strings or rich
renderables.
"""
