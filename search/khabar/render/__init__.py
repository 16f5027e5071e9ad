"""The render room: results → terminal, plain text, JSON, CSV, HTML. The only place that prints.

A file is a view: a kind of result in all its formats. ``view`` is what they have in common, and the rest
their pieces:

=============  ======================================================================================
``hit``        a hit in every format, for the views that have hits
``blocks``     what a report says, once, for the terminal and for a page
``terminal``   pieces for a terminal, with rich; ``html`` those of a page
``text``       JSON, CSV, dates and sizes, and text from outside made harmless
``look``       how it is shown: theme, language, order of letters
``messages``   what khabar says itself, in English and Arabic; ``arabic`` all other English put into Arabic
``reasons``    why something was left out
``bidi``       lines in visual order, for terminals that do not do it (``terminals``)
``output``     the functions that write; ``progress`` how far a long job is
=============  ======================================================================================

All but ``progress`` and ``output`` are pure functions from results to dictionaries, strings or rich
renderables.
"""
