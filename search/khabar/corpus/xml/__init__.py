"""XML of strangers, read as a stream: as events, and as one small tree after the other."""
