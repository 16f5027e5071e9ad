"""The index room: how articles are stored and plans answered, whatever the engine."""
