"""The query room: what somebody typed → parse tree → plan → hits."""
