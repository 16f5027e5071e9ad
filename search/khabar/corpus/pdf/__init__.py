"""Text layers of PDF files: from glyphs on a page to paragraphs in their order.

A PDF says where each glyph stands, and mostly which character it is. It knows no words, lines, paragraphs or
reading order, and Arabic is in it as the producer left it: in the order of the eye or of the mouth, as
letters or as their presentation forms.

In reading order: `glyphs` takes a page's glyphs from the library, `letters` says what each stands for,
`rows` puts them into lines and marks onto letters, `layout` finds columns and paragraphs, `order` puts a line
into logical order, and `child` joins these in a process of its own. `document` drops running heads, joins
pages and tells them apart, and `reader` makes articles of them.
"""
