"""Texts as vectors of a small model: texts of similar meaning have close vectors."""
