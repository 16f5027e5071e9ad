"""Search by meaning: a small model turns texts into vectors, which are close for similar meanings."""
