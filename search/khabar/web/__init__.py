"""The web room: a server for one index, with pages for people, an API for programs, and feeds.

Everything in it is thin: an endpoint reads its parameters (:mod:`khabar.web.parameters`), makes one call of
the library (:mod:`khabar.web.serving`), and hands the result to the render room or a template. It needs the
extra ``khabar[web]``, and only ``khabar serve`` imports it.
"""
