"""What all readers do with a text: find title and paragraphs, remove markup and clutter, detect the
language."""
