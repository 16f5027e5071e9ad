"""Detect the format of a file by its first bytes, and the names of an article's fields in its records."""
