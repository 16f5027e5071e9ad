"""Read web pages, saved or crawled, and feeds."""
