"""The query room: query text → parse tree → plan → hits."""
