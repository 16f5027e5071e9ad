"""Texts as vectors of a small model, so that what is meant alike lies close together."""
