"""The render room: results → terminal, plain text, JSON, CSV, HTML. The only place that prints.

=============  ======================================================================================
``text``       text from outside made harmless: no control character, escape or override reaches a screen
``views``      a class for each kind of result, which shows itself in every format
``data``       results as plain dictionaries: the shape of every JSON output
``tabular``    rows as CSV
``plain``      the same as lines of text, for pipes and for ``grep``; never any colour
``terminal``   hits and articles for people, with rich; ``reports`` all else, ``hanging`` their pieces
``html``       a page
``look``       how it is shown: theme (``themes``), language (``messages``), order of letters
``bidi``       lines in visual order, for terminals that do not do it (``terminals``)
``output``     the functions that write; ``pager`` the user's pager; ``progress`` how far a long job is
=============  ======================================================================================

All but ``progress``, ``pager`` and ``output`` are pure functions from results to dictionaries, strings or rich
renderables.
"""
