"""Read the text layer of PDF files: from glyphs on a page to paragraphs in reading order.

A PDF says where each glyph is, and usually which character it is. It has no words, lines, paragraphs or
reading order, and Arabic is stored as the producer left it: in visual or logical order, as letters or as
their presentation forms.

The modules in the order of the work: `source` gets a page's glyphs (`glyphs`) from the library, `letters`
tells what each stands for, `rows` groups them into lines and puts marks onto letters, `layout` finds columns
and paragraphs, `order` converts a line to logical order, `verdict` judges the result, and `child` runs all
this in a process of its own. `document` removes running heads and joins pages, and `reader` makes articles.
"""
