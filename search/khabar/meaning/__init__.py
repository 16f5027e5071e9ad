"""Meaning on demand: a model that ranks the best matches again, offline."""
