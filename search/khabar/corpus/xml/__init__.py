"""Read untrusted XML as a stream: as events, or as one small tree after another."""
