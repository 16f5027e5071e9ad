"""Web pages, saved or crawled, and feeds."""
