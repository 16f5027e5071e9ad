"""The meaning room: what texts mean, as vectors of a small model; kept with an index, and compared with
queries."""
