"""What every reader does with a text: title and paragraphs, no markup and clutter, and its language told."""
