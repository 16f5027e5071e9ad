"""The render room: results → terminal, plain text, JSON, CSV, HTML. The only place that prints.

Most modules are views: a kind of result in all its formats. The others have what views share:

=============  ======================================================================================
``view``       the base class of views
``hit``        a hit in every format, for the views that have hits
``blocks``     the content of a report, written once for the terminal and for a page
``terminal``   the parts of views for a terminal, with rich; ``html`` those of pages
``text``       JSON, CSV, dates and sizes, and text from outside made harmless
``look``       the appearance of results: theme, language, order of letters
``messages``   khabar's own texts in English and Arabic; ``arabic`` translates all other English texts
``reasons``    why something was left out
``bidi``       lines in visual order, for terminals that do not reorder text (``terminals``)
``output``     the functions that write; ``progress`` shows how far a long job is
=============  ======================================================================================

All but ``progress`` and ``output`` are pure functions from results to dictionaries, strings or rich
renderables.
"""
