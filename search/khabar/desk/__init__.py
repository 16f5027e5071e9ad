"""Stars, notes and lists of articles, kept beside an index: :class:`khabar.Desk`."""
